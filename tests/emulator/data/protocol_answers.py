"""One response of a stream: created, its items opened, filled and closed one after another, done."""

import base64
from typing import Any

Event = dict[str, Any]

ENDED_EARLY = ("cancelled", "incomplete", "failed")
_ARGUMENTS = "response.function_call_arguments"
_TOKEN_BYTES = {"pcm16": 2400, "audio/pcm": 2400}
"""Of 50 ms; the telephone formats have 400."""


class Broken(AssertionError):
    """A stream breaks the protocol."""


def must(holds, words):
    """`words` say what always holds."""
    if not holds:
        raise Broken(words)


class Answer:
    """A response on its way; `is_about` asks for the item that is being made."""

    def __init__(self, names, response):
        must(response["status"] == "in_progress", "a response begins")
        must(response["output"] == [] and response["usage"] is None, "a response begins empty")
        self.id = response["id"]
        self.in_conversation = response["conversation_id"] is not None
        self._response = response
        self._names = names
        self._item: _Item | None = None
        self._output: list[Event] = []
        self._bytes = 0
        self._is_cut = False

    def is_about(self, item_id):
        """Whether that item is being made."""
        return self._item is not None and self._item.id == item_id

    def item_is_done(self, item):
        """The conversation's own event: before the response's."""
        must(self.in_conversation, "an answer beside the conversation is not in it")
        self._opened().be_done(item)

    def truncate(self, item_id):
        """The words of a truncated answer are gone; whatever is said later counts anew."""
        if self.is_about(item_id):
            self._opened().forget()

    def take(self, event):
        """One of the events between the first and the last."""
        kind = event["type"]
        if kind == "response.output_item.added":
            must(self._item is None, "one item is made after the other")
            must(event["output_index"] == len(self._output), "items are numbered in their order")
            self._item = _Item(event["item"], event["output_index"], self._names)
            return
        item = self._opened()
        must(event["output_index"] == item.index, "it is the item with that index")
        if kind == "response.output_item.done":
            must(
                bool(self._names["done"] and self.in_conversation) == item.is_done,
                "the conversation's item is done before the response's",
            )
            item.end(event["item"])
            self._output.append(event["item"])
            self._item = None
            return
        must(event["item_id"] == item.id, "it is about the item that is being made")
        self._bytes += item.take(event)

    def end(self, response):
        """The response is done."""
        must(self._item is None, "its items are done")
        must(
            response["conversation_id"] == self._response["conversation_id"], "it stays where it is"
        )
        must(response["output"] == self._output, "its output is what its items became")
        status, details = response["status"], response["status_details"]
        if status == "completed":
            must(details is None and self._output, "what is complete has an answer")
        else:
            must(details["type"] == status, "an early end says what it is")
            told = details["error"]["message"] if status == "failed" else details["reason"]
            must(told, "an early end says why")
        wanted = "completed" if status == "completed" else "incomplete"
        must(all(item["status"] == wanted for item in self._output), "items end as the response")
        self._check_usage(response)

    def _opened(self):
        if self._item is None:
            raise Broken("an item is being made")
        return self._item

    def _check_usage(self, response):
        usage = response["usage"]
        sides = {}
        for side in ("input", "output"):
            details = usage[f"{side}_token_details"]
            sides[side] = details["text_tokens"] + details["audio_tokens"]
            must(usage[f"{side}_tokens"] == sides[side], f"the {side} is the sum of its kinds")
        must(usage["total_tokens"] == sum(sides.values()), "the total is the sum of both sides")
        form = response.get("output_audio_format")
        token = _TOKEN_BYTES.get(form or response["audio"]["output"]["format"]["type"], 400)
        charged = usage["output_token_details"]["audio_tokens"]
        must(charged == self._bytes // token, "a token is charged for 50 ms of sound")
        if response["status"] == "completed":
            must(self._bytes % token == 0, "a whole answer is a whole number of tokens")


class _Item:
    """A message or a call that is being made."""

    def __init__(self, item, index, names):
        must(item["status"] == "in_progress", "an item begins")
        must(item["type"] in ("message", "function_call"), "an answer says or calls")
        is_call = item["type"] == "function_call"
        must(
            (item["arguments"] == "") if is_call else (item["content"] == []),
            "an item begins empty",
        )
        self.id = item["id"]
        self.index = index
        self.is_done = False
        self._item = item
        self._is_call = is_call
        self._names = names
        self._parts: list[dict[str, str]] = []
        self._part: _Part | None = None
        self._arguments = ""
        self._has_arguments = False

    def take(self, event):
        """An event of what it is made of; how many bytes of sound came with it."""
        kind = event["type"]
        must(not self.is_done, "what is done does not change")
        if self._is_call:
            self._take_arguments(event)
            return 0
        must(event["content_index"] == len(self._parts), "parts are numbered in their order")
        if kind == "response.content_part.added":
            must(self._part is None, "one part is made after the other")
            self._part = _Part(event["part"], self._names)
            return 0
        if self._part is None:
            raise Broken("a part is being made")
        if kind == "response.content_part.done":
            self._part.end(event["part"])
            self._parts.append(event["part"])
            self._part = None
            return 0
        return self._part.take(event)

    def be_done(self, item):
        must(not self.is_done, "an item is done once")
        self._check(item)
        self.is_done = True

    def end(self, item):
        """The item as it is in the end."""
        self._check(item)

    def forget(self):
        if self._part is not None:
            self._part.words = ""

    def _take_arguments(self, event):
        must(event["call_id"] == self._item["call_id"], "it is about the call")
        must(not self._has_arguments, "arguments are done once")
        if event["type"] == f"{_ARGUMENTS}.delta":
            self._arguments += event["delta"]
            return
        must(event["type"] == f"{_ARGUMENTS}.done", "a call has arguments and nothing else")
        must(event["arguments"] == self._arguments, "the deltas are the arguments")
        must(event.get("name", self._item["name"]) == self._item["name"], "it is about the call")
        self._has_arguments = True

    def _check(self, item):
        must(self._part is None, "its parts are done")
        for name in ("id", "type", "role", "name", "call_id"):
            must(item.get(name) == self._item.get(name), f"its {name} does not change")
        must(item["status"] in ("completed", "incomplete"), "it has ended")
        if self._is_call:
            must(self._has_arguments, "its arguments are done")
            must(item["arguments"] == self._arguments, "it has the arguments that were sent")
            return
        must([_words(one) for one in item["content"]] == [_words(one) for one in self._parts],
             "it has the parts that were sent")  # fmt: skip


class _Part:
    """Text, or sound with its transcript."""

    def __init__(self, part, names):
        must(part["type"] in ("text", "audio"), "a part is text or sound")
        must(_words(part) in ("", None), "a part begins empty")
        self._type = part["type"]
        self._written = names["text" if self._type == "text" else "transcript"]
        self._sound = names["audio"]
        self._done: list[str] = []
        self.words = ""

    def take(self, event):
        """A delta, or the end of one kind; how many bytes of sound came with it."""
        name, _, end = event["type"].rpartition(".")
        allowed = (self._written,) if self._type == "text" else (self._sound, self._written)
        must(name in allowed and end in ("delta", "done"), "it is what the part is made of")
        must(name not in self._done, "what is done does not go on")
        if end == "done":
            must(name == allowed[len(self._done)], "sound is done before its transcript")
            self._done.append(name)
            if name == self._written:
                must(_words(event) == self.words, "the deltas are what is done")
            return 0
        must(not self._done, "all deltas come before an end")
        if name == self._sound:
            return len(base64.b64decode(event["delta"], validate=True))
        self.words += event["delta"]
        return 0

    def end(self, part):
        must(len(self._done) == (1 if self._type == "text" else 2), "all of it is done")
        must((part["type"], _words(part)) == (self._type, self.words), "it is what was sent")


def _words(part):
    return part["text"] if "text" in part else part["transcript"]
