"""Where the CLI double keeps stacks: the same files in the same places as the real CLI's `file://` backend."""

from __future__ import annotations

import datetime as dt
import getpass
import hashlib
import json
import os
import socket
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

import yaml
from pulumi_doubles.marks import Json
from pulumi_doubles.state import Resource, State, ciphered, opened, plaintext

VERSION = "v3.259.0"
_NO_PASSPHRASE = (
    'constructing secrets manager of type "passphrase": constructing secrets manager: passphrase must be '
    "set with PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE environment variables"
)
_WRONG_PASSPHRASE = (
    "failed to decrypt: incorrect passphrase, please set PULUMI_CONFIG_PASSPHRASE to the correct passphrase "
    "or set PULUMI_CONFIG_PASSPHRASE_FILE to a file containing the passphrase"
)


class Refused(Exception):
    """An error of the CLI's own, with its exit code."""

    def __init__(self, message: str, code: int = 1) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Backend:
    """The stacks of one project below one folder."""

    folder: Path
    url: str
    project: str
    work_dir: Path

    @classmethod
    def opened(cls, work_dir: Path) -> Backend:
        """What PULUMI_BACKEND_URL and the project file in this folder name."""
        url = os.environ.get("PULUMI_BACKEND_URL", "")
        parts = urlsplit(url)
        if parts.scheme != "file":
            raise Refused(f"the double keeps state in file:// only, not in {url!r}")
        folder = Path(url2pathname(unquote(parts.path)))
        if not folder.is_dir():
            raise Refused(f'unable to open state directory "{url}": no such file or directory')
        settings = work_dir / "Pulumi.yaml"
        if not settings.is_file():
            raise Refused(f"no Pulumi.yaml project file found (searching upwards from {work_dir})")
        return cls(
            folder / ".pulumi", url, yaml.safe_load(settings.read_text("utf-8"))["name"], work_dir
        )

    def stack(self, name: str) -> StackFiles:
        """An existing stack."""
        found = StackFiles(self, name)
        if not found.file.is_file():
            raise Refused(f"no stack named '{name}' found", 6)
        return found

    def stacks(self) -> list[str]:
        return sorted(one.stem for one in (self.folder / "stacks" / self.project).glob("*.json"))


