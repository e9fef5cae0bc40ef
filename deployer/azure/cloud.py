"""Which Azure, and who we are to it. Made once, by the command line, and handed down."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential


@dataclass(frozen=True, slots=True)
class Identity:
    """The principal that a token speaks for: its object id and type (`User`, `ServicePrincipal`)."""

    object_id: str
    kind: str


@dataclass(frozen=True, slots=True)
class Cloud:
    """Everything that differs between one Azure and another, the emulator among them.

    `arm` is the management endpoint (https://management.azure.com), `audience` the one of its tokens,
    `data_audience` the one of tokens for the models. `ca` is a PEM file to trust instead of the system's roots;
    `is_loopback` bypasses proxies. `today` is the date against which retirements are judged. `acts_for` is the identity
    that will carry a plan out, when whoever plans may only look.
    """

    name: str
    arm: str
    audience: str
    authority: str
    credential: TokenCredential = field(repr=False)
    today: dt.date
    data_audience: str = "https://cognitiveservices.azure.com"
    ca: Path | None = None
    is_loopback: bool = False
    # What a program of others needs in its environment to be the same client of this cloud; it may hold a secret.
    environment: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
    acts_for: Identity | None = None
    # Connections and tokens are opened once and shared by all to whom this cloud is handed down.
    opened: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def close(self) -> None:
        """Close the connections that were opened. Whoever asks again opens new ones."""
        while self.opened:
            _, opened = self.opened.popitem()
            if hasattr(opened, "close"):
                opened.close()
