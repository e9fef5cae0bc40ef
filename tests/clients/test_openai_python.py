"""The client matrix, openai for Python: synchronous and asynchronous, preview and GA, each scenario on a session of its own.

Chat as well: by deployment (`AzureOpenAI`) and on v1 (`OpenAI`), whole and streamed.
"""

import asyncio
import base64
import contextlib
import inspect

import openai
import pytest
from clients.scenarios import SCENARIOS, until
from emulator.data.world import KEY, SmallWorld, serving
from websockets.exceptions import ConnectionClosed

from deployer.emulator.sound.recording import read_wav
from deployer.emulator.sound.voice import hear

WORLD = SmallWorld()


@pytest.fixture(scope="module")
def endpoint():
    with serving(WORLD) as address:
        yield address


class Synchronous:
    def __init__(self, connection, is_ga):
        self.is_ga = is_ga
        self._connection = connection

    def send(self, **event):
        self._connection.send(event)

    def receive(self):
        return self._connection.recv().model_dump()


class Asynchronous(Synchronous):
    def __init__(self, connection, is_ga, run):
        super().__init__(connection, is_ga)
        self._run = run

    def send(self, **event):
        self._run(self._connection.send(event))

    def receive(self):
        return self._run(asyncio.wait_for(self._connection.recv(), 20)).model_dump()


def azure(kind, endpoint):
    return kind(
        azure_endpoint=endpoint,
        websocket_base_url=endpoint.replace("http", "ws", 1) + "/openai",
        api_key=KEY,
        api_version="2025-04-01-preview",
    )


@contextlib.contextmanager
def sync_preview(endpoint):
    with (
        azure(openai.AzureOpenAI, endpoint) as api,
        api.beta.realtime.connect(model="realtime") as connection,
    ):
        yield Synchronous(connection, is_ga=False)


@contextlib.contextmanager
def sync_ga(endpoint):
    with (
        openai.OpenAI(base_url=f"{endpoint}/openai/v1", api_key=KEY) as api,
        api.realtime.connect(model="realtime-ga") as connection,
    ):
        yield Synchronous(connection, is_ga=True)


@contextlib.contextmanager
def async_preview(endpoint):
    with asyncio.Runner() as runner:
        api = azure(openai.AsyncAzureOpenAI, endpoint)
        manager = api.beta.realtime.connect(model="realtime")
        yield Asynchronous(runner.run(manager.__aenter__()), False, runner.run)
        runner.run(manager.__aexit__(None, None, None))
        runner.run(api.close())


@contextlib.contextmanager
def async_ga(endpoint):
    with asyncio.Runner() as runner:
        api = openai.AsyncOpenAI(base_url=f"{endpoint}/openai/v1", api_key=KEY)
        manager = api.realtime.connect(model="realtime-ga")
        yield Asynchronous(runner.run(manager.__aenter__()), True, runner.run)
        runner.run(manager.__aexit__(None, None, None))
        runner.run(api.close())


CLIENTS = pytest.mark.parametrize(
    "client",
    [sync_preview, sync_ga, async_preview, async_ga],
    ids=["sync preview", "sync ga", "async preview", "async ga"],
)


@CLIENTS
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: one.__name__)
def test_openai_python(endpoint, client, scenario):
    with client(endpoint) as talk:
        scenario(talk)


@CLIENTS
def test_openai_python_hears_that_its_session_is_over(endpoint, client, monkeypatch):
    monkeypatch.setitem(WORLD.faults, "shortSession", {"seconds": 0.2})
    with client(endpoint) as talk:
        error = until(talk, "error")[-1]["error"]
        with pytest.raises(ConnectionClosed) as closed:
            talk.receive()

    assert error["code"] == "session_expired"
    assert closed.value.rcvd is not None
    assert (1001, error["message"]) == (closed.value.rcvd.code, closed.value.rcvd.reason)


CHATS = {
    "sync azure": lambda at: azure(openai.AzureOpenAI, at),
    "sync v1": lambda at: openai.OpenAI(base_url=f"{at}/openai/v1", api_key=KEY),
    "async azure": lambda at: azure(openai.AsyncAzureOpenAI, at),
    "async v1": lambda at: openai.AsyncOpenAI(base_url=f"{at}/openai/v1", api_key=KEY),
}
chats = pytest.mark.parametrize("client", CHATS)


def chat(endpoint, client, form, **changes):
    """The answer of a chat in sound, or the chunks of its stream; an asynchronous client runs in a loop of its own."""

    async def run():
        api = CHATS[client](endpoint)
        answer = api.chat.completions.create(
            model="audio",
            modalities=["text", "audio"],
            audio={"voice": "sage", "format": form},
            messages=[{"role": "user", "content": "Say exactly: Hello there."}],
            **changes,
        )
        if not inspect.isawaitable(answer):
            with api:
                return list(answer) if "stream" in changes else answer
        async with api:
            found = await answer
            return [chunk async for chunk in found] if "stream" in changes else found

    return asyncio.run(run())


@chats
def test_openai_python_chats(endpoint, client):
    answer = chat(endpoint, client, "wav")
    audio = answer.choices[0].message.audio

    assert audio.transcript == "Hello there."
    assert hear(read_wav(base64.b64decode(audio.data)).pcm) == "Hello there."
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens


@chats
def test_openai_python_is_streamed_to(endpoint, client):
    chunks = chat(endpoint, client, "pcm16", stream=True, stream_options={"include_usage": True})
    parts = [
        choice.delta.model_dump().get("audio") or {}
        for chunk in chunks
        for choice in chunk.choices or ()
    ]
    pcm = b"".join(base64.b64decode(part["data"]) for part in parts if part.get("data"))

    assert "".join(part.get("transcript") or "" for part in parts) == "Hello there."
    assert hear(pcm) == "Hello there."
    assert [chunk for chunk in chunks if chunk.usage]
    assert parts[-1]["expires_at"]


@chats
def test_openai_python_is_refused_in_its_own_words(endpoint, client):
    with pytest.raises(openai.BadRequestError) as refused:
        chat(endpoint, client, "wav", stream=True)

    assert (refused.value.code, refused.value.param) == ("unsupported_value", "audio.format")
