"""Every refusal of the control plane, provoked: status, code, and the words where they are known."""

from __future__ import annotations

import re
import time
from http.client import HTTPMessage
from unittest import mock

import pytest
from emulator.arm_client import (
    ACCOUNT,
    DEPLOYMENT,
    GROUP,
    PROVIDER,
    SUBSCRIPTION,
    Response,
    account_body,
    deployment_body,
    deployment_path,
)

from deployer.emulator.arm.errors import Refusal
from deployer.emulator.cloud import DEPLOYER
from deployer.emulator.identity import TokenAuthority
from deployer.emulator.records import TENANT_ID

OWNER = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
ONE, TWO = "00000000-0000-0000-0000-00000000a551", "00000000-0000-0000-0000-00000000a552"
ASSIGNMENT = f"{SUBSCRIPTION}/providers/Microsoft.Authorization/roleAssignments/{ONE}"
LOCK = f"{GROUP}/providers/Microsoft.Authorization/locks/keep"
AUDIO = "gpt-4o-audio-preview@2024-12-17"
REALTIME = "gpt-4o-realtime-preview@2024-12-17"


def assignment(role=READER, principal="00000000-0000-0000-0000-00000000beef", **more):
    definition = f"{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{role}"
    return {"properties": {"roleDefinitionId": definition, "principalId": principal, **more}}


def unsigned(arm, token=None):
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return arm.send("GET", "/subscriptions?api-version=2022-12-01", headers=headers)


def expired(arm):
    """With a token that the emulator itself signed an hour and a second ago."""
    key = TokenAuthority(arm.emulator.ca.with_name("signing-key.pem"), lambda: time.time() - 3601)
    return unsigned(arm, key.issue(DEPLOYER, "https://management.azure.com", "anyone"))


def unauthorised(arm):
    return arm.principal("reader", "Reader").group()


def unregistered(arm):
    arm.emulator.ask("PATCH", "settings", {"providerRegistered": False})
    return arm.get(f"{PROVIDER}/deletedAccounts")


def unversioned(arm):
    headers = {"Authorization": f"Bearer {arm.token()}"}
    return arm.send("GET", "/subscriptions", headers=headers)


def unreadable(arm):
    headers = {"Authorization": f"Bearer {arm.token()}"}
    return arm.send("PUT", f"{GROUP}?api-version=2025-04-01", raw=b"{", headers=headers)


def group_elsewhere(arm):
    arm.group()
    return arm.group(location="swedencentral")


def group_being_deleted(arm):
    arm.group()
    arm.emulator.ask("PATCH", "settings", {"pacing": "fast", "groupSeconds": 60})
    arm.ask("DELETE", GROUP)
    return arm.group()


def group_with_deployments(arm):
    arm.account()
    arm.deployment()
    answer = arm.follow(arm.ask("DELETE", GROUP).headers["Location"])
    assert arm.get(DEPLOYMENT).status == 200, "the deletion must have been rolled back"
    assert [one["code"] for one in answer.body["error"]["details"]] == [
        "CannotDeleteAccountWithDeployments"
    ]
    return answer


def no_account(arm):
    arm.group()
    return arm.get(ACCOUNT)


def no_parent(arm):
    arm.group()
    return arm.deployment()


def no_deployment(arm):
    arm.account()
    return arm.get(DEPLOYMENT)


def account_elsewhere(arm):
    arm.account()
    return arm.account(location="swedencentral")


def conflict(arm):
    arm.emulator.ask("PATCH", "settings", {"pacing": "fast", "accountSeconds": 60})
    arm.account()
    return arm.deployment()


def not_ready(arm):
    arm.emulator.ask("PATCH", "settings", {"conflictsNameTheState": True})
    return conflict(arm)


def gated(arm):
    arm.emulator.ask("PATCH", "settings", {"gatedModels": ["gpt-4o-audio-preview@2024-12-17"]})
    arm.account()
    return arm.deployment()


def soft_deleted(arm):
    arm.account()
    arm.ask("DELETE", ACCOUNT)
    return arm.account()


