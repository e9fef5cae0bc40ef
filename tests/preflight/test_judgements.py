"""Judgements over a plan, by table."""

import datetime as dt
from dataclasses import replace

import pytest
from build import (
    AUDIO,
    OWNER,
    REALTIME,
    USE,
    account,
    deleted,
    deployment,
    desired,
    group,
    observed,
    role,
)

from deployer.core.offers import Life, Offer, OfferedSku, Usage
from deployer.core.plan import Consent
from deployer.core.planning import make_plan
from deployer.core.problems import Place, Severity
from deployer.core.resources import ModelVersion
from deployer.core.state import SoftDelete
from deployer.core.verdicts import Answer
from deployer.preflight.answers import Answers, Grant
from deployer.preflight.judgements import judge

TODAY = dt.date(2026, 4, 23)
ME = "11111111-1111-4111-8111-111111111111"
GA = ModelVersion("gpt-realtime", "2025-08-28")
QUOTA = "OpenAI.GlobalStandard.gpt-realtime"
ALL = frozenset(Consent)


def offer(model=GA, life=Life.ALIVE, sku="GlobalStandard", maximum=30000, kind="AIServices"):
    return Offer(
        kind,
        model,
        life,
        dt.date(2027, 2, 28),
        (OfferedSku(sku, f"OpenAI.{sku}.{model.name}", maximum, 100),),
    )


OWNS = Grant(("*",))
CONTRIBUTOR = Grant(("*",), ("Microsoft.Authorization/*/Write", "Microsoft.Authorization/*/Delete"))
READER = Grant(("*/read",))


def answers(limit=10, used=0, subdomain=True, grants=(OWNS,), **fields):
    counts = [Usage(name, 0, 30) for name in ("AccountCount", "AIServices.S0.AccountCount")]
    usual = {
        "usages": {"eastus2": (Usage(QUOTA, used, limit), *counts)},
        "free_subdomains": {} if subdomain is None else {"voice-eus2": subdomain},
        "grants": {"": grants, "account/voice-eus2": grants},
        "caller": ME,
    }
    return Answers(**{**usual, **fields})


def judged(wanted, seen=None, *, live=None, told=None, allowed=ALL):
    seen = observed() if seen is None else seen
    live = {"eastus2": (offer(),)} if live is None else live
    plan = make_plan(wanted, seen)
    return judge(plan, seen, live, told or answers(), allowed, TODAY)


def codes(verdicts, answer=Answer.BLOCKED):
    return [one.problem.code for one in verdicts if one.answer is answer and one.problem]


def voice(**fields):
    """The usual wish: a group, an account, a role for me, one realtime deployment."""
    fields = {"model": GA, "capacity": 6, **fields}
    return desired(group(), account(), role(principal=ME), deployment(**fields))


def test_what_can_succeed_is_ok_with_its_numbers():
    verdicts = judged(voice())

    assert {Answer.OK} == {one.answer for one in verdicts}
    assert f"{QUOTA} in eastus2: 10 of 10 free, 6 needed" in [one.detail for one in verdicts]


