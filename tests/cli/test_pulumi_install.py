"""Fetching Pulumi: only after a yes, only what is lacking, and with the way to do it by hand where it fails."""

from types import SimpleNamespace
from urllib.error import URLError

import pytest
from command_line import command
from pulumi_on_path import asked, put_command

from deployer.engines.pulumi import install as pulumi_install
from deployer.engines.pulumi import tools as pulumi_tools
from deployer.engines.pulumi.tools import CLI, plugin_version


@pytest.fixture
def root(monkeypatch, tmp_path):
    """Where the command line is fetched to; nothing is there yet."""
    root = tmp_path / "versions" / CLI
    for module in (pulumi_tools, pulumi_install):
        monkeypatch.setattr(module, "installed_root", lambda: root)
    return root


@pytest.fixture
def fetched(monkeypatch, root):
    """Pulumi's own installer, replaced: what it was asked, and what it leaves."""
    from pulumi.automation import PulumiCommand

    calls = []

    def install(root, version):
        calls.append((root, str(version)))
        put_command(pulumi_tools.installed_root() / "bin", f"v{version}", plugins=())
        return SimpleNamespace(command=str(pulumi_tools.installed_root() / "bin" / "pulumi"))

    monkeypatch.setattr(PulumiCommand, "install", staticmethod(install))
    return calls


def install(*arguments, path=""):
    return command("pulumi", "install", *arguments, PATH=str(path))


def test_the_pinned_versions_are_fetched_and_told(fetched, root):
    ended = install("--yes")

    assert (0, [(str(root), CLI)]) == (ended.code, fetched)
    assert f"plugin install resource azure-native v{plugin_version()}" in asked(root / "bin")
    told = [line for line in ended.err.splitlines() if line.startswith("Fetching")]
    assert [f"pulumi {CLI}", f"azure-native {plugin_version()}"] == [
        " ".join(line.split()[1:3]).rstrip(":") for line in told
    ]


def test_what_is_there_is_not_fetched_again(fetched, tmp_path):
    put_command(tmp_path / "bin")

    ended = install("--yes", path=tmp_path / "bin")

    assert (0, [], True) == (ended.code, fetched, "Nothing to do" in ended.out)


def test_a_plugin_alone_is_fetched_by_the_command_line_that_is_there(fetched, root, tmp_path):
    put_command(tmp_path / "bin", plugins=("3.1.0",))

    ended = install("--yes", path=tmp_path / "bin")

    assert (0, []) == (ended.code, fetched)
    assert f"plugin install resource azure-native v{plugin_version()}" in asked(tmp_path / "bin")


def test_without_a_terminal_and_without_a_yes_nothing_is_fetched(fetched, root):
    ended = install()

    assert (64, [], True) == (ended.code, fetched, "--yes" in ended.err)


def test_the_way_by_hand_fetches_nothing(fetched, root):
    ended = install("--print")

    assert (0, []) == (ended.code, fetched)
    parts = (f"pulumi-v{CLI}-", f"azure-native-v{plugin_version()}-", "--file", str(root / "bin"))
    assert [] == [part for part in parts if part not in ended.out]


def test_without_a_network_the_way_by_hand_is_told(monkeypatch, root):
    from pulumi.automation import PulumiCommand

    def refuse(**_):
        raise URLError("no route to host")

    monkeypatch.setattr(PulumiCommand, "install", staticmethod(refuse))

    ended = install("--yes")

    assert (6, True, True) == (
        ended.code,
        "no route to host" in ended.err,
        "plugin install resource azure-native" in ended.err,
    )


def test_a_plugin_that_cannot_be_fetched_is_told_in_pulumis_words(root, tmp_path):
    put_command(tmp_path / "bin", plugins=(), refusal="error: no such host")

    ended = install("--yes", path=tmp_path / "bin")

    assert (6, True) == (ended.code, "error: no such host" in ended.err)


def test_without_the_extra_that_comes_first(monkeypatch, root):
    monkeypatch.setattr(pulumi_tools, "has_extra", lambda: False)

    ended = install("--yes")

    assert (6, True) == (ended.code, "pip install 'deployer[pulumi]'" in ended.err)
