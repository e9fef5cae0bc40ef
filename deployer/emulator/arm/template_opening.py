"""A request to deploy a template: read, opened at its scope, and tried out in a shadow of the cloud before anything is done."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC

from deployer.emulator.arm.errors import ArmError
from deployer.emulator.arm.names import check_run_name
from deployer.emulator.arm.refusals import PlaceRefusal, RequestRefusal, TemplateRefusal
from deployer.emulator.arm.requests import existing_scope, section, text
from deployer.emulator.arm.template_errors import TemplateError
from deployer.emulator.arm.template_places import place_of
from deployer.emulator.arm.template_runs import Run
from deployer.emulator.cloud import EmulatedCloud
from deployer.emulator.regions import AZURE_REGIONS
from deployer.emulator.router import Call
from deployer.emulator.state.records import JsonObject, TemplateDeployment, normalised
from deployer.emulator.state.store import new_guid
from deployer.emulator.templates.date_functions import Once
from deployer.emulator.templates.evaluation import Wanted
from deployer.emulator.templates.failures import TemplateInvalid
from deployer.emulator.templates.hashing import template_hash
from deployer.emulator.templates.instances import Instance
from deployer.emulator.templates.template import OpenTemplate, open_template

MODES = ("Incremental", "Complete")
RESULT_FORMATS = ("FullResourcePayloads", "ResourceIdOnly")


@dataclass(frozen=True)
class Request:
    """What was asked for, and the template that it opened."""

    scope: str
    name: str
    mode: str
    location: str | None
    opened: OpenTemplate
    template: JsonObject
    result_format: str
    """How much a what-if shows."""
    on_error: JsonObject | None = None
    """Which deployment Azure would run again after a failure; shown, not done."""


def read_request(cloud: EmulatedCloud, call: Call) -> Request:
    """The request of a PUT, a validation or a what-if; raises `ArmError`."""
    scope = existing_scope(cloud, call["scope"])
    properties = section(call.body, "properties")
    # az puts the template beside the properties' other members, under a bare key; both are one object by now.
    template = section(properties, "template")
    mode = text(properties, "mode") or ""
    if mode.capitalize() not in MODES:
        raise RequestRefusal.CONTENT_INVALID.error(why="properties.mode is Incremental or Complete")
    check_run_name(call["name"])
    location = text(call.body, "location")
    at_group = "/resourcegroups/" in scope.lower()
    if not at_group and location is None:
        raise PlaceRefusal.LOCATION_REQUIRED.error()
    if location is not None and normalised(location) not in AZURE_REGIONS:
        regions = ",".join(AZURE_REGIONS)
        raise TemplateRefusal.TEMPLATE_LOCATION_UNKNOWN.error(location=location, regions=regions)
    _check_location(cloud.store.template_deployment(scope, call["name"]), location)
    for link in ("templateLink", "parametersLink"):
        if link in properties:
            raise TemplateRefusal.TEMPLATE_LINKED.error(link=section(properties, link).get("uri"))
    given = section(properties, "parameters")
    once = Once(new_guid, cloud.clock.now().astimezone(UTC))
    deployment: JsonObject = {
        "name": call["name"],
        "properties": {
            "template": template,
            "templateHash": template_hash(template),
            "parameters": given,
            "mode": mode.capitalize(),
            "provisioningState": "Accepted",
        },
    }
    if not at_group:
        deployment["location"] = location
    place = place_of(cloud, call.caller, scope, deployment)
    try:
        opened = open_template(template, given, place, once)
    except TemplateInvalid as invalid:
        raise TemplateError(invalid) from None
    return Request(
        scope=scope,
        name=call["name"],
        mode=mode.capitalize(),
        location=location,
        opened=opened,
        template=template,
        result_format=_format(properties),
        on_error=section(properties, "onErrorDeployment") or None,
    )


async def tried(cloud: EmulatedCloud, call: Call, request: Request) -> EmulatedCloud:
    """A shadow of the cloud in which the template has run; raises `ArmError` with everything that would be refused."""
    shadow = cloud.shadow()
    run = Run(shadow, call.caller, request.opened, in_order=True)
    await run()
    details = [detail for one in run.failures for detail in _inner(one.body["error"])]
    for one in details:
        if one["code"] == PlaceRefusal.GROUP_NOT_FOUND.code:
            raise _no_such_group(one)
    if details:
        raise TemplateRefusal.TEMPLATE_REFUSED.error(
            name=request.name,
            tracking=new_guid(),
            details=details,
        )
    return shadow


def _format(properties: JsonObject) -> str:
    wanted = text(section(properties, "whatIfSettings"), "resultFormat") or RESULT_FORMATS[0]
    for known in RESULT_FORMATS:
        if wanted.lower() == known.lower():
            return known
    why = f"properties.whatIfSettings.resultFormat is {' or '.join(RESULT_FORMATS)}"
    raise RequestRefusal.CONTENT_INVALID.error(why=why)


def shown(cloud: EmulatedCloud, request: Request) -> JsonObject:
    """The properties that a deployment shows from its first answer on."""
    parameters = dict(request.opened.parameters)
    declared = "parameters" in request.template
    on_error = request.on_error
    return {
        "templateHash": template_hash(request.template),
        # A section that the template does not have is not shown (recorded 2020-07-06), an empty one is (2026-04-09).
        **({"parameters": parameters} if declared else {}),
        "mode": request.mode,
        "provisioningState": "Accepted",
        "timestamp": f"{cloud.clock.now():%Y-%m-%dT%H:%M:%S.%f}0Z",
        "duration": "PT0S",
        "correlationId": new_guid(),
        "providers": _providers(request.opened),
        "dependencies": _dependencies(request.opened),
        **({"onErrorDeployment": on_error} if on_error else {}),
    }


def _check_location(before: TemplateDeployment | None, location: str | None) -> None:
    """Refuse to move a deployment's record: where it lies is said once for each name."""
    if before is None or before.location is None or location is None:
        return
    there, wanted = normalised(before.location), normalised(location)
    if there != wanted:
        # Quoted with the name in capitals, whatever the caller wrote.
        name = before.name.upper()
        raise TemplateRefusal.TEMPLATE_ELSEWHERE.error(wanted=wanted, name=name, there=there)


