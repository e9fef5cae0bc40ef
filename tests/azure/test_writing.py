"""Reading back, without a server: the reads of a resource group are scripted."""

import pytest
from build import OWNER, SCOPE, group
from clouds import FakeClock

from deployer.azure.failures import Refused
from deployer.azure.waiting import Patience
from deployer.azure.writing import Turn, Writing
from deployer.core.plan import Action, Change


class Scripted:
    """Clients whose writes are taken and whose reads answer one after the other, the last one for ever."""

    def __init__(self, *reads):
        self.reads = list(reads)
        self.written = []
        self.cognitive = None
        self.resources = self
        self.resource_groups = self

    def create_or_update(self, name, body):
        self.written.append(body)

    def get(self, path, api_version):
        return self.reads.pop(0) if len(self.reads) > 1 else self.reads[0]


def body(state="Succeeded", **tags):
    tags = {**OWNER.tags, **tags}
    return {
        "name": "rg-voice",
        "location": "eastus2",
        "tags": tags,
        "properties": {"provisioningState": state},
    }


def write(clients, clock, before=None):
    heard: list[str] = []
    wanted = group(tags={"env": "dev"})
    change = Change(Action.UPDATE if before else Action.CREATE, wanted.address, before, wanted)
    Writing(clients, SCOPE, OWNER).carry_out(change, Turn(Patience(clock), heard.append))
    return heard


def test_a_write_that_a_read_shows_is_done_at_once():
    clock = FakeClock()

    write(Scripted(body(env="dev")), clock)

    assert [] == clock.paused


def test_a_write_that_shows_late_is_waited_for():
    clients = Scripted(None, body(env="old"), body(env="dev"))

    write(clients, FakeClock())

    assert 1 == len(clients.written)


def test_a_state_that_is_not_final_is_told_and_waited_for():
    heard = write(Scripted(body("Creating", env="dev"), body(env="dev")), FakeClock())

    assert ["provisioningState Creating"] == heard


def test_a_write_that_never_shows_is_a_failure_with_both_values():
    clock = FakeClock()

    with pytest.raises(Refused) as refused:
        write(Scripted(body(env="old")), clock)

    assert "tags.env old instead of dev" in refused.value.failure.message
    assert 25 < sum(clock.paused) < 60


def test_a_write_that_ends_failed_is_a_failure():
    with pytest.raises(Refused) as refused:
        write(Scripted(body("Failed", env="dev")), FakeClock())

    assert "ProvisioningFailed" == refused.value.failure.code


def test_tags_of_others_are_sent_along():
    clients = Scripted(body(env="dev", team="x"))

    write(clients, FakeClock(), before=group(tags={"team": "x", "env": "old"}))

    assert {**OWNER.tags, "team": "x", "env": "dev"} == clients.written[0].tags
