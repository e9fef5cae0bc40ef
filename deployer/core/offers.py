"""What a location has on offer, as its live model list says it on the day it is read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from deployer.core.resources import ModelVersion


class Life(StrEnum):
    """What a model version may still be used for.

    Azure's ARM words are finer and shift in meaning against its public ones: ARM `Deprecating` is the public
    "deprecated" (existing deployments only), ARM `Deprecated` is the public "retired" (no inference).
    """

    ALIVE = "alive"
    CLOSING = "closing"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class OfferedSku:
    """One way to buy a model: the quota it draws on and the amounts Azure takes."""

    name: str
    usage_name: str
    maximum: int | None = None
    default: int | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """A model version that a location lists for one kind of account."""

    kind: str
    model: ModelVersion
    life: Life
    retires: dt.date | None
    skus: tuple[OfferedSku, ...] = ()

    def sku(self, name: str) -> OfferedSku | None:
        """The offer's SKU of that name."""
        return next((sku for sku in self.skus if sku.name == name), None)


@dataclass(frozen=True, slots=True)
class Usage:
    """One row of a location's quota. `used` can exceed `limit`."""

    name: str
    used: float
    limit: float

    @property
    def free(self) -> float:
        return self.limit - self.used


LiveOffers = Mapping[str, tuple[Offer, ...]]
"""Offers by normalised location; a location that could not be asked is missing."""


def find_offer(offers: Iterable[Offer], model: ModelVersion, kind: str | None) -> Offer | None:
    """The offer of that model version for that kind of account (any kind when None)."""
    return next((o for o in offers if o.model == model and kind in (None, o.kind)), None)
