"""A desired state as Bicep, for `az deployment group create` into its resource group.

Deployments of one account wait for each other, because Azure takes one write at a time per account; accounts do not.
Role assignments are named as the rest of deployer names them, so that either finds what the other has made.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence

from deployer.catalog import api_versions
from deployer.core.state import DesiredState
from deployer.export.desired import Object, document
from deployer.export.literals import Expression, Language
from deployer.export.symbols import Symbols, camel

_ACCOUNT = f"Microsoft.CognitiveServices/accounts@{api_versions.ARM}"
_DEPLOYMENT = f"Microsoft.CognitiveServices/accounts/deployments@{api_versions.ARM}"
_ROLE = f"Microsoft.Authorization/roleAssignments@{api_versions.AUTHORIZATION}"
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ESCAPES = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def text(desired: DesiredState) -> str:
    """The file."""
    state = document(desired)
    symbols = Symbols(camel)
    parts = [
        "\n".join(_heading(state)),
        *(part for account in state["accounts"] for part in _account(account, symbols)),
    ]
    return "\n\n".join(parts) + "\n"


def quoted(value: str) -> str:
    """A string: nothing in it ends it, and `${` begins no expression."""
    escaped = "".join(_ESCAPES.get(one) or _visible(one) for one in value)
    return "'" + escaped.replace("${", "\\${") + "'"


def _visible(character: str) -> str:
    return character if character.isprintable() else f"\\u{{{ord(character):x}}}"


def _object(value: Mapping[str, object], indent: str) -> str:
    inner = f"{indent}  "
    lines = [f"{inner}{_key(key)}: {literal(one, inner)}" for key, one in value.items()]
    return "\n".join(["{", *lines, f"{indent}}}"]) if lines else "{}"


def _array(value: Sequence[object], indent: str) -> str:
    inner = f"{indent}  "
    lines = [f"{inner}{literal(one, inner)}" for one in value]
    return "\n".join(["[", *lines, f"{indent}]"]) if lines else "[]"


def _key(key: str) -> str:
    return key if _IDENTIFIER.fullmatch(key) else quoted(key)


def _heading(state: Object) -> Iterator[str]:
    group = state["resourceGroup"]
    name = shlex.quote(group["name"])
    yield "// Written by `deployer export`: the accounts and model deployments of a configuration, as it wants them."
    yield "// The resource group has to be there:"
    if group["manage"]:
        yield f"//   az group create --name {name} --location {group['location']}"
    yield f"//   az deployment group create --resource-group {name} --template-file FILE.bicep"
    yield ""
    yield "targetScope = 'resourceGroup'"


def _account(account: Object, symbols: Symbols) -> Iterator[str]:
    name = account["name"]
    symbol = symbols.new(name, "account")
    properties = {
        key: account[key]
        for key in ("customSubDomainName", "disableLocalAuth", "publicNetworkAccess")
        if key in account
    }
    if "customSubDomainName" in account:
        host = symbols.new(name, "sub", "domain")
        told = quoted(f"The host name of {name}; unique in all of Azure.")
        value = quoted(account["customSubDomainName"])
        yield f"@description({told})\nparam {host} string = {value}"
        properties["customSubDomainName"] = Expression(host)
    body = {
        "name": name,
        "location": account["location"],
        **({"kind": account["kind"]} if "kind" in account else {}),
        **({"sku": {"name": account["sku"]}} if "sku" in account else {}),
        "tags": account["tags"],
        "properties": properties,
    }
    yield _resource(symbol, _ACCOUNT, body)
    yield from _deployments(account, symbol, symbols)
    for role in account["roles"]:
        yield _role(role, symbol, symbols.new(name, "role"))
    yield f"output {symbols.new(name, 'endpoint')} string = {symbol}.properties.endpoint"


def _deployments(account: Object, parent: str, symbols: Symbols) -> Iterator[str]:
    before: str | None = None
    for one in account["deployments"]:
        symbol = symbols.new(account["name"], one["name"], "deployment")
        properties = {
            key: one[key]
            for key in ("model", "versionUpgradeOption", "raiPolicyName")
            if key in one
        }
        body: dict[str, object] = {
            "parent": Expression(parent),
            "name": one["name"],
            "sku": one["sku"],
            "tags": one["tags"],
            "properties": properties,
        }
        if before:
            body["dependsOn"] = [Expression(before)]
        yield _resource(symbol, _DEPLOYMENT, body)
        before = symbol


def _role(role: Object, account: str, symbol: str) -> str:
    definition = quoted(role["roleDefinitionId"].rpartition("/")[2])
    kind = "'Microsoft.Authorization/roleDefinitions'"
    meant = Expression(f"subscriptionResourceId({kind}, {definition})")
    principal = quoted(role["principalId"])
    told: Object = {
        key: role[key] for key in ("principalId", "principalType", "description") if key in role
    }
    body: dict[str, object] = {
        "scope": Expression(account),
        "name": Expression(f"guid({account}.id, {principal}, {meant})"),
        "properties": {"roleDefinitionId": meant, **told},
    }
    return _resource(symbol, _ROLE, body)


def _resource(symbol: str, kind: str, body: Mapping[str, object]) -> str:
    return f"resource {symbol} '{kind}' = {_object(body, '')}"


literal = Language("Bicep", quoted, _object, _array).literal
