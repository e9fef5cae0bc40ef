"""Runs of an ARM template in one resource group: begun, watched, cancelled, tried out. By path: no package of the SDK.

Wire facts: emulation notes 2026-11, section 3.4, from recordings of the service in azure-cli's tests.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from deployer.azure import paths
from deployer.azure.clients import Clients, JsonObject
from deployer.azure.failures import Failure, Refused, classify, error_of, innermost
from deployer.azure.waiting import Patience
from deployer.catalog.api_versions import TEMPLATE_DEPLOYMENTS
from deployer.core.resources import Scope

ENDED = frozenset({"Succeeded", "Failed", "Canceled"})

_REFUSED_BY_PREFLIGHT, _ABSENT = 400, 404
_WRITES = "Create"
_STATUSES = {status.phrase.replace(" ", ""): status.value for status in HTTPStatus}
_DURATION = re.compile(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?")


@dataclass(frozen=True, slots=True)
class Operation:
    """What a run did or does with one resource. `seconds` is how long it took, as Azure says."""

    target: str
    state: str
    seconds: float = 0.0
    failures: tuple[Failure, ...] = ()


@dataclass(frozen=True, slots=True)
class Course:
    """How far a run is; `failures` are why it failed, unwrapped."""

    state: str
    failures: tuple[Failure, ...] = ()


class TemplateDeployments:
    """The runs of one template in one scope. Every method is one attempt and raises the SDK's exceptions."""

    def __init__(self, clients: Clients, scope: Scope, template: JsonObject) -> None:
        self._clients = clients
        self._scope = scope
        self._template = template

    def begin(self, name: str, parameters: JsonObject) -> None:
        """Start a run. Azure first tries the template out, which takes it half a minute and may refuse everything."""
        self._clients.send(
            "PUT", self._path(name), TEMPLATE_DEPLOYMENTS, body=self._body(parameters)
        )

    def course(self, name: str) -> Course | None:
        """How far a run is; None when there is none of that name."""
        try:
            body = self._clients.send("GET", self._path(name), TEMPLATE_DEPLOYMENTS)
        except Exception as error:
            if classify(error).status == _ABSENT:
                return None
            raise
        properties = body.get("properties") or {}
        why = properties.get("error")
        return Course(properties.get("provisioningState", ""), innermost(why) if why else ())

    def operations(self, name: str) -> list[Operation]:
        """What it has done with its resources so far."""
        rows = self._clients.items(f"{self._path(name)}/operations", TEMPLATE_DEPLOYMENTS)
        found = (row.get("properties") or {} for row in rows)
        return [
            _operation(one)
            for one in found
            if one.get("targetResource") and one.get("provisioningOperation", _WRITES) == _WRITES
        ]

    def cancel(self, name: str) -> None:
        """Let a run begin nothing more; what is in flight ends by itself. One that has ended is left as it is."""
        try:
            self._clients.send("POST", f"{self._path(name)}/cancel", TEMPLATE_DEPLOYMENTS)
        except Exception as error:  # noqa: BLE001 - classify raises again what is not Azure's
            classify(error)

    def refusals(self, name: str, parameters: JsonObject) -> tuple[Failure, ...]:
        """Why Azure would not take it, without anything being written; empty when it would."""
        try:
            self._clients.send(
                "POST",
                f"{self._path(name)}/validate",
                TEMPLATE_DEPLOYMENTS,
                body=self._body(parameters),
            )
        except Exception as error:
            found = refused(error)
            if not found:
                raise
            return found
        return ()

    def what_if(self, name: str, parameters: JsonObject, patience: Patience) -> list[JsonObject]:
        """What a run would change, a row for each resource. Raises Refused when it does not get told in time."""
        path = f"{self._path(name)}/whatIf"
        address, answer = self._clients.begin(
            "POST", path, TEMPLATE_DEPLOYMENTS, self._body(parameters)
        )
        if not address:
            return _changes(answer)
        for _ in patience.polls("the what-if has not ended"):
            told, pause = self._clients.poll(address)
            if told is not None:
                return _changes(told)
            if pause:
                patience.pause(pause)
        raise AssertionError("polls end by raising")

    def _path(self, name: str) -> str:
        group = paths.group_path(self._scope)
        return f"{group}/providers/Microsoft.Resources/deployments/{name}"

    def _body(self, parameters: JsonObject) -> JsonObject:
        properties = {
            "mode": "Incremental",
            "template": self._template,
            "parameters": parameters,
        }
        return {"properties": properties}


def refused(error: Exception) -> tuple[Failure, ...]:
    """Everything that a trial of the template found wrong with it; empty for an error of another kind."""
    failure = classify(error)
    return (
        innermost(error_of(error), failure.status)
        if failure.status == _REFUSED_BY_PREFLIGHT
        else ()
    )


def _changes(answer: JsonObject) -> list[JsonObject]:
    if answer.get("status") == "Failed":
        raise Refused(innermost(answer.get("error") or {})[0])
    return list((answer.get("properties") or {}).get("changes") or ())


def _operation(row: Mapping[str, Any]) -> Operation:
    said = row.get("statusMessage") or {}
    error = said.get("error", said) if isinstance(said, dict) else {"message": str(said)}
    failed = row.get("provisioningState") == "Failed"
    return Operation(
        row["targetResource"].get("id", ""),
        row.get("provisioningState", ""),
        _seconds(row.get("duration")),
        innermost(error, _STATUSES.get(row.get("statusCode", ""))) if failed else (),
    )


def _seconds(duration: str | None) -> float:
    """`PT1M2.5S` in seconds."""
    found = _DURATION.fullmatch(duration or "")
    if found is None:
        return 0.0
    hours, minutes, seconds = (float(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60 + seconds
