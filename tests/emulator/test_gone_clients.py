"""A client that leaves before it is answered is nobody's mistake."""

import asyncio
import datetime

from aiohttp import ClientConnectionResetError
from aiohttp.test_utils import make_mocked_request

from deployer.emulator.admin import Administration
from deployer.emulator.cloud import EmulatedCloud
from deployer.emulator.server import Server


def test_whoever_leaves_in_the_middle_is_journalled_without_a_status(tmp_path):
    cloud = EmulatedCloud(tmp_path, datetime.date(2026, 4, 23), address="https://localhost:1")
    server = Server(cloud, Administration(cloud, "nonce", 1, lambda: None))
    journalled = server.application().middlewares[0]

    async def leaving(_request):
        raise ClientConnectionResetError("Cannot write to closing transport")

    async def ask():
        await journalled(make_mocked_request("GET", "/subscriptions"), leaving)

    asyncio.run(ask())

    entry = cloud.journal.as_json()["entries"][-1]
    assert (entry["path"], entry["status"]) == ("/subscriptions", None)
    cloud.close()
