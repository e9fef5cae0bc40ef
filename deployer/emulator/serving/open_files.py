"""How many files and sockets this process may have open."""

from __future__ import annotations

import sys

_WANTED = 16_384
_WITHOUT_A_LIMIT = 65_536
"""What is assumed where the system sets none that can be asked for, as on Windows."""


def most_open_files() -> int:
    """Raise the limit as far as it may be and is of use; returns what it is then."""
    if sys.platform == "win32":
        return _WITHOUT_A_LIMIT
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    # macOS says that there is no hard limit and refuses more than 10,240.
    for wanted in (_WANTED, 10_240):
        within = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        if soft == resource.RLIM_INFINITY or within <= soft:
            break
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (within, hard))
        except (OSError, ValueError):
            continue
        return within
    return _WITHOUT_A_LIMIT if soft == resource.RLIM_INFINITY else soft
