"""Refused sign-ins, in the form of Entra's AADSTS errors."""

from __future__ import annotations

from datetime import UTC, datetime

from deployer.emulator.records import JsonObject
from deployer.emulator.router import Answer
from deployer.emulator.store import new_guid


class SignInRefused(Exception):
    """A token request that is refused, in the form of an AADSTS error."""

    def __init__(self, status: int, error: str, code: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.error = error
        self.code = code
        self.text = text

    def answer(self) -> Answer:
        """The refusal as Entra answers it."""
        trace, correlation = new_guid(), new_guid()
        when = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%SZ}"
        body: JsonObject = {
            "error": self.error,
            "error_description": (
                f"AADSTS{self.code}: {self.text} Trace ID: {trace} "
                f"Correlation ID: {correlation} Timestamp: {when}"
            ),
            "error_codes": [self.code],
            "timestamp": when,
            "trace_id": trace,
            "correlation_id": correlation,
            "error_uri": f"https://login.microsoftonline.com/error?code={self.code}",
        }
        return Answer(body, self.status)
