"""A generated pipeline, run: its own lines against the emulator; Azure DevOps' two services are doubles."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
import yaml
from ci.loopback import answering
from command_line import CONFIGS, emulator_beside

from deployer.ci import Pipeline, azdo, federation

pytestmark = [
    pytest.mark.long,
    pytest.mark.timeout(300),
    pytest.mark.skipif(os.name == "nt", reason="Microsoft's Linux agents have bash"),
]

TOKEN = "the-pipelines-own-token"
CONNECTIONS = {
    "deployer-local-plan": "11111111-1111-4111-8111-111111111111",
    "deployer-local-apply": "22222222-2222-4222-8222-222222222222",
}
CONFIG = "configs/local.yaml"


class Organization:
    """Signs tokens for service connections, and keeps the threads of one pull request."""

    def __init__(self, emulator) -> None:
        self.emulator = emulator
        self.threads: list[dict[str, Any]] = [
            {"id": 3, "comments": [{"id": 1, "content": "Looks good."}]}
        ]

    def answer(self, method, path, body):
        url, _, query = path.partition("?")
        if url == "/oidctoken" and method == "POST":
            (name,) = (one for one, key in CONNECTIONS.items() if key in query)
            return {"oidcToken": sign(self.emulator, name)}
        assert url.startswith("/project/_apis/git/repositories/repository/pullRequests/41/threads")
        match method, url.rpartition("threads")[2].split("/"):
            case "GET", [""]:
                return {"value": self.threads}
            case "POST", [""]:
                comments = [{"id": 1, **body["comments"][0]}]
                self.threads.append({"id": len(self.threads) + 3, "comments": comments})
                return self.threads[-1]
            case "PATCH", ["", thread, "comments", comment]:
                (found,) = (one for one in self.threads if one["id"] == int(thread))
                (told,) = (one for one in found["comments"] if one["id"] == int(comment))
                told |= body
                return told
            case _:
                raise AssertionError(f"{method} {path} is not expected")


@contextlib.contextmanager
def served(organization):
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            assert self.headers["Authorization"] == f"Bearer {TOKEN}"
            body = self.rfile.read(int(self.headers["Content-Length"] or 0))
            said = organization.answer(self.command, self.path, json.loads(body) if body else None)
            answer = json.dumps(said).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_POST = do_PATCH = do_GET  # noqa: N815 - the server's own spelling

        def log_message(self, format, *args):
            pass

    with answering(Handler) as address:
        yield address


def subject(name):
    return f"sc://me/voice/{name}"


def sign(emulator, name):
    wanted = {"subject": subject(name), "issuer": f"{federation.AZURE_DEVOPS}org"}
    return emulator.ask("POST", "assertions", wanted)["assertion"]


def principal(emulator, name, *roles):
    trust = [{"subject": subject(name), "issuer": f"{federation.AZURE_DEVOPS}org"}]
    wanted = {"roles": list(roles), "federated": trust}
    return emulator.ask("PUT", f"principals/{name}", wanted)


class Agent:
    """Runs the steps of a stage in a clean directory."""

    def __init__(self, folder, said, emulator, address, clients) -> None:
        self.folder, self.said, self.clients, self.tenant = folder, said, clients, emulator.tenant
        self.around = {
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), "/usr/bin", "/bin"]),
            "HOME": str(folder),
            "SYSTEM_OIDCREQUESTURI": f"{address}/oidctoken",
            "SYSTEM_COLLECTIONURI": f"{address}/",
            "SYSTEM_TEAMPROJECTID": "project",
            "BUILD_REPOSITORY_ID": "repository",
            "SYSTEM_PULLREQUEST_PULLREQUESTID": "41",
            "AZURE_AUTHORITY_HOST": emulator.address,
            "DEPLOYER_CLOUD": "emulator@2025-02-06",
            "DEPLOYER_SELF_ID": clients["deployer-local-apply"]["objectId"],
            **said["variables"],
        }

    def run(self, name):
        """The exit code of each step by its name, up to the first that fails."""
        (stage,) = (one for one in self.said["stages"] if one["stage"] == name)
        (job,) = stage["jobs"]
        steps = job.get("steps") or job["strategy"]["runOnce"]["deploy"]["steps"]
        known: dict[str, str] = {"System.AccessToken": TOKEN}
        codes: dict[str, int] = {}
        for step in steps:
            script = step.get("bash") or step.get("inputs", {}).get("inlineScript")
            if script is None or step["displayName"] == "Install":
                continue
            done = subprocess.run(  # noqa: S603 - the pipeline's own lines
                ["/bin/bash", "--noprofile", "--norc", "-c", script],
                cwd=self.folder,
                env=self.around | _evaluated(step.get("env", {}), known) | self._connected(step),
                capture_output=True,
                text=True,
                check=False,
            )
            codes[step["displayName"]] = done.returncode
            told = r"##vso\[task\.setvariable variable=(\w+)\](.*)"
            known |= dict(re.findall(told, done.stdout))
            if done.returncode:
                print(done.stdout, done.stderr)  # noqa: T201 - shown when a test fails
                break
        return codes

    def _connected(self, step):
        """What AzureCLI@2 puts into the environment for a service connection without a secret."""
        connection = step.get("inputs", {}).get("azureSubscription")
        if connection is None:
            return {}
        return {
            "AZURESUBSCRIPTION_SERVICE_CONNECTION_ID": CONNECTIONS[connection],
            "AZURESUBSCRIPTION_CLIENT_ID": self.clients[connection]["clientId"],
            "AZURESUBSCRIPTION_TENANT_ID": self.tenant,
        }


def _evaluated(environment, known):
    """`$(name)` is what is known of it; Azure DevOps leaves the rest as it stands."""
    return {
        name: re.sub(r"\$\((.*?)\)", lambda match: known.get(match[1], match[0]), value)
        for name, value in environment.items()
    }


@pytest.fixture
def stage(tmp_path):
    """An agent in a checked-out repository, and the organisation around it."""
    (tmp_path / "configs").mkdir()
    config = tmp_path / CONFIG
    shutil.copy(CONFIGS / "local.yaml", config)
    said = yaml.safe_load(azdo.workflow(Pipeline(CONFIG, ".")))
    with emulator_beside(config) as emulator:
        organization = Organization(emulator)
        writing = ("Contributor", "Role Based Access Control Administrator")
        clients = {
            "deployer-local-plan": principal(emulator, "deployer-local-plan", "Reader"),
            "deployer-local-apply": principal(emulator, "deployer-local-apply", *writing),
        }
        with served(organization) as address:
            yield Agent(tmp_path, said, emulator, address, clients), organization


def test_a_pull_request_is_told_its_plan_in_one_thread_and_merging_makes_it_true(stage):
    agent, organization = stage
    steps = ["Validate", "Plan", "Comment on the pull request", "Judge the plan"]

    assert dict.fromkeys(steps, 0) == agent.run("plan")
    assert {"Apply and listen": 0} == agent.run("apply")
    assert dict.fromkeys(steps, 0) == agent.run("plan")
    assert {"Look for drift": 0} == agent.run("drift")

    ours, theirs = organization.threads[1], organization.threads[0]
    assert (2, "Looks good.") == (len(organization.threads), theirs["comments"][0]["content"])
    assert "No changes" in ours["comments"][0]["content"]
    assert (agent.folder / "reports" / "up.xml").exists()
