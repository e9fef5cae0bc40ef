"""A GitHub runner in small: the `run:` steps of a job, in order, in a clean directory, by bash as GitHub starts it.

Doubles: `gh` (keeps what would be said on the pull request) and the service that signs tokens, for which the emulator
signs. Only jobs with `id-token: write` reach that service, as on GitHub.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import yaml
from ci.loopback import answering

from deployer.emulator import Emulator

REPOSITORY = "someone/voice"
BEARER = "the-runners-own-bearer"
GH = '''\
#!{python}
"""Keeps the comments of one pull request in a file."""
import json, os, re, sys
from pathlib import Path

kept = Path(os.environ["GH_COMMENTS"])
comments = json.loads(kept.read_text()) if kept.exists() else []
assert os.environ["GH_TOKEN"] and sys.argv[1] == "api", sys.argv
fields = [one.partition("=")[2] for one in sys.argv if one.startswith("body=@")]
body = Path(fields[0].removeprefix("@")).read_text() if fields else None
if "--jq" in sys.argv:
    marker = re.fullmatch(
        r'\\.\\[\\] \\| select\\(\\.body \\| startswith\\("(.*)"\\)\\) \\| \\.id', sys.argv[sys.argv.index("--jq") + 1]
    )[1]
    print(*(one["id"] for one in comments if one["body"].startswith(marker)), sep="\\n")
elif "PATCH" in sys.argv:
    (number,) = (re.fullmatch(r"repos/{repository}/issues/comments/(\\d+)", one) for one in sys.argv if "/comments/" in one)
    for one in comments:
        one["body"] = body if one["id"] == int(number[1]) else one["body"]
else:
    assert "POST" in sys.argv and "repos/{repository}/issues/41/comments" in sys.argv, sys.argv
    comments.append({{"id": len(comments) + 7, "body": body}})
kept.write_text(json.dumps(comments))
'''


@dataclass
class Job:
    """How a job ended: the exit code of its first step that failed, and what each step said."""

    code: int = 0
    said: dict[str, str] = field(default_factory=dict)
    used: list[str] = field(default_factory=list)


class Runner:
    """One checked-out repository, and who its jobs are to Azure."""

    def __init__(self, workflow: Path, emulator: Emulator, tokens: str) -> None:
        self.folder = folder = workflow.parents[2]
        self.workflow, self.emulator, self.tokens = workflow, emulator, tokens
        self.cloud = "emulator@2025-02-06"
        self.variables: dict[str, str] = {}
        self.environments: dict[str, dict[str, str]] = {}
        tools = folder / ".tools"
        tools.mkdir()
        gh = tools / "gh"
        gh.write_text(GH.format(python=sys.executable, repository=REPOSITORY), encoding="utf-8")
        gh.chmod(0o755)
        self.path = os.pathsep.join(
            [str(tools), str(Path(sys.executable).parent), "/usr/bin", "/bin"]
        )

    @property
    def comments(self) -> list[str]:
        kept = self.folder / ".tools" / "comments.json"
        return [one["body"] for one in json.loads(kept.read_text())] if kept.exists() else []

    @property
    def summary(self) -> str:
        return (self.folder / ".tools" / "summary.md").read_text(encoding="utf-8")

    def run(self, name: str, subject: str, skip=("Install",)) -> Job:
        """Run one job. `subject` is what GitHub would say of it; steps named in `skip` are left out."""
        said = yaml.safe_load(self.workflow.read_text(encoding="utf-8"))
        assert said["defaults"]["run"]["shell"] == "bash"
        job = said["jobs"][name]
        known = {f"vars.{key}": value for key, value in self.variables.items()}
        chosen = self.environments.get(job.get("environment", ""), {})
        known |= {f"vars.{key}": value for key, value in chosen.items()}
        known |= {"github.token": "t", "github.event.pull_request.number": "41"}
        environment = self._environment(job, subject) | _evaluated(job.get("env", {}), known)
        ended = Job()
        for step in job["steps"]:
            when = step.get("if", "success()")
            if step.get("name") in skip or when == ("success()" if ended.code else "failure()"):
                continue
            if "uses" in step:
                ended.used.append(step["uses"])
                continue
            code = self._step(step, environment | _evaluated(step.get("env", {}), known), ended)
            ended.code = ended.code or code
            known |= self._outputs(step)
        return ended

    def _environment(self, job, subject: str) -> dict[str, str]:
        tools = self.folder / ".tools"
        around = {
            "PATH": self.path,
            "HOME": str(tools),
            "GITHUB_ACTIONS": "true",
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_STEP_SUMMARY": str(tools / "summary.md"),
            "GITHUB_OUTPUT": str(tools / "output"),
            "GH_COMMENTS": str(tools / "comments.json"),
            # What makes it the emulator's world; a real runner has none of these.
            "AZURE_AUTHORITY_HOST": self.emulator.address,
            "DEPLOYER_CLOUD": self.cloud,
        }
        if job["permissions"].get("id-token") == "write":
            around["ACTIONS_ID_TOKEN_REQUEST_URL"] = f"{self.tokens}/token?subject={subject}"
            around["ACTIONS_ID_TOKEN_REQUEST_TOKEN"] = BEARER
        return around

    def _step(self, step, environment: dict[str, str], ended: Job) -> int:
        script = self.folder / ".tools" / "step.sh"
        script.write_text(step["run"], encoding="utf-8")
        done = subprocess.run(  # noqa: S603 - the workflow's own lines
            ["/bin/bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
            cwd=self.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        ended.said[step["name"]] = done.stdout + done.stderr
        return done.returncode

    def _outputs(self, step) -> dict[str, str]:
        output = self.folder / ".tools" / "output"
        if "id" not in step or not output.exists():
            return {}
        rows = [line.partition("=") for line in output.read_text().splitlines()]
        return {f"steps.{step['id']}.outputs.{key}": value for key, _, value in rows}


def _evaluated(environment, known: dict[str, str]) -> dict[str, str]:
    """`${{ name }}` is what is known of it; on GitHub, too, nothing is an empty text."""
    return {
        name: re.sub(r"\$\{\{ (.*?) \}\}", lambda match: known.get(match[1], ""), str(value))
        for name, value in environment.items()
    }


@contextlib.contextmanager
def token_service(emulator: Emulator) -> Iterator[str]:
    """GitHub's token service: signs for whoever shows the runner's bearer, about the subject in the address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = {key: value[0] for key, value in parse_qs(urlsplit(self.path).query).items()}
            is_runner = self.headers["Authorization"] == f"Bearer {BEARER}"
            wanted = {"subject": asked["subject"], "audience": asked.get("audience", "")}
            signed = emulator.ask("POST", "assertions", wanted)["assertion"] if is_runner else ""
            body = json.dumps({"value": signed}).encode()
            self.send_response(200 if is_runner else 401)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with answering(Handler) as address:
        yield address
