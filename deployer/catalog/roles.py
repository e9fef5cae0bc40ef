"""Azure's built-in roles that matter here. Ids from AVM's Bicep module for accounts and azd's role checks, read 2026-08."""

from __future__ import annotations

from collections.abc import Mapping

from deployer.core.resources import Role

_NAMES: Mapping[str, str] = {
    "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd": "Cognitive Services OpenAI User",
    "a001fd3d-188f-4b5d-821b-7da978bf7442": "Cognitive Services OpenAI Contributor",
    "a97b65f3-24c7-4388-baec-2e87135dc908": "Cognitive Services User",
    "25fbc0a9-bd7c-42a3-aa1a-3b75d497ee68": "Cognitive Services Contributor",
    "53ca6127-db72-4b80-b1b0-d745d6d5456d": "Foundry User",
    "64702f94-c441-49e6-a78b-ef80e0188fee": "Azure AI Developer",
    "8e3af657-a8ff-443c-a75c-2fe8c4bcb635": "Owner",
    "b24988ac-6180-42a0-ab88-20f7382dd24c": "Contributor",
    "acdd72a7-3385-48ef-bd42-f606fba81ae7": "Reader",
    "f58310d9-a9f6-439a-9e8d-f62e7b41a168": "Role Based Access Control Administrator",
    "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9": "User Access Administrator",
}
_IDS = {name: role_id for role_id, name in _NAMES.items()}


def role_name(role_id: str) -> str:
    """Azure's name of a role's definition; the id itself when it is none of ours."""
    return _NAMES.get(role_id.casefold(), role_id)


def built_in(name: str) -> Role:
    """The built-in role of that name. Raises KeyError for a name that is not in the table."""
    return Role(name, _IDS[name])


CAN: Mapping[str, Role] = {
    "use": built_in("Cognitive Services OpenAI User"),
    "manage": built_in("Cognitive Services OpenAI Contributor"),
    "read": built_in("Reader"),
}
"""What a configuration's `can` means as a role on the account."""

CALLS_MODELS: frozenset[str] = frozenset(
    _IDS[name]
    for name in (
        "Cognitive Services OpenAI User",
        "Cognitive Services OpenAI Contributor",
        "Cognitive Services User",
    )
)
"""Ids of roles whose data actions let a token call a model. Owner and Contributor have none."""

ASSIGNS_ROLES: frozenset[str] = frozenset(
    _IDS[name]
    for name in ("Owner", "Role Based Access Control Administrator", "User Access Administrator")
)
"""Ids of roles that may write role assignments."""
