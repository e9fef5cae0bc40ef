"""From a YAML file to a Config, or to all its problems at once; and from a Config to the desired state."""

from deployer.config.configuration import AccountConfig, Config, DeploymentConfig

__all__ = ["AccountConfig", "Config", "DeploymentConfig"]
