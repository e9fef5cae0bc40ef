"""Exchanges that others recorded with Azure, reduced to names and types, and the emulator led through the same ones.

`recorded/*.json`: for each exchange method, path, api-version, the request's members, status, header names, the answer's
members with their JSON types. `name?` is a member that only some rows of a list have, `*` stands for names of somebody's own,
`@1` for a shape of the file. The path `poll` is where the operation begun last is asked for, `next` the page that the last list named.
`poll by location` where its `Location` leads. `send` says which of our bodies goes out, or `in the end`: after the operation begun last
is over, as other exchanges in between had waited for it. Reduced on 2026-11-22, 23 and 27 by scripts of our own; the source of each file stands in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from emulator.arm_client import Arm, Response
from emulator.recorded_bodies import body_of

RECORDED = Path(__file__).with_name("recorded")

NAMES = {
    "{subscription}": "/subscriptions/00000000-0000-0000-0000-00000000a2a0",
    "{group}": "rg",
    "{account}": "voice",
    "{deployment}": "audio",
    "{location}": "eastus2",
    "{run}": "run",
    "{another}": "another",
    "{lock}": "keep",
    "{former}": "former",
    "{policy}": "strict",
    "{assignment}": "5f1d0c52-9e0c-4c3a-8a55-0d3b7f1f6a11",
    "{namespace}": "Microsoft.CognitiveServices",
    "{role}": "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
    "{tag}": "azd-env-name",
    "{value}": "recorded",
}
AT_ONCE = {
    "accountSeconds": 0,
    "deploymentSeconds": 0,
    "deleteSeconds": 0,
    "groupSeconds": 0,
    "lockLinger": 0,
    "templateStepSeconds": 0,
}
"""With pacing `real`, so that polls say what Azure's say: nothing takes time."""
UNFINISHED = ("Accepted", "Running", "Creating", "Updating", "Deleting")
STEERING = {"azure-asyncoperation", "location", "retry-after", "etag", "x-ms-original-request-ids"}
"""Headers that mean something by not being there."""
HIDDEN = {"Azure/azure-cli": {"retry-after"}}
"""Headers that a repository's recorder takes away from every answer: nothing follows from their absence. Those of azure-powershell and
azure-sdk-for-net keep them."""


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
    location: str = ""
    """The `Location` told last."""
    next_page: str = ""
    """Where the list read last goes on."""
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
        self.sent += "request" in row
        body, raw = body_of(row, self.sent, self._listener())
        if "request" in row:
            for missing in mismatches(row["request"], body):
                yield f"the replay itself does not send {missing}"
        answer = self._answer(row, body, raw)
        self.address = (
            answer.headers["azure-asyncoperation"] or answer.headers["Location"] or self.address
        )
        self.location = answer.headers["Location"] or self.location
        self.next_page = (answer.body or {}).get("nextLink", "")
        if answer.status != row["status"]:
            yield f"status {answer.status} instead of {row['status']}: {answer.body}"
            return
        recorded = {*self.recording["headersOfEvery"], *row["headers"]}
        sent = {one.lower() for one in answer.headers}
        yield from (f"header {name} is missing" for name in sorted(recorded - sent))
        steering = STEERING - HIDDEN.get(self.recording["repository"], set())
        yield from (f"header {name} is there" for name in sorted((sent & steering) - recorded))
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
        if row.get("send", "").startswith("slowly"):
            slow = {"accountSeconds": 0.1, "groupSeconds": 0.1}
            self.arm.emulator.ask("PATCH", "settings", slow)
        if row["path"] == "next":
            return self.arm.follow(self.next_page)
        if row["path"] == "poll by location":
            return self.arm.follow(self.location)
        if row["path"] == "poll":
            # Recorders keep the last poll only, or one that says by its form that it is none.
            unended = "startTime" in row.get("body", {}) and "endTime" not in row["body"]
            return self._polled(once=unended or row["status"] == 202)
        if row.get("send") == "in the end":
            self._polled()
        path = row["path"]
        query = {"api-version": row["apiVersion"], **row.get("query", {})}
        names = {
            **NAMES,
            "{principal}": self.arm.object_id("deployer"),
            "{listener}": self._listener(),
        }
        for name, value in names.items():
            path = path.replace(name, value)
            query = {one: said.replace(name, value) for one, said in query.items()}
        headers = {
            "Authorization": f"Bearer {self.arm.token()}",
            "Content-Type": "application/json",
        }
        where = f"{quote(path)}?{urlencode(query)}"
        return self.arm.send(row["method"], where, body if raw is None else None, headers=headers, raw=raw)  # fmt: skip

    def _polled(self, *, once: bool = False) -> Response:
        answer = self.arm.follow(self.address)
        while not once and (
            answer.status == 202 or (answer.body or {}).get("status") in UNFINISHED
        ):
            answer = self.arm.follow(self.address)
        return answer

    def _listener(self) -> str:
        """The object id of the principal who is given roles; empty where a recording has none."""
        found = self.arm.emulator.ask("GET", "principals/listener")
        return str(found[0]["objectId"]) if found else ""


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
