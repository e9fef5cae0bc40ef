"""Questions to the catalogue. `today` decides: what was said later is not known yet, so that the past can be rehearsed."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from deployer.catalog.api_versions import CHAT_COMPLETIONS, REALTIME_PREVIEW
from deployer.catalog.facts import CatalogModel, Family, Observation, Protocol, Source
from deployer.catalog.models import MODELS
from deployer.core.offers import Life
from deployer.core.resources import ModelVersion, normal_location

_BY_VERSION = {row.model: row for row in MODELS}

AS_OF: dt.date = max(
    one.source.date for row in MODELS for seen in row.observations.values() for one in seen
)
"""The day of the newest fact in the catalogue."""


class Retirement(NamedTuple):
    """When a version retires, as last known; `source` is None when nobody said anything."""

    date: dt.date | None
    source: Source | None


def find(model: ModelVersion) -> CatalogModel | None:
    """The entry of a model version, if we have one."""
    return _BY_VERSION.get(model)


def known_names() -> tuple[str, ...]:
    """The names of all models, each once, in the catalogue's order."""
    return tuple(dict.fromkeys(row.model.name for row in MODELS))


def known_versions(name: str) -> tuple[str, ...]:
    """The versions of a model that we know, oldest first."""
    return tuple(sorted(row.model.version for row in MODELS if row.model.name == name))


def family(model: ModelVersion) -> Family | None:
    """What a model does; of one that is newer than the catalogue its name decides, None when it does not tell."""
    row = find(model)
    if row:
        return row.family
    if "realtime" in model.name:
        return "realtime"
    return "audio" if "audio" in model.name else None


def protocol(model: ModelVersion, preference: str = "auto") -> Protocol:
    """The generation of the API to speak with a model; anything but `auto` is obeyed."""
    if preference != "auto":
        return "preview" if preference == "preview" else "ga"
    row = find(model)
    if row:
        return row.protocol
    return "preview" if model.name.endswith("-preview") else "ga"


def api_version(model: ModelVersion, preference: str = "auto") -> str | None:
    """The data plane's api-version for a model; None for the v1 paths, which take none."""
    if protocol(model, preference) == "ga":
        return None
    return REALTIME_PREVIEW if family(model) == "realtime" else CHAT_COMPLETIONS


def voices(model: ModelVersion) -> tuple[str, ...]:
    """The voices of a model; empty when we do not know it."""
    row = find(model)
    return row.voices if row else ()


def successor(model: ModelVersion) -> ModelVersion | None:
    """The version that takes over, if anybody has named one."""
    row = find(model)
    return row.successor.model if row else None


def retirement(model: ModelVersion, location: str, today: dt.date) -> Retirement:
    """When a version retires in a location, as last said by `today`; what is said of another region counts second."""
    for one in _newest_first(model, location, today):
        if one.retires or one.lifecycle:
            return Retirement(one.retires, one.source)
    return Retirement(None, None)


def is_past_retirement(model: ModelVersion, location: str, today: dt.date) -> bool:
    """Whether a version can no longer be called, as far as we know."""
    return life(model, location, today) is Life.RETIRED


def life(model: ModelVersion, location: str, today: dt.date) -> Life | None:
    """What a version may still be used for on a day; None when nothing had been said of it by then."""
    for one in _newest_first(model, location, today):
        if one.lifecycle == "Deprecated" or (one.retires and one.retires <= today):
            return Life.RETIRED
        if one.lifecycle:
            return Life.CLOSING if one.lifecycle == "Deprecating" else Life.ALIVE
    return None


def available(model: ModelVersion, location: str, sku: str, today: dt.date) -> bool | None:
    """Whether a location offers a version with a SKU; None when nobody has said so by `today`."""
    row = find(model)
    if row is None:
        return None
    if sku not in row.skus:
        return False
    said = listing(model, location, today)
    return said.listed if said else None


def listing(model: ModelVersion, location: str, today: dt.date) -> Observation | None:
    """The newest word by `today` on whether a location lists a version."""
    here = [one for one in _in(model, location, today) if one.listed is not None]
    return here[-1] if here else None


def nearest(model: ModelVersion, location: str, sku: str, today: dt.date) -> ModelVersion | None:
    """What to use instead: the named successor if it is alive and offered, else its likest kin that lives longest."""
    heir = successor(model)
    if heir and _is_usable(heir, location, sku, today):
        return heir
    kin = [
        row.model
        for row in MODELS
        if row.model != model
        and row.family == family(model)
        and _is_usable(row.model, location, sku, today)
    ]
    small = "-mini" in model.name

    def likeness(one: ModelVersion) -> tuple[bool, dt.date]:
        return (
            ("-mini" in one.name) == small,
            retirement(one, location, today).date or dt.date.max,
        )

    return max(kin, key=likeness, default=None)


def _is_usable(model: ModelVersion, location: str, sku: str, today: dt.date) -> bool:
    return bool(available(model, location, sku, today)) and (
        life(model, location, today) is Life.ALIVE
    )


def _in(model: ModelVersion, location: str, today: dt.date) -> list[Observation]:
    row = find(model)
    seen = row.observations.get(normal_location(location), ()) if row else ()
    return [one for one in seen if one.source.date <= today]


def _newest_first(model: ModelVersion, location: str, today: dt.date) -> list[Observation]:
    row = find(model)
    elsewhere = [
        one
        for place in (row.observations if row else ())
        if place != normal_location(location)
        for one in _in(model, place, today)
    ]
    # Stable: of one day, what is said of the location itself comes first.
    found = _in(model, location, today) + elsewhere
    return sorted(found, key=lambda one: one.source.date, reverse=True)
