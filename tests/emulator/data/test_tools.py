"""Functions in chat completions: called by name, by choice, answered, streamed."""

import json
from typing import Any

import pytest
from emulator.data.calls import answered, chat, post, streamed

LOOK = {
    "type": "function",
    "function": {
        "name": "look",
        "parameters": {"properties": {"at": {"type": "string"}}, "required": ["at"]},
    },
}
HEAR = {"type": "function", "function": {"name": "hear"}}


def offered(text="Please look.", tools=(LOOK, HEAR), **changes):
    return chat(text, tools=list(tools), **changes)


def choice(endpoint, body):
    return answered(endpoint, body)["choices"][0]


def test_a_function_is_called_by_the_name_that_was_said(endpoint):
    found = choice(endpoint, offered())
    (call,) = found["message"]["tool_calls"]

    assert (found["finish_reason"], found["message"]["content"]) == ("tool_calls", None)
    assert "audio" not in found["message"]
    assert (call["type"], call["function"]["name"]) == ("function", "look")
    assert json.loads(call["function"]["arguments"]) == {"at": "Please look."}


@pytest.mark.parametrize(
    ("wanted", "called"),
    [
        ("none", None),
        ("auto", None),
        ("required", "look"),
        ({"type": "function", "function": {"name": "hear"}}, "hear"),
    ],
    ids=["none", "auto", "required", "one by name"],
)
def test_the_choice_decides(endpoint, wanted, called):
    message = choice(endpoint, offered("Hello.", tool_choice=wanted))["message"]
    calls = message.get("tool_calls", [])

    assert [call["function"]["name"] for call in calls] == ([] if called is None else [called])


def test_the_answer_shows_which_functions_it_knows(endpoint):
    said = choice(endpoint, offered("Hello."))["message"]["audio"]["transcript"]

    assert said == "You wrote: Hello. I can call: look, hear."


def test_the_result_of_a_call_is_spoken(endpoint):
    call = choice(endpoint, offered())["message"]["tool_calls"][0]
    body = offered()
    body["messages"] += [
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": call["id"], "content": "a fox"},
    ]

    assert "the tool answered a fox" in choice(endpoint, body)["message"]["audio"]["transcript"]


def test_a_call_is_streamed_name_first(endpoint):
    audio = {"voice": "alloy", "format": "pcm16"}
    chunks = streamed(endpoint, offered(stream=True, audio=audio))
    deltas = [one["choices"][0] for one in chunks]
    calls = [one["delta"]["tool_calls"][0] for one in deltas if "tool_calls" in one["delta"]]

    assert calls[0]["function"]["name"] == "look"
    assert "".join(call["function"]["arguments"] for call in calls) == '{"at": "Please look."}'
    assert deltas[-1]["finish_reason"] == "tool_calls"


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "a result of no call": (
        {"messages": [{"role": "tool", "tool_call_id": "call_x", "content": "1"}]},
        "messages[0].role",
    ),
    "a function without a name": (
        {"tools": [{"type": "function", "function": {}}]},
        "tools[0].function.name",
    ),
    "a choice that is none": ({"tool_choice": "perhaps"}, "tool_choice"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_tool_is_refused(endpoint, case):
    changes, param = REFUSED[case]
    status, _, text = post(endpoint, chat(**changes))

    assert (400, param) == (status, json.loads(text)["error"]["param"])
