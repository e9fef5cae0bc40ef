"""The scenarios for LiveKit's realtime plugin, a client of both generations with an engine of its own.

Run by a Python that has livekit-plugins-openai. Arguments: generation, the account's own address, key, certificate authority,
file of speech (pcm16). A step that fails raises; the last line says what passed.
"""

import asyncio
import ssl
import sys
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp
from livekit import rtc
from livekit.agents import function_tool, llm
from livekit.plugins import openai

RATE = 24_000


class Answer(NamedTuple):
    text: str
    milliseconds: float
    calls: list[Any]


@function_tool  # type: ignore[untyped-decorator]
async def look() -> str:
    """Look out of the window."""
    return "a fox"


class Talk:
    """A session, and what LiveKit tells of it."""

    def __init__(self, session: Any) -> None:
        self.session = session
        self.turns: asyncio.Queue[Any] = asyncio.Queue()
        self.errors: asyncio.Queue[Any] = asyncio.Queue()
        self.reconnected = asyncio.Event()
        session.on("generation_created", self._created)
        session.on("error", self.errors.put_nowait)
        session.on("session_reconnected", lambda _: self.reconnected.set())

    def _created(self, event: Any) -> None:
        if not event.user_initiated:
            self.turns.put_nowait(event)

    async def ask(self, text: str) -> Answer:
        context = self.session.chat_ctx.copy()
        context.add_message(role="user", content=text)
        await self.session.update_chat_ctx(context)
        return await heard(await self.session.generate_reply())


async def heard(event: Any) -> Answer:
    """Everything that a generation says and calls."""
    texts, milliseconds = [], 0.0

    async def words(message: Any) -> None:
        async for word in message.text_stream:
            texts.append(str(word))

    async for message in event.message_stream:
        reading = asyncio.create_task(words(message))
        async for frame in message.audio_stream:
            milliseconds += frame.duration * 1000
        await reading
    calls = [call async for call in event.function_stream]
    return Answer("".join(texts), milliseconds, calls)


def check(truth: object, what: str) -> None:
    if not truth:
        raise AssertionError(what)


async def scenarios(talk: Talk, speech: bytes) -> None:
    session = talk.session
    said = await talk.ask("Say exactly: Hello there.")
    check(said.text == "Hello there." and said.milliseconds > 300, f"text to audio: {said}")

    for start in range(0, len(speech), 4_800):
        part = speech[start : start + 4_800]
        session.push_audio(rtc.AudioFrame(part, RATE, 1, len(part) // 2))
    said = await heard(await talk.turns.get())
    check(said.text == "I heard: What is the weather?", f"audio to audio: {said}")

    await session.update_tools([look])
    called = (await talk.ask("Please look.")).calls
    check([one.name for one in called] == ["look"], f"tools: {called}")
    context = session.chat_ctx.copy()
    context.items.append(
        llm.FunctionCallOutput(
            call_id=called[0].call_id, name="look", output="a fox", is_error=False
        )
    )
    await session.update_chat_ctx(context)
    said = await heard(await session.generate_reply())
    check("the tool answered a fox" in said.text, f"tool's answer: {said}")

    context = session.chat_ctx.copy()
    context.add_message(role="user", content="Say exactly: " + "one two three " * 60)
    await session.update_chat_ctx(context)
    event = await session.generate_reply()
    session.interrupt()
    said = await heard(event)
    check("three" in said.text or said.milliseconds >= 0, f"cancel: {said}")

    session.send_event({"type": "session.update", "session": {"nonsense": True}})
    error = (await talk.errors.get()).error
    check(error.body.code in ("unknown_parameter", "missing_required_parameter"), f"error: {error}")

    for number in range(20):
        said = await talk.ask(f"Say exactly: number {number}")
        check(said.text == f"number {number}", f"long session: {said}")


async def expiry(talk: Talk) -> None:
    """The service ends the session; LiveKit opens another and goes on."""
    error = (await talk.errors.get()).error
    check(error.body.code == "session_expired", f"expiry: {error}")
    await talk.reconnected.wait()
    said = await talk.ask("Say exactly: Still here.")
    check(said.text == "Still here.", f"after the expiry: {said}")


async def main(generation: str, address: str, key: str, ca: str, speech: str, part: str) -> None:
    context = ssl.create_default_context(cafile=ca)
    connector = aiohttp.TCPConnector(ssl=context)
    version = None if generation == "ga" else "2025-04-01-preview"
    async with aiohttp.ClientSession(connector=connector) as http:
        model = openai.realtime.RealtimeModel.with_azure(
            azure_deployment="realtime",
            azure_endpoint=address,
            api_key=key,
            api_version=version,
            voice="sage",
            max_session_duration=None,
            http_session=http,
        )
        session = model.session()
        talk = Talk(session)
        await asyncio.wait_for(
            expiry(talk) if part == "expiry" else scenarios(talk, Path(speech).read_bytes()), 40
        )
        await session.aclose()
        await model.aclose()
    sys.stdout.write(f"passed: {generation} {part}\n")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
