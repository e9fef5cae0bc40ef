"""The files that are written: valid, the same each time, safe to run, and refused where they could not be."""

import json
import re
import shlex
import shutil
import subprocess
from importlib.resources import files

import jsonschema
import pytest
import yaml
from command_line import CONFIGS, command

from deployer.ci import Pipeline, azdo, github

ROOT = CONFIGS.parent
SYSTEMS = {"github": github, "azdo": azdo}
PAGE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
ANY_ID = "00000000-0000-4000-8000-000000000000"
OWN = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
WHOLE = Pipeline(
    "configs/prod.yaml",
    "-c constraints.txt .",
    consents=("allow-replace",),
    variables=("AZURE_SUBSCRIPTION_ID", "API_IDENTITY_ID"),
)


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """An empty repository of somebody else's, with one configuration."""
    (tmp_path / "configs").mkdir()
    shutil.copy(CONFIGS / "prod.yaml", tmp_path / "configs" / "prod.yaml")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def ci(system, *arguments, install="deployer @ git+https://git.example/deployer@v1"):
    given = ("--install", install) if install else ()
    return command("ci", system, *given, *arguments)


def schema(name):
    vendored = pytest.importorskip("check_jsonschema", reason="check-jsonschema is not installed")
    folder = files(vendored) / "builtin_schemas" / "vendor"
    return json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))


def check_github(text):
    said = yaml.safe_load(text)
    said["on"] = said.pop(True)  # YAML 1.1 reads the key as a truth value; GitHub does not
    jsonschema.Draft7Validator(schema("github-workflows")).validate(said)


def shell_lines(value):
    """Every shell script in a file, wherever it stands."""
    if isinstance(value, list):
        for one in value:
            yield from shell_lines(one)
    elif isinstance(value, dict):
        for key, one in value.items():
            if key in ("run", "bash", "inlineScript") and isinstance(one, str):
                yield one
            else:
                yield from shell_lines(one)


def test_a_workflow_is_valid_by_the_published_schema():
    check_github(github.workflow(WHOLE))


@pytest.mark.parametrize("file", OWN, ids=lambda file: file.name)
def test_our_own_workflows_are_valid_by_the_published_schema(file):
    check_github(file.read_text(encoding="utf-8"))


def test_a_pipeline_is_valid_by_the_published_schema():
    # The schema is the editor's, for which every scalar is a text.
    said = yaml.load(azdo.workflow(WHOLE), yaml.BaseLoader)  # noqa: S506 - builds texts only

    jsonschema.Draft7Validator(schema("azure-pipelines")).validate(said)


@pytest.mark.parametrize("system", SYSTEMS)
def test_bash_can_read_every_line(system):
    bash = shutil.which("bash") or ""
    scripts = [*shell_lines(yaml.safe_load(SYSTEMS[system].workflow(WHOLE)))]
    scripts.append(ci(system, ROOT / "configs" / "prod.yaml", "--setup", install=None).out)

    assert 8 <= len(scripts)
    for script in scripts if bash else ():
        done = subprocess.run([bash, "-n"], input=script, text=True, capture_output=True)  # noqa: S603, PLW1510
        assert "" == done.stderr, script


@pytest.mark.parametrize("system", SYSTEMS)
def test_nothing_of_the_template_is_left_blank(system):
    written = SYSTEMS[system].workflow(WHOLE)

    assert [] == re.findall(r"@[a-z_]+@", written)


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_command_in_the_heading_writes_the_same_file_again(system, repository):
    options = ("--branch", "release/1", "--environment", "live", "--allow-replace", "--adopt")
    first = ci(system, "configs/prod.yaml", *options)
    again = next(line for line in first.out.splitlines() if "--write" in line).removeprefix("# ")

    arguments = [one for one in shlex.split(again)[1:] if one not in ("--write", "--force")]
    assert (0, first.out) == (first.code, command(*arguments).out)


def test_inside_a_repository_nothing_is_written_where_nobody_looks(repository, monkeypatch):
    (repository / ".git").mkdir()
    monkeypatch.chdir(repository / "configs")

    refused = ci("github", "prod.yaml", "--write")

    assert (64, True) == (refused.code, "Run this at its root" in refused.err)
    assert not (repository / "configs" / ".github").exists()


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_file_that_differs_is_not_written_over(system, repository):
    path = repository / SYSTEMS[system].path(WHOLE)
    assert 0 == ci(system, "configs/prod.yaml", "--write").code
    assert 0 == ci(system, "configs/prod.yaml", "--write").code
    path.write_text("mine", encoding="utf-8")

    refused = ci(system, "configs/prod.yaml", "--write")
    assert (64, "mine") == (refused.code, path.read_text(encoding="utf-8"))
    assert 0 == ci(system, "configs/prod.yaml", "--write", "--force").code
    assert "mine" != path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "arguments",
    [
        ("configs/prod.yaml", "--branch", "a b"),
        ("configs/prod.yaml", "--environment", "$(x)"),
        ("configs/prod.yaml", "--cron", "now"),
        ("configs/prod.yaml", "--repository", "me/$(x)"),
        ("configs/prod.yaml", "--owner-id", "1; x"),
        ("configs/prod.yaml", "--install", "a\nb"),
        ("configs/$(id).yaml",),
        ("/etc/passwd",),
    ],
    ids=" ".join,
)
def test_what_a_shell_could_take_for_more_than_a_name_is_refused(arguments, repository):
    (repository / "configs" / "$(id).yaml").write_bytes((CONFIGS / "prod.yaml").read_bytes())

    assert 64 == ci("github", *arguments).code


