"""Looking at the emulator: what is seen, whose it is, and what it costs."""

from dataclasses import replace

import pytest
from azure.core.exceptions import ClientAuthenticationError
from build import OWNER, USE, account, deployment, group, role
from clouds import FakeClock, sign_in

from deployer.azure import look
from deployer.azure.clients import clients
from deployer.azure.paths import account_path
from deployer.catalog.api_versions import ARM
from deployer.core.problems import Problem, Severity
from deployer.errors import AuthenticationFailed, TimedOut

TWO = (
    group(),
    account("voice-a"),
    role("voice-a"),
    deployment("realtime", "voice-a"),
    account("voice-b", "swedencentral"),
    deployment("realtime", "voice-b"),
)


def reads(stage):
    return [str(one["path"]).rpartition("/")[2] for one in stage.journal()]


@pytest.mark.parametrize(("roles", "more"), [(False, 0), (True, 1)], ids=["plain", "with-roles"])
def test_a_look_where_everything_exists_costs_as_many_reads_as_promised(stage, roles, more):
    wanted = stage.want(*TWO)
    stage.apply(wanted)
    stage.forget()

    stage.look(wanted, roles=roles)

    locations, existing = 2, 2
    assert 2 + locations + existing + more == len(stage.journal())
    assert [] == stage.writes()


def test_deleted_accounts_are_asked_for_when_one_is_missing(stage):
    stage.apply(stage.want(*TWO))
    stage.forget()

    stage.look(stage.want(*TWO, account("voice-c")))

    assert 1 == reads(stage).count("deletedAccounts")


def test_what_was_applied_is_seen_and_ours(stage):
    wanted = stage.want(*TWO)
    stage.apply(wanted)

    seen = stage.look(wanted).observed

    assert set(wanted.by_address()) == set(seen.resources)
    assert {OWNER} == set(seen.owners.values())
    assert {"Succeeded"} == set(seen.states.values())


def test_a_missing_group_is_an_ordinary_sight(stage):
    seen = stage.look(stage.want(*TWO))

    assert ({}, ()) == (seen.observed.resources, seen.problems)
    assert {"eastus2", "swedencentral"} == set(seen.live)


def test_roles_from_above_reach_the_accounts(stage):
    me = "00000000-0000-0000-0000-000000000b1d"
    stage.apply(stage.want(group()))

    stage.emulator.ask("PUT", "principals/deployer", {"roles": ["Owner", USE.name]})
    inherited = stage.look().observed.inherited_roles
    stage.emulator.ask("PUT", "principals/deployer", {"roles": ["Owner"]})

    assert (me, USE.id) in inherited


def test_a_deleted_account_is_seen_under_the_address_it_had(stage):
    wanted = stage.want(*TWO)
    stage.apply(wanted)
    stage.apply(wanted.nothing())

    seen = stage.look(wanted).observed

    assert {"account/voice-a", "account/voice-b"} == set(seen.deleted)
    assert "voice-a" == seen.deleted["account/voice-a"].account.custom_sub_domain_name


def test_only_what_is_offered_to_declared_kinds_counts(stage):
    seen = stage.look(stage.want(account("voice-a", kind="OpenAI")))

    assert {"OpenAI"} == {offer.kind for offer in seen.live["eastus2"]}


def test_a_model_list_that_fails_leaves_the_rest(stage):
    stage.fault("status", status=403, code="Nope", path="locations/eastus2/models", times=None)

    seen = stage.look(stage.want(*TWO))

    assert {"swedencentral"} == set(seen.live)
    assert [("model.list-unreadable", Severity.UNVERIFIED)] == [
        (one.code, one.severity) for one in seen.problems
    ]


def test_the_contents_of_the_group_are_counted_without_our_accounts(stage):
    stage.apply(stage.want(*TWO))

    assert (0, None) == (
        stage.look(group_contents=True).observed.strangers,
        stage.look().observed.strangers,
    )


def test_an_account_that_is_still_being_made_says_so(stage):
    stage.apply(stage.want(group()))
    stage.set(accountSeconds=30)
    body = {"location": "eastus2", "kind": "OpenAI", "sku": {"name": "S0"}, "properties": {}}
    path = account_path(stage.scope, "voice-a")
    clients(stage.cloud, stage.scope.subscription).send("PUT", path, ARM, body=body)

    assert "Creating" == stage.look().observed.states["account/voice-a"]


def test_what_passes_is_waited_out(stage):
    stage.fault("status", status=503, method="GET", path="/accounts$", times=2)

    seen = look(stage.cloud, stage.scope, accounts=(), roles=False, clock=FakeClock())

    assert () == seen.problems


def test_azure_that_never_answers_is_a_timeout(stage):
    stage.fault("status", status=503, method="GET", path="/accounts$", times=None)

    with pytest.raises(TimedOut):
        look(stage.cloud, stage.scope, accounts=(), roles=False, clock=FakeClock())


def test_whoever_may_not_read_is_told_so(stage):
    nobody = stage.emulator.ask("PUT", "principals/nobody", {"roles": []})
    cloud = sign_in(stage.emulator, nobody["clientId"], nobody["clientSecret"])

    with pytest.raises(AuthenticationFailed) as failed:
        look(cloud, stage.scope, accounts=(), roles=False)

    cloud.close()
    (problem,) = failed.value.problems
    assert isinstance(problem, Problem)
    assert "permission.authorization-failed" == problem.code


def test_a_refused_sign_in_says_what_to_do_and_keeps_the_secret(stage):
    cloud = sign_in(stage.emulator, client_secret="canary-secret")

    with pytest.raises(AuthenticationFailed) as failed:
        look(cloud, stage.scope, accounts=(), roles=False)

    cloud.close()
    said = repr(failed.value.problems) + str(failed.value) + failed.value.hint
    assert ("az login" in said, "canary-secret" in said) == (True, False)


def test_nobody_signed_in_is_asked_once_and_not_once_per_request(stage):
    class Nobody:
        asked = 0

        def get_token(self, *scopes, **options):
            Nobody.asked += 1
            raise ClientAuthenticationError("nobody is signed in")

    cloud = replace(stage.cloud, credential=Nobody())

    with pytest.raises(AuthenticationFailed):
        look(cloud, stage.scope, accounts=[("voice-a", "eastus2", "AIServices")], roles=True)

    cloud.close()
    assert 1 == Nobody.asked
