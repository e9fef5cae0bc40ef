"""The command line. A command is a row in `COMMANDS` and a module; nothing of it is imported before it is asked for."""

from __future__ import annotations

import sys
from importlib import import_module

import click

from deployer import __version__

COMMANDS = {
    "validate": "Check a configuration; ask nobody.",
    "preflight": "Ask Azure whether `up` can succeed; write nothing.",
    "plan": "Show what `up` would do; write nothing.",
    "up": "Make Azure what the configuration says, and listen to it.",
    "smoke": "Listen to every deployment of the configuration.",
    "drift": "Show how Azure differs from the configuration.",
    "status": "Show what exists, whose it is, and how long its models live.",
    "down": "Remove what is ours.",
    "export": "Write the configuration for Pulumi, ARM, Bicep or Terraform.",
    "ci": "Write workflows that plan, apply and look for drift in CI.",
    "doctor": "Say what is missing here, and what to do about it.",
    "pulumi": "Fetch what the engine pulumi stands on.",
    "schema": "Print the JSON Schema of a configuration.",
    "emulator": "Run the small Azure on this machine for other clients.",
    "version": "Print versions: deployer, Python, Azure's APIs and SDKs.",
}
"""Command to the line that `--help` shows; its module and function have its name."""


class Commands(click.Group):
    """The table above as a group of commands."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"deployer.cli.{cmd_name}"), cmd_name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(name, COMMANDS, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            ctx.fail(f"There is no command {name!r}.{hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Every option can also be set as DEPLOYER_<OPTION>, for example DEPLOYER_OUTPUT=json. "
    "Start with: deployer up configs/local.yaml",
)
@click.version_option(__version__, message="%(prog)s %(version)s")
def deployer() -> None:
    """Plan, apply and smoke-test Azure OpenAI audio and realtime deployments from one YAML file."""


def main() -> None:
    """Run the command line of this process and end it with its exit code."""
    from deployer.cli.ending import leave, run

    leave(run(deployer, sys.argv[1:]))
