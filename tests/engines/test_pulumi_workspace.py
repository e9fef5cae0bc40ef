"""Where a stack lives: whose word counts for the backend, and when a passphrase is needed."""

import json
from dataclasses import replace
from types import SimpleNamespace

import pytest

from deployer.core.stacks import PulumiSettings
from deployer.engines import EngineOptions
from deployer.engines.pulumi.workspace import prepare, unusable, workspace

BLOB = "azblob://state?storage_account=voice"


def a_cloud(*, is_loopback=False, **environment):
    return SimpleNamespace(name="AzureCloud", is_loopback=is_loopback, environment=environment)


def of(folder, environ=None, *, is_loopback=False, **settings):
    """The workspace of a configuration in that folder; nobody is signed in to Pulumi unless said otherwise."""
    environ = {"PULUMI_HOME": str(folder / "home"), **(environ or {})}
    options = EngineOptions(folder / ".deployer", pulumi=PulumiSettings(**settings))
    return workspace(a_cloud(is_loopback=is_loopback), options, "voice-prod", environ)


def sign_in_to_pulumi(folder, where):
    (folder / "home").mkdir()
    (folder / "home" / "credentials.json").write_text(json.dumps({"current": where}))


def lacking(found, **environ):
    return [one.code for one in unusable(found, environ)]


def test_a_folder_of_ours_where_nothing_is_said(tmp_path):
    found = of(tmp_path)

    own = tmp_path / ".deployer" / "pulumi" / "azure-openai-voice"
    assert (own, f"file://{(own / 'state').as_posix()}") == (found.directory, found.backend)


def test_the_configuration_is_heard_first_then_the_environment_then_the_sign_in(tmp_path):
    sign_in_to_pulumi(tmp_path, "https://api.pulumi.com")
    environ = {"PULUMI_BACKEND_URL": "s3://elsewhere"}

    found = (of(tmp_path, environ, backend=BLOB), of(tmp_path, environ), of(tmp_path))

    assert [BLOB, "s3://elsewhere", "https://api.pulumi.com"] == [one.backend for one in found]


def test_a_token_of_pulumi_cloud_leaves_the_backend_to_pulumi(tmp_path):
    found = of(tmp_path, {"PULUMI_ACCESS_TOKEN": "pul-secret"})

    assert (None, False) == (found.backend, "PULUMI_BACKEND_URL" in found.environment)


def test_credentials_that_cannot_be_read_are_none(tmp_path):
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "credentials.json").write_text("{")

    assert str(of(tmp_path).backend).endswith("/azure-openai-voice/state")


def test_a_relative_folder_counts_from_the_configuration(tmp_path):
    found = of(tmp_path, backend="file://states/voice?no_tmp_dir=true")

    assert f"file://{(tmp_path / 'states/voice').as_posix()}?no_tmp_dir=true" == found.backend


@pytest.mark.parametrize("address", ["file://~", "file://~/states", BLOB])
def test_other_addresses_stay_as_they_are(tmp_path, address):
    assert address == of(tmp_path, backend=address).backend


def test_a_rehearsal_never_touches_the_state_of_what_it_rehearses(tmp_path):
    environ = {"PULUMI_BACKEND_URL": "s3://production", "PULUMI_CONFIG_PASSPHRASE": "of production"}
    found = of(
        tmp_path, environ, is_loopback=True, backend=BLOB, secrets_provider="azurekeyvault://v/k"
    )

    assert tmp_path / ".deployer" / "pulumi" / "emulator" == found.directory
    assert (found.backend, "") == (
        found.environment["PULUMI_BACKEND_URL"],
        found.environment["PULUMI_CONFIG_PASSPHRASE"],
    )
    assert (None, True) == (found.secrets_provider, str(found.backend).startswith("file://"))


def test_the_stack_has_the_name_of_the_configuration_unless_it_says_another(tmp_path):
    assert ["voice-prod", "team/voice"] == [
        of(tmp_path).stack,
        of(tmp_path, stack="team/voice").stack,
    ]


def test_nothing_is_ever_fetched_by_a_run(tmp_path):
    environment = of(tmp_path).environment

    assert "true" == environment["PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"]


def test_folders_are_made(tmp_path):
    found = of(tmp_path, backend="file://states")

    prepare(found)

    assert [True, True] == [found.directory.is_dir(), (tmp_path / "states").is_dir()]


@pytest.mark.parametrize(
    ("settings", "environ", "expected"),
    [
        ({}, {}, ["pulumi.passphrase"]),
        ({}, {"PULUMI_CONFIG_PASSPHRASE": ""}, []),
        ({}, {"PULUMI_CONFIG_PASSPHRASE_FILE": "secret.txt"}, []),
        ({"backend": BLOB}, {}, ["pulumi.passphrase"]),
        ({"backend": BLOB, "secrets_provider": "azurekeyvault://v/keys/k"}, {}, []),
        ({"backend": BLOB, "secrets_provider": "default"}, {}, ["pulumi.passphrase"]),
        ({"backend": "https://api.pulumi.com"}, {}, []),
        (
            {"backend": "https://api.pulumi.com", "secrets_provider": "passphrase"},
            {},
            ["pulumi.passphrase"],
        ),
    ],
    ids=str,
)
def test_who_needs_a_passphrase(tmp_path, settings, environ, expected):
    assert expected == lacking(of(tmp_path, **settings), **environ)


@pytest.mark.parametrize(
    ("kept", "expected"),
    [("encryptionsalt: v1:abc", ["pulumi.passphrase"]), ("secretsprovider: azurekeyvault://v", [])],
    ids=["salt", "key"],
)
def test_a_stack_that_exists_says_itself_what_encrypts_it(tmp_path, kept, expected):
    found = of(tmp_path, secrets_provider="azurekeyvault://v" if expected else None)
    found.directory.mkdir(parents=True)
    found.settings.write_text(kept)

    assert expected == lacking(found)


def test_the_settings_of_a_stack_of_an_organisation(tmp_path):
    found = replace(of(tmp_path), stack="team/azure-openai-voice/prod")

    assert "Pulumi.prod.yaml" == found.settings.name


@pytest.mark.parametrize(
    ("backend", "expected"),
    [
        ("postgres://user:secret@host/db?sslmode=off", "postgres://host/db"),
        ("azblob://state?sas=secret", "azblob://state"),
        ("file:///a/b@c", "file:///a/b@c"),
        (None, "Pulumi Cloud"),
    ],
)
def test_a_backend_is_shown_without_what_may_be_secret(tmp_path, backend, expected):
    assert expected == replace(of(tmp_path), backend=backend).shown


def test_what_is_printed_of_a_workspace_has_no_environment(tmp_path):
    assert "PULUMI_CONFIG_PASSPHRASE" not in repr(of(tmp_path, is_loopback=True))
