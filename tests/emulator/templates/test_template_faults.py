"""Faults strike what a template writes and what runs it, and the engine tries again as Azure's does."""

from __future__ import annotations

import asyncio
import logging
import re
from dataclasses import replace
from datetime import date

import pytest
from emulator.arm_client import ACCOUNT, GROUP, account_body
from emulator.templates.templates import (
    RUN,
    SERIAL,
    account,
    begin,
    deploy,
    deployments,
    end,
    request,
    template,
)

from deployer.emulator.arm import engine_requests
from deployer.emulator.arm.dispatch import perform
from deployer.emulator.arm.errors import ArmError
from deployer.emulator.cloud import DEPLOYER, EmulatedCloud
from deployer.emulator.identity.tokens import Caller
from deployer.emulator.state.settings import Settings

WRITES = "/accounts/voice/deployments/audio"


def fault(emulator, kind, **fields):
    emulator.ask("POST", "faults", {"kind": kind, "times": 1, **fields})


def struck(emulator):
    return [one["struck"] for one in emulator.ask("GET", "faults")]


def codes(ended):
    return [one["code"] for one in ended["error"]["details"]]


@pytest.mark.parametrize("status", [429, 503])
def test_what_is_refused_for_now_is_tried_again(arm, emulator, status):
    fault(emulator, "status", method="PUT", path=WRITES, status=status, retryAfter=1, times=2)

    ended = deploy(arm, template(account(), deployments(2, loop=SERIAL)))

    assert ended["provisioningState"] == "Succeeded", ended
    assert struck(emulator) == [2]


def test_but_not_for_ever(arm, emulator):
    fault(emulator, "status", method="PUT", path=WRITES, status=429, code="TooManyRequests", times=None)  # fmt: skip

    ended = deploy(arm, template(account(), deployments(1)))

    assert codes(ended) == ["TooManyRequests"]
    assert struck(emulator) == [engine_requests.ATTEMPTS]


@pytest.mark.parametrize(("status", "word"), [(403, "Forbidden"), (500, "InternalServerError")])
def test_another_status_fails_the_operation_with_its_code(arm, emulator, status, word):
    fault(emulator, "status", method="PUT", path=WRITES, status=status, code="Odd", message="No.")

    ended = deploy(arm, template(account(), deployments(1)))
    rows = arm.get(f"{RUN}/operations").body["value"]
    (row,) = (one["properties"] for one in rows if one["properties"]["statusCode"] == word)

    assert ended["error"]["details"] == [{"code": "Odd", "message": "No."}]
    assert (row["provisioningState"], row["statusMessage"]["error"]["code"]) == ("Failed", "Odd")
    assert arm.get(ACCOUNT).status == 200, "the account was written before"


def test_preflight_meets_no_fault(arm, emulator):
    arm.group()
    fault(emulator, "status", method="PUT", path=WRITES, status=403)

    answer = arm.ask("POST", f"{RUN}/validate", request(template(account(), deployments(1))))

    assert (answer.status, struck(emulator)) == (200, [0])


def test_a_delay_strikes_what_a_template_writes(arm, emulator):
    fault(emulator, "delay", method="PUT", path=WRITES, seconds=0.01)

    deploy(arm, template(account(), deployments(1)))

    assert struck(emulator) == [1]


def asked_by_the_engine(monkeypatch, tmp_path, *faults):
    """How long the engine sleeps over a request that these faults strike, and how it is refused in the end."""
    slept = []

    async def sleep(seconds):
        slept.append(seconds)

    monkeypatch.setattr("deployer.emulator.arm.engine_requests.sleep", sleep)
    cloud = EmulatedCloud(tmp_path, date(2025, 2, 6))
    cloud.settings = Settings(template_step_seconds=0.5)
    for fields in (*faults, {"kind": "status", "status": 403}):
        cloud.faults.add({"times": 1, **fields})
    caller = Caller("application", "object", "audience", 0.0)

    with pytest.raises(ArmError) as refused:
        asyncio.run(engine_requests.ask(cloud, caller, "PUT", "/x", {}, {}))
    cloud.close()

    return slept, refused.value.status


def test_retry_after_is_waited_for(monkeypatch, tmp_path):
    throttled = {"kind": "status", "status": 429, "times": 2, "retryAfter": 7}
    unavailable = {"kind": "status", "status": 503}

    asked = asked_by_the_engine(monkeypatch, tmp_path, throttled, unavailable)

    assert asked == ([7.0, 7.0, 0.5], 403)


def test_a_delay_holds_up_what_a_template_writes(monkeypatch, tmp_path):
    asked = asked_by_the_engine(monkeypatch, tmp_path, {"kind": "delay", "seconds": 3})

    assert asked == ([3.0], 403)


def test_a_status_without_a_name_fails_its_resource(arm, emulator):
    fault(emulator, "status", method="PUT", path="/accounts/voice$", status=499, code="Odd")

    ended = deploy(arm, template(account()))
    rows = arm.get(f"{RUN}/operations").body["value"]

    assert codes(ended) == ["Odd"]
    assert [one["properties"]["statusCode"] for one in rows] == ["499"]


def test_a_failed_update_of_an_account_fails_the_run(arm, emulator):
    arm.account()
    fault(emulator, "operationFailed", path="/accounts/voice$", code="Odd", message="No luck.")

    ended = deploy(arm, template(account(tags={"a": "b"})))

    assert codes(ended) == ["ResourceDeploymentFailure"]
    assert "'Failed'" in ended["error"]["details"][0]["message"]


