"""The only wiring: from the name of a cloud to a `Cloud` that is open, signed in and dated."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from deployer.azure.cloud import Cloud, Identity
from deployer.cli.emulator_state import emulator_date, state_directory
from deployer.errors import UsageError

if TYPE_CHECKING:
    from deployer.emulator import Emulator

EMULATOR = "emulator"


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where one of Microsoft's clouds lives. `authority` None: azure-identity's own, AZURE_AUTHORITY_HOST honoured."""

    arm: str
    audience: str
    authority: str | None
    data_audience: str


AZURE = {
    # ARM endpoints and audiences: azure-mgmt-core 1.6, get_arm_endpoints. Authorities: azure-identity 1.27,
    # AzureAuthorityHosts. The data-plane audiences of
    # the sovereign clouds follow the pattern of the public one and are unverified.
    "AzureCloud": Endpoints(
        "https://management.azure.com",
        "https://management.azure.com",
        None,
        "https://cognitiveservices.azure.com",
    ),
    "AzureUSGovernment": Endpoints(
        "https://management.usgovcloudapi.net",
        "https://management.core.usgovcloudapi.net",
        "login.microsoftonline.us",
        "https://cognitiveservices.azure.us",
    ),
    "AzureChinaCloud": Endpoints(
        "https://management.chinacloudapi.cn",
        "https://management.chinacloudapi.cn",
        "login.chinacloudapi.cn",
        "https://cognitiveservices.azure.cn",
    ),
}
_PUBLIC_AUTHORITY = "login.microsoftonline.com"


@contextlib.contextmanager
def open_cloud(name: str, beside: Path, acts_for: Identity | None = None) -> Iterator[Cloud]:
    """The cloud of that name; for an emulator `beside` is the folder of the configuration.

    `acts_for` is the identity that will carry the plan out, when it is not the one that is signed in.

    Raises UsageError for a name that is none, or a date that the emulator does not know.
    """
    if name in AZURE:
        with _closing(_azure(name, AZURE[name], acts_for)) as cloud:
            yield cloud
        return
    kind, at, date = name.partition("@")
    if kind != EMULATOR or (at and not date):
        raise UsageError(
            f"There is no cloud {name!r}.",
            hint=f"The clouds are {', '.join(AZURE)}, {EMULATOR} and {EMULATOR}@YYYY-MM-DD.",
        )
    with _emulator(name, state_directory(beside), emulator_date(date), acts_for) as cloud:
        yield cloud


def today() -> dt.date:
    """The day in Azure: the one place where the clock on the wall is read for it."""
    return dt.datetime.now(dt.UTC).date()


def _azure(name: str, endpoints: Endpoints, acts_for: Identity | None) -> Cloud:
    from azure.identity import DefaultAzureCredential

    from deployer.cli.oidc import credential

    authority = {} if endpoints.authority is None else {"authority": endpoints.authority}
    return Cloud(
        name,
        endpoints.arm,
        endpoints.audience,
        f"https://{endpoints.authority or _PUBLIC_AUTHORITY}",
        credential(os.environ, name, **authority) or DefaultAzureCredential(**authority),
        today(),
        endpoints.data_audience,
        acts_for=acts_for,
    )


@contextlib.contextmanager
def _emulator(
    name: str, state: Path, date: dt.date | None, acts_for: Identity | None
) -> Iterator[Cloud]:
    from azure.identity import ClientSecretCredential

    from deployer.cli.oidc import credential as vouched_for
    from deployer.emulator import Emulator

    with Emulator.open(state, date) as emulator:
        options = {
            "authority": emulator.address,
            "disable_instance_discovery": True,
            "connection_verify": str(emulator.ca),
            "use_env_settings": False,  # a proxy of the environment cannot reach this machine's loopback
        }
        # An environment that points at this very emulator says who we are to it; any other speaks of Azure.
        is_meant = os.environ.get("AZURE_AUTHORITY_HOST") == emulator.address
        credential = (vouched_for(os.environ, name, **options) if is_meant else None) or (
            ClientSecretCredential(
                emulator.tenant, emulator.client_id, emulator.client_secret, **options
            )
        )
        cloud = Cloud(
            name,
            emulator.address,
            AZURE["AzureCloud"].audience,
            emulator.address,
            credential,
            emulator.date,
            ca=emulator.ca,
            is_loopback=True,
            acts_for=acts_for,
            environment=_for_others(emulator),
        )
        with _closing(cloud):
            yield cloud
        if emulator.has_guests:
            click.echo("Another run uses this emulator; waiting for it to end.", err=True)


@contextlib.contextmanager
def _closing(cloud: Cloud) -> Iterator[Cloud]:
    """Whatever was opened in the cloud's name is closed with it."""
    try:
        yield cloud
    finally:
        cloud.close()
        if callable(close := getattr(cloud.credential, "close", None)):
            close()


def _for_others(emulator: Emulator) -> dict[str, str]:
    """How azure-native's plugin is led to an emulator: by the cloud metadata, the certificate and a client secret.

    Put together from the plugin's source (2026-08); the plugin itself has not been run like this yet.
    """
    return {
        "ARM_METADATA_HOSTNAME": emulator.address,
        "ARM_DISABLE_INSTANCE_DISCOVERY": "true",
        "ARM_TENANT_ID": emulator.tenant,
        "ARM_CLIENT_ID": emulator.client_id,
        "ARM_CLIENT_SECRET": emulator.client_secret,
        "SSL_CERT_FILE": str(emulator.ca),
    }
