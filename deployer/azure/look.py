"""Look at Azure: what exists in the scope, whose it is, and what each location has on offer. Lists, side by side.

A look at a scope where everything exists costs one request for the group, one for its accounts, one per account and
location, and one for the role assignments when those are asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from deployer.azure import paths, reading
from deployer.azure.clients import Clients, JsonObject, clients
from deployer.azure.cloud import Cloud
from deployer.azure.failures import Refused, ending, problem
from deployer.azure.identity import token_for
from deployer.azure.waiting import READING, Clock, Patience, SystemClock
from deployer.catalog import api_versions
from deployer.core.offers import LiveOffers, Offer
from deployer.core.problems import Problem, Severity
from deployer.core.resources import (
    Account,
    DeletedAccount,
    Deployment,
    Resource,
    ResourceGroup,
    RoleAssignment,
    Scope,
    account_address,
    normal_location,
)
from deployer.core.state import ObservedState, Owner

_WITH_DEPLOYMENTS = frozenset({"openai", "aiservices"})


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen, and what could not be."""

    observed: ObservedState
    live: LiveOffers
    problems: tuple[Problem, ...] = ()


def look(
    cloud: Cloud,
    scope: Scope,
    *,
    accounts: Sequence[tuple[str, str, str]],
    roles: bool,
    group_contents: bool = False,
    clock: Clock | None = None,
) -> Seen:
    """See the scope, and what the locations of the declared `accounts` (name, location, kind) offer.

    `roles` asks for role assignments; `group_contents` counts what else is in the group. Raises AuthenticationFailed,
    TimedOut or DeployerError when the scope itself cannot be read; a missing group is an ordinary sight.
    """
    # Signed in before the threads start: who is not is told once, and asked once.
    token_for(cloud, cloud.audience)
    view = _View(clients(cloud, scope.subscription), scope, clock or SystemClock())
    kinds: dict[str, set[str]] = {}
    for _, location, kind in accounts:
        kinds.setdefault(normal_location(location), set()).add(kind)
    try:
        with ThreadPoolExecutor(max_workers=16, thread_name_prefix="look") as pool:
            group = pool.submit(view.get, paths.group_path(scope), api_versions.RESOURCE_GROUPS)
            listed = pool.submit(view.items, paths.accounts_path(scope))
            models = {
                location: pool.submit(view.items, paths.location_path(scope, location, "models"))
                for location in kinds
            }
            assigned = pool.submit(view.role_assignments) if roles else None
            contents = pool.submit(view.contents) if group_contents else None
            bodies = listed.result()
            deployed = {
                body["name"]: pool.submit(view.items, paths.deployments_path(scope, body["name"]))
                for body in bodies
                if str(body.get("kind")).casefold() in _WITH_DEPLOYMENTS
            }
            present = {body["name"].casefold() for body in bodies}
            absent = any(name.casefold() not in present for name, _, _ in accounts)
            deleted = (
                pool.submit(view.items, paths.deleted_accounts_path(scope)) if absent else None
            )
            observed = view.observed(
                group.result(),
                bodies,
                {name: future.result() for name, future in deployed.items()},
                assigned.result() if assigned else [],
                deleted.result() if deleted else [],
                contents.result() if contents else None,
            )
            live, problems = _offered(models, kinds, cloud)
    except Refused as refused:
        raise ending(refused) from refused
    return Seen(observed, live, problems)


def _offered(
    models: Mapping[str, Future[list[JsonObject]]], kinds: Mapping[str, set[str]], cloud: Cloud
) -> tuple[LiveOffers, tuple[Problem, ...]]:
    """The live lists that could be read. The others are missing, and a problem says so."""
    live: dict[str, tuple[Offer, ...]] = {}
    problems = []
    for location, future in models.items():
        try:
            live[location] = reading.offers(future.result(), kinds[location], cloud.today)
        except Refused as refused:
            told = problem(refused.failure, timed_out=refused.timed_out)
            problems.append(
                Problem(
                    "model.list-unreadable",
                    Severity.UNVERIFIED,
                    "The live model list of a region could not be read",
                    f"{location}: {told.detail}. What the catalogue knows is used instead.",
                    told.hint,
                )
            )
    return live, tuple(problems)


