"""`deployer plan --engine pulumi --offline`: what the Pulumi program registers, for people and for programs."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import fields
from typing import TYPE_CHECKING, NoReturn

import click

from deployer.cli.options import Given
from deployer.cli.running import conclude
from deployer.config import load
from deployer.core.encoding import Json, encode
from deployer.core.naming import camel
from deployer.core.problems import errors
from deployer.engines.pulumi import program as pulumi_program
from deployer.errors import Blocked, DeployerError, UsageError
from deployer.render.text.layout import PLAIN, WIDTH, blocks, wrapped
from deployer.render.text.problems import problem_lines

if TYPE_CHECKING:
    from deployer.engines.pulumi.graph import Graph, Registration

FORMAT_VERSION = 1
LABEL = "what the program registers, not a difference to anything"
_ENGINE = "pulumi"


def show(given: Given) -> None:
    """Print the graph, or why there is none."""
    try:
        text = shown(given)
    except DeployerError as refused:
        refusal = refused
        conclude("plan", given, lambda _: _refuse(refusal))
    click.echo(text, nl=False)


def shown(given: Given) -> str:
    """The graph as it is printed.

    Raises UsageError for options that mean nothing here, ConfigurationInvalid, and Blocked without Pulumi's packages.
    """
    _check(given)
    from deployer import views
    from deployer.cli.cloud import today
    from deployer.config.clouds import emulated_day
    from deployer.export.desired import document

    conf = load(given.config, environ=os.environ, cloud=given.cloud, engine=given.engine)
    if conf.engine != _ENGINE:
        raise UsageError(
            f"--offline shows what the Pulumi program registers; the engine {conf.engine} has no program.",
            hint="Add --engine pulumi, or write the configuration in another language: deployer export.",
        )
    with pulumi_program.extra():
        from deployer.engines.pulumi.graph import graph
    day = emulated_day(conf.cloud) or today()
    desired, problems = views.offline(conf, _ENGINE, day, given.self_id, given.self_type)
    if errors(problems):
        raise Blocked(f"{given.config} cannot be planned as it stands.", problems=problems)
    if problems and not given.quiet:
        click.echo(blocks(problem_lines(problems, PLAIN, WIDTH)), err=True)
    made = graph(document(desired))
    return (_text if given.output == "text" else _json)(conf.name, made)


def _refuse(refusal: DeployerError) -> NoReturn:
    raise refusal


def _check(given: Given) -> None:
    if given.output not in ("text", "json"):
        raise UsageError("--offline is shown as text or json.", hint="Add -o json.")
    if given.out or given.report or given.detailed_exitcode:
        raise UsageError(
            "--offline compares nothing, so there is no plan to keep, report or judge.",
            hint="Leave out --out, --report and --detailed-exitcode, or leave out --offline.",
        )


def _json(name: str, made: Graph) -> str:
    data: dict[str, Json] = {
        "formatVersion": FORMAT_VERSION,
        "meaning": LABEL,
        "name": name,
        "resources": [_entry(one) for one in made.registrations],
        "outputs": list(made.outputs),
    }
    return json.dumps(data, indent=2) + "\n"


def _entry(one: Registration) -> Json:
    return {camel(each.name): encode(getattr(one, each.name)) for each in fields(one)}


def _text(name: str, made: Graph) -> str:
    head = f"{name}: {LABEL}. Nobody was asked what exists."
    parts = [list(wrapped(head, 0, WIDTH))]
    for one in made.registrations:
        if not one.parent:
            parts.append([])
        parts[-1] += _lines(one)
    parts.append([f"It tells: {', '.join(made.outputs)}"])
    return blocks(parts)


def _lines(one: Registration) -> Iterator[str]:
    indent = 2 if one.parent else 0
    yield f"{' ' * indent}{_short(one.type)} {one.name}"
    for said in (_options(one), ", ".join(_flat("", dict(one.inputs)))):
        if said:
            yield from wrapped(said, indent + 4, WIDTH)


def _options(one: Registration) -> str:
    said = {
        f"after {', '.join(_named(other) for other in one.depends_on)}": one.depends_on,
        "protected": one.protect,
        f"replaced for another {', '.join(one.replace_on_changes)}": one.replace_on_changes,
        f"left to Azure: {', '.join(one.ignore_changes)}": one.ignore_changes,
        f"hook: {', '.join(one.error_hooks)}": one.error_hooks,
    }
    return "; ".join(text for text, holds in said.items() if holds)


def _flat(path: str, value: Json) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flat(f"{path}.{key}" if path else key, inner)
    else:
        yield f"{path}={value if isinstance(value, str) else json.dumps(value)}"


def _named(key: str) -> str:
    kind, _, name = key.partition("::")
    return f"{_short(kind)} {name}"


def _short(kind: str) -> str:
    return kind.rpartition(":")[2] if "providers:" not in kind else "Provider"
