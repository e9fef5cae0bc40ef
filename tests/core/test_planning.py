"""What a plan says, and does not say."""

from dataclasses import replace

import pytest
from build import (
    AUDIO,
    OWNER,
    account,
    deleted,
    deployment,
    desired,
    group,
    observed,
    role,
)

from deployer.core.plan import Action, Consent
from deployer.core.planning import make_plan
from deployer.core.problems import Place
from deployer.core.resources import ModelVersion
from deployer.core.state import Owner, SoftDelete, Succession


def actions(plan):
    return [(change.action, change.address) for change in plan.changes]


def only_write(plan):
    (change,) = plan.writes
    return change


def test_an_empty_cloud_gets_everything_parents_first():
    wanted = (group(), account(), role(), deployment(), deployment("audio", model=AUDIO))

    plan = make_plan(desired(*wanted), observed())

    assert [(Action.CREATE, one.address) for one in wanted] == actions(plan)


def test_what_is_there_already_is_no_change():
    there = (group(), account(), role(), deployment())

    assert make_plan(desired(*there), observed(*there)).is_empty


@pytest.mark.parametrize(
    "filled_in",
    [
        pytest.param(
            {"rai_policy_name": "Microsoft.DefaultV2"}, id="a content filter that Azure chose"
        ),
        pytest.param(
            {"version_upgrade_option": "OnceNewDefaultVersionAvailable"}, id="an upgrade option"
        ),
        pytest.param({"tags": {"cost": "4711"}}, id="a tag of somebody else"),
    ],
)
def test_what_azure_fills_in_is_no_difference(filled_in):
    stated = deployment(version_upgrade_option=None, rai_policy_name=None)
    seen = replace(deployment(**{"version_upgrade_option": None, **filled_in}))

    assert make_plan(
        desired(group(), account(), stated), observed(group(), account(), seen)
    ).is_empty


@pytest.mark.parametrize("spelling", ["East US 2", "EASTUS2", "EastUS2"])
def test_a_location_is_one_place_however_it_is_spelled(spelling):
    assert make_plan(
        desired(group(), account()), observed(group(), account(location=spelling))
    ).is_empty


def test_local_auth_that_azure_does_not_mention_is_on():
    plan = make_plan(
        desired(group(), account(disable_local_auth=False)),
        observed(group(), account(disable_local_auth=None)),
    )

    assert plan.is_empty


def test_names_compare_without_case():
    seen = observed(group("RG-Voice"), account("Voice-EUS2"), deployment("Realtime", "Voice-EUS2"))

    assert make_plan(desired(group(), account(), deployment()), seen).is_empty


def test_capacity_is_changed_in_place_with_a_reason():
    plan = make_plan(
        desired(group(), account(), deployment(capacity=3)),
        observed(group(), account(), deployment(capacity=1)),
    )

    change = only_write(plan)
    assert (Action.UPDATE, "capacity 1 -> 3", ()) == (change.action, change.reason, change.needs)


@pytest.mark.parametrize(
    ("before", "after", "first", "second"),
    [
        pytest.param(
            1,
            3,
            "model version 2024-10-01 -> 2024-12-17",
            "capacity 1 -> 3",
            id="growing: version first",
        ),
        pytest.param(
            3,
            1,
            "capacity 3 -> 1",
            "model version 2024-10-01 -> 2024-12-17",
            id="shrinking: quota first",
        ),
    ],
)
def test_version_and_capacity_never_change_in_one_write(before, after, first, second):
    seen = deployment(version="2024-10-01", capacity=before)
    plan = make_plan(
        desired(group(), account(), deployment(capacity=after)), observed(group(), account(), seen)
    )

    assert [[f"{first}, in a write of its own"], [f"{second}, in a write of its own"]] == [
        [change.reason for change in phase.changes if change.action.writes] for phase in plan.phases
    ]
    assert plan.phases[0].changes[-1].after == plan.phases[1].changes[0].before


@pytest.mark.parametrize(
    ("before", "after", "between"),
    [
        pytest.param(1, 3, deployment(capacity=1, tags={"env": "prod"}), id="growing"),
        pytest.param(3, 1, deployment(version="2024-10-01", capacity=1), id="shrinking"),
        pytest.param(None, 2, deployment(capacity=None, tags={"env": "prod"}), id="from nothing"),
    ],
)
def test_two_writes_go_from_what_is_to_what_is_wanted_over_one_step(before, after, between):
    seen = deployment(version="2024-10-01", capacity=before)
    wanted = deployment(capacity=after, tags={"env": "prod"})

    first, second = make_plan(
        desired(group(), account(), wanted), observed(group(), account(), seen)
    ).writes

    assert (seen, between) == (first.before, first.after)
    assert (between, wanted) == (second.before, second.after)
    assert {"model.version", "sku.capacity", "tags.env"} == {
        one.path for change in (first, second) for one in change.differences
    }


