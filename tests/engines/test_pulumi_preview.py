"""A preview held against the plan: what they agree on passes, anything else is named with both sides."""

import pytest
from build import AUDIO, account, deployment, desired, group, observed, role
from pulumi.automation import StepEventMetadata

from deployer.core.planning import make_plan
from deployer.core.problems import Place
from deployer.engines.pulumi.names import name_of
from deployer.engines.pulumi.preview import (
    Intent,
    Intents,
    disagreements,
    in_accounts,
    writes_around,
)

FULL = (group(), account("voice-a"), role("voice-a"), deployment("one", "voice-a", capacity=3))
ONE = FULL[-1].address


def step(resource, operation, diffs=()):
    kind, name = name_of(resource)
    urn = f"urn:pulumi:prod::azure-openai-voice::{kind}::{name}"
    return StepEventMetadata.from_json(
        {"op": operation, "urn": urn, "type": kind, "provider": "", "diffs": list(diffs)}
    )


def intents(*steps):
    heard = Intents()
    for one in steps:
        heard.hear(one)
    return heard.found


def phase(before, after):
    return make_plan(desired(*after), observed(*before)).phases[0]


def told(phase, intents, imports=(), excluded=()):
    return [one.detail for one in disagreements(phase, intents, imports, excluded)]


CHANGES = {
    "create": ((), FULL, [(one, "create") for one in FULL]),
    "nothing": (FULL, FULL, [(one, "same") for one in FULL]),
    "update": (
        FULL,
        (*FULL[:-1], deployment("one", "voice-a", capacity=4)),
        [(FULL[-1], "update")],
    ),
    "delete": (FULL, FULL[:-1], [(FULL[-1], "delete")]),
}


@pytest.mark.parametrize("case", CHANGES)
def test_where_both_mean_the_same_nothing_is_told(case):
    before, after, operations = CHANGES[case]

    found = intents(*(step(one, operation) for one, operation in operations))

    assert [] == told(phase(before, after), found)


def test_a_replacement_is_three_steps_of_pulumis():
    other = (*FULL[:-1], deployment("one", "voice-a", AUDIO, capacity=3))
    found = intents(
        *(step(FULL[-1], name) for name in ("delete-replaced", "replace", "create-replacement"))
    )

    assert {ONE: Intent("replace")} == found
    assert [] == told(phase(FULL, other), found)


def test_what_only_pulumi_would_do_is_told_with_its_properties():
    found = intents(step(FULL[-1], "update", ["tags", "sku"]))

    assert [f"{ONE}: the plan says nothing, Pulumi says update (sku, tags)."] == told(
        phase(FULL, FULL), found
    )


def test_what_only_the_plan_would_do_is_told_with_its_reason():
    after = (*FULL[:-1], deployment("one", "voice-a", capacity=4))

    assert [f"{ONE}: the plan says update (capacity 3 -> 4), Pulumi says nothing."] == told(
        phase(FULL, after), {}
    )


def test_another_way_to_get_there_is_a_disagreement():
    after = (*FULL[:-1], deployment("one", "voice-a", capacity=4))

    (said,) = told(phase(FULL, after), intents(step(FULL[-1], "replace", ["sku"])))

    assert "Pulumi says replace (sku)" in said


def test_a_problem_says_where_and_what_to_do():
    place = Place("prod.yaml", 7, 5)

    (problem,) = disagreements(
        phase((), FULL), {}, (), {one.address for one in FULL[:-1]}, {ONE: place}
    )

    assert ("pulumi.disagrees", ONE, place) == (problem.code, problem.address, problem.where)
    assert "Nothing was written" in problem.hint


@pytest.mark.parametrize("operations", [["import"], ["import", "update"]], ids=str)
def test_what_is_imported_may_be_updated_on_the_way(operations):
    found = intents(*(step(FULL[-1], name) for name in operations))

    assert [] == told(phase(FULL, FULL), found, imports={ONE})
    assert 1 == len(told(phase(FULL, FULL), found))


def test_what_is_imported_is_not_replaced_or_deleted_unasked():
    for operation in ("delete", "import-replacement"):
        assert told(phase(FULL, FULL), intents(step(FULL[-1], operation)), imports={ONE})


def test_what_failed_and_is_as_declared_is_written_around_pulumi():
    failed = observed(*FULL, states={ONE: "Failed"})
    found = make_plan(desired(*FULL), failed).phases[0]

    assert [ONE] == [one.address for one in found.changes if writes_around(one)]


def test_what_is_excluded_is_not_compared():
    assert [] == told(phase((), FULL), {}, excluded={one.address for one in FULL})


def test_the_stack_and_its_provider_are_no_resources():
    provider = replace_urn(step(FULL[0], "create"), "pulumi:providers:azure-native::azure")

    assert {} == intents(provider)


def test_what_lies_in_an_account():
    other = account("voice-ab", "swedencentral")
    found = phase((), (*FULL, other))
    (change,) = [one for one in found.changes if one.address == "account/voice-a"]

    assert {one.address for one in FULL[1:]} == in_accounts(found, [change])


def replace_urn(step, tail):
    step.urn = f"urn:pulumi:prod::azure-openai-voice::{tail}"
    return step


def test_a_recovered_account_is_created_in_a_preview():
    from build import deleted

    made = make_plan(desired(*FULL), observed(group(), deleted=[deleted("voice-a")]))
    found = intents(*(step(one, "create") for one in FULL[1:]))

    assert [] == told(made.phases[0], found)
