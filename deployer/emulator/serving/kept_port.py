"""The port that a state directory was served at last: taken again while it is free, so that addresses stay."""

from __future__ import annotations

import contextlib
import socket
from pathlib import Path

from deployer.emulator.serving.loopback import has_ipv6_loopback, loopback_sockets


def kept_sockets(state: Path, port: int) -> list[socket.socket]:
    """Sockets of the port that is asked for; without one (0) of the last run's, or of any that is free."""
    file = state / "port"
    sockets = [] if port else _again(file)
    sockets = sockets or loopback_sockets(port)
    with contextlib.suppress(OSError):
        file.write_text(str(sockets[0].getsockname()[1]), encoding="utf-8")
    return sockets


def _again(file: Path) -> list[socket.socket]:
    """The sockets of the last run's port, none when somebody else has it by now."""
    try:
        port = int(file.read_text(encoding="utf-8"))
        sockets = loopback_sockets(port) if 0 < port < 2**16 else []
    except (OSError, ValueError):
        return []
    if len(sockets) == 1 and has_ipv6_loopback():
        sockets[0].close()
        return []
    return sockets
