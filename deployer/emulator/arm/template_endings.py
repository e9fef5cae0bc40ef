"""How a run of a template goes on after its answer: to outputs, a failure, a cancellation; what is kept of it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import replace

from deployer.emulator.arm.engine_requests import ask
from deployer.emulator.arm.errors import ArmError
from deployer.emulator.arm.template_errors import outputs_failed, run_failed
from deployer.emulator.arm.template_opening import Request
from deployer.emulator.arm.template_runs import Run, duration, unexpected
from deployer.emulator.cloud import EmulatedCloud
from deployer.emulator.faults.faults import error_of
from deployer.emulator.identity.tokens import Caller
from deployer.emulator.router import Call
from deployer.emulator.state.records import JsonObject, TemplateDeployment
from deployer.emulator.state.store import new_guid

_LOG = logging.getLogger(__name__)

_STUCK_SECONDS = 0.05


async def carried_out(
    cloud: EmulatedCloud, call: Call, request: Request, run: Run, made: TemplateDeployment
) -> None:
    """Run a template to its end, whatever that is, and keep how it ended."""
    began = cloud.clock.now()
    cloud.store.put(replace(made, properties={**made.properties, "provisioningState": "Running"}))
    try:
        ending = await _ending(cloud, call, request, run, made)
    except Exception as error:  # noqa: BLE001 - nobody may wait for the run's end in vain
        _LOG.exception("template deployment %s", made.id)
        ending = _failed(run_failed([*run.failures, unexpected(error)], made.id))
    written = [
        {"id": row["targetResource"]["id"]}
        for row in run.operations
        if "targetResource" in row and row["provisioningState"] == "Succeeded"
    ]
    now = cloud.clock.now()
    ending |= {"duration": duration(began, now), "outputResources": written}
    properties = {**made.properties, **ending}
    if cloud.runs.get(made.id.lower(), (None, None))[1] is run:
        del cloud.runs[made.id.lower()]
    if _is_kept(cloud, made):
        cloud.store.put(replace(made, properties=properties, operations=run.operations))


async def _ending(
    cloud: EmulatedCloud, call: Call, request: Request, run: Run, made: TemplateDeployment
) -> JsonObject:
    """Run a template; the properties that tell how that ended."""
    await run()
    if stuck := cloud.faults.striking("operationStuck", call.method, call.path):
        # Cancelling the run or forgetting everything ends it as taking the fault away does.
        while not (run.cancelled or stuck.has_ended) and _is_kept(cloud, made):
            await asyncio.sleep(_STUCK_SECONDS)
    if not run.failures and not run.cancelled and request.mode == "Complete":
        await _remove_others(cloud, call.caller, request, run)
    if run.failures:
        return _failed(run_failed(run.failures, made.id))
    if run.cancelled:
        why = {"code": "DeploymentCanceled", "message": "The deployment was canceled."}
        return {"provisioningState": "Canceled", "error": why}
    if (failing := cloud.faults.for_request("operationFailed", call.method, call.path)) is not None:
        return _failed(error_of(failing))
    outputs, wrong = await run.outputs()
    run.operations.append(_outputs_row(made, wrong))
    if wrong:
        return _failed(outputs_failed(wrong))
    shown = {"outputs": outputs} if "outputs" in request.template else {}
    return {"provisioningState": "Succeeded", **shown}


def _is_kept(cloud: EmulatedCloud, made: TemplateDeployment) -> bool:
    """Whether nobody has forgotten a run, with its group: another of its name may have begun since."""
    kept = cloud.store.template_deployment(made.scope, made.name)
    return kept is not None and kept.number == made.number


def _failed(error: JsonObject) -> JsonObject:
    return {"provisioningState": "Failed", "error": error}


async def _remove_others(cloud: EmulatedCloud, caller: Caller, request: Request, run: Run) -> None:
    """Mode Complete: the group's accounts that the template does not name go."""
    named = {one.id.lower() for one in request.opened.resources if one.included}
    parts = request.scope.split("/")
    for account in cloud.store.accounts(parts[4]) if len(parts) > 4 else []:
        if account.id.lower() not in named:
            query = {"api-version": "2025-09-01"}
            try:
                await ask(cloud, caller, "DELETE", account.id, query, {})
            except ArmError as error:
                run.failures.append(error)


def _outputs_row(made: TemplateDeployment, wrong: Mapping[str, ArmError]) -> JsonObject:
    row: JsonObject = {
        "operationId": made.number,
        "provisioningOperation": "EvaluateDeploymentOutput",
        "provisioningState": "Succeeded",
        "timestamp": made.properties["timestamp"],
        "duration": "PT0S",
        "trackingId": new_guid(),
        "statusCode": "OK",
        "statusMessage": None,
    }
    if wrong:
        message = {"status": "Failed", "error": outputs_failed(wrong)}
        row |= {
            "provisioningState": "Failed", "statusCode": "Conflict", "statusMessage": message,
        }  # fmt: skip
    return row
