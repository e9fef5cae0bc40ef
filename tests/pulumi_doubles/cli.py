"""A double of the `pulumi` command for the unmodified Automation API: its commands, files, texts and exit codes.

It is not Pulumi. It speaks the wires that the Automation API and programs speak, so that our runner can be tested
where no CLI is; the same tests run against the real one where there is. Unknown flags and commands are errors.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pulumi_doubles.arguments import Arguments, WrongUsage, parse
from pulumi_doubles.backend import VERSION, Backend, Refused, StackFiles
from pulumi_doubles.marks import bare
from pulumi_doubles.state import STACK, masked, sealed

Command = Callable[[Arguments, Backend], Any]


def main(line: list[str]) -> int:
    """Run one command; its exit code."""
    try:
        arguments = parse(line)
        if arguments.command == "version":
            sys.stdout.write(f"{VERSION}\n")
            return 0
        answer = _COMMANDS[arguments.command](arguments, Backend.opened(Path.cwd()))
    except WrongUsage as wrong:
        sys.stderr.write(f"error: {wrong}\n")
        return 1
    except Refused as refused:
        sys.stderr.write(f"error: {refused}\n")
        return refused.code
    if answer is not None:
        text = answer if isinstance(answer, str) else json.dumps(answer, indent=2)
        sys.stdout.write(f"{text}\n")
    return 0


def _select(arguments: Arguments, backend: Backend) -> None:
    backend.stack(arguments.flags["stack"])
    _selected(backend).parent.mkdir(parents=True, exist_ok=True)
    _selected(backend).write_text(arguments.flags["stack"], "utf-8")


def _init(arguments: Arguments, backend: Backend) -> None:
    (name,) = arguments.words
    StackFiles(backend, name).create(arguments.flags.get("secrets-provider", ""))
    sys.stderr.write(f"Created stack '{name}'\n")
    if "no-select" not in arguments:
        _selected(backend).parent.mkdir(parents=True, exist_ok=True)
        _selected(backend).write_text(name, "utf-8")


def _ls(arguments: Arguments, backend: Backend) -> Any:
    current = _selected(backend)
    chosen = current.read_text("utf-8") if current.is_file() else ""
    return [
        {
            "name": name,
            "current": name == chosen,
            "lastUpdate": backend.stack(name).deployment()["manifest"]["time"],
            "resourceCount": len(backend.stack(name).deployment().get("resources", [])),
        }
        for name in backend.stacks()
    ]


def _output(arguments: Arguments, backend: Backend) -> Any:
    secrets = "show-secrets" in arguments
    state = backend.stack(arguments.flags["stack"]).state(secrets)
    for one in state.resources.values():
        if one.type == STACK:
            hidden = sealed(one.outputs, lambda value: {"": masked(value)})
            return bare(one.outputs) if secrets else _shown(hidden)
    return {}


def _shown(value: Any) -> Any:
    if isinstance(value, dict):
        return "[secret]" if "" in value else {name: _shown(one) for name, one in value.items()}
    return [_shown(one) for one in value] if isinstance(value, list) else value


def _export(arguments: Arguments, backend: Backend) -> Any:
    return backend.stack(arguments.flags["stack"]).export("show-secrets" in arguments)


def _import(arguments: Arguments, backend: Backend) -> str:
    stack = backend.stack(arguments.flags["stack"])
    text = Path(arguments.flags["file"]).read_text("utf-8")
    with stack.locked():
        stack.replace(json.loads(text)["deployment"])
    return "Import complete."


def _rm(arguments: Arguments, backend: Backend) -> str:
    (name,) = arguments.words
    stack = backend.stack(name)
    if stack.deployment().get("resources") and "force" not in arguments:
        raise Refused(
            f"'{name}' still has resources; removal rejected. Possible actions:\n"
            f"- Make sure that '{name}' is the stack that you want to destroy\n"
            "- Run `pulumi destroy` to delete the resources, then run `pulumi stack rm`\n"
            "- Run `pulumi stack rm --force` to override this error"
        )
    stack.remove("preserve-config" in arguments)
    return f"Stack '{name}' has been removed!"


def _history(arguments: Arguments, backend: Backend) -> Any:
    entries = backend.stack(arguments.flags["stack"]).history()
    size = int(arguments.flags.get("page-size", len(entries)))
    first = (int(arguments.flags.get("page", 1)) - 1) * size
    return entries[first : first + size]


def _cancel(arguments: Arguments, backend: Backend) -> str:
    stack = backend.stack(arguments.flags["stack"])
    stack.unlock()
    return f"The currently running update for '{stack.name}' has been canceled!"


def _whoami(arguments: Arguments, backend: Backend) -> Any:
    user = os.environ.get("USER", "somebody")
    return {"user": user, "url": backend.url} if "json" in arguments else user


def _config(arguments: Arguments, backend: Backend) -> Any:
    values = backend.stack(arguments.flags["stack"]).configuration().get("config", {})
    return {name: {"value": value, "secret": False} for name, value in values.items()}


def _config_get(arguments: Arguments, backend: Backend) -> Any:
    (key,) = arguments.words
    name = key if ":" in key else f"{backend.project}:{key}"
    values = _config(arguments, backend)
    if name not in values:
        raise Refused(f"configuration key '{key}' not found for stack '{arguments.flags['stack']}'")
    return values[name]


def _config_set(arguments: Arguments, backend: Backend) -> None:
    key, value = arguments.words
    stack = backend.stack(arguments.flags["stack"])
    kept = stack.configuration()
    name = key if ":" in key else f"{backend.project}:{key}"
    stack.configure({**kept, "config": {**kept.get("config", {}), name: value}})


def _config_rm(arguments: Arguments, backend: Backend) -> None:
    (key,) = arguments.words
    stack = backend.stack(arguments.flags["stack"])
    kept = stack.configuration()
    name = key if ":" in key else f"{backend.project}:{key}"
    values = {k: v for k, v in kept.get("config", {}).items() if k != name}
    stack.configure({**kept, "config": values})


def _selected(backend: Backend) -> Path:
    return Path(os.environ["PULUMI_HOME"]) / "workspaces" / f"{backend.project}-selected"


def _run(arguments: Arguments, backend: Backend) -> None:
    from pulumi_doubles.runs import run

    run(arguments, backend)


def _no_plugin(arguments: Arguments, _backend: Backend) -> None:
    raise Refused(f"the double downloads nothing: {' '.join(arguments.words)}")


_COMMANDS: dict[str, Command] = {
    "stack select": _select,
    "stack init": _init,
    "stack ls": _ls,
    "stack output": _output,
    "stack export": _export,
    "stack import": _import,
    "stack rm": _rm,
    "stack history": _history,
    "cancel": _cancel,
    "whoami": _whoami,
    "config": _config,
    "config get": _config_get,
    "config set": _config_set,
    "config rm": _config_rm,
    "plugin ls": lambda _arguments, _backend: [],
    "plugin install": _no_plugin,
    **dict.fromkeys(("preview", "up", "refresh", "destroy"), _run),
}

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.exit(main(sys.argv[1:]))
