"""What went wrong when Azure was asked: one value for every kind of exception, and the words for people.

Which errors pass by themselves is the catalogue's table of codes; a code that it does not know is final, unless the
HTTP status says otherwise.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from deployer.catalog.advice import Advice, advice
from deployer.core.problems import Place, Problem, Severity
from deployer.errors import AuthenticationFailed, DeployerError, TimedOut

ABSENT = frozenset(
    {"resourcegroupnotfound", "resourcenotfound", "notfound", "parentresourcenotfound"}
)
"""Codes of a 404 that says no more than: it is not there. Another 404 (a subscription, a path) is an error."""

NOT_SENT = "ConnectionFailed"
BROKEN = "ConnectionBroken"
UNTRUSTED = "CertificateNotTrusted"
NOT_SIGNED_IN = "SignInFailed"

_PASSING_STATUS = frozenset({408, 429, 500, 502, 503, 504})
_WRAPPERS = frozenset(
    {
        "deploymentfailed",
        "invalidtemplatedeployment",
        "multipleerrorsoccurred",
        "resourcedeploymentfailure",
    }
)
_SECRETS = re.compile(
    r"eyJ[\w-]+\.[\w-]+(\.[\w-]+)?"
    r"|(?i:(?<=bearer )\S+|(?:api-key|client_secret|key1|key2|sig|password)\W{1,4}[^\s'\",&}]+)"
)
_OURS = {
    NOT_SENT: (
        "The connection to Azure could not be made",
        "Check the network, the proxy and the address.",
    ),
    BROKEN: (
        "The connection to Azure broke",
        "Run the same command again: it goes on where this run ended.",
    ),
    UNTRUSTED: (
        "The certificate of the other side is not trusted",
        "Behind an inspecting proxy, set REQUESTS_CA_BUNDLE to its certificate authority.",
    ),
    NOT_SIGNED_IN: (
        "Nobody is signed in to Azure, or the sign-in was refused",
        "Run `az login`, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET.",
    ),
}


@dataclass(frozen=True, slots=True)
class Failure:
    """One refused or lost call.

    `passes`: the same call may succeed later. `in_doubt`: Azure may have done what was asked, although it did not
    say so. `retry_after` is what Azure asks for, in seconds.
    """

    code: str
    status: int | None
    message: str
    passes: bool = False
    in_doubt: bool = False
    retry_after: float | None = None

    @property
    def is_absence(self) -> bool:
        """Whether it says that what was asked for does not exist."""
        return self.status == 404 and self.code.casefold() in ABSENT


class Refused(Exception):
    """A call that is given up; `timed_out`: it could have passed, but not in the time given."""

    def __init__(self, failure: Failure, *, timed_out: bool = False) -> None:
        super().__init__(f"{failure.code}: {failure.message}")
        self.failure = failure
        self.timed_out = timed_out


def classify(error: Exception) -> Failure:
    """What an exception of the SDK or of azure-identity means. Any other exception is raised again."""
    from azure.core import exceptions as azure

    if isinstance(error, azure.ClientAuthenticationError) and "AADSTS" in str(error):
        # Entra's own words. It refuses an assertion with 400, which elsewhere is no question of who we are.
        return Failure(NOT_SIGNED_IN, None, _first_line(error))
    if isinstance(error, azure.HttpResponseError) and error.response is not None:
        return from_response(error.response)
    if isinstance(error, azure.ClientAuthenticationError):
        return Failure(NOT_SIGNED_IN, None, _first_line(error))
    if isinstance(error, azure.ServiceRequestError):
        if "CERTIFICATE_VERIFY_FAILED" in str(error):
            return Failure(UNTRUSTED, None, "the TLS certificate could not be verified")
        return Failure(NOT_SENT, None, "the connection could not be made", passes=True)
    if isinstance(error, azure.AzureError):
        return Failure(BROKEN, None, "no answer arrived", passes=True, in_doubt=True)
    raise error


def from_response(response: Any) -> Failure:  # noqa: ANN401 - three classes of response, one shape
    """What an answer with an error means: ARM's `error` object, or whatever stands in its place."""
    code, message = _said(_text(response), response.status_code)
    row = advice(code)
    status = int(response.status_code)
    passes = status in _PASSING_STATUS or (row is not None and not row.final)
    return Failure(
        code,
        status,
        message,
        passes,
        in_doubt=status >= 500,
        retry_after=retry_after(response.headers),
    )


