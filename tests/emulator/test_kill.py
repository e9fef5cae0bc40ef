"""Killed without a warning between any two writes, the emulator loses nothing that it has acknowledged."""

from __future__ import annotations

import itertools
import subprocess
import sys
import threading

import pytest
from emulator.arm_client import SUBSCRIPTION, Arm
from emulator.test_holder import OPEN_AND_WAIT

from deployer.emulator import Emulator

WRITERS = 3


class Writer(threading.Thread):
    """Writes groups until the server is gone; what was answered is in `acknowledged`."""

    def __init__(self, emulator, numbers, begun):
        super().__init__(daemon=True)
        self._arm = Arm(emulator)
        self._arm.token()
        self._numbers = numbers
        self._begun = begun
        self.acknowledged = {}

    def run(self):
        while True:
            number = next(self._numbers)
            name, tags = f"group-{number % 40}-{self.name}", {"written": str(number)}
            try:
                path = f"{SUBSCRIPTION}/resourceGroups/{name}"
                answer = self._arm.ask("PUT", path, {"location": "eastus2", "tags": tags})
            except OSError:
                return
            except Exception:  # noqa: BLE001 - any way in which a broken connection shows
                return
            if answer.status in (200, 201):
                self.acknowledged[name] = number
                self._begun.set()


def written(emulator):
    groups = Arm(emulator).get(f"{SUBSCRIPTION}/resourceGroups").body["value"]
    return {one["name"]: int(one["tags"]["written"]) for one in groups}


def killed_again_and_again(state, cycles):
    numbers = itertools.count()
    expected: dict[str, int] = {}
    for cycle in range(cycles):
        server = subprocess.Popen(  # noqa: S603 - our own interpreter
            [sys.executable, "-c", OPEN_AND_WAIT, str(state)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert server.stdout
        assert server.stdout.readline().startswith("holds"), f"cycle {cycle}"
        with Emulator.open(state) as joined:
            found = written(joined)
            # A write whose answer the kill swallowed may be there: it is newer, never older.
            lost = {
                name: number for name, number in expected.items() if found.get(name, -1) < number
            }
            assert lost == {}, f"cycle {cycle}"
            begun = threading.Event()
            writers = [Writer(joined, numbers, begun) for _ in range(WRITERS)]
            for index, one in enumerate(writers):
                one.name = str(index)
                one.start()
            assert begun.wait(20)
        server.kill()
        server.communicate()
        for one in writers:
            one.join(20)
            expected |= one.acknowledged
    return expected


def test_three_kills_lose_nothing(tmp_path):
    assert len(killed_again_and_again(tmp_path, 3)) >= WRITERS


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_two_hundred_kills_lose_nothing(tmp_path):
    assert len(killed_again_and_again(tmp_path, 200)) >= WRITERS
