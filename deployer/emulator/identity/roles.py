"""Azure's built-in roles, as far as they matter to accounts and models, and the matching of actions.

Ids and the split between control and data actions: control plane notes, section 7 (2026-11). The action lists are
the parts of Azure's definitions that this emulator can ask for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from deployer.emulator.evidence import Fact, coded, recorded
from deployer.emulator.state.records import JsonObject

DATA_ACTION = "Microsoft.CognitiveServices/accounts/OpenAI/deployments/"
"""What every data action of a deployment begins with."""


@dataclass(frozen=True)
class Role:
    """A role: what it allows on the control plane and, separately, on the data plane."""

    id: str
    name: str
    description: str
    actions: tuple[str, ...] = ()
    not_actions: tuple[str, ...] = ()
    data_actions: tuple[str, ...] = ()
    former_name: str = ""

    def allows(self, action: str) -> bool:
        return _any(self.actions, action) and not _any(self.not_actions, action)

    def allows_data(self, action: str) -> bool:
        return _any(self.data_actions, action)

    def permission(self) -> JsonObject:
        """The role's permissions as Azure lists them."""
        return {
            "actions": list(self.actions),
            "notActions": list(self.not_actions),
            "dataActions": list(self.data_actions),
            "notDataActions": [],
        }


_READ_ROLES = (
    "Microsoft.Authorization/roleAssignments/read",
    "Microsoft.Authorization/roleDefinitions/read",
)
_READ_PLACES = (
    "Microsoft.Resources/subscriptions/read",
    "Microsoft.Resources/subscriptions/operationresults/read",
    "Microsoft.Resources/subscriptions/resourceGroups/read",
)

ROLES: tuple[Role, ...] = (
    Role("8e3af657-a8ff-443c-a75c-2fe8c4bcb635", "Owner", "Full control, roles included.", ("*",)),
    Role(
        "b24988ac-6180-42a0-ab88-20f7382dd24c",
        "Contributor",
        "Full control, but no assigning of roles.",
        ("*",),
        (
            "Microsoft.Authorization/*/Delete",
            "Microsoft.Authorization/*/Write",
            "Microsoft.Authorization/elevateAccess/Action",
        ),
    ),
    Role(
        "acdd72a7-3385-48ef-bd42-f606fba81ae7",
        "Reader",
        "Sees everything, changes nothing.",
        ("*/read",),
    ),
    Role(
        "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",
        "User Access Administrator",
        "Manages who may do what.",
        ("*/read", "Microsoft.Authorization/*"),
    ),
    Role(
        "f58310d9-a9f6-439a-9e8d-f62e7b41a168",
        "Role Based Access Control Administrator",
        "Assigns roles.",
        (
            "Microsoft.Authorization/roleAssignments/write",
            "Microsoft.Authorization/roleAssignments/delete",
            "*/read",
        ),
    ),
    Role(
        "25fbc0a9-bd7c-42a3-aa1a-3b75d497ee68",
        "Cognitive Services Contributor",
        "Manages accounts and deployments; calls no model.",
        (
            "Microsoft.Authorization/*/read",
            "Microsoft.CognitiveServices/*",
            "Microsoft.Resources/deployments/*",
            "Microsoft.Resources/subscriptions/resourceGroups/read",
        ),
    ),
    Role(
        "a97b65f3-24c7-4388-baec-2e87135dc908",
        "Cognitive Services User",
        "Reads accounts, lists keys, calls every model.",
        (
            "Microsoft.CognitiveServices/*/read",
            "Microsoft.CognitiveServices/accounts/listKeys/action",
            *_READ_PLACES,
        ),
        data_actions=("Microsoft.CognitiveServices/*",),
    ),
    Role(
        "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd",
        "Cognitive Services OpenAI User",
        "Reads accounts, calls OpenAI models.",
        ("Microsoft.CognitiveServices/*/read", *_READ_ROLES),
        data_actions=(
            "Microsoft.CognitiveServices/accounts/OpenAI/*/read",
            DATA_ACTION + "audio/action",
            DATA_ACTION + "chat/completions/action",
            DATA_ACTION + "completions/action",
            DATA_ACTION + "embeddings/action",
            DATA_ACTION + "realtime/action",
        ),
    ),
    Role(
        "a001fd3d-188f-4b5d-821b-7da978bf7442",
        "Cognitive Services OpenAI Contributor",
        "Writes deployments and content filters, calls OpenAI models; creates no account.",
        (
            "Microsoft.CognitiveServices/*/read",
            "Microsoft.CognitiveServices/accounts/deployments/write",
            "Microsoft.CognitiveServices/accounts/deployments/delete",
            "Microsoft.CognitiveServices/accounts/raiPolicies/write",
            "Microsoft.CognitiveServices/accounts/raiPolicies/delete",
            *_READ_ROLES,
        ),
        data_actions=("Microsoft.CognitiveServices/accounts/OpenAI/*",),
    ),
    Role(
        "53ca6127-db72-4b80-b1b0-d745d6d5456d",
        "Foundry User",
        "Reads projects and calls every model.",
        (
            "Microsoft.CognitiveServices/*/read",
            "Microsoft.CognitiveServices/accounts/listKeys/action",
            *_READ_PLACES,
        ),
        data_actions=("Microsoft.CognitiveServices/*",),
        former_name="Azure AI User",
    ),
    Role(
        "64702f94-c441-49e6-a78b-ef80e0188fee",
        "Azure AI Developer",
        "Builds on what is there, calls OpenAI models.",
        ("Microsoft.CognitiveServices/*/read", *_READ_ROLES, *_READ_PLACES),
        data_actions=("Microsoft.CognitiveServices/accounts/OpenAI/*",),
    ),
)

OWNER = ROLES[0]

_BICEP_MODULES = coded("Azure/bicep-registry-modules, account/main.bicep")
_TOPAZ = coded(
    "bicep-registry-modules, account/main.bicep; actions: TheCloudTheory/Topaz, AI+ML roles"
)
FACTS: Mapping[str, Fact] = {
    "Owner": recorded("azd, Test_CLI_Up_Down_ContainerApp (2026-04-09)"),
    "Contributor": _BICEP_MODULES,
    "Reader": _BICEP_MODULES,
    "User Access Administrator": _BICEP_MODULES,
    "Role Based Access Control Administrator": _BICEP_MODULES,
    "Cognitive Services Contributor": _TOPAZ,
    "Cognitive Services User": coded("azure-dev, developer_rbac_check.go; that it lists keys is general knowledge"),
    "Cognitive Services OpenAI User": _TOPAZ,
    "Cognitive Services OpenAI Contributor": _TOPAZ,
    "Foundry User": coded("azure-dev, checks_rbac.go, which knows it by both names"),
    "Azure AI Developer": _BICEP_MODULES,
}  # fmt: skip
"""By name: where a role's id and what it allows are from."""

_BY_NAME = {
    key.lower(): role for role in ROLES for key in (role.id, role.name, role.former_name) if key
}


def find_role(name_or_id: str) -> Role | None:
    """A role by its name, its guid, or a resource id that ends in its guid."""
    return _BY_NAME.get(name_or_id.rsplit("/", 1)[-1].lower())


def matches(pattern: str, action: str) -> bool:
    """Whether an action is one of those a pattern stands for: `*` is anything, case does not count."""
    return _compiled(pattern).fullmatch(action) is not None


def _any(patterns: tuple[str, ...], action: str) -> bool:
    return any(matches(pattern, action) for pattern in patterns)


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, pattern.split("*"))), re.IGNORECASE)
