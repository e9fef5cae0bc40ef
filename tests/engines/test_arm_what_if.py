"""Which part of Azure's what-if counts: resources, and what is stated of them."""

import pytest
from build import SCOPE, account, deployment, role

from deployer.azure.paths import account_path, deployment_path
from deployer.core.differences import differences
from deployer.core.plan import Action, Change
from deployer.engines.arm.what_if import disagreements, stated_paths

BEFORE, AFTER = deployment(capacity=1), deployment(capacity=3)
UPDATE = Change(Action.UPDATE, AFTER.address, BEFORE, AFTER, differences(BEFORE, AFTER))
CREATE = Change(Action.CREATE, AFTER.address, None, AFTER)
HERE = deployment_path(SCOPE, AFTER.account, AFTER.name)


def delta(path, before=None, after=None, kind="Modify", **more):
    return {"path": path, "propertyChangeType": kind, "before": before, "after": after, **more}


def row(kind="Modify", *deltas, at=HERE):
    return {"resourceId": at, "changeType": kind, "delta": list(deltas)}


CAPACITY = delta("sku.capacity", 1, 3)
NOISE = delta("properties.currentCapacity", 1, 3)


def said(changes, *rows):
    return [one.detail for one in disagreements(changes, rows, SCOPE, {})]


@pytest.mark.parametrize(
    ("change", "rows"),
    [
        (CREATE, [row("Create")]),
        (CREATE, [row("Create", at=HERE.upper())]),
        (CREATE, [row("Unsupported")]),
        (UPDATE, [row("Modify", CAPACITY)]),
        (UPDATE, [row("Modify", CAPACITY, NOISE)]),
        (UPDATE, [row("Modify", delta("sku", {"name": "S", "capacity": 1}, {"name": "S", "capacity": 3}))]),
        (UPDATE, [row("Modify", delta("sku", kind="Array", children=[delta("capacity", 1, 3)]))]),
        (UPDATE, [row("Modify", CAPACITY, delta("properties.raiPolicyName", "Microsoft.Default", None, "NoEffect"))]),
        (UPDATE, [row("Modify", CAPACITY), row("Ignore", at=account_path(SCOPE, "other"))]),
    ],
    ids=["create", "any-case", "cannot-tell", "update", "noise", "as-objects", "children", "no-effect", "ignored"],
)  # fmt: skip
def test_what_agrees_is_not_told(change, rows):
    assert [] == said([change], *rows)


@pytest.mark.parametrize(
    ("change", "rows", "words"),
    [
        (CREATE, [row("Modify", CAPACITY)], "the plan says Create, what-if says Modify (sku.capacity)"),
        (CREATE, [row("NoChange")], "the plan says Create, what-if says NoChange"),
        (CREATE, [], "the plan says Create, what-if says NoChange"),
        (UPDATE, [row("Create")], "the plan says Modify (sku.capacity), what-if says Create"),
        (UPDATE, [row("Modify", CAPACITY, delta("properties.model.version", "a", "b"))], "what-if says Modify (model.version, sku.capacity)"),
        (UPDATE, [row("Modify", CAPACITY), row("Delete", at="/subscriptions/s/other")], "/subscriptions/s/other: the plan says NoChange, what-if says Delete"),
    ],
    ids=["there-already", "there-as-wanted", "unseen", "gone", "one-thing-more", "somebody-elses"],
)  # fmt: skip
def test_what_differs_is_told_in_both_words(change, rows, words):
    (told,) = said([change], *rows)

    assert words in told


def test_a_flag_that_azure_leaves_out_is_false():
    wanted = account(disable_local_auth=False)
    change = Change(Action.UPDATE, wanted.address, wanted, wanted)
    flag = delta("properties.disableLocalAuth", None, False, "Create")

    assert set() == stated_paths(change, row("Modify", flag))


def test_a_role_is_compared_by_its_existence_only():
    change = Change(Action.CREATE, role().address, None, role())

    assert set() == stated_paths(change, row("Modify", delta("properties.description", "a", "b")))
