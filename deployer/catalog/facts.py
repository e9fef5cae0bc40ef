"""The shapes of facts: who said what about a model in a region and when, and what an error code means."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Literal, NamedTuple

from deployer.core.resources import ModelVersion

Family = Literal["audio", "realtime"]
Protocol = Literal["preview", "ga"]
Lifecycle = Literal["Preview", "GenerallyAvailable", "Deprecating", "Deprecated"]
"""Azure Resource Manager's words: its Deprecated is what the documentation calls retired."""

Kind = Literal["permission", "policy", "quota", "model", "name", "conflict", "timeout", "other"]


class Source(NamedTuple):
    """Who said it, and the day it was said or recorded."""

    date: dt.date
    text: str

    def __str__(self) -> str:
        return f"{self.text}, {self.date}"


class Observation(NamedTuple):
    """What a source said about a model in one region; None: it did not say.

    `listed`: whether the region offers the model. `retires`: the retirement day, as it was known then.
    """

    source: Source
    listed: bool | None = None
    lifecycle: Lifecycle | None = None
    retires: dt.date | None = None


class CapacityUnit(NamedTuple):
    """What one unit of `sku.capacity` is worth: requests per so many seconds, and tokens per minute."""

    requests: int
    seconds: int
    tokens: int


class Successor(NamedTuple):
    """The model that takes over; `model` is None when nobody has named one."""

    model: ModelVersion | None
    source: Source


class CatalogModel(NamedTuple):
    """One version of a model. `observations` are oldest first; a region about which nothing was said is missing.

    `unit` is None when it was never seen. `skus` are names of deployment SKUs; `formats` those of audio it speaks.
    """

    model: ModelVersion
    family: Family
    protocol: Protocol
    successor: Successor
    observations: Mapping[str, tuple[Observation, ...]]
    unit: CapacityUnit | None
    voices: tuple[str, ...]
    formats: tuple[str, ...]
    skus: tuple[str, ...] = ("GlobalStandard",)


class Advice(NamedTuple):
    """One error code. `final`: repeating the same request later cannot succeed."""

    code: str
    final: bool
    kind: Kind
    meaning: str
    next_step: str