def restore_of_nothing(arm):
    arm.group()
    return arm.ask("PUT", ACCOUNT, {"location": "eastus2", "properties": {"restore": True}})


def subdomain_in_use(arm):
    arm.account()
    return arm.account(f"{GROUP}/providers/Microsoft.CognitiveServices/accounts/voice2",
                       properties={"customSubDomainName": "voice"})  # fmt: skip


def too_many_accounts(arm):
    arm.emulator.ask("PATCH", "settings", {"quota": {"OpenAI.S0.AccountCount": 0}})
    return arm.account()


def keys_disabled(arm):
    arm.account(properties={"disableLocalAuth": True})
    return arm.ask("POST", f"{ACCOUNT}/listKeys")


def account_with_deployments(arm):
    arm.account()
    arm.deployment()
    return arm.ask("DELETE", ACCOUNT)


def deployed(model="gpt-4o-audio-preview@2024-12-17", *, location="eastus2", **changes):
    def provoke(arm):
        arm.account(location=location)
        return arm.deployment(model=model, **changes)

    return provoke


def retired(arm):
    arm.emulator.ask("POST", "clock", {"date": "2026-04-23"})
    return deployed()(arm)


def deprecating(arm):
    lifecycles = {"gpt-4o-audio-preview@2024-12-17": "Deprecating"}
    arm.emulator.ask("PATCH", "settings", {"lifecycles": lifecycles})
    return deployed()(arm)


def over_quota(arm):
    arm.account()
    arm.deployment(model=REALTIME, capacity=2)
    return arm.deployment(deployment_path("more"), model=REALTIME, capacity=5)


def another_model(arm):
    arm.account()
    arm.deployment()
    return arm.deployment(model="gpt-4o-mini-audio-preview@2024-12-17")


def capacity_and_version(arm):
    arm.account()
    arm.deployment(model="gpt-4o-realtime-preview@2024-10-01")
    return arm.deployment(model=REALTIME, capacity=2)


def two_assignments(first, second, name=ONE):
    def provoke(arm):
        arm.ask("PUT", ASSIGNMENT, assignment(principalType="User", **first))
        other = ASSIGNMENT.replace(ONE, name)
        return arm.ask("PUT", other, assignment(principalType="User", **second))

    return provoke


def settings(**wanted):
    """With these switches set, what follows."""

    def before(provoke):
        def provoked(arm):
            arm.emulator.ask("PATCH", "settings", wanted)
            return provoke(arm)

        return provoked

    return before


def again(provoke):
    """What the second of two requests gets."""
    return lambda arm: provoke(arm) and provoke(arm)


def broken(arm):
    with mock.patch("deployer.emulator.arm.dispatch.check_locks", side_effect=KeyError("secret")):
        return arm.group()


def a_page(arm):
    arm.emulator.ask("PATCH", "settings", {"badNamesGetAPage": True})
    answer = arm.account(ACCOUNT.replace("/voice", "/.voice"))
    assert answer.headers["Content-Type"].startswith("text/html")
    # Only so that the table can ask for it as for the others: there is no code in a page.
    return Response(
        answer.status, answer.headers, {"error": {"code": "NotFound", "message": answer.body}}
    )


def another_etag(arm):
    arm.account()
    return arm.ask_with({"If-Match": '"other"'}, "PATCH", ACCOUNT, {"tags": {}})


def between_steps(arm):
    """With a SKU that is sold by hundreds."""
    arm.emulator.ask("POST", "clock", {"date": "2026-04-23"})
    arm.emulator.ask("PATCH", "settings", {"lifecycles": {AUDIO: "Stable"}})
    return deployed(sku="Provisioned", capacity=150)(arm)


def another_sku(arm):
    arm.emulator.ask("PATCH", "settings", {"deploymentSkuCanChange": False})
    arm.account()
    arm.deployment()
    return arm.deployment(sku="Provisioned", capacity=100)


def of_2022(arm):
    arm.account()
    body = deployment_body(sku="Standard")
    return arm.ask("PUT", DEPLOYMENT, body, **{"api-version": "2022-12-01"})


