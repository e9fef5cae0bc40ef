"""The emulator as a cloud, the doubles attached to it."""

from clouds import _signed_in, stage
from pulumi_doubles.fixtures import provider, pulumi_command

__all__ = ["_signed_in", "provider", "pulumi_command", "stage"]
