"""The emulator for other clients than deployer: serve, stop, reset, and the environment to point them at it."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from deployer.emulator.serving.certificates import write_private
from deployer.emulator.serving.embedded import Emulator
from deployer.emulator.serving.holder import PATIENCE, Holder, ask, live_holder, read_holder
from deployer.emulator.serving.process_memory import collect_rarely, keep_large_blocks_apart
from deployer.errors import UsageError

_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def serve(state: Path, date: date | None, port: int, ready: Callable[[Emulator], None]) -> None:
    """Serve a state directory until it is stopped, by `stop` or by Ctrl-C; `ready` is called when it listens.

    Raises `LockedByAnotherRun` when the directory is being served already.
    """
    keep_large_blocks_apart()
    with _trusting_nobody():
        served = Emulator.serve(state, date, port=port)
    with served as emulator:
        collect_rarely()
        ready(emulator)
        try:
            emulator.wait()
        except KeyboardInterrupt:
            return


@contextlib.contextmanager
def _trusting_nobody() -> Iterator[None]:
    """Spare aiohttp, which does it when imported, the system's certificates: a third of the time to start.

    Whoever only serves asks nobody but itself, and trusts its own authority for that.
    """
    before = os.environ.get("SSL_CERT_FILE")
    os.environ["SSL_CERT_FILE"] = os.devnull
    try:
        yield
    finally:
        if before is None:
            del os.environ["SSL_CERT_FILE"]
        else:
            os.environ["SSL_CERT_FILE"] = before


def stop(state: Path) -> bool:
    """Stop whoever serves a state directory, and wait until it is gone; False when nobody does."""
    state = state.resolve()
    holder = live_holder(state)
    if holder is None:
        return False
    ask(holder.address, state / "ca.pem", "POST", "stop")
    deadline = time.monotonic() + PATIENCE
    while read_holder(state) == holder and _listens(holder) and time.monotonic() < deadline:
        time.sleep(0.05)
    return True


def _listens(holder: Holder) -> bool:
    """Whether the port is still open. Not asked over TLS: a server that is closing may take a call and never answer."""
    try:
        socket.create_connection(("127.0.0.1", urlsplit(holder.address).port or 0), 1).close()
    except OSError:
        return False
    return True


def reset(state: Path) -> None:
    """Empty a running emulator; raises `UsageError` when nobody serves the directory."""
    state = state.resolve()
    ask(_running(state).address, state / "ca.pem", "POST", "reset")


def environment(state: Path) -> dict[str, str]:
    """The variables that point az, azure-identity, the Azure SDKs, openai, Terraform and Pulumi at a running emulator.

    Holds the client secret. Raises `UsageError` when nobody serves the directory.
    """
    state = state.resolve()
    holder = _running(state)
    answer = ask(holder.address, state / "ca.pem", "GET", "environment")
    bundle = str(_bundle(state))
    terraform = {
        "ARM_TENANT_ID": answer["tenant"],
        "ARM_CLIENT_ID": answer["clientId"],
        "ARM_CLIENT_SECRET": answer["clientSecret"],
        "ARM_SUBSCRIPTION_ID": answer["subscription"],
        # Host and port without a scheme, as Terraform's provider wants it; Pulumi's takes both.
        "ARM_METADATA_HOSTNAME": holder.address.removeprefix("https://"),
        "ARM_DISABLE_INSTANCE_DISCOVERY": "true",
    }
    return {
        "AZURE_AUTHORITY_HOST": holder.address,
        "AZURE_TENANT_ID": answer["tenant"],
        "AZURE_CLIENT_ID": answer["clientId"],
        "AZURE_CLIENT_SECRET": answer["clientSecret"],
        "AZURE_SUBSCRIPTION_ID": answer["subscription"],
        "AZURE_RESOURCE_MANAGER_ENDPOINT": holder.address,
        # A folder of its own: whoever is signed in with az stays so.
        "AZURE_CONFIG_DIR": str(state / "az"),
        "IDENTITY_ENDPOINT": f"{answer['plainAddress']}/msi/token",
        "IDENTITY_HEADER": answer["identityHeader"],
        **terraform,
        "REQUESTS_CA_BUNDLE": bundle,
        "SSL_CERT_FILE": bundle,
        "NODE_EXTRA_CA_CERTS": str(state / "ca.pem"),
        # Clients read one spelling or the other; whoever reads both believes one of them.
        **dict.fromkeys(("NO_PROXY", "no_proxy"), _without_proxy(os.environ)),
        **_own_addresses(answer["accounts"]),
    }


def _without_proxy(present: Mapping[str, str]) -> str:
    """Where no proxy is to be asked: what the environment says already, and loopback."""
    said = [present.get(name, "") for name in ("NO_PROXY", "no_proxy")]
    hosts = [one.strip() for one in ",".join([*said, *_LOOPBACK]).split(",")]
    return ",".join(dict.fromkeys(one for one in hosts if one))


def _running(state: Path) -> Holder:
    holder = live_holder(state)
    if holder is None:
        raise UsageError(
            f"No emulator is running in {state}.", hint="Start one: `deployer emulator start`."
        )
    return holder


def _own_addresses(accounts: Mapping[str, str]) -> dict[str, str]:
    """Each account's port of its own, for clients that drop the path of an endpoint."""
    return {
        f"EMULATOR_ENDPOINT_{re.sub('[^A-Z0-9]', '_', name.upper())}": address
        for name, address in sorted(accounts.items())
    }


def _bundle(state: Path) -> Path:
    """The emulator's authority beside the public ones, so that the same shell can still reach Azure."""
    import certifi

    bundle = state / "bundle.pem"
    public = Path(certifi.where()).read_bytes()
    write_private(bundle, public.rstrip() + b"\n" + (state / "ca.pem").read_bytes())
    return bundle
