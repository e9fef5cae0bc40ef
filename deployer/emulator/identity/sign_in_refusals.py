"""Refused sign-ins, in the form of Entra's AADSTS errors."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import Enum

from deployer.emulator.evidence import Fact, documented, general
from deployer.emulator.router import Answer
from deployer.emulator.state.records import JsonObject
from deployer.emulator.state.store import new_guid


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


_REFERENCE = documented("Microsoft Entra: authentication and authorization error codes")
_ASSERTIONS = documented("Microsoft Entra: certificate credentials, workload identity federation")
_FLOW = documented("Microsoft identity platform: OAuth 2.0 device authorization grant")
_WORDS = general("sign-in at Entra; the words are not looked up")


def _row(
    status: int, error: str, code: int, text: str, fact: Fact
) -> tuple[int, str, int, str, Fact]:
    return status, error, code, text, fact


class SignInRefusal(Enum):
    """Every refusal of a sign-in: status, OAuth's error, Entra's number, words with their gaps, and where the row is from."""

    GRANT_UNKNOWN = _row(
        400,
        "unsupported_grant_type",
        70003,
        "The app requested an unsupported grant type '{grant}'.",
        _REFERENCE,
    )
    CLIENT_UNKNOWN = _row(
        400,
        "unauthorized_client",
        700016,
        "Application with identifier '{client}' was not found in the directory '{tenant}'.",
        _REFERENCE,
    )
    SECRET_WRONG = _row(
        401,
        "invalid_client",
        7000215,
        "Invalid client secret provided. Ensure the secret being sent in the request is the client "
        "secret value, not the client secret ID, for a secret added to app '{client}'.",
        _REFERENCE,
    )
    SCOPE_INVALID = _row(
        400,
        "invalid_scope",
        1002012,
        "The provided value for scope {scope} is not valid.",
        _WORDS,
    )
    ASSERTION_SIGNATURE = _row(
        401,
        "invalid_client",
        700027,
        "Client assertion failed signature validation.",
        _ASSERTIONS,
    )
    ASSERTION_MALFORMED = _row(
        400, "invalid_request", 50027, "JWT token is invalid or malformed.", _REFERENCE
    )
    ASSERTION_EXPIRED = _row(
        401,
        "invalid_client",
        700024,
        "Client assertion is not within its valid time range.",
        _ASSERTIONS,
    )
    ASSERTION_UNMATCHED = _row(
        400,
        "invalid_request",
        70021,
        "No matching federated identity record found for presented assertion. Assertion Issuer: "
        "'{iss}'. Assertion Subject: '{sub}'. Assertion Audience: '{aud}'. "
        "https://docs.microsoft.com/azure/active-directory/develop/workload-identity-federation",
        _ASSERTIONS,
    )
    REFRESH_TOKEN_UNKNOWN = _row(
        400,
        "invalid_grant",
        70000,
        "The provided value for the 'refresh_token' is not valid.",
        _WORDS,
    )
    REFRESH_TOKEN_EXPIRED = _row(
        400,
        "invalid_grant",
        700082,
        "The refresh token has expired due to inactivity.",
        _REFERENCE,
    )
    DEVICE_CODE_UNKNOWN = _row(
        400,
        "invalid_grant",
        70000,
        "The provided value for the 'device_code' is not valid.",
        _WORDS,
    )
    DEVICE_CODE_EXPIRED = _row(400, "expired_token", 70020, "The device code has expired.", _FLOW)
    DEVICE_CODE_PENDING = _row(
        400,
        "authorization_pending",
        70016,
        "OAuth 2.0 device flow error. Authorization is pending. Continue polling.",
        _FLOW,
    )

    def __init__(self, status: int, error: str, code: int, text: str, fact: Fact) -> None:
        self.status = status
        self.error = error
        self.code = code
        self.text = text
        self.fact = fact

    def refused(self, **words: object) -> SignInRefused:
        """The refusal with the gaps of its words filled in."""
        return SignInRefused(self.status, self.error, self.code, self.text.format(**words))
