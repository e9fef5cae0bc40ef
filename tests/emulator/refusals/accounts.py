"""Every refusal of accounts, provoked; and the words of some, whole."""

from __future__ import annotations

from emulator.arm_client import ACCOUNT, GROUP, Response
from emulator.refusals.provoking import Provoke, settings

from deployer.emulator.arm.errors import Refusal
from deployer.emulator.arm.refusals import AccountRefusal


def no_account(arm):
    arm.group()
    return arm.get(ACCOUNT)


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


def a_page(arm):
    arm.emulator.ask("PATCH", "settings", {"badNamesGetAPage": True})
    answer = arm.account(ACCOUNT.replace("/voice", "/.voice"))
    assert answer.headers["Content-Type"].startswith("text/html")
    # Only so that the table can ask for it as for the others: there is no code in a page.
    return Response(
        answer.status, answer.headers, {"error": {"code": "NotFound", "message": answer.body}}
    )


def with_projects(arm):
    arm.emulator.ask("PATCH", "settings", {"accountsWithProjects": ["Voice"]})
    arm.account()
    return arm.ask("DELETE", ACCOUNT)


def restore_of_the_living(arm):
    arm.account()
    return arm.account(properties={"restore": True})


PROVOKED: dict[Refusal, Provoke] = {
    AccountRefusal.RESTORING_THE_LIVING: restore_of_the_living,
    AccountRefusal.ACCOUNT_NOT_FOUND: no_account,
    AccountRefusal.ACCOUNT_ELSEWHERE: account_elsewhere,
    AccountRefusal.REQUEST_CONFLICT: conflict,
    AccountRefusal.ACCOUNT_NOT_READY: not_ready,
    AccountRefusal.SOFT_DELETED: soft_deleted,
    AccountRefusal.NOTHING_TO_RESTORE: restore_of_nothing,
    AccountRefusal.SUBDOMAIN_IN_USE: subdomain_in_use,
    AccountRefusal.TOO_MANY_ACCOUNTS: too_many_accounts,
    AccountRefusal.KIND_INVALID: lambda arm: arm.account(kind="Face"),
    AccountRefusal.ACCOUNT_SKU_NOT_THERE: lambda arm: arm.account(location="GLOBAL"),
    AccountRefusal.ACCOUNT_SKU_INVALID: lambda arm: arm.account(sku={"name": "F9"}),
    AccountRefusal.ACCOUNT_NAME_INVALID: lambda arm: arm.account(
        ACCOUNT.replace("/voice", "/.voice")
    ),
    AccountRefusal.ACCOUNT_NAME_NOT_FOUND: a_page,
    AccountRefusal.KIND_GATED: settings(gatedKinds=["OpenAI"])(lambda arm: arm.account()),
    AccountRefusal.HAS_PROJECTS: with_projects,
    AccountRefusal.KEYS_DISABLED: keys_disabled,
    AccountRefusal.HAS_DEPLOYMENTS: account_with_deployments,
}

QUOTED: dict[Refusal, str] = {
    AccountRefusal.HAS_PROJECTS: (
        "Cannot delete resource while nested resources exist. Some existing nested resource IDs"
        f" include: '{ACCOUNT}/projects/"
    ),
    AccountRefusal.REQUEST_CONFLICT: (
        f"Another operation is being performed on the parent resource '{ACCOUNT}'."
        " Please try again later."
    ),
}
