"""Settings that the data plane feels: how fast realtime audio is sent, and whether capacities are enforced."""

from __future__ import annotations

import datetime
import time

import pytest
from emulator.data.handshaking import PREVIEW, converse, until
from emulator.data.place import prepared

from deployer.emulator.calls import Calls
from deployer.emulator.cloud import EmulatedCloud
from deployer.emulator.settings import Settings


@pytest.fixture
def place(arm):
    return prepared(arm)


@pytest.fixture
def calls(tmp_path):
    cloud = EmulatedCloud(tmp_path, datetime.date(2026, 1, 1))
    yield lambda **settings: _with(cloud, settings)
    cloud.close()


def _with(cloud, settings):
    cloud.settings = Settings().changed(settings)
    return Calls(cloud)


@pytest.mark.parametrize(
    ("settings", "speed"),
    [
        ({}, None),
        ({"pacing": "instant"}, None),
        ({"pacing": "fast"}, None),
        ({"pacing": "real"}, 2),
        ({"pacing": "real", "realtimeAudioSpeed": 1}, 1),
        ({"pacing": "real", "realtimeAudioSpeed": 0}, None),
        ({"pacing": "fast", "realtimeAudioSpeed": 1}, None),
    ],
)
def test_only_pacing_real_paces_audio(calls, settings, speed):
    paced = calls(**settings).fault("paced", "voice", "live")

    assert paced == (None if speed is None else {"speed": speed})


def test_the_fault_counts_more_than_the_setting(calls):
    door = calls(pacing="real")
    door._cloud.faults.add({"kind": "paced", "deployment": "live", "speed": 9})

    assert [(door.fault("paced", "voice", one) or {})["speed"] for one in ("live", "other")] == [
        9,
        2,
    ]


def test_an_answer_is_sent_at_the_pace_of_the_settings(place):
    async def talk(socket):
        await socket.send_json({"type": "response.create"})
        began = time.monotonic()
        events = await until(socket, "response.done")
        return time.monotonic() - began, events[-1]["response"]["usage"]

    emulator = place.arm.emulator
    emulator.ask("PATCH", "settings", {"pacing": "real", "realtimeAudioSpeed": 5})
    endpoint = f"{emulator.ask('GET', 'environment')['plainAddress']}/voice"
    seconds, usage = converse(endpoint, PREVIEW, talk, {"api-key": place.key})

    # The first 200 ms come at once.
    assert seconds >= (usage["output_token_details"]["audio_tokens"] * 0.05 - 0.4) / 5


def test_a_setting_enforces_every_capacity(place):
    place.arm.emulator.ask("PATCH", "settings", {"realCapacity": True})
    told = [
        {"role": "system", "content": "word " * 8000},
        {"role": "user", "content": "Hello."},
    ]

    assert [place.chat(messages=told).status, place.chat().status] == [200, 429]


def test_without_it_capacities_refuse_nobody(place):
    told = [
        {"role": "system", "content": "word " * 8000},
        {"role": "user", "content": "Hello."},
    ]

    assert [place.chat(messages=told).status, place.chat().status] == [200, 200]
