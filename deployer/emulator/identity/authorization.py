"""Who may do what: role assignments at a scope and above decide, on both planes."""

from __future__ import annotations

from collections.abc import Callable

from deployer.emulator.identity.roles import Role, find_role
from deployer.emulator.state.clock import Clock
from deployer.emulator.state.records import JsonObject, RoleAssignment
from deployer.emulator.state.settings import Settings
from deployer.emulator.state.store import Store, covers


class Authorization:
    """Answers from the store's role assignments; a principal without one may do nothing."""

    def __init__(self, store: Store, clock: Clock, settings: Callable[[], Settings]) -> None:
        self._store = store
        self._clock = clock
        self._settings = settings

    def may(self, object_id: str, action: str, scope: str) -> bool:
        """Whether a principal may perform a control-plane action at a scope."""
        return any(role.allows(action) for role in self._roles(object_id, scope))

    def may_call(self, object_id: str, action: str, account_id: str) -> bool:
        """Whether a principal may perform a data action on an account; a fresh assignment takes its time."""
        known_since = self._clock.wall() - self._settings().role_propagation_seconds
        roles = self._roles(object_id, account_id, known_since)
        return any(role.allows_data(action) for role in roles)

    def permissions(self, object_id: str, scope: str) -> list[JsonObject]:
        """What `permissions` lists for a principal: one row for each role it holds at the scope or above."""
        return [role.permission() for role in self._roles(object_id, scope)]

    def _roles(self, object_id: str, scope: str, known_since: float | None = None) -> list[Role]:
        found = (
            find_role(one.role)
            for one in self._store.assignments()
            if one.principal_id.lower() == object_id.lower()
            and covers(one.scope, scope)
            and (known_since is None or one.created_at <= known_since)
        )
        return [role for role in found if role is not None]


def same_grant(one: RoleAssignment, other: RoleAssignment) -> bool:
    """Whether two assignments give the same role to the same principal at the same scope."""
    return (one.scope.lower(), one.principal_id.lower(), one.role) == (
        other.scope.lower(),
        other.principal_id.lower(),
        other.role,
    )
