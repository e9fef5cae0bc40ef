"""What is left of a deployment's requests and tokens: counted always, enforced on request."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from deployer.emulator.data_plane.gateway import region
from deployer.emulator.data_plane.world import CalledDeployment, RateLimit, Refused
from deployer.emulator.realtime.allowance import Limit


@dataclass
class _Window:
    """One renewal period: when it began (seconds since 1970), and what was used in it."""

    began: float
    used: dict[str, float] = field(default_factory=dict)


class Capacity:
    """The use of every deployment in its present renewal period, which begins with the first call."""

    def __init__(self) -> None:
        self._windows: dict[tuple[str, str, float, str], _Window] = {}

    def use(
        self, called: CalledDeployment, now: float, *, requests: int = 0, tokens: int = 0
    ) -> None:
        """Count what a call has used."""
        for limit in called.rate_limits:
            amount = tokens if limit.key == "token" else requests
            window = self._window(called, limit, now)
            window.used[limit.key] = window.used.get(limit.key, 0) + amount

    def check(
        self,
        called: CalledDeployment,
        now: float,
        operation: str,
        version: str,
        says_when: bool = True,
    ) -> None:
        """Refuse a call when a limit is used up: 429, in the words quoted for the account's kind.

        In 2023-12 no Retry-After came (not `says_when`) but two other headers (openai-python issue 937).
        """
        for limit in called.rate_limits:
            if self._left(called, limit, now) > 0:
                continue
            wait = max(1, math.ceil(self._reset(called, limit, now)))
            what = "token" if limit.key == "token" else "call"
            old = {
                f"x-rate-limit-reset-{limit.key}s": str(wait),
                "policy-id": f"DeploymentRatelimit-{limit.key.capitalize()}",
            }
            raise Refused(
                429,
                "429",
                _words(called, operation, version, what, wait),
                {"Retry-After": str(wait)} if says_when else old,
            )

    def headers(self, called: CalledDeployment, now: float) -> dict[str, str]:
        """The limits of a deployment, what is left of them, and the seconds until they are renewed."""
        found = {}
        for limit in called.rate_limits:
            name = f"{limit.key}s"
            found[f"x-ratelimit-limit-{name}"] = str(int(limit.count))
            found[f"x-ratelimit-remaining-{name}"] = str(
                max(0, int(self._left(called, limit, now)))
            )
            found[f"x-ratelimit-reset-{name}"] = str(math.ceil(self._reset(called, limit, now)))
        return found

    def limits(self, called: CalledDeployment, now: float) -> list[Limit]:
        """The same as realtime sessions tell of them: the tokens first (an older live test of OpenAI's, 2024)."""
        found = [
            Limit(
                f"{limit.key}s",
                int(limit.count),
                max(0, int(self._left(called, limit, now))),
                round(self._reset(called, limit, now), 3),
            )
            for limit in called.rate_limits
        ]
        return sorted(found, key=lambda limit: limit.name != "tokens")

    def _left(self, called: CalledDeployment, limit: RateLimit, now: float) -> float:
        return limit.count - self._window(called, limit, now).used.get(limit.key, 0)

    def _reset(self, called: CalledDeployment, limit: RateLimit, now: float) -> float:
        return self._window(called, limit, now).began + limit.renewal_period - now

    def _window(self, called: CalledDeployment, limit: RateLimit, now: float) -> _Window:
        # A deployment that is made again begins anew.
        key = (called.account, called.deployment, called.created, limit.key)
        window = self._windows.get(key)
        if window is None or not 0 <= now - window.began < limit.renewal_period:
            window = self._windows[key] = _Window(now)
        return window


def _words(called: CalledDeployment, operation: str, version: str, what: str, wait: int) -> str:
    if called.account_kind == "AIServices":
        # Quoted 2025-12.
        return (
            f"Your requests to {called.deployment} for {called.model} in {region(called)} have exceeded"
            f" the {what} rate limit for your current AIServices S0 pricing tier. This request was for"
            f" {operation} under Azure OpenAI API version {version}. Please retry after {wait} seconds."
        )
    return (
        f"Requests to the {operation} Operation under Azure OpenAI API version {version} have exceeded"
        f" {what} rate limit of your current OpenAI S0 pricing tier. Please retry after {wait} seconds."
        " Please go here: https://aka.ms/oai/quotaincrease if you would like to further increase the"
        " default rate limit."
    )
