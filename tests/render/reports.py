"""Sample reports, one per kind of ending, built from plain values: every format is held to all of them."""

from __future__ import annotations

import datetime as dt

from build import AUDIO, account, deleted, deployment, desired, group, observed, role

from deployer.core.events import Done, Failed, NotDone, Progress, Started, Waited
from deployer.core.offers import Life, Offer
from deployer.core.planning import make_plan
from deployer.core.problems import Place, Problem, Severity
from deployer.core.report import CheckResult, Ending, Outcome, Report
from deployer.core.resources import ModelVersion
from deployer.core.state import Succession
from deployer.core.verdicts import Answer, Verdict
from deployer.errors import ConfigurationInvalid
from deployer.render.refusal import refusal

CLOUD = "emulator@2025-02-06"
GPT_REALTIME = ModelVersion("gpt-realtime", "2025-08-28")
WANTED = (
    group(),
    account(),
    role(),
    deployment("realtime", capacity=6),
    deployment("audio", model=AUDIO, capacity=30),
    account("voice-swc", "swedencentral"),
    deployment("realtime", "voice-swc", capacity=6),
    deployment("audio", "voice-swc", model=AUDIO, capacity=30),
)
PLAN = make_plan(desired(*WANTED), observed())
EMPTY = make_plan(desired(*WANTED), observed(*WANTED))
STATE = observed(
    *WANTED,
    account("theirs", ours=False),
    deleted=(deleted("voice-old"),),
    endpoints={
        "account/voice-eus2": {
            "endpoint": "https://voice-eus2.openai.azure.com",
            "OpenAI Realtime API": "https://voice-eus2.openai.azure.com",
        }
    },
    states={"account/voice-eus2": "Succeeded", "account/voice-swc": "Updating"},
)
OFFERS = {
    "eastus2": (
        Offer("AIServices", AUDIO, Life.CLOSING, dt.date(2026, 5, 12)),
        Offer("AIServices", WANTED[3].model, Life.ALIVE, None),
    )
}
QUOTA = Problem(
    "quota.insufficient",
    Severity.ERROR,
    "Not enough quota",
    "voice-eus2/realtime needs 11 units of OpenAI.GlobalStandard.gpt-realtime in eastus2; 10 of 10 are free.",
    "Lower the capacity to 10, or ask for more quota in the portal.",
    Place("configs/prod.yaml", 31, 84),
    "account/voice-eus2/deployment/realtime",
)
ROLE = Problem(
    "permission.unknown",
    Severity.UNVERIFIED,
    "The permissions could not be read",
    "Azure answered 403 to the question what we may do in rg-voice.",
    "Nothing, if the apply succeeds.",
)


def moving():
    """Changes of every kind: adopt, two writes, replace by a successor, delete, recover, leave."""
    seen = (
        group(),
        account(),
        deployment("realtime", capacity=6),
        deployment("audio", model=ModelVersion(AUDIO.name, "2024-10-01"), capacity=1),
        deployment("adopted", model=AUDIO, ours=False),
        deployment("old", model=AUDIO),
        deployment("theirs", model=AUDIO, ours=False),
    )
    wanted = (
        group(),
        account(),
        deployment("realtime", model=GPT_REALTIME, capacity=6),
        deployment("audio", model=AUDIO, capacity=3),
        deployment("adopted", model=AUDIO, capacity=2),
        account("voice-swc", "swedencentral"),
        deployment("realtime", "voice-swc", model=GPT_REALTIME, capacity=6),
    )
    succession = Succession(
        deployment().model,
        GPT_REALTIME,
        "gpt-4o-realtime-preview@2024-12-17 retired on 2026-03-24; gpt-realtime@2025-08-28 stands in",
    )
    goal = desired(
        *wanted,
        successions={
            "account/voice-eus2/deployment/realtime": succession,
            "account/voice-swc/deployment/realtime": succession,
        },
    )
    return make_plan(goal, observed(*seen, deleted=(deleted("voice-swc", "swedencentral"),)))


def passed(name, address, model, first=0.12, total=0.31, audio=3.2):
    return CheckResult(
        name,
        address,
        Outcome.PASSED,
        model,
        {"firstByte": 0.05, "firstAudio": first, "total": total},
        {"audioSeconds": audio, "bytes": int(audio * 48000), "realTimeFactor": total / audio},
    )


