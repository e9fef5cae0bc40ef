"""Whether what is to be deployed is on offer: model, lifecycle, SKU and capacity by the live list of its location."""

from __future__ import annotations

from collections.abc import Iterator

from deployer.catalog.queries import nearest
from deployer.core.offers import Life, Offer
from deployer.core.plan import Action, Change
from deployer.core.resources import Deployment, title
from deployer.core.verdicts import Verdict
from deployer.preflight.judgements.case import Case, blocked, fine, unverified


def models(case: Case) -> Iterator[Verdict]:
    """One verdict for every deployment that is created, replaced or changed."""
    judged = set()
    for change, _, after in case.deployment_writes():
        if after is not None and change.address not in judged:
            judged.add(change.address)
            yield _model(case, change, after)


def _model(case: Case, change: Change, wanted: Deployment) -> Verdict:
    location = case.location(wanted)
    what = f"{wanted.model} in {location}"
    where = case.place(change.address)
    if location not in case.live:
        return unverified(
            "model",
            "model.list-unreadable",
            "The live model list could not be read",
            f"{title(wanted)}: whether {what} is on offer is unknown.",
            "Nothing to do: creating it will show.",
            where,
            change.address,
        )
    offer = case.offer(wanted)
    if offer is None:
        return blocked(
            "model",
            "model.not-offered",
            "The model is not offered there",
            f"{title(wanted)}: the live list of {location} has no {wanted.model} for this kind of account.",
            _alternative(case, wanted),
            where,
            change.address,
        )
    if _takes_model(change) and offer.life is not Life.ALIVE:
        return _not_alive(case, change, wanted, offer)
    sku = offer.sku(wanted.sku.name)
    if sku is None:
        return blocked(
            "model",
            "model.sku-not-offered",
            "The model is not sold there with this SKU",
            f"{title(wanted)}: {what} has no SKU {wanted.sku.name}.",
            f"Offered there: {', '.join(dict.fromkeys(one.name for one in offer.skus)) or 'none'}.",
            where,
            change.address,
        )
    if sku.maximum is not None and (wanted.sku.capacity or 0) > sku.maximum:
        return blocked(
            "model",
            "model.capacity-too-high",
            "The capacity is above what this SKU can have",
            f"{title(wanted)}: capacity {wanted.sku.capacity}, the maximum is {sku.maximum}.",
            f"Lower sku.capacity to {sku.maximum} at most.",
            where,
            change.address,
        )
    until = f" until {offer.retires}" if offer.retires else ""
    return fine("model", f"{title(wanted)}: {what} is offered as {sku.name}{until}")


def _takes_model(change: Change) -> bool:
    """Whether the model version is new to the deployment: one that runs may go on while its model closes."""
    is_new = change.action in (Action.CREATE, Action.REPLACE)
    return is_new or any(one.path == "model.version" for one in change.differences)


def _not_alive(case: Case, change: Change, wanted: Deployment, offer: Offer) -> Verdict:
    retired = offer.life is Life.RETIRED
    retires = f" on {offer.retires}" if offer.retires else ""
    said = f"was retired{retires}" if retired else "takes no new deployments"
    return blocked(
        "model",
        "model.retired" if retired else "model.closing",
        "The model version is retired" if retired else "The model version takes no new deployments",
        f"{title(wanted)}: {wanted.model} {said}, says the live list of {case.location(wanted)}.",
        _alternative(case, wanted),
        case.place(change.address),
        change.address,
    )


def _alternative(case: Case, wanted: Deployment) -> str:
    """The nearest model of the catalogue, if the live list has it alive."""
    other = nearest(wanted.model, case.location(wanted), wanted.sku.name, case.today)
    offer = case.offer(wanted, other) if other else None
    if offer is not None and offer.life is Life.ALIVE:
        return f"Use {other}, or declare it as `successor` with lifecycle.onRetired: useSuccessor."
    return "Choose a model of the live list: az cognitiveservices model list --location ..."
