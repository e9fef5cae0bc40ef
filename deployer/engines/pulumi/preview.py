"""What Pulumi would do, held against what our plan says. Nothing may be written that only one of the two wants."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from deployer.core.plan import Action, Change, Phase
from deployer.core.problems import Place, Problem, Severity
from deployer.core.resources import account_address, account_of
from deployer.engines.pulumi.names import address

if TYPE_CHECKING:
    from pulumi.automation import StepEventMetadata

NOTHING = "nothing"
IMPORT = "import"
_REPLACEMENTS = frozenset(
    {"replace", "create-replacement", "delete-replaced", "import-replacement", "discard-replaced"}
)
_SILENT = frozenset({"same", "refresh", "read", "diff", "remove-pending-replace"})
_PLANNED = {
    Action.CREATE: "create",
    Action.UPDATE: "update",
    Action.REPLACE: "replace",
    Action.DELETE: "delete",
    Action.RECOVER: "create",  # we recover it first; in a preview before that it is not there
}


@dataclass(frozen=True, slots=True)
class Intent:
    """What Pulumi would do to one resource, and the properties because of which."""

    operation: str
    properties: tuple[str, ...] = ()

    def __str__(self) -> str:
        named = f" ({', '.join(self.properties)})" if self.properties else ""
        return f"{self.operation}{named}"


@dataclass
class Intents:
    """What the steps of a preview come to, by address."""

    found: dict[str, Intent] = field(default_factory=dict)

    def hear(self, step: StepEventMetadata) -> None:
        """One step that is about to be taken."""
        at, operation = address(step.urn), step.op.value
        if at is None or operation in _SILENT:
            return
        before = self.found.get(at)
        if operation in _REPLACEMENTS or (before and before.operation == "replace"):
            operation = "replace"
        named = tuple(sorted({*(before.properties if before else ()), *(step.diffs or ())}))
        self.found[at] = Intent(operation, named)


def disagreements(
    phase: Phase,
    intents: Mapping[str, Intent],
    imports: Collection[str],
    excluded: Iterable[str] = (),
    places: Mapping[str, Place] | None = None,
) -> Iterator[Problem]:
    """Where the phase and a preview of it differ. What is `excluded` is known to have changed since the plan."""
    planned = {change.address: change for change in phase.changes if change.action in _PLANNED}
    for at in sorted({*planned, *intents} - set(excluded)):
        change, intent = planned.get(at), intents.get(at, Intent(NOTHING))
        expected = _PLANNED[change.action] if change else NOTHING
        if expected == intent.operation or (at in imports and _fits_import(expected, intent)):
            continue
        said = f"{expected} ({change.reason})" if change and change.reason else expected
        yield Problem(
            "pulumi.disagrees",
            Severity.ERROR,
            "Pulumi would do something else than this plan",
            f"{at}: the plan says {said}, Pulumi says {intent}.",
            "Nothing was written. See what its state holds (`pulumi stack export`, `pulumi preview --refresh --diff`); "
            "what another configuration has put into this stack needs a stack of its own (pulumi.stack).",
            (places or {}).get(at),
            at,
        )


def writes_around(change: Change) -> bool:
    """Whether it is nothing that a declaration could say: one that failed and is as declared is written once more."""
    return change.action is Action.UPDATE and not change.differences and not change.needs


def in_accounts(phase: Phase, changes: Iterable[Change]) -> set[str]:
    """The addresses of a phase that lie in the accounts of those changes."""
    names = {account_of(change.resource) for change in changes}
    found = {account_address(name) for name in names if name is not None}
    every = {one.address for one in (*phase.resources, *phase.changes)}
    return {at for at in every if any(at == of or at.startswith(f"{of}/") for of in found)}


def _fits_import(expected: str, intent: Intent) -> bool:
    """What is imported may also be updated on the way: as imported, it is as it stands in Azure."""
    return intent.operation in (IMPORT, expected) or (
        intent.operation == "update" and expected == NOTHING
    )
