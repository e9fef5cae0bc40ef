"""Every rule of the control plane cites a fact; what nobody has seen can be switched."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest
from emulator.recorded_traffic import NAMES, recordings
from emulator.test_arm_refusals import PROVOKED
from emulator.test_documented import tables

from deployer.emulator.arm.api_versions import FACT as API_VERSIONS_FACT
from deployer.emulator.arm.refusals import REFUSALS
from deployer.emulator.arm.routes import ROUTES
from deployer.emulator.arm.sources import FACTS as OPERATION_FACTS
from deployer.emulator.evidence import Tag
from deployer.emulator.identity.roles import FACTS as ROLE_FACTS
from deployer.emulator.identity.roles import ROLES
from deployer.emulator.identity.sign_in_refusals import SignInRefusal
from deployer.emulator.router import Router
from deployer.emulator.state.catalogue import REGIONS_FACT, snapshot, snapshot_dates
from deployer.emulator.state.settings import FACTS as SWITCH_FACTS
from deployer.emulator.state.settings import Settings, wire_name

EVERY_FACT = {
    **{f"refusal {one.wire_name}": one.fact for one in REFUSALS},
    **{f"sign-in refusal {one.name}": one.fact for one in SignInRefusal},
    **{f"role {name}": fact for name, fact in ROLE_FACTS.items()},
    "regions": REGIONS_FACT,
    "api-versions": API_VERSIONS_FACT,
    **{f"switch {name}": fact for name, fact in SWITCH_FACTS.items()},
    **{f"{one.__module__}.{one.__name__}": fact for one, fact in OPERATION_FACTS.items()},
    **{f"rule {rule}": fact for rule, fact, _ in tables().RULES},
}
SWITCHES = {wire_name(one.name) for one in fields(Settings)}


def test_no_two_refusals_have_the_same_name():
    assert len({one.wire_name for one in REFUSALS}) == len(REFUSALS)


def test_no_rule_is_without_a_citation():
    assert [name for name, fact in EVERY_FACT.items() if len(fact.source) < 10] == []


def test_what_is_recorded_says_when_or_by_whom():
    told = re.compile(r"\d{4}|azure-cli|azd|internal")

    bare = [
        name
        for name, fact in EVERY_FACT.items()
        if fact.tag is Tag.RECORDED and not told.search(fact.source)
    ]

    assert bare == []


def test_what_is_not_verified_is_a_switch():
    without = [
        name
        for name, fact in EVERY_FACT.items()
        if fact.tag is Tag.UNVERIFIED and fact.switch not in SWITCHES
    ]

    assert without == []


def test_every_switch_says_what_it_rests_on():
    assert {one.name for one in fields(Settings)} == set(SWITCH_FACTS)


def test_every_role_says_what_it_rests_on():
    assert {one.name for one in ROLES} == set(ROLE_FACTS)


def test_every_snapshot_says_where_it_is_from():
    assert all(len(snapshot(day)["source"]) > 20 for day in snapshot_dates())


def test_what_was_recorded_cites_a_recording():
    router = Router(ROUTES)
    for recording in recordings().values():
        for row in recording["exchanges"]:
            if row["path"] in ("poll", "poll by location", "next"):
                continue
            path = row["path"].rstrip("/")
            for name, value in NAMES.items():
                path = path.replace(name, value)
            route = router.find(row["method"], path)[0]
            known = OPERATION_FACTS[route.operation]
            assert known.tag is Tag.RECORDED, (row["method"], path, known)


def test_every_rule_is_held_by_a_test():
    written = "".join(
        one.read_text(encoding="utf-8") for one in Path(__file__).parent.rglob("test_*.py")
    )

    assert [test for _, _, test in tables().RULES if f"def {test}(" not in written] == []


@pytest.mark.parametrize(
    "refusal",
    [one for one in REFUSALS if one.fact.switch == "refusals"],
    ids=lambda one: one.name,
)
def test_a_refusal_that_nobody_has_seen_can_be_played_otherwise(arm, emulator, refusal):
    other = {"status": 418, "code": "Other", "message": "As Azure was seen to say it."}
    emulator.ask("PATCH", "settings", {"refusals": {refusal.wire_name: other}})

    answer = PROVOKED[refusal](arm)

    assert (answer.status, answer.code, answer.message) == tuple(other.values())


@pytest.mark.parametrize(
    "wrong",
    [
        {"nothing": {"status": 400}},
        {"keysDisabled": {"status": "400"}},
        {"keysDisabled": {"words": "no"}},
        {"keysDisabled": 400},
    ],
)
def test_a_refusal_that_cannot_be_played_is_refused(arm, wrong):
    answer = arm.send("PATCH", "/_emulator/settings", {"refusals": wrong})

    assert answer.status == 400
