"""Running a template: every resource through the door that requests use, at once or after those it waits for."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit

from deployer.emulator.arm.errors import ArmError, Refusal
from deployer.emulator.clock import stamp
from deployer.emulator.cloud import EmulatedCloud
from deployer.emulator.identity import Caller
from deployer.emulator.records import JsonObject
from deployer.emulator.router import Answer
from deployer.emulator.store import new_guid
from deployer.emulator.templates.evaluation import Question, Wanted
from deployer.emulator.templates.failures import TemplateInvalid
from deployer.emulator.templates.instances import DEPLOYMENTS, Instance
from deployer.emulator.templates.template import OpenTemplate

T = TypeVar("T")

_POLL_SECONDS = 0.02
_GOES_ON = ("Accepted", "Creating")
_VERSION_WITHOUT_ONE = "2025-04-01"


@dataclass
class Run:
    """One run. `failures` are those of its resources, `operations` the rows that tell of each."""

    cloud: EmulatedCloud
    caller: Caller
    opened: OpenTemplate
    in_order: bool = False
    """One resource at a time, as in a trial; else siblings start together, as on Azure."""
    leaves_out: str = ""
    """A part of the type of resources that are not written."""
    cancelled: bool = False
    failures: list[ArmError] = field(default_factory=list)
    operations: list[JsonObject] = field(default_factory=list)
    known: dict[Question, Any] = field(default_factory=dict)

    async def __call__(self) -> None:
        """Write everything that can be written; a failure stops only what waits for it."""
        resources = self.opened.resources
        done: set[int] = set()
        failed: set[int] = set()
        begun: dict[asyncio.Task[bool], int] = {}
        while True:
            for at, one in enumerate(resources):
                ready = at not in done | failed | set(begun.values()) and one.needs <= done
                if ready and not self.cancelled and not (self.in_order and begun):
                    begun[asyncio.create_task(self._write(one))] = at
            if not begun:
                return
            ended, _ = await asyncio.wait(begun, return_when=asyncio.FIRST_COMPLETED)
            for task in ended:
                (done if task.result() else failed).add(begun.pop(task))

    async def answers(self, evaluate: Callable[[dict[Question, Any]], T]) -> T:
        """What an evaluation gives, the cloud asked for whatever it wants; raises `ArmError`."""
        while True:
            try:
                return evaluate(self.known)
            except Wanted as wanted:
                self.known[wanted.question] = await self._ask(wanted.question)
            except TemplateInvalid as invalid:
                raise template_error(invalid) from None

    async def _write(self, one: Instance) -> bool:
        """Write one resource; whether all is well. Nothing to write is well too."""
        if not one.included or one.existing or self._is_left_out(one):
            return True
        if one.needs:
            settings = self.cloud.settings
            await asyncio.sleep(settings.seconds(settings.template_step_seconds))
        began = self.cloud.clock.now()
        row = _operation_row(one)
        try:
            body = await self.answers(lambda known: self.opened.body(one, known))
            answer = await self._perform("PUT", one.id, one.api_version, body)
            if self.cloud.is_shadow and one.type.lower() != DEPLOYMENTS:
                self.cloud.written.append(one.id)
            await self._settled(one, answer)
        except ArmError as error:
            self.failures.append(error)
            row["statusCode"], row["provisioningState"] = (
                _STATUS_WORDS.get(error.status, "BadRequest"),
                "Failed",
            )
            row["statusMessage"] = {"status": "Failed", **error.body}
            return False
        else:
            row["statusCode"] = "Created" if answer.status == 201 else "OK"
            return True
        finally:
            now = self.cloud.clock.now()
            row |= {"timestamp": stamp(now), "duration": duration(began, now)}
            self.operations.append(row)

    def _is_left_out(self, one: Instance) -> bool:
        return bool(self.leaves_out) and self.leaves_out in one.type.lower()

    async def _settled(self, one: Instance, answer: Answer) -> None:
        """Wait for the operation that a PUT has started, or, where it names none, until the resource has come to an end
        (Resource Manager's contract with resource providers, section on asynchronous operations); raises `ArmError`
        when the operation fails.
        """
        address = answer.headers.get("azure-asyncoperation")
        while address:
            url = urlsplit(address)
            query = dict(parse_qsl(url.query))
            polled = await self._perform("GET", url.path, query.pop("api-version"), None, query)
            if polled.body["status"] == "Succeeded":
                return
            if polled.body["status"] in ("Failed", "Canceled"):
                error = polled.body.get("error") or {"code": "Canceled", "message": ""}
                details = error.get("details", ())
                raise ArmError(409, error["code"], error["message"], details=details)
            await asyncio.sleep(_POLL_SECONDS)
        while (answer.body or {}).get("properties", {}).get("provisioningState") in _GOES_ON:
            await asyncio.sleep(_POLL_SECONDS)
            answer = await self._perform("GET", one.id, one.api_version)

    async def _ask(self, question: Question) -> Any:  # noqa: ANN401
        action, target, version = question
        stated = (
            one.api_version for one in self.opened.resources if one.id.lower() == target.lower()
        )
        version = version or next(stated, _VERSION_WITHOUT_ONE)
        if action == "reference":
            return (await self._perform("GET", target, version)).body
        return (await self._perform("POST", f"{target}/{action}", version)).body

    async def _perform(
        self,
        method: str,
        path: str,
        version: str,
        body: Any = None,  # noqa: ANN401
        query: dict[str, str] | None = None,
    ) -> Answer:
        # Imported here: the table of routes, which that module reads, names this one.
        from deployer.emulator.arm.dispatch import perform

        asked = {**(query or {}), "api-version": version}
        return await perform(self.cloud, method, path, asked, body or {}, self.caller)


def template_error(invalid: TemplateInvalid) -> ArmError:
    """What is wrong with a template, as a refusal."""
    return ArmError(400, invalid.code, invalid.message)


def run_failed(failures: list[ArmError], target: str) -> JsonObject:
    """The error of a deployment of which some resource failed; each failure is a detail."""
    error: JsonObject = Refusal.TEMPLATE_RUN_FAILED.error(
        details=[one.body["error"] for one in failures]
    ).body["error"]
    return {**error, "target": target}


def duration(began: datetime, ended: datetime) -> str:
    """A span as deployments show it: `PT1.25S`."""
    seconds = f"{max((ended - began).total_seconds(), 0):.7f}".rstrip("0").rstrip(".")
    return f"PT{seconds}S"


_STATUS_WORDS = {
    400: "BadRequest",
    401: "Unauthorized",
    403: "Forbidden",
    404: "NotFound",
    409: "Conflict",
    429: "TooManyRequests",
}


def _operation_row(one: Instance) -> JsonObject:
    return {
        "operationId": secrets.token_hex(8).upper(),
        "provisioningOperation": "Create",
        "provisioningState": "Succeeded",
        "trackingId": new_guid(),
        "serviceRequestId": new_guid(),
        "targetResource": {
            "id": one.id,
            "resourceType": one.type,
            "resourceName": one.name,
        },
    }
