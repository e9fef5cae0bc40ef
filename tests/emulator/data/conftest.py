"""One data plane for all tests of this folder; each test has the faults it sets."""

import pytest
from emulator.data.world import NOW, SmallWorld, serving

_WORLD = SmallWorld()


@pytest.fixture(scope="session")
def served():
    with serving(_WORLD) as endpoint:
        yield endpoint


@pytest.fixture
def world():
    yield _WORLD
    _WORLD.faults.clear()
    _WORLD.clock, _WORLD.kind, _WORLD.capacity = NOW, "OpenAI", 6
    _WORLD.names = SmallWorld.names


@pytest.fixture
def endpoint(served, world):
    return served
