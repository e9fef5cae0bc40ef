"""The HTTP server: aiohttp around the three planes and the emulator's own interface, each request journalled."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web

from deployer.emulator import metadata, page
from deployer.emulator.admin import Administration
from deployer.emulator.arm.dispatch import perform
from deployer.emulator.arm.errors import ArmError
from deployer.emulator.arm.headers import arm_headers, error_answer
from deployer.emulator.arm.refusals import RequestRefusal
from deployer.emulator.arm.template_errors import TemplateError
from deployer.emulator.cloud import EmulatedCloud
from deployer.emulator.data_plane import gateway
from deployer.emulator.data_plane.addresses import ACCOUNT
from deployer.emulator.data_plane.calls import Calls
from deployer.emulator.data_plane.handlers import LARGEST_REQUEST, DataPlane
from deployer.emulator.data_plane.world import Refused
from deployer.emulator.faults.faulty_answers import Unsent, half, instead
from deployer.emulator.identity import device_login, graph, managed_identity
from deployer.emulator.identity.device_codes import PAGE
from deployer.emulator.identity.token_endpoint import device_code, discovery, keys, token
from deployer.emulator.identity.tokens import ARM_AUDIENCES, DATA_AUDIENCES, Caller, InvalidToken
from deployer.emulator.journal import Entry
from deployer.emulator.router import Answer
from deployer.emulator.sound.recognition import best_recogniser
from deployer.emulator.sound.spoken import best_speaker
from deployer.emulator.templates import reader

_ENTRY = web.RequestKey("entry", Entry)
# `/{tenant}/…`, `/adfs/…` and, for clients that put a tenant behind every authority, `/adfs/{tenant}/…`.
_IDENTITY = re.compile(r"(/[^/]+){1,2}(/v2\.0)?/(oauth2|discovery|\.well-known)/.*", re.IGNORECASE)
_IDENTITY_PLACES = (metadata.PATH, PAGE, *managed_identity.PLACES)
_DATA = re.compile(r"(/[^/]+)?/+openai(/.*)?", re.IGNORECASE)
_SLASHES = re.compile("/{2,}")
_TOKEN_PROBLEMS = {
    "expired": RequestRefusal.TOKEN_EXPIRED,
    "audience": RequestRefusal.TOKEN_AUDIENCE,
}

Handle = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Server:
    """One emulated cloud as an aiohttp application."""

    def __init__(self, cloud: EmulatedCloud, administration: Administration) -> None:
        self._cloud = cloud
        self._administration = administration
        self._data_plane = DataPlane(Calls(cloud), best_speaker(), best_recogniser())

    def application(self) -> web.Application:
        """The application with all its routes."""
        middlewares = [self._journalled, self._faulted]
        application = web.Application(middlewares=middlewares, client_max_size=LARGEST_REQUEST)
        application.on_response_prepare.append(_drop_server_header)
        application.router.add_routes(self._data_plane.routes("/{account}/openai"))
        application.router.add_get("/", page.page)
        application.router.add_get(PAGE, self._device_login)
        application.router.add_post(PAGE, self._device_login)
        application.router.add_get("/_emulator/events", self._events)
        application.router.add_route("*", "/_emulator/{path:.*}", self._admin)
        application.router.add_route("*", "/{path:.*}", self._other)
        return application

    def plain(self) -> web.Application:
        """What is served without TLS: managed identity and the data plane, as nothing else would be on Azure."""
        middlewares = [self._journalled, self._faulted]
        application = web.Application(middlewares=middlewares, client_max_size=LARGEST_REQUEST)
        application.on_response_prepare.append(_drop_server_header)
        application.router.add_routes(self._data_plane.routes("/{account}/openai"))
        for path in managed_identity.PLACES:
            application.router.add_get(path, self._other)
        application.router.add_route("*", "/{path:.*}", _nothing)
        return application

    def account(self, name: str) -> web.Application:
        """The data plane of one account as an application of its own, without a prefix."""
        middlewares = [self._journalled, self._faulted]
        application = web.Application(middlewares=middlewares, client_max_size=LARGEST_REQUEST)
        application[ACCOUNT] = name
        application.on_response_prepare.append(_drop_server_header)
        application.router.add_routes(self._data_plane.routes("/openai"))
        application.router.add_route("*", "/{path:.*}", _nothing)
        return application

    @web.middleware
    async def _journalled(self, request: web.Request, handler: Handle) -> web.StreamResponse:
        plane = plane_of(request.path)
        if plane == "admin":
            return await handler(request)
        entry = self._cloud.journal.begin(
            plane, request.method, request.path, request.query.items()
        )
        request[_ENTRY] = entry
        entry.caller = self._object_id(request)
        status: int | None = None
        try:
            response = await handler(request)
            status = None if isinstance(response, Unsent) else response.status
        except Refused as refused:
            response = web.json_response(
                refused.body, status=refused.status, headers=refused.headers
            )
            status = refused.status
        except ConnectionResetError:
            # The client has gone before it was answered: nobody's mistake.
            response = Unsent()
        except web.HTTPException as error:
            status = error.status
            raise
        finally:
            self._cloud.journal.end(entry, status)
        return response

    @web.middleware
    async def _faulted(self, request: web.Request, handler: Handle) -> web.StreamResponse:
        entry = request.get(_ENTRY)
        if entry is None:  # its own interface: neither journalled nor struck
            return await handler(request)
        faults, method, path = self._cloud.faults, request.method, request.path
        if delay := faults.striking("delay", method, path):
            await asyncio.sleep(delay.seconds())
        if status := faults.for_request("status", method, path):
            answered = Answer(status=status.get("status", 500))
            is_control = entry.plane == "control"
            usual = arm_headers(self._cloud, entry, answered) if is_control else {}
            return instead(status, usual)
        if broken := faults.for_request("disconnect", method, path):
            if broken.get("when") == "after":
                await handler(request)
            if request.transport is not None:
                request.transport.abort()
            return Unsent()
        if faults.for_request("halfBody", method, path):
            return await half(request, await handler(request))
        return await handler(request)

    async def _events(self, request: web.Request) -> web.StreamResponse:
        return await page.events(self._cloud, request)

    async def _device_login(self, request: web.Request) -> web.Response:
        status, text = 200, device_login.page(self._cloud)
        if request.method == "POST":
            if request.headers.get("Origin", self._cloud.address) not in self._own_origins():
                raise web.HTTPForbidden(text="Only the emulator's own page may do this.")
            fields = await _fields(request)
            status, text = device_login.entered(self._cloud, fields)
        return web.Response(text=text, status=status, content_type="text/html")

    async def _admin(self, request: web.Request) -> web.Response:
        # Any page that a browser has open can send requests to loopback; only our own may steer.
        if request.headers.get("Origin", self._cloud.address) not in self._own_origins():
            return _response(Answer({"error": "Only the emulator's own page may do this."}, 403))
        try:
            body = await _json(request)
        except (ValueError, RecursionError) as error:
            return _response(Answer({"error": f"The body is not JSON: {error}"}, 400))
        path = request.match_info["path"]
        return _response(self._administration.answer(request.method, path, body))

    def _own_origins(self) -> set[str]:
        port = self._cloud.address.rpartition(":")[2]
        return {f"https://{host}:{port}" for host in ("localhost", "127.0.0.1", "[::1]")}

    async def _other(self, request: web.Request) -> web.Response:
        plane = request[_ENTRY].plane
        if plane == "identity":
            return _response(await self._sign_in(request))
        if plane == "data":
            return _nowhere(request)
        entry = request[_ENTRY]
        try:
            answer = await self._control(request)
        except ArmError as error:
            answer = error_answer(self._cloud, error)
            return _response(answer, arm_headers(self._cloud, entry, answer, error))
        return _response(answer, arm_headers(self._cloud, entry, answer))

    async def _sign_in(self, request: web.Request) -> Answer:
        path = _one_slash(request.path).lower().rstrip("/")
        tenant = path.split("/")[1]
        if path == metadata.PATH:
            return metadata.endpoints(self._cloud, request.query.get("api-version", ""))
        if graph.is_graph(path):
            return await self._graph(request)
        if path.endswith("/.well-known/openid-configuration"):
            return discovery(self._cloud, tenant)
        if path.endswith("/keys"):
            return keys(self._cloud)
        if path in managed_identity.PLACES:
            query, headers = request.query, request.headers
            return managed_identity.identity_token(self._cloud, path, query, headers)
        if path.endswith(("/token", "/devicecode")) and request.method == "POST":
            fields = await _fields(request)
            if path.endswith("/devicecode"):
                return device_code(self._cloud, fields)
            return token(self._cloud, tenant, fields)
        return Answer({"error": "invalid_request"}, 404)

    async def _graph(self, request: web.Request) -> Answer:
        try:
            body = await _json(request)
        except ValueError:
            body = {}
        token = _bearer(request)
        return graph.answer(self._cloud, token, request.method, request.path, request.query, body)

    async def _control(self, request: web.Request) -> Answer:
        cloud = self._cloud
        # az writes `Microsoft.CognitiveServices//accounts` where a type has no parent.
        path = _SLASHES.sub("/", request.path).rstrip("/")
        caller = self._caller(request)
        try:
            text = await _text(request)
            body = _read(text)
        except (ValueError, RecursionError) as error:
            raise RequestRefusal.CONTENT_INVALID.error(why=error) from None
        try:
            return await perform(
                cloud, request.method, path, request.query, body, caller, request.headers
            )
        except TemplateError as error:
            raise error.located(text) from None

    def _caller(self, request: web.Request) -> Caller:
        bearer = _bearer(request)
        if not bearer:
            raise RequestRefusal.TOKEN_MISSING.error()
        try:
            return self._cloud.tokens.check(bearer, (*ARM_AUDIENCES, self._cloud.address))
        except InvalidToken as invalid:
            raise _TOKEN_PROBLEMS.get(
                invalid.problem, RequestRefusal.TOKEN_INVALID
            ).error() from None

    def _object_id(self, request: web.Request) -> str:
        """Whose token a request carries, for the journal; empty when it is a key or does not hold."""
        bearer = _bearer(request)
        if bearer.count(".") != 2:
            return ""
        audiences = (*ARM_AUDIENCES, *DATA_AUDIENCES, self._cloud.address)
        try:
            return self._cloud.tokens.check(bearer, audiences).object_id
        except InvalidToken:
            return ""


async def _nothing(request: web.Request) -> web.StreamResponse:
    return _nowhere(request)


def _nowhere(request: web.Request) -> web.Response:
    refused = gateway.not_found()
    headers = gateway.headers(request)
    return web.json_response(refused.body, status=refused.status, headers=headers)


def _one_slash(path: str) -> str:
    """A path in which one slash parts what several did: az appends to an address that may end in one."""
    return re.sub("/{2,}", "/", path)


def plane_of(path: str) -> str:
    """Which plane a path belongs to: admin, identity, data or control."""
    if path == "/" or path.startswith("/_emulator/"):
        return "admin"
    if _DATA.fullmatch(path):
        return "data"
    path = _one_slash(path)
    identity = (
        _IDENTITY.fullmatch(path)
        or graph.is_graph(path)
        or path.lower().rstrip("/") in _IDENTITY_PLACES
    )
    return "identity" if identity else "control"


def _bearer(request: web.Request) -> str:
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    return value.strip() if scheme.lower() == "bearer" else ""


async def _fields(request: web.Request) -> dict[str, str]:
    """What a form says; nothing, when it is none that can be read."""
    try:
        form = await request.post()
    except (ValueError, LookupError):  # LookupError: a charset that nobody knows
        return {}
    return {name: value for name, value in form.items() if isinstance(value, str)}


async def _json(request: web.Request) -> Any:  # noqa: ANN401
    """The body as JSON; an empty one is an empty object. Raises ValueError."""
    return json.loads(await _text(request))


async def _text(request: web.Request) -> str:
    """The body as text, `{}` when there is none; raises ValueError."""
    data = await request.read()
    return data.decode("utf-8-sig") if data.strip() else "{}"


def _read(text: str) -> Any:  # noqa: ANN401
    """The body of a request to Resource Manager, which need not be JSON. Raises ValueError."""
    try:
        return json.loads(text)
    except ValueError:
        return reader.read(text)


def _response(answer: Answer, headers: Mapping[str, str] | None = None) -> web.Response:
    every = {**(headers or {}), **answer.headers}
    if answer.body is None:
        return web.Response(status=answer.status, headers=every)
    if isinstance(answer.body, str):
        return web.Response(text=answer.body, status=answer.status, headers=every)
    return web.json_response(answer.body, status=answer.status, headers=every)


async def _drop_server_header(_request: web.Request, response: web.StreamResponse) -> None:
    response.headers.popall("Server", None)
