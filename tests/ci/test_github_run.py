"""A generated workflow, run: its own lines in a clean directory, against the emulator, with tokens that the emulator signs."""

import json
import os
from xml.etree import ElementTree as Xml

import pytest
from ci.github_runner import REPOSITORY, Runner, token_service
from command_line import CONFIGS, emulator_beside
from emulator.arm_client import Arm

from deployer.ci import Pipeline, federation, github

pytestmark = pytest.mark.skipif(os.name == "nt", reason="GitHub's Linux runners have bash")

PULL_REQUEST, BRANCH, ENVIRONMENT = (
    f"repo:{REPOSITORY}:{context}" for context in federation.contexts("main", "prod")
)
NEW_FORM = "repo:someone@12/voice@34:environment:prod"
CONFIG = "configs/local.yaml"


@pytest.fixture
def runner(tmp_path):
    """A checked-out repository with a workflow, and the two identities that `--setup` makes."""
    (tmp_path / "configs").mkdir()
    config = tmp_path / CONFIG
    config.write_bytes((CONFIGS / "local.yaml").read_bytes())
    written = tmp_path / ".github" / "workflows" / "deployer-local.yml"
    written.parent.mkdir(parents=True)
    written.write_text(github.workflow(Pipeline(CONFIG, ".")), encoding="utf-8")
    with emulator_beside(config) as emulator, token_service(emulator) as tokens:
        reader = principal(emulator, "reader", ["Reader"], PULL_REQUEST, BRANCH)
        writing = ["Contributor", "Role Based Access Control Administrator"]
        writer = principal(emulator, "writer", writing, ENVIRONMENT)
        made = Runner(written, emulator, tokens)
        made.variables = {
            "AZURE_CLIENT_ID": reader["clientId"],
            "AZURE_TENANT_ID": emulator.tenant,
            "DEPLOYER_SELF_ID": writer["objectId"],
        }
        made.environments = {"prod": {"AZURE_CLIENT_ID": writer["clientId"]}}
        yield made


def principal(emulator, name, roles, *subjects):
    trust = [{"issuer": federation.GITHUB, "subject": subject} for subject in subjects]
    return emulator.ask("PUT", f"principals/{name}", {"roles": roles, "federated": trust})


def report(runner, name):
    return (runner.folder / "reports" / name).read_text(encoding="utf-8")


def test_a_pull_request_gets_problems_at_their_lines_and_its_plan_as_a_comment(runner):
    validated = runner.run("validate", PULL_REQUEST)
    planned = runner.run("plan", PULL_REQUEST)

    assert (0, 0) == (validated.code, planned.code), planned.said
    assert "2.1.0" == json.loads(report(runner, "validate.sarif"))["version"]
    assert 2 == json.loads(report(runner, "plan.json"))["exitCode"]
    (comment,) = runner.comments
    assert comment.startswith("<!-- deployer plan: local -->\n### deployer plan: voice-local")
    assert "gpt-4o-realtime-preview@2024-12-17" in comment
    assert "merging applies them" in planned.said["Judge the plan"]


def test_a_broken_configuration_is_red_and_told_at_its_line(runner):
    config = runner.folder / CONFIG
    text = config.read_text(encoding="utf-8").replace("softDelete:", "softDelet:")
    config.write_text(text, encoding="utf-8")

    assert 3 == runner.run("validate", PULL_REQUEST).code
    (found,) = json.loads(report(runner, "validate.sarif"))["runs"][0]["results"]
    place = found["locations"][0]["physicalLocation"]
    assert (CONFIG, "softDelet:") == (
        place["artifactLocation"]["uri"],
        text.splitlines()[place["region"]["startLine"] - 1].split()[0],
    )


def test_a_plan_that_is_too_long_for_a_comment_is_cut_and_says_where_the_rest_is(runner):
    (runner.folder / "reports").mkdir()
    plan = "### deployer plan: long\n\n**5,000 changes**\n\n" + "| row |\n" * 10_000
    (runner.folder / "reports" / "plan.md").write_text(plan, encoding="utf-8")

    assert 0 == runner.run("plan", PULL_REQUEST, skip=("Install", "Plan", "Judge the plan")).code
    (comment,) = runner.comments
    assert "**5,000 changes**" in comment
    assert comment.endswith("the job's summary has all of it.\n")
    assert len(comment) < 65_536


@pytest.mark.long
def test_a_plan_that_cannot_succeed_is_red_with_its_exit_code_and_still_a_comment(runner):
    runner.cloud = "emulator@2026-04-23"  # the file's models have retired by then

    planned = runner.run("plan", PULL_REQUEST)
    assert 6 == planned.code
    assert "::error title=deployer plan::Exit code 6" in planned.said["Judge the plan"]
    assert "exit 6: blocked before the first write" in runner.comments[0]


@pytest.mark.long
@pytest.mark.timeout(300)
def test_merging_makes_the_plan_true_and_what_departs_from_it_is_found(runner):
    assert 0 == runner.run("plan", PULL_REQUEST).code

    applied = runner.run("apply", ENVIRONMENT)
    assert 0 == applied.code, applied.said
    suites = Xml.fromstring(report(runner, "up.xml"))  # noqa: S314 - our own text
    assert ("0", "checks") == (suites.get("failures"), suites.findall("testsuite")[-1].get("name"))

    again = runner.run("plan", PULL_REQUEST)
    (comment,) = runner.comments
    assert (0, True) == (again.code, "No changes" in comment), comment
    assert "Nothing would change" in again.said["Judge the plan"]

    assert 0 == runner.run("drift", BRANCH).code
    Arm(runner.emulator).ask("PATCH", account(runner), {"tags": {"env": "somebody's"}})
    drifted = runner.run("drift", BRANCH)
    assert 2 == drifted.code
    assert "::error title=deployer drift::Azure differs" in drifted.said["Look for drift"]
    assert runner.summary.count("### deployer") == 5


def account(runner):
    group = f"/subscriptions/{runner.emulator.subscription}/resourceGroups/rg-voice-local"
    return f"{group}/providers/Microsoft.CognitiveServices/accounts/voice-eus2"


@pytest.mark.long
def test_a_subject_that_nobody_believes_changes_nothing_and_ends_with_exit_code_4(runner):
    refused = runner.run("apply", NEW_FORM)

    assert 4 == refused.code
    told = " ".join(refused.said["Explain the sign-in"].split())
    assert f'"subject": "{NEW_FORM}"' in told
    assert "eyJ" not in told
    assert [] == [one for one in runner.emulator.ask("GET", "journal")["entries"] if one["write"]]


@pytest.mark.long
def test_the_identity_of_pull_requests_cannot_apply(runner):
    runner.environments = {}

    assert 4 == runner.run("apply", ENVIRONMENT).code
