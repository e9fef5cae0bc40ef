"""What the emulated regions offer: dated snapshots of model and quota rows, and their lifecycle on a given day."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from deployer.emulator.evidence import recorded
from deployer.emulator.state.clock import Clock, read_stamp
from deployer.emulator.state.records import JsonObject, normalised, subscription_id
from deployer.emulator.state.settings import Settings
from deployer.errors import UsageError

REGIONS: Mapping[str, str] = {
    "australiaeast": "Australia East",
    "brazilsouth": "Brazil South",
    "canadaeast": "Canada East",
    "centralus": "Central US",
    "centraluseuap": "Central US EUAP",
    "eastus": "East US",
    "eastus2": "East US 2",
    "francecentral": "France Central",
    "germanywestcentral": "Germany West Central",
    "italynorth": "Italy North",
    "japaneast": "Japan East",
    "koreacentral": "Korea Central",
    "northcentralus": "North Central US",
    "norwayeast": "Norway East",
    "polandcentral": "Poland Central",
    "southafricanorth": "South Africa North",
    "southcentralus": "South Central US",
    "southindia": "South India",
    "spaincentral": "Spain Central",
    "swedencentral": "Sweden Central",
    "switzerlandnorth": "Switzerland North",
    "uaenorth": "UAE North",
    "uksouth": "UK South",
    "westeurope": "West Europe",
    "westus": "West US",
    "westus3": "West US 3",
}

REGIONS_FACT = recorded(
    "a selection of those that azd lists (2026-04-23) and azure-cli's skus name; Central US EUAP: azure-powershell "
    "(2019-03-21, 2023-06-19)"
)

_SNAPSHOTS = Path(__file__).with_name("snapshots")


@cache
def snapshot_dates() -> tuple[date, ...]:
    """The days of which a snapshot exists, oldest first."""
    return tuple(sorted(date.fromisoformat(one.stem) for one in _SNAPSHOTS.glob("*.json")))


LAST_DAY = date(9000, 1, 1)
"""Far enough from the calendar's end that whatever is reckoned from it has a date too."""


def clock_date(wanted: date | None) -> date:
    """The date to set the clock to: the wanted one, or the newest snapshot's; raises `UsageError`."""
    dates = snapshot_dates()
    if wanted is not None and wanted < dates[0]:
        raise UsageError(
            f"The emulator knows nothing of {wanted}: its first snapshot is of {dates[0]}.",
            hint=f"Use a date from {dates[0]} on; snapshots: {', '.join(map(str, dates))}.",
        )
    if wanted is not None and wanted > LAST_DAY:
        raise UsageError(f"The emulator's calendar ends on {LAST_DAY}; {wanted} is after it.")
    return wanted or dates[-1]


@cache
def snapshot(day: date) -> JsonObject:
    """The newest snapshot that is not after a day."""
    newest = max(one for one in snapshot_dates() if one <= day)
    text = (_SNAPSHOTS / f"{newest}.json").read_text(encoding="utf-8")
    rows: JsonObject = json.loads(text)
    return rows


class Catalogue:
    """Models and quota rows as of the clock's date."""

    def __init__(self, clock: Clock, settings: Callable[[], Settings]) -> None:
        self._clock = clock
        self._settings = settings

    @property
    def kinds(self) -> list[str]:
        """The account kinds that offer these models."""
        return list(snapshot(self._clock.today)["kinds"])

    def rows(self, location: str) -> Iterator[JsonObject]:
        """The rows of `locations/{location}/models`: one per account kind, model and version."""
        for kind in self.kinds:
            for row in self._location(location)["models"]:
                model = self._as_of_today(row["model"])
                yield {**row, "id": subscription_id() + row["id"], "kind": kind, "model": model}

    def models(self, location: str) -> list[JsonObject]:
        """The models of a location, as they stand today."""
        return [self._as_of_today(row["model"]) for row in self._location(location)["models"]]

    def model(self, location: str, name: str, version: str) -> JsonObject | None:
        """One version of a model in a location; an empty version means the default one."""
        for row in self._location(location)["models"]:
            model = row["model"]
            if model["name"] == name and (
                model["version"] == version or (not version and model["isDefaultVersion"])
            ):
                return self._as_of_today(model)
        return None

    def exists_somewhere(self, name: str, version: str) -> bool:
        """Whether any location of the snapshot has this version of a model."""
        locations = snapshot(self._clock.today)["locations"]
        return any(self.model(location, name, version) for location in locations)

    def lifecycle(self, location: str, name: str, version: str) -> str:
        """The status of a version here and today; one that has left the list is `Deprecated`."""
        model = self.model(location, name, version)
        return str(model["lifecycleStatus"]) if model else "Deprecated"

    def usages(self, location: str) -> list[JsonObject]:
        """The quota rows of a location, limits as the settings say; their use is not filled in."""
        limits = self._settings().quota
        rows = self._location(location)["usages"]
        return [{**row, "limit": limits.get(row["name"]["value"], row["limit"])} for row in rows]

    def _location(self, location: str) -> Mapping[str, Any]:
        nothing: Mapping[str, Any] = {"models": [], "usages": []}
        found: Mapping[str, Any] = snapshot(self._clock.today)["locations"].get(
            normalised(location), nothing
        )
        return found

    def _as_of_today(self, model: JsonObject) -> JsonObject:
        ends = inference_ends(model)
        status = model["lifecycleStatus"]
        if ends is not None:
            status = "Deprecated" if ends <= self._clock.now() else _before_its_end(status)
        stated = self._settings().lifecycles.get(f"{model['name']}@{model['version']}")
        return {**model, "lifecycleStatus": stated or status}


def inference_ends(model: JsonObject) -> datetime | None:
    """When a model stops answering, if that is known."""
    text = model.get("deprecation", {}).get("inference")
    return read_stamp(text) if text else None


def _before_its_end(status: str) -> str:
    # A snapshot's newer rows are read on an earlier day only if the clock lies between snapshots.
    return "GenerallyAvailable" if status == "Deprecated" else status
