"""Load a configuration: read it and what it extends, and give a Config or every problem at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from deployer.config.building import build
from deployer.config.clouds import (
    EMULATOR_SUBSCRIPTION,
    EXAMPLE_PRINCIPAL,
    emulated_day,
    is_emulator,
)
from deployer.config.configuration import Config
from deployer.config.findings import Findings, did_you_mean, listed
from deployer.config.keys import CLOUDS, ENGINES, ROOT
from deployer.config.merging import merged
from deployer.config.nodes import Entries, Items, Node, Scalar
from deployer.config.reading import LARGEST_FILE, read
from deployer.config.shape import Fields, checked
from deployer.config.specs import Text
from deployer.config.variables import Path as KeyPath
from deployer.config.variables import filled_in
from deployer.core.problems import Place, errors
from deployer.errors import ConfigurationInvalid, UsageError


def load(
    path: Path,
    *,
    environ: Mapping[str, str],
    cloud: str | None = None,
    engine: str | None = None,
    today: dt.date | None = None,
) -> Config:
    """The configuration in a file. `cloud` and `engine` override what the file says.

    Facts about models are judged as of the emulator's day, else as of `today`, else as of the catalogue's own date.
    Raises ConfigurationInvalid, which carries every problem, and UsageError for an override that cannot be.
    """
    _check_overrides(cloud, engine)
    findings = Findings()
    tree = _Files(environ, findings).whole(path)
    config = _built(tree, path, environ, cloud, engine, today, findings) if tree else None
    if config is None or findings.are_fatal:
        count = len(errors(findings.all))
        said = "is one error" if count == 1 else f"are {count} errors"
        raise ConfigurationInvalid(f"There {said} in {path}.", problems=findings.all)
    return replace(config, problems=findings.all)


def _check_overrides(cloud: str | None, engine: str | None) -> None:
    spec = ROOT.keys["cloud"].spec
    if cloud is not None and not (isinstance(spec, Text) and spec.fits(cloud) and _is_day(cloud)):
        hint = did_you_mean(cloud, CLOUDS) or f"Use {listed(CLOUDS)}, or emulator@ and a date."
        raise UsageError(f'"{cloud}" is not a cloud.', hint=hint)
    if engine is not None and engine not in ENGINES:
        hint = did_you_mean(engine, ENGINES) or f"Use {listed(ENGINES)}."
        raise UsageError(f'"{engine}" is not an engine.', hint=hint)


def _is_day(cloud: str) -> bool:
    try:
        emulated_day(cloud)
    except ValueError:
        return False
    return True


def _built(
    tree: Entries,
    path: Path,
    environ: Mapping[str, str],
    override: str | None,
    engine: str | None,
    today: dt.date | None,
    findings: Findings,
) -> Config | None:
    cloud = override or _written_cloud(tree, environ)

    def stand_in(key: KeyPath, where: Place) -> str | None:
        if not is_emulator(cloud):
            return None
        if key == ("subscription",):
            return EMULATOR_SUBSCRIPTION
        if key[0] == "accounts" and key[-1] == "principal":
            findings.warning(
                "config.example-principal",
                "A principal is only an example",
                where,
                f"Its variable is not set; in the emulator, {EXAMPLE_PRINCIPAL} stands for it.",
                "Set the variable before deploying to Azure.",
            )
            return EXAMPLE_PRINCIPAL
        return None

    tree = filled_in(tree, environ, findings, stand_in)
    root = checked(ROOT, tree, findings)
    if not isinstance(root, Fields):
        return None
    written = root.leaf("cloud")
    if written is not None and not _is_day(str(written.value)):
        detail = f"{written.written} names a day that no calendar has."
        hint = "Write a date such as emulator@2026-04-23."
        findings.error("config.bad-value", "A value is not possible", written.place, detail, hint)
        return None
    return build(root, cloud, engine, path, repr(_said(tree)), today, findings)


def _written_cloud(tree: Entries, environ: Mapping[str, str]) -> str:
    only = {key: node for key, node in tree.entries.items() if key == "cloud"}
    ignored = Findings()
    alone = Entries(only, {}, tree.place)
    node = filled_in(alone, environ, ignored, lambda _key, _where: None).get("cloud")
    return node.text if isinstance(node, Scalar) else "AzureCloud"


def _said(node: Node) -> object:
    """What a tree says, whatever the order of its keys and the way it is written."""
    match node:
        case Entries():
            keys = sorted(key for key in node.entries if key != "extends")
            return {key: _said(node.entries[key]) for key in keys}
        case Items():
            return [_said(one) for one in node.items]
        case Scalar():
            return node.text


class _Files:
    """Reads a file and the chain of files that it extends."""

    def __init__(self, environ: Mapping[str, str], findings: Findings) -> None:
        self._environ = environ
        self._findings = findings

    def whole(self, path: Path) -> Entries | None:
        """The file, merged onto what it extends."""
        return self._merged(path, Place(str(path), 1, 1), ())

    def _merged(self, path: Path, where: Place, above: tuple[Path, ...]) -> Entries | None:
        data = self._data(path, where, is_base=bool(above))
        tree = None if data is None else read(data, str(path), self._findings)
        extends = tree.get("extends") if tree else None
        if tree is None or not isinstance(extends, Scalar) or extends.is_null:
            return tree
        chain = (*above, path.resolve())
        name = self._filled(extends)
        if name is None:
            return None
        base = path.parent / name
        if base.resolve() in chain:
            self._findings.error(
                "config.extends-cycle",
                "Files extend each other",
                extends.place,
                f"Following `extends` from here leads back to {base}.",
                "Remove one of the `extends`.",
            )
            return None
        below = self._merged(base, extends.place, chain)
        return None if below is None else merged(below, tree)

    def _filled(self, extends: Scalar) -> str | None:
        found = Findings()
        alone = Entries({"extends": extends}, {}, extends.place)
        node = filled_in(alone, self._environ, found, lambda _key, _where: None).get("extends")
        for one in found.all:
            self._findings.error(one.code, one.summary, one.where, one.detail, one.hint)
        return node.text if isinstance(node, Scalar) and not found.are_fatal else None

    def _data(self, path: Path, where: Place, *, is_base: bool) -> bytes | None:
        try:
            with path.open("rb") as file:
                return file.read(LARGEST_FILE + 1)
        except (OSError, ValueError) as problem:
            missing = isinstance(problem, FileNotFoundError)
            detail = f"There is no file {path}." if missing else f"{path} cannot be read."
            self._findings.error(
                "config.extends-missing" if is_base else "config.unreadable",
                "A file cannot be read",
                where,
                detail,
                _near(path) if missing else "Is it a file, and may you read it?",
            )
            return None


def _near(path: Path) -> str:
    try:
        siblings = [one for one in path.parent.iterdir() if one.suffix in (".yaml", ".yml")]
    except (OSError, ValueError):
        return "The folder does not exist either."
    near = did_you_mean(path.stem, (one.stem for one in siblings))
    names = ", ".join(sorted(one.name for one in siblings)[:5])
    return near or (f"There: {names}." if names else "The folder holds no YAML file.")
