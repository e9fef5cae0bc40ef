"""How to call the models of one account: all that smoke checks know of identity."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deployer.azure.clients import clients
from deployer.azure.cloud import Cloud
from deployer.azure.failures import Refused, ending
from deployer.azure.identity import identity, token_for
from deployer.azure.paths import account_path
from deployer.azure.waiting import READING, Patience, SystemClock
from deployer.catalog.api_versions import ARM
from deployer.core.resources import Account
from deployer.core.state import ObservedState
from deployer.errors import DeployerError

REALTIME_ENDPOINT = "OpenAI Realtime API"
"""The name of the realtime address among an account's endpoints (recorded 2026-06-22)."""


@dataclass(frozen=True, slots=True)
class Access:
    """Addresses are Azure's own answer, without a trailing slash; paths are joined onto them, keeping their prefix.

    `headers` returns fresh authorisation headers at every call, and its result is never shown; `principal` names who
    calls, for diagnoses; `with_key` tells a key from a token.
    """

    endpoint: str
    realtime_endpoint: str
    headers: Callable[[], Mapping[str, str]] = field(repr=False)
    principal: str = ""
    with_key: bool = False
    ca: Path | None = None


def access(cloud: Cloud, account: Account, observed: ObservedState) -> Access:
    """How to call this account's models: with a token, or with a key where the account takes keys.

    Azure leaves `disableLocalAuth` out where it is false, so an account that does not say takes keys.

    The addresses are Azure's own answer. Raises DeployerError when Azure named none; `headers` raises it when there is
    no key or token to be had.
    """
    named = observed.endpoints.get(account.address, {})
    endpoint = named.get("endpoint", "").rstrip("/")
    if not endpoint:
        raise DeployerError(
            "Azure named no endpoint for an account",
            hint="Run the same command again; the account may still be settling.",
        )
    realtime = named.get(REALTIME_ENDPOINT, endpoint).rstrip("/")
    if not account.disable_local_auth:

        def with_key() -> Mapping[str, str]:
            # Asked for when a check wants it: a refused key is that check's failure, not the end of the run.
            known = f"key {account.address}"
            if known not in cloud.opened:
                cloud.opened[known] = _key(cloud, account, observed)
            return {"api-key": cloud.opened[known]}

        return Access(endpoint, realtime, with_key, "key", True, cloud.ca)

    def bearer() -> Mapping[str, str]:
        return {"Authorization": f"Bearer {token_for(cloud, cloud.data_audience)}"}

    return Access(endpoint, realtime, bearer, identity(cloud).object_id, False, cloud.ca)


def _key(cloud: Cloud, account: Account, observed: ObservedState) -> str:
    path = f"{account_path(observed.scope, account.name)}/listKeys"
    arm = clients(cloud, observed.scope.subscription)
    try:
        keys = Patience(SystemClock(), budget=READING).through(lambda: arm.send("POST", path, ARM))
    except Refused as refused:
        raise ending(refused) from refused
    return str(keys["key1"])
