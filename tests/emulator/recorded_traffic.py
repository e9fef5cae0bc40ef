"""Exchanges that others recorded with Azure, reduced to names and types, and the emulator led through the same ones.

`recorded/*.json`: for each exchange method, path, api-version, the request's members, status, header names, the answer's
members with their JSON types. `name?` is a member that only some rows of a list have, `*` stands for names of somebody's own,
`@1` for a shape of the file. Reduced on 2026-11-22 by a script of our own; the source of each file stands in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from emulator.arm_client import Arm, Response

RECORDED = Path(__file__).with_name("recorded")

NAMES = {
    "{subscription}": "/subscriptions/00000000-0000-0000-0000-00000000a2a0",
    "{group}": "rg",
    "{account}": "voice",
    "{deployment}": "audio",
    "{location}": "eastus2",
    "{run}": "run",
    "{role}": "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
    "{tag}": "azd-env-name",
    "{value}": "recorded",
}
TAGS = {"azd-env-name": "recorded"}
MODEL = {"format": "OpenAI", "name": "gpt-audio", "version": "2025-08-28"}
CREATE = {"kind": "OpenAI", "sku": {"name": "S0"}, "location": "eastus2", "properties": {}}
NAMED = {**CREATE, "properties": {"customSubDomainName": "voice"}}
DEPLOYMENT = {"sku": {"name": "GlobalStandard", "capacity": 1}, "properties": {"model": MODEL}}
AT_ONCE = {
    "accountSeconds": 0,
    "deploymentSeconds": 0,
    "deleteSeconds": 0,
    "groupSeconds": 0,
    "lockLinger": 0,
    "templateStepSeconds": 0,
}
"""With pacing `real`, so that polls say what Azure's say: nothing takes time."""
UNFINISHED = ("Accepted", "Running", "Creating", "Deleting")
STEERING = {"azure-asyncoperation", "location", "retry-after", "etag", "x-ms-original-request-ids"}
"""Headers that mean something by not being there."""


def recordings() -> dict[str, dict[str, Any]]:
    """Every file by its name."""
    return {
        one.stem: json.loads(one.read_text(encoding="utf-8"))
        for one in sorted(RECORDED.glob("*.json"))
    }


@dataclass
class Replay:
    """One recording's exchanges, sent to the emulator in their order."""

    arm: Arm
    recording: dict[str, Any]
    address: str = ""
    """Where the operation begun last is polled."""
    sent: int = 0
    """How many bodies were sent: each template has a number of its own."""
    differences: list[str] = field(default_factory=list)

    def __call__(self) -> list[str]:
        """What the emulator does otherwise, each as `METHOD path: what`."""
        for row in self.recording["exchanges"]:
            where = f"{row['method']} {row['path'].replace('{subscription}', '')}"
            for found in self._compared(row):
                said = f"{where}: {found}"
                if said not in self.differences:
                    self.differences.append(said)
        return self.differences

    def _compared(self, row: dict[str, Any]) -> Iterator[str]:
        body, raw = self._body(row)
        if "request" in row:
            for missing in mismatches(row["request"], body):
                yield f"the replay itself does not send {missing}"
        answer = self._answer(row, body, raw)
        self.address = (
            answer.headers["azure-asyncoperation"] or answer.headers["Location"] or self.address
        )
        if answer.status != row["status"]:
            yield f"status {answer.status} instead of {row['status']}: {answer.body}"
            return
        recorded = {*self.recording["headersOfEvery"], *row["headers"]}
        sent = {one.lower() for one in answer.headers}
        yield from (f"header {name} is missing" for name in sorted(recorded - sent))
        yield from (f"header {name} is there" for name in sorted((sent & STEERING) - recorded))
        if "body" in row:
            yield from mismatches(self._shape(row["body"]), answer.body)
        elif answer.body is not None:
            yield "a body where none was"

    def _shape(self, shape: Any) -> Any:
        """A shape with the file's own shapes put in."""
        if isinstance(shape, str):
            return self.recording["shapes"][shape] if shape.startswith("@") else shape
        if isinstance(shape, list):
            return [self._shape(one) for one in shape]
        return {name: self._shape(one) for name, one in shape.items()}

    def _answer(self, row: dict[str, Any], body: Any, raw: bytes | None) -> Response:
        if row["path"] == "poll":
            answer = self.arm.follow(self.address)
            # Recorders keep the last poll only, or one that says by its form that it is none.
            goes_on = "startTime" in row.get("body", {}) and "endTime" not in row["body"]
            while not goes_on and (
                answer.status == 202 or (answer.body or {}).get("status") in UNFINISHED
            ):
                answer = self.arm.follow(self.address)
            return answer
        path = row["path"]
        query = {"api-version": row["apiVersion"], **row.get("query", {})}
        names = {**NAMES, "{principal}": self.arm.object_id("deployer")}
        for name, value in names.items():
            path = path.replace(name, value)
            query = {one: said.replace(name, value) for one, said in query.items()}
        headers = {
            "Authorization": f"Bearer {self.arm.token()}",
            "Content-Type": "application/json",
        }
        where = f"{quote(path)}?{urlencode(query)}"
        return self.arm.send(row["method"], where, body if raw is None else None, headers=headers, raw=raw)  # fmt: skip

    def _body(self, row: dict[str, Any]) -> tuple[Any, bytes | None]:
        """The request's body, and its bytes where they are no JSON."""
        if "request" not in row:
            return None, None
        self.sent += 1
        send, path = row.get("send", ""), row["path"]
        at_group = "resourcegroups" in path.lower()
        template = group_template() if at_group else subscription_template()
        if send == "slowly":
            self.arm.emulator.ask("PATCH", "settings", {"accountSeconds": 0.1})
        if send == "not quite JSON":
            empty = {"parameters": {}, "mode": "Incremental", "template": {}}
            return {"properties": empty}, NOT_QUITE_JSON
        if send == "restore":
            return {"location": "eastus2", "properties": {"restore": True}}, None
        if send == "subdomain":
            return {"sku": {"name": "S0"}, "properties": {"customSubDomainName": "voice"}}, None
        if send == "bare template":
            return template, None
        if send == "template":
            parameters = {"number": {"value": str(self.sent), "reference": None}}
            return run_of(template, parameters, at_group), None
        if send == "empty template":
            return run_of(EMPTY, {}, at_group), None
        if path.endswith("/regenerateKey"):
            return {"keyName": "Key1"}, None
        if path.endswith("/{deployment}"):
            return DEPLOYMENT, None
        if path.endswith("/{group}"):
            return {"location": "eastus2", "name": "rg", "tags": TAGS}, None
        if row["method"] == "PATCH":
            return {"sku": {"name": "S0"}, "tags": {"made": "by az"}, "properties": {}}, None
        named = "customSubDomainName" in row["request"]["properties"]
        return NAMED if named else CREATE, None


SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
EMPTY: dict[str, Any] = {"$schema": SCHEMA, "contentVersion": "1.0.0.0", "resources": []}
NOT_QUITE_JSON = b"""{"properties": {"parameters": {}, "mode": "Incremental", template:{
  "$schema": "https://schema.management.azure.com/schemas/2015-01-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "resources": [] // nothing yet
}}}"""
"""A body in the form that az sends: a bare key, a comment."""


def run_of(template: dict[str, Any], parameters: Any, at_group: bool) -> dict[str, Any]:
    """The request to deploy, validate or foresee a template."""
    properties = {
        "mode": "Incremental",
        "parameters": parameters,
        "template": template,
        "whatIfSettings": {},
    }
    place = {} if at_group else {"location": "eastus2"}
    return {**place, "properties": properties, "tags": TAGS}


def group_template() -> dict[str, Any]:
    """An account, at a group."""
    account = {
        "type": "Microsoft.CognitiveServices/accounts",
        "apiVersion": "2025-09-01",
        "name": "voice",
        "location": "eastus2",
        "kind": "OpenAI",
        "sku": {"name": "S0"},
        "tags": {"number": "[parameters('number')]"},
        "properties": {},
    }
    return {
        **EMPTY,
        "parameters": {"number": {"type": "string"}},
        "resources": [account],
        "outputs": {"number": {"type": "string", "value": "[parameters('number')]"}},
    }


def subscription_template() -> dict[str, Any]:
    """A group and, in a deployment of its own that waits for it, an account."""
    group = {
        "type": "Microsoft.Resources/resourceGroups",
        "apiVersion": "2025-04-01",
        "name": "rg",
        "location": "eastus2",
        "tags": {**TAGS, "number": "[parameters('number')]"},
        "properties": {},
    }
    inner = {
        "type": "Microsoft.Resources/deployments",
        "apiVersion": "2025-04-01",
        "name": "inner",
        "resourceGroup": "rg",
        "dependsOn": ["[subscriptionResourceId('Microsoft.Resources/resourceGroups', 'rg')]"],
        "properties": {
            "mode": "Incremental",
            "expressionEvaluationOptions": {"scope": "inner"},
            "parameters": {"number": {"value": "[parameters('number')]"}},
            "template": group_template(),
        },
    }
    return {**group_template(), "resources": [group, inner]}


def mismatches(shape: Any, value: Any, place: str = "") -> Iterator[str]:
    """Where a value lacks a member of a shape, or has another type there."""
    if isinstance(shape, str):
        if shape != "any" and _type(value) not in shape.split("|"):
            yield f"{place or 'body'} is {_type(value)}, not {shape}"
    elif isinstance(shape, list):
        if not isinstance(value, list) or bool(shape) != bool(value):
            yield f"{place or 'body'} is {_type(value)}, not {'a filled' if shape else 'an empty'} list"
            return
        for one in value:
            yield from mismatches(shape[0], one, f"{place}[]")
    elif not isinstance(value, dict):
        yield f"{place or 'body'} is {_type(value)}, not object"
    else:
        for name, inner in shape.items():
            bare = name.removesuffix("?")
            if name == "*":
                for key in value:
                    yield from mismatches(inner, value[key], f"{place}.*")
            elif bare in value:
                yield from mismatches(inner, value[bare], f"{place}.{bare}".lstrip("."))
            elif name == bare:
                yield f"{place}.{bare} is missing".lstrip(".")


def _type(value: Any) -> str:
    names = {bool: "boolean", int: "number", float: "number", str: "string", list: "a list"}
    return "null" if value is None else names.get(type(value), "object")
