"""Where things stand in Azure: the ids that its management API uses as paths."""

from __future__ import annotations

from deployer.core.resources import Scope, normal_location

PROVIDER = "providers/Microsoft.CognitiveServices"


def subscription_path(subscription: str) -> str:
    """A subscription."""
    return f"/subscriptions/{subscription}"


def group_path(scope: Scope) -> str:
    """The resource group."""
    return f"{subscription_path(scope.subscription)}/resourceGroups/{scope.resource_group}"


def accounts_path(scope: Scope) -> str:
    """All accounts of the group."""
    return f"{group_path(scope)}/{PROVIDER}/accounts"


def account_path(scope: Scope, name: str) -> str:
    """One account."""
    return f"{accounts_path(scope)}/{name}"


def deployments_path(scope: Scope, account: str) -> str:
    """All deployments of an account."""
    return f"{account_path(scope, account)}/deployments"


def deployment_path(scope: Scope, account: str, name: str) -> str:
    """One deployment."""
    return f"{deployments_path(scope, account)}/{name}"


def location_path(scope: Scope, location: str, what: str) -> str:
    """A list that a location keeps: `models`, `usages`."""
    return f"{subscription_path(scope.subscription)}/{PROVIDER}/locations/{normal_location(location)}/{what}"


def deleted_accounts_path(scope: Scope) -> str:
    """All soft-deleted accounts of the subscription."""
    return f"{subscription_path(scope.subscription)}/{PROVIDER}/deletedAccounts"


def deleted_account_path(scope: Scope, location: str, name: str) -> str:
    """One soft-deleted account of the group, which may itself be gone."""
    group = f"resourceGroups/{scope.resource_group}/deletedAccounts/{name}"
    return location_path(scope, location, group)


def segment(path: str, after: str) -> str:
    """The name that follows a segment of a path, in whichever case that is written; empty when there is none."""
    parts = path.split("/")
    lowered = [part.casefold() for part in parts]
    at = lowered.index(after.casefold()) + 1 if after.casefold() in lowered else len(parts)
    return parts[at] if at < len(parts) else ""
