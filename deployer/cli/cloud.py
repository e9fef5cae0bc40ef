"""The only wiring: from the name of a cloud to a `Cloud` that is open, signed in and dated."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from deployer.azure.cloud import Cloud
from deployer.errors import UsageError

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


def state_directory(beside: Path) -> Path:
    """Where the emulator keeps its state, beside a configuration."""
    return beside / ".deployer" / "emulator"


@contextlib.contextmanager
def open_cloud(name: str, beside: Path) -> Iterator[Cloud]:
    """The cloud of that name; for an emulator `beside` is the folder of the configuration.

    Raises UsageError for a name that is none, or a date that the emulator does not know.
    """
    if name in AZURE:
        with _closing(_azure(name, AZURE[name])) as cloud:
            yield cloud
        return
    kind, at, date = name.partition("@")
    if kind != EMULATOR or (at and not date):
        raise UsageError(
            f"There is no cloud {name!r}.",
            hint=f"The clouds are {', '.join(AZURE)}, {EMULATOR} and {EMULATOR}@YYYY-MM-DD.",
        )
    with _emulator(name, state_directory(beside), emulator_date(date)) as cloud:
        yield cloud


def today() -> dt.date:
    """The day in Azure: the one place where the clock on the wall is read for it."""
    return dt.datetime.now(dt.UTC).date()


def emulator_date(text: str) -> dt.date | None:
    """The date that `emulator@DATE` names; None for an empty text. Raises UsageError."""
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        raise UsageError(f"{text!r} is not a date.", hint="Write it as 2025-02-06.") from None


def _azure(name: str, endpoints: Endpoints) -> Cloud:
    from azure.identity import DefaultAzureCredential

    authority = {} if endpoints.authority is None else {"authority": endpoints.authority}
    return Cloud(
        name,
        endpoints.arm,
        endpoints.audience,
        f"https://{endpoints.authority or _PUBLIC_AUTHORITY}",
        DefaultAzureCredential(**authority),
        today(),
        endpoints.data_audience,
    )


@contextlib.contextmanager
def _emulator(name: str, state: Path, date: dt.date | None) -> Iterator[Cloud]:
    from azure.identity import ClientSecretCredential

    from deployer.emulator import Emulator

    with Emulator.open(state, date) as emulator:
        credential = ClientSecretCredential(
            emulator.tenant,
            emulator.client_id,
            emulator.client_secret,
            authority=emulator.address,
            disable_instance_discovery=True,
            connection_verify=str(emulator.ca),
            use_env_settings=False,  # a proxy of the environment cannot reach this machine's loopback
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
