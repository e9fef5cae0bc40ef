"""A request to deploy a template: read, opened at its scope, and tried out in a shadow of the cloud before anything is done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC

from deployer.emulator.arm.errors import ArmError, Refusal
from deployer.emulator.arm.groups import group_body
from deployer.emulator.arm.requests import existing_scope, section, text
from deployer.emulator.arm.subscriptions import subscription_body
from deployer.emulator.arm.template_runs import Run, template_error
from deployer.emulator.catalogue import REGIONS
from deployer.emulator.cloud import EmulatedCloud
from deployer.emulator.records import JsonObject, normalised, subscription_id
from deployer.emulator.router import Call
from deployer.emulator.store import new_guid
from deployer.emulator.templates.failures import TemplateInvalid
from deployer.emulator.templates.hashing import template_hash
from deployer.emulator.templates.places import Place
from deployer.emulator.templates.template import OpenTemplate, open_template

MODES = ("Incremental", "Complete")


@dataclass(frozen=True)
class Request:
    """What was asked for, and the template that it opened."""

    scope: str
    name: str
    mode: str
    location: str | None
    opened: OpenTemplate
    template: JsonObject
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
        raise Refusal.CONTENT_INVALID.error(why="properties.mode is Incremental or Complete")
    location = text(call.body, "location")
    at_group = "/resourcegroups/" in scope.lower()
    if not at_group and location is None:
        raise Refusal.LOCATION_REQUIRED.error()
    if location is not None and normalised(location) not in REGIONS:
        raise Refusal.LOCATION_UNKNOWN.error(
            location=location, type="Microsoft.Resources/deployments", regions=",".join(REGIONS)
        )
    for link in ("templateLink", "parametersLink"):
        if link in properties:
            raise Refusal.TEMPLATE_LINKED.error(link=section(properties, link).get("uri"))
    given = section(properties, "parameters")
    now = cloud.clock.now().astimezone(UTC)
    once = {"newguid": new_guid(), "utcnow": now.strftime("%Y%m%dT%H%M%SZ")}
    try:
        place = _place(cloud, scope, call["name"], template, given)
        opened = open_template(template, given, place, once)
    except TemplateInvalid as invalid:
        raise template_error(invalid) from None
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise Refusal.TEMPLATE_INVALID.error(why=f"it has an unexpected form: {error}") from None
    on_error = section(properties, "onErrorDeployment") or None
    return Request(scope, call["name"], mode.capitalize(), location, opened, template, on_error)


async def tried(cloud: EmulatedCloud, call: Call, request: Request) -> EmulatedCloud:
    """A shadow of the cloud in which the template has run; raises `ArmError` with everything that would be refused."""
    shadow = cloud.shadow()
    leaves_out = "" if cloud.settings.preflight_knows_rai_policies else "/raipolicies"
    run = Run(shadow, call.caller, request.opened, in_order=True, leaves_out=leaves_out)
    await run()
    details = [detail for one in run.failures for detail in _inner(one.body["error"])]
    for one in details:
        if one["code"] == Refusal.GROUP_NOT_FOUND.code:
            raise _no_such_group(one)
    if details:
        raise Refusal.TEMPLATE_REFUSED.error(
            name=request.name,
            tracking=new_guid(),
            details=details,
        )
    return shadow


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


def _inner(error: JsonObject) -> list[JsonObject]:
    """A nested deployment's failure is told by what failed in it."""
    return error.get("details", [error]) if error["code"] == "DeploymentFailed" else [error]


def _no_such_group(error: JsonObject) -> ArmError:
    """A group that a nested deployment goes into and that is not there is told unwrapped (recorded 2020-07-06)."""
    refusal = Refusal.GROUP_NOT_FOUND
    return ArmError(refusal.status, error["code"], error["message"], name=refusal.wire_name)


def _place(
    cloud: EmulatedCloud, scope: str, name: str, template: JsonObject, given: JsonObject
) -> Place:
    group = cloud.store.group(scope.split("/")[4]) if scope != subscription_id() else None
    properties = {"template": template, "parameters": given, "mode": "Incremental"}
    return Place(
        scope=scope,
        subscription=subscription_body(),
        group=group_body(group) if group else None,
        deployment={"name": name, "properties": properties},
        environment={
            "name": "DeployerEmulator",
            "resourceManager": f"{cloud.address}/",
            "authentication": {"loginEndpoint": f"{cloud.address}/adfs", "audiences": []},
            "suffixes": {"storage": "storage.invalid", "keyvaultDns": ".keyvaultdns.invalid"},
        },
    )


def _providers(opened: OpenTemplate) -> list[JsonObject]:
    kinds: dict[str, dict[str, str | None]] = {}
    for one in opened.resources:
        namespace, _, kind = one.type.partition("/")
        place = one.body.get("location")
        kinds.setdefault(namespace, {})[kind] = one.scope.value(place) if place else None
    return [
        {
            "namespace": namespace,
            "resourceTypes": [
                {"resourceType": kind, "locations": [place]} for kind, place in types.items()
            ],
        }
        for namespace, types in kinds.items()
    ]


def _dependencies(opened: OpenTemplate) -> list[JsonObject]:
    def named(at: int) -> JsonObject:
        one = opened.resources[at]
        return {"id": one.id, "resourceType": one.type, "resourceName": one.name}

    return [
        {"dependsOn": [named(need) for need in sorted(one.needs)], **named(at)}
        for at, one in enumerate(opened.resources)
        if one.needs
    ]
