"""The lines that are run once, run: `az` and `gh` are doubles that keep what they were asked."""

import json
import os
import shlex
import subprocess
import sys

import pytest

from deployer.ci import Pipeline, azdo, federation, github

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(os.name == "nt", reason="the lines are for bash"),
]

AUDIENCE = federation.AUDIENCES["AzureCloud"]
PIPELINE = Pipeline(
    "configs/prod.yaml", ".", variables=("AZURE_SUBSCRIPTION_ID", "API_IDENTITY_ID")
)
PREFIX = "repo:me@1/voice@2"
DOUBLE = """\
#!{python} -SE
import json, os, sys
from pathlib import Path

asked = sys.argv[1:]
name = Path(sys.argv[0]).name
kept = Path(os.environ["KEPT"])
calls = json.loads(kept.read_text()) if kept.exists() else []
kept.write_text(json.dumps([*calls, [name, *asked]]))
said = " ".join(asked)
if "sub_claim_prefix" in said:
    print("{prefix}")
elif "create" in asked and "--display-name" in asked:
    print("client-of-" + asked[asked.index("--display-name") + 1])
elif asked[:3] == ["ad", "sp", "create"]:
    print("object-of-" + asked[asked.index("--id") + 1])
elif "service-endpoint" in asked and "create" in asked:
    print("connection-of-" + json.loads(Path("connection.json").read_text())["name"])
elif "workloadIdentityFederation" in said:
    print(("issuer" if "Issuer" in said else "subject") + "-of-" + asked[asked.index("--id") + 1])
elif "--query" in asked:
    print(asked[asked.index("--query") + 1])
"""


def calls_of(folder, script):
    """Every call of `az` and `gh` that a script makes."""
    for name in ("az", "gh"):
        tool = folder / name
        tool.write_text(DOUBLE.format(python=sys.executable, prefix=PREFIX), encoding="utf-8")
        tool.chmod(0o755)
    kept = folder / "calls.json"
    done = subprocess.run(
        ["/bin/bash", "-euo", "pipefail"],
        input=script,
        cwd=folder,
        env={
            "PATH": f"{folder}:/usr/bin:/bin",
            "KEPT": str(kept),
            "API_IDENTITY_ID": "api-identity",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert (0, "") == (done.returncode, done.stderr)
    return json.loads(kept.read_text())


@pytest.fixture(scope="module")
def on_github(tmp_path_factory):
    script = github.setup(PIPELINE, github.Repository("me/voice", "1", "2"), AUDIENCE)
    return calls_of(tmp_path_factory.mktemp("github"), script)


@pytest.fixture(scope="module")
def in_azure_devops(tmp_path_factory):
    script = azdo.setup(PIPELINE, azdo.Project("me", "voice", "voice"), AUDIENCE)
    return calls_of(tmp_path_factory.mktemp("azdo"), script)


def trust(calls):
    """Who believes whom: by client, the federated credentials that were made for it."""
    made = [one for one in calls if "federated-credential" in one]
    told: dict[str, list[object]] = {}
    for one in made:
        said = json.loads(one[one.index("--parameters") + 1])
        assert [AUDIENCE] == said["audiences"]
        client = one[one.index("--id") + 1]
        told.setdefault(client, []).append((said["issuer"], said["subject"]))
    return told


def roles(calls):
    return [
        (one[one.index("--assignee-object-id") + 1], one[one.index("--role") + 1])
        for one in calls
        if one[1:4] == ["role", "assignment", "create"]
    ]


def test_on_github_each_identity_believes_its_own_subjects_in_the_form_that_github_says(on_github):
    reader = [f"{PREFIX}:pull_request", f"{PREFIX}:ref:refs/heads/main"]
    assert {
        "client-of-deployer-prod-plan": [(federation.GITHUB, one) for one in reader],
        "client-of-deployer-prod": [(federation.GITHUB, f"{PREFIX}:environment:prod")],
    } == trust(on_github)
    told = github.subjects(PIPELINE, github.Repository("me/voice", "1", "2"))
    assert {subject for rows in trust(on_github).values() for _, subject in rows} <= set(told)


def test_the_identity_of_pull_requests_may_only_read(on_github):
    reader, writer = "object-of-client-of-deployer-prod-plan", "object-of-client-of-deployer-prod"
    assert [
        (reader, "Reader"),
        (writer, "Contributor"),
        (writer, "Role Based Access Control Administrator"),
    ] == roles(on_github)


def test_on_github_variables_say_who_is_who(on_github):
    setting = [one[3:] for one in on_github if one[:3] == ["gh", "variable", "set"]]
    assert [
        "AZURE_CLIENT_ID --repo me/voice --body client-of-deployer-prod-plan",
        "AZURE_TENANT_ID --repo me/voice --body tenantId",
        "DEPLOYER_SELF_ID --repo me/voice --body object-of-client-of-deployer-prod",
        "AZURE_CLIENT_ID --repo me/voice --env prod --body client-of-deployer-prod",
        "AZURE_SUBSCRIPTION_ID --repo me/voice --body id",
        "API_IDENTITY_ID --repo me/voice --body api-identity",
    ] == [shlex.join(one) for one in setting]


def test_in_azure_devops_each_identity_believes_what_its_connection_says(in_azure_devops):
    names = azdo.connections(PIPELINE).values()
    assert {
        f"client-of-{name}": [
            (f"issuer-of-connection-of-{name}", f"subject-of-connection-of-{name}")
        ]
        for name in names
    } == trust(in_azure_devops)
    assert ["Reader", "Contributor", "Role Based Access Control Administrator"] == [
        role for _, role in roles(in_azure_devops)
    ]
