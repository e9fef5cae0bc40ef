from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from config.files import HEAD, loaded

from deployer.config import resolve
from deployer.core.offers import Life, Offer, OfferedSku
from deployer.core.problems import errors
from deployer.core.resources import (
    Account,
    Deployment,
    ModelVersion,
    ResourceGroup,
    RoleAssignment,
    Scope,
    Sku,
)
from deployer.core.state import ObservedState, Owner, SoftDelete, deployments, role_assignments

OLD = ModelVersion("gpt-4o-realtime-preview", "2024-12-17")
NEW = ModelVersion("gpt-realtime", "2025-08-28")
NEWER = ModelVersion("gpt-realtime-1.5", "2026-02-23")
RETIRED_ON = dt.date(2026, 3, 24)
BEFORE, AFTER = dt.date(2025, 2, 6), dt.date(2026, 4, 23)
ME = "22222222-2222-4222-8222-222222222222"
OTHER = "33333333-3333-4333-8333-333333333333"
ADDRESS = "account/a1/deployment/one"
A1 = "accounts:\n  - {name: a1, location: East US 2, auth: keys, deployments: [%s]}\n"


def offer(model, life=Life.ALIVE, retires=None, kind="AIServices"):
    skus = (OfferedSku("GlobalStandard", f"OpenAI.GlobalStandard.{model.name}", 30000, 100),)
    return Offer(kind, model, life, retires, skus)


def live(*offers):
    return {"eastus2": offers}


def running(model, capacity=2, option=None):
    one = Deployment("a1", "one", model, Sku("GlobalStandard", capacity), option)
    return ObservedState(Scope("s", "rg"), {one.address: one})


NOTHING = ObservedState(Scope("s", "rg"))


def resolved(
    folder,
    *,
    policy="useSuccessor",
    successor=f"[{{model: {NEW}, capacity: 7}}, {NEWER}]",
    observed=NOTHING,
    offers=None,
    today=AFTER,
    extra="",
):
    heirs = f", successor: {successor}" if successor else ""
    text = (
        HEAD
        + f"lifecycle: {{onRetired: {policy}, warnWithin: 120d}}\n"
        + A1 % f"{{name: one, model: {OLD}, capacity: 2{heirs}{extra}}}"
    )
    return resolve(
        loaded(folder, text, today=BEFORE),
        observed=observed,
        live={} if offers is None else offers,
        today=today,
        identity_object_id=ME,
        identity_kind="User",
    )


def outcome(result):
    (one,) = deployments(result.desired.resources)
    return one.model, one.sku.capacity, [(p.code, str(p.severity)) for p in result.problems]