@pytest.mark.parametrize(
    ("live", "code"),
    [
        ((), "model.not-offered"),
        ((offer(kind="OpenAI"),), "model.not-offered"),
        ((offer(life=Life.RETIRED),), "model.retired"),
        ((offer(life=Life.CLOSING),), "model.closing"),
        ((offer(sku="DataZoneStandard"),), "model.sku-not-offered"),
        ((offer(maximum=5),), "model.capacity-too-high"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_what_is_not_on_offer_is_blocked(live, code):
    assert code in codes(judged(voice(), live={"eastus2": live}))


def test_an_unreadable_model_list_is_unverified():
    verdicts = judged(voice(), live={})

    assert [] == codes(verdicts)
    assert "model.list-unreadable" in codes(verdicts, Answer.UNVERIFIED)


@pytest.mark.parametrize("life", [Life.CLOSING, Life.RETIRED])
def test_a_running_deployment_may_change_while_its_model_closes(life):
    seen = observed(*voice().resources)

    verdicts = judged(voice(capacity=7), seen, live={"eastus2": (offer(life=life),)})

    assert [] == codes(verdicts)


def test_the_hint_names_a_model_that_is_really_offered():
    live = {"eastus2": (offer(REALTIME, Life.RETIRED), offer())}

    (verdict,) = [
        one for one in judged(voice(model=REALTIME), live=live) if one.question == "model"
    ]

    assert str(GA) in verdict.problem.hint


def test_capacity_above_the_quota_is_blocked_with_the_numbers():
    (verdict,) = [one for one in judged(voice(capacity=11)) if codes([one])]

    assert "quota.insufficient" == verdict.problem.code
    assert "10 of 10 free, 11 needed" in verdict.problem.detail
    assert "by 1" in verdict.problem.hint


@pytest.mark.parametrize(
    ("before", "after", "limit", "used", "blocks"),
    [
        ({"a": 4}, {"a": 6}, 10, 4, False),
        ({"a": 4}, {"a": 6}, 5, 4, True),
        ({"a": 4}, {"a": 4}, 0, 400, False),
        ({"a": 6}, {"a": 2, "b": 4}, 6, 6, False),
        ({"a": 6}, {"a": 2, "b": 5}, 6, 6, True),
        ({"a": 6}, {"b": 6}, 6, 6, False),
        ({"a": 6}, {"a": 3}, 0, 6, False),
        ({}, {"a": 3, "b": 3}, 6, 0, False),
        ({}, {"a": 3, "b": 4}, 6, 0, True),
        ({}, {"a": 1}, 100, 400, True),
    ],
    ids=[
        "more",
        "too-much-more",
        "unchanged",
        "moved",
        "more-than-moved",
        "another-name",
        "less",
        "two",
        "two-too-much",
        "overdrawn",
    ],
)
def test_only_what_is_added_needs_quota(before, after, limit, used, blocks):
    def state(of):
        return desired(
            group(),
            account(),
            role(principal=ME),
            *(deployment(name, model=GA, capacity=units) for name, units in of.items()),
        )

    verdicts = judged(state(after), observed(*state(before).resources), told=answers(limit, used))

    assert blocks is ("quota.insufficient" in codes(verdicts))


def test_a_replacement_gives_back_what_it_replaces():
    live = {"eastus2": (offer(), offer(AUDIO))}
    seen = observed(*voice(model=AUDIO).resources)

    verdicts = judged(voice(capacity=6), seen, live=live, told=answers(6))

    assert [] == codes(verdicts)


def test_capacity_that_a_recovered_account_may_hold_already_is_unverified():
    verdicts = judged(voice(), observed(deleted=[deleted()]), told=answers(6, used=6))

    assert [] == codes(verdicts)
    assert ["quota.perhaps-held"] == codes(verdicts, Answer.UNVERIFIED)


def test_one_account_more_than_the_region_takes():
    usages = {"eastus2": (Usage(QUOTA, 0, 10), Usage("AccountCount", 200, 200))}

    assert ["quota.insufficient"] == codes(judged(voice(), told=answers(usages=usages)))


def test_unreadable_quota_is_unverified_and_says_why():
    told = answers(usages={}, silence={"quota eastus2": "AuthorizationFailed: no"})

    (verdict,) = [one for one in judged(voice(), told=told) if one.answer is Answer.UNVERIFIED]

    assert ("quota.unknown", True) == (
        verdict.problem.code,
        "AuthorizationFailed" in verdict.detail,
    )


@pytest.mark.parametrize(
    ("consent", "wanted", "seen"),
    [
        (Consent.ADOPT, voice(), observed(group(), account(ours=False))),
        (Consent.DELETE, desired(group()), observed(group(), account())),
        (Consent.REPLACE, voice(), observed(*voice(model=AUDIO).resources)),
    ],
    ids=lambda one: str(one) if isinstance(one, Consent) else "",
)
def test_what_was_not_allowed_is_blocked_and_named(consent, wanted, seen):
    live = {"eastus2": (offer(), offer(AUDIO))}

    without = judged(wanted, seen, live=live, allowed=frozenset())

    (verdict,) = [one for one in without if one.question == "consent"]
    assert consent.value in verdict.problem.hint
    assert [] == codes(judged(wanted, seen, live=live, allowed=frozenset({consent})))


@pytest.mark.parametrize(
    ("policy", "location", "code"),
    [
        (SoftDelete.FAIL, "eastus2", ["name.soft-deleted"]),
        (SoftDelete.RECOVER, "eastus2", []),
        (SoftDelete.PURGE, "eastus2", []),
        (SoftDelete.RECOVER, "swedencentral", ["name.soft-deleted"]),
        (SoftDelete.PURGE, "swedencentral", []),
    ],
)
def test_a_soft_deleted_name(policy, location, code):
    wanted = desired(group(), account(), soft_delete=policy)

    verdicts = judged(wanted, observed(deleted=[deleted(location=location)]))

    assert code == codes(verdicts)


@pytest.mark.parametrize(
    ("free", "answer"),
    [(True, Answer.OK), (False, Answer.BLOCKED), (None, Answer.UNVERIFIED)],
)
def test_the_subdomain(free, answer):
    verdicts = judged(voice(), told=answers(subdomain=free))

    assert [answer] == [one.answer for one in verdicts if one.question == "subdomain"]


def test_a_subdomain_held_by_our_own_deleted_account_is_fine():
    wanted = desired(group(), account(), soft_delete=SoftDelete.PURGE)

    verdicts = judged(wanted, observed(deleted=[deleted()]), told=answers(subdomain=False))

    assert [Answer.OK] == [one.answer for one in verdicts if one.question == "subdomain"]


@pytest.mark.parametrize(
    ("before", "after", "blocks"),
    [
        ({"location": "eastus2"}, {"location": "swedencentral"}, True),
        ({"custom_sub_domain_name": "old"}, {"custom_sub_domain_name": "new"}, True),
        ({"custom_sub_domain_name": None}, {"custom_sub_domain_name": "new"}, False),
        ({"kind": "OpenAI"}, {"kind": "AIServices"}, False),
        ({"kind": "SpeechServices"}, {"kind": "AIServices"}, True),
        ({"disable_local_auth": False}, {"disable_local_auth": True}, False),
    ],
)
def test_what_an_account_cannot_change(before, after, blocks):
    seen = observed(group(), account(**before))

    verdicts = judged(desired(group(), account(**after)), seen)

    assert blocks is ("name.cannot-change" in codes(verdicts))


def test_a_group_that_nobody_makes():
    wanted = desired(account(), manages_group=False)

    assert "group.missing" in codes(judged(wanted))


@pytest.mark.parametrize(("ours", "answer"), [(True, Answer.BLOCKED), (False, Answer.OK)])
def test_a_group_elsewhere_stops_us_only_where_we_would_write_it(ours, answer):
    seen = observed(group(location="westus", ours=ours))

    (verdict,) = [one for one in judged(voice(), seen) if one.question == "group"]

    assert (answer, "group.location") == (verdict.answer, verdict.problem.code)


@pytest.mark.parametrize(
    ("grants", "missing"),
    [
        ((OWNS,), []),
        ((CONTRIBUTOR,), ["Microsoft.Authorization/roleAssignments/write"]),
        ((CONTRIBUTOR, Grant(("microsoft.authorization/roleassignments/WRITE",))), []),
        (
            (READER,),
            [
                "Microsoft.Authorization/roleAssignments/write",
                "Microsoft.CognitiveServices/accounts/deployments/write",
                "Microsoft.CognitiveServices/accounts/write",
                "Microsoft.Resources/subscriptions/resourceGroups/write",
            ],
        ),
    ],
    ids=["owner", "contributor", "contributor-and-more", "reader"],
)
def test_every_missing_action_is_named(grants, missing):
    found = [
        one.problem.detail.partition(": ")[2].partition(" ")[0]
        for one in judged(voice(), told=answers(grants=grants))
        if one.problem and one.problem.code == "permission.missing"
    ]

    assert missing == sorted(found)


def test_a_role_on_the_account_alone_suffices_for_what_is_inside():
    wanted = voice()
    seen = observed(*wanted.resources[:3])
    inside = (Grant(("Microsoft.CognitiveServices/accounts/deployments/*",)),)
    told = replace(answers(), grants={"": (), "account/voice-eus2": inside})

    assert [] == codes(judged(wanted, seen, told=told))


def test_unreadable_permissions_are_unverified():
    verdicts = judged(voice(), told=replace(answers(), grants={}))

    assert ([], ["permission.unknown"]) == (codes(verdicts), codes(verdicts, Answer.UNVERIFIED))


@pytest.mark.parametrize(
    ("wanted", "seen", "warns"),
    [
        (voice(), observed(), False),
        (desired(group(), account(), deployment(model=GA)), observed(), True),
        (
            desired(group(), account(), deployment(model=GA)),
            observed(inherited_roles=frozenset({(ME, USE.id)})),
            False,
        ),
        (
            desired(group(), account(disable_local_auth=False), deployment(model=GA)),
            observed(),
            False,
        ),
    ],
    ids=["declared", "nobody", "inherited", "with-keys"],
)
def test_a_keyless_account_that_the_caller_cannot_use_is_a_warning(wanted, seen, warns):
    found = [
        one.problem.severity
        for one in judged(wanted, seen)
        if one.problem and one.problem.code == "permission.no-caller"
    ]

    assert ([Severity.WARNING] if warns else []) == found


def test_a_problem_stands_where_the_file_says_it():
    place = Place("prod.yaml", 12, 9)
    wanted = voice(capacity=11)
    wanted = replace(wanted, places={wanted.resources[-1].address: place})

    assert [place] == [one.problem.where for one in judged(wanted) if codes([one])]


def test_what_has_no_place_of_its_own_stands_where_its_account_does():
    place = Place("prod.yaml", 3, 1)
    wanted = replace(voice(capacity=11), places={account().address: place})

    assert [place] == [one.problem.where for one in judged(wanted) if codes([one])]


def test_an_unchanged_plan_raises_no_question():
    wanted = voice()

    assert () == judged(wanted, observed(*wanted.resources))


def test_summaries_never_contain_the_users_own_names():
    told = answers(limit=0, subdomain=False, grants=(READER,))

    for one in judged(
        voice(), observed(deleted=[]), live={"eastus2": ()}, told=told, allowed=frozenset()
    ):
        if one.problem:
            assert "voice" not in one.problem.summary
            assert one.problem.hint
            assert OWNER.name not in one.problem.summary
