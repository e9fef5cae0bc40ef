"""Deployments of models: written, changed and deleted synchronously, under their account's write lock."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import replace

from deployer.emulator.arm.deployment_rules import Wanted, capacity_of, check, read_wanted
from deployer.emulator.arm.names import check_deployment_name
from deployer.emulator.arm.preconditions import check_preconditions
from deployer.emulator.arm.refusals import RequestRefusal
from deployer.emulator.arm.requests import (
    created_now,
    existing_account,
    existing_parent,
    modified_now,
    section,
    tags_of,
    text,
    write_lock,
)
from deployer.emulator.cloud import EmulatedCloud
from deployer.emulator.router import Answer, Call
from deployer.emulator.state.operations import account_operation_path
from deployer.emulator.state.records import DEPLOYMENT_TYPE, Account, Deployment, JsonObject
from deployer.emulator.state.store import new_guid


async def put(cloud: EmulatedCloud, call: Call) -> Answer:
    """Create a deployment (201) or replace it (200); the answer comes when it is done."""
    account = existing_parent(cloud, call, "deployments")
    check_deployment_name(call["deployment"])
    with write_lock(cloud, account.id) as hold:
        before = cloud.store.deployment(account.id, call["deployment"])
        check_preconditions(cloud, call, before.etag if before else None)
        wanted = read_wanted(cloud, call.body, call.query["api-version"])
        written = _written(cloud, call, account, before, wanted)
        cloud.store.put(written)
        hold.wrote, headers = True, {"ETag": written.etag}
        hold.until = written.ready_at + cloud.settings.accepted_seconds
        if before is None and cloud.settings.deployments_answer_early:
            headers |= _operation(cloud, account, written)
        else:
            await asyncio.sleep(written.ready_at - cloud.clock.wall())
    return Answer(deployment_body(cloud, written), 200 if before else 201, headers)


def _operation(cloud: EmulatedCloud, account: Account, written: Deployment) -> dict[str, str]:
    """Where a deployment that is answered early is polled, if it is told."""
    if not cloud.settings.early_deployments_have_operation:
        return {}
    place = account.location
    operation = cloud.operations.start("Creating", written.ready_at, location=place)
    return {"azure-asyncoperation": cloud.address + account_operation_path(operation)}


async def patch(cloud: EmulatedCloud, call: Call) -> Answer:
    """Change a deployment's sku and tags, nothing else."""
    account = existing_account(cloud, call)
    before = _existing(cloud, call, account)
    with write_lock(cloud, account.id) as hold:
        check_preconditions(cloud, call, before.etag)
        sku, tags = section(call.body, "sku"), tags_of(call.body)
        wanted = Wanted(
            model=before.model,
            sku=text(sku, "name") or before.sku,
            capacity=capacity_of(sku, before.capacity),
            version_upgrade_option=before.version_upgrade_option,
            rai_policy=before.rai_policy,
            tags=dict(before.tags) if tags is None and before.tags is not None else tags,
        )
        written = _written(cloud, call, account, before, wanted)
        cloud.store.put(written)
        hold.wrote = True
        hold.until = written.ready_at + cloud.settings.accepted_seconds
        await asyncio.sleep(written.ready_at - cloud.clock.wall())
    return Answer(deployment_body(cloud, written), headers={"ETag": written.etag})


async def get(cloud: EmulatedCloud, call: Call) -> Answer:
    """A deployment; a missing one is refused by the provider itself, with a code of its own."""
    deployment = _existing(cloud, call, existing_account(cloud, call))
    return Answer(deployment_body(cloud, deployment), headers={"ETag": deployment.etag})


async def list_of_account(cloud: EmulatedCloud, call: Call) -> Answer:
    """The deployments of an account."""
    account = existing_account(cloud, call)
    found = cloud.store.deployments(account.id)
    return Answer({"value": [deployment_body(cloud, one) for one in found]})


async def list_skus(cloud: EmulatedCloud, call: Call) -> Answer:
    """The SKUs that a deployment could have: those of its model."""
    account = existing_account(cloud, call)
    deployment = _existing(cloud, call, account)
    name, version = deployment.model["name"], deployment.model["version"]
    model = cloud.catalogue.model(account.location, name, version) or {"skus": []}
    rows = [
        {
            "resourceType": DEPLOYMENT_TYPE,
            "sku": {"name": sku["name"]},
            "capacity": sku.get("capacity", {}),
        }
        for sku in model["skus"]
    ]
    return Answer({"value": rows})


