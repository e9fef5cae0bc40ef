"""From what went wrong on the wire to a diagnosis: one table for HTTP answers, one function for broken connections."""

from __future__ import annotations

import contextlib
import json
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from deployer.smoke.diagnoses import CheckFailed

_SECONDS_IN_WORDS = re.compile(r"retry after (\d+(?:\.\d+)?) ?(millisecond|second)", re.IGNORECASE)
_RESETS = ("x-ratelimit-reset-tokens", "x-ratelimit-reset-requests", "x-rate-limit-reset-tokens")


@dataclass(frozen=True, slots=True)
class Refusal:
    """An HTTP answer that is not the wanted one, in either of the two shapes of Azure's errors.

    `code` is empty where the body says none; `retry_after` are seconds.
    """

    status: int
    code: str = ""
    message: str = ""
    param: str = ""
    retry_after: float | None = None


def read_refusal(status: int, headers: Mapping[str, str], body: bytes) -> Refusal:
    """The refusal in an answer; a body that is not Azure's says nothing."""
    error: Any = None
    with contextlib.suppress(ValueError, AttributeError, RecursionError):
        error = json.loads(body).get("error")
    error = error if isinstance(error, dict) else {}
    message = str(error.get("message") or "")
    return Refusal(
        status,
        str(error.get("code") or ""),
        message,
        str(error.get("param") or ""),
        _retry_after(headers, message),
    )