@pytest.mark.parametrize(
    ("seen", "wanted", "reason"),
    [
        pytest.param({}, {"tags": {"env": "prod"}}, "tag env none -> prod", id="a tag"),
        pytest.param(
            {"disable_local_auth": None},
            {"disable_local_auth": True},
            "disableLocalAuth none -> true",
            id="a flag",
        ),
        pytest.param(
            {"public_network_access": "Enabled", "sku": "F0"},
            {"public_network_access": "Disabled", "sku": "S0"},
            "sku F0 -> S0, publicNetworkAccess Enabled -> Disabled",
            id="two things",
        ),
    ],
)
def test_a_reason_names_what_changes_in_azures_words(seen, wanted, reason):
    plan = make_plan(desired(group(), account(**wanted)), observed(group(), account(**seen)))

    assert reason == only_write(plan).reason


def test_another_model_replaces_and_asks():
    plan = make_plan(
        desired(group(), account(), deployment(model=AUDIO)),
        observed(group(), account(), deployment()),
    )

    change = only_write(plan)
    assert (Action.REPLACE, (Consent.REPLACE,)) == (change.action, change.needs)


def test_a_successor_is_named_with_what_was_declared():
    successor = ModelVersion("gpt-realtime", "2025-08-28")
    wanted = deployment(model=successor)
    why = "gpt-4o-realtime-preview@2024-12-17 retired on 2026-03-24; gpt-realtime@2025-08-28 stands in for it"
    succession = Succession(ModelVersion("gpt-4o-realtime-preview", "2024-12-17"), successor, why)

    plan = make_plan(
        desired(group(), account(), wanted, successions={wanted.address: succession}),
        observed(group(), account(), deployment()),
    )

    assert (Action.REPLACE, why) == (only_write(plan).action, only_write(plan).reason)


def test_an_upgrade_by_azure_is_labelled_as_its_doing():
    option = "OnceNewDefaultVersionAvailable"
    plan = make_plan(
        desired(group(), account(), deployment(version_upgrade_option=option)),
        observed(
            group(), account(), deployment(version="2025-06-03", version_upgrade_option=option)
        ),
    )

    assert plan.is_empty
    assert (
        "Azure upgraded it to 2025-06-03 by itself (OnceNewDefaultVersionAvailable)"
        == plan.changes[-1].reason
    )


def test_a_newer_version_is_drift_when_upgrades_are_off():
    plan = make_plan(
        desired(group(), account(), deployment()),
        observed(group(), account(), deployment(version="2025-06-03")),
    )

    assert "model version 2025-06-03 -> 2024-12-17" == only_write(plan).reason


def test_what_is_not_ours_is_left():
    theirs = (account("other", ours=False), deployment("chat", "other", ours=False))

    plan = make_plan(desired(group()), observed(group(), *theirs))

    assert plan.is_empty
    assert [(Action.LEAVE, one.address) for one in theirs] == actions(plan)[1:]
    assert [(one, one, "not declared, not ours") for one in theirs] == [
        (change.before, change.after, change.reason) for change in plan.changes[1:]
    ]


def test_what_another_engine_of_ours_made_says_which():
    made = account("other", ours=False, tags=Owner(OWNER.name, "arm").tags)

    (_, change) = make_plan(desired(group()), observed(group(), made)).changes

    assert (Action.LEAVE, True) == (change.action, "run with --engine arm" in change.reason)


def test_what_is_declared_but_not_ours_needs_adoption():
    plan = make_plan(
        desired(group(), account(), deployment()),
        observed(group(), account(), deployment(ours=False)),
    )

    change = only_write(plan)
    assert (Action.UPDATE, (Consent.ADOPT,)) == (change.action, change.needs)
    assert change.reason.startswith("not ours so far")


def test_another_engine_of_the_same_name_is_not_us():
    seen = account(tags=Owner("voice", "pulumi").tags)

    assert (Consent.ADOPT,) == only_write(
        make_plan(desired(group(), account()), observed(group(), seen))
    ).needs


def test_a_deployment_of_ours_that_is_no_longer_declared_goes():
    plan = make_plan(desired(group(), account()), observed(group(), account(), deployment()))

    assert (Action.DELETE, ()) == (only_write(plan).action, only_write(plan).needs)


def test_an_account_of_ours_goes_only_when_allowed_and_after_its_children():
    plan = make_plan(desired(group()), observed(group(), account(), role(), deployment()))

    assert [role().address, deployment().address, account().address] == [
        c.address for c in plan.writes
    ]
    assert (Consent.DELETE,) == plan.writes[-1].needs