def with_projects(arm):
    arm.emulator.ask("PATCH", "settings", {"accountsWithProjects": ["Voice"]})
    arm.account()
    return arm.ask("DELETE", ACCOUNT)


def version_unknown(arm):
    arm.emulator.ask("PATCH", "settings", {"strictApiVersions": True})
    return arm.get(ACCOUNT, **{"api-version": "2029-01-01-preview"})


def asked(method, path, body=None, **query):
    return lambda arm: arm.ask(method, path, body, **query)


def locked(arm):
    arm.account()
    lock_group(arm)
    return arm.ask("DELETE", ACCOUNT)


def lock_group(arm, level="CanNotDelete"):
    assert arm.ask("PUT", LOCK, {"properties": {"level": level}}).status == 201


def template_run(arm, method="PUT", what=None, suffix="", **more):
    from emulator.templates.templates import RUN, request, template

    arm.group()
    return arm.ask(method, RUN + suffix, request(what or template(), **more))


def template_at_subscription(arm, location):
    from emulator.templates.templates import request, template

    path = f"{SUBSCRIPTION}/providers/Microsoft.Resources/deployments/main"
    return arm.ask("PUT", path, {**request(template()), "location": location})


def template_elsewhere(arm):
    assert template_at_subscription(arm, "eastus2").status == 201
    return template_at_subscription(arm, "westeurope")


def restore_of_the_living(arm):
    arm.account()
    return arm.account(properties={"restore": True})


def template_refused(arm):
    from emulator.templates.templates import account, template

    return template_run(arm, what=template(account(kind="Face")))


def template_run_failed(arm):
    from emulator.templates.templates import account, deployments, end, template

    template_run(arm, what=template(account(), deployments(2)))
    return Response(409, HTTPMessage(), {"error": end(arm)["error"]})


def template_outputs_failed(arm):
    from emulator.templates.templates import account, deploy, template

    outputs = {"a": {"type": "string", "value": "[reference('voice').nothing]"}}
    ended = deploy(arm, template(account(), outputs=outputs))
    return Response(409, HTTPMessage(), {"error": ended["error"]})


def template_resource_failed(arm):
    from emulator.templates.templates import account, deploy, template

    arm.account()
    arm.emulator.ask(
        "POST", "faults", {"kind": "operationFailed", "path": "/accounts/voice$", "times": 1}
    )
    ended = deploy(arm, template(account()))
    return Response(409, HTTPMessage(), {"error": ended["error"]["details"][0]})


def template_running(arm):
    from emulator.templates.templates import account, template

    arm.emulator.ask("PATCH", "settings", {"pacing": "fast", "accountSeconds": 60})
    template_run(arm, what=template(account()))
    return template_run(arm)


def template_run_over(arm):
    from emulator.templates.templates import deploy, template

    deploy(arm, template())
    return template_run(arm, "POST", suffix="/cancel")


def template_run_missing(arm):
    arm.group()
    return arm.get(f"{GROUP}/providers/Microsoft.Resources/deployments/none")


