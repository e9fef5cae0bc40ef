"""A desired state as a parameter file for azuredeploy.json."""

from __future__ import annotations

import json

from deployer.core.state import DesiredState
from deployer.export.arm_items import Object, of_state, parameter_values

SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#"


def text(desired: DesiredState) -> str:
    """The file. The resource group itself is whoever deploys's to make: a template cannot, nor can it set its tags."""
    return json.dumps(parameter_file(of_state(desired)), indent=2, ensure_ascii=False) + "\n"


def parameter_file(values: Object) -> Object:
    """Parameter values as a file."""
    return {
        "$schema": SCHEMA,
        "contentVersion": "1.0.0.0",
        "parameters": parameter_values(values),
    }
