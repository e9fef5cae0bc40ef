"""Microsoft Graph as far as az needs it to assign roles: looking up this directory's own principals.

Everything else of Graph is refused in Graph's own form, by a message that says whose it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from deployer.emulator.cloud import EmulatedCloud
from deployer.emulator.identity.tokens import InvalidToken
from deployer.emulator.router import Answer
from deployer.emulator.state.clock import whole_seconds
from deployer.emulator.state.records import APPLICATION, TENANT_ID, USER, JsonObject, Principal
from deployer.emulator.state.store import new_guid

AUDIENCE = "https://graph.microsoft.com"
_PLACES = re.compile(r"/(v1\.0|beta)(/.*)?", re.IGNORECASE)
_COMPARED = re.compile(
    r"(?P<name>appId|displayName|id|userPrincipalName) eq '(?P<value>[^']*)'"
    r"|servicePrincipalNames/any\(\s*(?P<each>\w+)\s*:\s*(?P=each) eq '(?P<spn>[^']*)'\s*\)"
    r"|startswith\(\s*displayName\s*,\s*'(?P<start>[^']*)'\s*\)",
    re.IGNORECASE,
)
_ONE = re.compile(r"(serviceprincipals|users)/([^/]+)|serviceprincipals\(appid='([^']+)'\)")
_KINDS = {"serviceprincipals": APPLICATION, "users": USER}


def is_graph(path: str) -> bool:
    """Whether a path is one of Graph's."""
    return _PLACES.fullmatch(path) is not None


def answer(
    cloud: EmulatedCloud,
    token: str,
    method: str,
    path: str,
    query: Mapping[str, str],
    body: Any,  # noqa: ANN401
) -> Answer:
    """Answer a request to Graph; `token` is the caller's, empty without one."""
    try:
        cloud.tokens.check(token, (AUDIENCE, cloud.address))
    except InvalidToken as invalid:
        words = f"Access token validation failure: {invalid.problem}."
        said = words if token else "Access token is empty."
        return _refused(cloud, 401, "InvalidAuthenticationToken", said)
    wanted = unquote(path.rstrip("/").partition("/")[2].partition("/")[2]).lower()
    if method == "POST" and wanted == "directoryobjects/getbyids":
        ids = body.get("ids") if isinstance(body, dict) else None
        return _found(cloud, ids if isinstance(ids, list) else [])
    if method == "GET" and wanted in _KINDS:
        return _filtered(cloud, wanted, query.get("$filter", ""))
    named = _ONE.fullmatch(wanted)
    if method == "GET" and named is not None:
        return _one(cloud, named[1] or "serviceprincipals", named[2] or named[3])
    return _refused(
        cloud,
        501,
        "NotImplemented",
        f"{method} {path}: Microsoft Graph is not played here. This emulator looks up its own principals "
        "(servicePrincipals, users, directoryObjects/getByIds) and knows no groups.",
    )


def _found(cloud: EmulatedCloud, ids: list[object]) -> Answer:
    wanted = {str(one).lower() for one in ids}
    rows = [
        {"@odata.type": f"#microsoft.graph.{_type(one)}", **_body(one)}
        for one in cloud.store.principals()
        if one.object_id.lower() in wanted
    ]
    return Answer({"@odata.context": _context(cloud, "directoryObjects"), "value": rows})


def _filtered(cloud: EmulatedCloud, kind: str, asked: str) -> Answer:
    compared = _COMPARED.fullmatch(asked.strip())
    if asked and compared is None:
        return _refused(
            cloud, 400, "Request_UnsupportedQuery", f"Unsupported Query: this emulator does not know the filter '{asked}'."
        )  # fmt: skip
    rows = [
        _body(one)
        for one in cloud.store.principals()
        if one.kind == _KINDS[kind] and (compared is None or _is(one, compared))
    ]
    return Answer({"@odata.context": _context(cloud, kind), "value": rows})


def _is(principal: Principal, compared: re.Match[str]) -> bool:
    if compared["start"] is not None:
        return principal.name.lower().startswith(compared["start"].lower())
    if compared["spn"] is not None:
        return compared["spn"].lower() == principal.client_id.lower()
    held = {
        "userprincipalname": principal.user_name,
        "appid": principal.client_id,
        "displayname": principal.name,
        "id": principal.object_id,
    }[compared["name"].lower()]
    return held.lower() == compared["value"].lower()


def _one(cloud: EmulatedCloud, kind: str, name: str) -> Answer:
    for one in cloud.store.principals():
        other = one.user_name if one.kind == USER else one.client_id
        if one.kind == _KINDS[kind] and name in (one.object_id.lower(), other.lower()):
            return Answer({"@odata.context": _context(cloud, f"{kind}/$entity"), **_body(one)})
    return _missing(cloud, name)


def _missing(cloud: EmulatedCloud, name: str) -> Answer:
    words = f"Resource '{name}' does not exist or one of its queried reference-property objects are not present."
    return _refused(cloud, 404, "Request_ResourceNotFound", words)


def _refused(cloud: EmulatedCloud, status: int, code: str, message: str) -> Answer:
    request = new_guid()
    inner = {
        "date": whole_seconds(cloud.clock.now()).rstrip("Z"),
        "request-id": request,
        "client-request-id": request,
    }
    return Answer({"error": {"code": code, "message": message, "innerError": inner}}, status)


def _context(cloud: EmulatedCloud, what: str) -> str:
    return f"{cloud.address}/v1.0/$metadata#{what}"


def _type(principal: Principal) -> str:
    return "user" if principal.kind == USER else "servicePrincipal"


def _body(principal: Principal) -> JsonObject:
    if principal.kind == USER:
        return {
            "id": principal.object_id,
            "displayName": principal.name,
            "userPrincipalName": principal.user_name,
            "mail": None,
        }
    return {
        "id": principal.object_id,
        "appId": principal.client_id,
        "displayName": principal.name,
        "appDisplayName": principal.name,
        "appOwnerOrganizationId": TENANT_ID,
        "servicePrincipalNames": [principal.client_id],
        "servicePrincipalType": "Application",
        "accountEnabled": True,
    }
