"""Realtime sessions begin here: the handshakes of both protocols."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from aiohttp import web

from deployer.emulator.data_plane.addresses import account_of
from deployer.emulator.data_plane.capacity import Capacity
from deployer.emulator.data_plane.credentials import presented
from deployer.emulator.data_plane.gateway import (
    ACCESS_DENIED,
    answer_headers,
    not_found,
    not_supported,
    refuse_network,
)
from deployer.emulator.data_plane.world import CalledDeployment, Refused, World
from deployer.emulator.faults.wrongs import Wrong, WrongEvent, number
from deployer.emulator.realtime.allowance import Limit
from deployer.emulator.realtime.connection import Ending, converse
from deployer.emulator.realtime.dialect import Dialect
from deployer.emulator.realtime.entrance import Entrance, can_transcribe, ephemeral_key, is_realtime
from deployer.emulator.realtime.ga import Ga
from deployer.emulator.realtime.preview import API_VERSIONS, Preview
from deployer.emulator.realtime.session import RealtimeSession
from deployer.emulator.realtime.session_state import Called
from deployer.emulator.realtime.transcription_session import TranscriptionSession
from deployer.emulator.serving.process_memory import Remains
from deployer.emulator.sound.recognition import Recognise
from deployer.emulator.sound.voice import Speaker

LARGEST_MESSAGE = 64 * 2**20
"""Bytes of one client event: 15 MiB of audio in base64, and room to refuse more in words."""


class Handshakes:
    """The handlers; `entrance` says who comes in, and to which deployment."""

    def __init__(
        self,
        world: World,
        speaker: Speaker,
        capacity: Capacity,
        recognise: Recognise | None,
        entrance: Entrance,
    ) -> None:
        self._world = world
        self._recognise = recognise
        self._speaker = speaker
        self._capacity = capacity
        self._entrance = entrance
        self._remains = Remains()

    async def preview(self, request: web.Request) -> web.StreamResponse:
        """The handshake of the preview protocol."""
        version = request.query.get("api-version", "")
        if version not in API_VERSIONS:
            raise not_found()
        deployment = request.query.get("deployment")
        return await self._open(request, deployment, Preview(version))

    async def ga(self, request: web.Request) -> web.StreamResponse:
        """The handshake of the GA protocol; an api-version there is 401 (migration guide, 2026)."""
        if "api-version" in request.query:
            raise Refused(401, "401", ACCESS_DENIED)
        deployment = request.query.get("model") or request.query.get("deployment")
        return await self._open(request, deployment, Ga())

    async def _open(
        self, request: web.Request, deployment: str | None, dialect: Dialect
    ) -> web.StreamResponse:
        entered = self._entrance.enter(request, deployment, transcribes=_transcribes(request))
        called = entered.called
        wrong = self._wrong(called)
        refuse_network(wrong)
        is_model_version = request.query.get("api-version") == "2024-12-17"
        if is_model_version and wrong("refused20241217") is not None:
            raise not_found()
        needs_key = entered.transcribes and wrong("ephemeralOnly") is not None
        if needs_key and ephemeral_key(request) is None:
            raise Refused(401, "Unauthorized", "This operation requires ephemeral authentication.")
        if _names_deployment(request) and wrong("noTranscriptionDeployment") is not None:
            message = "A transcription session takes no deployment in its address."
            raise Refused(400, "BadRequest", message)
        if self._is_sent_away(request, called, dialect) or wrong("redirect302") is not None:
            return _sent_away(request)
        if not (can_transcribe(called) if entered.transcribes else is_realtime(called)):
            raise not_supported("realtime", called)
        real = wrong("realCapacity")
        if real is not None:
            version = request.query.get("api-version", "v1")
            says_when = real.get("retryAfter") is not False
            self._capacity.check(called, self._world.now(), "Realtime_Create", version, says_when)
        socket = web.WebSocketResponse(
            max_msg_size=LARGEST_MESSAGE, compress=False, protocols=["realtime"]
        )
        if not socket.can_prepare(request):
            raise Refused(400, "BadRequest", "This operation is a WebSocket: ask for an upgrade.")
        self._capacity.use(called, self._world.now(), requests=1)
        limits = self._capacity.headers(called, self._world.now())
        socket.headers.update(answer_headers(request, called, limits, wrong))
        socket.headers["x-emulator-voice"] = self._speaker.kind
        await socket.prepare(request)
        ending = _ending(dialect, wrong)
        kind = TranscriptionSession if entered.transcribes else RealtimeSession
        session = kind(
            dialect,
            Called(
                called.full_model,
                int(self._world.now() + ending.seconds),
                entered.settings,
                _Share(self._capacity, called, self._world.now),
            ),
            self._speaker,
            wrong,
            recognises=self._recognise is not None,
        )
        try:
            await converse(request, socket, session, ending, self._recognise)
        finally:
            self._remains.add()
        return socket

    def _is_sent_away(
        self, request: web.Request, called: CalledDeployment, dialect: Dialect
    ) -> bool:
        """Whether the address is the one of all AI services, which has no preview protocol."""
        _, is_openai_host = account_of(request)
        return (
            called.account_kind == "AIServices"
            and not is_openai_host
            and isinstance(dialect, Preview)
        )

    def _wrong(self, called: CalledDeployment) -> WrongEvent:
        def wrong(kind: str, event: str = "") -> Mapping[str, object] | None:
            return self._world.fault(kind, called.account, called.deployment, event)

        return wrong


class _Share:
    """One deployment's capacity, as a session uses it."""

    __slots__ = ("_called", "_capacity", "_now")

    def __init__(
        self, capacity: Capacity, called: CalledDeployment, now: Callable[[], float]
    ) -> None:
        self._capacity = capacity
        self._called = called
        self._now = now

    def use(self, tokens: int) -> None:
        """Count the tokens of a response."""
        self._capacity.use(self._called, self._now(), tokens=tokens)

    def limits(self) -> Sequence[Limit]:
        """What is left at this moment."""
        return self._capacity.limits(self._called, self._now())


def _sent_away(request: web.Request) -> web.Response:
    """The redirect seen on `*.cognitiveservices.azure.com`: to another path, with the caller's key in its query."""
    key = presented(request.headers, request.query).key
    query = {**request.query, "api-key": key} if key else request.query
    location = request.rel_url.with_path("/v1/realtime").with_query(query)
    return web.Response(status=302, headers={"Location": str(location)})


def _ending(dialect: Dialect, wrong: Wrong) -> Ending:
    short = wrong("shortSession")
    reason = f"Your session hit the maximum duration of {dialect.minutes} minutes."
    if short is None:
        return Ending(dialect.minutes * 60.0, reason)
    return Ending(number(short, "seconds", 1), reason, str(short.get("form", "both")))


def _transcribes(request: web.Request) -> bool:
    return request.query.get("intent") == "transcription"


def _names_deployment(request: web.Request) -> bool:
    """Whether a transcription handshake has a deployment in its query."""
    return _transcribes(request) and "deployment" in request.query
