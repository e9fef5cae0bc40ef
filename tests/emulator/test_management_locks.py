"""What locks of an owner forbid."""

from __future__ import annotations

import pytest
from emulator.arm_client import ACCOUNT, DEPLOYMENT, GROUP, deployment_body
from emulator.refusals.authorization import LOCK, lock_group


@pytest.mark.parametrize(
    ("level", "method", "path", "status"),
    [
        ("CanNotDelete", "PUT", DEPLOYMENT, 201),
        ("CanNotDelete", "DELETE", GROUP, 409),
        ("ReadOnly", "PUT", DEPLOYMENT, 409),
        ("ReadOnly", "POST", f"{ACCOUNT}/listKeys", 409),
        ("ReadOnly", "GET", ACCOUNT, 200),
    ],
)
def test_a_lock_forbids_what_its_level_says(arm, level, method, path, status):
    arm.account()
    lock_group(arm, level)

    assert arm.ask(method, path, deployment_body() if method == "PUT" else None).status == status


def test_an_unlocked_scope_is_free_again(arm):
    arm.account()
    lock_group(arm)
    listed = arm.get(f"{GROUP}/providers/Microsoft.Authorization/locks").body["value"]
    arm.ask("DELETE", LOCK)

    assert [one["name"] for one in listed] == ["keep"]
    assert arm.ask("DELETE", ACCOUNT).status == 200
