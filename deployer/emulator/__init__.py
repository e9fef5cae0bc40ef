"""A small Azure on loopback: ARM, Entra tokens, audio completions, realtime.

The face is lazy: what it names loads when it is first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from deployer.emulator.serving.azure_cli import sign_in_az
    from deployer.emulator.serving.embedded import Emulator
    from deployer.emulator.serving.foreground import environment, reset, serve, stop

__all__ = ["Emulator", "environment", "reset", "serve", "sign_in_az", "stop"]

_HOMES = {
    "Emulator": "serving.embedded",
    "environment": "serving.foreground",
    "reset": "serving.foreground",
    "serve": "serving.foreground",
    "sign_in_az": "serving.azure_cli",
    "stop": "serving.foreground",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
