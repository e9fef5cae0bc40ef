"""The data plane on HTTP: audio completions and realtime handshakes under `/{account}/openai`."""

from __future__ import annotations

import json
import secrets
import uuid
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from deployer.emulator.completion_answers import body, chunks
from deployer.emulator.completions import Answer, Asked, SaidAudio, answer, read_request
from deployer.emulator.realtime.connection import converse
from deployer.emulator.realtime.dialect import Dialect
from deployer.emulator.realtime.ga import Ga
from deployer.emulator.realtime.preview import API_VERSIONS as REALTIME_API_VERSIONS
from deployer.emulator.realtime.preview import Preview
from deployer.emulator.realtime.session import Called, RealtimeSession
from deployer.emulator.refusals import InvalidRequest, Json
from deployer.emulator.voice import Speaker
from deployer.emulator.world import CalledDeployment, Refused, World
from deployer.emulator.wrongs import Wrong, number

CHAT_API_VERSIONS = (
    "2024-10-21",
    "2024-12-01-preview",
    "2025-01-01-preview",
    "2025-02-01-preview",
    "2025-03-01-preview",
    "2025-04-01-preview",
)
"""Of chat completions by deployment path. Audio is documented from 2025-01-01-preview on; whether the
older ones refuse it is not known, so they do not."""

LARGEST_REQUEST = 64 * 2**20
"""Bytes: the application's `client_max_size` has to allow so much for audio in base64."""

_CHAT, _REALTIME = "chat/completions/action", "realtime/action"
_REGIONS = {"eastus2": "East US 2", "swedencentral": "Sweden Central"}
_ACCESS_DENIED = (
    "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid"
    " key for an active subscription and use a correct regional API endpoint for your resource."
)

Handle = Callable[[web.Request], Awaitable[web.StreamResponse]]


def routes(world: World) -> list[web.RouteDef]:
    """Everything the data plane answers; `world` decides who may call what.

    The application needs `client_max_size=LARGEST_REQUEST`.
    """
    plane = _DataPlane(world)
    openai = "/{account}/openai"
    return [
        web.post(f"{openai}/deployments/{{deployment}}/chat/completions", _guarded(plane.complete)),
        web.post(f"{openai}/v1/chat/completions", _guarded(plane.complete_v1)),
        web.get(f"{openai}/realtime", _guarded(plane.realtime), allow_head=False),
        web.get(f"{openai}/v1/realtime", _guarded(plane.realtime_v1), allow_head=False),
    ]


def _guarded(handle: Handle) -> Handle:
    """Turns refusals into the shape of whoever refuses: the gateway, or the model layer behind it."""

    async def guarded(request: web.Request) -> web.StreamResponse:
        try:
            return await handle(request)
        except Refused as refused:
            headers = {**_headers(request), **refused.headers}
            return web.json_response(refused.body, status=refused.status, headers=headers)
        except InvalidRequest as invalid:
            return web.json_response(
                {"error": invalid.error}, status=400, headers=_headers(request)
            )

    return guarded


