"""Running a template: every resource through the door that requests use, at once or after those it waits for."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit

from deployer.emulator.arm.engine_requests import ask
from deployer.emulator.arm.errors import ArmError
from deployer.emulator.arm.refusals import TemplateRefusal
from deployer.emulator.arm.template_errors import TemplateError
from deployer.emulator.cloud import EmulatedCloud
from deployer.emulator.identity.tokens import Caller
from deployer.emulator.router import Answer
from deployer.emulator.state.clock import stamp
from deployer.emulator.state.records import JsonObject
from deployer.emulator.state.store import new_guid
from deployer.emulator.templates.evaluation import Question, Wanted
from deployer.emulator.templates.failures import TemplateInvalid, Unprocessable
from deployer.emulator.templates.instances import DEPLOYMENTS, Instance
from deployer.emulator.templates.secret_texts import without
from deployer.emulator.templates.template import OpenTemplate

T = TypeVar("T")

_LOG = logging.getLogger(__name__)

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
        try:
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
        finally:
            # Whoever ends a run from without, as a reset does, ends what it has begun.
            for task in begun:
                task.cancel()

    async def answers(self, evaluate: Callable[[dict[Question, Any]], T]) -> T:
        """What an evaluation gives, the cloud asked for whatever it wants; raises `ArmError`."""
        while True:
            try:
                return evaluate(self.known)
            except Wanted as wanted:
                self.known[wanted.question] = await self._ask(wanted.question)
            except TemplateInvalid as invalid:
                invalid.why = without(invalid.why, self.opened.secrets)
                raise TemplateError(invalid) from None

    async def outputs(self) -> tuple[JsonObject, dict[str, ArmError]]:
        """The outputs, and why others of them cannot be evaluated, both by name."""
        found: JsonObject = {}
        wrong: dict[str, ArmError] = {}
        for name in self.opened.declared_outputs:
            try:
                value = await self.answers(partial(self.opened.output, name))
            except ArmError as error:
                wrong[name] = error
            else:
                found |= {} if value is None else {name: value}
        return found, wrong

    async def _write(self, one: Instance) -> bool:
        """Write one resource; whether all is well. Nothing to write is well too."""
        if not one.included or one.existing:
            return True
        if one.needs:
            settings = self.cloud.settings
            await asyncio.sleep(settings.template_step_seconds)
        began = self.cloud.clock.now()
        row = _operation_row(one)
        try:
            body = await self.answers(partial(self.opened.body, one))
            if self.cloud.is_shadow:
                self._note(one)
            answer = await self._perform("PUT", one.id, one.api_version, body)
            if self.cloud.is_shadow and one.type.lower() != DEPLOYMENTS:
                self.cloud.written.append(one.id)
                self.cloud.stated[one.id.lower()] = body
            await self._settled(one, answer)
        except ArmError as error:
            # Azure's preflight asks no resource for anything, so it cannot tell (F5Networks/f5-azure-arm-templates#238).
            if not (self.cloud.is_shadow and _is_late(error)):
                self._fail(row, error)
            return False
        except Exception as error:  # noqa: BLE001 - nobody may wait for the run's end in vain
            _LOG.exception("template resource %s", one.id)
            self._fail(row, unexpected(error))
            return False
        else:
            row["statusCode"] = "Created" if answer.status == 201 else "OK"
            return True
        finally:
            now = self.cloud.clock.now()
            row |= {"timestamp": stamp(now), "duration": duration(began, now)}
            self.operations.append(row)

    def _fail(self, row: JsonObject, error: ArmError) -> None:
        self.failures.append(error)
        row["statusCode"] = _spelled(error.status)
        row["provisioningState"] = "Failed"
        row["statusMessage"] = {"status": "Failed", **error.body}

    def _note(self, one: Instance) -> None:
        """Remember in the shadow which content filters a check must not count on: those that are only now made."""
        if one.type.lower().endswith("/raipolicies"):
            account, _, name = one.id.rpartition("/raiPolicies/")
            if self.cloud.store.rai_policy(account, name) is None:
                self.cloud.unforeseen.add(one.id.lower())

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
        while (state := _state(answer)) in _GOES_ON:
            await asyncio.sleep(_POLL_SECONDS)
            answer = await self._perform("GET", one.id, one.api_version)
        if state in ("Failed", "Canceled"):
            raise TemplateRefusal.TEMPLATE_RESOURCE_FAILED.error(state=state)

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
        asked = {**(query or {}), "api-version": version}
        return await ask(self.cloud, self.caller, method, path, asked, body or {})


def unexpected(error: Exception) -> ArmError:
    """A mistake of the emulator's own, so that a run ends all the same."""
    words = f"The emulator made a mistake ({type(error).__name__}); its log has more."
    return ArmError(500, "InternalServerError", words)


def _spelled(status: int) -> str:
    """A status as operations show it: `BadRequest`; one without a name, which a fault may bring, as its number."""
    try:
        return HTTPStatus(status).phrase.title().replace(" ", "")
    except ValueError:
        return str(status)


def _is_late(error: ArmError) -> bool:
    """Whether an expression has no value for what the cloud has answered."""
    return isinstance(error, TemplateError) and isinstance(error.invalid, Unprocessable)


def _state(answer: Answer) -> str | None:
    state: str | None = ((answer.body or {}).get("properties") or {}).get("provisioningState")
    return state


def duration(began: datetime, ended: datetime) -> str:
    """A span as deployments show it: `PT1.25S`."""
    seconds = f"{max((ended - began).total_seconds(), 0):.7f}".rstrip("0").rstrip(".")
    return f"PT{seconds}S"


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