def test_an_account_that_holds_a_strangers_deployment_stays():
    plan = make_plan(desired(group()), observed(group(), account(), deployment(ours=False)))

    assert plan.is_empty
    left = plan.changes[1]
    assert (Action.LEAVE, account(), account()) == (left.action, left.before, left.after)
    assert left.reason.endswith("not all ours (1 deployment)")


def test_strangers_are_counted_in_words():
    strange = [deployment(name, ours=False) for name in ("one", "two")]

    plan = make_plan(desired(group()), observed(group(), account(), *strange))

    assert plan.changes[1].reason.endswith("(2 deployments)")


def test_what_goes_says_why():
    plan = make_plan(desired(group()), observed(group(), account(), role(), deployment()))

    assert [
        "ours, and not declared",
        "ours, and not declared",
        "ours, and not declared; soft-deleted for 48 hours",
    ] == [change.reason for change in plan.writes]


def test_what_asks_for_nothing_keeps_who_and_where():
    everything = desired(
        group(), account(), manages_group=False, places={"a": Place("v.yaml", 1, 2)}
    )

    nothing = everything.nothing()

    assert ((), everything.owner, everything.scope, False, everything.places) == (
        nothing.resources,
        nothing.owner,
        nothing.scope,
        nothing.manages_group,
        nothing.places,
    )


def test_a_role_of_somebody_else_is_not_even_shown():
    plan = make_plan(
        desired(group(), account()),
        observed(group(), account(), role(), owners={role().address: None}),
    )

    assert [group().address, account().address] == [change.address for change in plan.changes]


def test_a_role_that_reaches_down_from_above_is_enough():
    wanted = role()
    inherited = frozenset({(wanted.principal_id, wanted.role.id)})

    assert make_plan(
        desired(group(), account(), wanted), observed(group(), account(), inherited_roles=inherited)
    ).is_empty


def test_a_soft_deleted_account_is_recovered_then_brought_up_to_date():
    plan = make_plan(
        desired(group(), account(tags={"env": "prod"}), deployment()),
        observed(group(), deleted=[deleted()]),
    )

    assert [
        [Action.NO_OP, Action.RECOVER, Action.CREATE],
        [Action.UPDATE],
    ] == [[change.action for change in phase.changes] for phase in plan.phases]


def test_a_soft_deleted_account_is_purged_where_that_is_asked():
    plan = make_plan(
        desired(group(), account(), soft_delete=SoftDelete.PURGE),
        observed(group(), deleted=[deleted()]),
    )

    assert [Action.PURGE, Action.CREATE] == [change.action for change in plan.writes]


def test_nothing_is_purged_where_the_file_says_fail():
    plan = make_plan(
        desired(group(), account(), soft_delete=SoftDelete.FAIL),
        observed(group(), deleted=[deleted()]),
    )

    assert [Action.CREATE] == [change.action for change in plan.writes]


def test_a_failed_resource_is_written_again():
    seen = observed(group(), account(), deployment(), states={deployment().address: "Failed"})

    assert (
        "its provisioningState is Failed"
        == only_write(make_plan(desired(group(), account(), deployment()), seen)).reason
    )


def test_down_takes_the_group_that_we_made_when_nothing_else_is_in_it():
    everything = desired(group(), account(), deployment())

    plan = make_plan(everything.nothing(), observed(group(), account(), deployment(), strangers=0))

    assert [deployment().address, account().address, group().address] == [
        c.address for c in plan.writes
    ]


@pytest.mark.parametrize(
    ("seen", "strangers"),
    [
        pytest.param((group(), account()), 1, id="something else is in it"),
        pytest.param((group(), account()), None, id="nobody asked"),
        pytest.param((group(ours=False), account()), 0, id="not made by us"),
        pytest.param(
            (group(), account(), account("other", ours=False)), 0, id="an account of somebody else"
        ),
    ],
)
def test_down_leaves_a_group_that_is_not_ours_alone(seen, strangers):
    plan = make_plan(desired(group()).nothing(), observed(*seen, strangers=strangers))

    assert group().address not in [change.address for change in plan.writes]


def test_a_group_that_is_not_managed_is_not_even_shown():
    plan = make_plan(desired(manages_group=False), observed(group(), strangers=0))

    assert () == plan.changes


def test_an_engine_or_owner_change_is_visible_as_tags():
    seen = account(tags={"deployer": "other"})

    change = only_write(make_plan(desired(group(), account()), observed(group(), seen)))

    assert ["tags.deployer"] == [one.path for one in change.differences]
    assert OWNER.name == change.differences[0].after


def test_a_role_on_an_account_that_another_configuration_adopted_is_left():
    adopted = account(tags=Owner("other", "sdk").tags)

    assert make_plan(
        desired(group()).nothing(), observed(group(), adopted, role(), strangers=0)
    ).is_empty