PROVOKED = {
    Refusal.TEMPLATE_INVALID: lambda arm: template_run(arm, what={"resources": []}),
    Refusal.TEMPLATE_LINKED: lambda arm: (
        arm.group()
        and arm.ask(
            "PUT",
            f"{GROUP}/providers/Microsoft.Resources/deployments/linked",
            {
                "properties": {
                    "mode": "Incremental",
                    "templateLink": {"uri": "https://example.invalid"},
                }
            },
        )
    ),
    Refusal.TEMPLATE_REFUSED: template_refused,
    Refusal.TEMPLATE_RUN_FAILED: template_run_failed,
    Refusal.TEMPLATE_OUTPUTS_FAILED: template_outputs_failed,
    Refusal.TEMPLATE_RESOURCE_FAILED: template_resource_failed,
    Refusal.TEMPLATE_RUNNING: template_running,
    Refusal.TEMPLATE_RUN_OVER: template_run_over,
    Refusal.TEMPLATE_RUN_MISSING: template_run_missing,
    Refusal.SCOPE_LOCKED: locked,
    Refusal.LOCK_NOT_FOUND: asked("GET", LOCK),
    Refusal.TOKEN_MISSING: unsigned,
    Refusal.TOKEN_INVALID: lambda arm: unsigned(arm, "not.a.token"),
    Refusal.TOKEN_EXPIRED: expired,
    Refusal.TOKEN_AUDIENCE: lambda arm: unsigned(arm, arm.token("https://ai.azure.com/.default")),
    Refusal.AUTHORIZATION_FAILED: unauthorised,
    Refusal.POLICY_DENIES: settings(deniedByPolicy=["Microsoft.CognitiveServices/accounts"])(
        lambda arm: arm.account()
    ),
    Refusal.SUBSCRIPTION_THROTTLED: settings(subscriptionRequests=1)(
        again(lambda arm: arm.group())
    ),
    Refusal.PROVIDER_THROTTLED: settings(providerRequests=1)(again(lambda arm: arm.account())),
    Refusal.INTERNAL: broken,
    Refusal.PRECONDITION_FAILED: another_etag,
    Refusal.PROPERTY_MISTYPED: lambda arm: arm.account(properties={"disableLocalAuth": "yes"}),
    Refusal.PROPERTY_NEEDS: lambda arm: arm.account(properties={"allowProjectManagement": True}),
    Refusal.PROVIDER_VERSION_UNKNOWN: version_unknown,
    Refusal.SUBSCRIPTION_NOT_FOUND: asked("GET", "/subscriptions/other/resourceGroups/rg"),
    Refusal.PROVIDER_NOT_REGISTERED: unregistered,
    Refusal.API_VERSION_MISSING: unversioned,
    Refusal.API_VERSION_INVALID: asked("GET", "/subscriptions", **{"api-version": "new"}),
    Refusal.TYPE_UNKNOWN: asked("GET", f"{GROUP}/providers/Microsoft.Storage/storageAccounts/a"),
    Refusal.METHOD_NOT_ALLOWED: asked("DELETE", SUBSCRIPTION),
    Refusal.CONTENT_INVALID: unreadable,
    Refusal.PROPERTY_INVALID: deployed(versionUpgradeOption="Sometimes"),
    Refusal.LOCATION_REQUIRED: asked("PUT", GROUP, {}),
    Refusal.LOCATION_UNKNOWN: lambda arm: arm.account(location="atlantis"),
    Refusal.GROUP_LOCATION_UNKNOWN: asked("PUT", GROUP, {"location": "atlantis"}),
    Refusal.GROUP_NAME_INVALID: lambda arm: arm.group(f"{GROUP}+1"),
    Refusal.GROUP_NAME_REFUSED: lambda arm: arm.group(f"{GROUP}."),
    Refusal.NAMESPACE_NOT_PLAYED: asked("GET", f"{SUBSCRIPTION}/providers/Microsoft.Storage"),
    Refusal.FILTER_INVALID: asked(
        "GET", f"{SUBSCRIPTION}/resources", **{"$filter": "name like 'v'"}
    ),
    Refusal.QUERY_INVALID: asked("GET", f"{SUBSCRIPTION}/resources", **{"$top": "none"}),
    Refusal.TEMPLATE_NAME_INVALID: lambda arm: template_run(arm, suffix="+1"),
    Refusal.TEMPLATE_NAME_TOO_LONG: lambda arm: template_run(arm, suffix="a" * 64),
    Refusal.TEMPLATE_LOCATION_UNKNOWN: lambda arm: template_at_subscription(arm, "atlantis"),
    Refusal.TEMPLATE_ELSEWHERE: template_elsewhere,
    Refusal.DEPLOYMENT_NAME_INVALID: lambda arm: (
        arm.account() and arm.deployment(f"{DEPLOYMENT}+1")
    ),
    Refusal.RESTORING_THE_LIVING: restore_of_the_living,
    Refusal.GROUP_NOT_FOUND: asked("GET", ACCOUNT),
    Refusal.GROUP_ELSEWHERE: group_elsewhere,
    Refusal.GROUP_BEING_DELETED: group_being_deleted,
    Refusal.GROUP_DELETION_BLOCKED: group_with_deployments,
    Refusal.ACCOUNT_NOT_FOUND: no_account,
    Refusal.PARENT_NOT_FOUND: no_parent,
    Refusal.NOT_FOUND: no_deployment,
    Refusal.ACCOUNT_ELSEWHERE: account_elsewhere,
    Refusal.REQUEST_CONFLICT: conflict,
    Refusal.ACCOUNT_NOT_READY: not_ready,
    Refusal.SOFT_DELETED: soft_deleted,
    Refusal.NOTHING_TO_RESTORE: restore_of_nothing,
    Refusal.SUBDOMAIN_IN_USE: subdomain_in_use,
    Refusal.TOO_MANY_ACCOUNTS: too_many_accounts,
    Refusal.KIND_INVALID: lambda arm: arm.account(kind="Face"),
    Refusal.ACCOUNT_SKU_NOT_THERE: lambda arm: arm.account(location="GLOBAL"),
    Refusal.ACCOUNT_SKU_INVALID: lambda arm: arm.account(sku={"name": "F9"}),
    Refusal.ACCOUNT_NAME_INVALID: lambda arm: arm.account(ACCOUNT.replace("/voice", "/.voice")),
    Refusal.ACCOUNT_NAME_NOT_FOUND: a_page,
    Refusal.KIND_GATED: settings(gatedKinds=["OpenAI"])(lambda arm: arm.account()),
    Refusal.HAS_PROJECTS: with_projects,
    Refusal.KEYS_DISABLED: keys_disabled,
    Refusal.HAS_DEPLOYMENTS: account_with_deployments,
    Refusal.MODEL_UNKNOWN: deployed("gpt-9@2030-01-01"),
    Refusal.MODEL_GATED: gated,
    Refusal.MODEL_DEPRECATED: retired,
    Refusal.MODEL_DEPRECATING: deprecating,
    Refusal.SKU_NOT_HERE: deployed(location="eastus"),
    Refusal.SKU_NOT_OFFERED: deployed(sku="Standard"),
    Refusal.SKU_INVALID: deployed(sku="S0"),
    Refusal.CAPACITY_OUT_OF_RANGE: deployed(capacity=0),
    Refusal.CAPACITY_INVALID: between_steps,
    Refusal.CAPACITY_NOT_NULL: of_2022,
    Refusal.RAI_POLICY_NOT_FOUND: deployed(raiPolicyName="mine"),
    Refusal.INSUFFICIENT_QUOTA: over_quota,
    Refusal.INSUFFICIENT_QUOTA_OF_2023: settings(quotaWordsOf2023=True)(over_quota),
    Refusal.DEPLOYMENT_SKU_CANNOT_CHANGE: another_sku,
    Refusal.MODEL_CANNOT_CHANGE: another_model,
    Refusal.CAPACITY_AND_VERSION: capacity_and_version,
    Refusal.PRINCIPAL_NOT_FOUND: asked("PUT", ASSIGNMENT, assignment()),
    Refusal.ASSIGNMENT_EXISTS: two_assignments({}, {}, TWO),
    Refusal.ASSIGNMENT_CANNOT_CHANGE: two_assignments({}, {"role": OWNER}),
    Refusal.ASSIGNMENT_NOT_FOUND: asked("GET", ASSIGNMENT),
    Refusal.ASSIGNMENT_NAME_INVALID: asked("PUT", ASSIGNMENT.replace(ONE, "one"), assignment()),
    Refusal.ROLE_NOT_FOUND: asked("PUT", ASSIGNMENT, assignment("nobody")),
}