ALIVE = live(offer(OLD), offer(NEW), offer(NEWER))
CLOSING = live(offer(OLD, Life.CLOSING), offer(NEW), offer(NEWER))
RETIRED = live(offer(OLD, Life.RETIRED, RETIRED_ON), offer(NEW), offer(NEWER))
FIRST_CLOSING = live(offer(OLD, Life.RETIRED), offer(NEW, Life.CLOSING), offer(NEWER))
NONE_ALIVE = live(offer(OLD, Life.RETIRED), offer(NEW, Life.RETIRED))
UNLISTED = live(offer(NEW), offer(NEWER))
ERROR, WARNING = "error", "warning"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        # alive
        pytest.param({"offers": ALIVE, "today": BEFORE}, (OLD, 2, []), id="alive: as declared"),
        pytest.param(
            {"offers": ALIVE, "today": BEFORE, "observed": running(NEW)},
            (NEW, 7, []),
            id="alive, but a listed successor runs already: it stays",
        ),
        pytest.param(
            {"offers": ALIVE, "today": BEFORE, "observed": running(NEW), "policy": "fail"},
            (OLD, 2, []),
            id="alive, a successor runs, but successors are not asked for: as declared",
        ),
        # closing
        pytest.param(
            {"offers": CLOSING, "today": BEFORE}, (NEW, 7, []), id="closing, new: the successor"
        ),
        pytest.param(
            {"offers": CLOSING, "today": BEFORE, "observed": running(OLD)},
            (OLD, 2, [("model.closing", WARNING)]),
            id="closing, running: stays, with a warning",
        ),
        pytest.param(
            {"offers": CLOSING, "today": BEFORE, "policy": "fail"},
            (OLD, 2, [("model.closing", ERROR)]),
            id="closing, new, fail: blocked",
        ),
        pytest.param(
            {"offers": CLOSING, "today": BEFORE, "policy": "warn"},
            (OLD, 2, [("model.closing", WARNING)]),
            id="closing, new, warn: a warning",
        ),
        pytest.param(
            {"offers": CLOSING, "today": BEFORE, "successor": ""},
            (OLD, 2, [("model.closing", ERROR)]),
            id="closing, new, no successor: blocked",
        ),
        # retired
        pytest.param({"offers": RETIRED}, (NEW, 7, []), id="retired, new: the first successor"),
        pytest.param(
            {"offers": RETIRED, "observed": running(OLD)},
            (NEW, 7, []),
            id="retired, running: the first successor",
        ),
        pytest.param(
            {"offers": RETIRED, "observed": running(NEWER)},
            (NEWER, 2, []),
            id="retired, the second successor runs: it stays",
        ),
        pytest.param(
            {"offers": FIRST_CLOSING}, (NEWER, 2, []), id="retired, the first closing: the second"
        ),
        pytest.param(
            {"offers": FIRST_CLOSING, "observed": running(NEW)},
            (NEW, 7, []),
            id="retired, the first closing but running: it stays",
        ),
        pytest.param(
            {"offers": NONE_ALIVE, "observed": running(NEW)},
            (OLD, 2, [("model.retired", ERROR)]),
            id="retired, the running successor too: blocked",
        ),
        pytest.param(
            {"offers": NONE_ALIVE},
            (OLD, 2, [("model.retired", ERROR)]),
            id="retired, no successor alive: blocked",
        ),
        pytest.param(
            {"offers": RETIRED, "successor": ""},
            (OLD, 2, [("model.retired", ERROR)]),
            id="retired, no successor: blocked",
        ),
        pytest.param(
            {"offers": RETIRED, "policy": "fail"},
            (OLD, 2, [("model.retired", ERROR)]),
            id="retired, fail: blocked",
        ),
        pytest.param(
            {"offers": RETIRED, "policy": "warn", "observed": running(OLD)},
            (OLD, 2, [("model.retired", WARNING)]),
            id="retired, warn: a warning",
        ),
        pytest.param(
            {"offers": live(offer(OLD, Life.ALIVE, RETIRED_ON), offer(NEW))},
            (NEW, 7, []),
            id="past its day whatever the list calls it: retired",
        ),
        pytest.param(
            {"offers": live(offer(OLD, Life.ALIVE, BEFORE), offer(NEW)), "today": BEFORE},
            (NEW, 7, []),
            id="on its very day: retired",
        ),
        # not offered
        pytest.param(
            {"offers": UNLISTED, "today": BEFORE}, (NEW, 7, []), id="not offered: the successor"
        ),
        pytest.param(
            {"offers": UNLISTED, "today": BEFORE, "successor": ""},
            (OLD, 2, []),
            id="not offered, no successor, new: preflight's to say",
        ),
        pytest.param(
            {"offers": UNLISTED, "today": BEFORE, "successor": "", "observed": running(OLD)},
            (OLD, 2, [("model.not-offered", WARNING)]),
            id="not offered, no successor, running: a warning",
        ),
        pytest.param(
            {"offers": UNLISTED, "successor": ""},
            (OLD, 2, [("model.retired", ERROR)]),
            id="gone from the list and retired in the catalogue: blocked",
        ),
        pytest.param(
            {"offers": live(offer(OLD, kind="OpenAI"), offer(NEW)), "today": BEFORE},
            (NEW, 7, []),
            id="offered to another kind of account only: not offered",
        ),
        # nobody answered: the catalogue decides
        pytest.param(
            {"today": BEFORE},
            (OLD, 2, [("model.unverified", "unverified")]),
            id="unasked, alive in the catalogue: as declared",
        ),
        pytest.param(
            {},
            (NEW, 7, [("model.unverified", "unverified")]),
            id="unasked, retired in the catalogue: the successor",
        ),
        pytest.param(
            {"policy": "fail"},
            (OLD, 2, [("model.unverified", "unverified"), ("model.retired", ERROR)]),
            id="unasked, retired in the catalogue, fail: blocked",
        ),
        # the end is near, or the catalogue is wrong
        pytest.param(
            {"offers": live(offer(OLD, retires=BEFORE + dt.timedelta(days=120))), "today": BEFORE},
            (OLD, 2, [("model.retires-soon", WARNING)]),
            id="retires within the warning time: a warning",
        ),
        pytest.param(
            {"offers": live(offer(OLD, retires=BEFORE + dt.timedelta(days=121))), "today": BEFORE},
            (OLD, 2, []),
            id="retires after the warning time: silence",
        ),
        pytest.param(
            {
                "offers": live(
                    offer(OLD, Life.RETIRED), offer(NEW, retires=AFTER + dt.timedelta(days=9))
                )
            },
            (NEW, 7, [("model.retires-soon", WARNING)]),
            id="the successor retires soon: a warning",
        ),
        pytest.param(
            {"offers": ALIVE},
            (OLD, 2, [("model.catalogue-differs", WARNING)]),
            id="alive though the catalogue has it retired: the live list decides, and it is said",
        ),
        # what Azure may do by itself
        pytest.param(
            {
                "offers": live(offer(OLD, Life.RETIRED), offer(replace(OLD, version="2025-06-03"))),
                "observed": running(replace(OLD, version="2025-06-03")),
                "extra": ", versionUpgradeOption: OnceCurrentVersionExpired",
                "today": BEFORE,
                "successor": "",
            },
            (OLD, 2, []),
            id="retired, but Azure has upgraded it as it was allowed to: nothing to do",
        ),
    ],
)
def test_which_model_is_meant(tmp_path, given, expected):
    assert expected == outcome(resolved(tmp_path, **given))


