"""Which addresses an account has, and what each of them answers."""

import asyncio
import ssl
import time
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from emulator.arm_client import ACCOUNT, DEPLOYMENT
from emulator.data.place import DATA_SCOPE, USER

from deployer.emulator import environment

REALTIME = "gpt-4o-realtime-preview@2024-12-17"
PREVIEW = "openai/realtime?api-version=2024-10-01-preview&deployment=audio"


def deployed(arm, kind):
    """An account with a realtime deployment: its properties, and a key."""
    if arm.get(ACCOUNT).status == 404:
        arm.account(kind=kind)
    arm.deployment(model=REALTIME)
    properties = arm.get(ACCOUNT).body["properties"]
    return properties, arm.ask("POST", f"{ACCOUNT}/listKeys").body["key1"]


def opened(emulator, address, key, headers=None):
    """The status of a handshake and, when there is one, its Location."""

    async def run():
        trusted = ssl.create_default_context(cafile=str(emulator.ca))
        connector = aiohttp.TCPConnector(ssl=trusted)
        upgrade = {
            **({"api-key": key} if headers is None else headers),
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        }
        async with (
            aiohttp.ClientSession(connector=connector) as client,
            client.get(address, headers=upgrade, allow_redirects=False) as answer,
        ):
            if answer.connection is not None and answer.connection.transport is not None:
                # An upgraded connection that is only closed would outlive the loop.
                answer.connection.transport.abort()
            return answer.status, answer.headers.get("Location", "")

    return asyncio.run(run())


def test_the_preview_protocol_is_not_at_an_ai_services_address_and_the_key_leaks(arm, emulator):
    properties, key = deployed(arm, "AIServices")
    status, location = opened(emulator, f"{properties['endpoint']}{PREVIEW}", key)

    assert status == 302
    assert location.startswith("/v1/realtime?")
    assert f"api-key={key}" in location


@pytest.mark.parametrize("shown", ["query", "bearer"])
def test_the_key_leaks_however_it_was_shown(arm, emulator, shown):
    properties, key = deployed(arm, "AIServices")
    query = f"{PREVIEW}&api-key={key}" if shown == "query" else PREVIEW
    headers = {"Authorization": f"Bearer {key}"} if shown == "bearer" else {}
    status, location = opened(emulator, f"{properties['endpoint']}{query}", key, headers)

    assert status == 302
    assert parse_qs(urlsplit(location).query)["api-key"] == [key]


def test_who_shows_a_token_has_no_key_to_leak(arm, emulator):
    emulator.ask("PUT", "principals/deployer", {"roles": ["Owner", USER]})
    properties, key = deployed(arm, "AIServices")
    bearer = {"Authorization": f"Bearer {arm.token(DATA_SCOPE)}"}
    status, location = opened(emulator, f"{properties['endpoint']}{PREVIEW}", key, bearer)

    assert status == 302
    assert "api-key" not in location


def test_it_is_at_the_address_that_azure_names(arm, emulator):
    properties, key = deployed(arm, "AIServices")
    address = properties["endpoints"]["OpenAI Realtime API"]

    assert address != properties["endpoint"]
    assert opened(emulator, f"{address}{PREVIEW}", key)[0] == 101


def test_an_openai_account_has_one_address(arm, emulator):
    properties, key = deployed(arm, "OpenAI")

    assert set(properties["endpoints"].values()) == {properties["endpoint"]}
    assert opened(emulator, f"{properties['endpoint']}{PREVIEW}", key)[0] == 101


@pytest.mark.parametrize("host", ["openai", "services"])
@pytest.mark.parametrize("key", [None, "wrong"], ids=["its key", "a wrong key"])
def test_an_openai_account_is_not_at_the_addresses_that_ai_services_have(arm, emulator, key, host):
    _, right = deployed(arm, "OpenAI")
    guessed = f"{emulator.address}/voice.{host}/{PREVIEW}"

    assert opened(emulator, guessed, key or right)[0] == 404


def test_an_ephemeral_key_opens_every_address_of_its_account(arm, emulator):
    arm.account(kind="AIServices", properties={"customSubDomainName": "spoken"})
    properties, key = deployed(arm, "AIServices")
    kind = {"Content-Type": "application/json", "api-key": key}
    path = "/voice/openai/v1/realtime/client_secrets"
    session = {"session": {"type": "realtime", "model": "audio"}}
    secret = arm.send("POST", path, session, headers=kind).body["value"]
    bearer = {"Authorization": f"Bearer {secret}"}

    for address in (
        properties["endpoint"],
        properties["endpoints"]["OpenAI Realtime API"],
        properties["endpoints"]["AI Foundry API"],
        f"{emulator.address}/spoken/",
    ):
        assert opened(emulator, f"{address}openai/v1/realtime?model=audio", key, bearer)[0] == 101


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