@dataclass(frozen=True, slots=True)
class _View:
    """Reading one scope with patience."""

    clients: Clients
    scope: Scope
    clock: Clock

    def get(self, path: str, api_version: str) -> JsonObject | None:
        return self._patience().through(lambda: self.clients.get(path, api_version))

    def items(
        self, path: str, api_version: str = api_versions.ARM, query: Mapping[str, str] | None = None
    ) -> list[JsonObject]:
        return self._patience().through(lambda: self.clients.items(path, api_version, query))

    def role_assignments(self) -> list[JsonObject]:
        """Those at, above and below the group."""
        path = f"{paths.group_path(self.scope)}/providers/Microsoft.Authorization/roleAssignments"
        return self.items(path, api_versions.AUTHORIZATION)

    def contents(self) -> list[JsonObject]:
        """Everything in the group, of whatever type."""
        return self.items(f"{paths.group_path(self.scope)}/resources", api_versions.RESOURCE_GROUPS)

    def observed(
        self,
        group: JsonObject | None,
        accounts: Sequence[JsonObject],
        deployments: Mapping[str, Sequence[JsonObject]],
        assignments: Iterable[JsonObject],
        deleted: Iterable[JsonObject],
        contents: Sequence[JsonObject] | None,
    ) -> ObservedState:
        """One state out of all answers."""
        found: list[tuple[Resource, Owner | None, str]] = []
        if group is not None:
            found.append(_tagged(reading.group(group), group))
        for body in accounts:
            found.append(_tagged(reading.account(body), body))
            name = body["name"]
            found += [
                _tagged(reading.deployment(name, one), one) for one in deployments.get(name, ())
            ]
        held, inherited = self._roles(assignments, [body["name"] for body in accounts])
        found += [(one, owner, "Succeeded") for one, owner in held]
        names = {body["name"].casefold() for body in accounts}
        return ObservedState(
            self.scope,
            {resource.address: resource for resource, _, _ in found},
            {resource.address: owner for resource, owner, _ in found if owner is not None},
            {resource.address: state for resource, _, state in found},
            deleted=self._deleted(deleted),
            endpoints={account_address(body["name"]): reading.endpoints(body) for body in accounts},
            inherited_roles=inherited,
            strangers=None
            if contents is None
            else sum(not _is_account(one, names) for one in contents),
        )

    def _roles(
        self, assignments: Iterable[JsonObject], accounts: Sequence[str]
    ) -> tuple[list[tuple[RoleAssignment, Owner | None]], frozenset[tuple[str, str]]]:
        """Those on an account of ours with their owner, and those that reach the accounts from above."""
        group = paths.group_path(self.scope).casefold()
        scopes = {paths.account_path(self.scope, name).casefold(): name for name in accounts}
        held, inherited = [], set()
        for one in assignments:
            properties = one["properties"]
            scope = str(properties.get("scope", "")).rstrip("/").casefold()
            if scope in scopes:
                assignment = reading.role_assignment(scopes[scope], properties)
                held.append((assignment, reading.describer(properties.get("description"))))
            elif group == scope or group.startswith(f"{scope}/"):
                inherited.add(reading.holding(properties))
        return held, frozenset(inherited)

    def _deleted(self, bodies: Iterable[JsonObject]) -> dict[str, DeletedAccount]:
        """By the address of the account that each one was. One of another group holds no name of ours."""
        every = (reading.deleted_account(body) for body in bodies)
        mine = self.scope.resource_group.casefold()
        return {one.account.address: one for one in every if one.resource_group.casefold() == mine}

    def _patience(self) -> Patience:
        return Patience(self.clock, budget=READING)


def _tagged(
    resource: ResourceGroup | Account | Deployment, body: JsonObject
) -> tuple[Resource, Owner | None, str]:
    return resource, Owner.of(resource.tags), reading.provisioning_state(body)


def _is_account(item: JsonObject, names: set[str]) -> bool:
    is_account = str(item.get("type")).casefold() == "microsoft.cognitiveservices/accounts"
    return is_account and str(item.get("name")).casefold() in names
