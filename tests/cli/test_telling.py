"""What is heard on the way: plain lines for logs, rows for a terminal, objects for programs."""

import io
import json

import pytest
from render.reports import PLAN, QUOTA, SILENT, passed

from deployer.cli.progress import Lines, Live, Stream
from deployer.cli.talk import Talk
from deployer.cli.telling import Item
from deployer.core.events import Done, Failed, NotDone, Progress, Started, Waited
from deployer.smoke import CheckDone, CheckStarted, CheckWaited
from deployer.views import Step

GROUP, ACCOUNT, ROLE, REALTIME, *_ = PLAN.writes
ADDRESS = "account/voice-eus2/deployment/audio"
HEARD = passed("audio-wav", ADDRESS, None, first=0.12)
EVERYTHING: list[Item] = [
    Step("looking"),
    Step("applying", "8 changes"),
    Started(REALTIME, 0.0),
    Progress(REALTIME, 0.1, "provisioningState Creating"),
    Waited(REALTIME, 0.2, "RequestConflict", 1.5),
    Done(REALTIME, 1.1, 1.1),
    Failed(ROLE, 1.0, QUOTA),
    NotDone(GROUP, 1.0, "the run was stopped"),
    CheckStarted(ADDRESS, "audio-wav", 0.0),
    CheckWaited(ADDRESS, "audio-wav", 0.0, "DeploymentNotFound", 1.0),
    CheckDone(ADDRESS, "audio-wav", 1.0, HEARD),
    CheckDone(ADDRESS, "audio-wav", 1.0, SILENT),
]


class Terminal(io.StringIO):
    def isatty(self):
        return True


def talk(err=io.StringIO):
    return Talk(io.StringIO(), err(), {"NO_COLOR": "1"})


def ticking(*times):
    left = list(times)
    return lambda: left.pop(0) if len(left) > 1 else left[0]


def lines(*items, verbose=False, clock=lambda: 0.0):
    to = talk()
    progress = Lines(to, verbose=verbose, clock=clock)
    for item in items:
        progress.tell(item)
    return to.err._stream.getvalue().splitlines()


def test_a_line_says_when_who_what_and_how_it_ended():
    shown = lines(Done(REALTIME, 1.1, 1.1), clock=ticking(0.0, 12.34))

    assert shown == ["  12.3s  voice-eus2  + deployment realtime  done (1.1s)"]


@pytest.mark.parametrize(
    ("item", "words"),
    [
        (EVERYTHING[1], "applying  8 changes"),
        (EVERYTHING[6], "role Cognitive Services OpenAI User  failed: Not enough quota"),
        (EVERYTHING[7], "group rg-voice  not begun: the run was stopped"),
        (EVERYTHING[10], "voice-eus2  ? audio audio-wav  heard (first audio 0.12s)"),
        (EVERYTHING[11], "failed: The answer is silent"),
    ],
    ids=["step", "failed", "not begun", "heard", "not heard"],
)
def test_every_end_has_its_line(item, words):
    (line,) = lines(item)

    assert words in line


def test_what_goes_on_is_told_only_when_asked_for():
    going = [item for item in EVERYTHING if isinstance(item, Started | Progress | Waited)]

    assert [] == lines(*going)
    assert "waiting 1.5s for Azure (RequestConflict)" in lines(*going, verbose=True)[2]


def test_nothing_is_said_on_standard_output():
    to = talk()
    for item in EVERYTHING:
        Lines(to, verbose=True).tell(item)

    assert to.out._stream.getvalue() == ""


def test_a_stream_has_an_object_for_everything_that_is_told():
    to = talk()
    for item in EVERYTHING:
        Stream(to).tell(item)

    events = [json.loads(line)["event"] for line in to.out._stream.getvalue().splitlines()]
    assert events == [
        *("step", "step", "started", "progress", "waited", "done", "failed", "notDone"),
        *("checkStarted", "checkWaited", "check", "check"),
    ]


def live(*items):
    progress = Live(talk(Terminal), clock=lambda: 0.0)
    try:
        for item in items:
            progress.tell(item)
        return progress.rows()
    finally:
        progress.close()


def test_a_row_says_what_an_account_is_doing():
    rows = live(Step("applying"), Started(REALTIME, 0.0), Waited(REALTIME, 0.2, "429", 1.5))

    assert rows[1] == "  voice-eus2  + deployment realtime  waiting 1.5s for Azure (429)  0.0s"


def test_what_is_over_leaves_its_row():
    assert len(live(Step("applying"), Started(REALTIME, 0.0), Done(REALTIME, 1.0, 1.0))) == 1


def test_of_several_things_at_once_the_rest_is_counted():
    other = "account/voice-eus2/deployment/realtime"
    rows = live(CheckStarted(ADDRESS, "audio-wav", 0.0), CheckStarted(other, "realtime", 0.0))

    assert rows == ["  voice-eus2  ? realtime realtime  (and 1 more)  0.0s"]


def test_the_next_of_several_things_takes_the_row():
    other = "account/voice-eus2/deployment/realtime"
    rows = live(
        CheckStarted(ADDRESS, "audio-wav", 0.0),
        CheckStarted(other, "realtime", 0.0),
        CheckDone(other, "realtime", 1.0, HEARD),
    )

    assert rows == ["  voice-eus2  ? audio audio-wav  0.0s"]


def test_rows_never_outgrow_the_terminal(monkeypatch):
    monkeypatch.setenv("COLUMNS", "30")
    monkeypatch.setenv("LINES", "5")
    begun = [
        CheckStarted(f"account/account-{number}/deployment/audio", "audio-wav", 0.0)
        for number in range(10)
    ]

    rows = live(*begun)

    assert len(rows) == 3
    assert rows[-1] == "  and 8 more accounts"
    assert max(map(len, rows)) <= 29


def test_a_closed_view_leaves_nothing_on_the_screen():
    to = talk(Terminal)
    progress = Live(to, clock=lambda: 0.0)
    progress.tell(Step("applying"))
    progress.tell(Started(REALTIME, 0.0))
    progress.tell(Done(ACCOUNT, 1.0, 1.0))
    progress.close()

    kept, _, rest = to.err._stream.getvalue().partition("done (1.0s)\n")
    assert "account voice-eus2" in kept
    assert rest.endswith("\x1b[2A\x1b[J")
