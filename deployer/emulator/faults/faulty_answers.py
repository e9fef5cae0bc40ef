"""Answers that a fault has asked for: another one, half of one, none."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from deployer.emulator.faults.faults import error_of
from deployer.emulator.state.records import JsonObject


class Unsent(web.Response):
    """The answer that a broken connection never carries; raising instead would be logged as our own mistake."""


def instead(spec: JsonObject, usual: Mapping[str, str]) -> web.Response:
    """What a fault of kind `status` answers in place of the request's own answer; `usual` are the headers of any answer there."""
    status = spec.get("status", 500)
    if status in (204, 304):
        response = web.Response(status=status, headers=usual)
    else:
        response = web.json_response({"error": error_of(spec)}, status=status, headers=usual)
    if "retryAfter" in spec:
        response.headers["Retry-After"] = str(spec["retryAfter"])
    for name, text in spec.get("headers", {}).items():
        response.headers[name] = text
    return response


async def half(request: web.Request, response: web.StreamResponse) -> web.StreamResponse:
    """An answer whose headers promise more than comes. One that is not held in memory ends unsent."""
    body = response.body if isinstance(response, web.Response) else None
    if isinstance(body, bytes):
        broken = web.StreamResponse(status=response.status, headers=response.headers)
        broken.content_length = len(body)
        await broken.prepare(request)
        await broken.write(body[: len(body) // 2])
    if request.transport is not None:
        # Closed, not aborted: what was written still goes out.
        request.transport.close()
    return Unsent()
