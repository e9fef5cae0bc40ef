"""Requests of the engine that runs templates: faults strike them, and what is refused for now is tried again."""

from __future__ import annotations

from asyncio import sleep
from typing import Any

from deployer.emulator.arm.errors import ArmError
from deployer.emulator.cloud import EmulatedCloud
from deployer.emulator.faults.faults import error_of
from deployer.emulator.identity.tokens import Caller
from deployer.emulator.router import Answer
from deployer.emulator.state.records import JsonObject

RETRIED = (429, 503)
"""Statuses after which the engine asks again; others fail the operation with their code (general knowledge)."""

ATTEMPTS = 5
"""How often the engine asks in all. How often Azure's does is not known."""


async def ask(
    cloud: EmulatedCloud,
    caller: Caller,
    method: str,
    path: str,
    query: dict[str, str],
    body: Any,  # noqa: ANN401
) -> Answer:
    """Carry out a request as often as it takes; raises `ArmError`. Retry-After is waited for, in seconds."""
    # Imported here: the table of routes, which that module reads, names the module that runs templates.
    from deployer.emulator.arm.dispatch import perform

    left = ATTEMPTS
    while True:
        try:
            await _struck(cloud, method, path)
            return await perform(cloud, method, path, query, body, caller)
        except ArmError as error:
            left -= 1
            if error.status not in RETRIED or not left:
                raise
            said = error.headers.get("Retry-After")
            at_once = cloud.settings.pacing == "instant"
            wait = cloud.settings.template_step_seconds if said is None or at_once else float(said)
            await sleep(wait)


async def _struck(cloud: EmulatedCloud, method: str, path: str) -> None:
    """What a fault does to a request before it is done; raises `ArmError` for one that is answered instead."""
    if delay := cloud.faults.striking("delay", method, path):
        await sleep(delay.seconds())
    if (fault := cloud.faults.for_request("status", method, path)) is not None:
        raise _answer_of(fault)


def _answer_of(fault: JsonObject) -> ArmError:
    told = error_of(fault)
    return ArmError(
        int(fault.get("status", 500)),
        str(told["code"]),
        str(told["message"]),
        headers={"Retry-After": str(fault["retryAfter"])} if "retryAfter" in fault else None,
    )
