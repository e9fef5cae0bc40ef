"""The data plane on HTTP: audio completions, realtime handshakes, ephemeral keys, under `/{account}/openai`."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping

from aiohttp import web

from deployer.emulator.completions.answering import Answer, answer, new_answer_id
from deployer.emulator.completions.audio_ids import SaidAudio
from deployer.emulator.completions.forms import body, chunks, until_half
from deployer.emulator.completions.repetitions import Questions, Repetition, Repetitions
from deployer.emulator.completions.requests import (
    Asked,
    read_request,
    refuse_audio_fields,
    voices_of,
)
from deployer.emulator.data_plane.addresses import account_of, read_json
from deployer.emulator.data_plane.capacity import Capacity
from deployer.emulator.data_plane.gateway import (
    Filtered,
    ModelFailed,
    answer_headers,
    guarded,
    not_found,
    not_supported,
    refuse_network,
)
from deployer.emulator.data_plane.refusals import Json
from deployer.emulator.data_plane.world import CalledDeployment, World
from deployer.emulator.faults.wrongs import Wrong
from deployer.emulator.realtime.entrance import Entrance, is_realtime
from deployer.emulator.realtime.handshakes import Handshakes
from deployer.emulator.realtime.session_keys import SessionKeys
from deployer.emulator.sound.recognition import Recognise
from deployer.emulator.sound.voice import Speaker, Utterance, hear

CHAT_API_VERSIONS = (
    "2024-02-01",
    "2024-02-15-preview",
    "2024-03-01-preview",
    "2024-04-01-preview",
    "2024-05-01-preview",
    "2024-06-01",
    "2024-07-01-preview",
    "2024-08-01-preview",
    "2024-09-01-preview",
    "2024-10-01-preview",
    "2024-10-21",
    "2024-12-01-preview",
    "2025-01-01-preview",
    "2025-02-01-preview",
    "2025-03-01-preview",
    "2025-04-01-preview",
)
"""Of chat completions by deployment path (azure-rest-api-specs). What those before `_FIRST_WITH_AUDIO` say to audio is not known."""

_FIRST_WITH_AUDIO = "2025-01-01-preview"

LARGEST_REQUEST = 64 * 2**20
"""Bytes: the application's `client_max_size` has to allow so much for audio in base64."""

_CHAT = "chat/completions/action"


def routes(
    world: World, speaker: Speaker | None = None, recognise: Recognise | None = None
) -> list[web.RouteDef]:
    """Everything the data plane answers; `world` decides who may call what, `speaker` how it sounds.

    `recognise` understands what is not marked as its own voice; without it, nothing does. The application needs
    `client_max_size=LARGEST_REQUEST`.
    """
    return DataPlane(world, speaker, recognise).routes("/{account}/openai")


