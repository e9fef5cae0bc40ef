"""What the catalogue says about a configuration before Azure is asked. Its facts are dated, so most of it is warnings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from deployer.catalog import queries, regions
from deployer.config.clouds import emulated_day
from deployer.config.configuration import AccountConfig, Config, DeploymentConfig, OnRetired
from deployer.config.findings import Findings, did_you_mean, listed
from deployer.core.offers import Life, LiveOffers
from deployer.core.problems import Problem
from deployer.core.resources import (
    ModelVersion,
    account_address,
    deployment_address,
    normal_location,
)


def judge_offline(
    accounts: Iterable[AccountConfig], policy: OnRetired, day: dt.date, findings: Findings
) -> None:
    """Add what the catalogue knows against models, versions, regions and SKUs, as of a day."""
    for account in accounts:
        known = regions.is_known(account.location)
        if not known:
            findings.warning(
                "region.unknown",
                "No facts about this region",
                account.place,
                f"The catalogue knows nothing about {account.location}; it knows {listed(regions.DISPLAY_NAMES, 'and')}.",
                "Nothing to do if it is right; the live model list decides.",
                account_address(account.name),
            )
        for deployment in account.deployments:
            _Judge(policy, account, deployment, day, findings).judge()


def day_of_judgement(cloud: str, today: dt.date | None) -> dt.date:
    """As of which day facts count: the emulator's own, else today, else the catalogue's."""
    return emulated_day(cloud) or today or queries.AS_OF


def unanswered(config: Config, live: LiveOffers) -> tuple[Problem, ...]:
    """The configuration's problems, less those about models whose location has meanwhile answered for itself."""
    answered = {
        address
        for account in config.accounts
        if normal_location(account.location) in live
        for address in _addresses(account)
    }
    return tuple(one for one in config.problems if one.address not in answered)


def _addresses(account: AccountConfig) -> tuple[str, ...]:
    inside = (deployment_address(account.name, one.name) for one in account.deployments)
    return (account_address(account.name), *inside)


class _Judge:
    def __init__(
        self,
        policy: OnRetired,
        account: AccountConfig,
        deployment: DeploymentConfig,
        day: dt.date,
        findings: Findings,
    ) -> None:
        self._policy = policy
        self._account = account
        self._deployment = deployment
        self._day = day
        self._findings = findings

    def judge(self) -> None:
        for successor in self._deployment.successors:
            if self._is_known(successor.model):
                self._can_succeed(successor.model)
        if not self._is_known(self._deployment.model):
            return
        self._sku()
        model, location = self._deployment.model, self._account.location
        life = queries.life(model, location, self._day)
        if life is None:
            self._not_yet_known()
        elif life is Life.RETIRED:
            self._retired()
        else:
            self._region()

    def _is_known(self, model: ModelVersion) -> bool:
        """Whether the catalogue has the version; complains when it does not."""
        if queries.find(model):
            return True
        declared = model == self._deployment.model
        place = self._deployment.place_of("model" if declared else "successor")
        names, versions = queries.known_names(), queries.known_versions(model.name)
        if not versions:
            self._findings.error(
                "model.unknown",
                "Nobody knows this model",
                place,
                f"{model.name} is not an audio or realtime model that the catalogue of {queries.AS_OF} knows.",
                did_you_mean(model.name, names) or f"Known: {', '.join(names)}.",
            )
        else:
            newer = model.version > versions[-1]
            self._warn(
                "model.unknown-version",
                "Nobody knows this version of the model",
                f"The catalogue of {queries.AS_OF} knows {model.name} in {listed(versions, 'and')}, not in {model.version}.",
                "It may be newer than the catalogue; the live model list decides."
                if newer
                else did_you_mean(model.version, versions) or "The live model list decides.",
                "model" if declared else "successor",
            )
        return False

    def _can_succeed(self, successor: ModelVersion) -> None:
        """Complain about a successor that an application could not go on with."""
        declared, place = self._deployment.model, self._deployment.place_of("successor")
        kind, wanted = queries.family(successor), queries.family(declared)
        if successor == declared:
            self._findings.error(
                "model.successor-is-itself",
                "A model cannot be its own successor",
                place,
                f"{declared} would stand in for itself when it has retired.",
                self._heirs(),
            )
        elif wanted and kind != wanted:
            self._findings.error(
                "model.successor-of-another-kind",
                "The successor does something else",
                place,
                f"{successor} is for {kind}, {declared} for {wanted}: who calls the one cannot call the other.",
                self._heirs(),
            )

    def _heirs(self) -> str:
        heir = queries.successor(self._deployment.model)
        return (
            f"The catalogue names {heir}."
            if heir
            else "Name a model of the same kind that lives longer."
        )

    def _region(self) -> None:
        model, place = self._deployment.model, self._account.location
        said = queries.listing(model, place, self._day)
        if said is None or said.listed:
            return
        self._warn(
            "model.not-in-region",
            "The model is not offered in this region",
            f"{regions.display_name(place)} does not list {model} ({said.source}).",
            self._instead(),
        )

    def _sku(self) -> None:
        row, sku = queries.find(self._deployment.model), self._deployment.sku.name
        if row is None or sku in row.skus:
            return
        self._warn(
            "model.sku-not-offered",
            "The model is not sold with this SKU",
            f"The catalogue of {queries.AS_OF} has {row.model} with {listed(row.skus, 'and')} only, not with {sku}.",
            f"Use sku: {row.skus[0]}.",
            "sku",
        )

    def _not_yet_known(self) -> None:
        self._warn(
            "model.not-yet-known",
            "The model was not known on that day",
            f"On {self._day} nobody had said anything about {self._deployment.model}.",
            self._instead(),
        )

    def _retired(self) -> None:
        model = self._deployment.model
        when = queries.retirement(model, self._account.location, self._day)
        self._warn(
            "model.retired",
            "The model is past its retirement",
            f"{model} retired on {when.date} ({when.source}); {self._after()}",
            "" if self._is_taken_care_of else self._instead(),
        )

    def _after(self) -> str:
        named = queries.successor(self._deployment.model)
        if self._is_taken_care_of:
            entries = listed(str(one.model) for one in self._deployment.successors)
            return f"{entries} takes over."
        return f"its successor is {named}." if named else "nobody has named a successor."

    @property
    def _is_taken_care_of(self) -> bool:
        return self._policy is OnRetired.USE_SUCCESSOR and bool(self._deployment.successors)

    def _instead(self) -> str:
        sku, place = self._deployment.sku.name, self._account.location
        other = queries.nearest(self._deployment.model, place, sku, self._day)
        return f"{other} is offered there." if other else "The live model list decides."

    def _warn(self, code: str, summary: str, detail: str, hint: str, key: str = "model") -> None:
        address = deployment_address(self._account.name, self._deployment.name)
        place = self._deployment.place_of(key)
        said = f"{self._account.name}/{self._deployment.name}: {detail}"
        self._findings.warning(code, summary, place, said, hint, address)
