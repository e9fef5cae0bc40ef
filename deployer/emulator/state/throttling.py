"""Throttling on request: so many requests in a window, for Resource Manager and for the provider behind it."""

from __future__ import annotations

import math
from collections.abc import Callable

from deployer.emulator.arm.refusals import RequestRefusal
from deployer.emulator.state.records import SUBSCRIPTION
from deployer.emulator.state.settings import Settings


class Throttling:
    """The requests of the present windows. Times are wall time in seconds."""

    def __init__(self, wall: Callable[[], float], settings: Callable[[], Settings]) -> None:
        self._wall = wall
        self._settings = settings
        self._began: dict[str, float] = {}
        self._count: dict[str, int] = {}

    def check(self, action: str, by_provider: bool) -> None:
        """Count one request; raises `ArmError` when there were too many in its window."""
        settings = self._settings()
        if wait := self._waits("subscription", settings.subscription_requests):
            raise RequestRefusal.SUBSCRIPTION_THROTTLED.error(
                subscription=SUBSCRIPTION, operation=action, seconds=wait
            )
        limit = settings.provider_requests
        if by_provider and (wait := self._waits("provider", limit)):
            hours, seconds = divmod(int(settings.throttling_seconds), 3600)
            interval = f"{hours:02}:{seconds // 60:02}:{seconds % 60:02}"
            raise RequestRefusal.PROVIDER_THROTTLED.error(
                action=action, limit=limit, interval=interval, seconds=wait
            )

    def clear(self) -> None:
        """Forget every request."""
        self._began.clear()
        self._count.clear()

    def _waits(self, who: str, limit: int) -> int:
        """The seconds to wait, 0 when a request may pass; a refused one does not count."""
        if not limit:
            return 0
        now, length = self._wall(), self._settings().throttling_seconds
        if now - self._began.get(who, -math.inf) >= length:
            self._began[who], self._count[who] = now, 0
        if self._count[who] >= limit:
            return max(1, math.ceil(self._began[who] + length - now))
        self._count[who] += 1
        return 0