def _inner(error: JsonObject) -> list[JsonObject]:
    """A nested deployment's failure is told by what failed in it."""
    return error.get("details", [error]) if error["code"] == "DeploymentFailed" else [error]


def _no_such_group(error: JsonObject) -> ArmError:
    """A group that a nested deployment goes into and that is not there is told unwrapped (recorded 2020-07-06)."""
    refusal = PlaceRefusal.GROUP_NOT_FOUND
    return ArmError(refusal.status, error["code"], error["message"], name=refusal.wire_name)


def _providers(opened: OpenTemplate) -> list[JsonObject]:
    kinds: dict[str, dict[str, str | None]] = {}
    for one in opened.resources:
        namespace, _, kind = one.type.partition("/")
        kinds.setdefault(namespace, {})[kind] = _location(one)
    return [
        {
            "namespace": namespace,
            "resourceTypes": [
                {"resourceType": kind, "locations": [place]} for kind, place in types.items()
            ],
        }
        for namespace, types in kinds.items()
    ]


def _location(one: Instance) -> str | None:
    """The location that a resource states, if it is known before anything is written."""
    try:
        place = replace(one.scope, known={}).value(one.body.get("location"))
    except (TemplateInvalid, Wanted):
        return None
    return place if isinstance(place, str) else None


def _dependencies(opened: OpenTemplate) -> list[JsonObject]:
    def named(at: int) -> JsonObject:
        one = opened.resources[at]
        return {"id": one.id, "resourceType": one.type, "resourceName": one.name}

    return [
        {"dependsOn": [named(need) for need in sorted(one.needs)], **named(at)}
        for at, one in enumerate(opened.resources)
        if one.needs
    ]
