"""Opening a cloud: Microsoft's by table, the emulator's by starting or joining it."""

import datetime as dt

import pytest
from azure.core import AzureClouds
from azure.identity import AzureAuthorityHosts
from azure.mgmt.core.tools import get_arm_endpoints

from deployer.cli.cloud import AZURE, open_cloud
from deployer.cli.emulator_state import state_directory
from deployer.errors import UsageError

KNOWN = {
    "AzureCloud": (AzureClouds.AZURE_PUBLIC_CLOUD, AzureAuthorityHosts.AZURE_PUBLIC_CLOUD),
    "AzureUSGovernment": (AzureClouds.AZURE_US_GOVERNMENT, AzureAuthorityHosts.AZURE_GOVERNMENT),
    "AzureChinaCloud": (AzureClouds.AZURE_CHINA_CLOUD, AzureAuthorityHosts.AZURE_CHINA),
}


@pytest.mark.parametrize("name", AZURE)
def test_a_cloud_of_microsoft_is_as_the_sdk_knows_it(name, tmp_path):
    setting, authority = KNOWN[name]
    endpoints = get_arm_endpoints(setting)

    with open_cloud(name, tmp_path) as cloud:
        assert cloud.arm == endpoints["resource_manager"].rstrip("/")
        assert [f"{cloud.audience}/.default"] == endpoints["credential_scopes"]
        assert cloud.authority == f"https://{authority}"
        assert not cloud.is_loopback


@pytest.mark.parametrize("name", ["Azure", "emulator@", "emulator@soon", "emulator@2001-01-01"])
def test_what_is_no_cloud_is_refused(name, tmp_path):
    with pytest.raises(UsageError), open_cloud(name, tmp_path):
        pass


def test_the_day_of_an_emulator_is_the_day_of_the_run(tmp_path):
    with open_cloud("emulator@2025-02-06", tmp_path) as cloud:
        assert cloud.today == dt.date(2025, 2, 6)
        assert cloud.is_loopback


def test_the_emulator_keeps_its_state_beside_the_configuration(tmp_path):
    with open_cloud("emulator", tmp_path) as cloud:
        assert cloud.ca is not None
        assert state_directory(tmp_path) in cloud.ca.parents


def test_an_emulator_that_runs_is_joined(tmp_path):
    with open_cloud("emulator", tmp_path) as one, open_cloud("emulator", tmp_path) as other:
        assert one.arm == other.arm


def test_a_proxy_of_the_environment_is_not_asked_for_loopback(tmp_path, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")

    with open_cloud("emulator", tmp_path) as cloud:
        token = cloud.credential.get_token(f"{cloud.audience}/.default").token

    assert token.count(".") == 2


def test_a_cloud_never_shows_its_credential(tmp_path):
    with open_cloud("emulator", tmp_path) as cloud:
        assert "redential" not in repr(cloud)
