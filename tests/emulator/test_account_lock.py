"""One write at a time on an account: everyone else is told so at once, and the lock outlives what is seen."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from emulator.arm_client import ACCOUNT, DEPLOYMENT, GROUP, PROVIDER, deployment_path

from deployer.emulator.state.locks import AccountLocks, Taken

DELETED_ACCOUNTS = f"{PROVIDER}/deletedAccounts"
OTHER = ACCOUNT.replace("/voice", "/other")
SLOW = {"pacing": "fast", "deploymentSeconds": 0.3, "deleteSeconds": 0.3, "lockLinger": 0}


class Wall:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_of_concurrent_writes_to_one_account_one_wins(arm, emulator):
    arm.account()
    arm.token()
    emulator.ask("PATCH", "settings", SLOW)

    with ThreadPoolExecutor(5) as threads:
        answers = list(threads.map(lambda n: arm.deployment(deployment_path(f"d{n}")), range(5)))

    assert sorted(one.status for one in answers) == [201, 409, 409, 409, 409]
    assert {one.code for one in answers if one.status == 409} == {"RequestConflict"}


def test_writes_to_two_accounts_do_not_conflict(arm, emulator):
    paths = [DEPLOYMENT, deployment_path("audio", OTHER)]
    arm.account()
    arm.account(OTHER)
    emulator.ask("PATCH", "settings", SLOW)

    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(arm.deployment, paths))

    assert [one.status for one in answers] == [201, 201]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", ACCOUNT, {"tags": {}}),
        ("DELETE", ACCOUNT, None),
        ("PUT", ACCOUNT, {"location": "eastus2"}),
        ("PATCH", DEPLOYMENT, {"tags": {}}),
        ("DELETE", DEPLOYMENT, None),
    ],
    ids=["patch account", "delete account", "put account", "patch child", "delete child"],
)
def test_every_write_contends_for_the_lock(arm, emulator, method, path, body):
    arm.account()
    arm.deployment()
    emulator.ask("PATCH", "settings", {"pacing": "fast", "accountSeconds": 60})
    arm.account()

    assert arm.ask(method, path, body).code == "RequestConflict"


def test_an_account_reads_accepted_while_a_child_is_written_and_reading_is_free(arm, emulator):
    arm.account()
    emulator.ask("PATCH", "settings", {**SLOW, "deploymentSeconds": 1})

    with ThreadPoolExecutor(1) as threads:
        writing = threads.submit(arm.deployment)
        while not arm.get(f"{ACCOUNT}/deployments").body["value"]:
            pass
        during = arm.get(ACCOUNT).body["properties"]["provisioningState"]
        assert writing.result().status == 201

    assert during == "Accepted"
    assert arm.get(ACCOUNT).body["properties"]["provisioningState"] == "Succeeded"


def test_the_lock_outlives_a_write_whose_account_reads_succeeded(arm, emulator):
    arm.account()
    emulator.ask("PATCH", "settings", {**SLOW, "deploymentSeconds": 0, "lockLinger": 60})

    arm.deployment()

    assert arm.get(ACCOUNT).body["properties"]["provisioningState"] == "Succeeded"
    assert arm.deployment().code == "RequestConflict"


def test_a_lock_is_held_until_its_operation_ends_and_a_little_longer():
    wall = Wall()
    locks = AccountLocks(wall, lambda: 2.0)
    with locks.write("/a") as hold:
        hold.wrote, hold.until = True, 110.0

    conflicts = []
    for wall.now in (109.0, 111.9, 112.1):
        try:
            with locks.write("/A"):
                conflicts.append(False)
        except Taken:
            conflicts.append(True)

    assert conflicts == [True, True, False]


def test_a_write_that_failed_leaves_no_lock():
    locks = AccountLocks(Wall(), lambda: 60.0)
    with pytest.raises(RuntimeError), locks.write("/a"):
        raise RuntimeError

    with locks.write("/a"):
        assert locks.in_flight("/A")


def test_an_operation_that_a_restart_has_outlived_still_locks():
    locks = AccountLocks(Wall(), lambda: 0.0)

    with pytest.raises(Taken), locks.write("/a", busy_until=101.0):
        pass


def test_a_groups_deletion_waits_for_the_lock_of_its_account(arm, emulator):
    switches = {"pacing": "fast", "accountSeconds": 0.3, "lockLinger": 0, "groupSeconds": 0}
    emulator.ask("PATCH", "settings", switches)
    arm.account()

    poll = arm.ask("DELETE", GROUP).headers["Location"]
    during = arm.get(ACCOUNT).status, arm.get(GROUP).body["properties"]["provisioningState"]
    answer = arm.follow(poll)
    while answer.status == 202:
        answer = arm.follow(poll)

    assert during == (200, "Deleting")
    assert (answer.status, answer.body) == (200, None)
    assert [one["name"] for one in arm.get(DELETED_ACCOUNTS).body["value"]] == ["voice"]
    assert arm.get(GROUP).status == 404


def test_a_groups_deletion_takes_a_locked_account_along_if_azure_does(arm, emulator):
    switches = {"pacing": "fast", "accountSeconds": 60, "groupDeletionWaits": False}
    emulator.ask("PATCH", "settings", switches)
    arm.account()

    arm.ask("DELETE", GROUP)

    assert [one["name"] for one in arm.get(DELETED_ACCOUNTS).body["value"]] == ["voice"]


def test_a_groups_deletion_ends_in_the_conflict_with_an_operation_that_hangs(arm, emulator):
    emulator.ask("POST", "faults", {"kind": "operationStuck", "method": "PUT"})
    arm.account()

    answer = arm.follow(arm.ask("DELETE", GROUP).headers["Location"])

    assert (answer.status, answer.code) == (409, "ResourceGroupDeletionBlocked")
    assert [one["code"] for one in answer.body["error"]["details"]] == ["RequestConflict"]
    assert arm.get(GROUP).body["properties"]["provisioningState"] == "Succeeded"
    assert arm.get(ACCOUNT).status == 200
