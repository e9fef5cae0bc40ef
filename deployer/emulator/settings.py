"""The switches of the emulator: how long operations take, and how Azure's unverified answers are played."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

PACINGS = ("instant", "fast", "real")


class InvalidSetting(ValueError):
    """A setting that does not exist, or a value that it cannot have."""


@dataclass(frozen=True)
class Settings:
    """All switches with their defaults; on the wire the names are camelCase. Times are in seconds.

    Facts behind a switch are ones that no recording proves; the default is what is reported most.
    """

    account_seconds: float = 0.3
    """How long the creation of an account, or its update by PUT, goes on after the answer."""
    deployment_seconds: float = 0.05
    """How long a synchronous write of a deployment, or a PATCH of an account, takes."""
    delete_seconds: float = 0.05
    """How long deleting a deployment or an account, or purging, takes."""
    group_seconds: float = 0.3
    """How long the deletion of a resource group goes on after the answer."""
    lock_linger: float = 0.02
    """How long an account refuses the next write although the last one looks finished."""
    pacing: str = "fast"
    """`instant`: operations are done at once. `fast`: polls carry `retry-after-ms`. `real`: what Azure sends."""
    poll_milliseconds: int = 50
    """The `retry-after-ms` of pacing `fast`."""
    role_propagation_seconds: float = 0.0
    """How long a new role assignment is unknown to the data plane (Azure: up to ten minutes)."""
    deployment_propagation_seconds: float = 0.0
    """How long a new deployment is unknown to the data plane (Azure: up to five minutes)."""
    cannot_delete_account_with_deployments: bool = True
    """Deleting an account that has deployments: 409, as reported in 2026. Before, Azure allowed it."""
    capacity_and_version_together: bool = False
    """Whether one PUT may change capacity and model version (a report of 2024 says no)."""
    patch_merges_tags: bool = False
    """Whether PATCH adds to the tags of an account or replaces them (not seen recorded)."""
    default_rai_policy: str = "Microsoft.DefaultV2"
    """The policy Azure fills in (recorded 2026-03-20); empty: none is returned (recorded 2025-10-28)."""
    retired_status: int = 410
    """What the data plane answers for a retired model; 0: it goes on answering. The body is unverified."""
    provider_registered: bool = True
    """Whether the subscription is registered for Microsoft.CognitiveServices."""
    template_step_seconds: float = 0.05
    """How long a template's run takes from the end of one resource to the start of those that waited for it."""
    preflight_knows_rai_policies: bool = False
    """Whether preflight counts content filters that the same template writes (reported: it does not)."""
    strict_api_versions: bool = False
    """Whether an api-version that Azure has never had is refused; az and others send versions of tomorrow."""
    taken_subdomains: tuple[str, ...] = ()
    """Custom subdomains that other tenants hold."""
    quota: Mapping[str, float] = field(default_factory=dict)
    """Quota limits by usage name, in every location, instead of the snapshot's."""
    lifecycles: Mapping[str, str] = field(default_factory=dict)
    """Lifecycle status by `model@version`, instead of what snapshot and clock say."""

    def as_json(self) -> dict[str, Any]:
        """All settings under their names on the wire."""
        values = {wire_name(one.name): getattr(self, one.name) for one in fields(self)}
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in values.items()
        }

    def changed(self, wanted: Mapping[str, Any]) -> Settings:
        """These settings with some of them changed; raises `InvalidSetting`."""
        known = {wire_name(one.name): one.name for one in fields(self)}
        changes: dict[str, Any] = {}
        for name, value in wanted.items():
            if name not in known:
                raise InvalidSetting(f"There is no setting '{name}'. Settings: {', '.join(known)}.")
            changes[known[name]] = _accepted(name, value, getattr(self, known[name]))
        return replace(self, **changes)

    def seconds(self, planned: float) -> float:
        """How long an operation really takes under the current pacing."""
        return 0.0 if self.pacing == "instant" else planned

    def poll_headers(self, real: Mapping[str, str] | None = None) -> dict[str, str]:
        """The headers that tell a client when to ask again; `real` are those Azure itself sends."""
        if self.pacing == "real":
            return dict(real or {})
        # Never `Retry-After: 0`: azure-core takes it for "not said" and sleeps 30 s.
        return {"retry-after-ms": str(self.poll_milliseconds if self.pacing == "fast" else 1)}


def wire_name(name: str) -> str:
    """`account_seconds` as `accountSeconds`."""
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def _accepted(name: str, value: object, now: object) -> object:
    """The value in the type of the setting's present value, or `InvalidSetting`."""
    if isinstance(now, bool):
        fits = isinstance(value, bool)
    elif isinstance(now, int | float):
        fits = isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
        value = type(now)(value) if isinstance(value, int | float) and fits else value
    elif isinstance(now, tuple):
        fits = isinstance(value, list) and all(isinstance(one, str) for one in value)
        value = tuple(value) if isinstance(value, list) and fits else value
    else:
        fits = isinstance(value, Mapping) if isinstance(now, Mapping) else isinstance(value, str)
    if not fits or (name == "pacing" and value not in PACINGS):
        raise InvalidSetting(f"The setting '{name}' cannot be {value!r}; it is now {now!r}.")
    return value
