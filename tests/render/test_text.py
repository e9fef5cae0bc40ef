"""What makes the text of a long run short."""

from dataclasses import replace

from build import deployment, desired, observed
from render.reports import CLOUD, GPT_REALTIME, PLAN, QUOTA, REPORTS

from deployer.core.planning import make_plan
from deployer.core.problems import Place
from deployer.core.report import Report
from deployer.core.state import Succession
from deployer.core.verdicts import Answer, Verdict
from deployer.render.text import render

OK = Verdict("quota", Answer.OK, "6 of 6 free, 6 needed")
BLOCKED = Verdict("quota", Answer.BLOCKED, "11 of 10 needed", QUOTA)


def test_problems_that_differ_only_in_place_and_detail_share_a_hint():
    other = replace(QUOTA, where=Place("configs/prod.yaml", 40, 1), detail="And here.")

    shown = render(Report("plan", "voice", problems=(other, QUOTA)))

    assert 1 == shown.count("Not enough quota") == shown.count("hint:")
    assert shown.index("31:84") < shown.index("in eastus2") < shown.index("40:1")
    assert "    And here." in shown


def test_problems_with_hints_of_their_own_stand_apart():
    shown = render(Report("plan", "voice", problems=(QUOTA, replace(QUOTA, hint="Wait."))))

    assert 2 == shown.count("Not enough quota")


def test_only_preflight_tells_every_answer():
    def shown(verb):
        return render(Report(verb, "voice", PLAN, verdicts=(OK, BLOCKED)))

    assert "Preflight: 1 ok, 1 blocked" in shown("up")
    assert "6 of 6 free" not in shown("up")
    assert "6 of 6 free" in shown("preflight")


def test_what_an_engine_foresees_is_shown_with_every_plan():
    foreseen = Verdict("what-if", Answer.OK, "Azure says the same: 2 Create")

    shown = render(Report("plan", "voice", PLAN, verdicts=(OK, foreseen)))

    assert "Preflight: 2 ok\n  ok  what-if  Azure says the same: 2 Create\n" in shown


def test_a_consent_that_was_given_is_not_asked_for():
    change = replace(REPORTS["moving"], verb="up")
    given = (Verdict("consent", Answer.OK, "allowed by --allow-replace"),)

    assert "needs --allow-replace" in render(change)
    assert "needs" not in render(replace(change, verdicts=given))


def test_a_stand_in_is_shown_even_when_nothing_changes():
    present = deployment(model=GPT_REALTIME)
    meant = {present.address: Succession(deployment().model, GPT_REALTIME, "it retired")}
    plan = make_plan(desired(present, successions=meant), observed(present))

    shown = " ".join(render(Report("plan", "voice", plan, cloud=CLOUD)).split())

    assert "= deployment" in shown
    assert "declared gpt-4o-realtime-preview@2024-12-17, meant gpt-realtime@2025-08-28" in shown
    assert "it retired" in shown


def test_the_children_of_a_deleted_account_need_no_reason():
    state = PLAN.desired
    plan = make_plan(state.nothing(), observed(*state.resources))

    shown = render(Report("down", "voice", plan))

    assert 0 == shown.count("ours, and not declared\n")
    assert 2 == shown.count("soft-deleted for 48 hours")
