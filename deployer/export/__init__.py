"""A desired state in other languages: for Pulumi, ARM, Bicep and Terraform. Pure; a module per language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from deployer.core.state import DesiredState


@dataclass(frozen=True, slots=True)
class Format:
    """What a state can be written as. `engine` is who will manage what is made of it, so the tags say it."""

    module: str
    engine: str
    meaning: str


FORMATS: dict[str, Format] = {
    "desired": Format("deployer.export.desired", "pulumi", "plain JSON for the Pulumi program"),
    "arm": Format("deployer.export.arm", "arm", "an ARM template"),
    "arm-parameters": Format(
        "deployer.export.arm_parameters", "arm", "parameters for azuredeploy.json"
    ),
    "bicep": Format("deployer.export.bicep", "arm", "Bicep for its resource group"),
    "terraform": Format(
        "deployer.export.terraform", "terraform", "Terraform, by the provider azapi"
    ),
}
"""By the name that `deployer export --to` takes. Each module has `text(desired) -> str`."""


def text(desired: DesiredState, to: str) -> str:
    """The state in that language. Raises KeyError for a language that is none."""
    write: Callable[[DesiredState], str] = import_module(FORMATS[to].module).text
    return write(desired)
