"""What ways to provoke a refusal are made of: each takes a client and gives the answer that refuses."""

from __future__ import annotations

from collections.abc import Callable

from emulator.arm_client import Arm, Response

Provoke = Callable[[Arm], Response]


def settings(**wanted):
    """With these switches set, what follows."""

    def before(provoke):
        def provoked(arm):
            arm.emulator.ask("PATCH", "settings", wanted)
            return provoke(arm)

        return provoked

    return before


def again(provoke):
    """What the second of two requests gets."""
    return lambda arm: provoke(arm) and provoke(arm)


def asked(method, path, body=None, **query):
    return lambda arm: arm.ask(method, path, body, **query)


def deployed(model="gpt-4o-audio-preview@2024-12-17", *, location="eastus2", **changes):
    def provoke(arm):
        arm.account(location=location)
        return arm.deployment(model=model, **changes)

    return provoke
