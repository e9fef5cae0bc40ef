"""Every refusal of the control plane, provoked: status, code, and the words where they are known."""

from __future__ import annotations

import re

import pytest
from emulator.refusals import accounts, authorization, deployments, places, requests, templates
from emulator.refusals.provoking import Provoke
from emulator.refusals.requests import unsigned

from deployer.emulator.arm.errors import Refusal
from deployer.emulator.arm.refusals import REFUSALS

PROVOKED: dict[Refusal, Provoke] = {
    **requests.PROVOKED,
    **places.PROVOKED,
    **accounts.PROVOKED,
    **deployments.PROVOKED,
    **templates.PROVOKED,
    **authorization.PROVOKED,
}

QUOTED: dict[Refusal, str] = {
    **requests.QUOTED,
    **accounts.QUOTED,
    **deployments.QUOTED,
    **authorization.QUOTED,
}


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda one: one.name)
def test_a_refusal_has_its_status_its_code_and_its_words(arm, refusal):
    answer = PROVOKED[refusal](arm)

    words = ".*".join(re.escape(part) for part in re.split(r"\{[^}]*\}", refusal.message))
    assert (answer.status, answer.code) == (refusal.status, refusal.code)
    assert re.fullmatch(words, answer.message, re.DOTALL), answer.message


# What can also be asked for at any request, without a state or a switch that leads to it.
PLAYED = {
    "a policy denies": (403, "RequestDisallowedByPolicy", None),
    "Resource Manager throttles": (429, "SubscriptionRequestsThrottled", 6),
    "the provider throttles": (429, "TooManyRequests", 36),
    "an etag does not match": (412, "PreconditionFailed", None),
    "projects are in the way": (409, "CannotDeleteResource", None),
}


@pytest.mark.parametrize(("status", "code", "wait"), PLAYED.values(), ids=PLAYED)
def test_a_row_of_the_catalogue_is_played_as_a_fault(arm, emulator, status, code, wait):
    wanted = {} if wait is None else {"retryAfter": wait}
    fault = {
        "kind": "status",
        "status": status,
        "code": code,
        "message": "As asked.",
        "path": "/resourceGroups/",
        "times": 1,
    }
    emulator.ask("POST", "faults", {**fault, **wanted})

    answer = arm.group()

    assert (answer.status, answer.code, answer.message) == (status, code, "As asked.")
    assert answer.headers["Retry-After"] == (None if wait is None else str(wait))
    assert arm.group().status == 201


@pytest.mark.parametrize("refusal", QUOTED, ids=lambda one: one.name)
def test_a_refusal_fills_its_gaps_as_azure_does(arm, refusal):
    assert PROVOKED[refusal](arm).message.startswith(QUOTED[refusal])


def test_a_401_challenges_and_names_the_emulators_own_authority(arm):
    challenge = unsigned(arm).headers["WWW-Authenticate"]

    assert challenge.startswith(f'Bearer authorization_uri="{arm.emulator.address}/adfs"')
