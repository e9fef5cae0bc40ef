"""Work in threads of our own, told of where the engine's events are read."""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence

from deployer.core.events import Event

Tell = Callable[[Event], None]
Job = Callable[[Tell], None]

_LOOKS_FOR_SIGNALS = 0.5


def side_by_side(jobs: Sequence[Job], parallel: int) -> Iterator[Event]:
    """Work the jobs off, so many at a time, and yield what they tell in the order in which it happens.

    The threads are daemons: a second Ctrl-C ends the process without waiting for Azure.
    """
    waiting, events = deque(jobs), queue.SimpleQueue[Event | BaseException | None]()

    def work() -> None:
        try:
            while True:
                try:
                    job = waiting.popleft()
                except IndexError:
                    break
                job(events.put)
        except BaseException as error:  # noqa: BLE001 - it is raised where the events are read
            events.put(error)
        finally:
            events.put(None)

    working = min(parallel, len(jobs))
    for number in range(working):
        threading.Thread(target=work, name=f"apply-{number}", daemon=True).start()
    while working:
        try:
            event = events.get(timeout=_LOOKS_FOR_SIGNALS)
        except queue.Empty:
            continue
        if isinstance(event, BaseException):
            raise event
        if event is None:
            working -= 1
        else:
            yield event