@pytest.mark.parametrize("refusal", Refusal, ids=lambda one: one.name)
def test_a_refusal_has_its_status_its_code_and_its_words(arm, refusal):
    answer = PROVOKED[refusal](arm)

    words = ".*".join(re.escape(part) for part in re.split(r"\{[^}]*\}", refusal.message))
    assert (answer.status, answer.code) == (refusal.status, refusal.code)
    assert re.fullmatch(words, answer.message, re.DOTALL), answer.message


# What can also be asked for at any request, without a state or a switch that leads to it.
PLAYED = {
    "a policy denies": (403, "RequestDisallowedByPolicy", None),
    "Resource Manager throttles": (429, "SubscriptionRequestsThrottled", 6),
    "the provider throttles": (429, "TooManyRequests", 36),
    "an etag does not match": (412, "PreconditionFailed", None),
    "projects are in the way": (409, "CannotDeleteResource", None),
}


@pytest.mark.parametrize(("status", "code", "wait"), PLAYED.values(), ids=PLAYED)
def test_a_row_of_the_catalogue_is_played_as_a_fault(arm, emulator, status, code, wait):
    wanted = {} if wait is None else {"retryAfter": wait}
    fault = {
        "kind": "status",
        "status": status,
        "code": code,
        "message": "As asked.",
        "path": "/resourceGroups/",
        "times": 1,
    }
    emulator.ask("POST", "faults", {**fault, **wanted})

    answer = arm.group()

    assert (answer.status, answer.code, answer.message) == (status, code, "As asked.")
    assert answer.headers["Retry-After"] == (None if wait is None else str(wait))
    assert arm.group().status == 201


