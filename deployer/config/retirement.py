"""Which model a deployment shall have when the declared one retires: pure decisions, each with what to say about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from deployer.catalog import queries
from deployer.config.configuration import DeploymentConfig, Lifecycle, OnRetired, Successor
from deployer.core.offers import Life, Offer, find_offer
from deployer.core.planning import NO_AUTO_UPGRADE
from deployer.core.problems import Problem, Severity
from deployer.core.resources import Deployment, ModelVersion, deployment_address
from deployer.core.state import Succession


class Standing(StrEnum):
    """What can be done with a model version in a location; UNKNOWN when neither Azure nor the catalogue says."""

    ALIVE = "alive"
    CLOSING = "closing to new deployments"
    RETIRED = "retired"
    NOT_OFFERED = "not offered"
    UNKNOWN = "not known"


@dataclass(frozen=True, slots=True)
class Fact:
    """A standing, the day of retirement as far as known, and who says so."""

    standing: Standing
    retires: dt.date | None
    source: str


@dataclass(frozen=True, slots=True)
class Market:
    """What a location offers to one kind of account on a day. `offers` is None when it could not be asked."""

    location: str
    kind: str
    today: dt.date
    offers: tuple[Offer, ...] | None

    def fact(self, model: ModelVersion) -> Fact:
        """What is known of a version here; the live list beats the catalogue."""
        if self.offers is None:
            return self.in_catalogue(model)
        offer = find_offer(self.offers, model, self.kind)
        if offer is None:
            return self._unlisted(model)
        past = offer.retires is not None and offer.retires <= self.today
        life = Life.RETIRED if past else offer.life
        return Fact(Standing[life.name], offer.retires, "live model list")

    def _unlisted(self, model: ModelVersion) -> Fact:
        # Azure takes some retired versions off its list: then the list agrees with the catalogue.
        known = self.in_catalogue(model)
        if known.standing is Standing.RETIRED:
            return replace(known, source=f"no longer in the live model list; {known.source}")
        return Fact(Standing.NOT_OFFERED, None, "live model list")

    def in_catalogue(self, model: ModelVersion) -> Fact:
        """What the catalogue has of a version here, by the day."""
        life = queries.life(model, self.location, self.today)
        when = queries.retirement(model, self.location, self.today)
        standing = Standing[life.name] if life else Standing.UNKNOWN
        listed = queries.listing(model, self.location, self.today)
        if standing is Standing.ALIVE and listed and not listed.listed:
            standing = Standing.NOT_OFFERED
        return Fact(standing, when.date, f"catalogue: {when.source or 'nothing was said'}")


@dataclass(frozen=True, slots=True)
class Choice:
    """The model that is meant, its capacity, why it is not the declared one, and what to say."""

    model: ModelVersion
    capacity: int | None
    succession: Succession | None = None
    problems: tuple[Problem, ...] = ()


def choose(
    declared: DeploymentConfig,
    existing: Deployment | None,
    market: Market,
    lifecycle: Lifecycle,
    account: str,
) -> Choice:
    """Decide for one deployment of an account, which may exist already."""
    return _Chooser(declared, existing, market, lifecycle, account).choice()


class _Chooser:
    def __init__(
        self,
        declared: DeploymentConfig,
        existing: Deployment | None,
        market: Market,
        lifecycle: Lifecycle,
        account: str,
    ) -> None:
        self._declared = declared
        self._running = existing.model if existing else None
        self._market = market
        self._lifecycle = lifecycle
        self._account = account
        self._fact = market.fact(declared.model)
        self._may_succeed = lifecycle.on_retired is OnRetired.USE_SUCCESSOR

    def choice(self) -> Choice:
        kept = self._running_successor()
        if kept is not None:
            return self._succeeded(kept, "runs already")
        if self._running is not None and self._is_upgrade(self._running):
            remarks = self._remarks(self._running, self._market.fact(self._running))
            return self._as_declared(*remarks)
        match self._fact.standing:
            case Standing.RETIRED:
                return self._retired()
            case Standing.NOT_OFFERED if self._may_succeed and self._declared.successors:
                return self._retired()
            case Standing.CLOSING:
                return self._closing()
            case Standing.NOT_OFFERED if self._running == self._declared.model:
                return self._as_declared(self._not_offered())
            case Standing.NOT_OFFERED | Standing.ALIVE | Standing.UNKNOWN:
                return self._as_declared(*self._remarks(self._declared.model, self._fact))

    def _running_successor(self) -> Successor | None:
        """The listed successor that is deployed already and can go on."""
        gone = (Standing.RETIRED, Standing.NOT_OFFERED)
        for one in self._declared.successors if self._may_succeed else ():
            if one.model == self._running and self._market.fact(one.model).standing not in gone:
                return one
        return None

    def _is_upgrade(self, running: ModelVersion) -> bool:
        """Whether the running version is newer because Azure was allowed to make it so."""
        declared = self._declared
        return (
            declared.version_upgrade_option not in (None, NO_AUTO_UPGRADE)
            and running.name == declared.model.name
            and running.version > declared.model.version
        )

    def _retired(self) -> Choice:
        if not self._may_succeed:
            stops = self._lifecycle.on_retired is OnRetired.FAIL
            severity = Severity.ERROR if stops else Severity.WARNING
            return self._as_declared(
                self._is_retired(severity, self._said(), self._named_successor())
            )
        heir = self._first_alive()
        if heir is not None:
            return self._succeeded(heir, "stands in")
        facts = [(one.model, self._market.fact(one.model)) for one in self._declared.successors]
        dead = ", ".join(f"{model} is {fact.standing} ({fact.source})" for model, fact in facts)
        detail = f"{self._said()} {f'None of its successors lives: {dead}.' if dead else 'It declares no successor.'}"
        return self._as_declared(self._is_retired(Severity.ERROR, detail, self._named_successor()))

    def _closing(self) -> Choice:
        if self._running == self._declared.model:
            return self._as_declared(self._closes(Severity.WARNING))
        heir = self._first_alive() if self._may_succeed else None
        if heir is not None:
            return self._succeeded(heir, "stands in")
        only_warns = self._lifecycle.on_retired is OnRetired.WARN
        return self._as_declared(self._closes(Severity.WARNING if only_warns else Severity.ERROR))

    def _first_alive(self) -> Successor | None:
        for one in self._declared.successors:
            if self._market.fact(one.model).standing is Standing.ALIVE:
                return one
        return None

    def _as_declared(self, *problems: Problem) -> Choice:
        return Choice(self._declared.model, self._declared.sku.capacity, None, problems)

    def _succeeded(self, heir: Successor, why: str) -> Choice:
        succession = Succession(
            self._declared.model, heir.model, f"{self._what_happened()}; {heir.model} {why}"
        )
        capacity = heir.capacity or self._declared.sku.capacity
        remarks = tuple(self._remarks(heir.model, self._market.fact(heir.model)))
        return Choice(heir.model, capacity, succession, remarks)

    def _what_happened(self) -> str:
        model, fact = self._declared.model, self._fact
        if fact.standing is Standing.RETIRED:
            is_past = fact.retires is not None and fact.retires <= self._market.today
            when = f" on {fact.retires}" if is_past else ""
            return f"{model} retired{when} ({fact.source})"
        return f"{model} is {fact.standing} ({fact.source})"

    def _said(self) -> str:
        """What happened to the declared model, and what the catalogue had expected when it differs."""
        listed, catalogued = self._fact, self._market.in_catalogue(self._declared.model)
        differs = self._market.offers is not None and catalogued.standing is not listed.standing
        expected = (
            f"; {catalogued.source}: {catalogued.standing}. The live list decides"
            if differs
            else ""
        )
        return f"{self._what_happened()}{expected}."

    def _remarks(self, model: ModelVersion, fact: Fact) -> Iterator[Problem]:
        """What is worth saying about a model that is going to be used."""
        expected = self._market.in_catalogue(model)
        if fact.standing is Standing.ALIVE and expected.standing is Standing.RETIRED:
            yield self._problem(
                "model.catalogue-differs",
                Severity.WARNING,
                "Azure offers what the catalogue has as retired",
                f"{model} retired on {expected.retires} ({expected.source}), and the live model list still offers it. "
                "The live list decides.",
                "Nothing to do; plan for its end.",
            )
        retires, source = (
            (fact.retires, fact.source)
            if fact.retires or fact.standing is not Standing.ALIVE
            else (expected.retires, expected.source)
        )
        soon = self._market.today + self._lifecycle.warn_within
        if retires is not None and self._market.today < retires <= soon:
            yield self._problem(
                "model.retires-soon",
                Severity.WARNING,
                "The model retires soon",
                f"{model} retires on {retires}, in {(retires - self._market.today).days} days ({source}).",
                self._named_successor(),
            )

    def _named_successor(self) -> str:
        way = "" if self._may_succeed else " Set lifecycle.onRetired: useSuccessor to use it."
        if self._declared.successors:
            entries = ", ".join(str(one.model) for one in self._declared.successors)
            return f"Declared successor: {entries}.{way}"
        market, model = self._market, self._declared.model
        named = queries.nearest(model, market.location, self._declared.sku.name, market.today)
        return f"Declare a successor{f', such as {named}' if named else ''}.{way}"

    def _not_offered(self) -> Problem:
        return self._problem(
            "model.not-offered",
            Severity.WARNING,
            "Azure does not offer the model that runs here",
            self._said(),
            self._named_successor(),
        )

    def _is_retired(self, severity: Severity, detail: str, hint: str) -> Problem:
        return self._problem("model.retired", severity, "The model is retired", detail, hint)

    def _closes(self, severity: Severity) -> Problem:
        summary = "The model takes no new deployments"
        return self._problem(
            "model.closing", severity, summary, self._said(), self._named_successor()
        )

    def _problem(
        self, code: str, severity: Severity, summary: str, detail: str, hint: str
    ) -> Problem:
        name, place = self._declared.name, self._declared.place_of("model")
        said = f"{self._account}/{name}: {detail}"
        address = deployment_address(self._account, name)
        return Problem(code, severity, summary, said, hint, place, address)
