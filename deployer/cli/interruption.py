"""Ctrl-C, gently: the first asks the run to end after the calls in flight, the second ends it now."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from types import FrameType, TracebackType
from typing import Self

from deployer.cli.telling import Item
from deployer.views import Step, Tell

_SAID = "\nStopping: finishing the calls in flight. Press Ctrl-C again to stop now.\n"


class Interruption:
    """`stop` is set by the first Ctrl-C. Before `begin` nothing can be half done, so it ends the run at once."""

    def __init__(self) -> None:
        self.stop = threading.Event()
        self._begun = False
        self._before: object = None

    def begin(self) -> None:
        """From here on there is something that should not be cut in two."""
        self._begun = True

    def hearing(self, tell: Tell) -> Tell:
        """`tell`, overheard: what is applied or checked has begun."""

        def overheard(item: Item) -> None:
            if not isinstance(item, Step) or item.name in ("applying", "checking"):
                self.begin()
            tell(item)

        return overheard

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._interrupt)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if callable(self._before) or isinstance(self._before, signal.Handlers):
            signal.signal(signal.SIGINT, self._before)

    def _interrupt(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - signal's signature
        if not self._begun or self.stop.is_set():
            raise KeyboardInterrupt
        self.stop.set()
        # Straight to the descriptor: a handler may have interrupted a buffered write of this very stream.
        with contextlib.suppress(OSError, ValueError, AttributeError):
            os.write(sys.stderr.fileno(), _SAID.encode())
