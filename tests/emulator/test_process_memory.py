"""The memory of a process that serves."""

import gc
import weakref

from deployer.emulator.serving.process_memory import Remains


class Circle:
    """What only the collector frees."""

    def __init__(self):
        self.itself = self


def test_what_a_hundred_sessions_left_behind_is_collected():
    remains = Remains()
    gc.disable()
    try:
        left = weakref.ref(Circle())
        for _ in range(99):
            remains.add()
        assert left() is not None

        remains.add()
    finally:
        gc.enable()

    assert left() is None
