"""The official client, unchanged: audio chat and realtime turns in both generations."""

import asyncio
import base64

import openai
import pytest
from emulator.data.world import KEY

from deployer.emulator.sound.recording import read_wav
from deployer.emulator.sound.voice import hear

SAY = {"role": "user", "content": 'Say exactly: "Hello there."'}
AUDIO = {"voice": "alloy", "format": "wav"}


def azure(endpoint):
    return openai.AzureOpenAI(
        azure_endpoint=endpoint, api_key=KEY, api_version="2025-01-01-preview", max_retries=0
    )


def v1(endpoint):
    return openai.OpenAI(base_url=f"{endpoint}/openai/v1/", api_key=KEY, max_retries=0)


both = pytest.mark.parametrize("client", [azure, v1], ids=["azure", "v1"])


@both
def test_an_audio_chat_is_completed(endpoint, client):
    with client(endpoint) as api:
        answer = api.chat.completions.create(
            model="audio", modalities=["text", "audio"], audio=AUDIO, messages=[SAY]
        )
        audio = answer.choices[0].message.audio
        again = api.chat.completions.create(
            model="audio",
            messages=[
                SAY,
                {"role": "assistant", "audio": {"id": audio.id}},
                {"role": "user", "content": "And in text?"},
            ],
        )

    assert audio.transcript == "Hello there."
    assert hear(read_wav(base64.b64decode(audio.data)).pcm) == "Hello there."
    assert answer.usage.completion_tokens_details.audio_tokens > 0
    assert again.choices[0].message.content == "You wrote: And in text?"


def async_azure(endpoint):
    return openai.AsyncAzureOpenAI(
        azure_endpoint=endpoint, api_key=KEY, api_version="2025-01-01-preview", max_retries=0
    )


def async_v1(endpoint):
    return openai.AsyncOpenAI(base_url=f"{endpoint}/openai/v1/", api_key=KEY, max_retries=0)


both_async = pytest.mark.parametrize("client", [async_azure, async_v1], ids=["azure", "v1"])


@both_async
def test_an_audio_chat_of_the_asynchronous_client_is_completed(endpoint, client):
    async def run():
        async with client(endpoint) as api:
            answer = await api.chat.completions.create(
                model="audio", modalities=["text", "audio"], audio=AUDIO, messages=[SAY]
            )
            turn = {"role": "assistant", "audio": {"id": answer.choices[0].message.audio.id}}
            more = {"role": "user", "content": "And in text?"}
            again = await api.chat.completions.create(model="audio", messages=[SAY, turn, more])
            return answer, again

    answer, again = asyncio.run(run())

    audio = answer.choices[0].message.audio
    assert audio.transcript == "Hello there."
    assert hear(read_wav(base64.b64decode(audio.data)).pcm) == "Hello there."
    assert again.choices[0].message.content == "You wrote: And in text?"


@both_async
def test_an_audio_chat_of_the_asynchronous_client_is_streamed(endpoint, client):
    async def run():
        async with client(endpoint) as api:
            stream = await api.chat.completions.create(
                model="audio",
                modalities=["text", "audio"],
                audio={"voice": "echo", "format": "pcm16"},
                messages=[SAY],
                stream=True,
                stream_options={"include_usage": True},
            )
            return [chunk async for chunk in stream]

    check_stream(asyncio.run(run()))


@both
def test_an_audio_chat_is_streamed(endpoint, client):
    with client(endpoint) as api:
        stream = api.chat.completions.create(
            model="audio",
            modalities=["text", "audio"],
            audio={"voice": "echo", "format": "pcm16"},
            messages=[SAY],
            stream=True,
            stream_options={"include_usage": True},
        )
        chunks = list(stream)
    check_stream(chunks)


def check_stream(chunks):
    audio = [
        choice.delta.model_dump().get("audio") or {}
        for chunk in chunks
        for choice in chunk.choices or ()
    ]
    pcm = b"".join(base64.b64decode(part["data"]) for part in audio if part.get("data"))

    assert "".join(part.get("transcript") or "" for part in audio) == "Hello there."
    assert hear(pcm) == "Hello there."
    assert [chunk for chunk in chunks if chunk.usage]


@both
def test_a_refusal_becomes_the_client_s_own_error(endpoint, client):
    with client(endpoint) as api, pytest.raises(openai.BadRequestError) as refused:
        api.chat.completions.create(model="audio", messages=[SAY])

    assert refused.value.code == "invalid_value"
    assert refused.value.param == "model"


async def text_turn(connection, session, response):
    """A text to audio turn with the client's typed helpers; every event on the way."""
    events = []
    await connection.session.update(session=session)
    content = [{"type": "input_text", "text": SAY["content"]}]
    await connection.conversation.item.create(
        item={"type": "message", "role": "user", "content": content}
    )
    await connection.response.create(response=response)
    async for event in connection:
        events.append(event)
        if event.type in ("response.done", "error"):
            return events
    return events


def heard_in(events, name):
    return hear(b"".join(base64.b64decode(e.delta) for e in events if e.type == f"{name}.delta"))


def test_a_realtime_turn_in_the_preview_protocol(endpoint):
    async def run():
        client = openai.AsyncAzureOpenAI(
            azure_endpoint=endpoint,
            websocket_base_url=endpoint.replace("http", "ws", 1) + "/openai",
            api_key=KEY,
            api_version="2025-04-01-preview",
        )
        async with client, client.beta.realtime.connect(model="realtime") as connection:
            return await text_turn(
                connection, {"modalities": ["text", "audio"], "voice": "sage"}, {}
            )

    events = asyncio.run(run())

    assert events[0].session.model == "gpt-4o-realtime-preview-2024-12-17"
    assert events[-1].response.status == "completed"
    assert heard_in(events, "response.audio") == "Hello there."
    assert events[-1].response.output[0].content[0].transcript == "Hello there."


def test_a_realtime_turn_in_the_ga_protocol(endpoint):
    async def run():
        client = openai.AsyncOpenAI(base_url=f"{endpoint}/openai/v1", api_key=KEY)
        async with client, client.realtime.connect(model="realtime-ga") as connection:
            return await text_turn(
                connection, {"type": "realtime", "output_modalities": ["audio"]}, {}
            )

    events = asyncio.run(run())

    assert events[0].session.model == "gpt-realtime-2025-08-28"
    assert events[-1].response.status == "completed"
    assert heard_in(events, "response.output_audio") == "Hello there."
    assert events[-1].response.output[0].content[0].transcript == "Hello there."


def test_a_ga_client_on_the_preview_address_connects_and_then_fails(endpoint):
    """The most reported break: the socket opens, and the first session.update is refused."""

    async def run():
        client = openai.AsyncAzureOpenAI(
            azure_endpoint=endpoint,
            websocket_base_url=endpoint.replace("http", "ws", 1) + "/openai",
            api_key=KEY,
            api_version="2025-04-01-preview",
        )
        async with client, client.realtime.connect(model="realtime") as connection:
            await connection.session.update(session={"type": "realtime"})
            return [await connection.recv() for _ in range(2)]

    events = asyncio.run(run())

    assert [event.type for event in events] == ["session.created", "error"]
    assert events[1].error.code == "unknown_parameter"
    assert events[1].error.param == "session.type"
