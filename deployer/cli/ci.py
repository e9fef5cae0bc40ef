"""`deployer ci github|azdo`: workflows that provision in CI, and what lets their runs sign in without a secret."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from deployer.ci import Pipeline
from deployer.errors import ConfigurationInvalid, UsageError

_NAME = re.compile(r"[\w.-][\w. -]*(/[\w.-]+)?")
_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./-]*")
_CONSENTS = ("adopt", "allow-delete", "allow-replace")
_ANY_ID = "00000000-0000-0000-0000-000000000000"


@click.group(epilog="Example: deployer ci github configs/prod.yaml --write")
def ci() -> None:
    """Write a workflow that plans on pull requests, applies on merge and looks for drift every night."""


def _shared(command: Callable[..., None]) -> Callable[..., None]:
    """What both systems take."""
    for option in reversed(
        (
            click.option(
                "--install",
                metavar="REQUIREMENT",
                help="What pip installs deployer from, as in `pip install REQUIREMENT`.",
            ),
            click.option(
                "--branch", default="main", show_default=True, help="Merging into it applies."
            ),
            click.option(
                "--environment",
                default="prod",
                show_default=True,
                help="Where the approvals of an apply are said.",
            ),
            click.option(
                "--cron", default="17 4 * * *", show_default=True, help="When to look for drift."
            ),
            *(
                click.option(f"--{one}", is_flag=True, help=f"Plan and apply with --{one}.")
                for one in _CONSENTS
            ),
            click.option(
                "--setup",
                is_flag=True,
                help="Print what to set up once instead: identities, whom they believe, roles.",
            ),
            click.option("--write", is_flag=True, help="Write the file to where it belongs."),
            click.option("--force", is_flag=True, help="With --write: over a file that is there."),
        )
    ):
        command = option(command)
    return click.argument("config", type=click.Path(path_type=Path))(command)


@ci.command(epilog="Example: deployer ci github configs/prod.yaml --repository me/voice --setup")
@_shared
@click.option("--repository", metavar="OWNER/NAME", help="For --setup; else what git's origin is.")
@click.option("--owner-id", metavar="ID", help="For --setup: makes the subjects with ids exact.")
@click.option("--repository-id", metavar="ID", help="For --setup, with --owner-id.")
def github(
    config: Path,
    setup: bool,
    write: bool,
    force: bool,
    repository: str | None,
    owner_id: str | None,
    repository_id: str | None,
    **given: Any,  # noqa: ANN401 - click's, typed by _pipeline
) -> None:
    """A workflow for GitHub Actions: .github/workflows/deployer-CONFIG.yml."""
    from deployer.ci import github as system

    pipeline, audience = _pipeline(config, given, setup=setup)
    _check_names(repository, owner_id, repository_id)
    if repository is not None and "/" not in repository:
        raise UsageError(f"{repository!r} names no owner.", hint="Write --repository OWNER/NAME.")
    usual = system.Repository()
    where = system.Repository(
        repository or _origin() or usual.name,
        owner_id or usual.owner_id,
        repository_id or usual.repository_id,
    )
    if setup:
        click.echo(system.setup(pipeline, where, audience), nl=False)
        return
    _deliver(system.path(pipeline), system.workflow(pipeline), write, force)
    _tell("github", pipeline, system.subjects(pipeline, where))


@ci.command(epilog="Example: deployer ci azdo configs/prod.yaml --setup")
@_shared
@click.option("--organization", help="For --setup.")
@click.option("--project", help="For --setup.")
@click.option("--repository", help="For --setup: the repository's name in the project.")
def azdo(
    config: Path,
    setup: bool,
    write: bool,
    force: bool,
    organization: str | None,
    project: str | None,
    repository: str | None,
    **given: Any,  # noqa: ANN401 - click's, typed by _pipeline
) -> None:
    """A pipeline for Azure DevOps: .azuredevops/deployer-CONFIG.yml."""
    from deployer.ci import azdo as system

    pipeline, audience = _pipeline(config, given, setup=setup)
    _check_names(organization, project, repository)
    usual = system.Project()
    where = system.Project(
        organization or usual.organization,
        project or usual.project,
        repository or usual.repository,
    )
    if setup:
        click.echo(system.setup(pipeline, where, audience), nl=False)
        return
    _deliver(system.path(pipeline), system.workflow(pipeline), write, force)
    _tell("azdo", pipeline, system.subjects(pipeline, where))


def _pipeline(config: Path, given: Mapping[str, Any], *, setup: bool) -> tuple[Pipeline, str]:
    """The workflow that is wanted, and for whom its tokens are. Raises UsageError and ConfigurationInvalid."""
    from deployer.ci import federation

    path = _from_root(config)
    variables, cloud, engine = _asked(config)
    usual = Pipeline("", "")
    for name in ("branch", "environment"):
        if not _PLAIN.fullmatch(given[name]):
            raise UsageError(
                f"{given[name]!r} cannot be the {name}: letters, digits and ._-/ only."
            )
    if not (given["install"] or "").isprintable():
        raise UsageError("What --install says has to be one line.")
    if not re.fullmatch(r"[0-9*/, -]+", given["cron"]):
        raise UsageError(f"{given['cron']!r} is not a time for cron.")
    changed = [
        f"--{name} {shlex.quote(value)}"
        for name in ("install", "branch", "environment", "cron")
        if (value := given[name]) is not None and value != getattr(usual, name)
    ]
    consents = tuple(one for one in _CONSENTS if given[one.replace("-", "_")])
    pipeline = Pipeline(
        path,
        shlex.quote(given["install"])
        if given["install"]
        else ("" if setup else _installed_from(engine)),
        given["branch"],
        given["environment"],
        given["cron"],
        consents,
        variables,
        engine,
        (*changed, *(f"--{one}" for one in consents)),
    )
    return pipeline, federation.AUDIENCES.get(cloud, federation.AUDIENCES["AzureCloud"])


def _check_names(*given: str | None) -> None:
    """Raises UsageError for what a shell could take for more than a name."""
    for one in given:
        if one is not None and not _NAME.fullmatch(one):
            raise UsageError(
                f"{one!r} is no name that can stand in a script: letters, digits and ._- only."
            )


def _from_root(config: Path) -> str:
    """The path as the workflow says it. It goes into a shell's lines, so it has to be a plain one."""
    try:
        relative = config.resolve().relative_to(Path.cwd().resolve()).as_posix()
    except ValueError:
        raise UsageError(
            f"{config} is not in {Path.cwd()}.", hint="Run this at the root of the repository."
        ) from None
    if not _PLAIN.fullmatch(relative):
        raise UsageError(
            f"{relative!r} cannot be written into a workflow: letters, digits and ._-/ only.",
            hint="Rename the file or its folder.",
        )
    return relative


