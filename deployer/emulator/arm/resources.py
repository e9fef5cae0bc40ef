"""The generic lists of resources, of the subscription and of a group: what there is, whatever its type."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from deployer.emulator.arm.account_answers import provisioning_state
from deployer.emulator.arm.filters import Row, row_filter, whole_number
from deployer.emulator.arm.refusals import RequestRefusal
from deployer.emulator.arm.requests import existing_group
from deployer.emulator.cloud import EmulatedCloud
from deployer.emulator.router import Answer, Call
from deployer.emulator.state.records import ACCOUNT_TYPE, Account, JsonObject, normalised

_FIELDS: Mapping[str, Callable[[Row], str]] = {
    "resourcetype": lambda row: str(row["type"]),
    "resourcegroup": lambda row: str(row["id"]).split("/")[4],
    "name": lambda row: str(row["name"]),
    "location": lambda row: str(row["location"]),
    "kind": lambda row: str(row["kind"]),
}
_LARGEST_PAGE = 1000


async def list_all(cloud: EmulatedCloud, call: Call) -> Answer:
    """The resources of the subscription that the caller may read, or those that a filter keeps."""
    may_read = [
        one
        for one in cloud.store.accounts()
        if cloud.authorization.may(call.caller.object_id, f"{ACCOUNT_TYPE}/read", one.id)
    ]
    return _page(cloud, call, may_read)


async def list_of_group(cloud: EmulatedCloud, call: Call) -> Answer:
    """The resources of a group: its accounts, or those that a filter keeps."""
    return _page(cloud, call, cloud.store.accounts(existing_group(cloud, call).name))


def _page(cloud: EmulatedCloud, call: Call, accounts: list[Account]) -> Answer:
    keeps = row_filter(call.query.get("$filter", ""), _FIELDS)
    expanded = {one.strip() for one in call.query.get("$expand", "").split(",")}
    rows = [_resource(cloud, one, expanded) for one in accounts]
    rows = sorted(filter(keeps, rows), key=_place)
    rows = [one for one in rows if _place(one) > _after(call.query.get("$skiptoken", ""))]
    size = whole_number(call.query, "$top") or _LARGEST_PAGE
    body: JsonObject = {"value": rows[:size]}
    if len(rows) > size:
        token = base64.urlsafe_b64encode(_place(rows[size - 1]).encode()).decode()
        query = urlencode({**call.query, "$skiptoken": token})
        body["nextLink"] = f"{cloud.address}{call.path}?{query}"
    return Answer(body)


def _place(row: Row) -> str:
    return str(row["id"]).lower()


def _after(token: str) -> str:
    try:
        return base64.urlsafe_b64decode(token).decode()
    except ValueError:
        raise RequestRefusal.QUERY_INVALID.error(name="$skiptoken", value=token) from None


def _resource(cloud: EmulatedCloud, account: Account, expanded: set[str]) -> JsonObject:
    more = {
        "createdTime": account.created,
        "changedTime": account.system_data.get("lastModifiedAt", account.created),
        "provisioningState": provisioning_state(cloud, account),
    }
    body: JsonObject = {
        "id": account.id,
        "name": account.name,
        "type": ACCOUNT_TYPE,
        "location": normalised(account.location),
        "kind": account.kind,
        "sku": {"name": account.sku},
        **{name: value for name, value in more.items() if name in expanded},
    }
    if account.identity is not None:
        body["identity"] = dict(account.identity)
    if account.tags is not None:
        body["tags"] = dict(account.tags)
    return body
