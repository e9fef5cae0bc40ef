"""Workflows that provision in CI: files for GitHub and Azure DevOps, and the lines that let their runs sign in. Pure.

The texts are the files beside this module, in the languages that they are; `@name@` in them is filled in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

_BLANK = re.compile(r"@([a-z_]+)@")


@dataclass(frozen=True, slots=True)
class Pipeline:
    """What differs between one workflow and another.

    `config` is the path from the root of the repository, with slashes; `install` is what pip installs `deployer` from;
    `variables` are those of the environment that the configuration refers to, `engine` is the one that it names;
    `options` were given to the command.
    """

    config: str
    install: str
    branch: str = "main"
    environment: str = "prod"
    cron: str = "17 4 * * *"
    consents: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    engine: str = "sdk"
    options: tuple[str, ...] = ()

    @property
    def slug(self) -> str:
        """The configuration's file name without its ending: what names of this workflow's things end in."""
        return self.config.rpartition("/")[2].partition(".")[0]

    @property
    def installing(self) -> str:
        """The line that installs deployer, and what its engine stands on."""
        pip = f"python -m pip install {self.install}"
        return f"{pip} && deployer pulumi install --yes" if self.engine == "pulumi" else pip

    @property
    def paths(self) -> tuple[str, ...]:
        """Where a change concerns it: beside the configuration, which may extend a neighbour."""
        folder, slash, _ = self.config.rpartition("/")
        return (f"{folder}/**" if slash else self.config,)

    def blanks(self) -> dict[str, str]:
        """What the texts of both systems have blanks for."""
        return {
            "config": self.config,
            "title": self.slug,
            "slug": self.slug,
            "branch": self.branch,
            "environment": self.environment,
            "cron": self.cron,
            "consents": "".join(f" --{one}" for one in self.consents),
            "options": "".join(f" {one}" for one in self.options),
        }


def filled(name: str, blanks: Mapping[str, str]) -> str:
    """The text of that name with its blanks filled in.

    A blank that is alone on its line may be filled with several lines, which keep its indentation, or with none.
    """
    text = (files(__package__) / name).read_text(encoding="utf-8")
    lines = []
    for line in text.splitlines():
        alone = _BLANK.fullmatch(line.strip())
        if alone:
            indent = line[: len(line) - len(line.lstrip())]
            lines += [indent + one for one in blanks[alone[1]].splitlines()]
        else:
            lines.append(_BLANK.sub(lambda blank: blanks[blank[1]], line))
    return "\n".join(lines) + "\n"


def shell_variable(name: str) -> str:
    """Where the lines for setting up find the value of a variable of the configuration."""
    return "subscription" if name == "AZURE_SUBSCRIPTION_ID" else name
