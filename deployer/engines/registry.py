"""Which engine stands behind a name."""

from __future__ import annotations

from deployer.azure.cloud import Cloud
from deployer.engines import Engine, EngineOptions
from deployer.errors import Blocked, UsageError


def open_engine(name: str, cloud: Cloud, options: EngineOptions) -> Engine:
    """The engine of that name. Raises Blocked for one that cannot be used here, UsageError for no engine."""
    if name == "sdk":
        from deployer.engines.sdk import SdkEngine

        return SdkEngine(cloud)
    if name == "pulumi":
        return _pulumi(cloud, options)
    if name == "arm":
        from deployer.engines.arm.engine import ArmEngine

        return ArmEngine(cloud)
    raise UsageError(f"There is no engine {name!r}.", hint="The engines are sdk, pulumi and arm.")


def _pulumi(cloud: Cloud, options: EngineOptions) -> Engine:
    from deployer.engines.pulumi.tools import EXTRA, has_extra

    if not has_extra():
        raise Blocked("The engine pulumi needs packages that are not installed.", hint=EXTRA)
    from deployer.engines.pulumi.engine import PulumiEngine

    return PulumiEngine(cloud, options)
