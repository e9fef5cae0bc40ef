"""Which engine stands behind a name."""

from __future__ import annotations

from deployer.azure.cloud import Cloud
from deployer.engines import Engine, EngineOptions
from deployer.errors import Blocked, UsageError

_LATER = ("pulumi", "arm")


def open_engine(name: str, cloud: Cloud, options: EngineOptions) -> Engine:  # noqa: ARG001 - until the other engines stand
    """The engine of that name. Raises Blocked for one that cannot be used here, UsageError for no engine."""
    if name == "sdk":
        from deployer.engines.sdk import SdkEngine

        return SdkEngine(cloud)
    if name in _LATER:
        raise Blocked(
            f"The engine {name} is not part of this version.",
            hint="Use `engine: sdk` in the configuration, or --engine sdk.",
        )
    raise UsageError(f"There is no engine {name!r}.", hint="The engines are sdk, pulumi and arm.")
