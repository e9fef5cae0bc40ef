"""The arithmetic of quota: what a location's deployments and accounts use of its limits."""

from __future__ import annotations

from collections.abc import Callable

from deployer.emulator.state.catalogue import Catalogue
from deployer.emulator.state.records import JsonObject, normalised
from deployer.emulator.state.settings import Settings
from deployer.emulator.state.store import Store


class Quota:
    """Use and limits per location and usage name. What a soft-deleted account held still counts."""

    def __init__(
        self, store: Store, catalogue: Catalogue, settings: Callable[[], Settings]
    ) -> None:
        self._store = store
        self._catalogue = catalogue
        self._settings = settings

    def usages(self, location: str) -> list[JsonObject]:
        """The rows of `locations/{location}/usages`, with the use of this very moment."""
        used = self._used(location)
        return [
            {**row, "currentValue": used.get(row["name"]["value"], 0)}
            for row in self._catalogue.usages(location)
        ]

    def usage(self, location: str, name: str) -> JsonObject | None:
        """One row, if the location has it."""
        rows = (row for row in self.usages(location) if row["name"]["value"] == name)
        return next(rows, None)

    def has_room_for_account(self, location: str, kind: str) -> bool:
        """Whether one more account of a kind fits."""
        rows = (self.usage(location, name) for name in (f"{kind}.S0.AccountCount", "AccountCount"))
        return all(row["currentValue"] < row["limit"] for row in rows if row is not None)

    def _used(self, location: str) -> dict[str, int]:
        used: dict[str, int] = {}
        for deployment in self._store.deployments_in(location):
            used[deployment.usage_name] = used.get(deployment.usage_name, 0) + deployment.capacity
        counted = self._store.accounts()
        if self._settings().soft_deleted_accounts_count:
            counted = counted + self._store.deleted_accounts()
        for account in counted:
            if normalised(account.location) == normalised(location):
                for name in (f"{account.kind}.S0.AccountCount", "AccountCount"):
                    used[name] = used.get(name, 0) + 1
        return used
