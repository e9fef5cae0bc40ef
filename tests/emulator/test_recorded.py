"""The emulator beside recorded traffic: same status, header names and members.

What differs on purpose is in recorded_differences.json, each with its reason and the recordings that show it.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from emulator.arm_client import ACCOUNT, GROUP, SUBSCRIPTION, Arm, account_body
from emulator.recorded_bodies import DEPLOYMENT, EMPTY, TAGS, run_of
from emulator.recorded_traffic import AT_ONCE, Replay, mismatches, recordings

RECORDINGS = recordings()
DIFFERENCES = json.loads(
    Path(__file__).with_name("recorded_differences.json").read_text(encoding="utf-8")
)
DAY = datetime.date(2026, 4, 23)


def group(arm: Arm) -> None:
    arm.ask("PUT", GROUP, {"location": "eastus2", "tags": TAGS})


def account(arm: Arm, kind: str = "OpenAI", **properties: object) -> None:
    group(arm)
    body = account_body(kind=kind, properties=properties, identity={"type": "SystemAssigned"})
    assert arm.ask("PUT", ACCOUNT, body).status == 201


def deployed(arm: Arm) -> None:
    account(arm)
    assert arm.ask("PUT", f"{ACCOUNT}/deployments/audio", DEPLOYMENT).status == 201


def another_deleted(arm: Arm) -> None:
    group(arm)
    other = ACCOUNT.replace("voice", "former")
    arm.ask("PUT", other, account_body("former"))
    arm.ask("DELETE", other)


def one_beside_a_deleted(arm: Arm) -> None:
    another_deleted(arm)
    account(arm, "AIServices")


def listener(arm: Arm) -> None:
    group(arm)
    arm.principal("listener")


def many_runs(arm: Arm) -> None:
    """More deployments of the subscription than a page holds."""
    for name in ("one", "two", "three"):
        where = f"{SUBSCRIPTION}/providers/Microsoft.Resources/deployments/{name}"
        assert arm.ask("PUT", where, run_of(EMPTY, {}, at_group=False)).status == 201
    arm.emulator.ask("PATCH", "settings", {"templateRunsPerPage": 2})


def meant(known, found):
    return re.search(known["pattern"], found) is not None


# What was there when the recording began, as far as its answers tell.
BEFORE: dict[str, Callable[[Arm], None]] = {
    "az_account_capabilities": group,
    "az_commitment_plan": group,
    "az_api_properties": group,
    "az_crud": group,
    "az_custom_domain": group,
    "az_deployment": group,
    "az_account_skus": group,
    "az_account_usages": account,
    "az_aiservices": lambda arm: account(arm, "AIServices"),
    "az_group_deployment": group,
    "az_group_deployment_lite": group,
    "az_group_no_wait": group,
    "az_group_on_error": group,
    "az_group_what_if": group,
    "az_group_crossrg": group,
    "az_group_last_successful": group,
    "az_identity": group,
    "az_identity_at_creation": group,
    "az_lock_cannotdelete": group,
    "az_lock_readonly": group,
    "az_model": group,
    "az_network_rules": lambda arm: account(arm, customSubDomainName="voice"),
    "az_network_rules_at_once": lambda arm: account(arm, customSubDomainName="voice"),
    "az_public_network_access": group,
    "az_resource_group": group,
    "az_role_assignment": listener,
    "az_role_by_name": listener,
    "az_softdelete": another_deleted,
    "azd_ai_services": lambda arm: account(
        arm, "AIServices", disableLocalAuth=False, networkAcls={"defaultAction": "Allow"}
    ),
    "azd_quota_elsewhere": many_runs,
    "custodian_deployments": deployed,
    "ps_rai": account,
    "ps_softdelete": one_beside_a_deleted,
}


@pytest.fixture
def prepared(arm, emulator):
    emulator.ask("POST", "clock", {"date": str(DAY)})
    emulator.ask("PATCH", "settings", {"pacing": "real", **AT_ONCE})
    arm.group(f"{SUBSCRIPTION}/resourceGroups/other")
    return arm


@pytest.mark.parametrize("name", RECORDINGS)
def test_the_emulator_answers_as_azure_was_recorded(prepared, name):
    BEFORE.get(name, lambda _arm: None)(prepared)

    found = Replay(prepared, RECORDINGS[name])()

    assert [one for one in found if not any(meant(known, one) for known in DIFFERENCES)] == []
    shown = [known["what"] for known in DIFFERENCES if any(meant(known, one) for one in found)]
    assert [known["what"] for known in DIFFERENCES if name in known["recordings"]] == shown


def test_every_row_says_where_it_is_from():
    for name, recording in RECORDINGS.items():
        assert re.fullmatch(r"[\w-]+/[\w-]+", recording["repository"]), name
        assert recording["path"].endswith((".yaml", ".json")), name
        assert re.fullmatch(r"[0-9a-f]{40}", recording["commit"]), name
        assert datetime.date.fromisoformat(recording["recorded"]) < datetime.date(2026, 11, 22), (
            name
        )
        assert recording["exchanges"], name


@pytest.mark.parametrize(
    ("shape", "value", "expected"),
    [
        ({"a": "string"}, {}, ["a is missing"]),
        ({"a?": "string"}, {}, []),
        ({"a": {"b": "string|null"}}, {"a": {"b": 1}}, ["a.b is number, not string|null"]),
        ({"*": "string"}, {"any": None}, [".* is null, not string"]),
        ([{"a": "boolean"}], [{"a": True}, {}], ["[].a is missing"]),
        ([], [1], ["body is a list, not an empty list"]),
        (["number"], [], ["body is a list, not a filled list"]),
    ],
)
def test_a_shape_finds_what_is_missing_or_of_another_type(shape, value, expected):
    assert list(mismatches(shape, value)) == expected