QUOTED = {
    Refusal.MODEL_DEPRECATED: (
        "The model 'Format:OpenAI,Name:gpt-4o-audio-preview,Version:2024-12-17' has been deprecated"
        " since 03/24/2026 00:00:00."
    ),
    Refusal.INSUFFICIENT_QUOTA: (
        "This operation require 5 new capacity in quota Requests Per Minute -"
        " gpt-4o-realtime-preview - GlobalStandard, which is bigger than the current available"
        " capacity 4. The current quota usage is 2 and the quota limit is 6 for quota"
        " Requests Per Minute - gpt-4o-realtime-preview - GlobalStandard."
    ),
    Refusal.INSUFFICIENT_QUOTA_OF_2023: (
        "The specified capacity '5' of account deployment is bigger than available capacity '4' for"
        " UsageName 'Requests Per Minute - gpt-4o-realtime-preview - GlobalStandard'."
    ),
    Refusal.CAPACITY_OUT_OF_RANGE: (
        "The specified capacity '0' of account deployment should be greater than 0 and no more than"
    ),
    Refusal.PROPERTY_MISTYPED: (
        "The request content was invalid and could not be deserialized: 'Error converting value"
        " \"yes\" to type 'System.Boolean'. Path 'properties.disableLocalAuth'.'."
    ),
    Refusal.HAS_PROJECTS: (
        "Cannot delete resource while nested resources exist. Some existing nested resource IDs"
        f" include: '{ACCOUNT}/projects/"
    ),
    Refusal.PROVIDER_THROTTLED: (
        "Number of requests for action 'Microsoft.CognitiveServices/accounts/write' exceeded the"
        " limit of '1' for time interval '00:05:00'. Please try again after '300' seconds."
    ),
    Refusal.PROVIDER_VERSION_UNKNOWN: (
        "No registered resource provider found for location '' and API version"
        " '2029-01-01-preview' for type 'accounts'. The supported api-versions are '2026-07-01, "
    ),
    Refusal.SKU_NOT_HERE: (
        "The specified SKU 'GlobalStandard' for model 'gpt-4o-audio-preview 2024-12-17' is not"
        " supported in this region 'eastus'."
    ),
    Refusal.REQUEST_CONFLICT: (
        f"Another operation is being performed on the parent resource '{ACCOUNT}'."
        " Please try again later."
    ),
    Refusal.NOT_FOUND: f"Specified resource '{DEPLOYMENT}' cannot be found.",
    Refusal.PRINCIPAL_NOT_FOUND: (
        f"Principal 0000000000000000000000000000beef does not exist in the directory {TENANT_ID}."
    ),
}


@pytest.mark.parametrize("refusal", QUOTED, ids=lambda one: one.name)
def test_a_refusal_fills_its_gaps_as_azure_does(arm, refusal):
    assert PROVOKED[refusal](arm).message.startswith(QUOTED[refusal])


