"""Soft-deleted accounts: listed over the whole subscription, shown, purged."""

from __future__ import annotations

from deployer.emulator.arm.account_answers import deleted_account_body
from deployer.emulator.arm.fates import begin_deletion
from deployer.emulator.arm.headers import fan_out
from deployer.emulator.arm.refusals import RequestRefusal
from deployer.emulator.arm.requests import write_lock
from deployer.emulator.cloud import EmulatedCloud
from deployer.emulator.router import Answer, Call
from deployer.emulator.state.operations import account_operation_path
from deployer.emulator.state.records import ACCOUNT_TYPE, Account, Group, normalised


async def list_all(cloud: EmulatedCloud, _call: Call) -> Answer:
    """Every soft-deleted account of the subscription."""
    body = {"value": [deleted_account_body(cloud, one) for one in cloud.store.deleted_accounts()]}
    return Answer(body, headers=fan_out())


async def get(cloud: EmulatedCloud, call: Call) -> Answer:
    """One soft-deleted account; its group need not exist any more."""
    return Answer(deleted_account_body(cloud, _existing(cloud, call)))


async def purge(cloud: EmulatedCloud, call: Call) -> Answer:
    """Forget an account for good: name, subdomain and quota are free."""
    account = _existing(cloud, call)
    with write_lock(cloud, account.id) as hold:
        operation, ending = begin_deletion(
            cloud, call, account.location, lambda: cloud.store.purge(account)
        )
        hold.wrote, hold.until = True, ending.ends_at
    address = cloud.address + account_operation_path(operation)
    headers = {
        "azure-asyncoperation": address,
        "location": f"{address}&operationResultResponseType=Location",
    }
    return Answer(status=202, headers={**headers, **cloud.settings.poll_headers()})


def _existing(cloud: EmulatedCloud, call: Call) -> Account:
    group = Group(call["group"], call["location"])
    account = cloud.store.deleted_account(f"{group.id}/providers/{ACCOUNT_TYPE}/{call['account']}")
    if account is None or normalised(account.location) != normalised(call["location"]):
        raise RequestRefusal.NOT_FOUND.error(id=call.path)
    return account