def test_a_succession_says_what_was_declared_what_is_meant_and_why(tmp_path):
    succession = resolved(tmp_path, offers=RETIRED).desired.successions[ADDRESS]

    assert (OLD, NEW) == (succession.declared, succession.meant)
    assert f"{OLD} retired on 2026-03-24 (live model list); {NEW} stands in" == succession.reason


def test_no_successor_is_no_succession(tmp_path):
    assert {} == resolved(tmp_path, offers=ALIVE, today=BEFORE).desired.successions


def test_a_block_names_place_date_source_and_a_way_on(tmp_path):
    (problem,) = errors(resolved(tmp_path, offers=RETIRED, successor="").problems)

    assert problem.where is not None
    assert (6, ADDRESS) == (problem.where.line, problem.address)
    assert "2026-03-24 (live model list)" in problem.detail
    assert str(NEW) in problem.hint


def test_a_block_says_why_no_successor_will_do(tmp_path):
    (problem,) = errors(resolved(tmp_path, offers=NONE_ALIVE).problems)

    assert f"{NEW} is retired" in problem.detail
    assert f"{NEWER} is not offered" in problem.detail


@pytest.mark.parametrize("successor", ["", str(NEW)], ids=["undeclared", "declared"])
def test_a_block_names_the_way_to_the_successor(tmp_path, successor):
    given = {"offers": RETIRED, "policy": "fail", "successor": successor}
    (problem,) = errors(resolved(tmp_path, **given).problems)

    assert str(NEW) in problem.hint
    assert "onRetired: useSuccessor" in problem.hint


def test_where_live_list_and_catalogue_differ_both_are_named(tmp_path):
    (problem,) = errors(resolved(tmp_path, offers=RETIRED, policy="fail", today=BEFORE).problems)

    assert "Azure OpenAI documentation, 2025-02-06: alive. The live list decides" in problem.detail


