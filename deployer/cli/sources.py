"""What a command line points at: a configuration, or a plan that was kept in a file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from deployer.cli.options import Given
from deployer.config import Config, load
from deployer.errors import ConfigurationInvalid, UsageError

if TYPE_CHECKING:
    from deployer.azure.cloud import Cloud, Identity
    from deployer.core.plan import Consent
    from deployer.core.planfile import PlanFile
    from deployer.engines import Engine
    from deployer.workflow import Options

LARGEST_PLAN = 64 * 1024 * 1024
"""Bytes; a plan of a thousand accounts has a tenth of it."""


def configuration(given: Given) -> Config:
    """The configuration, with the command line's cloud and engine. Raises ConfigurationInvalid."""
    if _is_plan(given.config):
        raise UsageError(
            f"{given.config} is a plan file.",
            hint="Only `deployer up` takes one; give the YAML file.",
        )
    return load(given.config, environ=os.environ, cloud=given.cloud, engine=given.engine)


def configuration_or_plan(given: Given) -> Config | PlanFile:
    """What `up` carries out. Raises ConfigurationInvalid, and UsageError for options that a plan has settled."""
    if not _is_plan(given.config):
        return configuration(given)
    if given.cloud or given.engine:
        raise UsageError(
            "A plan file says itself in which cloud and by which engine it is carried out.",
            hint="Leave out --cloud and --engine, or make another plan.",
        )
    return _plan_file(given.config)


def beside(source: Config | PlanFile, path: Path) -> Path:
    """The folder in which a run keeps its own things: the configuration's, also for a plan that came from it."""
    made_from = source.file if isinstance(source, Config) else Path(source.config)
    return made_from.parent if made_from.parent.is_dir() else path.parent


def options(given: Given) -> Options:
    """What the command line allows."""
    from deployer.workflow import Options

    return Options(_allowed(given), run_smoke=not given.no_smoke, save_audio=given.save_audio)


def engine_of(source: Config | PlanFile, given: Given, cloud: Cloud) -> Engine:
    """Who carries the plan out. Raises Blocked when it cannot be had here."""
    from deployer.engines import EngineOptions
    from deployer.engines.registry import open_engine

    directory = beside(source, given.config) / ".deployer"
    return open_engine(
        source.engine, cloud, EngineOptions(directory, _allowed(given), source.pulumi)
    )


def for_whom(given: Given) -> Identity | None:
    """The identity that will carry the plan out, when the command line names another one than ours."""
    from deployer.azure.cloud import Identity

    return Identity(given.self_id, given.self_type) if given.self_id else None


def _allowed(given: Given) -> frozenset[Consent]:
    from deployer.core.plan import Consent

    allowed = {
        Consent.ADOPT: given.adopt,
        Consent.DELETE: given.allow_delete,
        Consent.REPLACE: given.allow_replace,
    }
    return frozenset(consent for consent, is_given in allowed.items() if is_given)


def _is_plan(path: Path) -> bool:
    return path.suffix.casefold() == ".json"


def _plan_file(path: Path) -> PlanFile:
    from deployer.core.planfile import parse

    try:
        if path.stat().st_size > LARGEST_PLAN:
            raise ValueError("it is too large to be one")
        return parse(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationInvalid(f"{path} cannot be read: {error.strerror}.") from None
    except ValueError as error:
        raise ConfigurationInvalid(
            f"{path} is not a plan file that can be used: {error}.",
            hint="Make it again with `deployer plan --out`.",
        ) from None
