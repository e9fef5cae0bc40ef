"""Where a data-plane request has come to: which account's address, and what it carries."""

from __future__ import annotations

import json

from aiohttp import web

from deployer.emulator.data_plane.refusals import InvalidRequest, Json
from deployer.emulator.state.records import OPENAI_HOST

ACCOUNT = web.AppKey("account", str)
"""The one account of an application that serves no other."""


def account_of(request: web.Request) -> tuple[str, bool]:
    """The account as the address names it, and whether that is an address where only OpenAI answers.

    An account's own port is such an address too.
    """
    named = request.match_info.get("account")
    if named is None:
        return request.app[ACCOUNT], True
    return named, named.endswith(OPENAI_HOST)


async def read_json(request: web.Request) -> Json:
    """The body; raises `InvalidRequest` in the model layer's words."""
    try:
        return json.loads(await request.read())
    except (ValueError, RecursionError):
        raise InvalidRequest(
            "We could not parse the JSON body of your request.", code=None
        ) from None
