"""What an emulator has acknowledged is there after it was killed: operations, the clock, switches, not only resources."""

from __future__ import annotations

import asyncio
import datetime
import subprocess
import sys
from typing import NamedTuple

import pytest
from emulator.arm_client import ACCOUNT, GROUP, PROVIDER, SUBSCRIPTION, Arm, account_body
from emulator.test_holder import OPEN_AND_WAIT

from deployer.emulator import Emulator
from deployer.emulator.arm.dispatch import perform
from deployer.emulator.cloud import DEPLOYER, EmulatedCloud
from deployer.emulator.identity.tokens import Caller
from deployer.emulator.state.database import Database
from deployer.emulator.state.records import Account, Group, Operation

NEWEST = datetime.date(2026, 4, 23)
OTHER_GROUP = f"{SUBSCRIPTION}/resourceGroups/goes"


class Left(NamedTuple):
    """An emulator that came after one which was killed, and what that one had acknowledged."""

    arm: Arm
    creating: str
    failed: str
    deleting: str
    token: str


@pytest.fixture(scope="module")
def left(tmp_path_factory):
    state = tmp_path_factory.mktemp("killed")
    killed = subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", OPEN_AND_WAIT, str(state)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert killed.stdout
    assert killed.stdout.readline().startswith("holds")
    with Emulator.open(state) as joined:
        arm = Arm(joined)
        joined.ask("POST", "clock", {"hours": 30})
        joined.ask("PATCH", "settings", {"accountSeconds": 600, "groupSeconds": 0.01})
        failing = {"kind": "operationFailed", "path": "/fails$", "code": "Lost", "message": "Gone."}
        joined.ask("POST", "faults", failing)
        creating = arm.account().headers["azure-asyncoperation"]
        joined.ask("PATCH", "settings", {"accountSeconds": 0.01})
        fails = arm.ask("PUT", ACCOUNT.replace("voice", "fails"), account_body("fails"))
        arm.group(OTHER_GROUP)
        deleting = arm.ask("DELETE", OTHER_GROUP).headers["Location"]
        token = arm.token()
        killed.kill()
        killed.communicate()
    with Emulator.open(state) as after:
        failed = fails.headers["azure-asyncoperation"]
        yield Left(Arm(after), creating, failed, deleting, token)


def test_an_operation_that_went_on_goes_on(left):
    poll = left.arm.follow(left.creating)

    assert (poll.status, poll.body["status"]) == (200, "Creating")
    assert left.arm.get(ACCOUNT).body["properties"]["provisioningState"] == "Creating"


def test_an_operation_that_failed_says_why(left):
    poll = left.arm.follow(left.failed)

    assert (poll.status, poll.body["status"]) == (200, "Failed")
    assert poll.body["error"] == {"code": "Lost", "message": "Gone."}


def test_a_groups_deletion_is_polled_to_its_end(left):
    assert left.arm.follow(left.deleting).status == 200
    assert left.arm.get(OTHER_GROUP).status == 404


def test_switches_stay_as_they_were_stated(left):
    settings = left.arm.emulator.ask("GET", "settings")

    assert (settings["accountSeconds"], settings["groupSeconds"]) == (0.01, 0.01)


def test_hours_that_were_put_forward_stay(left):
    began = left.arm.follow(left.creating).body["startTime"]

    assert left.arm.emulator.date > NEWEST
    assert datetime.date.fromisoformat(began[:10]) > NEWEST
    headers = {"Authorization": f"Bearer {left.token}"}
    answer = left.arm.send("GET", f"{PROVIDER}/accounts?api-version=2025-06-01", headers=headers)
    assert answer.status == 200


def test_faults_end_with_the_process(left):
    assert left.arm.emulator.ask("GET", "faults") == []


def clouds(folder, *days):
    """One cloud after the other on the same state."""
    for day in days:
        cloud = EmulatedCloud(folder, day)
        yield cloud
        cloud.close()


