"""One whole life of a small configuration: always in the emulator, and with DEPLOYER_LIVE=1 on your own subscription."""

import os

import pytest
from command_line import command

from deployer.errors import ExitCode

LIFE = """\
name: deployer-live
cloud: {cloud}
resourceGroup: {{name: rg-deployer-live, location: eastus2}}
{subscription}
accounts:
  - name: deployer-live
    location: eastus2
    customSubDomainName: ${{name}}-${{unique}}
    softDelete: recover
    roles: [{{principal: self, can: use}}]
    deployments:
      - {{name: realtime, model: gpt-realtime@2025-08-28, capacity: 1}}
      - {{name: audio, model: gpt-audio@2025-08-28, capacity: 1}}
"""


def lives_a_whole_life(config):
    try:
        born = command("up", config, "--yes", "--output", "json")
        assert (ExitCode.DONE, 2) == (born.code, born.json["heard"]), born.out
        again = command("up", config, "--yes", "--no-smoke", "--output", "json")
        assert (ExitCode.DONE, True) == (again.code, again.json["plan"]["isEmpty"]), again.out
        assert ExitCode.DONE == command("drift", config).code
    finally:
        gone = command("down", config, "--yes", "--output", "json")
    assert ExitCode.DONE == gone.code, gone.out
    back = command("plan", config, "--output", "json")
    assert {"recover"} <= {
        change["action"] for phase in back.json["plan"]["phases"] for change in phase["changes"]
    }


@pytest.mark.long
def test_a_whole_life_in_the_emulator(tmp_path):
    config = tmp_path / "voice.yaml"
    config.write_text(LIFE.format(cloud="emulator@2026-04-23", subscription=""))

    lives_a_whole_life(config)


@pytest.mark.live
@pytest.mark.timeout(3600)
@pytest.mark.enable_socket
def test_a_whole_life_on_azure(tmp_path, socket_enabled):
    if not os.environ.get("AZURE_SUBSCRIPTION_ID"):
        pytest.skip("DEPLOYER_LIVE is not set, or AZURE_SUBSCRIPTION_ID is missing")
    config = tmp_path / "voice.yaml"
    config.write_text(
        LIFE.format(cloud="AzureCloud", subscription="subscription: ${AZURE_SUBSCRIPTION_ID}")
    )

    lives_a_whole_life(config)
