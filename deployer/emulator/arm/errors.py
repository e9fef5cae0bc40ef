"""What a refusal of the control plane is: a row of the error catalogue, and the error that it becomes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any

from deployer.emulator.evidence import Fact
from deployer.emulator.state.records import JsonObject


class ArmError(Exception):
    """A request that is refused; becomes `{"error": {"code", "message"}}`. `name` is the row's, if it is from one."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        headers: Mapping[str, str] | None = None,
        details: Sequence[JsonObject] = (),
        name: str = "",
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.name = name
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers or {}
        self.details = details

    @property
    def is_page(self) -> bool:
        """Whether the message is a page of HTML, the whole of the answer."""
        return self.message.startswith("<")

    @property
    def body(self) -> JsonObject:
        """The answer's body."""
        error: JsonObject = {"code": self.code, "message": self.message}
        if self.details:
            error["details"] = list(self.details)
        return {"error": error}


def row(status: int, code: str, message: str, fact: Fact) -> tuple[int, str, str, Fact]:
    """A row, for the members of a subclass of `Refusal`."""
    return status, code, message, fact


class Refusal(Enum):
    """What rows of the error catalogue have in common: status, code, message with its gaps, and where the row is from.

    The rows are members of the classes in `refusals`, a class for each subject.
    """

    def __init__(self, status: int, code: str, message: str, fact: Fact) -> None:
        self.status = status
        self.code = code
        self.message = message
        self.fact = fact

    def error(self, *, details: Sequence[JsonObject] = (), **words: object) -> ArmError:
        """The error with the gaps of its message filled in."""
        text = self.message.format(**words)
        headers = {"Retry-After": str(words["seconds"])} if self.status == 429 else None
        return ArmError(
            self.status, self.code, text, headers=headers, details=details, name=self.wire_name
        )

    @property
    def wire_name(self) -> str:
        """The row's name in the setting `refusals`: `keysDisabled`."""
        first, *rest = self.name.split("_")
        return first.lower() + "".join(part.capitalize() for part in rest)


def played(error: ArmError, refusals: Mapping[str, Mapping[str, Any]]) -> ArmError:
    """A refusal as the setting `refusals` wants it: another status, code or message."""
    other = refusals.get(error.name)
    if other is None:
        return error
    return ArmError(
        int(other.get("status", error.status)),
        str(other.get("code", error.code)),
        str(other.get("message", error.message)),
        headers=error.headers,
        details=error.details,
        name=error.name,
    )
