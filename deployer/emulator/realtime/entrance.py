"""Who comes in to a realtime session, and to which deployment: by key, by token, or by an ephemeral key."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from deployer.emulator.data_plane.addresses import account_of
from deployer.emulator.data_plane.gateway import ACCESS_DENIED, not_found
from deployer.emulator.data_plane.world import CalledDeployment, Refused, World
from deployer.emulator.realtime.ephemeral import Tickets, is_ephemeral
from deployer.emulator.realtime.settings import Settings

_REALTIME = "realtime/action"
_INSECURE = "openai-insecure-api-key."


def is_realtime(called: CalledDeployment) -> bool:
    """Whether a deployment's model speaks the realtime protocol rather than chat completions."""
    known = called.capabilities.get("realtime")
    return known == "true" if known is not None else "realtime" in called.model


def can_transcribe(called: CalledDeployment) -> bool:
    """Whether a session that only transcribes can be of this deployment."""
    return is_realtime(called) or any(name in called.model for name in ("transcribe", "whisper"))


@dataclass(frozen=True, slots=True)
class Entered:
    """The deployment that was reached, the settings the session begins with, and whether it only transcribes."""

    called: CalledDeployment
    settings: Settings
    transcribes: bool


class Entrance:
    """Lets callers in to the deployments of a world; `tickets` are the ephemeral keys that have been given out."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.tickets = Tickets()

    def enter(self, request: web.Request, deployment: str | None, transcribes: bool) -> Entered:
        """Let a handshake in; raises `Refused`."""
        key = ephemeral_key(request)
        if key is None:
            return Entered(self.reach(request, deployment, transcribes), Settings(), transcribes)
        account, _ = account_of(request)
        ticket = self.tickets.find(key, self._world.now())
        if ticket is None:
            raise Refused(401, "401", ACCESS_DENIED)
        called = self._world.reach(account, ticket.deployment)
        # The address may name its account otherwise: by its subdomain, or with its host.
        if called.account.lower() != ticket.account.lower():
            raise Refused(401, "401", ACCESS_DENIED)
        return Entered(called, ticket.settings, transcribes or ticket.transcribes)

    def reach(
        self, request: web.Request, deployment: str | None, transcribes: bool
    ) -> CalledDeployment:
        """The deployment that may be called by key or token; raises `Refused`."""
        account, _ = account_of(request)
        if deployment is None and transcribes:
            deployment = self._transcribing(account)
        if deployment is None:
            raise not_found()
        return self._world.call(
            account,
            deployment,
            headers=request.headers,
            query=request.query,
            operation=_REALTIME,
        )

    def named(self, account: str, model: str | None) -> str | None:
        """The deployment of that name, if the account has one."""
        names = {one.deployment.lower(): one.deployment for one in self._world.deployments(account)}
        return names.get(model.lower()) if model is not None else None

    def _transcribing(self, account: str) -> str | None:
        """Any deployment that can transcribe, for whoever names none.

        On Azure an address with a deployment has been seen to work and to be refused (Microsoft's questions and answers
        1006; anarlog PR 4193), and OpenAI's own takes none (justspeaktoit PR 427, 2026-05); what Azure needs to know in
        order to let a session in without one is not known.
        """
        for one in self._world.deployments(account):
            if can_transcribe(one):
                needs = self._world.fault(
                    "transcriptionNeedsDeployment", one.account, one.deployment
                )
                return one.deployment if needs is None else None
        return None


def ephemeral_key(request: web.Request) -> str | None:
    """A key of ours, as a bearer token or in the subprotocol that browsers have to use."""
    bearer = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    offered = request.headers.get("Sec-WebSocket-Protocol", "").split(",")
    keys = [bearer, *(one.strip().removeprefix(_INSECURE) for one in offered)]
    return next((key for key in keys if is_ephemeral(key)), None)
