"""Which models people without a configuration may choose, and how each is introduced to them: the catalogue's words."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from deployer.catalog import queries
from deployer.catalog.facts import CatalogModel
from deployer.catalog.models import MODELS
from deployer.catalog.regions import DISPLAY_NAMES
from deployer.core.offers import Life
from deployer.core.resources import ModelVersion

MISSION_VERSION = "2024-12-17"
"""The version of all four models of February 2025: retired, and still to be had where the calendar says 2025."""

SKU = "GlobalStandard"


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """A model to choose. `value` is `name@version`; `retires` is None when nobody has said."""

    value: str
    family: str
    retired: bool
    retires: dt.date | None

    @property
    def label(self) -> str:
        """One line for a list."""
        name, _, version = self.value.partition("@")
        kind = "audio completions" if self.family == "audio" else "realtime"
        if self.retired:
            return f"{name} {version}: {kind}; RETIRED {self.retires}, Azure refuses it"
        return f"{name} {version}: {kind}; retires {self.retires}"


def choices() -> tuple[ModelChoice, ...]:
    """Current models that both regions list, one version of each name, longest-lived first; then the retired four."""
    current: dict[str, ModelChoice] = {}
    for row in sorted(MODELS, key=lambda one: _life_ends(one.model), reverse=True):
        if _is_current(row.model):
            current.setdefault(row.model.name, _choice(row, retired=False))
    retired = [_choice(row, retired=True) for row in MODELS if row.model.version == MISSION_VERSION]
    return (*current.values(), *retired)


def default_models() -> list[str]:
    """Of each family the model that lives longest: what works for everybody who changes nothing."""
    longest: dict[str, str] = {}
    for one in choices():
        if not one.retired:
            longest.setdefault(one.family, one.value)
    return sorted(longest.values())


def _choice(row: CatalogModel, *, retired: bool) -> ModelChoice:
    when = _life_ends(row.model)
    return ModelChoice(str(row.model), row.family, retired, None if when == dt.date.max else when)


def _is_current(model: ModelVersion) -> bool:
    """Whether every region that we know lists it, and it is not closing, by the newest fact of the catalogue."""
    return all(
        queries.available(model, region, SKU, queries.AS_OF)
        and queries.life(model, region, queries.AS_OF) is Life.ALIVE
        for region in DISPLAY_NAMES
    )


def _life_ends(model: ModelVersion) -> dt.date:
    """The first day on which a region we know has it no more."""
    dates = [queries.retirement(model, region, queries.AS_OF).date for region in DISPLAY_NAMES]
    return min((one for one in dates if one is not None), default=dt.date.max)
