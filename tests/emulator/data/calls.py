"""Chat calls over HTTP, with defaults for what a test does not care about."""

import base64
import json
import urllib.error
import urllib.request

from emulator.data.world import KEY

CLASSIC = "openai/deployments/audio/chat/completions?api-version=2025-01-01-preview"
V1 = "openai/v1/chat/completions"


def chat(text='Say exactly: "Hello there."', **changes):
    """A request body; None takes a field out."""
    body = {
        "model": "audio",
        "messages": [{"role": "user", "content": text}],
        "modalities": ["text", "audio"],
        "audio": {"voice": "alloy", "format": "wav"},
    } | changes
    return {name: value for name, value in body.items() if value is not None}


def input_audio(content, form="wav"):
    data = base64.b64encode(content).decode()
    return {"type": "input_audio", "input_audio": {"data": data, "format": form}}


def heard(content, form="wav", **changes):
    """A request whose user speaks."""
    messages = [{"role": "user", "content": [input_audio(content, form)]}]
    return chat(messages=messages, **changes)


def post(endpoint, body, path=CLASSIC, headers=None):
    """Status, headers and text of the answer; a redirect or error status is an answer too."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(  # noqa: S310
        f"{endpoint}/{path}", content, {"api-key": KEY, **(headers or {})}
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read().decode()


def answered(endpoint, body, path=CLASSIC):
    """The parsed body of a call that must succeed."""
    status, _, text = post(endpoint, body, path)
    assert status == 200, text
    return json.loads(text)


def message(endpoint, body, path=CLASSIC):
    return answered(endpoint, body, path)["choices"][0]["message"]


def streamed(endpoint, body, path=CLASSIC):
    """The parsed chunks of a stream that must end with [DONE]."""
    status, headers, text = post(endpoint, body, path)
    assert status == 200, text
    assert headers["Content-Type"] == "text/event-stream"
    data = [line.removeprefix("data: ") for line in text.split("\n\n") if line]
    assert data[-1] == "[DONE]"
    return [json.loads(line) for line in data[:-1]]
