"""The emulator as a cloud, and Pulumi's doubles attached to it."""

import pytest

pytest.register_assert_rewrite("pulumi_promises", "pulumi_stage")

from clouds import _signed_in, stage
from pulumi_doubles.fixtures import provider, pulumi_command

__all__ = ["_signed_in", "provider", "pulumi_command", "stage"]
