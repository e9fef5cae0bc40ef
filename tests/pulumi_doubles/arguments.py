"""The command line of the CLI double: the commands and flags that the Automation API sends, and no others."""

from __future__ import annotations

from dataclasses import dataclass, field

_STACK = {"--stack": True}
_RUN = {
    **_STACK,
    "--client": True,
    "--exec-kind": True,
    "--event-log": True,
    "--message": True,
    "--parallel": True,
    "--color": True,
    "--expect-no-changes": False,
    "--run-program": True,
    "--refresh": False,
    "--diff": False,
    "--debug": False,
    "--suppress-outputs": False,
    "--suppress-progress": False,
}
_WRITE = {**_RUN, "--yes": False, "--skip-preview": False}
_COMMANDS: dict[str, dict[str, bool]] = {
    "version": {},
    "whoami": {"--json": False},
    "preview": {**_RUN, "--json": False},
    "up": {**_WRITE, "--continue-on-error": False},
    "refresh": {**_WRITE, "--preview-only": False},
    "destroy": {**_WRITE, "--preview-only": False, "--continue-on-error": False},
    "cancel": {**_STACK, "--yes": False},
    "stack select": _STACK,
    "stack init": {"--secrets-provider": True, "--no-select": False},
    "stack ls": {"--json": False, "--all": False},
    "stack output": {**_STACK, "--json": False, "--show-secrets": False},
    "stack export": {**_STACK, "--show-secrets": False},
    "stack import": {**_STACK, "--file": True},
    "stack rm": {"--yes": False, "--force": False, "--preserve-config": False},
    "stack history": {
        **_STACK,
        "--json": False,
        "--show-secrets": False,
        "--page-size": True,
        "--page": True,
    },
    "config": {**_STACK, "--show-secrets": False, "--json": False},
    "config get": {**_STACK, "--json": False},
    "config set": {**_STACK, "--plaintext": False},
    "config rm": _STACK,
    "plugin ls": {"--json": False},
    "plugin install": {},
}
"""Every command with its flags; True: the flag takes a value."""


class WrongUsage(Exception):
    """A command or flag that the double does not know, in the CLI's words."""


@dataclass(frozen=True)
class Arguments:
    """A parsed command line. Flags are without their dashes; a flag without value is `true`."""

    command: str
    flags: dict[str, str] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)

    def __contains__(self, flag: str) -> bool:
        return flag in self.flags


def parse(line: list[str]) -> Arguments:
    """Raises WrongUsage."""
    left = [one for one in line if one != "--non-interactive"]
    command = _command(left)
    left = left[len(command.split()) :]
    known = _COMMANDS[command]
    flags: dict[str, str] = {}
    words: list[str] = []
    while left:
        one = left.pop(0)
        if one == "--":
            words += left
            break
        if not one.startswith("--"):
            words.append(one)
            continue
        name, equals, value = one.partition("=")
        if name not in known:
            raise WrongUsage(f"unknown flag: {name}")
        if known[name] and not equals:
            if not left:
                raise WrongUsage(f"flag needs an argument: {name}")
            value = left.pop(0)
        flags[name[2:]] = value or "true"
    return Arguments(command, flags, words)


def _command(line: list[str]) -> str:
    for length in (2, 1):
        command = " ".join(line[:length])
        if len(line) >= length and command in _COMMANDS:
            return command
    raise WrongUsage(f'unknown command "{" ".join(line[:1])}" for "pulumi"')
