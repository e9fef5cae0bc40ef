"""Connections: lazily made, past proxies on loopback, through all pages, without a word about secrets."""

import json
import subprocess
import sys
from dataclasses import replace

from azure.core.rest import HttpRequest

from deployer.azure import identity, look
from deployer.azure.clients import Clients, credential

HEAVY = ("azure", "msal", "requests", "aiohttp", "yaml", "cryptography")
SEAM = "deployer.azure, deployer.azure.writing, deployer.engines.sdk, deployer.engines.registry, deployer.preflight"


def test_importing_the_seam_imports_nothing_heavy():
    code = f"import sys, {SEAM}; print([m for m in {HEAVY} if m in sys.modules])"

    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603

    assert "[]" == said.stdout.strip()


def test_no_proxy_of_the_environment_is_asked_on_loopback(stage, monkeypatch):
    identity(stage.cloud)
    cloud = replace(stage.cloud, credential=credential(stage.cloud))
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")

    seen = look(cloud, stage.scope, accounts=(), roles=False)

    cloud.opened.popitem()[1].close()
    assert {} == seen.observed.resources


def test_the_connections_of_a_cloud_are_shared(stage):
    look(stage.cloud, stage.scope, accounts=(), roles=False)
    opened = dict(stage.cloud.opened)

    look(stage.cloud, stage.scope, accounts=(), roles=False)

    assert opened == stage.cloud.opened


class Paged:
    """A client whose collection has three pages."""

    def __init__(self):
        self.asked = []

    def send_request(self, request: HttpRequest):
        self.asked.append(request.url)
        return Page(len(self.asked))


class Page:
    def __init__(self, number):
        link = {"nextLink": f"https://arm/page/{number + 1}"} if number < 3 else {}
        self.content = json.dumps({"value": [{"name": number}], **link})

    def raise_for_status(self):
        return None

    def json(self):
        return json.loads(self.content)


def test_a_collection_is_read_to_its_last_page():
    reading = object.__new__(Clients)
    paged = Paged()
    reading.resources = paged  # type: ignore[assignment]

    found = reading.items("/subscriptions/s/things", "2025-06-01", {"$filter": "a eq 'b'"})

    assert [1, 2, 3] == [one["name"] for one in found]
    assert [
        "/subscriptions/s/things?api-version=2025-06-01&%24filter=a+eq+%27b%27",
        "https://arm/page/2",
        "https://arm/page/3",
    ] == paged.asked


def test_a_cloud_shows_no_credential(stage):
    identity(stage.cloud)

    said = repr(stage.cloud)

    assert ("credential" in said, stage.emulator.client_secret in said) == (False, False)
