"""Only the questions that a plan raises are asked, and one that fails stays unanswered."""

from build import account, deleted, deployment, desired, group, observed, role
from clouds import sign_in

from deployer.core.planning import make_plan
from deployer.core.state import SoftDelete
from deployer.core.verdicts import Answer
from deployer.preflight import ask, preflight
from deployer.preflight.questions import raised

VOICE = (group(), account(), role(), deployment(capacity=3))


def asked(wanted, seen):
    questions = raised(make_plan(wanted, seen), seen)
    return set(questions.locations), set(questions.subdomains), set(questions.permissions)


def test_a_new_account_asks_for_quota_subdomain_and_permissions_of_the_group():
    assert ({"eastus2"}, {"voice-eus2"}, {""}) == asked(desired(*VOICE), observed())


def test_more_capacity_asks_for_quota_and_permissions_at_the_account():
    wanted = desired(*VOICE[:3], deployment(capacity=4))

    assert ({"eastus2"}, set(), {"account/voice-eus2"}) == asked(wanted, observed(*VOICE))


def test_less_capacity_asks_for_no_quota():
    wanted = desired(*VOICE[:3], deployment(capacity=2))

    assert (set(), set(), {"account/voice-eus2"}) == asked(wanted, observed(*VOICE))


def test_a_first_subdomain_is_asked_for():
    seen = observed(group(), account(custom_sub_domain_name=None))

    assert {"voice-eus2"} == asked(desired(group(), account()), seen)[1]


def test_a_subdomain_that_comes_back_is_not_asked_for():
    for policy in (SoftDelete.RECOVER, SoftDelete.PURGE):
        wanted = desired(group(), account(), soft_delete=policy)
        assert set() == asked(wanted, observed(deleted=[deleted()]))[1]


def test_what_exists_raises_nothing():
    assert (set(), set(), set()) == asked(desired(*VOICE), observed(*VOICE))


def test_an_empty_plan_is_not_preflighted(stage):
    wanted = stage.want(*VOICE)
    stage.apply(wanted)
    seen = stage.look(wanted)
    stage.forget()

    verdicts = preflight(
        stage.cloud, make_plan(wanted, seen.observed), seen.observed, seen.live, frozenset()
    )

    assert ((), []) == (verdicts, stage.journal())


def verdicts_of(stage, wanted, cloud=None):
    seen = stage.look(wanted)
    plan = make_plan(wanted, seen.observed)
    return preflight(cloud or stage.cloud, plan, seen.observed, seen.live, frozenset())


def blocked(verdicts):
    return [one.problem.code for one in verdicts if one.answer is Answer.BLOCKED]


def test_what_the_emulator_would_take_is_not_blocked(stage):
    me = stage.emulator.ask("GET", "principals/deployer")[0]["objectId"]
    wanted = stage.want(group(), account(), role(principal=me), deployment(capacity=3))

    verdicts = verdicts_of(stage, wanted)

    assert {Answer.OK} == {one.answer for one in verdicts}
    assert [] == stage.writes()


def test_a_taken_subdomain_is_blocked(stage):
    stage.set(takenSubdomains=["voice-eus2"])

    assert ["name.subdomain-taken"] == blocked(verdicts_of(stage, stage.want(*VOICE)))


def test_too_little_quota_is_blocked(stage):
    stage.set(quota={"OpenAI.GlobalStandard.gpt-4o-realtime-preview": 2})

    assert ["quota.insufficient"] == blocked(verdicts_of(stage, stage.want(*VOICE)))


def test_a_soft_deleted_name_is_blocked(stage):
    stage.apply(stage.want(*VOICE))
    stage.apply(stage.want(*VOICE).nothing())

    wanted = stage.want(*VOICE, soft_delete=SoftDelete.FAIL)

    assert "name.soft-deleted" in blocked(verdicts_of(stage, wanted))


def test_a_reader_is_told_which_actions_are_missing(stage):
    reader = stage.emulator.ask("PUT", "principals/reader", {"roles": ["Reader"]})
    cloud = sign_in(stage.emulator, reader["clientId"], reader["clientSecret"])

    verdicts = verdicts_of(stage, stage.want(*VOICE), cloud)

    cloud.close()
    assert ["permission.missing"] * 4 == blocked(verdicts)


def test_a_question_that_fails_is_unverified_and_says_why(stage):
    stage.fault("status", status=403, code="AuthorizationFailed", path="/usages$", times=None)
    wanted = stage.want(*VOICE)
    seen = stage.look(wanted)

    answers = ask(stage.cloud, make_plan(wanted, seen.observed), seen.observed)

    assert {} == answers.usages
    assert answers.silence["quota eastus2"].startswith("AuthorizationFailed")
