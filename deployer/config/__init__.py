"""From a YAML file to a Config, or to all its problems at once; and from a Config to the desired state."""

from deployer.config.configuration import AccountConfig, Config, DeploymentConfig
from deployer.config.loading import load
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
