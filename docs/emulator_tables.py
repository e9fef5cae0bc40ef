"""Writes the tables of docs/emulator.md out of the emulator's own tables: `python docs/emulator_tables.py`.

What a table cannot know, where a fact is from and what differs from Azure, stands here.
"""

from __future__ import annotations

import inspect
import re
from dataclasses import fields
from pathlib import Path

from deployer.emulator.admin import _OPERATIONS
from deployer.emulator.arm.errors import Evidence, Refusal
from deployer.emulator.arm.routes import ROUTES
from deployer.emulator.faults import REQUEST_KINDS
from deployer.emulator.router import Route
from deployer.emulator.settings import Settings, wire_name

PAGE = Path(__file__).with_name("emulator.md")

SEEN, GENERAL, SDK = "recorded", "general knowledge", "SDK and specification"
_OPERATIONS_TEST = "tests/emulator/test_arm_operations.py"
_TEMPLATE_TEST = "tests/emulator/templates/test_template_runs.py"

# By the module of the operation: evidence, where it is tested, what differs on purpose.
MODULES: dict[str, tuple[str, str, str]] = {
    "subscriptions": (f"{SEEN} (providers 2024-12); {GENERAL}", _OPERATIONS_TEST, "One subscription; registering is done at once."),
    "groups": (f"{SEEN} (2021-11, 2026-04)", _OPERATIONS_TEST, "Deleting takes `groupSeconds`, not 75 s."),
    "accounts": (f"{SEEN} (2020-06 to 2026-06)", _OPERATIONS_TEST, "Endpoints lie on localhost; kinds OpenAI and AIServices only."),
    "deployments": (f"{SEEN} (2021-11 to 2026-03)", _OPERATIONS_TEST, "Audio and realtime models only."),
    "deleted_accounts": (f"{SEEN} (2023-06, 2025-10)", _OPERATIONS_TEST, ""),
    "offers": (f"{SEEN} (2023-07 to 2026-06)", "tests/emulator/test_offers.py", "Two regions have models; the lists hold the audio rows."),
    "rai_policies": (SDK, _TEMPLATE_TEST, "Filters are kept and named, and filter nothing."),
    "role_assignments": (f"{SEEN} (2026-04); {GENERAL}", "tests/emulator/test_roles.py", "Built-in roles only; no deny assignments, no conditions."),
    "management_locks": (f"users' reports; {GENERAL}", "tests/emulator/test_arm_refusals.py", ""),
    "template_deployments": (f"{SEEN} (azure-cli, azd 2026-04); {GENERAL}", _TEMPLATE_TEST, "No linked templates, no template specs; what-if shows no noise of Azure's defaults."),
}  # fmt: skip

EVIDENCE = {
    Evidence.SEEN: "recorded or quoted",
    Evidence.GENERAL: GENERAL,
    Evidence.UNVERIFIED: "unverified",
}


def operations() -> str:
    """The parity table: every operation of the control plane."""
    rows = []
    for route in ROUTES:
        evidence, tested, differs = MODULES[module_of(route)]
        rows.append((f"`{route.method} {_short(route.pattern)}`", says(route), evidence, f"[{Path(tested).stem}](../{tested})", differs))  # fmt: skip
    return _table(("operation", "what it does", "evidence", "tested in", "what differs"), rows)


def refusals() -> str:
    """Every refusal with its evidence; each is provoked by tests/emulator/test_arm_refusals.py."""
    rows = [
        (str(one.status), f"`{one.code}`", one.message.replace("|", "\\|"), EVIDENCE[one.evidence])
        for one in Refusal
    ]
    return _table(("status", "code", "message", "evidence"), rows)


def switches() -> str:
    """Every switch with its default and what it means."""
    source = inspect.getsource(Settings)
    rows = []
    for one in fields(Settings):
        told = re.search(rf'    {one.name}: .*?\n    """(.*?)"""', source, re.DOTALL)
        default = Settings().as_json()[wire_name(one.name)]
        rows.append((f"`{wire_name(one.name)}`", f"`{default}`", told[1] if told else ""))
    return _table(("switch", "default", "what it does"), rows)


def faults() -> str:
    """The faults that match requests."""
    rows = [(f"`{name}`", text) for name, text in REQUEST_KINDS.items()]
    return _table(("kind", "what happens"), rows)


def interface() -> str:
    """The emulator's own operations."""
    rows = [(f"`{method} /_emulator/{subject}`",) for method, subject in _OPERATIONS]
    return _table(("operation",), rows)


SECTIONS = {
    "operations": operations,
    "refusals": refusals,
    "switches": switches,
    "faults": faults,
    "interface": interface,
}


def module_of(route: Route) -> str:
    """The module of an operation."""
    return route.operation.__module__.rpartition(".")[2]


def says(route: Route) -> str:
    """The first line of what an operation says of itself."""
    return (inspect.getdoc(route.operation) or "").splitlines()[0].replace("|", "\\|")


def written(text: str) -> str:
    """A page with its tables made anew."""
    for name, make in SECTIONS.items():
        between = rf"(<!-- {name} -->\n).*?(<!-- end -->)"
        table = make()
        text = re.sub(between, lambda found: found[1] + table + found[2], text, flags=re.DOTALL)  # noqa: B023
    return text


def _short(pattern: str) -> str:
    for long, short in (
        ("/subscriptions/{subscription}/resourceGroups/{group}", "{group}"),
        ("/subscriptions/{subscription}", "{subscription}"),
        ("/providers/Microsoft.CognitiveServices", "/CognitiveServices"),
        ("/providers/Microsoft.Authorization", "/Authorization"),
        ("/providers/Microsoft.Resources", "/Resources"),
    ):
        pattern = pattern.replace(long, short)
    return pattern


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
