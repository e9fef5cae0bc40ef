"""The responses of one session, of which one at a time is active."""

from __future__ import annotations

from collections.abc import Iterator

from deployer.emulator.realtime.answering import input_tokens, steps
from deployer.emulator.realtime.dialect import Ordered, Response
from deployer.emulator.realtime.items import Item
from deployer.emulator.realtime.session_refusals import already_active, nothing_to_cancel
from deployer.emulator.realtime.session_state import SessionState
from deployer.emulator.realtime.tampering import tampering
from deployer.emulator.realtime.turn import Step, Turn
from deployer.emulator.realtime.understanding import answer
from deployer.emulator.realtime.wire import new_id
from deployer.emulator.refusals import Json, required
from deployer.emulator.steering import latency, scripted
from deployer.emulator.tools import Call
from deployer.emulator.voice import Speaker


class Responses:
    """Makes responses, step by step; `turn` is the active one, `has_spoken` whether any was made in sound."""

    def __init__(self, state: SessionState, speaker: Speaker) -> None:
        self._state = state
        self._speaker = speaker
        self._steps: Iterator[Step] = iter(())
        self.turn: Turn | None = None
        self.has_spoken = False

    def proceed(self) -> bool:
        """Send the next step of the active response; whether there was one."""
        step = next(self._steps, None)
        if step is not None:
            self._state.outbox.queue(step)
        return step is not None

    def create(self, event: dict[str, Json], /) -> None:
        """Take response.create."""
        state = self._state
        self.respond(state.dialect.order(event.get("response") or {}, state.settings))

    def cancel(self, event: dict[str, Json]) -> None:
        """Take response.cancel."""
        wanted = event.get("response_id")
        if self.turn is None or wanted not in (None, self.turn.response.id):
            raise nothing_to_cancel()
        self.stop("client_cancelled")

    def stop(self, reason: str) -> None:
        """End the active response now, with what has been sent of it."""
        self.abandon()
        if self.turn is not None:
            ended = self.turn.end("cancelled", {"type": "cancelled", "reason": reason})
            self._state.outbox.queue(ended)

    def abandon(self) -> None:
        """Send no more of the active response."""
        self._steps = iter(())

    def respond(self, order: Ordered) -> None:
        """Begin a response."""
        state = self._state
        if self.turn is not None:
            raise already_active(self.turn.response.id, state.wrong)
        items = list(state.conversation if order.input is None else self._given(order.input))
        content = scripted(state.wrong)
        if content is None:
            content = answer(items, order.settings, order.instructions)
        response = Response(
            new_id("resp_"),
            order.settings,
            state.conversation_id if order.in_conversation else None,
            order.metadata,
        )
        item = Item(new_id("item_"), role="assistant")
        if isinstance(content, Call):
            item = Item(item.id, "function_call", call_id=new_id("call_", 16), name=content.name)
        self.turn = Turn(
            state.outbox.wire,
            state.dialect,
            response,
            item,
            input_tokens(items, order.settings),
            state.conversation.place if order.in_conversation else None,
            self._finish,
        )
        state.outbox.tampering = tampering(state.wrong)
        self._steps = self._answering(self.turn, content)
        # Begun at once, so that even a response that is cancelled before anything is sent has a beginning.
        self.proceed()

    def _given(self, values: tuple[Json, ...]) -> Iterator[Item]:
        """The items that a response is asked to answer instead of the conversation."""
        for index, value in enumerate(values):
            place = f"response.input[{index}]"
            if isinstance(value, dict) and value.get("type") == "item_reference":
                item_id = required(value, "id", place)
                yield self._state.conversation.find(item_id, "invalid_value", f"{place}.id")
            else:
                yield self._state.dialect.read_item(value, place)

    def _answering(self, turn: Turn, content: Call | str) -> Iterator[Step]:
        wrong = self._state.wrong
        failed = wrong("failedResponse")
        if failed is not None:
            return turn.failing(self._state.id, failed)
        if turn.response.settings.speaks and not isinstance(content, Call):
            self.has_spoken = True
        return steps(turn, content, self._speaker, wrong, latency(wrong))

    def _finish(self) -> Iterator[str]:
        """The events that close the active response, which is not active afterwards."""
        turn, state = self.turn, self._state
        if turn is None or state.wrong("neverDone") is not None:
            return
        self.turn = None
        wrong_usage = state.wrong("wrongUsage") is not None
        turn.response.usage = turn.usage.of_response(wrong=wrong_usage)
        wire = state.outbox.wire
        yield wire.event("response.done", response=state.dialect.response(turn.response))
        if state.wrong("rateLimitsUpdated") is not None:
            yield wire.event("rate_limits.updated", rate_limits=state.called.shown_limits())