@dataclass(frozen=True)
class StackFiles:
    """The files of one stack: its state, its history, its locks and its settings."""

    backend: Backend
    name: str

    @property
    def file(self) -> Path:
        return self.backend.folder / "stacks" / self.backend.project / f"{self.name}.json"

    @property
    def settings(self) -> Path:
        return self.backend.work_dir / f"Pulumi.{self.name}.yaml"

    @property
    def _locks(self) -> Path:
        return self.backend.folder / "locks" / "organization" / self.backend.project / self.name

    @property
    def _history(self) -> Path:
        return self.backend.folder / "history" / self.backend.project / self.name

    def create(self, secrets_provider: str) -> None:
        """An empty stack, encrypted by passphrase."""
        if self.file.exists():
            raise Refused(f"stack 'organization/{self.backend.project}/{self.name}' already exists")
        if secrets_provider not in {"", "passphrase"}:
            raise Refused(f"the double knows no secrets provider {secrets_provider}")
        salt = f"v1:{_digest(_passphrase())}"
        self.configure({**self.configuration(), "encryptionsalt": salt})
        self._write({"secrets_providers": {"type": "passphrase", "state": {"salt": salt}}})

    def state(self, secrets: bool = True) -> State:
        """The resources; reading their secrets takes the passphrase."""
        if secrets:
            self.check_passphrase()
        rows = self.deployment().get("resources", [])
        return State.of(Resource.from_json(row) for row in rows)

    def check_passphrase(self) -> None:
        salt = self.deployment()["secrets_providers"]["state"]["salt"]
        if salt != f"v1:{_digest(_passphrase())}":
            raise Refused(_WRONG_PASSPHRASE)

    def save(self, state: State) -> None:
        kept = self.deployment()
        kept["resources"] = [one.as_json(ciphered) for one in state.resources.values()]
        self._write(kept)

    def deployment(self) -> Json:
        deployment: Json = json.loads(self.file.read_text("utf-8"))["checkpoint"]["latest"]
        return deployment

    def export(self, secrets: bool) -> Json:
        kept = self.deployment()
        if secrets and "resources" in kept:
            state = self.state()
            kept["resources"] = [one.as_json(plaintext) for one in state.resources.values()]
        return {"version": 3, "deployment": kept}

    def replace(self, deployment: Json) -> None:
        """Take a deployment as it was exported, its secrets plain or not."""
        rows = [Resource.from_json(opened(row)) for row in deployment.get("resources", [])]
        self._write({**deployment, "resources": []})
        self.save(State.of(rows))

    def remove(self, keep_settings: bool) -> None:
        self.file.unlink()
        for one in self._history.glob("*.json"):
            one.unlink()
        if not keep_settings:
            self.settings.unlink(missing_ok=True)

    def configuration(self) -> Json:
        """What `Pulumi.<stack>.yaml` says."""
        text = self.settings.read_text("utf-8") if self.settings.is_file() else ""
        return yaml.safe_load(text) or {}

    def configure(self, values: Json) -> None:
        self.settings.write_text(yaml.safe_dump(values), "utf-8")

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the stack; raises Refused while somebody else does."""
        held = sorted(self._locks.glob("*.json"))
        if held:
            told = [_told(one) for one in held]
            raise Refused(
                f"the stack is currently locked by {len(held)} lock(s). Either wait for the other "
                "process(es) to end or delete the lock file with `pulumi cancel`.\n"
                + "\n".join(told)
            )
        self._locks.mkdir(parents=True, exist_ok=True)
        lock = self._locks / f"{uuid.uuid4()}.json"
        holder = {
            "pid": os.getpid(),
            "username": getpass.getuser(),
            "hostname": socket.gethostname(),
            "timestamp": _stamp(),
        }
        lock.write_text(json.dumps(holder), "utf-8")
        try:
            yield
        finally:
            lock.unlink(missing_ok=True)

    def unlock(self) -> None:
        for lock in self._locks.glob("*.json"):
            lock.unlink()

    def remember(self, kind: str, began: str, failed: bool, changes: Counter[str]) -> None:
        """A line of history; a run that is killed leaves none."""
        self._history.mkdir(parents=True, exist_ok=True)
        entry = {
            "version": 0,
            "kind": kind,
            "startTime": began,
            "message": "",
            "environment": {"exec.kind": "auto.inline", "pulumi.version": VERSION},
            "config": {},
            "result": "failed" if failed else "succeeded",
            "endTime": _stamp(),
            "resourceChanges": dict(sorted(changes.items())),
        }
        path = self._history / f"{self.name}-{time.time_ns()}.history.json"
        path.write_text(json.dumps(entry), "utf-8")

    def history(self) -> list[Json]:
        """Runs, newest first."""
        files = sorted(self._history.glob("*.history.json"), reverse=True)
        return [json.loads(one.read_text("utf-8")) for one in files]

    def _write(self, deployment: Json) -> None:
        manifest = {"time": _stamp(), "magic": "", "version": VERSION}
        latest = {"manifest": manifest, **{k: v for k, v in deployment.items() if k != "manifest"}}
        stack = f"organization/{self.backend.project}/{self.name}"
        text = json.dumps({"version": 3, "checkpoint": {"stack": stack, "latest": latest}})
        self.file.parent.mkdir(parents=True, exist_ok=True)
        whole = self.file.with_suffix(".new")
        whole.write_text(text, "utf-8")
        whole.replace(self.file)


def now() -> str:
    return _stamp()


def _stamp() -> str:
    return dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _told(lock: Path) -> str:
    holder = json.loads(lock.read_text("utf-8"))
    who = f"{holder['username']}@{holder['hostname']} (pid {holder['pid']})"
    return f"  {lock.as_uri()}: created by {who} at {holder['timestamp']}"


def _passphrase() -> str:
    file = os.environ.get("PULUMI_CONFIG_PASSPHRASE_FILE")
    if file:
        return Path(file).read_text("utf-8").strip()
    if "PULUMI_CONFIG_PASSPHRASE" not in os.environ:
        raise Refused(_NO_PASSPHRASE)
    return os.environ["PULUMI_CONFIG_PASSPHRASE"]


def _digest(passphrase: str) -> str:
    return hashlib.sha256(f"double:{passphrase}".encode()).hexdigest()[:24]
