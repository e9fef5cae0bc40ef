"""The api-versions that Azure has had, for the switch that refuses all others."""

from __future__ import annotations

from collections.abc import Mapping

from deployer.emulator.evidence import specified

FACT = specified(
    "azure-rest-api-specs, stable versions of accounts until 2026-05; recorded clients of the others"
)

# Stable versions of Microsoft.CognitiveServices/accounts, newest first.
ACCOUNTS = (
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

# The other providers' versions that recorded clients send; Azure has more than these.
_RECORDED: Mapping[str, tuple[str, ...]] = {
    "Microsoft.CognitiveServices": (*ACCOUNTS, "2026-07-01", "2016-02-01"),
    "Microsoft.Authorization": (
        "2022-05-01-preview", "2022-04-01", "2020-10-01-preview", "2020-05-01", "2018-07-01",
        "2018-01-01-preview", "2016-09-01", "2015-07-01",
    ),
    "Microsoft.Resources": (
        "2025-04-01", "2025-03-01", "2024-11-01", "2024-07-01", "2024-03-01", "2023-07-01", "2022-12-01",
        "2022-09-01", "2022-01-01", "2021-04-01", "2020-10-01", "2020-06-01", "2019-10-01", "2019-07-01",
        "2019-05-01", "2018-05-01", "2017-05-10", "2016-06-01", "2016-02-01",
    ),
}  # fmt: skip


def is_known(version: str, pattern: str) -> bool:
    """Whether Azure has had this version of what a route's pattern leads to.

    Previews of the provider come and go by the month, so any preview after its first stable version passes.
    """
    namespaces = [one for one in _RECORDED if f"/providers/{one}/" in pattern]
    namespace = namespaces[-1] if namespaces else "Microsoft.Resources"
    known = _RECORDED[namespace]
    return version in known or (version.endswith("-preview") and version[:10] > min(known))
