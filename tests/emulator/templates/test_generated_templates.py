"""Over generated templates: what-if before and after a deployment agrees with what the deployment does."""

from __future__ import annotations

import pytest
from emulator.arm_client import GROUP
from emulator.templates.templates import (
    ACCOUNT_TYPE,
    SERIAL,
    account,
    changes,
    deploy,
    deployments,
    policies,
    template,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deployer.emulator.arm.what_if import shown

TAGS = st.dictionaries(st.sampled_from("abc"), st.sampled_from(["1", "2"]), max_size=2)
ACCOUNTS = st.dictionaries(
    st.sampled_from(["one", "two", "three"]),
    st.tuples(
        TAGS,
        st.integers(0, 3),
        st.integers(1, 4),
        st.booleans(),
        st.integers(0, 2),
        st.sampled_from(["Blocking", "Deferred"]),
    ),
    min_size=1,
)


def built(accounts):
    resources = []
    for name, (tags, count, capacity, local, filters, mode) in accounts.items():
        properties = {"customSubDomainName": name, "disableLocalAuth": local}
        resources.append(account(name, tags=tags, properties=properties))
        sku = {"name": "GlobalStandard", "capacity": capacity}
        resources.append(policies(filters, of=name, mode=mode))
        needs = [f"filters-{name}" if filters else name]
        resources.append({**deployments(count, of=name, loop=SERIAL, sku=sku, dependsOn=needs), "copy": {"name": f"of-{name}", "count": count, **SERIAL}})  # fmt: skip
    return template(*resources)


def state(arm):
    """Every account, deployment and content filter of the group, as what-if would show it."""
    accounts = arm.get(f"{GROUP}/providers/{ACCOUNT_TYPE}").body["value"]
    children = [
        arm.get(one["id"]).body  # lists say more of a content filter
        for each in accounts
        for kind in ("deployments", "raiPolicies")
        for one in arm.get(f"{each['id']}/{kind}").body["value"]
        if not one["name"].startswith("Microsoft.")
    ]
    return {one["id"]: shown(one, "2025-06-01") for one in accounts + children}


def beyond(part, whole, path=""):
    """Where a new resource is shown with what it will not have; Azure fills in more than it shows."""
    if isinstance(part, dict) and isinstance(whole, dict):
        for name, value in part.items():
            yield from beyond(value, whole.get(name), f"{path}.{name}")
    elif part != whole:
        yield path


def check(arm, first, second):
    for path in ("reset", "settings"):
        arm.emulator.ask("POST" if path == "reset" else "PATCH", path, {"pacing": "instant"} if path == "settings" else None)  # fmt: skip
    arm.group()
    for accounts in (first, second):
        what = built(accounts)
        before = state(arm)
        predicted = changes(arm, what)
        ended = deploy(arm, what)
        assert ended["provisioningState"] == "Succeeded", ended
        after = state(arm)
        for row in predicted:
            target, kind = row["resourceId"], row["changeType"]
            if kind == "Ignore":
                assert before[target] == after[target]
                continue
            assert (kind == "Create") == (target not in before)
            if kind == "Create":
                assert not list(beyond(row["after"], after[target]))
            else:
                assert row["after"] == after[target]
                assert (kind == "NoChange") == (before[target] == after[target])
        assert set(after) - set(before) <= {row["resourceId"] for row in predicted}
        again = {row["changeType"] for row in changes(arm, what)}
        assert again <= {"NoChange", "Ignore"}


@settings(max_examples=4, suppress_health_check=list(HealthCheck))
@given(first=ACCOUNTS, second=ACCOUNTS)
def test_what_if_agrees_with_what_happens(arm, first, second):
    check(arm, first, second)


@pytest.mark.long
@pytest.mark.timeout(300)
@settings(max_examples=50, suppress_health_check=list(HealthCheck))
@given(first=ACCOUNTS, second=ACCOUNTS)
def test_what_if_agrees_with_what_happens_over_fifty_templates(arm, first, second):
    check(arm, first, second)