class DataPlane:
    """The handlers, and what they share: the voice, the ids of audio, and what is left of capacities."""

    def __init__(
        self, world: World, speaker: Speaker | None = None, recognise: Recognise | None = None
    ) -> None:
        self._world = world
        self._recognise = recognise
        self._speaker = speaker or Speaker()
        self._said: defaultdict[tuple[str, str], SaidAudio] = defaultdict(SaidAudio)
        self._capacity = Capacity()
        self._repetitions = Repetitions()
        entrance = Entrance(world)
        self._handshakes = Handshakes(world, self._speaker, self._capacity, recognise, entrance)
        self._keys = SessionKeys(world, self._capacity, entrance)

    def routes(self, openai: str) -> list[web.RouteDef]:
        """The routes under a prefix; without `{account}` in it the application has to say `ACCOUNT`."""
        hands, keys = self._handshakes, self._keys
        return [
            web.post(
                f"{openai}/deployments/{{deployment}}/chat/completions", guarded(self.complete)
            ),
            web.post(f"{openai}/v1/chat/completions", guarded(self.complete_v1)),
            web.get(f"{openai}/realtime", guarded(hands.preview), allow_head=False),
            web.get(f"{openai}/v1/realtime", guarded(hands.ga), allow_head=False),
            web.post(f"{openai}/realtimeapi/sessions", guarded(keys.preview_session)),
            web.post(f"{openai}/v1/realtime/client_secrets", guarded(keys.client_secret)),
        ]

    async def complete(self, request: web.Request) -> web.StreamResponse:
        """A chat completion at the deployment's own path."""
        if request.query.get("api-version") not in CHAT_API_VERSIONS:
            raise not_found()
        return await self._complete(request, request.match_info["deployment"])

    async def complete_v1(self, request: web.Request) -> web.StreamResponse:
        """A chat completion whose body names the deployment as its model."""
        return await self._complete(request, None)

    async def _complete(self, request: web.Request, deployment: str | None) -> web.StreamResponse:
        content = await request.read()
        again = self._repetitions.find(request.path, content)
        asked_body = None if again is not None else await read_json(request)
        if deployment is None and again is not None:
            deployment = again.deployment
        elif deployment is None:
            deployment = str(asked_body.get("model") or "") if isinstance(asked_body, dict) else ""
        called = self._world.call(
            account_of(request)[0],
            deployment,
            headers=request.headers,
            query=request.query,
            operation=_CHAT,
        )
        wrong = Questions(lambda kind: self._world.fault(kind, called.account, called.deployment))
        utterance = again.utterance() if again is not None else None
        strikes = self._world.has_faults()
        if again is not None and utterance is not None and again.is_clear(called, wrong, strikes):
            return self._repeated(request, called, again, utterance, wrong)
        if again is not None:
            asked_body = await read_json(request)
        return await self._answered(request, called, asked_body, wrong)

    def _repeated(
        self,
        request: web.Request,
        called: CalledDeployment,
        again: Repetition,
        said: Utterance,
        wrong: Wrong,
    ) -> web.Response:
        """The answer to a request that is the same as one before."""
        now = self._world.now()
        created = int(now)
        audio_id = self._said_by(called).issue(created, again.audio_tokens)
        self._capacity.use(called, now, requests=1, tokens=again.tokens)
        headers = answer_headers(request, called, self._capacity.headers(called, now), wrong)
        headers["x-emulator-voice"] = self._speaker.kind
        shown = again.form.filled(new_answer_id(), audio_id, created, said)
        return web.Response(body=shown, content_type="application/json", headers=headers)

    async def _answered(
        self, request: web.Request, called: CalledDeployment, asked_body: Json, wrong: Questions
    ) -> web.StreamResponse:
        refuse_network(wrong)
        if is_realtime(called):
            raise not_supported("chatCompletion", called)
        now = self._world.now()
        real = wrong("realCapacity")
        if real is not None:
            version = request.query.get("api-version", "v1")
            says_when = real.get("retryAfter") is not False
            self._capacity.check(called, now, "ChatCompletions_Create", version, says_when)
        older = wrong("olderVersionsRefuseAudio") is not None
        if older and request.query.get("api-version", "v1") < _FIRST_WITH_AUDIO:
            refuse_audio_fields(asked_body)
        said, voices = self._said_by(called), voices_of(called.model, wrong("voicesOfModel"))
        ear = self._ear(marked=wrong("noFingerprint") is None)
        if self._recognise is None:
            asked = read_request(asked_body, said, now, ear, voices)
        else:
            asked = await asyncio.to_thread(read_request, asked_body, said, now, ear, voices)
        filtered = wrong("contentFilter")
        if filtered is not None and filtered.get("where", "prompt") == "prompt":
            raise Filtered(inner=filtered.get("inner") is not False)
        failed = wrong("failedResponse")
        if failed is not None:
            raise ModelFailed(failed)
        given = answer(asked, called.full_model, self._speaker, said, wrong, now)
        self._capacity.use(called, now, requests=1, tokens=given.tokens + asked.tokens)
        headers = answer_headers(request, called, self._capacity.headers(called, now), wrong)
        if given.utterance is not None:
            headers["x-emulator-voice"] = self._speaker.kind
        breaks = wrong("earlyClose") is not None
        if asked.stream:
            return await _stream(request, headers, given, asked, wrong, breaks)
        await _passed(given.latency.of_whole(given.tokens, given.utterance is not None))
        trapped = asked.audio_format == "wav" and wrong("wavTrap") is not None
        content = await request.read()
        self._repetitions.keep(request.path, content, called.deployment, given, asked, wrong)
        shown = body(given, asked, unknown_wav_sizes=trapped)
        if breaks:
            return await _broken(request, headers, shown)
        return web.Response(body=shown, content_type="application/json", headers=headers)

    def _said_by(self, called: CalledDeployment) -> SaidAudio:
        """The audio that a deployment has said."""
        return self._said[called.account, called.deployment]

    def _ear(self, marked: bool) -> Callable[[bytes], str | None]:
        """What understands sound: its mark unless that is switched off, then the recogniser if there is one."""

        def heard(pcm: bytes) -> str | None:
            words = hear(pcm) if marked else None
            return words or (self._recognise(pcm) if self._recognise is not None else None)

        return heard


async def _passed(seconds: float) -> None:
    if seconds > 0:
        await asyncio.sleep(seconds)


async def _stream(
    request: web.Request,
    headers: Mapping[str, str],
    given: Answer,
    asked: Asked,
    wrong: Wrong,
    breaks: bool,
) -> web.StreamResponse:
    response = web.StreamResponse(headers={**headers, "Content-Type": "text/event-stream"})
    await response.prepare(request)
    events = list(chunks(given, asked, wrong))
    for event, seconds in until_half(events) if breaks else events:
        await _passed(seconds)
        await response.write(f"data: {event}\n\n".encode())
    if breaks and request.transport is not None:
        request.transport.close()
    return response


async def _broken(
    request: web.Request, headers: Mapping[str, str], content: bytes
) -> web.StreamResponse:
    """The first half of a body whose length is announced, and then the end of the connection."""
    response = web.StreamResponse(headers={**headers, "Content-Type": "application/json"})
    response.content_length = len(content)
    await response.prepare(request)
    await response.write(content[: len(content) // 2])
    if request.transport is not None:
        request.transport.close()
    return response