class _Asked(Mapping[str, str]):
    """An environment that remembers what it was asked for; an id stands in for what is not set."""

    def __init__(self) -> None:
        self.names: dict[str, None] = {}

    def __getitem__(self, name: str) -> str:
        self.names[name] = None
        return os.environ.get(name) or _ANY_ID

    def __iter__(self) -> Iterator[str]:
        return iter(os.environ)

    def __len__(self) -> int:
        return len(os.environ)


def _asked(config: Path) -> tuple[tuple[str, ...], str, str]:
    """The variables that a configuration and its bases refer to, its cloud, its engine. Raises ConfigurationInvalid."""
    from deployer.config import load

    environ = _Asked()
    try:
        conf = load(config, environ=environ)
    except ConfigurationInvalid as invalid:
        invalid.hint = f"See all of it with: deployer validate {config}"
        raise
    return tuple(environ.names), conf.cloud, conf.engine


def _installed_from(engine: str) -> str:
    """What pip is given in deployer's own repository; elsewhere it has to be said."""
    try:
        is_ours = 'name = "deployer"' in Path("pyproject.toml").read_text(encoding="utf-8")
    except OSError:
        is_ours = False
    if not is_ours:
        raise UsageError(
            "The workflow has to know what to install deployer from.",
            hint="Say --install 'deployer @ git+https://HOST/OWNER/deployer@v1'. "
            "The public index has another project by the name of deployer.",
        )
    return "-c constraints.txt '.[pulumi]'" if engine == "pulumi" else "-c constraints.txt ."


def _origin() -> str | None:
    """`owner/name` of the repository here, as GitHub's runner or git's origin says it."""
    import subprocess

    if said := os.environ.get("GITHUB_REPOSITORY"):
        return said
    asked = ["git", "remote", "get-url", "origin"]
    try:
        url = subprocess.run(asked, capture_output=True, text=True, check=False).stdout  # noqa: S603
    except OSError:
        return None
    found = re.search(r"github\.com[:/]([\w.-]+/[\w.-]+?)(?:\.git)?\s*$", url)
    return found[1] if found else None


def _deliver(path: str, text: str, write: bool, force: bool) -> None:
    if not write:
        click.echo(text, nl=False)
        return
    here = Path.cwd().resolve()
    root = next((one for one in (here, *here.parents) if (one / ".git").exists()), here)
    if root != here:
        raise UsageError(
            f"{here} is inside a repository, where no workflow is looked for.",
            hint=f"Run this at its root, {root}.",
        )
    file = Path(path)
    if file.exists() and not force and file.read_text(encoding="utf-8") != text:
        raise UsageError(f"{path} is there and differs.", hint="Write over it with --force.")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}.") from None
    click.echo(f"Written to {path}.", err=True)


def _tell(system: str, pipeline: Pipeline, subjects: list[str]) -> None:
    click.echo(
        "\n".join(
            [
                "Its runs sign in without a secret. Subjects that federated credentials have to say, to the letter:",
                *(f"  {one}" for one in subjects),
                f"The lines that set everything up: deployer ci {system} {pipeline.config} --setup",
            ]
        ),
        err=True,
    )
