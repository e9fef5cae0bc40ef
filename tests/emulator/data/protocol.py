"""The checker that every stream of server events must pass: it walks the stream and stops at the first event that may
not come there. A stream is one session's; what the client sent is not needed, but for its commits.
"""

from typing import Any

from emulator.data.protocol_answers import ENDED_EARLY, Answer, Broken, must

Event = dict[str, Any]

PREVIEW_NAMES: dict[str, Any] = {
    "audio": "response.audio",
    "transcript": "response.audio_transcript",
    "text": "response.text",
    "added": ["conversation.item.created"],
    "done": [],
}
GA_NAMES: dict[str, Any] = {
    "audio": "response.output_audio",
    "transcript": "response.output_audio_transcript",
    "text": "response.output_text",
    "added": ["conversation.item.added"],
    "done": ["conversation.item.done"],
}
_TRANSCRIPTION = "conversation.item.input_audio_transcription"


def check_protocol(events, names, complete=True, commits=None):
    """Raise `Broken` for the first event that breaks the protocol of the generation that has these names.

    `complete`: nothing more will come, so everything that was begun has ended. `commits`: how often the client has
    committed its buffer by itself; None: nobody counted.
    """
    stream = Stream(names, commits)
    for number, event in enumerate(events):
        try:
            stream.take(event)
        except (Broken, KeyError, IndexError, TypeError) as broken:
            raise Broken(f"{number}: {event.get('type')}: {broken!r}") from broken
    if complete:
        stream.end()


