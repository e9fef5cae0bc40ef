"""Steering the control plane: faults by chance and by distribution, half answers, stuck operations, hours put forward."""

from __future__ import annotations

import http.client

import pytest
from emulator.arm_client import ACCOUNT, GROUP, PROVIDER, Arm

from deployer.emulator.faults.faults import Faults, InvalidFault


def strikes(count=200, **spec):
    faults = Faults()
    faults.add({"kind": "status", **spec})
    return [faults.for_request("status", "GET", "/x") is not None for _ in range(count)]


def test_a_chance_is_the_same_for_the_same_seed():
    first, again, other = (strikes(chance=0.3, seed=seed) for seed in (1, 1, 2))

    assert first == again != other
    assert 30 < sum(first) < 90


def test_the_nth_request_is_struck():
    assert strikes(5, skip=2, times=1) == [False, False, True, False, False]


@pytest.mark.parametrize(
    ("spec", "least", "most", "mean"),
    [
        ({"seconds": 2}, 2, 2, 2),
        ({"distribution": "uniform", "minimum": 1, "maximum": 3}, 1, 3, 2),
        ({"distribution": "normal", "mean": 2, "deviation": 0.5}, 0, 5, 2),
        ({"distribution": "exponential", "mean": 2}, 0, 60, 2),
    ],
    ids=["fixed", "uniform", "normal", "exponential"],
)
def test_a_delay_has_its_distribution(spec, least, most, mean):
    fault = Faults().add({"kind": "delay", **spec})
    drawn = [fault.seconds() for _ in range(2000)]

    assert least <= min(drawn) <= max(drawn) <= most
    assert sum(drawn) / len(drawn) == pytest.approx(mean, rel=0.1)


@pytest.mark.parametrize(
    "spec", [{"chance": 2}, {"distribution": "sometimes"}, {"mean": 0}, {"seconds": "long"}, {"maximum": -1}]
)  # fmt: skip
def test_a_fault_that_nobody_could_play_is_refused(spec):
    with pytest.raises(InvalidFault):
        Faults().add({"kind": "delay", **spec})


def test_a_half_answer_promises_more_than_comes(arm, emulator):
    arm.group()
    emulator.ask("POST", "faults", {"kind": "halfBody", "path": "resourceGroups/rg$", "times": 1})

    with pytest.raises(http.client.IncompleteRead) as broken:
        arm.get(GROUP)
    assert broken.value.partial.startswith(b'{"id"')
    assert arm.get(GROUP).status == 200


def test_a_stuck_operation_never_ends(arm, emulator):
    emulator.ask("POST", "faults", {"kind": "operationStuck", "times": 1})
    made = arm.account()
    polled = arm.follow(made.headers["azure-asyncoperation"])

    assert polled.body["status"] == "Creating"
    assert arm.get(ACCOUNT).body["properties"]["provisioningState"] == "Creating"
    assert arm.deployment().code == "RequestConflict"


def test_a_stuck_operation_ends_when_its_fault_is_taken_away(arm, emulator):
    other = ACCOUNT.replace("voice", "other")
    faults = [{"kind": "operationStuck", "path": f"{one}$"} for one in ("voice", "other")]
    first, _ = emulator.ask("POST", "faults", faults)
    polls = [arm.account(one).headers["azure-asyncoperation"] for one in (ACCOUNT, other)]

    emulator.ask("DELETE", f"faults/{first['id']}")
    alone = [arm.follow(one).body["status"] for one in polls]
    emulator.ask("DELETE", "faults")

    assert alone == ["Succeeded", "Creating"]
    assert arm.deployment().status == 201
    assert arm.follow(polls[1]).body["status"] == "Succeeded"
    assert arm.get(other).body["properties"]["provisioningState"] == "Succeeded"


def test_a_stuck_deletion_is_done_when_its_fault_is_taken_away(arm, emulator):
    arm.account()
    arm.ask("DELETE", ACCOUNT)
    deleted = f"{PROVIDER}/locations/eastus2/resourceGroups/rg/deletedAccounts/voice"
    emulator.ask("POST", "faults", {"kind": "operationStuck", "method": "DELETE"})
    purged, gone = arm.ask("DELETE", deleted), arm.ask("DELETE", GROUP)
    before = (arm.get(deleted).status, arm.get(GROUP).status)

    emulator.ask("DELETE", "faults")

    assert before == (200, 200)
    assert arm.follow(purged.headers["azure-asyncoperation"]).body["status"] == "Succeeded"
    assert arm.follow(gone.headers["Location"]).status == 200
    assert (arm.get(deleted).status, arm.get(GROUP).status) == (404, 404)
    assert arm.account().status == 201


@pytest.mark.parametrize(("hours", "left"), [(47, ["voice"]), (48, []), (49, [])])
def test_forty_eight_hours_end_a_soft_deletion(arm, emulator, hours, left):
    arm.account()
    arm.ask("DELETE", ACCOUNT)
    emulator.ask("POST", "clock", {"hours": hours})
    listed = Arm(emulator).get(f"{PROVIDER}/deletedAccounts").body["value"]

    assert [one["name"] for one in listed] == left


def test_tokens_age_with_the_hours_put_forward(arm, emulator):
    assert arm.get(f"{PROVIDER}/deletedAccounts").status == 200
    emulator.ask("POST", "clock", {"hours": 2})

    assert arm.get(f"{PROVIDER}/deletedAccounts").code == "ExpiredAuthenticationToken"
    assert Arm(emulator).get(f"{PROVIDER}/deletedAccounts").status == 200


def test_a_model_retires_while_the_clock_runs(arm, emulator):
    emulator.ask("POST", "clock", {"date": "2026-12-13"})
    emulator.ask("POST", "clock", {"hours": 48})
    fresh = Arm(emulator)
    fresh.account()

    assert fresh.deployment(model="gpt-audio-mini@2025-12-15").code == "ServiceModelDeprecated"


@pytest.mark.parametrize("place", ["", "/locations/eastus2"])
def test_capacity_is_what_is_left_of_the_quota(arm, place):
    arm.account()
    arm.deployment(model="gpt-4o-realtime-preview@2024-12-17", capacity=2)
    model = {
        "modelFormat": "OpenAI",
        "modelName": "gpt-4o-realtime-preview",
        "modelVersion": "2024-12-17",
    }
    rows = arm.get(f"{PROVIDER}{place}/modelCapacities", **model).body["value"]
    here = next(one for one in rows if "/locations/eastus2/" in one["id"])

    assert here["properties"]["availableCapacity"] == 4
    assert here["properties"]["skuName"] == here["id"].rpartition("/")[2] == "GlobalStandard"
    assert (len(rows) == 1) == bool(place)
