"""The subscription's quota tier: shown, and whether Azure may raise it by itself (specification, 2025-09-01)."""

from __future__ import annotations

from deployer.emulator.arm.refusals import RequestRefusal
from deployer.emulator.arm.requests import section, text
from deployer.emulator.cloud import EmulatedCloud
from deployer.emulator.router import Answer, Call
from deployer.emulator.state.records import JsonObject, QuotaTier

POLICIES = ("OnceUpgradeIsAvailable", "NoAutoUpgrade")


async def list_all(cloud: EmulatedCloud, _call: Call) -> Answer:
    """The one tier of the subscription."""
    return Answer({"value": [_body(cloud.store.quota_tier())]})


async def get(cloud: EmulatedCloud, call: Call) -> Answer:
    """The tier, which is named `default`."""
    _check_name(call)
    return Answer(_body(cloud.store.quota_tier()))


async def put(cloud: EmulatedCloud, call: Call) -> Answer:
    """Say whether the tier may rise by itself; here it never does."""
    _check_name(call)
    stated = text(section(call.body, "properties"), "tierUpgradePolicy")
    policy = stated or cloud.store.quota_tier().upgrade_policy
    if policy not in POLICIES:
        raise RequestRefusal.PROPERTY_INVALID.error(property="tierUpgradePolicy", value=policy)
    written = QuotaTier(policy)
    cloud.store.put(written)
    return Answer(_body(written))


def _check_name(call: Call) -> None:
    if call["tier"].lower() != "default":
        raise RequestRefusal.NOT_FOUND.error(id=call.path)


def _body(tier: QuotaTier) -> JsonObject:
    return {
        "id": tier.id,
        "name": "default",
        "type": "Microsoft.CognitiveServices/quotaTiers",
        "properties": {
            "currentTierName": "Tier 1",
            "tierUpgradePolicy": tier.upgrade_policy,
        },
    }
