"""The page at `/`: it needs nothing else, follows what happens, lets a fault be tripped, and shows no secret."""

from __future__ import annotations

import asyncio
import http.client
import json
import re
import shutil
import ssl
import subprocess
from urllib.parse import urlsplit

import aiohttp
import pytest
from emulator.arm_client import ACCOUNT

from deployer.emulator import environment

CHROMIUM = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)


def connection(emulator):
    context = ssl.create_default_context(cafile=str(emulator.ca))
    return http.client.HTTPSConnection(
        "127.0.0.1", urlsplit(emulator.address).port, timeout=20, context=context
    )


def got(emulator, path, method="GET", headers=None):
    line = connection(emulator)
    line.request(method, path, headers=headers or {})
    answer = line.getresponse()
    body = answer.read()
    line.close()
    return answer, body.decode()


def first_event(emulator, wanted=lambda said: True):
    """The first that is as wanted."""
    line = connection(emulator)
    line.request("GET", "/_emulator/events")
    answer = line.getresponse()
    for text in iter(answer.readline, b""):
        said = json.loads(text.removeprefix(b"data: ")) if text.strip() else {}
        if said and wanted(said):
            line.close()
            return said
    raise AssertionError("the stream has ended")


def test_the_page_is_one_file(emulator):
    answer, text = got(emulator, "/")

    assert (answer.status, answer.headers.get_content_type()) == (200, "text/html")
    assert not re.search(r"""(src|href)=["'](?!data:)|@import|url\(|https?://""", text)


def test_the_stream_shows_what_is_there(arm, emulator):
    arm.account()
    arm.deployment(capacity=3)
    emulator.ask("POST", "faults", {"kind": "status", "path": "nowhere"})
    said = first_event(emulator)

    assert [one["name"] for one in said["accounts"]] == ["voice"]
    assert said["accounts"][0]["deployments"][0]["capacity"] == 3
    assert {"location": "eastus2", "name": "AccountCount", "used": 1}.items() <= next(
        one for one in said["quota"] if one["name"] == "AccountCount"
    ).items()
    assert said["faults"][0]["kind"] == "status"
    assert said["requests"][0]["method"] == "PUT"


def test_each_account_shows_its_endpoint_and_its_own_address(arm, emulator):
    arm.account()
    said = first_event(emulator, lambda said: said["accounts"][0]["ownAddress"])
    (account,) = said["accounts"]

    assert account["endpoint"] == arm.get(ACCOUNT).body["properties"]["endpoint"]
    assert account["ownAddress"] == environment(emulator.ca.parent)["EMULATOR_ENDPOINT_VOICE"]
    _, page = got(emulator, "/")
    assert {"one.endpoint", "one.ownAddress"} <= set(re.findall(r"one\.\w+", page))


def test_accounts_beyond_those_shown_are_counted(arm, emulator, monkeypatch):
    monkeypatch.setattr("deployer.emulator.page._ACCOUNTS_SHOWN", 1)
    arm.account()
    arm.account(ACCOUNT.replace("voice", "second"))
    said = first_event(emulator)

    assert (len(said["accounts"]), said["accountsInAll"]) == (1, 2)


def test_the_stream_shows_no_secret(arm, emulator):
    arm.account()
    keys = arm.ask("POST", f"{ACCOUNT}/listKeys").body
    said = json.dumps(first_event(emulator))

    for secret in (*keys.values(), emulator.client_secret, arm.token()):
        assert secret not in said


def test_a_strangers_page_may_not_steer(emulator):
    answer, _ = got(
        emulator, "/_emulator/faults", "DELETE", {"Origin": "https://elsewhere.invalid"}
    )
    own, _ = got(emulator, "/_emulator/faults", "DELETE", {"Origin": emulator.address})

    assert (answer.status, own.status) == (403, 200)


def test_looking_is_not_journalled(emulator):
    got(emulator, "/")

    assert all(one["path"] != "/" for one in emulator.ask("GET", "journal")["entries"])