def innermost(error: Mapping[str, Any], status: int | None = None) -> tuple[Failure, ...]:
    """Every failure that an error object of ARM's wraps, itself when it wraps none. Azure nests them at will."""
    found = [one for inner in _wrapped(error) for one in innermost(inner)]
    if found:
        return tuple(dict.fromkeys(found))
    code = str(error.get("code") or "Unknown")
    row = advice(code)
    passes = status in _PASSING_STATUS or (row is not None and not row.final)
    return (Failure(code, status, str(error.get("message") or ""), passes),)


def _wrapped(error: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What an error holds inside: as details, or as JSON in its message."""
    if str(error.get("code", "")).casefold() not in _WRAPPERS:
        return []
    if error.get("details"):
        return list(error["details"])
    try:
        said = json.loads(error.get("message") or "")
    except ValueError:
        return []
    inner = said.get("error", said) if isinstance(said, dict) else None
    return [inner] if isinstance(inner, dict) and inner.get("code") else []


def error_of(error: Exception) -> Mapping[str, Any]:
    """The error object that an answer held; empty where there was none."""
    response = getattr(error, "response", None)
    try:
        body = json.loads(_text(response)) if response is not None else {}
    except ValueError:
        return {}
    found = body.get("error", body) if isinstance(body, dict) else {}
    return found if isinstance(found, dict) else {}


def retry_after(headers: Any) -> float | None:  # noqa: ANN401 - the SDK's own mapping types
    """The pause that an answer asks for, in seconds: `Retry-After` (seconds), else its forms in milliseconds."""
    for name, unit in (
        ("retry-after", 1.0),
        ("retry-after-ms", 1e-3),
        ("x-ms-retry-after-ms", 1e-3),
    ):
        try:
            return max(0.0, float(headers.get(name)) * unit)
        except (TypeError, ValueError):
            continue
    return None


def problem(
    failure: Failure, *, timed_out: bool = False, address: str = "", where: Place | None = None
) -> Problem:
    """The failure in words: what the catalogue knows of its code, and what Azure itself said."""
    row = advice(failure.code)
    kind = "timeout" if timed_out else _kind(failure, row)
    summary, hint = _words(failure, row, timed_out=timed_out)
    status = f"HTTP {failure.status} " if failure.status else ""
    detail = f"{status}{failure.code}: {redacted(failure.message)}"
    return Problem(
        f"{kind}.{_kebab(failure.code)}", Severity.ERROR, summary, detail, hint, where, address
    )


def ending(refused: Refused) -> DeployerError:
    """The end of a run that cannot even look: the exception with the right exit code."""
    told = problem(refused.failure, timed_out=refused.timed_out)
    kind = TimedOut if refused.timed_out else DeployerError
    if told.code.startswith("permission."):
        kind = AuthenticationFailed
    return kind(told.summary, hint=told.hint, problems=(told,))


def redacted(text: str) -> str:
    """The text without anything that looks like a token, a key or a signature."""
    return _SECRETS.sub("[hidden]", text)


def _kind(failure: Failure, row: Advice | None) -> str:
    if row is not None:
        return row.kind if row.kind != "other" else "azure"
    if failure.code == NOT_SIGNED_IN or failure.status in (401, 403):
        return "permission"
    return "connection" if failure.code in _OURS else "azure"


def _words(failure: Failure, row: Advice | None, *, timed_out: bool) -> tuple[str, str]:
    if row is not None and not timed_out:
        return row.meaning, row.next_step
    if timed_out:
        return "Azure did not get ready in the time given", "Run the same command again to go on."
    unknown = (
        "Azure refused it",
        "Read Azure's own words above; run the same command again to go on.",
    )
    return _OURS.get(failure.code, unknown)


def _said(text: str, status: int) -> tuple[str, str]:
    """Code and message of an error body, the innermost ones where ARM wraps another provider's answer."""
    try:
        body = json.loads(text)
    except ValueError:
        return f"Http{status}", "the answer is not JSON"
    error = body.get("error", body) if isinstance(body, dict) else {}
    if isinstance(error, str):
        return error, str(body.get("error_description", ""))
    while str(error.get("code", "")).casefold() in _WRAPPERS and error.get("details"):
        error = error["details"][0]
    return str(error.get("code") or f"Http{status}"), str(error.get("message") or "")


def _text(response: Any) -> str:  # noqa: ANN401 - see from_response
    try:
        return str(response.text())
    except Exception:  # noqa: BLE001 - a body that cannot be read any more is an error without words
        return ""


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]


def _kebab(code: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", code).replace("_", "-").casefold()
