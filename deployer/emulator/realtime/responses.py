"""The responses of one session, of which one at a time is active."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from deployer.emulator.data_plane.refusals import Json, required
from deployer.emulator.data_plane.tools import Call
from deployer.emulator.faults.steering import latency, scripted
from deployer.emulator.realtime.answering import input_tokens, steps
from deployer.emulator.realtime.dialect import Ordered, Response
from deployer.emulator.realtime.items import Item
from deployer.emulator.realtime.session_refusals import (
    already_active,
    nothing_to_cancel,
    voice_is_fixed,
)
from deployer.emulator.realtime.session_state import SessionState
from deployer.emulator.realtime.turn import Pause, Step, Turn
from deployer.emulator.realtime.understanding import answer
from deployer.emulator.realtime.wire import new_id
from deployer.emulator.sound.voice import Speaker


class Responses:
    """Makes responses, step by step; `turn` is the active one, `voice` the one that has been heard, if any was.

    `done` is told of each that has ended, and for how many seconds a client that plays it as it comes is still at it.
    """

    __slots__ = (
        "_late",
        "_played_seconds",
        "_speaker",
        "_state",
        "_steps",
        "_tells_limits",
        "done",
        "turn",
        "voice",
    )

    def __init__(self, state: SessionState, speaker: Speaker) -> None:
        self._state = state
        self._speaker = speaker
        self._steps: Iterator[Step] = iter(())
        self._played_seconds = 0.0
        self._tells_limits: Mapping[str, object] | None = None
        self._late: list[tuple[Callable[[], None], bool]] = []
        self.turn: Turn | None = None
        self.voice: str | None = None
        self.done: Callable[[Turn, float], None] = lambda _turn, _seconds: None

    def proceed(self) -> bool:
        """Send what comes next of the active response; whether there was anything."""
        turn = self.turn
        step = next(self._steps, None)
        if step is None or turn is None:
            # Where a response is never done, nothing has come after it yet.
            return self._send_late(is_over=True)
        self._queue(turn, step)
        return True

    def create(self, event: dict[str, Json], /) -> None:
        """Take response.create."""
        state = self._state
        order = state.dialect.order(event.get("response") or {}, state.settings)
        self.check_voice(order.settings.voice, "response")
        self.respond(order)

    def check_voice(self, voice: str, place: str) -> None:
        """Refuse another voice than before once one has been heard."""
        state = self._state
        if self.voice is not None and voice not in (self.voice, state.settings.voice):
            raise voice_is_fixed(f"{place}.{state.dialect.voice}")

    def cancel(self, event: dict[str, Json]) -> None:
        """Take response.cancel."""
        wanted = event.get("response_id")
        if self.turn is None or wanted not in (None, self.turn.response.id):
            raise nothing_to_cancel()
        self.stop("client_cancelled")

    def interrupt(self) -> None:
        """The user speaks over the active response; one outside of the conversation is not for his ears."""
        if self.turn is not None and self.turn.response.conversation_id is not None:
            self.stop("turn_detected")

    def stop(self, reason: str) -> None:
        """End the active response now, with what has been sent of it."""
        self.abandon()
        turn = self.turn
        if turn is not None:
            self._queue(turn, turn.end("cancelled", {"type": "cancelled", "reason": reason}))

    def abandon(self) -> None:
        """Send no more of the active response."""
        self._steps = iter(())

    def send_late(self, send: Callable[[], None], is_among: bool) -> None:
        """Send something among the events of the active response or after them; at once if there is none."""
        if self.turn is None:
            send()
        else:
            self._late.append((send, is_among))

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
        self._played_seconds = 0.0
        self._tells_limits = state.wrong("rateLimitsUpdated")
        state.outbox.tampering.begin_response()
        self._steps = self._answering(self.turn, content)
        # Begun at once, so that even a response that is cancelled before anything is sent has a beginning.
        self.proceed()
        self._tell_limits("created")

    def _given(self, values: tuple[Json, ...]) -> Iterator[Item]:
        """The items that a response is asked to answer instead of the conversation."""
        state = self._state
        for index, value in enumerate(values):
            place = f"response.input[{index}]"
            if isinstance(value, dict) and value.get("type") == "item_reference":
                item_id = required(value, "id", place)
                yield state.conversation.find(item_id, "invalid_value", f"{place}.id")
            else:
                yield state.dialect.read_item(value, state.settings, place)

    def _answering(self, turn: Turn, content: Call | str) -> Iterator[Step]:
        wrong = self._state.wrong
        failed = wrong("failedResponse")
        if failed is None:
            failed = self._used_up()
        if failed is not None:
            return turn.failing(self._state.id, failed)
        if turn.response.settings.speaks and not isinstance(content, Call):
            self.voice = self.voice or turn.response.settings.voice
        return steps(turn, content, self._speaker, wrong, latency(wrong))

    def _used_up(self) -> Mapping[str, object] | None:
        """What a response fails with when all tokens are used and that matters; of the error only the code is known."""
        limits = {limit.name: limit for limit in self._state.called.allowance.limits()}
        tokens = limits.get("tokens")
        if tokens is None or tokens.remaining > 0 or self._state.wrong("realCapacity") is None:
            return None
        return {
            "type": "tokens",
            "code": "rate_limit_exceeded",
            "message": f"Rate limit reached: {tokens.limit} tokens are used."
            f" Please try again in {tokens.reset_seconds:g}s.",
        }

    def _queue(self, turn: Turn, step: Step) -> None:
        """Send a step of the active response, and what comes after its last."""
        self._state.outbox.queue(step)
        for one in step:
            if isinstance(one, Pause) and turn.sent_seconds:
                self._played_seconds += one.seconds
        is_over = self.turn is not turn
        if is_over:
            self._state.called.allowance.use(turn.usage.input + turn.usage.output)
            self._tell_limits("done")
        if self._late and (is_over or turn.usage.output):
            self._send_late(is_over)
        if is_over:
            self.done(turn, max(0.0, turn.sent_seconds - self._played_seconds))

    def _send_late(self, is_over: bool) -> bool:
        """Send what is due, all of it when the response is over; whether that was anything."""
        due = [send for send, is_among in self._late if is_among or is_over]
        self._late = [] if is_over else [one for one in self._late if not one[1]]
        for send in due:
            send()
        return bool(due)

    def _tell_limits(self, when: str) -> None:
        """Send rate_limits.updated if it is wanted, and wanted now."""
        told = self._tells_limits
        if told is None or told.get("when", "done") != when:
            return
        names = told.get("entries")
        limits = [
            limit._asdict()
            for limit in self._state.called.allowance.limits()
            if not isinstance(names, list) or limit.name in names
        ]
        event = self._state.outbox.wire.event("rate_limits.updated", rate_limits=limits)
        self._state.outbox.queue([event])

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