def test_a_run_that_asks_for_another_day_gets_it(tmp_path):
    first, second = datetime.date(2025, 2, 6), datetime.date(2026, 1, 1)
    seen = []
    for cloud in clouds(tmp_path, first, first, second, second):
        seen.append(cloud.clock.today)
        cloud.set_day(datetime.date(2025, 12, 24))

    assert seen == [first, datetime.date(2025, 12, 24), second, datetime.date(2025, 12, 24)]


def test_a_switch_that_there_is_no_more_keeps_nothing_from_starting(tmp_path):
    opened = clouds(tmp_path, NEWEST, NEWEST)
    first = next(opened)
    first.state_settings({"lockLinger": 3})
    stated = first.store.stated_settings()
    stated.values["gone"] = 1
    first.store.put(stated)
    second = next(opened)
    switch = second.settings.lock_linger
    opened.close()
    second.close()

    assert switch == 3


def performed(cloud, method, path, body=None):
    caller = Caller(DEPLOYER.client_id, DEPLOYER.object_id, "", 0)
    query = {"api-version": "2025-09-01"}
    return asyncio.run(perform(cloud, method, path, query, body or {}, caller))


def test_an_operation_is_in_one_transaction_with_what_it_speaks_of(tmp_path, monkeypatch):
    cloud = EmulatedCloud(tmp_path, NEWEST)
    performed(cloud, "PUT", GROUP, {"location": "eastus2"})
    written = []
    write = Database.write

    def noted(database, puts, deletes=()):
        written.append({type(record) for _, record in puts} | {kind for kind, _ in deletes})
        write(database, puts, deletes)

    monkeypatch.setattr(Database, "write", noted)
    cloud.state_settings({"pacing": "instant"})
    written.clear()
    performed(cloud, "PUT", ACCOUNT, account_body())
    performed(cloud, "DELETE", GROUP)
    purge = f"{PROVIDER}/locations/eastus2/resourceGroups/rg/deletedAccounts/voice"
    performed(cloud, "DELETE", purge)
    cloud.close()

    accounts = [one for one in written if Account in one]
    assert accounts == [{Account, Operation}, {Account, Group, Operation}, {Account, Operation}]


def test_the_oldest_operations_are_forgotten_when_there_are_too_many(tmp_path, monkeypatch):
    monkeypatch.setattr("deployer.emulator.state.operations.KEPT", 20)
    cloud = EmulatedCloud(tmp_path, NEWEST)
    made = [cloud.operations.start("Deleting", float(number)).name for number in range(50)]
    cloud.close()
    again = EmulatedCloud(tmp_path, NEWEST)
    kept = [name for name in made if again.operations.find(name)]
    again.close()

    assert kept == made[-len(kept) :]
    assert 18 <= len(kept) <= 20


def test_a_registration_goes_on(tmp_path):
    wall = [1_800_000_000.0]
    first = EmulatedCloud(tmp_path, NEWEST, wall=lambda: wall[0])
    first.state_settings({"providerRegistered": False, "registrationSeconds": 60})
    performed(first, "POST", f"{PROVIDER}/register")
    first.close()
    states = []
    for _ in range(2):
        wall[0] += 31
        after = EmulatedCloud(tmp_path, NEWEST, wall=lambda: wall[0])
        states.append(performed(after, "GET", PROVIDER).body["registrationState"])
        after.close()

    assert states == ["Registering", "Registered"]


def test_a_deletion_that_is_blocked_in_the_end_says_so(tmp_path):
    wall = [1_800_000_000.0]
    first = EmulatedCloud(tmp_path, NEWEST, wall=lambda: wall[0])
    first.state_settings({"accountSeconds": 100_000})
    performed(first, "PUT", GROUP, {"location": "eastus2"})
    performed(first, "PUT", ACCOUNT, account_body())
    performed(first, "DELETE", GROUP)
    (operation,) = (one.name for one in first.store.operations() if one.running == "Running")
    first.close()
    wall[0] += 1000
    after = EmulatedCloud(tmp_path, NEWEST, wall=lambda: wall[0])
    performed(after, "GET", GROUP)
    found = after.operations.find(operation)
    after.close()

    assert found is not None
    assert found.failure is not None
    assert (found.status, found.failure["code"]) == (409, "ResourceGroupDeletionBlocked")
