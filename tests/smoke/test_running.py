"""How checks are carried out: order, waiting, stopping, saving."""

import asyncio
import subprocess
import sys
import threading

import pytest
from aiohttp import web
from smoke.services import (
    AUDIO,
    KEY,
    REALTIME,
    SAY,
    SkippingClock,
    check,
    codes,
    completing,
    conversing,
    healthy,
    refusing,
    serving,
    target,
)
from smoke.signals import speech

from deployer.core.checks import AudioSettings, RealtimeSettings
from deployer.core.report import Outcome
from deployer.core.resources import ModelVersion
from deployer.errors import UsageError
from deployer.smoke import CheckDone, CheckEvent, CheckStarted, CheckWaited
from deployer.smoke.audio import read_wav
from deployer.smoke.waiting import Patience

UNKNOWN = ModelVersion("gpt-4o", "2024-11-20")


def test_results_are_in_the_order_of_the_targets():
    with serving(healthy) as endpoint:
        results = check(target(endpoint, REALTIME, "b"), target(endpoint, AUDIO, "a"), parallel=8)

    assert [(one.address[-1], one.check) for one in results] == [
        ("b", "realtime"),
        ("a", "audio-wav"),
        ("a", "audio-stream"),
    ]


def test_a_check_tells_what_was_heard():
    with serving(healthy) as endpoint:
        heard = check(target(endpoint, REALTIME))[0]

    assert heard.outcome is Outcome.PASSED
    assert heard.model == REALTIME
    assert heard.evidence["audioSeconds"] == 3
    assert heard.evidence["bytes"] == 144_000
    assert heard.evidence["transcript"] == SAY
    assert heard.evidence["protocol"] == "preview"
    assert heard.evidence["sessionModel"] == "gpt-4o-realtime-preview-2024-12-17"
    assert {"connect", "session", "firstByte", "firstAudio", "total"} <= heard.timings.keys()


@pytest.mark.parametrize("model", [AUDIO, REALTIME], ids=["audio", "realtime"])
def test_times_are_in_the_order_of_things(model):
    with serving(healthy) as endpoint:
        heard = check(target(endpoint, model))[-1]

    timings, evidence = heard.timings, heard.evidence
    assert 0 < timings["connect"] < timings["total"]
    assert 0 < timings["firstByte"] < timings["total"]
    assert timings["firstAudio"] >= timings["firstByte"]
    assert 0 <= evidence["realTimeFactor"] <= timings["total"] / 3 + 0.001


def test_a_model_nobody_knows_is_skipped_with_the_reason():
    results = check(target("https://account.example", UNKNOWN))

    assert [(one.outcome, one.diagnosis) for one in results] == [(Outcome.SKIPPED, None)]
    assert "gpt-4o@2024-11-20" in results[0].reason


def test_every_voice_is_heard_once_as_a_file():
    with serving(healthy) as endpoint:
        results = check(
            target(endpoint), audio=AudioSettings(say=SAY, voices=("alloy", "echo", "shimmer"))
        )

    assert [(one.check, one.evidence["voice"]) for one in results] == [
        ("audio-wav", "alloy"),
        ("audio-wav-echo", "echo"),
        ("audio-wav-shimmer", "shimmer"),
        ("audio-stream", "alloy"),
    ]


def test_every_check_is_told_from_its_start_to_its_result():
    told: list[CheckEvent] = []
    with serving(refusing(404, "DeploymentNotFound", times=1)) as endpoint:
        results = check(target(endpoint), told=told, wait_for_roles=60)

    assert [(type(event), event.check) for event in told] == [
        (CheckStarted, "audio-wav"),
        (CheckWaited, "audio-wav"),
        (CheckDone, "audio-wav"),
        (CheckStarted, "audio-stream"),
        (CheckDone, "audio-stream"),
    ]
    assert [event.result for event in told if isinstance(event, CheckDone)] == list(results)
    assert [event.at for event in told] == sorted(event.at for event in told)


def waits(answer, **changed):
    """The pauses that a deployment was waited for, and what its first check came to."""
    told: list[CheckEvent] = []
    with serving(answer) as endpoint:
        results = check(target(endpoint, changed.pop("model", AUDIO)), told=told, **changed)
    first = results[0]
    pauses = [event for event in told if isinstance(event, CheckWaited)]
    return [event.seconds for event in pauses if event.check == first.check], first


