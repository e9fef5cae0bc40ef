"""Everything that a smoke check can find wrong: one row per code, with what it means and what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from deployer.core.problems import Problem, Severity


class Cure(StrEnum):
    """What time does to it. READY: a role or deployment that is new becomes known. THROTTLED: the limit renews itself."""

    NONE = "none"
    READY = "ready"
    THROTTLED = "throttled"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One way of not working."""

    summary: str
    hint: str
    cure: Cure = Cure.NONE


class CheckFailed(Exception):
    """A check ends with a diagnosis of `DIAGNOSES`; `retry_after` are the seconds that Azure asked us to wait."""

    def __init__(self, code: str, detail: str, *, retry_after: float | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.retry_after = retry_after

    @property
    def cure(self) -> Cure:
        return DIAGNOSES[self.code].cure

    def problem(self, address: str) -> Problem:
        """It as a problem of the deployment at this address."""
        row = DIAGNOSES[self.code]
        return Problem(
            self.code,
            Severity.ERROR,
            row.summary,
            detail=self.detail,
            hint=row.hint,
            address=address,
        )


_SAVE = "Listen to it (`--save-audio DIR`); if it happens again, replace the deployment or try another region."

_AGAIN = "Run `deployer smoke` again; if it stays, look at Azure's status page for the region."

DIAGNOSES: Mapping[str, Diagnosis] = {
    # Getting there
    "smoke.no-endpoint": Diagnosis(
        "The account has no usable address", "Look at the account's `properties.endpoint` in Azure."
    ),
    "smoke.no-token": Diagnosis(
        "No token could be had for calling models",
        "Sign in (`az login`), or set AZURE_TENANT_ID, AZURE_CLIENT_ID and a secret of it.",
    ),
    "smoke.no-key": Diagnosis(
        "The account's key could not be read",
        "Reading it needs Microsoft.CognitiveServices/accounts/listKeys/action, which Cognitive Services User has. "
        "Or leave keys: `auth: entra`.",
    ),
    "smoke.dns": Diagnosis(
        "The account's host name is unknown",
        "A new subdomain takes some minutes to be known. Otherwise check DNS, private DNS zones and proxies.",
    ),
    "smoke.tls": Diagnosis(
        "The server's certificate is not trusted",
        "Something intercepts the connection, or a root certificate is missing: trust it with SSL_CERT_FILE.",
    ),
    "smoke.refused-connection": Diagnosis(
        "The connection was refused",
        "Check address, port, firewall and proxy; with the emulator, whether it is still running.",
    ),
    "smoke.unreachable": Diagnosis(
        "The account cannot be reached", "Check the network, firewall rules, VPN and proxies."
    ),
    "smoke.proxy": Diagnosis(
        "The proxy does not let the call through",
        "Check HTTPS_PROXY and what the proxy allows, or except the host with NO_PROXY.",
    ),
    "smoke.connection-lost": Diagnosis(
        "The connection broke before the answer was complete", _AGAIN
    ),
    "smoke.timeout": Diagnosis(
        "No complete answer came in time",
        "Raise `smoke.timeout`, or look for throttling in the region.",
    ),
    # Being let in
    "smoke.role-missing": Diagnosis(
        "The caller has no role that may call models",
        "Give it that role on the account (`roles: [{principal: self, can: use}]`). Owner and Contributor do not"
        " call models. A new assignment takes up to ten minutes: see `smoke.waitForRoles`.",
        Cure.READY,
    ),
    "smoke.token-refused": Diagnosis(
        "The token was refused",
        "Sign in to the tenant of the subscription; keyless calls also need a custom subdomain.",
    ),
    "smoke.key-refused": Diagnosis(
        "The key was refused", "Check that the key belongs to this account and was not regenerated."
    ),
    "smoke.local-auth-disabled": Diagnosis(
        "The account takes no keys", "Set `auth: entra` and give the caller the role `use`."
    ),
    "smoke.network-rules": Diagnosis(
        "The account's network rules refuse this machine",
        "Run from an allowed network, or allow this one (`publicNetworkAccess`, virtual network rules).",
    ),
    "smoke.forbidden": Diagnosis(
        "The call is forbidden", "Look at policies, network rules and roles of the account."
    ),
    "smoke.throttled": Diagnosis(
        "The deployment is throttled",
        "Raise its capacity, spread the calls, or run the checks again later.",
        Cure.THROTTLED,
    ),
    "smoke.quota-exhausted": Diagnosis(
        "The quota for calls is used up", "Raise the quota or the capacity of the deployment."
    ),
    # Finding the deployment
    "smoke.deployment-unknown": Diagnosis(
        "The account does not know the deployment",
        "A new one takes up to five minutes to be known. If it stays, apply again: it is not there.",
        Cure.READY,
    ),
    "smoke.path-or-api-version": Diagnosis(
        "The account does not know this path or api-version",
        "The catalogue says how a model is called: check its protocol, or update deployer.",
    ),
    "smoke.redirected": Diagnosis(
        "The call was redirected elsewhere",
        "Redirects are not followed: they can carry the key. Use the address that Azure gives for the account"
        " (a custom subdomain under openai.azure.com).",
    ),
    "smoke.retired-model": Diagnosis(
        "The model is retired",
        "Declare a successor, or set `lifecycle.onRetired: useSuccessor`, and apply with --allow-replace.",
    ),
    "smoke.wrong-kind": Diagnosis(
        "The deployed model cannot do this", "Compare the deployment's model with the declared one."
    ),
    "smoke.wrong-model": Diagnosis(
        "Another model answers than was deployed",
        "Plan again: if there is no difference, delete the deployment and create it anew.",
    ),
    # Being understood
    "smoke.request-refused": Diagnosis(
        "The request was refused",
        "The service's words say what it does not accept; update deployer.",
    ),
    "smoke.voice-refused": Diagnosis(
        "The voice is not accepted", "Choose a voice that the model has in `smoke.audio.voices`."
    ),
    "smoke.content-filtered": Diagnosis(
        "The content filter stopped it",
        "Change `smoke.audio.say` or the deployment's raiPolicyName.",
    ),
    "smoke.protocol-mismatch": Diagnosis(
        "The deployment speaks another realtime protocol",
        "Leave `smoke.realtime.protocol` on `auto`, or set the protocol of the observed model.",
    ),
    "smoke.update-refused": Diagnosis(
        "session.update is refused: the session opens but cannot be used",
        "The service's words say which field; preview and GA sessions differ. Applications will meet the same.",
    ),
    "smoke.no-session": Diagnosis("The connection opens but no session is created", _AGAIN),
    "smoke.update-unanswered": Diagnosis("session.update is never answered", _AGAIN),
    "smoke.not-understood": Diagnosis(
        "The answer does not have the documented form",
        "Look for a proxy or gateway in between that answers in the service's place.",
    ),
    # Being answered
    "smoke.server-error": Diagnosis("The service failed", _AGAIN),
    "smoke.response-failed": Diagnosis(
        "The response failed inside the service",
        "Some responses fail now and then; run the checks again. If it stays, try another region.",
    ),
    "smoke.response-incomplete": Diagnosis(
        "The response ended before it was complete",
        "Shorten `smoke.audio.say`, or run the checks again.",
    ),
    "smoke.never-done": Diagnosis("The response never ends: no response.done came", _AGAIN),
    "smoke.incomplete-events": Diagnosis(
        "The events of the response do not fit together",
        "Applications that follow the events will stumble too; run the checks again.",
    ),
    "smoke.session-expired": Diagnosis("The session expired during the check", _AGAIN),
    # Being heard
    "smoke.no-audio": Diagnosis("The answer has no audio", "Check that the deployed model speaks."),
    "smoke.not-wav": Diagnosis("The audio is not the WAV file that was asked for", _SAVE),
    "smoke.wrong-format": Diagnosis("The audio has another format than documented", _SAVE),
    "smoke.odd-bytes": Diagnosis("The audio ends within a sample", _SAVE),
    "smoke.silent-audio": Diagnosis("The audio is silent", _SAVE),
    "smoke.constant-tone": Diagnosis("The audio is a constant tone, not speech", _SAVE),
    "smoke.noise": Diagnosis("The audio is steady noise, not speech", _SAVE),
    "smoke.clipped-audio": Diagnosis("The audio is clipped", _SAVE),
    "smoke.truncated-audio": Diagnosis("The audio is shorter than what was said", _SAVE),
    "smoke.wrong-rate": Diagnosis(
        "The audio was made for another sample rate: it is too quick and too high", _SAVE
    ),
    "smoke.overlong-audio": Diagnosis("The audio is longer than what was said", _SAVE),
    "smoke.usage-arithmetic": Diagnosis(
        "The usage does not add up", "Watch the bill; report it to Azure with the request's id."
    ),
    "smoke.wrong-words": Diagnosis(
        "Something else was said than was asked for",
        _SAVE + " A plain sentence in `smoke.audio.say` is repeated best.",
    ),
    "smoke.too-slow": Diagnosis(
        "The first sound came too late", "Try a nearer region, or raise `firstAudioWithin`."
    ),
}
