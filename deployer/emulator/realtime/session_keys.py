"""The requests that give out ephemeral keys: sessions of the preview protocol, client secrets of GA."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from deployer.emulator.data_plane.addresses import account_of, read_json
from deployer.emulator.data_plane.capacity import Capacity
from deployer.emulator.data_plane.gateway import answer_headers, not_found
from deployer.emulator.data_plane.refusals import a, required
from deployer.emulator.data_plane.world import CalledDeployment, World
from deployer.emulator.realtime.entrance import Entrance
from deployer.emulator.realtime.ephemeral import PREVIEW_SECONDS, Ticket, lifetime
from deployer.emulator.realtime.ga import Ga
from deployer.emulator.realtime.preview import API_VERSIONS, Preview
from deployer.emulator.realtime.settings import Settings
from deployer.emulator.realtime.transcription_session import shown, transcribing
from deployer.emulator.realtime.wire import new_id


class SessionKeys:
    """The handlers; the keys open what `entrance` leads to."""

    def __init__(self, world: World, capacity: Capacity, entrance: Entrance) -> None:
        self._world = world
        self._capacity = capacity
        self._entrance = entrance

    async def preview_session(self, request: web.Request) -> web.StreamResponse:
        """A session of the preview protocol with a key that lives for a minute."""
        version = request.query.get("api-version", "")
        if version not in API_VERSIONS:
            raise not_found()
        asked = a(dict)(await read_json(request), "body")
        deployment = a(str)(required(asked, "model", ""), "model")
        called = self._entrance.reach(request, deployment, transcribes=False)
        dialect, now = Preview(version), self._world.now()
        settings = dialect.update(asked, Settings())
        expires_at = int(now) + PREVIEW_SECONDS
        ticket = Ticket(called.account, called.deployment, settings, expires_at)
        value = self._entrance.tickets.issue(ticket, now)
        session = dialect.session(settings, new_id("sess_"), called.full_model, 0)
        secret = {"client_secret": {"value": value, "expires_at": expires_at}}
        return web.json_response({**session, **secret}, headers=self._headers(request, called))

    async def client_secret(self, request: web.Request) -> web.StreamResponse:
        """A key for a session of the GA protocol, one that answers or one that only transcribes."""
        asked = a(dict)(await read_json(request), "body")
        wanted = a(dict)(required(asked, "session", ""), "session")
        transcribes = wanted.get("type") == "transcription"
        dialect, now = Ga(), self._world.now()
        if transcribes:
            # Checked first: what transcribes may be the name of a deployment.
            settings = transcribing(dialect.update_transcription(wanted, Settings()))
            deployment = wanted.get("model") or self._entrance.named(
                account_of(request)[0], settings.transcribed_by
            )
            called = self._entrance.reach(request, deployment, transcribes)
        else:
            deployment = a(str)(required(wanted, "model", "session"), "session.model")
            called = self._entrance.reach(request, deployment, transcribes)
            settings = dialect.update(wanted, Settings())
        expires_at = int(now) + lifetime(asked.get("expires_after"))
        ticket = Ticket(called.account, called.deployment, settings, expires_at, transcribes)
        value = self._entrance.tickets.issue(ticket, now)
        # expires_at of the session itself is 0 (recorded 2026-06).
        session = dialect.session(settings, new_id("sess_"), called.full_model, 0)
        if transcribes:
            session = shown(dialect, session)
        answer = {"value": value, "expires_at": expires_at, "session": session}
        return web.json_response(answer, headers=self._headers(request, called))

    def _headers(self, request: web.Request, called: CalledDeployment) -> dict[str, str]:
        def wrong(kind: str) -> Mapping[str, object] | None:
            return self._world.fault(kind, called.account, called.deployment)

        limits = self._capacity.headers(called, self._world.now())
        return answer_headers(request, called, limits, wrong)
