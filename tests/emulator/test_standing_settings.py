"""Settings that the data plane feels: how fast realtime audio is sent, and whether capacities are enforced."""

from __future__ import annotations

import datetime
import time

import pytest
from emulator.data.handshaking import PREVIEW, converse, until
from emulator.data.place import prepared

from deployer.emulator.cloud import EmulatedCloud
from deployer.emulator.data_plane.calls import Calls
from deployer.emulator.faults.faults import KINDS
from deployer.emulator.state.settings import Settings


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


@pytest.mark.parametrize(
    "settings", [{}, {"realCapacity": True}, {"pacing": "real"}, {"realtimeAudioSpeed": 9}]
)
def test_without_faults_at_work_none_is_told_of(calls, settings):
    door = calls(**settings)
    told = [door.fault(kind, "voice", "live") for kind in KINDS]

    assert door.has_faults() or told == [None] * len(KINDS)
    assert door.has_faults() or not settings.keys() & {"realCapacity", "pacing"}


def test_a_fault_is_at_work_until_it_is_cleared(calls):
    door = calls()
    faults = door._cloud.faults
    fault = faults.add({"kind": "silent", "deployment": "live"})
    before = door.has_faults()
    faults.clear(fault.id)

    assert (before, door.has_faults()) == (True, False)


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

    # The first delta comes at once.
    assert seconds >= (usage["output_token_details"]["audio_tokens"] * 0.05 - 0.4) / 5


def test_a_setting_enforces_every_capacity(place):
    place.arm.emulator.ask("PATCH", "settings", {"realCapacity": True})
    told = [
        {"role": "system", "content": "word " * 8000},
        {"role": "user", "content": "Hello."},
    ]

    assert [place.chat(messages=told).status, place.chat().status] == [200, 429]


def test_it_enforces_them_for_what_was_answered_before(place):
    told = [
        {"role": "system", "content": "word " * 1500},
        {"role": "user", "content": "Hello again."},
    ]
    before = [place.chat(messages=told).status for _ in range(7)]
    place.arm.emulator.ask("PATCH", "settings", {"realCapacity": True})

    assert [*before, place.chat(messages=told).status] == [*[200] * 7, 429]


def test_without_it_capacities_refuse_nobody(place):
    told = [
        {"role": "system", "content": "word " * 8000},
        {"role": "user", "content": "Hello."},
    ]

    assert [place.chat(messages=told).status, place.chat().status] == [200, 200]
