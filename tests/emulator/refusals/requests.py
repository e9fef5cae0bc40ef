"""Every refusal of requests, whatever they ask for, provoked; and the words of some, whole."""

from __future__ import annotations

import time
from unittest import mock

from emulator.arm_client import ACCOUNT, DEPLOYMENT, GROUP, SUBSCRIPTION
from emulator.refusals.provoking import Provoke, again, asked, deployed, settings

from deployer.emulator.arm.errors import Refusal
from deployer.emulator.arm.refusals import RequestRefusal
from deployer.emulator.cloud import DEPLOYER
from deployer.emulator.identity.tokens import TokenAuthority


def unsigned(arm, token=None):
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return arm.send("GET", "/subscriptions?api-version=2022-12-01", headers=headers)


def expired(arm):
    """With a token that the emulator itself signed an hour and a second ago."""
    key = TokenAuthority(arm.emulator.ca.with_name("signing-key.pem"), lambda: time.time() - 3601)
    return unsigned(arm, key.issue(DEPLOYER, "https://management.azure.com", "anyone"))


def unversioned(arm):
    headers = {"Authorization": f"Bearer {arm.token()}"}
    return arm.send("GET", "/subscriptions", headers=headers)


def unreadable(arm):
    headers = {"Authorization": f"Bearer {arm.token()}"}
    return arm.send("PUT", f"{GROUP}?api-version=2025-04-01", raw=b"{", headers=headers)


def no_parent(arm):
    arm.group()
    return arm.deployment()


def no_deployment(arm):
    arm.account()
    return arm.get(DEPLOYMENT)


def broken(arm):
    with mock.patch("deployer.emulator.arm.dispatch.check_locks", side_effect=KeyError("secret")):
        return arm.group()


def another_etag(arm):
    arm.account()
    return arm.ask_with({"If-Match": '"other"'}, "PATCH", ACCOUNT, {"tags": {}})


def version_unknown(arm):
    arm.emulator.ask("PATCH", "settings", {"strictApiVersions": True})
    return arm.get(ACCOUNT, **{"api-version": "2029-01-01-preview"})


PROVOKED: dict[Refusal, Provoke] = {
    RequestRefusal.TOKEN_MISSING: unsigned,
    RequestRefusal.TOKEN_INVALID: lambda arm: unsigned(arm, "not.a.token"),
    RequestRefusal.TOKEN_EXPIRED: expired,
    RequestRefusal.TOKEN_AUDIENCE: lambda arm: unsigned(
        arm, arm.token("https://ai.azure.com/.default")
    ),
    RequestRefusal.SUBSCRIPTION_THROTTLED: settings(subscriptionRequests=1)(
        again(lambda arm: arm.group())
    ),
    RequestRefusal.PROVIDER_THROTTLED: settings(providerRequests=1)(
        again(lambda arm: arm.account())
    ),
    RequestRefusal.INTERNAL: broken,
    RequestRefusal.PRECONDITION_FAILED: another_etag,
    RequestRefusal.PROPERTY_MISTYPED: lambda arm: arm.account(
        properties={"disableLocalAuth": "yes"}
    ),
    RequestRefusal.PROPERTY_NEEDS: lambda arm: arm.account(
        properties={"allowProjectManagement": True}
    ),
    RequestRefusal.PROVIDER_VERSION_UNKNOWN: version_unknown,
    RequestRefusal.API_VERSION_MISSING: unversioned,
    RequestRefusal.API_VERSION_INVALID: asked("GET", "/subscriptions", **{"api-version": "new"}),
    RequestRefusal.TYPE_UNKNOWN: asked(
        "GET", f"{GROUP}/providers/Microsoft.Storage/storageAccounts/a"
    ),
    RequestRefusal.METHOD_NOT_ALLOWED: asked("DELETE", SUBSCRIPTION),
    RequestRefusal.CONTENT_INVALID: unreadable,
    RequestRefusal.PROPERTY_INVALID: deployed(versionUpgradeOption="Sometimes"),
    RequestRefusal.NAMESPACE_NOT_PLAYED: asked(
        "GET", f"{SUBSCRIPTION}/providers/Microsoft.Storage"
    ),
    RequestRefusal.FILTER_INVALID: asked(
        "GET", f"{SUBSCRIPTION}/resources", **{"$filter": "name like 'v'"}
    ),
    RequestRefusal.QUERY_INVALID: asked("GET", f"{SUBSCRIPTION}/resources", **{"$top": "none"}),
    RequestRefusal.PARENT_NOT_FOUND: no_parent,
    RequestRefusal.NOT_FOUND: no_deployment,
}

QUOTED: dict[Refusal, str] = {
    RequestRefusal.PROPERTY_MISTYPED: (
        "The request content was invalid and could not be deserialized: 'Error converting value"
        " \"yes\" to type 'System.Boolean'. Path 'properties.disableLocalAuth'.'."
    ),
    RequestRefusal.PROVIDER_THROTTLED: (
        "Number of requests for action 'Microsoft.CognitiveServices/accounts/write' exceeded the"
        " limit of '1' for time interval '00:05:00'. Please try again after '300' seconds."
    ),
    RequestRefusal.PROVIDER_VERSION_UNKNOWN: (
        "No registered resource provider found for location '' and API version"
        " '2029-01-01-preview' for type 'accounts'. The supported api-versions are '2026-07-01, "
    ),
    RequestRefusal.NOT_FOUND: f"Specified resource '{DEPLOYMENT}' cannot be found.",
}