class Stream:
    """What a client knows of a session after each event."""

    def __init__(self, names, commits=None):
        self._names = names
        self._commits = commits
        self._event_ids: set[str] = set()
        self._kind = ""
        self._expected: tuple[str, str] | None = None
        """The type that must come next, and the item that it must be about."""
        self._order: list[str] = []
        self._items: dict[str, Event] = {}
        """All items that were ever told of, as they were first shown."""
        self._placed: dict[str, Any] = {}
        """Behind which item each was placed."""
        self._done: set[str] = set()
        self._speech: str | None = None
        self._milliseconds = 0
        self._heard: dict[str, str | None] = {}
        """What was transcribed of each item of the user's sound; None when it is all there."""
        self._answers: dict[str, Answer] = {}
        self._answered: set[str] = set()
        (added,) = names["added"]
        self._takers = {
            "error": self._error,
            "conversation.created": self._conversation_created,
            added: self._item_added,
            **dict.fromkeys(names["done"], self._item_done),
            "conversation.item.retrieved": self._item_retrieved,
            "conversation.item.truncated": self._item_truncated,
            "conversation.item.deleted": self._item_deleted,
            f"{_TRANSCRIPTION}.delta": self._transcribing,
            f"{_TRANSCRIPTION}.completed": self._transcribed,
            f"{_TRANSCRIPTION}.failed": self._transcription_failed,
            "input_audio_buffer.speech_started": self._speech_started,
            "input_audio_buffer.speech_stopped": self._speech_stopped,
            "input_audio_buffer.timeout_triggered": self._timed_out,
            "input_audio_buffer.committed": self._committed,
            "input_audio_buffer.cleared": self._cleared,
            "response.created": self._response_created,
            "response.output_item.added": self._output_item_added,
            "response.done": self._response_done,
            "rate_limits.updated": self._rate_limits,
        }

    def take(self, event):
        """The next event."""
        must(isinstance(event["event_id"], str), "an event has an id")
        must(event["event_id"] not in self._event_ids, "an event's id is its own")
        self._event_ids.add(event["event_id"])
        kind = event["type"]
        if not self._kind:
            known = ("session.created", "transcription_session.created")
            must(kind in known, "a session begins with its creation")
            must(event["session"]["id"], "a session has an id")
            self._kind = kind.partition(".")[0]
            return
        if self._expected is not None:
            wanted, self._expected = self._expected, None
            about = event.get("item_id") or event.get("item", {}).get("id")
            must((kind, about) == wanted, f"{wanted} must follow at once")
        if kind == f"{self._kind}.updated":
            must(event["session"], "an update shows the session")
        elif kind in self._takers:
            self._takers[kind](event)
        else:
            must(kind.startswith("response."), "a type of this generation")
            self._answer(event).take(event)

    def end(self):
        """Nothing more will come."""
        must(self._kind, "a session begins with its creation")
        must(self._expected is None, f"{self._expected} must still follow")
        must(not self._answers, f"{[*self._answers]} must still be done")
        if self._names["done"]:
            must(self._done == self._placed.keys(), "every item that was added is done")
        for item_id, words in self._heard.items():
            must(not words, f"the transcription of {item_id} must still end")

    def _error(self, event):
        must({"type", "code", "message", "param", "event_id"} == event["error"].keys(), "an error")

    def _conversation_created(self, _):
        must(len(self._event_ids) == 2, "a conversation begins with its session")

    def _item_added(self, event):
        item, previous = event["item"], event["previous_item_id"]
        answer = next((one for one in self._answers.values() if one.is_about(item["id"])), None)
        if answer is None:
            must(item["id"] not in self._items, "an item is added once")
            must(item["status"] == "completed", "an item of the client's is complete")
        else:
            must(item["status"] == "in_progress", "an answer begins")
        must(item["id"] not in self._placed, "an item is added once")
        must(previous is None or previous in self._order, "the item before it is known")
        if item["id"] in self._heard:
            must(previous == self._placed_last(), "a turn comes last")
            parts = [part["type"] for part in item["content"]]
            must(
                (item["role"], parts) == ("user", ["input_audio"]), "a turn is sound of the user's"
            )
        for part in item.get("content", ()):
            if part["type"] == "input_audio":
                self._heard.setdefault(item["id"], "")
        self._order.insert(0 if previous is None else self._order.index(previous) + 1, item["id"])
        self._items[item["id"]] = item
        self._placed[item["id"]] = previous
        if answer is None and self._names["done"]:
            self._expected = (self._names["done"][0], item["id"])

    def _placed_last(self):
        return self._order[-1] if self._order else None

    def _item_done(self, event):
        item_id = event["item"]["id"]
        must(item_id in self._placed and item_id not in self._done, "an item is done once")
        must(event["previous_item_id"] == self._placed[item_id], "it is where it was added")
        for answer in self._answers.values():
            if answer.is_about(item_id):
                answer.item_is_done(event["item"])
        must(event["item"]["status"] in ("completed", "incomplete"), "what is done has ended")
        self._done.add(item_id)

    def _item_retrieved(self, event):
        must(event["item"]["id"] in self._order, "the item is known")

    def _item_truncated(self, event):
        must(event["item_id"] in self._order, "the item is known")
        must(self._items[event["item_id"]]["role"] == "assistant", "an answer is cut")
        must(event["content_index"] == 0 and event["audio_end_ms"] >= 0, "its sound is cut")
        for answer in self._answers.values():
            answer.truncate(event["item_id"])

    def _item_deleted(self, event):
        must(event["item_id"] in self._order, "the item is known")
        self._order.remove(event["item_id"])

    def _transcribed_so_far(self, event):
        must(event["item_id"] in self._heard and event["item_id"] in self._placed, "it was said")
        must(event["content_index"] == 0, "it was the sound that was said")
        words = self._heard[event["item_id"]]
        must(words is not None, "a transcription ends once")
        return words

    def _transcribing(self, event):
        self._heard[event["item_id"]] = self._transcribed_so_far(event) + event["delta"]

    def _transcribed(self, event):
        words = self._transcribed_so_far(event)
        # Whole transcripts without a delta before them are what whisper-1 is documented to give.
        must(words in ("", event["transcript"]), "the deltas are the transcript")
        must(event["usage"]["type"] in ("duration", "tokens"), "a transcription has its cost")
        self._heard[event["item_id"]] = None

    def _transcription_failed(self, event):
        must(self._transcribed_so_far(event) == "", "what has failed has no words")
        must(event["error"]["message"], "a failure says why")
        self._heard[event["item_id"]] = None

    def _speech_started(self, event):
        must(self._speech is None, "one speaks at a time")
        must(event["item_id"] not in self._items, "a turn is an item of its own")
        must(event["audio_start_ms"] >= self._milliseconds, "time goes on")
        self._speech, self._milliseconds = event["item_id"], event["audio_start_ms"]

    def _speech_stopped(self, event):
        must(event["item_id"] == self._speech, "who stops has started")
        must(event["audio_end_ms"] >= self._milliseconds, "time goes on")
        self._speech, self._milliseconds = None, event["audio_end_ms"]
        self._heard[event["item_id"]] = ""
        self._expected = ("input_audio_buffer.committed", event["item_id"])

    def _timed_out(self, event):
        must(self._speech is None, "who is silent does not speak")
        must(event["audio_end_ms"] >= event["audio_start_ms"], "time goes on")
        self._heard[event["item_id"]] = ""
        self._expected = ("input_audio_buffer.committed", event["item_id"])

    def _committed(self, event):
        item_id = event["item_id"]
        must(item_id not in self._items, "a turn is an item of its own")
        if item_id not in self._heard:
            # Nobody stopped to speak, so it was the client: even in the middle of speech.
            must(self._speech in (None, item_id), "what is committed is what was begun")
            must(self._commits is None or self._commits > 0, "somebody has committed it")
            self._commits = None if self._commits is None else self._commits - 1
        must(event["previous_item_id"] == self._placed_last(), "a turn comes last")
        self._speech = None
        self._heard[item_id] = ""
        self._expected = (self._names["added"][0], item_id)

    def _cleared(self, _):
        self._speech = None

    def _response_created(self, event):
        answer = Answer(self._names, event["response"])
        must(answer.id not in self._answered, "a response is created once")
        others = any(one.in_conversation for one in self._answers.values())
        must(not (answer.in_conversation and others), "one answers at a time")
        self._answered.add(answer.id)
        self._answers[answer.id] = answer

    def _answer(self, event):
        must(event["response_id"] in self._answers, "the response is on its way")
        return self._answers[event["response_id"]]

    def _output_item_added(self, event):
        answer, item_id = self._answer(event), event["item"]["id"]
        must(item_id not in self._items, "an answer is an item of its own")
        answer.take(event)
        self._items[item_id] = event["item"]
        if answer.in_conversation:
            self._expected = (self._names["added"][0], item_id)

    def _response_done(self, event):
        response = event["response"]
        must(response["id"] in self._answers, "the response is on its way")
        must(response["status"] in ("completed", *ENDED_EARLY), "it says how it ended")
        self._answers.pop(response["id"]).end(response)

    def _rate_limits(self, event):
        must(self._answered, "limits are told with a response")
        must(event["rate_limits"], "limits are told")
