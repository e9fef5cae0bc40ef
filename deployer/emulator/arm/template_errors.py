"""What is wrong with a template, its outputs or its run, as refusals of Resource Manager."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from deployer.emulator.arm.errors import ArmError
from deployer.emulator.arm.refusals import TemplateRefusal
from deployer.emulator.state.records import JsonObject
from deployer.emulator.templates.failures import Path, TemplateInvalid
from deployer.emulator.templates.positions import position

_ROOT: Path = ("properties", "template")


class TemplateError(ArmError):
    """A template that is refused for itself; whoever has the text of the request can say where in it."""

    def __init__(
        self, invalid: TemplateInvalid, message: str = "", info: JsonObject | None = None
    ) -> None:
        super().__init__(400, invalid.code, message or invalid.message)
        self.invalid = invalid
        self._info = info

    @property
    def body(self) -> JsonObject:
        """The answer's body, with the place of the violation when it is known (general knowledge)."""
        error: JsonObject = {"code": self.code, "message": self.message}
        if self._info is not None:
            error["additionalInfo"] = [{"type": "TemplateViolation", "info": self._info}]
        return {"error": error}

    def located(self, text: str) -> TemplateError:
        """The same refusal for the request with this text; lines and columns are those of the text."""
        invalid = self.invalid
        if not invalid.path:
            return self
        line, column = position(text, _ROOT + invalid.path)
        info = {"lineNumber": line, "linePosition": column, "path": _written(_ROOT + invalid.path)}
        return TemplateError(invalid, invalid.sentence(*position(text, _ROOT + invalid.at)), info)


def run_failed(failures: Sequence[ArmError], target: str) -> JsonObject:
    """The error of a deployment of which some resource failed; each failure is a detail."""
    error: JsonObject = TemplateRefusal.TEMPLATE_RUN_FAILED.error(
        details=[one.body["error"] for one in failures]
    ).body["error"]
    return {**error, "target": target}


def outputs_failed(failures: Mapping[str, ArmError]) -> JsonObject:
    """The error of a deployment whose resources are there and whose outputs, by name, cannot be evaluated."""
    names = ", ".join(f"'{name}'" for name in failures)
    details = [{**_of_output(error), "target": name} for name, error in failures.items()]
    error: JsonObject = TemplateRefusal.TEMPLATE_OUTPUTS_FAILED.error(
        names=names, details=details
    ).body["error"]
    return error


def _of_output(error: ArmError) -> JsonObject:
    if isinstance(error, TemplateError):
        return {
            "code": TemplateRefusal.TEMPLATE_OUTPUTS_FAILED.code,
            "message": error.invalid.reason,
        }
    told: JsonObject = error.body["error"]
    return told


def _written(path: Path) -> str:
    """A path as `properties.template.resources[0].name`."""
    parts = [f"[{one}]" if isinstance(one, int) else f".{one}" for one in path]
    return "".join(parts).removeprefix(".")
