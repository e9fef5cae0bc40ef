"""What a person must have allowed: adopting what is not ours, replacing, deleting an account."""

from __future__ import annotations

from collections.abc import Iterator

from deployer.core.plan import Change, Consent
from deployer.core.resources import Deployment, title
from deployer.core.verdicts import Verdict
from deployer.preflight.judgements.case import Case, blocked, fine

_SUMMARIES = {
    Consent.ADOPT: "A resource exists that this configuration did not make",
    Consent.DELETE: "An account would be deleted",
    Consent.REPLACE: "A deployment would be replaced: it is away until the new one is there",
}
_CODES = {
    Consent.ADOPT: "consent.adopt",
    Consent.DELETE: "consent.delete",
    Consent.REPLACE: "consent.replace",
}


def consents(case: Case) -> Iterator[Verdict]:
    """One verdict for every consent that a change needs; the two writes of one resource need it once."""
    asked = set()
    for change in case.plan.writes:
        for consent in change.needs:
            if (change.address, consent) not in asked:
                asked.add((change.address, consent))
                yield _consent(case, change, consent)


def _consent(case: Case, change: Change, consent: Consent) -> Verdict:
    what = title(change.resource)
    if consent in case.allowed:
        return fine("consent", f"{what}: allowed by {consent}")
    return blocked(
        "consent",
        _CODES[consent],
        _SUMMARIES[consent],
        f"{what}{_step(change)}.",
        f"Run again with {consent} if that is what you want.",
        case.place(change.address),
        change.address,
    )


def _step(change: Change) -> str:
    """From which model to which, where that is what happens; the plan gives the reasons."""
    match change:
        case Change(before=Deployment(model=before), after=Deployment(model=after)) if (
            before != after
        ):
            return f": {before} -> {after}"
        case _:
            return ""
