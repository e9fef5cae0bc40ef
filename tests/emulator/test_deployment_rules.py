"""What is checked of a deployment, and what a write that was refused leaves behind."""

from __future__ import annotations

from emulator.arm_client import DEPLOYMENT, deployment_body
from emulator.refusals.deployments import REALTIME


def test_a_missing_sku_is_taken_for_standard(arm):
    arm.account()
    body = deployment_body()
    del body["sku"]

    assert "SKU 'Standard'" in arm.ask("PUT", DEPLOYMENT, body).message


def test_a_refused_write_leaves_the_lock_open(arm, emulator):
    arm.account()
    emulator.ask("PATCH", "settings", {"pacing": "fast", "lockLinger": 60, "deploymentSeconds": 0})

    refused = arm.deployment(model="gpt-9@2030-01-01")

    assert refused.code == "DeploymentModelNotSupported"
    assert arm.deployment().status == 201
    assert arm.deployment().code == "RequestConflict"


def test_a_retired_model_may_still_change_its_capacity(arm, emulator):
    arm.account()
    arm.deployment(capacity=1)
    emulator.ask("POST", "clock", {"date": "2026-04-23"})

    assert arm.deployment(capacity=2).status == 200


def test_a_version_changes_in_a_write_of_its_own(arm):
    arm.account()
    arm.deployment(model="gpt-4o-realtime-preview@2024-10-01")

    assert arm.deployment(model=REALTIME).body["properties"]["model"]["version"] == "2024-12-17"