@pytest.mark.parametrize("model", [AUDIO, REALTIME], ids=["audio", "realtime"])
@pytest.mark.parametrize(
    ("status", "code"), [(401, "PermissionDenied"), (404, "DeploymentNotFound")]
)
def test_what_is_not_known_yet_is_waited_for(model, status, code):
    pauses, first = waits(refusing(status, code, times=3), model=model, wait_for_roles=600)

    assert pauses == [1, 1.5, 2.25]
    assert first.outcome is Outcome.PASSED
    assert first.evidence["waited"] == pytest.approx(4.75, abs=0.1)
    assert first.evidence["attempts"] == 4


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "BadRequest"),
        (401, "401"),
        (403, "Forbidden"),
        (404, "404"),
        (410, "ModelRetired"),
        (500, "InternalServerError"),
        (503, None),
    ],
)
def test_nothing_else_is_waited_for(status, code):
    pauses, first = waits(refusing(status, code, times=1), wait_for_roles=600)

    assert (pauses, first.outcome) == ([], Outcome.FAILED)


def test_pauses_grow_to_fifteen_seconds_and_end_with_the_time_given():
    pauses, first = waits(refusing(401, "PermissionDenied"), wait_for_roles=60)

    assert max(pauses) <= 15
    assert sum(pauses) == pytest.approx(60, abs=2)
    assert first.diagnosis.code == "smoke.role-missing"


def test_a_missing_role_is_named_with_the_principal_and_the_time():
    _, first = waits(refusing(401, "PermissionDenied"), wait_for_roles=20)

    assert '"Cognitive Services OpenAI User"' in first.diagnosis.detail
    assert "11111111-2222-4333-8444-555555555555" in first.diagnosis.detail
    assert "waited for" in first.diagnosis.detail
    assert first.diagnosis.address == first.address


def test_what_did_not_become_ready_is_not_waited_for_twice():
    told: list[CheckEvent] = []
    with serving(refusing(401, "PermissionDenied")) as endpoint:
        check(target(endpoint), told=told, wait_for_roles=30)

    assert {event.check for event in told if isinstance(event, CheckWaited)} == {"audio-wav"}


def test_without_time_to_wait_there_is_one_attempt():
    assert waits(refusing(401, "PermissionDenied"), wait_for_roles=0)[0] == []


def test_throttling_is_waited_for_as_long_as_azure_asks_and_counted():
    pauses, first = waits(refusing(429, "429", headers={"Retry-After": "4"}, times=2), timeout=9)

    assert pauses == [4, 4]
    assert first.outcome is Outcome.PASSED
    assert first.evidence["throttled"] == 2


def test_throttling_beyond_the_checks_patience_fails_at_once():
    pauses, first = waits(refusing(429, "429", headers={"Retry-After": "86400"}), timeout=9)

    assert (pauses, first.diagnosis.code) == ([], "smoke.throttled")


def test_endless_throttling_ends_with_the_checks_patience():
    pauses, first = waits(refusing(429, "429"), timeout=5)

    assert sum(pauses) == pytest.approx(5, abs=1)
    assert first.diagnosis.code == "smoke.throttled"


def test_waiting_holds_no_place_of_others():
    async def answer(request):
        if "slow" in request.path:
            return await refusing(404, "DeploymentNotFound")(request)
        return await healthy(request)

    told: list[CheckEvent] = []
    with serving(answer) as endpoint:
        check(
            target(endpoint, name="slow"),
            target(endpoint, name="quick"),
            told=told,
            parallel=1,
            wait_for_roles=30,
        )

    done = [event.address[-5:] for event in told if isinstance(event, CheckDone)]
    assert done[:2] == ["quick", "quick"]


def test_no_more_calls_than_allowed_are_in_flight():
    now, most = [0], [0]
    three = asyncio.Barrier(3)

    async def counting(request):
        now[0] += 1
        most[0] = max(most[0], now[0])
        await three.wait()
        answer = await healthy(request)
        now[0] -= 1
        return answer

    with serving(counting) as endpoint:
        results = check(*(target(endpoint, name=f"d{n}") for n in range(6)), parallel=3)

    assert {one.outcome for one in results} == {Outcome.PASSED}
    assert most[0] == 3


def test_once_stopped_everything_is_skipped_with_the_reason():
    stop = threading.Event()
    stop.set()

    results = check(target("https://account.example"), stop=stop)

    assert {one.outcome for one in results} == {Outcome.SKIPPED}
    assert all("stopped" in one.reason for one in results)


def test_a_call_in_flight_finishes_when_stopped():
    stop = threading.Event()

    async def answer(request):
        stop.set()
        return await healthy(request)

    with serving(answer) as endpoint:
        results = check(target(endpoint), stop=stop)

    assert [one.outcome for one in results] == [Outcome.PASSED, Outcome.SKIPPED]


