"""Every refusal of templates, provoked."""

from __future__ import annotations

from http.client import HTTPMessage

from emulator.arm_client import GROUP, SUBSCRIPTION, Response
from emulator.refusals.provoking import Provoke
from emulator.templates.templates import RUN, account, deploy, deployments, end, request, template

from deployer.emulator.arm.errors import Refusal
from deployer.emulator.arm.refusals import TemplateRefusal


def template_run(arm, method="PUT", what=None, suffix="", **more):
    arm.group()
    return arm.ask(method, RUN + suffix, request(what or template(), **more))


def template_at_subscription(arm, location):
    path = f"{SUBSCRIPTION}/providers/Microsoft.Resources/deployments/main"
    return arm.ask("PUT", path, {**request(template()), "location": location})


def template_elsewhere(arm):
    assert template_at_subscription(arm, "eastus2").status == 201
    return template_at_subscription(arm, "westeurope")


def template_linked(arm):
    arm.group()
    linked = {"mode": "Incremental", "templateLink": {"uri": "https://example.invalid"}}
    return arm.ask("PUT", RUN, {"properties": linked})


def template_refused(arm):
    return template_run(arm, what=template(account(kind="Face")))


def template_run_failed(arm):
    template_run(arm, what=template(account(), deployments(2)))
    return Response(409, HTTPMessage(), {"error": end(arm)["error"]})


def template_outputs_failed(arm):
    outputs = {"a": {"type": "string", "value": "[reference('voice').nothing]"}}
    ended = deploy(arm, template(account(), outputs=outputs))
    return Response(409, HTTPMessage(), {"error": ended["error"]})


def template_resource_failed(arm):
    arm.account()
    arm.emulator.ask(
        "POST", "faults", {"kind": "operationFailed", "path": "/accounts/voice$", "times": 1}
    )
    ended = deploy(arm, template(account()))
    return Response(409, HTTPMessage(), {"error": ended["error"]["details"][0]})


def template_running(arm):
    arm.emulator.ask("PATCH", "settings", {"pacing": "fast", "accountSeconds": 60})
    template_run(arm, what=template(account()))
    return template_run(arm)


def template_run_over(arm):
    deploy(arm, template())
    return template_run(arm, "POST", suffix="/cancel")


def template_run_missing(arm):
    arm.group()
    return arm.get(f"{GROUP}/providers/Microsoft.Resources/deployments/none")


PROVOKED: dict[Refusal, Provoke] = {
    TemplateRefusal.TEMPLATE_INVALID: lambda arm: template_run(arm, what={"resources": []}),
    TemplateRefusal.TEMPLATE_LINKED: template_linked,
    TemplateRefusal.TEMPLATE_REFUSED: template_refused,
    TemplateRefusal.TEMPLATE_RUN_FAILED: template_run_failed,
    TemplateRefusal.TEMPLATE_OUTPUTS_FAILED: template_outputs_failed,
    TemplateRefusal.TEMPLATE_RESOURCE_FAILED: template_resource_failed,
    TemplateRefusal.TEMPLATE_RUNNING: template_running,
    TemplateRefusal.TEMPLATE_RUN_OVER: template_run_over,
    TemplateRefusal.TEMPLATE_RUN_MISSING: template_run_missing,
    TemplateRefusal.TEMPLATE_NAME_INVALID: lambda arm: template_run(arm, suffix="+1"),
    TemplateRefusal.TEMPLATE_NAME_TOO_LONG: lambda arm: template_run(arm, suffix="a" * 64),
    TemplateRefusal.TEMPLATE_LOCATION_UNKNOWN: lambda arm: template_at_subscription(
        arm, "atlantis"
    ),
    TemplateRefusal.TEMPLATE_ELSEWHERE: template_elsewhere,
}
