"""Names that Resource Manager and the provider refuse before anything else is looked at."""

from __future__ import annotations

import re

from deployer.emulator.arm.refusals import DeploymentRefusal, PlaceRefusal, TemplateRefusal

_NAME = re.compile(r"[\w().-]+")
_FOREIGN = re.compile(r"[^\w().-]")
_DEPLOYMENT = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]{0,63}")
_GROUP_CHARACTERS = 90
_RUN_CHARACTERS = 64


def check_group_name(name: str) -> None:
    """Refuse a name that no resource group can have: its characters, its length, a dot at its end."""
    if not _NAME.fullmatch(name):
        raise PlaceRefusal.GROUP_NAME_INVALID.error(group=name, invalid=_invalid(name))
    if len(name) > _GROUP_CHARACTERS:
        why = f"has a length of '{len(name)}' which exceeds the maximum length of '{_GROUP_CHARACTERS}'"
        raise PlaceRefusal.GROUP_NAME_REFUSED.error(group=name, why=why)
    if name.endswith("."):
        raise PlaceRefusal.GROUP_NAME_REFUSED.error(group=name, why="ends with a period")


def check_run_name(name: str) -> None:
    """Refuse a name that no deployment of a template can have."""
    if not _NAME.fullmatch(name):
        raise TemplateRefusal.TEMPLATE_NAME_INVALID.error(name=name, invalid=_invalid(name))
    if len(name) > _RUN_CHARACTERS:
        raise TemplateRefusal.TEMPLATE_NAME_TOO_LONG.error(
            name=name, length=len(name), most=_RUN_CHARACTERS
        )


def check_deployment_name(name: str) -> None:
    """Refuse a name that no deployment of a model can have."""
    if not _DEPLOYMENT.fullmatch(name):
        raise DeploymentRefusal.DEPLOYMENT_NAME_INVALID.error(name=name)


def _invalid(name: str) -> str:
    return "".join(dict.fromkeys(_FOREIGN.findall(name)))
