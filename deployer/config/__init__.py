"""From a YAML file to a Config, or to all its problems at once; and from a Config to the desired state."""

from typing import TYPE_CHECKING

from deployer.config.configuration import AccountConfig, Config, DeploymentConfig
from deployer.config.loading import load

if TYPE_CHECKING:
    from deployer.config.offline import unanswered
    from deployer.config.resolving import Resolved, resolve

__all__ = [
    "AccountConfig",
    "Config",
    "DeploymentConfig",
    "Resolved",
    "load",
    "resolve",
    "unanswered",
]

_LATER = {
    "Resolved": "deployer.config.resolving",
    "resolve": "deployer.config.resolving",
    "unanswered": "deployer.config.offline",
}


def __getattr__(name: str) -> object:
    # `deployer validate` resolves nothing, and half of its time is imports.
    if name not in _LATER:
        raise AttributeError(name)
    from importlib import import_module

    return getattr(import_module(_LATER[name]), name)
