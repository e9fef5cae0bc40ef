"""Small services on loopback that answer as a test wants, and a caller that checks them."""

import asyncio
import base64
import contextlib
import json
import threading
from dataclasses import replace

from aiohttp import WSMsgType, web
from smoke.signals import speech, wav

from deployer.azure.access import Access
from deployer.core.checks import AudioSettings, SmokeSettings
from deployer.core.report import Outcome
from deployer.core.resources import Deployment, ModelVersion, Sku
from deployer.smoke import Target, run
from deployer.smoke.waiting import Clock

KEY = "canary-key-0123456789"
SAY = "The quick brown fox jumps over the lazy dog."
AUDIO = ModelVersion("gpt-4o-audio-preview", "2024-12-17")
AUDIO_GA = ModelVersion("gpt-audio", "2025-08-28")
REALTIME = ModelVersion("gpt-4o-realtime-preview", "2024-12-17")
REALTIME_GA = ModelVersion("gpt-realtime", "2025-08-28")


class SkippingClock(Clock):
    """Waits take no time, but it passes."""

    def __init__(self):
        self.skipped = 0.0

    def now(self):
        return super().now() + self.skipped

    async def sleep(self, seconds):
        self.skipped += seconds
        await asyncio.sleep(0)


def target(endpoint, model=AUDIO, name="voice", ca=None, headers=None, with_key=True):
    deployment = Deployment("acc", name, model, Sku("GlobalStandard", 1))
    access = Access(
        endpoint,
        endpoint,
        headers or (lambda: {"api-key": KEY}),
        principal="11111111-2222-4333-8444-555555555555",
        with_key=with_key,
        ca=ca,
    )
    return Target(deployment.address, "acc", deployment, access)


def settings(**changed):
    return replace(SmokeSettings(5.0, 0.0, AudioSettings(say=SAY)), **changed)


def check(*targets, told=None, stop=None, clock=None, save_audio=None, parallel=8, **changed):
    """The results of all checks of these targets."""
    events = told if told is not None else []
    return run(
        targets,
        settings(**changed),
        tell=events.append,
        stop=stop or threading.Event(),
        save_audio=save_audio,
        parallel=parallel,
        clock=clock or SkippingClock(),
    )


def codes(results):
    """The diagnosis of each check, None for one that passed."""
    return {
        one.check: one.diagnosis.code if one.diagnosis else None
        for one in results
        if one.outcome is not Outcome.SKIPPED
    }


@contextlib.contextmanager
def serving(answer, ssl=None):
    """The address of a server whose every request is answered by a coroutine function."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    def wait(coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, loop).result(10)

    async def start():
        application = web.Application(client_max_size=2**26)
        application.router.add_route("*", "/{path:.*}", answer)
        runner = web.AppRunner(application, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=ssl).start()
        return runner

    runner = wait(start())
    try:
        scheme = "https" if ssl else "http"
        yield f"{scheme}://127.0.0.1:{runner.addresses[0][1]}/acc"
    finally:
        wait(runner.cleanup())
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def refusing(status, code=None, message="", headers=None, times=None):
    """Refuses the first `times` requests (None: all), then answers as it should."""
    left = [times]

    async def answer(request):
        if left[0] == 0:
            return await healthy(request)
        if left[0] is not None:
            left[0] -= 1
        body = {"error": {"code": code, "message": message}} if code is not None else None
        if body is None:
            return web.Response(status=status, headers=headers)
        return web.json_response(body, status=status, headers=headers)

    return answer


async def healthy(request):
    """An audio completion or a realtime session as it should be, in the preview forms."""
    if request.path.endswith("/realtime"):
        return await conversing()(request)
    body = await request.json()
    return await (streaming() if body.get("stream") else completing())(request)


def completion(model="gpt-4o-audio-preview-2024-12-17", pcm=None, transcript=SAY, **message):
    data = wav(speech(3) if pcm is None else pcm)
    audio = {"id": "audio_1", "data": base64.b64encode(data).decode(), "transcript": transcript}
    return {"model": model, "choices": [{"message": {"content": None, "audio": audio, **message}}]}


def completing(body=None, **changed):
    async def answer(_):
        return web.json_response(completion(**changed) if body is None else body)

    return answer


def chunk(**audio):
    return {"model": "gpt-4o-audio-preview-2024-12-17", "choices": [{"delta": {"audio": audio}}]}


def streaming(chunks=None, end="data: [DONE]\n\n"):
    """A stream of these chunks, or of three seconds of speech."""
    pcm = speech(3)
    if chunks is None:
        pieces = [pcm[start : start + 19_200] for start in range(0, len(pcm), 19_200)]
        chunks = [chunk(id="audio_1", transcript=SAY), {"choices": []}, {"object": "chunk"}]
        chunks += [chunk(data=base64.b64encode(piece).decode()) for piece in pieces]

    async def answer(request):
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for one in chunks:
            await response.write(f"data: {json.dumps(one)}\n\n".encode())
        await response.write(end.encode())
        return response

    return answer


CREATED = {
    "type": "session.created",
    "session": {"model": "gpt-4o-realtime-preview-2024-12-17", "modalities": ["text", "audio"]},
}


def spoken():
    """The events of a response in the preview protocol."""
    data = base64.b64encode(speech(3)).decode()
    return [
        {"type": "response.created", "response": {"status": "in_progress"}},
        {"type": "response.audio_transcript.delta", "delta": SAY},
        {"type": "response.audio.delta", "delta": data},
        {"type": "response.done", "response": {"status": "completed"}},
    ]


def conversing(created=CREATED, updated=None, response=None, close_after=None):
    """A session that sends `created`, and answers an update and a response; None in place of events sends none."""

    async def answer(request):
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        if created is not None:
            await socket.send_json(created)
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                break
            kind = json.loads(message.data)["type"]
            if kind == close_after:
                await socket.close(code=1011, message=KEY.encode())
            elif kind == "session.update":
                event = {"type": "session.updated", "session": {}} if updated is None else updated
                if event:
                    await socket.send_json(event)
            elif kind == "response.create":
                for event in spoken() if response is None else response:
                    await socket.send_json(event)
        return socket

    return answer