def test_waiting_ends_when_stopped():
    stop = threading.Event()

    async def answer(request):
        stop.set()
        return await refusing(401, "PermissionDenied")(request)

    clock = SkippingClock()
    with serving(answer) as endpoint:
        results = check(target(endpoint), stop=stop, clock=clock, wait_for_roles=600)

    assert {one.outcome for one in results} == {Outcome.SKIPPED}
    assert "smoke.role-missing" in results[0].reason
    assert clock.skipped < 1


def test_sounds_are_saved_as_files_that_play(tmp_path):
    with serving(healthy) as endpoint:
        results = check(
            target(endpoint), target(endpoint, REALTIME, "rt"), save_audio=tmp_path / "new"
        )

    saved = sorted(path.name for path in (tmp_path / "new" / "acc").iterdir())
    assert saved == ["rt-realtime.wav", "voice-audio-stream.wav", "voice-audio-wav.wav"]
    for path in (tmp_path / "new" / "acc").iterdir():
        assert read_wav(path.read_bytes()).pcm == speech(3)
    assert results[0].evidence["savedAs"] == str(tmp_path / "new" / "acc" / "voice-audio-wav.wav")


def test_a_wrong_sound_is_saved_too(tmp_path):
    with serving(completing(pcm=bytes(48_000))) as endpoint:
        results = check(target(endpoint), save_audio=tmp_path)

    assert codes(results)["audio-wav"] == "smoke.silent-audio"
    assert (tmp_path / "acc" / "voice-audio-wav.wav").exists()


def test_a_place_that_cannot_be_written_is_said_before_anything_is_called(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(UsageError):
        check(target("https://account.example"), save_audio=tmp_path / "file")


def test_a_file_that_cannot_be_written_is_no_failure_of_the_deployment(tmp_path):
    (tmp_path / "acc" / "voice-audio-wav.wav").mkdir(parents=True)

    with serving(healthy) as endpoint:
        heard = check(target(endpoint), save_audio=tmp_path)[0]

    assert heard.outcome is Outcome.PASSED
    assert heard.evidence["notSaved"]


def test_a_late_first_sound_fails_where_a_limit_is_set():
    limits = {
        "audio": AudioSettings(say=SAY, first_audio_within=0.0),
        "realtime": RealtimeSettings(first_audio_within=0.0),
    }
    with serving(healthy) as endpoint:
        results = check(target(endpoint), target(endpoint, REALTIME, "rt"), **limits)

    assert codes(results) == {
        "audio-wav": None,
        "audio-stream": "smoke.too-slow",
        "realtime": "smoke.too-slow",
    }


def test_a_retired_model_is_told_with_its_successor():
    with serving(refusing(410, "ModelRetired")) as endpoint:
        first = check(target(endpoint, REALTIME))[0]

    assert "gpt-realtime@2025-08-28" in first.diagnosis.detail


def test_a_fault_of_ours_is_no_diagnosis():
    async def answer(_):
        return web.Response(status=200)

    def broken_tell(event):
        raise ZeroDivisionError

    class Broken(list[CheckEvent]):
        append = staticmethod(broken_tell)

    with serving(answer) as endpoint, pytest.raises(ZeroDivisionError):
        check(target(endpoint), told=Broken())


def test_a_key_is_asked_for_at_every_attempt():
    asked = []

    def headers():
        asked.append(1)
        return {"api-key": KEY}

    with serving(refusing(401, "PermissionDenied", times=2)) as endpoint:
        check(target(endpoint, REALTIME, headers=headers), wait_for_roles=60)

    assert len(asked) == 3


@pytest.mark.parametrize(
    ("asked", "left", "pause"),
    [(None, 10, 1.0), (None, 0.5, 0.5), (None, 0, None), (3, 10, 3), (11, 10, None)],
)
def test_a_pause_fits_into_what_is_left(asked, left, pause):
    class Still(SkippingClock):
        def now(self):
            return 100.0

    assert Patience(Still(), 100.0 + left).pause(asked) == pause


def test_importing_the_checks_loads_nothing_that_calls():
    script = "import sys, deployer.smoke; print(sorted({'aiohttp', 'asyncio', 'ssl'} & set(sys.modules)))"

    shown = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert shown.stdout.strip() == "[]"


def test_a_session_that_is_left_is_closed_cleanly():
    closed = []

    async def answer(request):
        socket = await conversing()(request)
        closed.append(socket.close_code)
        return socket

    with serving(answer) as endpoint:
        check(target(endpoint, REALTIME))

    assert closed == [1000]