def test_a_401_challenges_and_names_the_emulators_own_authority(arm):
    challenge = unsigned(arm).headers["WWW-Authenticate"]

    assert challenge.startswith(f'Bearer authorization_uri="{arm.emulator.address}/adfs"')


def test_a_missing_sku_is_taken_for_standard(arm):
    arm.account()
    body = deployment_body()
    del body["sku"]

    assert "SKU 'Standard'" in arm.ask("PUT", DEPLOYMENT, body).message


def test_a_refused_write_leaves_the_lock_open(arm, emulator):
    arm.account()
    emulator.ask("PATCH", "settings", {"pacing": "fast", "lockLinger": 60, "deploymentSeconds": 0})

    refused = arm.deployment(model="gpt-9@2030-01-01")

    assert refused.code == "DeploymentModelNotSupported"
    assert arm.deployment().status == 201
    assert arm.deployment().code == "RequestConflict"


def test_a_retired_model_may_still_change_its_capacity(arm, emulator):
    arm.account()
    arm.deployment(capacity=1)
    emulator.ask("POST", "clock", {"date": "2026-04-23"})

    assert arm.deployment(capacity=2).status == 200


def test_a_version_changes_in_a_write_of_its_own(arm):
    arm.account()
    arm.deployment(model="gpt-4o-realtime-preview@2024-10-01")

    assert arm.deployment(model=REALTIME).body["properties"]["model"]["version"] == "2024-12-17"


def test_a_changed_subdomain_is_refused(arm):
    arm.account()

    changed = arm.ask("PUT", ACCOUNT, account_body("other"))

    assert changed.code == "InvalidResourceProperties"


def test_another_tenants_subdomain_is_taken(arm, emulator):
    emulator.ask("PATCH", "settings", {"takenSubdomains": ["Voice"]})

    assert arm.account().code == "CustomDomainInUse"


def test_a_soft_deleted_account_keeps_its_subdomain(arm):
    arm.account()
    arm.ask("DELETE", ACCOUNT)

    other = ACCOUNT.replace("/voice", "/other")
    assert arm.ask("PUT", other, account_body("voice")).code == "CustomDomainInUse"


def test_an_account_with_deployments_may_go_when_azure_is_as_it_was(arm, emulator):
    emulator.ask("PATCH", "settings", {"cannotDeleteAccountWithDeployments": False})
    arm.account()
    arm.deployment()

    assert arm.ask("DELETE", ACCOUNT).status == 200


@pytest.mark.parametrize(
    ("level", "method", "path", "status"),
    [
        ("CanNotDelete", "PUT", DEPLOYMENT, 201),
        ("CanNotDelete", "DELETE", GROUP, 409),
        ("ReadOnly", "PUT", DEPLOYMENT, 409),
        ("ReadOnly", "POST", f"{ACCOUNT}/listKeys", 409),
        ("ReadOnly", "GET", ACCOUNT, 200),
    ],
)
def test_a_lock_forbids_what_its_level_says(arm, level, method, path, status):
    arm.account()
    lock_group(arm, level)

    assert arm.ask(method, path, deployment_body() if method == "PUT" else None).status == status


def test_an_unlocked_scope_is_free_again(arm):
    arm.account()
    lock_group(arm)
    listed = arm.get(f"{GROUP}/providers/Microsoft.Authorization/locks").body["value"]
    arm.ask("DELETE", LOCK)

    assert [one["name"] for one in listed] == ["keep"]
    assert arm.ask("DELETE", ACCOUNT).status == 200


@pytest.mark.parametrize(
    ("version", "status"),
    [
        ("2025-09-01", 200), ("2026-05-15-preview", 200), ("2024-11-11", 400), ("1999-01-01-preview", 400),
        ("2029-01-01-preview", 400), ("2026-05-14-preview", 400),
    ],
)  # fmt: skip
def test_a_version_azure_never_had_is_refused_when_strict(arm, emulator, version, status):
    arm.account()
    emulator.ask("PATCH", "settings", {"strictApiVersions": True})

    assert arm.get(ACCOUNT, **{"api-version": version}).status == status
