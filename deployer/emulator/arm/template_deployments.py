"""`Microsoft.Resources/deployments`: validated, begun, watched, cancelled; at a group and at the subscription."""

from __future__ import annotations

import asyncio
import base64
import secrets
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from deployer.emulator.arm.fates import fate
from deployer.emulator.arm.filters import row_filter, whole_number
from deployer.emulator.arm.groups import REAL_POLLS
from deployer.emulator.arm.refusals import RequestRefusal, TemplateRefusal
from deployer.emulator.arm.requests import existing_scope, tags_of
from deployer.emulator.arm.template_endings import carried_out
from deployer.emulator.arm.template_opening import Request, read_request, shown, tried
from deployer.emulator.arm.template_runs import Run
from deployer.emulator.arm.what_if import changes
from deployer.emulator.cloud import EmulatedCloud
from deployer.emulator.router import Answer, Call
from deployer.emulator.state.operations import group_operation_path, signed
from deployer.emulator.state.records import JsonObject, TemplateDeployment
from deployer.emulator.state.store import new_guid
from deployer.emulator.templates.hashing import minified, template_hash

_ENDED = ("Succeeded", "Failed", "Canceled")
_FIELDS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "provisioningstate": lambda properties: str(properties["provisioningState"])
}


async def put(cloud: EmulatedCloud, call: Call) -> Answer:
    """Try the template out, then begin to run it: 201 or 200 with `Accepted`, and where to poll."""
    request = read_request(cloud, call)
    if cloud.is_shadow:
        cloud.hidden.update(request.opened.secrets)
    before = cloud.store.template_deployment(request.scope, request.name)
    if before is not None and before.state not in _ENDED:
        raise TemplateRefusal.TEMPLATE_RUNNING.error(id=before.id)
    if not cloud.is_shadow:
        await tried(cloud, call, request)
    made = _made(cloud, call, request)
    cloud.store.put(made)
    run = Run(cloud, call.caller, request.opened, in_order=cloud.is_shadow)
    task = asyncio.create_task(carried_out(cloud, call, request, run, made))
    cloud.runs[made.id.lower()] = (task, run)
    version = call.query["api-version"]
    path = f"{made.id}/operationStatuses/{made.number}?api-version={version}"
    headers = {
        "azure-asyncoperation": cloud.address + signed(path, cloud.clock.now()),
        "x-ms-deployment-engine-version": "1.0.0",
    }
    return Answer(_body(made), 200 if before else 201, headers)


async def validate(cloud: EmulatedCloud, call: Call) -> Answer:
    """Try the template out, and tell what it would write."""
    request = read_request(cloud, call)
    shadow = await tried(cloud, call, request)
    made = _made(cloud, call, request)
    made.properties["provisioningState"] = "Succeeded"
    made.properties["validatedResources"] = [{"id": one} for one in shadow.written]
    return Answer(_body(made))


async def what_if(cloud: EmulatedCloud, call: Call) -> Answer:
    """Begin to work out what the template would change: 202, the changes lie at the location."""
    request = read_request(cloud, call)
    shadow = await tried(cloud, call, request)
    found = await changes(cloud, shadow, call.caller, request)
    properties = {"correlationId": new_guid(), "changes": found}
    result: JsonObject = {"status": "Succeeded", "properties": properties}
    ending = fate(cloud, call, 0.0)
    if ending.failure is not None:
        result = {"status": "Failed", "error": ending.failure}
    operation = cloud.operations.start("Running", ending.ends_at, result=result)
    path = group_operation_path(operation, call.query["api-version"])
    headers = {"Location": cloud.address + path, **cloud.settings.poll_headers(REAL_POLLS)}
    return Answer(status=202, headers=headers)


async def calculate_hash(_cloud: EmulatedCloud, call: Call) -> Answer:
    """The hash of a template, and the template without what does not count (recorded 2026-04-09)."""
    template = call.body
    return Answer({"minifiedTemplate": minified(template), "templateHash": template_hash(template)})


async def get(cloud: EmulatedCloud, call: Call) -> Answer:
    """A deployment."""
    return Answer(_body(_existing(cloud, call)))


async def head(cloud: EmulatedCloud, call: Call) -> Answer:
    """Whether there is such a deployment: 204 or 404."""
    scope = existing_scope(cloud, call["scope"])
    return Answer(status=204 if cloud.store.template_deployment(scope, call["name"]) else 404)


