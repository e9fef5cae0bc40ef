from __future__ import annotations

import pytest

from deployer.catalog.advice import ROWS, Advice, advice
from deployer.catalog.roles import ASSIGNS_ROLES, CALLS_MODELS, CAN, role_name


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.code)
def test_every_code_is_explained_and_leads_on(row: Advice) -> None:
    assert row == advice(row.code)
    assert row.meaning.endswith(".")
    assert row.next_step


def test_a_code_is_known_in_any_case():
    assert advice("RequestConflict") is advice("REQUESTCONFLICT")


def test_an_unknown_code_is_unknown():
    assert advice("SomethingNew") is None


@pytest.mark.parametrize(
    ("code", "is_final"),
    [
        ("RequestConflict", False),
        ("AccountProvisioningStateInvalid", False),
        ("429", False),
        ("TooManyRequests", False),
        ("FlagMustBeSetForRestore", True),
        ("CustomDomainInUse", True),
        ("ScopeLocked", True),
        ("CannotDeleteResource", True),
        ("CannotDeleteAccountWithDeployments", True),
        ("MissingSubscriptionRegistration", True),
        ("InvalidResourceLocation", True),
        ("InsufficientQuota", True),
        ("insufficient_quota", True),
        ("ServiceModelDeprecated", True),
        ("PermissionDenied", False),
        ("DeploymentNotFound", False),
        ("AuthorizationFailed", True),
    ],
)
def test_only_what_can_pass_by_itself_is_waited_for(code, is_final):
    row = advice(code)

    assert row is not None
    assert is_final is row.final


def test_owner_may_assign_roles_but_not_call_models():
    owner = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"

    assert ("Owner", True, False) == (
        role_name(owner.upper()),
        owner in ASSIGNS_ROLES,
        owner in CALLS_MODELS,
    )


def test_who_can_use_or_manage_calls_models_and_who_can_read_does_not():
    assert [True, True, False] == [CAN[can].id in CALLS_MODELS for can in ("use", "manage", "read")]
