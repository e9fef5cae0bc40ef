"""What the engine pulumi needs on a machine: found where Pulumi looks, and refused with the way to get it."""

import pytest
from pulumi_on_path import put_command

from deployer.engines.pulumi import tools as pulumi_tools
from deployer.engines.pulumi.tools import CLI, command_line, missing


@pytest.fixture(autouse=True)
def nothing_installed(monkeypatch, tmp_path):
    monkeypatch.setattr(pulumi_tools, "installed_root", lambda: tmp_path / "versions" / CLI)


def told(environ):
    return [(one.code, one.hint) for one in missing(command_line(environ), environ)]


def test_all_is_there(tmp_path):
    assert [] == told(put_command(tmp_path / "bin"))


def test_without_a_command_line(tmp_path):
    assert [("pulumi.cli-missing", "Run: deployer pulumi install")] == told({"PATH": str(tmp_path)})


@pytest.mark.parametrize("version", ["v3.243.9", "2.99.0", "who knows"])
def test_a_command_line_that_is_too_old(tmp_path, version):
    environ = put_command(tmp_path / "bin", version)

    assert [("pulumi.cli-too-old", "Run: deployer pulumi install")] == told(environ)


@pytest.mark.parametrize("version", ["v3.244.0", "3.300.1", "v4.0.0"])
def test_the_floor_and_what_is_newer(tmp_path, version):
    assert [] == told(put_command(tmp_path / "bin", version))


@pytest.mark.parametrize("plugins", [(), ("3.28.0",), ("2.90.0", "3.30.0")], ids=str)
def test_the_plugin_has_the_version_of_its_package(tmp_path, plugins):
    environ = put_command(tmp_path / "bin", plugins=plugins)

    assert ["pulumi.plugin-missing"] == [code for code, _ in told(environ)]


def test_a_provider_that_runs_already_is_used(tmp_path):
    environ = put_command(tmp_path / "bin", plugins=())

    assert [] == told({**environ, "PULUMI_DEBUG_PROVIDERS": "random:1,azure-native:4711"})


def test_what_was_fetched_stands_in_for_one_on_the_path_that_is_too_old(tmp_path):
    put_command(tmp_path / "versions" / CLI / "bin", "v3.259.0")
    environ = put_command(tmp_path / "bin", "v3.100.0")

    found = command_line(environ)

    assert found is not None
    assert ("3.259.0", "versions") == (found.version, found.path.parts[-4])


def test_a_command_line_that_cannot_be_run_is_too_old(tmp_path):
    environ = put_command(tmp_path / "bin")
    (tmp_path / "bin" / "pulumi").write_text("#!/no/such/interpreter\n", encoding="utf-8")

    assert ["pulumi.cli-too-old"] == [code for code, _ in told(environ)]
