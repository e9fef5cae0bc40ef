"""What the program declares for one phase of a plan: its resources, what is imported on the way, what is left alone."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from deployer.azure.ids import arm_id
from deployer.core.naming import camel
from deployer.core.plan import Action, Change, Phase, Plan
from deployer.core.resources import (
    Account,
    DeletedAccount,
    Deployment,
    Resource,
    ResourceGroup,
    RoleAssignment,
    Sku,
)
from deployer.core.state import Owner
from deployer.engines.pulumi.names import (
    ACCOUNT,
    DEPLOYMENT,
    GROUP,
    ROLE,
    address_of,
    name_of,
)
from deployer.engines.pulumi.program import load
from deployer.export.desired import document

if TYPE_CHECKING:
    import pulumi

IsOurs = Callable[[RoleAssignment], bool]
"""Whether a role assignment that stands in Azure is the one that this configuration would make."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """One update of a stack. `imports` has what exists in Azure and is not in the state yet, by address.

    `foreign_tags` are the names of tags that somebody else put on a resource of ours, by its address.
    """

    document: Mapping[str, Any]
    declared: tuple[Resource, ...]
    imports: Mapping[str, Resource]
    foreign_tags: Mapping[str, tuple[str, ...]]


def declaration(
    plan: Plan,
    phase: Phase,
    present: Mapping[str, Resource],
    held: Collection[str],
    is_ours: IsOurs,
) -> Declaration:
    """What to declare, when `present` stands in Azure and `held` is what Pulumi's state holds."""
    skipped = _skipped(plan, held, is_ours)
    unchanged = set(held) - {change.address for change in plan.writes}
    declared = tuple(
        _in_this_phase(one, present.get(one.address), plan, unchanged)
        for one in phase.resources
        if one.address not in skipped
    )
    return Declaration(
        document(replace(plan.desired, resources=declared), protect=False),
        declared,
        {
            one.address: one
            for one in declared
            if one.address in present and one.address not in held
        },
        {
            one.address: tuple(sorted(set(_tags(present[one.address])) - set(_tags(one))))
            for one in declared
            if one.address in present
        },
    )


def present(plan: Plan) -> dict[str, Resource]:
    """What the plan saw in Azure. Where a resource is written twice, the first change has what was seen."""
    found: dict[str, Resource] = {}
    for change in plan.changes:
        if change.before is not None and not isinstance(change.before, DeletedAccount):
            found.setdefault(change.address, change.before)
    return found


def program(wanted: Declaration, plan: Plan, environment: str) -> Callable[[], None]:
    """The inline program: infra's, told what to import, and that what is not stated is nobody's business."""
    scope = plan.desired.scope

    def run() -> None:
        import pulumi
        from pulumi_azure_native import Provider

        pulumi.runtime.register_stack_transformation(leaving_alone(wanted.foreign_tags))
        load().declare(
            wanted.document,
            provider=Provider("azure", subscription_id=scope.subscription, environment=environment),
            imports={
                "::".join(name_of(one)): arm_id(scope, one) for one in wanted.imports.values()
            },
            keep_upgrades=False,  # the plan has settled which version is meant
        )

    return run


def _skipped(plan: Plan, held: Collection[str], is_ours: IsOurs) -> set[str]:
    """What the plan has among its resources, but leaves as it is: a group that we did not make, a role held anyway."""
    return {
        change.address
        for change in plan.changes
        if change.action is Action.NO_OP
        and change.address not in held
        and _is_left(change, plan.desired.owner, is_ours)
    }


def _in_this_phase(
    wanted: Resource, seen: Resource | None, plan: Plan, unchanged: Collection[str]
) -> Resource:
    """What is left as it stands is declared with nothing but its name: what is not stated is not compared.

    That is a group in the state that lost our mark; what the plan does not change, for Pulumi would write a value that
    is stated for the first time and stands there already; and whatever an earlier phase leaves to a later one: as it
    was seen, it states what Azure filled in, and Pulumi would take that for a change.
    """
    if seen is None:
        return wanted
    if isinstance(seen, ResourceGroup):
        return wanted if Owner.of(seen.tags) == plan.desired.owner else seen
    is_earlier = wanted == seen and wanted != plan.desired.by_address().get(wanted.address)
    is_left = is_earlier or wanted.address in unchanged
    return _bare(wanted) if is_left else wanted


def _bare(resource: Resource) -> Resource:
    match resource:
        case Account(name=name, location=location):
            return Account(name, location)
        case Deployment(account=account, name=name, model=model, sku=sku):
            return Deployment(account, name, model, Sku(sku.name))
        case _:
            return resource


def _is_left(change: Change, owner: Owner, is_ours: IsOurs) -> bool:
    match change.before, change.after:
        case ResourceGroup(tags=tags), _:
            return Owner.of(tags) != owner
        case None, RoleAssignment():
            return True
        case RoleAssignment() as role, _:
            return not is_ours(role)
        case _:
            return False


def leaving_alone(
    foreign_tags: Mapping[str, tuple[str, ...]],
) -> Callable[[pulumi.ResourceTransformationArgs], pulumi.ResourceTransformationResult | None]:
    """Have Pulumi compare what the plan compares: only what is stated.

    What is not stated, and tags of others, keep the value that the last refresh found; without this Pulumi would take
    away what a policy or a person has set, where the plan sees nothing to do.
    """

    def transform(
        args: pulumi.ResourceTransformationArgs,
    ) -> pulumi.ResourceTransformationResult | None:
        import pulumi

        address = address_of(args.type_, args.name)
        if address is None:
            return None
        ignored = list(_unstated(_inputs(args.type_), dict(args.props)))
        ignored += [f'tags["{name}"]' for name in foreign_tags.get(address, ())]
        more = pulumi.ResourceOptions(ignore_changes=ignored)
        return pulumi.ResourceTransformationResult(
            args.props, pulumi.ResourceOptions.merge(args.opts, more)
        )

    return transform


def _inputs(kind: str) -> type:
    """The class that lists what a resource of that type can be told."""
    import pulumi_azure_native as native

    classes: dict[str, type] = {
        GROUP: native.resources.ResourceGroupArgs,
        ACCOUNT: native.cognitiveservices.AccountArgs,
        DEPLOYMENT: native.cognitiveservices.DeploymentArgs,
        ROLE: native.authorization.RoleAssignmentArgs,
    }
    return classes[kind]


def _unstated(inputs: type, stated: Mapping[str, Any], inside: str = "") -> Iterator[str]:
    """The paths of all inputs that have no value."""
    for name in list(inspect.signature(inputs).parameters):
        path, value = f"{inside}{camel(name)}", stated.get(name)
        if value is None:
            yield path
        elif type(value).__name__.endswith("Args"):
            yield from _unstated(type(value), vars(value), f"{path}.")


def _tags(resource: Resource) -> Mapping[str, str]:
    if isinstance(resource, RoleAssignment | DeletedAccount):
        return {}
    return resource.tags