class Browser:
    """A headless Chromium, driven over its own debugging protocol."""

    def __init__(self, folder):
        self.folder = folder
        self.process = subprocess.Popen(  # noqa: S603 - the browser that was found
            [
                CHROMIUM or "", "--headless", "--no-sandbox", "--disable-gpu", "--ignore-certificate-errors",
                "--remote-debugging-port=0", f"--user-data-dir={folder}", "about:blank",
            ],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    async def run(self, address, script, wanted):
        """Open a page, run a script in it, and return its text once `wanted` is in it."""
        port_file = self.folder / "DevToolsActivePort"
        while not port_file.exists() or not port_file.read_text().strip():
            await asyncio.sleep(0.05)
        port = port_file.read_text().split()[0]
        async with aiohttp.ClientSession() as session:
            async with session.get(f"http://127.0.0.1:{port}/json") as answer:
                target = next(one for one in await answer.json() if one["type"] == "page")
            async with session.ws_connect(target["webSocketDebuggerUrl"]) as line:
                await said(line, "Page.navigate", url=address)
                ran, text = False, ""
                while wanted not in text:
                    answer = await said(
                        line, "Runtime.evaluate", expression="document.body.innerText"
                    )
                    text = answer["result"].get("value") or ""
                    if not ran and "live" in text and "voice" in text:
                        ran = True
                        await said(line, "Runtime.evaluate", expression=script)
                    await asyncio.sleep(0.05)
                return text

    def close(self):
        self.process.kill()
        self.process.wait()


async def said(line, method, **parameters):
    """The result of one command; events that come between are passed over."""
    await line.send_json({"id": 1, "method": method, "params": parameters})
    while True:
        answer = await line.receive_json()
        if answer.get("id") == 1:
            return answer.get("result", {})


TRIP = """
const form = document.querySelector('#trip');
form.kind.value = 'status';
form.kind.dispatchEvent(new Event('change'));
Object.entries({ method: 'PUT', path: 'tripped', status: 429, code: 'Slow', retryAfter: 2.5, times: '', chance: 0.5 })
  .forEach(([name, value]) => form.elements[name].value = value);
form.querySelector('button').click();
"""
WRONG = """
const form = document.querySelector('#trip');
form.kind.value = 'operationStuck';
form.kind.dispatchEvent(new Event('change'));
form.method.value = 'GET';
form.querySelector('button').click();
"""


@pytest.mark.long
@pytest.mark.skipif(not CHROMIUM, reason="no browser is installed: install chromium")
def test_a_browser_shows_it_and_trips_a_fault(arm, emulator, tmp_path, monkeypatch):
    arm.account()
    arm.deployment()
    browser = Browser(tmp_path)
    monkeypatch.setattr("deployer.emulator.page._ACCOUNTS_SHOWN", 1)
    arm.account(ACCOUNT.replace("voice", "second"))
    try:
        looked = browser.run(f"{emulator.address}/", TRIP, '"path":"tripped"')
        text = asyncio.run(asyncio.wait_for(looked, 50))
        looked = browser.run(f"{emulator.address}/", WRONG, "begins an operation")
        refused = asyncio.run(asyncio.wait_for(looked, 50))
    finally:
        browser.close()

    assert "audio: gpt-4o-audio-preview 2024-12-17 x 1" in text
    assert f"{emulator.address}/voice/" in text
    assert "AccountCount" in text
    assert "The first 1 of 2 accounts; 1 more are not shown." in text
    assert "operationStuck: No GET begins an operation" in refused
    (fault,) = emulator.ask("GET", "faults")
    assert fault.items() >= {
        "kind": "status", "method": "PUT", "path": "tripped", "status": 429, "code": "Slow",
        "retryAfter": 2.5, "times": None, "chance": 0.5,
    }.items()  # fmt: skip
    assert fault.keys().isdisjoint({"seconds", "when"})
