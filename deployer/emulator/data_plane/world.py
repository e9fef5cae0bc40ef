"""What the data plane may ask of the rest of the emulator: who calls what, what is broken, what time it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class RateLimit:
    """One limit of a deployment, scaled by its capacity: `count` per `renewal_period` seconds."""

    key: str
    renewal_period: float
    count: float


@dataclass(frozen=True, slots=True)
class CalledDeployment:
    """The deployment that a data-plane call has reached, as the control plane knows it."""

    account: str
    deployment: str
    account_kind: str
    location: str
    model: str
    version: str
    capacity: int
    created: float
    lifecycle: str
    rate_limits: tuple[RateLimit, ...] = ()
    sku: str = "GlobalStandard"
    capabilities: Mapping[str, str] = field(default_factory=dict)

    @property
    def full_model(self) -> str:
        """The model as answers name it, its version behind it."""
        return f"{self.model}-{self.version}"


class Refused(Exception):
    """A call that is not let in; becomes the gateway's `{"error": {"code", "message"}}`."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.headers: Mapping[str, str] = headers or {}

    @property
    def body(self) -> dict[str, object]:
        """The body in the gateway's shape."""
        return {"error": {"code": self.code, "message": self.message}}


class World(Protocol):
    """The emulator as its data plane sees it."""

    def call(
        self,
        account: str,
        deployment: str,
        *,
        headers: Mapping[str, str],
        query: Mapping[str, str],
        operation: str,
    ) -> CalledDeployment:
        """Let a call in and say which deployment it reached; raises `Refused`.

        `account` is as the address names it, `OPENAI_HOST` or `SERVICES_HOST` behind it where it has several.
        `headers` are looked up case-insensitively when the mapping is (aiohttp's are).
        `operation` is the last part of the data action, under
        `Microsoft.CognitiveServices/accounts/OpenAI/deployments/`: `chat/completions/action`
        or `realtime/action`.
        """
        ...

    def reach(self, account: str, deployment: str) -> CalledDeployment:
        """The same for a caller whose right was proved before, by an ephemeral key; raises `Refused`."""
        ...

    def deployments(self, account: str) -> Sequence[CalledDeployment]:
        """All deployments of an account, in the order of their names; raises `Refused`."""
        ...

    def fault(
        self, kind: str, account: str, deployment: str, event: str = "", /
    ) -> Mapping[str, object] | None:
        """The active fault of that kind for this call, its `times` counted down; else None.

        `event` is the type of a realtime event that is about to be sent, where the fault strikes single events.
        A setting that changes what the data plane does is told as the fault that would do the same.
        """
        ...

    def has_faults(self) -> bool:
        """Whether `fault` may answer anything but None at this moment."""
        ...

    def now(self) -> float:
        """Wall clock, in seconds since 1970."""
        ...
