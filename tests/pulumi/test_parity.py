"""Both engines mean the same: from one configuration the same things stand in Azure, and the same bodies were sent.

The engine pulumi runs whole, over the engine double in this process; both write to one emulator, one after the other.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
from contextlib import contextmanager
from dataclasses import replace

import pytest
import requests
from build import account, desired, group, role
from clouds import Stage
from command_line import CONFIGS
from hypothesis import HealthCheck, given, settings
from pulumi_doubles.rest import Rest
from pulumi_in_process import in_process
from pulumi_promises import unhappy
from states import desired_states

from deployer import views
from deployer.azure import paths
from deployer.azure.clients import clients
from deployer.catalog import api_versions
from deployer.config import load
from deployer.config.clouds import emulated_day
from deployer.core.plan import Consent
from deployer.core.resources import RoleAssignment, Scope
from deployer.core.state import Owner
from deployer.engines.pulumi import declaration as pulumi_declaration
from deployer.export.desired import document as as_document

MOVED = (
    "createdAt",
    "lastModifiedAt",
    "createdOn",
    "updatedOn",
    "dateCreated",
    "internalId",
    "_H_azureml-throttling-key",
)
ENGINES = ("sdk", "pulumi")
DAY = dt.date(2026, 4, 23)
SELF = "00000000-0000-4000-8000-0000000000aa"


@pytest.fixture
def both(stage, provider, tmp_path, monkeypatch):
    return Both(stage, in_process(stage, provider, tmp_path, monkeypatch), monkeypatch)


class Both:
    """One emulator for two engines: each begins with nothing, and what it leaves and sends is compared."""

    def __init__(self, stage, stack, monkeypatch):
        self.stage = stage
        self.stack = stack
        self.monkeypatch = monkeypatch

    def outcome(self, engine, *wishes):
        """What stands there after these wishes one after the other, and what was sent for the first."""
        self.stage.clear()
        self.stack.lose()
        sent: dict[str, object] = {}
        for wish in wishes:
            wanted = owned_by(wish, self.stage.scope, engine)
            with self.recorded() as bodies:
                events = self.apply(engine, wanted)
            assert [] == unhappy(events), engine
            assert [] == self.stack.left(wanted), engine
            sent = sent or bodies
        return {"sent": neutral(sent), "left": neutral(self.everything())}

    def apply(self, engine, wanted):
        if engine == "pulumi":
            return self.stack.apply(wanted, *Consent)
        return self.stage.apply(wanted)

    @contextmanager
    def recorded(self):
        """The bodies of all PUTs, by path, of Azure's SDK and of the double of Pulumi's plugin."""
        bodies = {}
        send, ask = requests.Session.send, Rest._ask

        def sdk(session, request, **options):
            if request.method == "PUT":
                bodies[request.path_url.partition("?")[0].casefold()] = json.loads(request.body)
            return send(session, request, **options)

        def plugin(rest, method, path, body=None):
            if method == "PUT":
                bodies[path.partition("?")[0].casefold()] = body
            return ask(rest, method, path, body)

        with self.monkeypatch.context() as patch:
            patch.setattr(requests.Session, "send", sdk)
            patch.setattr(Rest, "_ask", plugin)
            yield bodies

    def everything(self):
        """Every resource of the scope as a read answers it."""
        scope, ask = self.stage.scope, clients(self.stage.cloud, self.stage.scope.subscription)
        found = [ask.get(paths.group_path(scope), api_versions.RESOURCE_GROUPS)]
        for one in ask.items(paths.accounts_path(scope)):
            roles = f"{one['id']}/providers/Microsoft.Authorization/roleAssignments"
            found += [
                one,
                *ask.items(paths.deployments_path(scope, one["name"])),
                *ask.items(roles, api_versions.AUTHORIZATION),
            ]
        return {body["id"]: body for body in found if body is not None}


def owned_by(wish, scope, engine):
    """The wish in that engine's name."""
    owner = Owner(wish.owner.name, engine)
    resources = tuple(
        one if isinstance(one, RoleAssignment) else replace(one, tags={**one.tags, **owner.tags})
        for one in wish.resources
    )
    return replace(wish, scope=scope, owner=owner, resources=resources)