def _retry_after(headers: Mapping[str, str], message: str) -> float | None:
    """Seconds to wait, from wherever Azure says it: sometimes only in words (reported 2023-12)."""
    milliseconds = _positive(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    for name in ("Retry-After", *_RESETS):
        # The counters are -1 or 0 now and then (reported 2026); then they say nothing.
        seconds = _positive(headers.get(name))
        if seconds is not None:
            return seconds
    words = _SECONDS_IN_WORDS.search(message)
    if words is None:
        return None
    return float(words[1]) / (1000 if words[2].casefold() == "millisecond" else 1)


def _positive(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if 0 < value < 1e6 else None


@dataclass(frozen=True, slots=True)
class _Row:
    """One kind of refusal: every condition that is stated has to hold.

    A status of 0 is any, -4 all from 400 to 499. `words` are looked for in the message.
    """

    status: int
    diagnosis: str
    codes: tuple[str, ...] = ()
    param: str = ""
    words: tuple[str, ...] = ()
    with_key: bool | None = None

    def fits(self, refusal: Refusal, with_key: bool) -> bool:
        message = refusal.message.casefold()
        return (
            self.status in (0, refusal.status, _class_of(refusal.status))
            and (not self.codes or refusal.code.casefold() in map(str.casefold, self.codes))
            and (not self.param or refusal.param == self.param)
            and (not self.words or any(word in message for word in self.words))
            and self.with_key in (None, with_key)
        )


def _class_of(status: int) -> int:
    return -(status // 100)


_TABLE = (
    # Codes and words: data plane traffic reported by users, 2023 to 2026-06. The answer for a retired
    # model is not documented; 410 and these codes are what it may be.
    _Row(
        0,
        "smoke.retired-model",
        codes=("ModelRetired", "ServiceModelDeprecated", "ModelDeprecated"),
    ),
    _Row(410, "smoke.retired-model"),
    _Row(400, "smoke.wrong-kind", codes=("OperationNotSupported",)),
    _Row(400, "smoke.wrong-kind", codes=("invalid_value",), param="model"),
    _Row(400, "smoke.voice-refused", param="audio.voice"),
    _Row(400, "smoke.content-filtered", codes=("content_filter",)),
    _Row(401, "smoke.role-missing", codes=("PermissionDenied",)),
    _Row(401, "smoke.key-refused", with_key=True),
    # A realtime handshake may be refused without a word; for a token, the usual reason is the role.
    _Row(401, "smoke.token-refused", codes=("401", "Unauthorized", "InvalidAuthenticationToken")),
    _Row(401, "smoke.role-missing"),
    _Row(403, "smoke.local-auth-disabled", codes=("AuthenticationTypeDisabled",)),
    _Row(403, "smoke.role-missing", codes=("PermissionDenied",)),
    _Row(403, "smoke.network-rules", words=("network", "firewall", "public access", "endpoint")),
    _Row(403, "smoke.forbidden"),
    _Row(404, "smoke.deployment-unknown", codes=("DeploymentNotFound",)),
    _Row(404, "smoke.path-or-api-version"),
    _Row(407, "smoke.proxy"),
    _Row(408, "smoke.timeout"),
    _Row(429, "smoke.quota-exhausted", codes=("insufficient_quota",)),
    _Row(429, "smoke.throttled"),
    _Row(-3, "smoke.redirected"),
    _Row(-4, "smoke.request-refused"),
    _Row(-5, "smoke.server-error"),
    _Row(0, "smoke.not-understood"),
)


def diagnose(
    refusal: Refusal, where: str, with_key: bool = False, context: str = ""
) -> CheckFailed:
    """What a refusal means. `where` is the path that was called, `context` what else may help to understand it."""
    code = next(row.diagnosis for row in _TABLE if row.fits(refusal, with_key))
    reason = f" ({refusal.code})" if refusal.code else ""
    detail = f"{where} answered {refusal.status}{reason}."
    if refusal.message:
        detail += f" The service says: {_quoted(refusal.message)}"
    if context:
        detail += f" {context}"
    return CheckFailed(code, detail, retry_after=refusal.retry_after)


def _quoted(words: str) -> str:
    return f'"{" ".join(words.split())}"'


_EVENT_CODES = {
    "session_expired": "smoke.session-expired",
    "rate_limit_exceeded": "smoke.throttled",
    "inference_rate_limit_exceeded": "smoke.throttled",
    "insufficient_quota": "smoke.quota-exhausted",
    "content_filter": "smoke.content-filtered",
}


def diagnose_event(error: object, otherwise: str, where: str) -> CheckFailed:
    """What an error inside a stream or session means: the code decides, else it is the given diagnosis."""
    error = error if isinstance(error, dict) else {}
    kind, code = str(error.get("type") or "error"), str(error.get("code") or "")
    detail = f"{where}: {kind}{f' ({code})' if code else ''}."
    if error.get("param"):
        detail += f" It is about {error['param']}."
    if error.get("message"):
        detail += f" The service says: {_quoted(str(error['message']))}"
    return CheckFailed(_EVENT_CODES.get(code, otherwise), detail)


def diagnose_connection(error: Exception, host: str) -> CheckFailed | None:
    """What a connection that failed or broke means; None for an exception that is not about connections."""
    import aiohttp

    name = type(error).__name__
    match error:
        case aiohttp.ClientConnectorDNSError():
            return CheckFailed("smoke.dns", f"The name {host} cannot be resolved.")
        case aiohttp.ClientProxyConnectionError() | aiohttp.ClientHttpProxyError():
            return CheckFailed("smoke.proxy", f"The proxy on the way to {host} failed ({name}).")
        case aiohttp.ClientConnectorCertificateError() | aiohttp.ClientSSLError() | ssl.SSLError():
            cause = getattr(error, "certificate_error", None) or error
            reason = getattr(cause, "verify_message", "") or getattr(cause, "reason", "") or name
            return CheckFailed("smoke.tls", f"The TLS connection to {host} failed: {reason}.")
        case aiohttp.ClientConnectorError() if isinstance(error.os_error, ConnectionRefusedError):
            return CheckFailed("smoke.refused-connection", f"Nothing listens at {host}.")
        case aiohttp.ClientConnectorError():
            return CheckFailed(
                "smoke.unreachable",
                f"No connection to {host} ({type(error.os_error).__name__}"
                f", errno {error.os_error.errno}).",
            )
        case aiohttp.InvalidURL():
            return CheckFailed("smoke.no-endpoint", "Azure gave no address that can be called.")
        case aiohttp.ClientResponseError():
            return CheckFailed(
                "smoke.not-understood", f"{host} answered with something else than HTTP ({name})."
            )
        case aiohttp.ClientError() | ConnectionError():
            return CheckFailed(
                "smoke.connection-lost", f"The connection to {host} broke off ({name})."
            )
        case OSError():
            return CheckFailed("smoke.unreachable", f"{host} cannot be called ({name}).")
        case _:
            return None