def test_a_run_that_is_stuck_goes_on_until_it_is_cancelled(arm, emulator):
    arm.group()
    fault(emulator, "operationStuck", path="/Microsoft.Resources/deployments/main$")
    begin(arm, template(account()))
    states = [arm.get(RUN).body["properties"]["provisioningState"] for _ in range(20)]
    arm.ask("POST", f"{RUN}/cancel")

    assert states[-1] == "Running"
    assert end(arm)["provisioningState"] == "Canceled"
    assert arm.get(ACCOUNT).status == 200, "what it wrote stays"


def test_a_stuck_run_ends_well_when_its_fault_is_taken_away(arm, emulator):
    arm.group()
    fault(emulator, "operationStuck", path="/Microsoft.Resources/deployments/main$")
    begin(arm, template(account()))
    states = [arm.get(RUN).body["properties"]["provisioningState"] for _ in range(20)]
    emulator.ask("DELETE", "faults")

    assert states[-1] == "Running"
    assert end(arm)["provisioningState"] == "Succeeded"


def test_a_stuck_what_if_answers_when_its_fault_is_taken_away(arm, emulator):
    arm.group()
    fault(emulator, "operationStuck", path="/whatIf$")
    began = arm.ask("POST", f"{RUN}/whatIf", request(template(account())))
    emulator.ask("DELETE", "faults")

    answer = arm.follow(began.headers["Location"])

    assert answer.body["status"] == "Succeeded"


async def asked(cloud, method, path, body):
    caller = Caller(DEPLOYER.client_id, DEPLOYER.object_id, "", 0)
    return await perform(cloud, method, path, {"api-version": "2025-04-01"}, body, caller)


def test_a_run_writes_nothing_after_a_reset(tmp_path):
    async def written():
        cloud = EmulatedCloud(tmp_path, date(2025, 2, 6))
        cloud.settings = replace(cloud.settings, account_seconds=0, subdomain_seconds=0)
        await asked(cloud, "PUT", GROUP, {"location": "eastus2"})
        await asked(cloud, "PUT", RUN, request(template(account(), deployments(1))))
        run = cloud.runs[RUN.lower()][1]
        while not run.operations:
            await asyncio.sleep(0)
        cloud.reset()
        cloud.settings = cloud.settings.at_once()
        await asked(cloud, "PUT", GROUP, {"location": "eastus2"})
        await asked(cloud, "PUT", ACCOUNT, account_body())
        _, left = await asyncio.wait(asyncio.all_tasks() - {asyncio.current_task()}, timeout=2)
        return len(left), cloud.store.deployments()

    assert asyncio.run(written()) == (0, [])


def test_a_run_that_was_forgotten_says_nothing_of_its_successor(tmp_path):
    async def succeeded():
        cloud = EmulatedCloud(tmp_path, date(2025, 2, 6))
        cloud.settings = cloud.settings.at_once()
        cloud.faults.add({"kind": "operationStuck", "path": "/deployments/main$"})
        tasks = []
        for _ in range(2):
            await asked(cloud, "PUT", GROUP, {"location": "eastus2"})
            await asked(cloud, "PUT", RUN, request(template()))
            tasks.append(cloud.runs[RUN.lower()][0])
            await asked(cloud, "DELETE", GROUP, {}) if len(tasks) == 1 else None
        _, left = await asyncio.wait(tasks[:1], timeout=2)
        kept = cloud.store.template_deployment(GROUP, "main")
        assert kept is not None
        return len(left), kept.state, cloud.runs[RUN.lower()][0] is tasks[1]

    assert asyncio.run(succeeded()) == (0, "Running", True)


def test_a_run_fails_as_a_fault_says(arm, emulator):
    fault(emulator, "operationFailed", path="/deployments/main$", code="Odd", message="No luck.")

    ended = deploy(arm, template(account()))

    assert ended["error"] == {"code": "Odd", "message": "No luck."}
    assert arm.get(ACCOUNT).status == 200


def what_if(arm):
    began = arm.ask("POST", f"{RUN}/whatIf", request(template(account())))
    return arm.follow(began.headers["Location"])


def test_a_what_if_is_stuck_or_fails(arm, emulator):
    arm.group()
    fault(emulator, "operationStuck", path="/whatIf$")
    stuck = what_if(arm)
    fault(emulator, "operationFailed", path="/whatIf$", code="Odd", message="No luck.")

    assert (stuck.status, stuck.body) == (202, None)
    assert what_if(arm).body == {
        "status": "Failed",
        "error": {"code": "Odd", "message": "No luck."},
    }


def test_a_mistake_of_the_emulator_ends_a_run_and_is_logged(arm, monkeypatch, caplog):
    from deployer.emulator.arm.template_runs import Run

    async def mistaken(_run):
        raise ZeroDivisionError

    monkeypatch.setattr(Run, "outputs", mistaken)
    with caplog.at_level(logging.ERROR):
        ended = deploy(arm, template(account()))

    assert (ended["provisioningState"], codes(ended)) == ("Failed", ["InternalServerError"])
    assert any(one.exc_info for one in caplog.records)


def test_a_mistake_in_one_resource_fails_that_one(arm, monkeypatch):
    from deployer.emulator.arm.template_runs import Run

    async def mistaken(_run, _one, _answer):
        raise ZeroDivisionError

    arm.group()
    begin(arm, template(account()))
    end(arm)
    monkeypatch.setattr(Run, "_settled", mistaken)
    answer = arm.ask("POST", f"{RUN}/validate", request(template(account(tags={"a": "b"}))))

    assert answer.code == "InvalidTemplateDeployment"
    assert re.search("ZeroDivisionError", answer.body["error"]["details"][0]["message"])