def neutral(value):
    """Without times, entity tags, what is empty, and the name of the engine."""
    if isinstance(value, dict):
        return {
            name: neutral(one)
            for name, one in sorted(value.items())
            if name not in (*MOVED, "etag") and one not in (None, {}, [])
        }
    if isinstance(value, list):
        return [neutral(one) for one in value]
    if isinstance(value, str):
        return "ENGINE" if value in ENGINES else value.replace("engine=pulumi", "engine=sdk")
    return value


def unlike(by_sdk, by_pulumi, at=""):
    """Where two outcomes differ, a line each."""
    if isinstance(by_sdk, dict) and isinstance(by_pulumi, dict):
        for name in sorted({*by_sdk, *by_pulumi}):
            yield from unlike(by_sdk.get(name), by_pulumi.get(name), f"{at} {name}".strip())
    elif by_sdk != by_pulumi:
        yield f"{at}: sdk {by_sdk!r}, pulumi {by_pulumi!r}"


def differences(both, *wishes):
    """How the outcomes of the two engines differ, a line each; empty when they do not."""
    by_sdk, by_pulumi = (both.outcome(engine, *wishes) for engine in ENGINES)
    return "\n".join(unlike(by_sdk, by_pulumi))


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(path.name, marks=() if path.stem == "prod" else pytest.mark.long)
        for path in sorted(CONFIGS.glob("*.yaml"))
    ],
)
def test_a_committed_configuration(both, name, tmp_path, monkeypatch):
    config = shutil.copy(CONFIGS / name, tmp_path / name)
    subscription = both.stage.scope.subscription
    environ = {"AZURE_SUBSCRIPTION_ID": subscription, "API_IDENTITY_ID": SELF}
    conf = load(config, environ=environ)
    day = emulated_day(conf.cloud) or DAY
    wish, _ = views.offline(conf, "sdk", day, SELF, "ServicePrincipal")
    monkeypatch.setattr(Stage, "scope", Scope(subscription, conf.resource_group.name))
    before = both.stage.emulator.date
    both.stage.emulator.set_date(day)
    try:
        assert "" == differences(both, wish)
    finally:
        both.stage.emulator.set_date(before)


@pytest.mark.long
@pytest.mark.timeout(1800)
@settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(first=desired_states())
def test_two_hundred_configurations(both, first):
    assert "" == differences(both, first)


@pytest.mark.long
@pytest.mark.timeout(1800)
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(first=desired_states(), then=desired_states())
def test_one_configuration_after_another(both, first, then):
    by_sdk, by_pulumi = (both.outcome(engine, first, then)["left"] for engine in ENGINES)

    assert "" == "\n".join(unlike(by_sdk, by_pulumi))


@pytest.mark.long
def test_a_principal_whose_type_is_not_stated(both):
    """Pulumi's SDK would say `User` of its own accord, and Azure refuse it for everybody else."""
    known = both.stage.emulator.ask("GET", "principals")[0]["objectId"]
    unstated = replace(role("voice-a", known), principal_type=None)

    assert "" == differences(both, desired(group(), account("voice-a"), unstated))


def test_a_difference_would_be_seen(both, monkeypatch):
    """The comparison itself: a program that says one thing more is caught."""

    def document(desired, **options):
        told = as_document(desired, **options)
        told["accounts"][0]["publicNetworkAccess"] = "Disabled"
        return told

    monkeypatch.setattr(pulumi_declaration, "document", document)

    found = differences(both, desired(group(), account("voice-a"))).splitlines()

    assert [1, 1] == [
        len([one for one in found if one.startswith(part)]) for part in ("left", "sent")
    ]
    assert all("publicNetworkAccess" in one for one in found)
