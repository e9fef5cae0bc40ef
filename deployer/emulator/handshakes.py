"""Realtime sessions begin here: the handshakes of both protocols, and the ephemeral keys that open sessions."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from deployer.emulator.addresses import account_of, read_json
from deployer.emulator.capacity import Capacity
from deployer.emulator.ephemeral import (
    PREVIEW_SECONDS,
    Ticket,
    Tickets,
    is_ephemeral,
    lifetime,
)
from deployer.emulator.gateway import (
    ACCESS_DENIED,
    answer_headers,
    not_found,
    not_supported,
    refuse_network,
)
from deployer.emulator.realtime.connection import Ending, converse
from deployer.emulator.realtime.dialect import Dialect
from deployer.emulator.realtime.ga import Ga
from deployer.emulator.realtime.preview import API_VERSIONS, Preview
from deployer.emulator.realtime.session import RealtimeSession
from deployer.emulator.realtime.session_state import Called
from deployer.emulator.realtime.settings import Settings
from deployer.emulator.realtime.transcription_session import TranscriptionSession
from deployer.emulator.realtime.wire import new_id
from deployer.emulator.recognition import Recognise
from deployer.emulator.refusals import a, required
from deployer.emulator.voice import Speaker
from deployer.emulator.world import CalledDeployment, Refused, World
from deployer.emulator.wrongs import Wrong, number

LARGEST_MESSAGE = 64 * 2**20
"""Bytes of one client event: 15 MiB of audio in base64, and room to refuse more in words."""

_REALTIME = "realtime/action"
_INSECURE = "openai-insecure-api-key."


def is_realtime(called: CalledDeployment) -> bool:
    """Whether a deployment's model speaks the realtime protocol rather than chat completions."""
    known = called.capabilities.get("realtime")
    return known == "true" if known is not None else "realtime" in called.model


class Handshakes:
    """The handlers, and the keys they have given out."""

    def __init__(
        self, world: World, speaker: Speaker, capacity: Capacity, recognise: Recognise | None
    ) -> None:
        self._world = world
        self._recognise = recognise
        self._speaker = speaker
        self._capacity = capacity
        self._tickets = Tickets()

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

    async def preview_session(self, request: web.Request) -> web.StreamResponse:
        """A session of the preview protocol with a key that lives for a minute."""
        version = request.query.get("api-version", "")
        if version not in API_VERSIONS:
            raise not_found()
        asked = a(dict)(await read_json(request), "body")
        deployment = a(str)(required(asked, "model", ""), "model")
        called, _ = self._called(request, deployment)
        dialect, now = Preview(version), self._world.now()
        settings = dialect.update(asked, Settings())
        expires_at = int(now) + PREVIEW_SECONDS
        value = self._tickets.issue(_ticket(called, settings, expires_at), now)
        shown = dialect.session(settings, new_id("sess_"), _model(called), 0)
        secret = {"client_secret": {"value": value, "expires_at": expires_at}}
        return web.json_response({**shown, **secret}, headers=self._headers(request, called))

    async def client_secret(self, request: web.Request) -> web.StreamResponse:
        """A key for a session of the GA protocol."""
        asked = a(dict)(await read_json(request), "body")
        session = a(dict)(required(asked, "session", ""), "session")
        deployment = a(str)(required(session, "model", "session"), "session.model")
        called, _ = self._called(request, deployment)
        dialect, now = Ga(), self._world.now()
        settings = dialect.update(session, Settings())
        expires_at = int(now) + lifetime(asked.get("expires_after"))
        value = self._tickets.issue(_ticket(called, settings, expires_at), now)
        # expires_at of the session itself is 0 (recorded 2026-06).
        shown = dialect.session(settings, new_id("sess_"), _model(called), 0)
        answer = {"value": value, "expires_at": expires_at, "session": shown}
        return web.json_response(answer, headers=self._headers(request, called))

    async def _open(
        self, request: web.Request, deployment: str | None, dialect: Dialect
    ) -> web.StreamResponse:
        called, settings = self._called(request, deployment)

        def wrong(kind: str) -> Mapping[str, object] | None:
            return self._world.fault(kind, called.account, called.deployment)

        refuse_network(wrong)
        needs_key = _transcribes(request) and wrong("ephemeralOnly") is not None
        if needs_key and _ephemeral_key(request) is None:
            raise Refused(401, "Unauthorized", "This operation requires ephemeral authentication.")
        if _names_deployment(request) and wrong("noTranscriptionDeployment") is not None:
            message = "A transcription session takes no deployment in its address."
            raise Refused(400, "BadRequest", message)
        if self._is_sent_away(request, called, dialect) or wrong("redirect302") is not None:
            return _sent_away(request)
        if not is_realtime(called):
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
        socket.headers.update(self._headers(request, called))
        socket.headers["x-emulator-voice"] = self._speaker.kind
        await socket.prepare(request)
        ending = _ending(dialect, wrong)
        kind = TranscriptionSession if _transcribes(request) else RealtimeSession
        session = kind(
            dialect,
            Called(
                _model(called),
                int(self._world.now() + ending.seconds),
                {f"{limit.key}s": limit.count for limit in called.rate_limits},
                settings,
            ),
            self._speaker,
            wrong,
            recognises=self._recognise is not None,
        )
        await converse(request, socket, session, ending, self._recognise)
        return socket

    def _called(
        self, request: web.Request, deployment: str | None
    ) -> tuple[CalledDeployment, Settings]:
        """The deployment that may be called, by key, token or ephemeral key, and the settings to begin with."""
        account, _ = account_of(request)
        key = _ephemeral_key(request)
        if key is not None:
            ticket = self._tickets.find(key, self._world.now())
            if ticket is None or ticket.account.lower() != account.lower():
                raise Refused(401, "401", ACCESS_DENIED)
            return self._world.reach(account, ticket.deployment), ticket.settings
        if deployment is None:
            raise not_found()
        called = self._world.call(
            account,
            deployment,
            headers=request.headers,
            query=request.query,
            operation=_REALTIME,
        )
        return called, Settings()

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

    def _headers(self, request: web.Request, called: CalledDeployment) -> dict[str, str]:
        return answer_headers(request, called, self._capacity.headers(called, self._world.now()))


def _sent_away(request: web.Request) -> web.Response:
    """The redirect seen on `*.cognitiveservices.azure.com`: to another path, with the key in its query."""
    query = {**request.query, "api-key": request.headers.get("api-key", "")}
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


def _ephemeral_key(request: web.Request) -> str | None:
    """A key of ours, as a bearer token or in the subprotocol that browsers have to use."""
    bearer = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    offered = request.headers.get("Sec-WebSocket-Protocol", "").split(",")
    keys = [bearer, *(one.strip().removeprefix(_INSECURE) for one in offered)]
    return next((key for key in keys if is_ephemeral(key)), None)


def _ticket(called: CalledDeployment, settings: Settings, expires_at: int) -> Ticket:
    return Ticket(called.account, called.deployment, settings, expires_at)


def _model(called: CalledDeployment) -> str:
    return f"{called.model}-{called.version}"
