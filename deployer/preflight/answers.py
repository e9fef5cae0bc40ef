"""What the questions of preflight were answered with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from deployer.core.offers import Usage

GROUP = ""
"""The resource group, where scopes are named by address."""


@dataclass(frozen=True, slots=True)
class Grant:
    """One row of what the caller may do at a scope: patterns of actions, and those taken out again."""

    actions: tuple[str, ...]
    not_actions: tuple[str, ...] = ()

    def allows(self, action: str) -> bool:
        """Whether this row allows an action; `*` stands for anything, case does not count."""
        return _any(self.actions, action) and not _any(self.not_actions, action)


@dataclass(frozen=True, slots=True)
class Answers:
    """Azure's answers. What is missing was not asked, or not answered: then `silence` says why, by question.

    `usages` are by normalised location, `free_subdomains` by the subdomain asked for, `grants` by the address of an
    account or `GROUP` (the subscription while there is no group). `caller` is the object id of whoever runs this.
    """

    usages: Mapping[str, tuple[Usage, ...]] = field(default_factory=dict)
    free_subdomains: Mapping[str, bool] = field(default_factory=dict)
    grants: Mapping[str, tuple[Grant, ...]] = field(default_factory=dict)
    caller: str = ""
    silence: Mapping[str, str] = field(default_factory=dict)


def about_quota(location: str) -> str:
    """The key of a location's quota in `silence`."""
    return f"quota {location}"


def about_subdomain(name: str) -> str:
    """The key of a subdomain in `silence`."""
    return f"subdomain {name}"


def about_permission(scope: str) -> str:
    """The key of what may be done at a scope in `silence`."""
    return f"permission {scope}"


def _any(patterns: Iterable[str], action: str) -> bool:
    return any(
        re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), action, re.IGNORECASE)
        for pattern in patterns
    )
