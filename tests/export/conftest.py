"""The emulator as a cloud."""

from clouds import _signed_in, stage

__all__ = ["_signed_in", "stage"]
