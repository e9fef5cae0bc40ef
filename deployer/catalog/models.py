"""Every audio and realtime model we know, one entry per version, with what was said about it and when.

Voices and formats: Azure documentation of 2025-01 for the preview models, the types of openai-python 3.54 for the later
ones. Capacity units: the regions' model lists of 2026-04-23.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from deployer.catalog import sources
from deployer.catalog.facts import (
    CapacityUnit,
    CatalogModel,
    Family,
    Lifecycle,
    Observation,
    Protocol,
    Source,
    Successor,
)
from deployer.core.resources import ModelVersion

_EAST, _SWEDEN = "eastus2", "swedencentral"
_FIRST_VOICES = ("alloy", "echo", "shimmer")
_PREVIEW_VOICES = ("alloy", "ash", "ballad", "coral", "echo", "sage", "shimmer", "verse")
_VOICES = (*_PREVIEW_VOICES, "marin", "cedar")
_FORMATS: Mapping[tuple[Family, Protocol], tuple[str, ...]] = {
    ("audio", "preview"): ("wav", "mp3", "flac", "opus", "pcm16"),
    ("audio", "ga"): ("wav", "mp3", "flac", "opus", "pcm16"),
    ("realtime", "preview"): ("pcm16", "g711_ulaw", "g711_alaw"),
    ("realtime", "ga"): ("audio/pcm", "audio/pcmu", "audio/pcma"),
}
_AUDIO_UNIT = CapacityUnit(requests=1, seconds=10, tokens=1000)
_REALTIME_UNIT = CapacityUnit(requests=6, seconds=60, tokens=1000)
_LARGE_REALTIME_UNIT = CapacityUnit(requests=20, seconds=60, tokens=10_000)


def _version(text: str) -> ModelVersion:
    name, version = text.split("@")
    return ModelVersion(name, version)


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _said(
    source: Source, lifecycle: Lifecycle, retires: str | None = None, *, listed: bool | None = True
) -> Observation:
    return Observation(source, listed, lifecycle, _day(retires))


def _listed_2026(retires: str, lifecycle: Lifecycle = "GenerallyAvailable") -> Observation:
    return _said(sources.MODEL_LIST_2026, lifecycle, retires)


def _scheduled(retires: str) -> Observation:
    """What the schedule of 2026-07-07 says: a day for the version, nothing about regions."""
    return _said(sources.RETIREMENT_SCHEDULE_2026, "GenerallyAvailable", retires, listed=None)


def _both(*observations: Observation) -> Mapping[str, tuple[Observation, ...]]:
    return {_EAST: observations, _SWEDEN: observations}


def _model(
    text: str,
    family: Family,
    protocol: Protocol,
    observations: Mapping[str, tuple[Observation, ...]],
    unit: CapacityUnit | None,
    *,
    successor: str | None = None,
    source: Source = sources.RETIREMENT_SCHEDULE_2026,
    voices: tuple[str, ...] = _VOICES,
    skus: tuple[str, ...] = ("GlobalStandard",),
) -> CatalogModel:
    heir = Successor(_version(successor) if successor else None, source)
    formats = _FORMATS[family, protocol]
    return CatalogModel(
        _version(text), family, protocol, heir, observations, unit, voices, formats, skus
    )


_NEW_IN_2025 = _said(sources.DOCUMENTATION_2025, "Preview")
_RETIRED_IN_2026 = _listed_2026("2026-03-24", "Deprecated")
_PLANNED_FIRST = _said(sources.RETIREMENT_TABLE_2026, "Preview", "2026-02-02", listed=None)
_PLANNED_MINI = _said(sources.RETIREMENT_TABLE_2026, "Preview", "2026-02-28", listed=None)

MODELS: tuple[CatalogModel, ...] = (
    _model(
        "gpt-4o-audio-preview@2024-12-17",
        "audio",
        "preview",
        _both(_NEW_IN_2025, _PLANNED_FIRST, _RETIRED_IN_2026),
        _AUDIO_UNIT,
        successor="gpt-audio@2025-08-28",
        source=sources.RETIREMENT_TABLE_2026,
        voices=_FIRST_VOICES,
        skus=("GlobalStandard", "Provisioned"),
    ),
    _model(
        "gpt-4o-mini-audio-preview@2024-12-17",
        "audio",
        "preview",
        {
            _EAST: (_NEW_IN_2025, _PLANNED_MINI, _RETIRED_IN_2026),
            _SWEDEN: (
                _NEW_IN_2025,
                _PLANNED_MINI,
                Observation(sources.MODEL_LIST_2026, listed=False),
            ),
        },
        _AUDIO_UNIT,
        successor="gpt-audio-mini@2025-12-15",
        source=sources.OTHER_VENDOR_2026,
        voices=_FIRST_VOICES,
    ),
    _model(
        "gpt-4o-realtime-preview@2024-10-01",
        "realtime",
        "preview",
        _both(
            # Published as "no earlier than"; what happened was half a year earlier.
            _said(sources.DOCUMENTATION_2025, "Preview", "2025-09-30"),
            _said(sources.RETIRED_MODELS_2026, "Deprecated", "2025-03-26", listed=False),
        ),
        None,
        successor="gpt-4o-realtime-preview@2024-12-17",
        source=sources.DOCUMENTATION_2025,
        voices=_PREVIEW_VOICES,
    ),
    _model(
        "gpt-4o-realtime-preview@2024-12-17",
        "realtime",
        "preview",
        _both(_NEW_IN_2025, _PLANNED_FIRST, _RETIRED_IN_2026),
        _REALTIME_UNIT,
        successor="gpt-realtime@2025-08-28",
        source=sources.RETIREMENT_TABLE_2026,
        voices=_PREVIEW_VOICES,
    ),
    _model(
        "gpt-4o-realtime-preview@2025-06-03",
        "realtime",
        "preview",
        _both(_listed_2026("2025-11-17", "Deprecated")),
        _REALTIME_UNIT,
        source=sources.RETIRED_MODELS_2026,
        voices=_PREVIEW_VOICES,
    ),
    _model(
        "gpt-4o-mini-realtime-preview@2024-12-17",
        "realtime",
        "preview",
        _both(_NEW_IN_2025, _PLANNED_MINI, _RETIRED_IN_2026),
        _REALTIME_UNIT,
        successor="gpt-realtime-mini@2025-12-15",
        source=sources.OTHER_VENDOR_2026,
        voices=_PREVIEW_VOICES,
    ),
    _model(
        "gpt-audio@2025-08-28",
        "audio",
        "ga",
        _both(_listed_2026("2027-02-28"), _scheduled("2027-02-28")),
        _AUDIO_UNIT,
    ),
    _model(
        "gpt-audio-mini@2025-10-06",
        "audio",
        "ga",
        _both(_listed_2026("2027-04-07"), _scheduled("2026-09-21")),
        CapacityUnit(requests=10, seconds=60, tokens=5000),
    ),
    _model(
        "gpt-audio-mini@2025-12-15",
        "audio",
        "ga",
        _both(_listed_2026("2026-12-15"), _scheduled("2026-12-15")),
        _AUDIO_UNIT,
    ),
    _model(
        "gpt-audio-1.5@2026-02-23",
        "audio",
        "ga",
        _both(_listed_2026("2027-02-23"), _scheduled("2027-02-23")),
        _AUDIO_UNIT,
    ),
    _model(
        "gpt-realtime@2025-08-28",
        "realtime",
        "ga",
        _both(_listed_2026("2027-02-28"), _scheduled("2027-02-28")),
        _LARGE_REALTIME_UNIT,
    ),
    _model(
        "gpt-realtime-mini@2025-10-06",
        "realtime",
        "ga",
        _both(_listed_2026("2027-04-07"), _scheduled("2026-07-23")),
        CapacityUnit(requests=10, seconds=60, tokens=5000),
    ),
    _model(
        "gpt-realtime-mini@2025-12-15",
        "realtime",
        "ga",
        _both(_listed_2026("2026-12-15"), _scheduled("2026-12-15")),
        CapacityUnit(requests=3, seconds=60, tokens=10_000),
    ),
    _model(
        "gpt-realtime-1.5@2026-02-23",
        "realtime",
        "ga",
        _both(_listed_2026("2027-02-23"), _scheduled("2027-02-23")),
        _LARGE_REALTIME_UNIT,
    ),
    _model(
        "gpt-realtime-2@2026-05-06",
        "realtime",
        "ga",
        _both(_scheduled("2027-05-06")),
        None,
    ),
    _model(
        "gpt-realtime-2.1@2026-07-07",
        "realtime",
        "ga",
        _both(
            _scheduled("2027-06-25"),
            _said(sources.REALTIME_PAGE_2026, "GenerallyAvailable", "2027-06-25", listed=None),
        ),
        None,
    ),
    _model(
        "gpt-realtime-2.1-mini@2026-07-07",
        "realtime",
        "ga",
        _both(_scheduled("2027-06-25")),
        None,
    ),
)
