"""Conditions on a resource's etag, `If-Match` and `If-None-Match`, as HTTP has them; that Azure heeds them was not seen."""

from __future__ import annotations

from deployer.emulator.arm.refusals import RequestRefusal
from deployer.emulator.cloud import EmulatedCloud
from deployer.emulator.router import Call


def check_preconditions(cloud: EmulatedCloud, call: Call, etag: str | None) -> None:
    """Refuse a write whose condition the resource's present etag (None: there is none) does not fulfil."""
    if not cloud.settings.preconditions:
        return
    wanted, unwanted = call.headers.get("If-Match"), call.headers.get("If-None-Match")
    if wanted is not None and not _names(wanted, etag):
        raise RequestRefusal.PRECONDITION_FAILED.error(condition=f"If-Match: {wanted}", etag=etag)
    if unwanted is not None and _names(unwanted, etag):
        raise RequestRefusal.PRECONDITION_FAILED.error(
            condition=f"If-None-Match: {unwanted}", etag=etag
        )


def _names(condition: str, etag: str | None) -> bool:
    if etag is None:
        return False
    named = {one.strip().removeprefix("W/").strip('"') for one in condition.split(",")}
    return "*" in named or etag.strip('"') in named