def test_elsewhere_it_has_to_be_said_what_to_install_for_the_name_is_anothers(repository):
    refused = ci("github", "configs/prod.yaml", install=None)

    assert 64 == refused.code
    assert "another project by the name" in refused.err


@pytest.mark.parametrize("system", SYSTEMS)
def test_what_to_install_is_one_word_to_the_shell(system, repository):
    wanted = "deployer[pulumi] @ git+https://git.example/it's $(mine)"
    lines = [*shell_lines(yaml.safe_load(ci(system, "configs/prod.yaml", install=wanted).out))]

    installing = {line for line in lines if "pip install" in line}
    assert [["python", "-m", "pip", "install", wanted]] == [shlex.split(one) for one in installing]


def test_a_broken_configuration_gets_no_workflow(repository):
    (repository / "configs" / "prod.yaml").write_text("name: x\n", encoding="utf-8")

    assert 3 == ci("github", "configs/prod.yaml").code


def test_the_variables_of_the_file_and_of_what_it_extends_come_from_the_repository(repository):
    base = "subscription: ${AZURE_SUBSCRIPTION_ID}\n"
    (repository / "configs" / "base.yaml").write_text(base, encoding="utf-8")
    text = (CONFIGS / "dev.yaml").read_text(encoding="utf-8")
    extending = text.replace("subscription: ${AZURE_SUBSCRIPTION_ID}", "extends: base.yaml")
    (repository / "configs" / "dev.yaml").write_text(extending, encoding="utf-8")

    written = yaml.safe_load(ci("github", "configs/dev.yaml").out)
    wanted = {name: f"${{{{ vars.{name} }}}}" for name in ("AZURE_SUBSCRIPTION_ID", "DEVELOPER")}
    assert wanted.items() <= written["jobs"]["validate"]["env"].items()


def test_pulumi_is_fetched_and_signs_in_where_the_file_names_it(repository):
    config = repository / "configs" / "prod.yaml"
    config.write_text(config.read_text(encoding="utf-8") + "engine: pulumi\n", encoding="utf-8")

    jobs = yaml.safe_load(ci("github", "configs/prod.yaml").out)["jobs"]
    installing = {
        step["run"]
        for job in jobs.values()
        for step in job["steps"]
        if step.get("name") == "Install"
    }
    assert [True] == [one.endswith("&& deployer pulumi install --yes") for one in installing]
    assert ["true"] * 3 == [jobs[one]["env"]["ARM_USE_OIDC"] for one in ("plan", "apply", "drift")]
    assert "ARM_USE_OIDC" not in jobs["validate"]["env"]


def test_only_jobs_that_sign_in_may_ask_for_a_token():
    jobs = yaml.safe_load(github.workflow(WHOLE))["jobs"]

    asking = {name for name, job in jobs.items() if "id-token" in job["permissions"]}
    assert {"plan", "apply", "drift"} == asking
    assert ["prod"] == [job["environment"] for job in jobs.values() if "environment" in job]


@pytest.mark.parametrize("system", SYSTEMS)
def test_no_secret_is_stored_or_asked_for(system):
    written = SYSTEMS[system].workflow(WHOLE)

    assert "secrets." not in written
    assert "CLIENT_SECRET" not in written


def test_consents_are_in_the_plan_and_in_what_is_applied():
    lines = [*shell_lines(yaml.safe_load(github.workflow(WHOLE)))]

    allowing = [line for line in lines if "--allow-replace" in line]
    assert ["plan", "up"] == [re.findall(r"deployer (plan|up)", line)[0] for line in allowing]


def test_the_subjects_are_told_in_both_forms(repository):
    told = ci(
        "github",
        "configs/prod.yaml",
        "--repository",
        "me/v",
        "--owner-id",
        "1",
        "--repository-id",
        "2",
    ).err

    assert [
        "repo:me/v:pull_request",
        "repo:me/v:ref:refs/heads/main",
        "repo:me/v:environment:prod",
        "repo:me@1/v@2:pull_request",
        "repo:me@1/v@2:ref:refs/heads/main",
        "repo:me@1/v@2:environment:prod",
    ] == re.findall(r"repo:\S+", told)


def test_our_own_deployment_is_what_the_command_writes():
    written = ROOT / ".github" / "workflows" / "deployer-prod.yml"

    pipeline = Pipeline(
        "configs/prod.yaml", "-c constraints.txt .", variables=("AZURE_SUBSCRIPTION_ID",)
    )
    assert github.workflow(pipeline) == written.read_text(encoding="utf-8")


@pytest.mark.parametrize("file", OWN, ids=lambda file: file.name)
def test_our_own_workflows_name_files_that_exist(file):
    said = file.read_text(encoding="utf-8")

    named = re.findall(r"(?:configs|tests|\.ci|infra)/[\w./-]*\w", said)
    assert [] == [one for one in named if not (ROOT / one).exists()]
    assert named


def test_the_page_names_every_option():
    helped = command("ci", "github", "--help").out + command("ci", "azdo", "--help").out
    options = set(re.findall(r"(?<=  )--[a-z-]+", helped)) - {"--help"}
    assert [] == sorted(one for one in options if one not in PAGE)


@pytest.mark.parametrize("line", re.findall(r"(?m)^deployer .*", PAGE))
def test_every_line_of_the_page_runs(line, repository):
    line, _, target = line.partition(" > ")

    done = command(*shlex.split(line)[1:], AZURE_SUBSCRIPTION_ID=ANY_ID)
    assert (0, bool(target) or "--write" in line or bool(done.out)) == (done.code, True), done.err