def test_parents_come_first(tmp_path):
    text = HEAD + (
        "accounts:\n"
        "  - name: a1\n    location: eastus2\n    auth: keys\n"
        "    roles: [{principal: self, can: use}]\n"
        "    deployments: [{name: one, model: gpt-realtime@2025-08-28}]\n"
        "  - {name: a2, location: eastus2, auth: keys}\n"
    )
    kinds = [type(one) for one in plain(tmp_path, text).resources]

    assert [ResourceGroup, Account, RoleAssignment, Deployment, Account] == kinds


def plain(folder, text, offers=None):
    result = resolve(
        loaded(folder, text),
        observed=NOTHING,
        live=live(offer(NEW), offer(NEWER)) if offers is None else offers,
        today=AFTER,
        identity_object_id=ME,
        identity_kind="ServicePrincipal",
    )
    return result.desired


def test_a_group_that_is_not_managed_is_not_asked_for(tmp_path):
    text = HEAD.replace("eastus2}", "eastus2, manage: false}") + A1 % ""
    desired = plain(tmp_path, text)

    assert (False, ["account/a1"]) == (
        desired.manages_group,
        [one.address for one in desired.resources],
    )


def test_tags_add_up_and_ours_come_last(tmp_path):
    text = HEAD + (
        "tags: {env: prod, team: voice}\n"
        "accounts:\n  - {name: a1, location: eastus2, auth: keys, tags: {team: a}, "
        "deployments: [{name: one, model: gpt-realtime@2025-08-28, tags: {team: d}}]}\n"
    )
    tags = [
        dict(one.tags)
        for one in plain(tmp_path, text).resources
        if not isinstance(one, RoleAssignment)
    ]
    ours = Owner("x", "sdk").tags

    assert [{"env": "prod", "team": team, **ours} for team in ("voice", "a", "d")] == tags


def test_self_is_whoever_runs_this(tmp_path):
    text = HEAD + (
        "accounts:\n  - name: a1\n    location: eastus2\n    auth: keys\n    roles:\n"
        f"      - {{principal: self, can: use}}\n"
        f"      - {{principal: {ME}, can: use}}\n"
        f"      - {{principal: {OTHER}, principalType: Group, can: read}}\n"
    )
    roles = role_assignments(plain(tmp_path, text).resources)

    assert [
        ("Cognitive Services OpenAI User", ME, "ServicePrincipal"),
        ("Reader", OTHER, "Group"),
    ] == [(one.role.name, one.principal_id, one.principal_type) for one in roles]


@pytest.mark.parametrize(("auth", "disabled"), [("entra", True), ("keys", False)])
def test_entra_switches_keys_off(tmp_path, auth, disabled):
    text = HEAD + (
        f"accounts: [{{name: a1, location: eastus2, auth: {auth}, customSubDomainName: a1-x, softDelete: purge}}]\n"
    )
    desired = plain(tmp_path, text)
    (account,) = (one for one in desired.resources if isinstance(one, Account))

    assert (disabled, "a1-x", SoftDelete.PURGE) == (
        account.disable_local_auth,
        account.custom_sub_domain_name,
        desired.soft_delete["account/a1"],
    )


def test_every_resource_has_its_place(tmp_path):
    text = HEAD + (
        "accounts:\n  - name: a1\n    location: eastus2\n    auth: keys\n"
        "    roles:\n      - {principal: self, can: use}\n"
        "    deployments:\n      - {name: one, model: gpt-realtime@2025-08-28}\n"
    )
    desired = plain(tmp_path, text)

    assert [3, 5, 9, 11] == [desired.places[one.address].line for one in desired.resources]


def test_the_owner_is_the_configuration_and_the_engine(tmp_path):
    config = replace(loaded(tmp_path, HEAD + A1 % ""), engine="memory")
    result = resolve(
        config,
        observed=NOTHING,
        live={},
        today=AFTER,
        identity_object_id=ME,
        identity_kind="User",
    )

    assert Owner("x", "memory") == result.desired.owner
