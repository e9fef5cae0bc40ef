"""Sockets on this machine's own addresses."""

from __future__ import annotations

import socket


def loopback_sockets(port: int) -> list[socket.socket]:
    """Sockets on 127.0.0.1 and, where there is IPv6, on ::1, with the same port; 0 is any free one.

    Both, because `localhost` means either, and a refused ::1 costs Windows clients two seconds.
    """
    for attempt in range(20):
        four = socket.create_server(("127.0.0.1", port))
        try:
            six = socket.create_server(("::1", four.getsockname()[1]), family=socket.AF_INET6)
        except OSError:
            # Either there is no IPv6, or someone else has that port of it: then another will do.
            if port == 0 and attempt < 19 and has_ipv6_loopback():
                four.close()
                continue
            return [four]
        return [four, six]
    raise AssertionError("unreachable")


def has_ipv6_loopback() -> bool:
    """Whether this machine has a ::1 at all."""
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True
