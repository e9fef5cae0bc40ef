"""Records on disk: one sqlite table of JSON documents, written through at every change and safe against a crash."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from deployer.emulator.state.records import (
    Account,
    Calendar,
    Deployment,
    Group,
    ManagementLock,
    Operation,
    Principal,
    QuotaTier,
    RaiPolicy,
    Record,
    RoleAssignment,
    StatedSettings,
    SubscriptionTags,
    TemplateDeployment,
)

KINDS: dict[str, type[Record]] = {
    "group": Group,
    "account": Account,
    "deployment": Deployment,
    "roleAssignment": RoleAssignment,
    "raiPolicy": RaiPolicy,
    "lock": ManagementLock,
    "templateDeployment": TemplateDeployment,
    "quotaTier": QuotaTier,
    "subscriptionTags": SubscriptionTags,
    "principal": Principal,
    "operation": Operation,
    "calendar": Calendar,
    "settings": StatedSettings,
}
_NAMES = {kind: name for name, kind in KINDS.items()}


class Database:
    """The file `state.db` of a state directory. To be used by one thread only."""

    def __init__(self, path: Path) -> None:
        path.touch(mode=0o600)  # it holds keys and secrets
        self._connection = sqlite3.connect(path, isolation_level=None)
        # With the write-ahead log, NORMAL loses nothing when the process dies, only when the
        # machine does; an emulator needs no more.
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.execute(
            "CREATE TABLE IF NOT EXISTS documents"
            " (kind TEXT, key TEXT, body TEXT, PRIMARY KEY (kind, key)) WITHOUT ROWID"
        )

    def load(self) -> Iterable[tuple[str, Record]]:
        """Every record with its key."""
        rows = self._connection.execute("SELECT kind, key, body FROM documents ORDER BY key")
        for kind, key, body in rows:
            yield key, KINDS[kind](**json.loads(body))

    def write(
        self, puts: Iterable[tuple[str, Record]], deletes: Iterable[tuple[type[Record], str]] = ()
    ) -> None:
        """All of these changes or, after a crash, none."""
        with self._connection:
            self._connection.execute("BEGIN")
            self._connection.executemany(
                "DELETE FROM documents WHERE kind = ? AND key = ?",
                [(_NAMES[kind], key) for kind, key in deletes],
            )
            self._connection.executemany(
                "INSERT OR REPLACE INTO documents (kind, key, body) VALUES (?, ?, ?)",
                [(_NAMES[type(record)], key, json.dumps(asdict(record))) for key, record in puts],
            )

    def close(self) -> None:
        """Close the file; its log is folded in."""
        self._connection.close()
