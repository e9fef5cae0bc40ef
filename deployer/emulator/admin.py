"""The emulator's own interface under `/_emulator/`: its switches, faults, journal, clock and principals."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from deployer.emulator.cloud import DEPLOYER, EmulatedCloud
from deployer.emulator.faults.faults import InvalidFault, problems
from deployer.emulator.faults.stuck import let_go
from deployer.emulator.identity.federation import make_assertion
from deployer.emulator.identity.roles import ROLES, find_role
from deployer.emulator.identity.token_endpoint import ADFS
from deployer.emulator.router import Answer
from deployer.emulator.state.catalogue import clock_date
from deployer.emulator.state.records import APPLICATION, SUBSCRIPTION, USER, JsonObject, Principal
from deployer.emulator.state.settings import InvalidSetting
from deployer.errors import UsageError


class Invalid(ValueError):
    """A request that this interface cannot carry out."""


@dataclass(frozen=True)
class Administration:
    """What can be asked for; `stop` ends the server, `nonce` proves which one answers."""

    cloud: EmulatedCloud
    nonce: str
    pid: int
    stop: Callable[[], None]

    def answer(self, method: str, path: str, body: Any) -> Answer:  # noqa: ANN401
        """Carry out one request; `path` is what follows `/_emulator/`."""
        subject, _, name = path.partition("/")
        operation = _OPERATIONS.get((method, subject))
        if operation is None:
            known = ", ".join(f"{one} {two}" for one, two in _OPERATIONS)
            return Answer({"error": f"{method} {path} is not offered; offered: {known}."}, 404)
        try:
            return Answer(operation(self, name, body))
        except (Invalid, InvalidFault, InvalidSetting, UsageError) as error:
            return Answer({"error": str(error)}, 400)


Operation = Callable[[Administration, str, Any], Any]


def _health(admin: Administration, _name: str, _body: object) -> JsonObject:
    return {"nonce": admin.nonce, "pid": admin.pid, "date": str(admin.cloud.clock.today)}


def _environment(admin: Administration, _name: str, _body: object) -> JsonObject:
    deployer = admin.cloud.store.principal(DEPLOYER.name) or DEPLOYER
    return {
        "date": str(admin.cloud.clock.today),
        "tenant": ADFS,
        "subscription": SUBSCRIPTION,
        "plainAddress": admin.cloud.plain_address,
        "identityHeader": admin.cloud.identity_header,
        "accounts": {name: f"https://localhost:{port}" for name, port in admin.cloud.ports.items()},
        **_principal_body(deployer),
    }


def _get_settings(admin: Administration, _name: str, _body: object) -> JsonObject:
    return admin.cloud.settings.as_json()


def _change_settings(admin: Administration, _name: str, body: object) -> JsonObject:
    stated = admin.cloud.store.stated_settings().values
    admin.cloud.state_settings({**stated, **_object(body)})
    return admin.cloud.settings.as_json()


def _reset_settings(admin: Administration, _name: str, _body: object) -> JsonObject:
    admin.cloud.state_settings({})
    return admin.cloud.settings.as_json()


def _get_faults(admin: Administration, _name: str, _body: object) -> list[JsonObject]:
    return admin.cloud.faults.listed()


def _add_faults(admin: Administration, _name: str, body: object) -> list[JsonObject]:
    specs = [_object(one) for one in (body if isinstance(body, list) else [body])]
    found = [
        f"[{number}] {problem}" if isinstance(body, list) else problem
        for number, spec in enumerate(specs)
        for problem in problems(spec)
    ]
    if found:
        raise InvalidFault("\n".join(found))
    return [admin.cloud.faults.add(spec).as_json() for spec in specs]


def _clear_faults(admin: Administration, name: str, _body: object) -> list[JsonObject]:
    if name and not name.isdecimal():
        raise Invalid(f"'{name}' is not the id of a fault.")
    ended = admin.cloud.faults.clear(int(name) if name else None)
    let_go(admin.cloud, ended, everything=not name)
    return admin.cloud.faults.listed()


def _get_journal(admin: Administration, _name: str, _body: object) -> JsonObject:
    return admin.cloud.journal.as_json()


def _clear_journal(admin: Administration, _name: str, _body: object) -> JsonObject:
    admin.cloud.journal.clear()
    return admin.cloud.journal.as_json()


def _get_clock(admin: Administration, _name: str, _body: object) -> JsonObject:
    return {"date": str(admin.cloud.clock.today)}


def _set_clock(admin: Administration, name: str, body: object) -> JsonObject:
    said = _object(body)
    hours = said.get("hours")
    if hours is not None:
        if not isinstance(hours, int | float) or isinstance(hours, bool) or not 0 <= hours <= 1e6:
            raise Invalid(
                "`hours` is how far to put the clock forward: a number from 0 to 1000000."
            )
        clock_date(admin.cloud.clock.today + timedelta(hours=hours))
        admin.cloud.advance(hours)
    elif "opened" in said:
        admin.cloud.open_day(_day(said["opened"]))
    else:
        admin.cloud.set_day(_day(said.get("date", "")))
    return _get_clock(admin, name, body)


def _day(text: object) -> date:
    try:
        return clock_date(date.fromisoformat(str(text)))
    except ValueError:
        raise Invalid(
            f"'{text}' is not a date; write it like 2026-04-23, or give `hours`."
        ) from None


def _get_principals(admin: Administration, name: str, _body: object) -> list[JsonObject]:
    found = admin.cloud.store.principals()
    return [_principal_body(one) for one in found if name in ("", one.name)]


def _set_principal(admin: Administration, name: str, body: object) -> JsonObject:
    wanted = _object(body).get("roles", [])
    if not name or not isinstance(wanted, list):
        raise Invalid("A principal needs a name in the path and a list of `roles`.")
    roles = [find_role(str(one)) for one in wanted]
    if None in roles:
        raise Invalid(f"A role is unknown. Roles: {', '.join(one.name for one in ROLES)}.")
    federated = _object(body).get("federated")
    if not (federated is None or isinstance(federated, list)):
        raise Invalid("`federated` is a list of objects: issuer, subject, audience.")
    kind = _object(body).get("kind")
    if kind not in (None, APPLICATION, USER) or (name == DEPLOYER.name and kind == USER):
        raise Invalid(
            f"`kind` is {APPLICATION} or {USER}; {DEPLOYER.name} signs in with a secret and is no {USER}."
        )
    held = [one for one in roles if one]
    return _principal_body(admin.cloud.set_principal(name, held, federated, kind))


def _make_assertion(admin: Administration, _name: str, body: object) -> JsonObject:
    return make_assertion(admin.cloud.tokens, admin.cloud.clock.token_time, _object(body))


def _approve(admin: Administration, name: str, body: object) -> JsonObject:
    wanted = str(_object(body).get("principal", DEPLOYER.name))
    principal = admin.cloud.store.principal(wanted)
    if principal is None or not admin.cloud.device_codes.approve(name, principal):
        raise Invalid(f"There is no principal '{wanted}', or nobody waits with the code '{name}'.")
    return {}


def _reset(admin: Administration, _name: str, _body: object) -> JsonObject:
    admin.cloud.reset()
    return {}


def _stop(admin: Administration, _name: str, _body: object) -> JsonObject:
    admin.stop()
    return {}


_OPERATIONS: Mapping[tuple[str, str], Operation] = {
    ("GET", "health"): _health,
    ("GET", "environment"): _environment,
    ("GET", "settings"): _get_settings,
    ("PATCH", "settings"): _change_settings,
    ("DELETE", "settings"): _reset_settings,
    ("GET", "faults"): _get_faults,
    ("POST", "faults"): _add_faults,
    ("DELETE", "faults"): _clear_faults,
    ("GET", "journal"): _get_journal,
    ("DELETE", "journal"): _clear_journal,
    ("GET", "clock"): _get_clock,
    ("POST", "clock"): _set_clock,
    ("GET", "principals"): _get_principals,
    ("PUT", "principals"): _set_principal,
    ("POST", "assertions"): _make_assertion,
    ("POST", "devicecodes"): _approve,
    ("POST", "reset"): _reset,
    ("POST", "stop"): _stop,
}


def _object(body: object) -> JsonObject:
    if not isinstance(body, dict):
        raise Invalid("The body must be a JSON object.")
    return body


def _principal_body(principal: Principal) -> JsonObject:
    body = {"name": principal.name, "kind": principal.kind, "objectId": principal.object_id}
    if principal.kind == USER:
        return {**body, "userName": principal.user_name}
    return {**body, "clientId": principal.client_id, "clientSecret": principal.secret}
