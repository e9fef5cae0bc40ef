"""What is judged: a plan, what was seen, and what was answered; with the few look-ups that every judgement needs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

from deployer.core.offers import LiveOffers, Offer, find_offer
from deployer.core.plan import Action, Change, Consent, Plan
from deployer.core.problems import Place, Problem, Severity
from deployer.core.resources import (
    Account,
    DeletedAccount,
    Deployment,
    ModelVersion,
    account_address,
    normal_location,
)
from deployer.core.state import ObservedState
from deployer.core.verdicts import Answer, Verdict
from deployer.preflight.answers import Answers


@dataclass(frozen=True)
class Case:
    """Everything a judgement may know."""

    plan: Plan
    observed: ObservedState
    live: LiveOffers
    answers: Answers = field(default_factory=Answers)
    allowed: frozenset[Consent] = frozenset()
    today: dt.date = dt.date.max

    def account(self, name: str) -> Account | None:
        """The account of that name as it is wanted, else as it is."""
        address = account_address(name)
        wanted = next((r for r in self.plan.desired.resources if r.address == address), None)
        account = wanted or self.observed.resources.get(address)
        return account if isinstance(account, Account) else None

    def location(self, deployment: Deployment) -> str:
        """Where a deployment is, normalised; empty when its account is unknown."""
        account = self.account(deployment.account)
        return normal_location(account.location) if account else ""

    def offer(self, deployment: Deployment, model: ModelVersion | None = None) -> Offer | None:
        """What the live list offers for a deployment's model in its place, for its kind of account."""
        account = self.account(deployment.account)
        offers = self.live.get(self.location(deployment), ())
        return find_offer(offers, model or deployment.model, account.kind if account else None)

    def place(self, address: str) -> Place | None:
        """Where the file says it; a child without a place of its own stands where its account does."""
        places = self.plan.desired.places
        return places.get(address) or places.get("/".join(address.split("/")[:2]))

    def accounts_with(self, action: Action) -> frozenset[str]:
        """The names, without case, of accounts to which the plan does that."""
        return frozenset(
            change.resource.name.casefold()
            for change in self.plan.writes
            if change.action is action and isinstance(change.resource, Account | DeletedAccount)
        )

    def deployment_writes(self) -> Iterator[tuple[Change, Deployment | None, Deployment | None]]:
        """The changes of deployments, with what was and what will be."""
        for change in self.plan.writes:
            if isinstance(change.resource, Deployment):
                before, after = change.before, change.after
                yield (
                    change,
                    before if isinstance(before, Deployment) else None,
                    after if isinstance(after, Deployment) else None,
                )


def fine(question: str, detail: str) -> Verdict:
    """A question that stands in nobody's way."""
    return Verdict(question, Answer.OK, detail)


def blocked(
    question: str,
    code: str,
    summary: str,
    detail: str,
    hint: str,
    where: Place | None,
    address: str,
) -> Verdict:
    """A question whose answer means that the plan cannot succeed."""
    problem = Problem(code, Severity.ERROR, summary, detail, hint, where, address)
    return Verdict(question, Answer.BLOCKED, detail, problem)


def unverified(
    question: str,
    code: str,
    summary: str,
    detail: str,
    hint: str,
    where: Place | None,
    address: str,
) -> Verdict:
    """A question without an answer: nothing is known to be wrong."""
    problem = Problem(code, Severity.UNVERIFIED, summary, detail, hint, where, address)
    return Verdict(question, Answer.UNVERIFIED, detail, problem)