def checks():
    for place in ("voice-eus2", "voice-swc"):
        audio, realtime = (
            f"account/{place}/deployment/audio",
            f"account/{place}/deployment/realtime",
        )
        yield passed("audio-wav", audio, AUDIO, 0.28, 0.31)
        yield passed("audio-stream", audio, AUDIO)
        yield passed("realtime", realtime, deployment().model, 0.094, 1.27)


def carried_out(changes):
    for at, change in enumerate(changes):
        yield Started(change, at * 0.2)
        yield Progress(change, at * 0.2 + 0.1, "provisioningState Creating")
        if change.address == "account/voice-eus2/deployment/audio":
            yield Waited(change, at * 0.2 + 0.12, "RequestConflict", 0.25)
            yield Waited(change, at * 0.2 + 0.12, "429", 1.0)
        yield Done(change, at * 0.2 + 0.15, 0.15)


def failed_run():
    first, second, third, *_ = [change for change in PLAN.writes if "voice-eus2" in change.address]
    failure = Problem(
        "model.unavailable",
        Severity.ERROR,
        "Azure does not offer the model here",
        "Azure answered 400 DeploymentModelNotSupported for gpt-4o-realtime-preview@2024-12-17.",
        "Compare with the region's model list.",
    )
    return (
        Done(first, 1.0, 0.9),
        Failed(second, 1.5, failure),
        NotDone(third, 1.5, "it needs the role"),
    )


SILENT = CheckResult(
    "audio-wav",
    "account/voice-eus2/deployment/audio",
    Outcome.FAILED,
    AUDIO,
    {"total": 0.4},
    {"bytes": 48000, "loudness": -91.0},
    Problem(
        "smoke.silent-audio",
        Severity.ERROR,
        "The answer is silent",
        "3.2 s of sound were received, the loudest at -91 dBFS; speech is above -45.",
        "Look at the deployment's content filter, then run `deployer smoke` again.",
    ),
)
SKIPPED = CheckResult(
    "realtime",
    "account/voice-swc/deployment/realtime",
    Outcome.SKIPPED,
    reason="the run was stopped",
)

REPORTS = {
    "up": Report(
        "up",
        "voice",
        PLAN,
        verdicts=(
            Verdict("model", Answer.OK, "gpt-4o-audio-preview@2024-12-17 is offered in eastus2"),
            Verdict(
                "quota",
                Answer.OK,
                "OpenAI.GlobalStandard.gpt-4o-realtime-preview in eastus2: 6 of 6 free, 6 needed",
            ),
        ),
        events=tuple(carried_out(PLAN.writes)),
        remaining=EMPTY,
        checks=tuple(checks()),
        state=STATE,
        seconds=3.2,
        cloud=CLOUD,
    ),
    "no-changes": Report(
        "up", "voice", EMPTY, checks=tuple(checks()), state=STATE, seconds=1.04, cloud=CLOUD
    ),
    "moving": Report("plan", "voice", moving(), cloud="AzureCloud"),
    "blocked": Report(
        "up",
        "voice",
        PLAN,
        (QUOTA, ROLE),
        (
            Verdict("quota", Answer.BLOCKED, "11 of 10 needed", QUOTA),
            Verdict("permission", Answer.UNVERIFIED, "Azure answered 403", ROLE),
        ),
        ending=Ending.BLOCKED,
        cloud="AzureCloud",
    ),
    "failed": Report(
        "up", "voice", PLAN, events=failed_run(), remaining=PLAN, seconds=75.5, cloud="AzureCloud"
    ),
    "not-heard": Report(
        "smoke", "voice", checks=(SILENT, SKIPPED), state=STATE, seconds=2.0, cloud=CLOUD
    ),
    "drift": Report("drift", "voice", moving(), changes_are_news=True, cloud="AzureCloud"),
    "status": Report("status", "voice", state=STATE, offers=OFFERS, cloud="AzureCloud"),
    "invalid": refusal(
        "validate",
        ConfigurationInvalid(
            "The configuration cannot be used",
            problems=(
                Problem(
                    "config.unknown-key",
                    Severity.ERROR,
                    "Unknown key",
                    'An account has no key "deploymnets".',
                    'Did you mean "deployments"?',
                    Place("configs/prod.yaml", 14, 5),
                ),
                Problem(
                    "config.retired-model",
                    Severity.WARNING,
                    "The model is past its retirement date",
                    "gpt-4o-realtime-preview@2024-12-17 retired on 2026-03-24.",
                    "",
                    Place("configs/prod.yaml", 9, 3),
                ),
            ),
        ),
    ),
}
