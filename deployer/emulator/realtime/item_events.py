"""What a client does to the items of its conversation: create, retrieve, truncate and delete them."""

from __future__ import annotations

from deployer.emulator.data_plane.refusals import Json, between, required
from deployer.emulator.realtime.hearing import forget_marks
from deployer.emulator.realtime.items import Item
from deployer.emulator.realtime.responses import Responses
from deployer.emulator.realtime.session_state import SessionState


class ItemEvents:
    """Takes the events `conversation.item.*` of one session."""

    __slots__ = (
        "_responses",
        "_state",
    )

    def __init__(self, state: SessionState, responses: Responses) -> None:
        self._state = state
        self._responses = responses

    def create(self, event: dict[str, Json]) -> None:
        """Take conversation.item.create."""
        state = self._state
        item = state.dialect.read_item(required(event, "item", ""), state.settings)
        previous = event.get("previous_item_id")
        state.conversation.check_new(item, previous)
        forget_marks(item, state.wrong)
        self.added(item, previous)
        state.hearing.hear(item, lambda: None)

    def added(self, item: Item, previous: str | None) -> None:
        """Place an item that is complete, and say so."""
        state = self._state
        before = state.conversation.place(item, previous)
        for kind in (state.dialect.item_added, state.dialect.item_done):
            if kind is not None:
                state.outbox.send(kind, previous_item_id=before, item=state.dialect.item(item))

    def retrieve(self, event: dict[str, Json]) -> None:
        """Take conversation.item.retrieve."""
        state, item_id = self._state, required(event, "item_id", "")
        item = state.conversation.find(item_id, "item_retrieve_invalid_item_id")
        shown = state.dialect.item(item, with_audio=True)
        state.outbox.send("conversation.item.retrieved", item=shown)

    def truncate(self, event: dict[str, Json]) -> None:
        """Take conversation.item.truncate."""
        item_id = required(event, "item_id", "")
        content_index = between(0, 0, int)(required(event, "content_index", ""), "content_index")
        end = between(0, 86_400_000, int)(required(event, "audio_end_ms", ""), "audio_end_ms")
        if self._responses.turn is not None:
            self._responses.turn.measure_sound()
        self._state.conversation.truncate(item_id, end)
        self._state.outbox.send(
            "conversation.item.truncated",
            item_id=item_id,
            content_index=content_index,
            audio_end_ms=end,
        )

    def delete(self, event: dict[str, Json]) -> None:
        """Take conversation.item.delete."""
        item_id = required(event, "item_id", "")
        self._state.conversation.delete(item_id)
        self._state.outbox.send("conversation.item.deleted", item_id=item_id)
