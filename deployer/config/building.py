"""From checked fields to a Config: defaults, references to elements, and the rules that span several keys."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from deployer.config.accounts import build_accounts
from deployer.config.clouds import EMULATOR_SUBSCRIPTION, is_emulator
from deployer.config.configuration import Config, GroupConfig, Lifecycle, OnRetired
from deployer.config.elements import Element, labels, text
from deployer.config.findings import Findings
from deployer.config.offline import day_of_judgement, judge_offline
from deployer.config.shape import Fields, Leaf
from deployer.core.checks import AudioSettings, RealtimeSettings, SmokeSettings
from deployer.core.stacks import PulumiSettings
from deployer.core.unique_string import unique_string


def build(
    root: Fields,
    cloud: str,
    engine: str | None,
    file: Path,
    said: str,
    today: dt.date | None,
    findings: Findings,
) -> Config | None:
    """The configuration; None when something it needs is wrong or missing, and then the findings say so."""
    outside = Element({})
    name = text(root.leaf("name"), outside, findings)
    subscription = _subscription(root, cloud, findings)
    around = outside.within(name=name)
    group = _group(root.fields("resourceGroup"), around, findings)
    # Without them nothing can be built, but what refers to them shall not be called wrong as well.
    unique = _unique(subscription, group.name) if subscription and group else "unknown"
    around = around.within(location=group.location if group else "unknown", unique=unique)
    accounts = build_accounts(root, around, findings)
    tags = labels(root.fields("tags"), around, findings)
    lifecycle = _lifecycle(root.fields("lifecycle"))
    judge_offline(accounts, lifecycle.on_retired, day_of_judgement(cloud, today), findings)
    if name is None or subscription is None or group is None or findings.are_fatal:
        return None
    return Config(
        name=name,
        cloud=cloud,
        subscription=subscription,
        engine=engine or text(root.leaf("engine"), outside, findings) or "sdk",
        resource_group=group,
        accounts=accounts,
        file=file,
        said=said,
        tags=tags,
        lifecycle=lifecycle,
        smoke=_smoke(root.fields("smoke")),
        pulumi=_pulumi(root.fields("pulumi"), around, findings),
    )


def _subscription(root: Fields, cloud: str, findings: Findings) -> str | None:
    if is_emulator(cloud):
        return EMULATOR_SUBSCRIPTION
    leaf = root.leaf("subscription")
    if leaf is None and "subscription" not in root.written:
        findings.error(
            "config.missing-key",
            "A required key is missing",
            root.place,
            f"The file has no subscription, and {cloud} needs one.",
            "Add `subscription: ${AZURE_SUBSCRIPTION_ID}`.",
        )
    return text(leaf, Element({}), findings)


def _group(fields: Fields, around: Element, findings: Findings) -> GroupConfig | None:
    location = text(fields.leaf("location"), around, findings)
    name = text(fields.leaf("name"), around.within(location=location), findings)
    if name is None or location is None:
        return None
    manage = fields.leaf("manage")
    return GroupConfig(name, location, fields.place, manage is None or bool(manage.value))


def _unique(subscription: str, group: str) -> str:
    return unique_string(f"/subscriptions/{subscription}/resourceGroups/{group}")[:8]


def _lifecycle(fields: Fields) -> Lifecycle:
    usual = Lifecycle()
    policy, warn = fields.leaf("onRetired"), fields.leaf("warnWithin")
    return Lifecycle(
        OnRetired(str(policy.value)) if policy else usual.on_retired,
        dt.timedelta(seconds=_seconds(warn)) if warn else usual.warn_within,
    )


def _smoke(fields: Fields) -> SmokeSettings:
    usual = SmokeSettings()
    timeout, roles = fields.leaf("timeout"), fields.leaf("waitForRoles")
    audio, realtime = fields.fields("audio"), fields.fields("realtime")
    say, protocol = audio.leaf("say"), realtime.leaf("protocol")
    voices = tuple(str(one.value) for one in audio.several("voices") if isinstance(one, Leaf))
    return SmokeSettings(
        timeout=_seconds(timeout) if timeout else usual.timeout,
        wait_for_roles=_seconds(roles) if roles else usual.wait_for_roles,
        audio=AudioSettings(
            str(say.value) if say else usual.audio.say,
            voices or usual.audio.voices,
            _limit(audio),
        ),
        realtime=RealtimeSettings(
            str(protocol.value) if protocol else usual.realtime.protocol, _limit(realtime)
        ),
    )


def _pulumi(fields: Fields, around: Element, findings: Findings) -> PulumiSettings:
    return PulumiSettings(
        *(
            text(fields.leaf(key), around, findings)
            for key in ("backend", "secretsProvider", "stack")
        )
    )


def _limit(fields: Fields) -> float | None:
    within = fields.leaf("firstAudioWithin")
    return _seconds(within) if within else None


def _seconds(leaf: Leaf) -> float:
    return float(leaf.value)
