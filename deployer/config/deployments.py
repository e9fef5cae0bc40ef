"""One deployment as declared: both forms of model and of SKU, its successors, its capacity."""

from __future__ import annotations

from deployer.config.configuration import DeploymentConfig, Successor
from deployer.config.elements import Element, labels, text
from deployer.config.findings import Findings
from deployer.config.keys import DEPLOYMENT_DEFAULTS
from deployer.config.shape import Checked, Fields, Leaf, Several
from deployer.core.resources import ModelVersion, Sku

USUAL_CAPACITY = 1
"""Units when a file states none: Azure's advertised default of 100 is above its own quota for realtime models
(model and quota rows of 2026-04-23)."""


def build_deployment(
    fields: Fields, usual: Fields, account: Element, findings: Findings
) -> DeploymentConfig | None:
    """The deployment; None when something it needs is wrong, and then the findings say so."""
    name = text(fields.leaf("name"), account, findings)
    element = account.within(name=name)
    model = _model(fields.values.get("model"), element, findings)
    sku = _sku(fields, usual, element, findings)
    successors = _successors(fields.values.get("successor"), element, findings)
    rai_policy_name = _said(fields, usual, "raiPolicyName", element, findings)
    upgrades = _said(fields, usual, "versionUpgradeOption", element, findings)
    tags = labels(fields.fields("tags"), element, findings)
    if name is None or model is None or sku is None:
        return None
    return DeploymentConfig(
        name=name,
        model=model,
        sku=sku,
        place=fields.place,
        successors=successors,
        version_upgrade_option=upgrades,
        rai_policy_name=rai_policy_name,
        tags=tags,
        places={key: value.place for key, value in fields.values.items()},
    )


def _said(
    fields: Fields, usual: Fields, key: str, element: Element, findings: Findings
) -> str | None:
    leaf = fields.leaf(key) or usual.leaf(key)
    if leaf is not None:
        return text(leaf, element, findings)
    default = DEPLOYMENT_DEFAULTS[key].default
    return None if default is None else str(default)


def _model(value: Checked | None, element: Element, findings: Findings) -> ModelVersion | None:
    if isinstance(value, Leaf):
        written = text(value, element, findings)
        if written is None:
            return None
        name, _, version = written.partition("@")
        return ModelVersion(name, version)
    if not isinstance(value, Fields):
        return None
    stated = [text(value.leaf(key), element, findings) for key in ("name", "version")]
    return ModelVersion(*(one for one in stated if one)) if all(stated) else None


def _sku(fields: Fields, usual: Fields, element: Element, findings: Findings) -> Sku | None:
    stated, default = fields.values.get("sku"), usual.values.get("sku")
    value = stated or default
    leaf = value.leaf("name") if isinstance(value, Fields) else value
    name: str | None = None if value else str(DEPLOYMENT_DEFAULTS["sku"].default)
    if isinstance(leaf, Leaf):
        name = text(leaf, element, findings)
    short, long = fields.leaf("capacity"), _capacity(stated)
    if short is not None and long is not None:
        findings.error(
            "config.two-capacities",
            "The capacity is stated twice",
            short.place,
            f"capacity and sku.capacity (line {long.place.line}) are the same thing.",
            "Keep one of them.",
        )
    capacity = short or long or _capacity(default)
    if name is None:
        return None
    return Sku(name, int(capacity.value) if capacity else USUAL_CAPACITY)


def _capacity(sku: Checked | None) -> Leaf | None:
    return sku.leaf("capacity") if isinstance(sku, Fields) else None


def _successors(
    value: Checked | None, element: Element, findings: Findings
) -> tuple[Successor, ...]:
    if value is None:
        return ()
    entries = value.items if isinstance(value, Several) else (value,)
    found = (_successor(one, element, findings) for one in entries)
    return tuple(one for one in found if one is not None)


def _successor(value: Checked, element: Element, findings: Findings) -> Successor | None:
    stated = value.values.get("model") if isinstance(value, Fields) else value
    model = _model(stated, element, findings)
    capacity = _capacity(value)
    if model is None:
        return None
    return Successor(model, int(capacity.value) if capacity else None)
