"""Which addresses an account has, and what each of them answers."""

import asyncio
import ssl
import time

import aiohttp
import pytest
from emulator.arm_client import ACCOUNT, DEPLOYMENT

from deployer.emulator import environment

REALTIME = "gpt-4o-realtime-preview@2024-12-17"
PREVIEW = "openai/realtime?api-version=2024-10-01-preview&deployment=audio"


def deployed(arm, kind):
    """An account with a realtime deployment: its properties, and a key."""
    arm.account(kind=kind)
    arm.deployment(model=REALTIME)
    properties = arm.get(ACCOUNT).body["properties"]
    return properties, arm.ask("POST", f"{ACCOUNT}/listKeys").body["key1"]


def opened(emulator, address, key):
    """The status of a handshake and, when there is one, its Location."""

    async def run():
        trusted = ssl.create_default_context(cafile=str(emulator.ca))
        connector = aiohttp.TCPConnector(ssl=trusted)
        upgrade = {
            "api-key": key,
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        }
        async with (
            aiohttp.ClientSession(connector=connector) as client,
            client.get(address, headers=upgrade, allow_redirects=False) as answer,
        ):
            return answer.status, answer.headers.get("Location", "")

    return asyncio.run(run())


def test_the_preview_protocol_is_not_at_an_ai_services_address_and_the_key_leaks(arm, emulator):
    properties, key = deployed(arm, "AIServices")
    status, location = opened(emulator, f"{properties['endpoint']}{PREVIEW}", key)

    assert status == 302
    assert location.startswith("/v1/realtime?")
    assert f"api-key={key}" in location


def test_it_is_at_the_address_that_azure_names(arm, emulator):
    properties, key = deployed(arm, "AIServices")
    address = properties["endpoints"]["OpenAI Realtime API"]

    assert address != properties["endpoint"]
    assert opened(emulator, f"{address}{PREVIEW}", key)[0] == 101


def test_an_openai_account_has_one_address(arm, emulator):
    properties, key = deployed(arm, "OpenAI")

    assert set(properties["endpoints"].values()) == {properties["endpoint"]}
    assert opened(emulator, f"{properties['endpoint']}{PREVIEW}", key)[0] == 101


def own_address(emulator, name="EMULATOR_ENDPOINT_VOICE", there=True):
    """The account's own port, once it has been opened, or None once it has been closed."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        found = environment(emulator.ca.parent).get(name)
        if (found is not None) == there:
            return found
    raise AssertionError(f"{name} is {'not ' if there else ''}shown")


@pytest.mark.parametrize("kind", ["OpenAI", "AIServices"])
def test_a_client_that_drops_the_path_finds_the_account_on_its_own_port(arm, emulator, kind):
    _, key = deployed(arm, kind)

    assert opened(emulator, f"{own_address(emulator)}/{PREVIEW}", key)[0] == 101
    assert opened(emulator, f"{own_address(emulator)}/elsewhere", key)[0] == 404


def test_the_port_goes_with_the_account(arm, emulator):
    deployed(arm, "OpenAI")
    own_address(emulator)
    arm.ask("DELETE", DEPLOYMENT)
    arm.ask("DELETE", ACCOUNT)

    assert own_address(emulator, there=False) is None
