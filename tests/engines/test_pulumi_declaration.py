"""What the program declares: the phase, minus what the plan leaves alone, plus what has to be imported."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from build import AUDIO, account, deployment, desired, group, observed, role

from deployer.core.planning import make_plan
from deployer.core.state import Owner
from deployer.engines.pulumi.declaration import declaration, leaving_alone, present
from deployer.engines.pulumi.names import ACCOUNT, DEPLOYMENT

FULL = (group(), account("voice-a"), role("voice-a"), deployment("one", "voice-a"))
EVERY = frozenset(one.address for one in FULL)


def declared(after, before=(), held=frozenset(), is_ours=lambda _role: True, **seen):
    plan = make_plan(desired(*after), observed(*before, **seen))
    return declaration(plan, plan.phases[0], present(plan), held, is_ours)


def addresses(found):
    return {one.address for one in found.declared}


def test_all_that_is_wanted_is_declared_and_unprotected():
    found = declared(FULL)

    assert (EVERY, {}) == (addresses(found), found.imports)
    assert found.document["protect"] is False  # consents guard what is deleted


def test_what_stands_in_azure_and_not_in_the_state_is_imported():
    found = declared((*FULL, deployment("two", "voice-a", AUDIO)), FULL, held={FULL[0].address})

    assert EVERY - {FULL[0].address} == set(found.imports)


def test_what_the_state_holds_is_not_imported_again():
    assert {} == declared(FULL, FULL, held=EVERY).imports


def test_what_is_to_be_deleted_is_not_declared():
    assert EVERY - {FULL[-1].address} == addresses(declared(FULL[:-1], FULL, held=EVERY))


@pytest.mark.parametrize(
    "theirs", [group(ours=False), group(tags=Owner("x", "pulumi").tags)], ids=str
)
def test_a_group_that_others_made_is_not_declared(theirs):
    found = declared(FULL, (theirs, *FULL[1:]), held=EVERY - {FULL[0].address})

    assert EVERY - {FULL[0].address} == addresses(found)
    assert found.document["resourceGroup"]["manage"] is False


def test_a_group_in_the_state_that_lost_our_mark_is_declared_as_it_stands():
    bare = group(ours=False, tags={"team": "other"})

    found = declared(FULL, (bare, *FULL[1:]), held=EVERY)

    assert {"team": "other"} == found.document["resourceGroup"]["tags"]


def test_a_role_that_is_held_from_above_is_not_declared():
    held_above = frozenset({(FULL[2].principal_id, FULL[2].role.id)})

    found = declared(FULL, (FULL[0], FULL[1]), inherited_roles=held_above)

    assert EVERY - {FULL[2].address} == addresses(found)


@pytest.mark.parametrize(("is_ours", "expected"), [(True, 1), (False, 0)])
def test_a_role_that_others_assigned_is_left_to_them(is_ours, expected):
    found = declared(FULL, FULL, held=EVERY - {FULL[2].address}, is_ours=lambda _role: is_ours)

    assert expected == len(found.document["accounts"][0]["roles"])


def test_tags_of_others_are_known_by_name():
    seen = replace(FULL[1], tags={**FULL[1].tags, "team": "other", "cost-centre": "7"})

    found = declared(FULL, (FULL[0], seen, *FULL[2:]))

    assert ("cost-centre", "team") == found.foreign_tags[FULL[1].address]


def ignored(kind, name, properties, tags=()):
    import pulumi

    foreign = {f"account/{name}": tuple(tags)} if tags else {}
    args: Any = SimpleNamespace(
        type_=kind, name=name, props=properties, opts=pulumi.ResourceOptions(ignore_changes=["x"])
    )
    found = leaving_alone(foreign)(args)
    return None if found is None else set(found.opts.ignore_changes or ())


def test_what_is_not_stated_is_nobodys_business():
    from pulumi_azure_native import cognitiveservices

    stated = cognitiveservices.AccountPropertiesArgs(disable_local_auth=True)
    found = ignored(ACCOUNT, "voice-a", {"kind": "AIServices", "properties": stated, "sku": None})

    assert {
        "x",
        "sku",
        "identity",
        "properties.networkAcls",
        "properties.publicNetworkAccess",
    } < found
    assert not {"kind", "properties", "properties.disableLocalAuth"} & found


def test_inside_of_what_is_stated_the_same_holds():
    from pulumi_azure_native import cognitiveservices as native

    model = native.DeploymentModelArgs(name="m", version="1")
    properties = native.DeploymentPropertiesArgs(model=model)
    found = ignored(
        DEPLOYMENT, "voice-a/one", {"properties": properties, "sku": native.SkuArgs(name="S0")}
    )

    assert {"properties.model.format", "properties.raiPolicyName", "sku.capacity"} < found
    assert not {"properties.model.version", "properties.model", "sku.name"} & found


def test_tags_of_others_are_left_where_they_are():
    found = ignored(ACCOUNT, "voice-a", {"tags": {"deployer": "voice"}}, ["team", "a.b"])

    assert {'tags["team"]', 'tags["a.b"]'} < found
    assert "tags" not in found


def test_what_is_no_resource_of_azures_stays_as_it_is():
    assert ignored("deployer:azure:OpenAIAccount", "voice-a", {}) is None