class _DataPlane:
    """The handlers, and what they share: the voice and the audio said lately."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._speaker = Speaker()
        self._said: dict[tuple[str, str], SaidAudio] = {}

    async def complete(self, request: web.Request) -> web.StreamResponse:
        """A chat completion at the deployment's own path."""
        if request.query.get("api-version") not in CHAT_API_VERSIONS:
            raise _not_found()
        return await self._complete(request, request.match_info["deployment"], await _body(request))

    async def complete_v1(self, request: web.Request) -> web.StreamResponse:
        """A chat completion whose body names the deployment as its model."""
        asked = await _body(request)
        model = asked.get("model") if isinstance(asked, dict) else None
        return await self._complete(request, str(model or ""), asked)

    async def realtime(self, request: web.Request) -> web.StreamResponse:
        """The handshake of the preview protocol."""
        version = request.query.get("api-version", "")
        if version not in REALTIME_API_VERSIONS or "deployment" not in request.query:
            raise _not_found()
        return await self._realtime(request, request.query["deployment"], Preview(version))

    async def realtime_v1(self, request: web.Request) -> web.StreamResponse:
        """The handshake of the GA protocol; an api-version there is 401 (migration guide, 2026)."""
        if "api-version" in request.query:
            raise Refused(401, "401", _ACCESS_DENIED)
        deployment = request.query.get("model") or request.query.get("deployment")
        if deployment is None:
            raise _not_found()
        return await self._realtime(request, deployment, Ga())

    async def _complete(
        self, request: web.Request, deployment: str, asked_body: Json
    ) -> web.StreamResponse:
        called, wrong = self._call(request, deployment, _CHAT)
        if _is_realtime(called):
            raise _not_supported("chatCompletion", called)
        now = self._world.now()
        said = self._said.setdefault((called.account, called.deployment), SaidAudio())
        asked = read_request(asked_body, said, now)
        given = answer(asked, _model(called), self._speaker, said, wrong, now)
        headers = _headers(request, called)
        if given.utterance is not None:
            headers["x-emulator-voice"] = "synthetic"
        breaks = wrong("earlyClose") is not None
        if asked.stream:
            return await _stream(request, headers, given, asked, wrong, breaks)
        trapped = asked.audio_format == "wav" and wrong("wavTrap") is not None
        shown = body(given, asked, unknown_wav_sizes=trapped)
        if breaks:
            return await _broken(request, headers, json.dumps(shown).encode())
        return web.json_response(shown, headers=headers)

    async def _realtime(
        self, request: web.Request, deployment: str, dialect: Dialect
    ) -> web.StreamResponse:
        called, wrong = self._call(request, deployment, _REALTIME)
        if wrong("redirect302") is not None:
            query = {**request.query, "api-key": request.headers.get("api-key", "")}
            location = request.rel_url.with_path("/v1/realtime").with_query(query)
            return web.Response(status=302, headers={"Location": str(location)})
        if not _is_realtime(called):
            raise _not_supported("realtime", called)
        socket = web.WebSocketResponse(
            max_msg_size=LARGEST_REQUEST, compress=False, protocols=["realtime"]
        )
        if not socket.can_prepare(request):
            raise Refused(400, "BadRequest", "This operation is a WebSocket: ask for an upgrade.")
        socket.headers.update(_headers(request, called))
        await socket.prepare(request)
        short = wrong("shortSession")
        seconds = dialect.minutes * 60.0 if short is None else number(short, "seconds", 1)
        session = RealtimeSession(
            dialect,
            Called(_model(called), int(self._world.now() + seconds), _limits(called)),
            self._speaker,
            wrong,
        )
        reason = f"Your session hit the maximum duration of {dialect.minutes} minutes."
        await converse(request, socket, session, seconds, reason)
        return socket

    def _call(
        self, request: web.Request, deployment: str, operation: str
    ) -> tuple[CalledDeployment, Wrong]:
        called = self._world.call(
            request.match_info["account"],
            deployment,
            headers=request.headers,
            query=request.query,
            operation=operation,
        )
        return called, lambda kind: self._world.fault(kind, called.account, called.deployment)


async def _body(request: web.Request) -> Json:
    try:
        return json.loads(await request.read())
    except (ValueError, RecursionError):
        raise InvalidRequest(
            "We could not parse the JSON body of your request.", code=None
        ) from None


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
    events = list(chunks(given, asked, filter_chunk=wrong("promptFilterChunk") is not None))
    for event in events[: len(events) // 2] if breaks else events:
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


def _headers(request: web.Request, called: CalledDeployment | None = None) -> dict[str, str]:
    """The headers captured from Azure in 2024-03, and the limits that newer answers have."""
    number_of_call = str(uuid.uuid4())
    headers = {
        "apim-request-id": number_of_call,
        "x-ms-client-request-id": request.headers.get("x-ms-client-request-id", number_of_call),
        "x-request-id": str(uuid.uuid4()),
        "strict-transport-security": "max-age=31536000; includeSubDomains; preload",
        "x-content-type-options": "nosniff",
    }
    if called is not None:
        headers |= {
            "cache-control": "no-cache, must-revalidate",
            "access-control-allow-origin": "*",
            "x-ms-region": _REGIONS.get(called.location, called.location),
            "x-accel-buffering": "no",
            "azureml-model-session": f"d{secrets.randbelow(1000):03d}-20250206120000",
        }
        for name, limit in _limits(called).items():
            headers[f"x-ratelimit-limit-{name}"] = str(int(limit))
            headers[f"x-ratelimit-remaining-{name}"] = str(max(0, int(limit) - 1))
    return headers


def _limits(called: CalledDeployment) -> dict[str, float]:
    """Requests and tokens in the renewal period, as the headers name them."""
    return {f"{limit.key}s": limit.count for limit in called.rate_limits}


def _model(called: CalledDeployment) -> str:
    return f"{called.model}-{called.version}"


def _is_realtime(called: CalledDeployment) -> bool:
    known = called.capabilities.get("realtime")
    return known == "true" if known is not None else "realtime" in called.model


def _not_found() -> Refused:
    return Refused(404, "404", "Resource not found")


def _not_supported(operation: str, called: CalledDeployment) -> Refused:
    return Refused(
        400,
        "OperationNotSupported",
        f"The {operation} operation does not work with the specified model, {called.model}. Please"
        " choose different model and try again. You can learn more about which models can be used with"
        " each operation here: https://go.microsoft.com/fwlink/?linkid=2197993.",
    )
