"""A desired state as Terraform, by the provider azapi: azurerm's deployments seem to take no tags, so no mark of
whose they are (unverified).

Deployments of one account wait for each other, because Azure takes one write at a time per account; accounts do not.
Its lock outlives the call that took it, so `RequestConflict` is tried again. Attributes are as in the provider's documentation
of `azapi_resource` 2.x, read 2026-11; the provider itself could not be had where this was written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from deployer.catalog import api_versions
from deployer.core.state import DesiredState
from deployer.export.desired import Object, document
from deployer.export.literals import Expression, Language
from deployer.export.symbols import Symbols, snake

_ACCOUNT = f"Microsoft.CognitiveServices/accounts@{api_versions.ARM}"
_DEPLOYMENT = f"Microsoft.CognitiveServices/accounts/deployments@{api_versions.ARM}"
_ROLE = f"Microsoft.Authorization/roleAssignments@{api_versions.AUTHORIZATION}"
_GROUP = f"Microsoft.Resources/resourceGroups@{api_versions.RESOURCE_GROUPS}"
_IDENTIFIER = re.compile(r"(?!(?:for|true|false|null)$)[A-Za-z_][A-Za-z0-9_-]*")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_TEMPLATE = re.compile(r"\$+(?=\{)|%+(?=\{)")
_RETRY = {"error_message_regex": ["RequestConflict"]}
_SUBSCRIPTION = "/subscriptions/${var.subscription_id}"

_HEADING = """\
# Written by `deployer export`: the accounts and model deployments of a configuration, as it wants them.
terraform {
  required_version = ">= 1.9"

  required_providers {
    azapi = {
      source  = "Azure/azapi"
      version = "~> 2.3"
    }
  }
}

provider "azapi" {
  subscription_id = var.subscription_id
}"""


def text(desired: DesiredState) -> str:
    """The file."""
    state = document(desired)
    variable = {
        "description": "The subscription in which all of it is.",
        "type": Expression("string"),
        "default": state["subscription"],
    }
    group, group_id = _group(state["resourceGroup"])
    symbols = Symbols(snake)
    symbols.new("group")
    parts = [
        _HEADING,
        _block('variable "subscription_id"', variable),
        group,
        *(part for account in state["accounts"] for part in _account(account, group_id, symbols)),
    ]
    return "\n\n".join(parts) + "\n"


def quoted(value: str) -> str:
    """A string: nothing in it ends it, and neither `${` nor `%{` begins a template."""
    escaped = "".join(_ESCAPES.get(one) or _visible(one) for one in value)
    return '"' + _TEMPLATE.sub(_no_template, escaped) + '"'


def _no_template(sign: re.Match[str]) -> str:
    # Doubling is HCL's way for one sign; what several of them in front of a brace mean depends on who reads it.
    return sign[0] * 2 if len(sign[0]) == 1 else f"\\u{ord(sign[0][0]):04x}" * len(sign[0])


def _visible(character: str) -> str:
    code = ord(character)
    if character.isprintable():
        return character
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _object(value: Mapping[str, object], indent: str) -> str:
    lines = list(_attributes(value, f"{indent}  "))
    return "\n".join(["{", *lines, f"{indent}}}"]) if lines else "{}"


def _attributes(value: Mapping[str, object], indent: str) -> Iterator[str]:
    """Lines as `terraform fmt` leaves them: the signs of neighbours that take one line each stand below each other."""
    rows = [(_key(key), literal(one, indent)) for key, one in value.items()]
    for at, (key, written) in enumerate(rows):
        yield f"{indent}{key.ljust(_column(rows, at))} = {written}"


def _column(rows: Sequence[tuple[str, str]], at: int) -> int:
    """How wide the keys around one row are drawn."""
    if "\n" in rows[at][1]:
        return 0
    first = last = at
    while first > 0 and "\n" not in rows[first - 1][1]:
        first -= 1
    while last + 1 < len(rows) and "\n" not in rows[last + 1][1]:
        last += 1
    return max(len(key) for key, _ in rows[first : last + 1])


def _array(value: Sequence[object], indent: str) -> str:
    return f"[{', '.join(literal(one, indent) for one in value)}]"


def _key(key: str) -> str:
    return key if _IDENTIFIER.fullmatch(key) else quoted(key)


def _block(head: str, body: Mapping[str, object]) -> str:
    return f"{head} {_object(body, '')}"


def _resource(symbol: str, body: Mapping[str, object]) -> str:
    return _block(f'resource "azapi_resource" "{symbol}"', body)


def _group(group: Object) -> tuple[str, Expression]:
    """The resource group, made or only looked up, and the expression for its id."""
    body = {
        "type": _GROUP,
        "parent_id": Expression(f'"{_SUBSCRIPTION}"'),
        "name": group["name"],
    }
    if not group["manage"]:
        return _block('data "azapi_resource" "group"', body), Expression(
            "data.azapi_resource.group.id"
        )
    body |= {"location": group["location"], "tags": group["tags"]}
    return _resource("group", body), Expression("azapi_resource.group.id")


def _account(account: Object, group_id: Expression, symbols: Symbols) -> Iterator[str]:
    symbol = symbols.new(account["name"])
    properties = {
        key: account[key]
        for key in ("customSubDomainName", "disableLocalAuth", "publicNetworkAccess")
        if key in account
    }
    body = {
        **({"kind": account["kind"]} if "kind" in account else {}),
        **({"sku": {"name": account["sku"]}} if "sku" in account else {}),
        "properties": properties,
    }
    yield _resource(
        symbol,
        {
            "type": _ACCOUNT,
            "parent_id": group_id,
            "name": account["name"],
            "location": account["location"],
            "tags": account["tags"],
            "body": body,
            "response_export_values": ["properties.endpoint"],
            "retry": _RETRY,
        },
    )
    here = Expression(f"azapi_resource.{symbol}.id")
    yield from _deployments(account, here, symbols)
    for role in account["roles"]:
        yield _role(role, here, symbols.new(account["name"], "role"))
    endpoint = Expression(f"azapi_resource.{symbol}.output.properties.endpoint")
    yield _block(f'output "{symbol}_endpoint"', {"value": endpoint})


def _deployments(account: Object, parent: Expression, symbols: Symbols) -> Iterator[str]:
    before: str | None = None
    for one in account["deployments"]:
        symbol = symbols.new(account["name"], one["name"])
        properties = {
            key: one[key]
            for key in ("model", "versionUpgradeOption", "raiPolicyName")
            if key in one
        }
        body: dict[str, object] = {
            "type": _DEPLOYMENT,
            "parent_id": parent,
            "name": one["name"],
            "tags": one["tags"],
            "body": {"sku": one["sku"], "properties": properties},
            "retry": _RETRY,
        }
        if before:
            body["depends_on"] = [Expression(f"azapi_resource.{before}")]
        yield _resource(symbol, body)
        before = symbol


def _role(role: Object, account: Expression, symbol: str) -> str:
    definition = role["roleDefinitionId"].rpartition("/")[2]
    kind = "providers/Microsoft.Authorization/roleDefinitions"
    meant = Expression(f'"{_SUBSCRIPTION}/{kind}/{definition}"')
    told = {
        key: role[key] for key in ("principalId", "principalType", "description") if key in role
    }
    return _resource(
        symbol,
        {
            "type": _ROLE,
            "parent_id": account,
            "name": role["name"],
            "body": {"properties": {"roleDefinitionId": meant, **told}},
        },
    )


literal = Language("HCL", quoted, _object, _array).literal