async def delete(cloud: EmulatedCloud, call: Call) -> Answer:
    """Delete a deployment: 200, or 204 when there is none. Its quota is free at once."""
    account = existing_account(cloud, call)
    deployment = cloud.store.deployment(account.id, call["deployment"])
    if deployment is None:
        return Answer(status=204)
    with write_lock(cloud, account.id) as hold:
        check_preconditions(cloud, call, deployment.etag)
        hold.wrote = True
        await asyncio.sleep(cloud.settings.delete_seconds)
        hold.until = cloud.clock.wall() + cloud.settings.accepted_seconds
        cloud.store.remove(deployment)
    return Answer()


def deployment_body(cloud: EmulatedCloud, deployment: Deployment) -> JsonObject:
    """A deployment as GET answers it, with what Azure fills in (recorded 2026-03-20)."""
    ready = deployment.ready_at <= cloud.clock.wall()
    properties: JsonObject = {
        "model": dict(deployment.model),
        "versionUpgradeOption": deployment.version_upgrade_option,
        "currentCapacity": deployment.capacity,
        "capabilities": dict(deployment.capabilities),
        "provisioningState": "Succeeded" if ready else "Creating",
        "rateLimits": [
            {**limit, "count": limit["count"] * deployment.capacity}
            for limit in deployment.unit_rate_limits
        ],
    }
    if deployment.rai_policy:
        properties["raiPolicyName"] = deployment.rai_policy
    body: JsonObject = {
        "id": deployment.id,
        "type": DEPLOYMENT_TYPE,
        "name": deployment.name,
        "sku": {"name": deployment.sku, "capacity": deployment.capacity},
        "properties": properties,
        "systemData": dict(deployment.system_data),
        "etag": deployment.etag,
    }
    if deployment.tags is not None:
        body["tags"] = dict(deployment.tags)
    return body


def _existing(cloud: EmulatedCloud, call: Call, account: Account) -> Deployment:
    deployment = cloud.store.deployment(account.id, call["deployment"])
    if deployment is None:
        missing = f"{account.id}/deployments/{call['deployment']}"
        raise RequestRefusal.NOT_FOUND.error(id=missing)
    return deployment


def _written(
    cloud: EmulatedCloud, call: Call, account: Account, before: Deployment | None, wanted: Wanted
) -> Deployment:
    """The deployment that a write leaves behind, once the checks have let it pass."""
    allowed = check(cloud, account, wanted, before)
    now = cloud.clock.wall()
    version = wanted.model["version"] or (before or allowed).model["version"]
    throttling = {"_H_azureml-throttling-key": f"oai-{secrets.token_hex(16)}"}
    if before is not None:
        key = next(iter(throttling))
        throttling = {key: before.capabilities[key]}
    written = Deployment(
        account_id=account.id,
        name=before.name if before else call["deployment"],
        model={**wanted.model, "version": version},
        sku=wanted.sku,
        capacity=wanted.capacity,
        usage_name=allowed.sku["usageName"],
        version_upgrade_option=wanted.version_upgrade_option,
        rai_policy=wanted.rai_policy,
        capabilities={**allowed.model["capabilities"], **throttling},
        unit_rate_limits=allowed.sku.get("rateLimits", []),
        etag=before.etag if before else f'"{new_guid()}"',
        system_data=(
            modified_now(cloud, call, before.system_data) if before else created_now(cloud, call)
        ),
        created_at=before.created_at if before else now,
        ready_at=now + cloud.settings.deployment_seconds,
        tags=wanted.tags,
    )
    # An identical PUT keeps the etag and only moves lastModifiedAt (recorded 2023-01-10).
    return written if _is_same(written, before) else replace(written, etag=f'"{new_guid()}"')


def _is_same(written: Deployment, before: Deployment | None) -> bool:
    if before is None:
        return True
    moved = replace(written, system_data=before.system_data, ready_at=before.ready_at)
    return moved == before