async def list_at(cloud: EmulatedCloud, call: Call) -> Answer:
    """The deployments of a scope, page by page where they are more than `templateRunsPerPage`."""
    scope = existing_scope(cloud, call["scope"])
    keeps = row_filter(call.query.get("$filter", ""), _FIELDS)
    rows = [one for one in cloud.store.template_deployments(scope) if keeps(one.properties)]
    rows = rows[: whole_number(call.query, "$top")]
    size = cloud.settings.template_runs_per_page
    if not size:
        return Answer({"value": [_body(one) for one in rows]})
    told = _place_of(call.query.get("$skiptoken", ""))
    rows = sorted(
        (one for one in rows if one.name.lower() > told), key=lambda one: one.name.lower()
    )
    body: JsonObject = {"value": [_body(one) for one in rows[:size]]}
    if len(rows) > size:
        query = {**call.query, "$skiptoken": _token_at(rows[size - 1].name)}
        path = f"{scope}/providers/Microsoft.Resources/deployments/"
        body = {"nextLink": f"{cloud.address}{path}?{urlencode(query)}", **body}
    return Answer(body)


async def export_template(cloud: EmulatedCloud, call: Call) -> Answer:
    """The template that a deployment has run."""
    return Answer({"template": _existing(cloud, call).template or {}})


async def delete(cloud: EmulatedCloud, call: Call) -> Answer:
    """Forget a deployment, not what it wrote: 204 as none is there any more."""
    scope = existing_scope(cloud, call["scope"])
    found = cloud.store.template_deployment(scope, call["name"])
    if found is not None:
        if found.state not in _ENDED:
            raise TemplateRefusal.TEMPLATE_RUNNING.error(id=found.id)
        cloud.store.remove(found)
    return Answer(status=204)


async def operation_status(cloud: EmulatedCloud, call: Call) -> Answer:
    """Poll a deployment: its status and, when it failed, why."""
    found = _existing(cloud, call)
    body: JsonObject = {"status": found.state}
    if "error" in found.properties:
        body["error"] = found.properties["error"]
    headers = {} if found.state in _ENDED else cloud.settings.poll_headers()
    return Answer(body, headers=headers)


async def list_operations(cloud: EmulatedCloud, call: Call) -> Answer:
    """What a deployment did, a row for each resource and one for the outputs."""
    found = _existing(cloud, call)
    run = cloud.runs.get(found.id.lower())
    rows = found.operations or (run[1].operations if run else [])
    return Answer({"value": [_operation(found, one) for one in rows]})


async def cancel(cloud: EmulatedCloud, call: Call) -> Answer:
    """Let a deployment begin nothing more; what goes on ends by itself."""
    found = _existing(cloud, call)
    run = cloud.runs.get(found.id.lower())
    if found.state in _ENDED or run is None:
        raise TemplateRefusal.TEMPLATE_RUN_OVER.error(name=found.name, state=found.state)
    run[1].cancelled = True
    return Answer(status=204)


def _made(cloud: EmulatedCloud, call: Call, request: Request) -> TemplateDeployment:
    return TemplateDeployment(
        scope=request.scope,
        name=request.name,
        properties=shown(cloud, request),
        number=f"0858{secrets.randbelow(10**16):016d}",
        location=request.location,
        tags=tags_of(call.body),
        template=request.template,
    )


def _token_at(name: str) -> str:
    """Where a list goes on: after that name, in a form that nobody should read."""
    return base64.urlsafe_b64encode(name.lower().encode()).decode()


def _place_of(token: str) -> str:
    try:
        return base64.urlsafe_b64decode(token).decode()
    except ValueError:
        raise RequestRefusal.CONTENT_INVALID.error(
            why="$skiptoken is none of this list's"
        ) from None


def _existing(cloud: EmulatedCloud, call: Call) -> TemplateDeployment:
    scope = existing_scope(cloud, call["scope"])
    found = cloud.store.template_deployment(scope, call["name"])
    if found is None:
        raise TemplateRefusal.TEMPLATE_RUN_MISSING.error(name=call["name"])
    return found


def _body(found: TemplateDeployment) -> JsonObject:
    body: JsonObject = {
        "id": found.id,
        "name": found.name,
        "type": "Microsoft.Resources/deployments",
        "properties": dict(found.properties),
    }
    if found.location is not None:
        body["location"] = found.location
    if found.tags is not None:
        body["tags"] = dict(found.tags)
    return body


def _operation(found: TemplateDeployment, row: JsonObject) -> JsonObject:
    number = row["operationId"]
    properties = {name: value for name, value in row.items() if name != "operationId"}
    return {
        "id": f"{found.id}/operations/{number}",
        "operationId": number,
        "properties": properties,
    }
