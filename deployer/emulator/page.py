"""The page at `/`: accounts, deployments, quota and the last requests as they happen; what it shows, without secrets."""

from __future__ import annotations

import asyncio
import json
from itertools import islice
from pathlib import Path

from aiohttp import web

from deployer.emulator.arm.account_answers import endpoint, own_address, provisioning_state
from deployer.emulator.cloud import EmulatedCloud
from deployer.emulator.faults.faults import REQUEST_KINDS
from deployer.emulator.journal import Entry
from deployer.emulator.state.records import JsonObject, normalised

_HTML = Path(__file__).with_name("page.html")
_SECONDS_BETWEEN_LOOKS = 0.25
_REQUESTS_SHOWN = 50
_ACCOUNTS_SHOWN = 200


async def page(_request: web.Request) -> web.Response:
    """The page; one file, and it loads nothing else."""
    return web.Response(text=_HTML.read_text(encoding="utf-8"), content_type="text/html")


async def events(cloud: EmulatedCloud, request: web.Request) -> web.StreamResponse:
    """Server-sent events until the browser leaves: the whole state, whenever it has changed."""
    headers = {"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
    stream = web.StreamResponse(headers=headers)
    await stream.prepare(request)
    before = ""
    while request.transport is not None and not request.transport.is_closing():
        now = json.dumps(shown(cloud), separators=(",", ":"))
        if now != before:
            await stream.write(f"data: {now}\n\n".encode())
            before = now
        await asyncio.sleep(_SECONDS_BETWEEN_LOOKS)
    return stream


def shown(cloud: EmulatedCloud) -> JsonObject:
    """Everything that the page shows."""
    accounts = cloud.store.accounts()
    places = sorted({normalised(one.location) for one in accounts})
    return {
        "date": str(cloud.clock.today),
        "accountsInAll": len(accounts),
        "kinds": list(REQUEST_KINDS),
        "accounts": [
            {
                "name": one.name,
                "group": one.group,
                "kind": one.kind,
                "location": one.location,
                "state": provisioning_state(cloud, one),
                "endpoint": endpoint(cloud, one),
                "ownAddress": own_address(cloud, one),
                "deployments": [
                    {
                        "name": each.name,
                        "model": each.model["name"],
                        "version": each.model["version"],
                        "capacity": each.capacity,
                    }
                    for each in cloud.store.deployments(one.id)
                ],
            }
            for one in accounts[:_ACCOUNTS_SHOWN]
        ],
        "quota": [
            {
                "location": place,
                "name": row["name"]["value"],
                "used": row["currentValue"],
                "limit": row["limit"],
            }
            for place in places
            for row in cloud.quota.usages(place)
            if row["currentValue"]
        ],
        "faults": cloud.faults.listed(),
        "requests": [
            _request(one) for one in islice(cloud.journal.newest_first(), _REQUESTS_SHOWN)
        ],
    }


def _request(entry: Entry) -> JsonObject:
    took = None if entry.end is None else round((entry.end - entry.start) * 1000, 1)
    return {
        "number": entry.number,
        "plane": entry.plane,
        "method": entry.method,
        "path": entry.path,
        "status": entry.status,
        "milliseconds": took,
    }
