"""The api-versions that Azure has had, for the switch that refuses all others and the warning without it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from deployer.emulator.arm.errors import ArmError
from deployer.emulator.arm.refusals import RequestRefusal
from deployer.emulator.evidence import documented
from deployer.emulator.state.catalogue import REGIONS

FACT = documented(
    "Microsoft Learn, Microsoft.CognitiveServices allversions (until 2026-05-01); 2026-05-15-preview and "
    "2026-07-01 as azure-cli and pulumi-azure-native send them; recorded clients of the other providers"
)

# Versions of Microsoft.CognitiveServices/accounts, newest first.
ACCOUNTS = (
    "2026-07-01",
    "2026-05-01",
    "2026-03-01",
    "2025-12-01",
    "2025-09-01",
    "2025-06-01",
    "2024-10-01",
    "2023-05-01",
    "2022-12-01",
    "2022-10-01",
    "2022-03-01",
    "2021-10-01",
    "2021-04-30",
    "2017-04-18",
)
PREVIEWS = (
    "2026-05-15-preview",
    "2026-03-15-preview",
    "2026-01-15-preview",
    "2025-10-01-preview",
    "2025-07-01-preview",
    "2025-04-01-preview",
    "2024-06-01-preview",
    "2024-04-01-preview",
    "2023-10-01-preview",
    "2016-02-01-preview",
)

_COGNITIVE = "Microsoft.CognitiveServices"

# The other providers' versions that recorded clients send; Azure has more than these.
_RECORDED: Mapping[str, tuple[str, ...]] = {
    _COGNITIVE: (*ACCOUNTS, *PREVIEWS),
    "Microsoft.Authorization": (
        "2022-05-01-preview", "2022-04-01", "2020-10-01-preview", "2020-05-01", "2018-07-01",
        "2018-01-01-preview", "2016-09-01", "2015-07-01",
    ),
    "Microsoft.Resources": (
        "2025-04-01", "2025-03-01", "2024-11-01", "2024-07-01", "2024-03-01", "2023-07-01", "2022-12-01",
        "2022-09-01", "2022-01-01", "2021-04-01", "2020-10-01", "2020-06-01", "2019-10-01", "2019-07-01",
        "2019-05-01", "2018-05-01", "2017-05-10", "2016-09-01", "2016-06-01", "2016-02-01",
    ),
}  # fmt: skip


def is_known(version: str, pattern: str) -> bool:
    """Whether Azure has had this version of what a route's pattern leads to.

    Of the other providers not every preview is listed: one between their first version and their last passes.
    """
    namespace = _namespace(pattern)
    known = _RECORDED[namespace]
    if version in known or namespace == _COGNITIVE:
        return version in known
    return version.endswith("-preview") and min(known) < version[:10] < max(known)


def refused_version(version: str, pattern: str, body: Any) -> ArmError:  # noqa: ANN401
    """How a version is refused: of a provider's type, or of Resource Manager's own."""
    namespace = _namespace(pattern)
    if namespace != _COGNITIVE:
        return RequestRefusal.API_VERSION_INVALID.error(version=version)
    location = body.get("location", "") if isinstance(body, dict) else ""
    named = pattern.partition(f"/providers/{namespace}/")[2].split("/")
    kinds = "/".join(part for part in named if not part.startswith("{"))
    return RequestRefusal.PROVIDER_VERSION_UNKNOWN.error(
        location=location,
        version=version,
        type=kinds,
        versions=", ".join(_RECORDED[namespace]),
        locations=", ".join(REGIONS),
    )


def warning(version: str) -> dict[str, str]:
    """The header that says, where a version is let pass, that Azure would not have."""
    told = (
        f"Azure is not known to have had the api-version {version}; strictApiVersions refuses it."
    )
    return {"Warning": f'299 deployer-emulator "{told}"'}


def _namespace(pattern: str) -> str:
    found = [one for one in _RECORDED if f"/providers/{one}/" in pattern]
    return found[-1] if found else "Microsoft.Resources"
