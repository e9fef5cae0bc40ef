"""The checks against the emulator's data plane: nothing is wrong when nothing is, and everything has its own name."""

import asyncio
import threading
from types import SimpleNamespace

import pytest
from aiohttp import web
from smoke.services import AUDIO, AUDIO_GA, KEY, REALTIME, REALTIME_GA, check, codes, target

from deployer.core.checks import AudioSettings
from deployer.core.report import Outcome, heard
from deployer.emulator.data_plane.handlers import LARGEST_REQUEST, routes
from deployer.emulator.data_plane.world import CalledDeployment, Refused
from deployer.emulator.faults.wrongs import SWITCHES, WRONGS, is_about

MODELS = {
    "audio": AUDIO,
    "audio-ga": AUDIO_GA,
    "realtime": REALTIME,
    "realtime-ga": REALTIME_GA,
}


class OneAccount:
    """A world with a deployment of each family and generation; tests set its faults."""

    def __init__(self):
        self.faults = {}
        self.refused = None

    def call(self, account, deployment, *, headers, query, operation):
        if self.refused is not None:
            raise self.refused
        assert headers.get("api-key") == KEY
        return self.reach(account, deployment)

    def reach(self, account, deployment):
        model = MODELS[deployment]
        return CalledDeployment(
            account,
            deployment,
            "OpenAI",
            "eastus2",
            model.name,
            model.version,
            1,
            0.0,
            "Preview",
        )

    def deployments(self, account):
        return [self.reach(account, name) for name in MODELS]

    def fault(self, kind, account, deployment, event=""):
        fault = self.faults.get(kind)
        return fault if fault is not None and is_about({"kind": kind, **fault}, event) else None

    def has_faults(self):
        return bool(self.faults)

    def now(self):
        return 1_800_000_000.0


@pytest.fixture(scope="module")
def emulator():
    world = OneAccount()
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    def wait(coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, loop).result(10)

    async def start():
        application = web.Application(client_max_size=LARGEST_REQUEST)
        application.add_routes(routes(world))
        runner = web.AppRunner(application, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return runner

    runner = wait(start())
    yield SimpleNamespace(world=world, endpoint=f"http://127.0.0.1:{runner.addresses[0][1]}/acc")
    wait(runner.cleanup())
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture
def world(emulator):
    yield emulator.world
    emulator.world.faults.clear()
    emulator.world.refused = None


def listen(emulator, *names, **changed):
    return check(
        *(target(emulator.endpoint, MODELS[name], name) for name in names or MODELS), **changed
    )


def test_all_families_and_generations_are_heard(emulator, world):
    results = listen(emulator)

    assert {one.outcome for one in results} == {Outcome.PASSED}
    assert heard(results) == len(MODELS)
    assert {one.evidence.get("protocol") for one in results} == {None, "preview", "ga"}


# No diagnosis: sizes that a WAV file does not know are met in the wild, and the checks transcribe nothing.
NEVER_WRONG = {"wavTrap", "transcriptionFailed"}

EXPECTED = {
    "silent": "smoke.silent-audio",
    "constantTone": "smoke.constant-tone",
    "noise": "smoke.noise",
    "truncated": "smoke.truncated-audio",
    "wrongRate": "smoke.wrong-rate",
    "clipped": "smoke.clipped-audio",
    "oddBytes": "smoke.odd-bytes",
    "wrongTranscript": "smoke.wrong-words",
    "wrongUsage": "smoke.usage-arithmetic",
    "wrongModel": "smoke.wrong-model",
    "earlyClose": "smoke.connection-lost",
    "refusedUpdate": "smoke.update-refused",
    "failedResponse": "smoke.response-failed",
    "neverDone": "smoke.never-done",
    "redirect302": "smoke.redirected",
}
# Found out, under the name of something else.
ALIKE = {
    "missingEvent": "smoke.incomplete-events",
    "doubledEvent": "smoke.incomplete-events",
    "wrongIndex": "smoke.incomplete-events",
}
FOUND = EXPECTED | ALIKE
ONLY_REALTIME = {
    "refusedUpdate",
    "failedResponse",
    "neverDone",
    "redirect302",
    "missingEvent",
    "doubledEvent",
    "wrongIndex",
}


def test_every_way_to_be_wrong_is_expected_here():
    assert FOUND.keys() | NEVER_WRONG == WRONGS.keys()
    assert len(set(EXPECTED.values())) == len(EXPECTED)


@pytest.mark.parametrize("kind", FOUND)
def test_every_way_to_be_wrong_has_its_own_diagnosis(emulator, world, kind):
    world.faults[kind] = {}
    names = [name for name in MODELS if kind not in ONLY_REALTIME or "realtime" in name]

    results = listen(emulator, *names, timeout=1.5 if kind == "neverDone" else 10.0)

    assert set(codes(results).values()) == {FOUND[kind]}


@pytest.mark.parametrize("kind", sorted(NEVER_WRONG | SWITCHES.keys() - {"paced"}))
def test_what_may_vary_is_no_fault(emulator, world, kind):
    world.faults[kind] = {"seconds": 30}

    assert set(codes(listen(emulator)).values()) == {None}


@pytest.mark.parametrize("field", ["content_index", "output_index"])
def test_either_index_can_be_seen_to_be_wrong(emulator, world, field):
    world.faults["wrongIndex"] = {"field": field}

    results = listen(emulator, "realtime", "realtime-ga")
    assert set(codes(results).values()) == {"smoke.incomplete-events"}
    assert all(field in one.diagnosis.detail for one in results if one.diagnosis)


@pytest.mark.parametrize("where", ["prompt", "completion"])
def test_what_a_filter_stops_says_so(emulator, world, where):
    world.faults["contentFilter"] = {"where": where}
    names = [name for name in MODELS if where == "prompt" or "realtime" in name]

    assert set(codes(listen(emulator, *names)).values()) == {"smoke.content-filtered"}


@pytest.mark.parametrize("say", ["Hello, this is a check of the voice.", "One two three. " * 4])
@pytest.mark.parametrize(
    ("kind", "code"),
    [("wrongRate", "smoke.wrong-rate"), ("truncated", "smoke.truncated-audio"), ("nothing", None)],
)
def test_quick_sound_is_told_from_sound_that_is_cut_off(emulator, world, kind, code, say):
    world.faults[kind] = {}

    assert set(codes(listen(emulator, audio=AudioSettings(say=say))).values()) == {code}


def test_sound_in_its_own_pace_has_a_first_byte_long_before_the_last(emulator, world):
    world.faults["paced"] = {"speed": 8}

    result = listen(emulator, "realtime")[0]

    assert result.outcome is Outcome.PASSED
    assert result.timings["firstByte"] < result.timings["total"] / 2
    assert 0.05 < result.evidence["realTimeFactor"] < 0.9


def test_the_wrong_kind_of_model_says_so(emulator, world):
    wrong = target(emulator.endpoint, AUDIO, "realtime")

    assert set(codes(check(wrong)).values()) == {"smoke.wrong-kind"}


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (401, "PermissionDenied", "smoke.role-missing"),
        (404, "DeploymentNotFound", "smoke.deployment-unknown"),
        (410, "ModelRetired", "smoke.retired-model"),
        (429, "429", "smoke.throttled"),
    ],
)
def test_the_door_of_the_emulator_is_understood(emulator, world, status, code, expected):
    world.refused = Refused(status, code, "no", {"Retry-After": "86400"})

    assert set(codes(listen(emulator)).values()) == {expected}
