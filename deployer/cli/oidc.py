"""Signing in as a run of CI: GitHub and Azure DevOps vouch for it with a token, and no secret is stored anywhere.

Their tokens live some five minutes (GitHub's, azure/login issue 180), and a run needs one for the models when it has
worked for longer than that. azure-identity reads a token's file at most every ten minutes and az keeps the one that it
signed in with; both are then refused (AADSTS700024). So the runner is asked for a fresh one whenever Entra is asked.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import HTTPRedirectHandler, Request, build_opener

from deployer.ci import federation
from deployer.errors import AuthenticationFailed

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential

_GITHUB = ("ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN")
_CONNECTION = "AZURESUBSCRIPTION_SERVICE_CONNECTION_ID"
_AZURE_DEVOPS = ("SYSTEM_OIDCREQUESTURI", "SYSTEM_ACCESSTOKEN", _CONNECTION)
_OWN_SECRET = ("AZURE_CLIENT_SECRET", "AZURE_CLIENT_CERTIFICATE_PATH")
_ANSWER_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Runner:
    """A runner that vouches for its run: `token()` is fresh each time, and raises AuthenticationFailed.

    `client` and `tenant` are who the run signs in as; empty when nothing says it.
    """

    name: str
    client: str
    tenant: str
    token: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Claims:
    """What a runner's token says, which a federated credential has to repeat to the letter."""

    runner: str
    issuer: str
    subject: str
    audience: str
    form: str

    @property
    def command(self) -> str:
        """The line that makes the federated credential."""
        wanted = {
            "name": "deployer",
            "issuer": self.issuer,
            "subject": self.subject,
            "audiences": [self.audience],
        }
        return f"az ad app federated-credential create --id CLIENT_ID --parameters '{json.dumps(wanted)}'"


def runner(environ: Mapping[str, str], cloud: str = "AzureCloud") -> Runner | None:
    """The runner we are on, if it vouches for us: a GitHub job with `id-token: write`, or a task AzureCLI@2."""
    audience = federation.AUDIENCES.get(cloud, federation.AUDIENCES["AzureCloud"])
    if all(environ.get(name) for name in _GITHUB):
        return Runner(
            "GitHub Actions",
            environ.get("AZURE_CLIENT_ID", ""),
            environ.get("AZURE_TENANT_ID", ""),
            lambda: _github_token(environ, audience),
        )
    if all(environ.get(name) for name in _AZURE_DEVOPS):
        return Runner(
            "Azure Pipelines",
            environ.get("AZURESUBSCRIPTION_CLIENT_ID", ""),
            environ.get("AZURESUBSCRIPTION_TENANT_ID", ""),
            lambda: _azure_devops_token(environ),
        )
    return None


def credential(
    environ: Mapping[str, str],
    cloud: str,
    **options: Any,  # noqa: ANN401 - azure-identity's own
) -> TokenCredential | None:
    """The identity that the runner vouches for. None when there is none, or when a secret of one's own is set."""
    here = runner(environ, cloud)
    if here is None or not (here.client and here.tenant):
        return None
    if any(environ.get(name) for name in _OWN_SECRET):
        return None
    from azure.identity import ClientAssertionCredential

    return ClientAssertionCredential(here.tenant, here.client, here.token, **options)


def probe(environ: Mapping[str, str], cloud: str = "AzureCloud") -> Claims | None:
    """What the runner's token says; None when no runner vouches for us. Raises AuthenticationFailed.

    On GitHub without the permission, that is the reason. The token itself is shown to nobody.
    """
    here = runner(environ, cloud)
    if here is None:
        if environ.get("GITHUB_ACTIONS") == "true":
            raise AuthenticationFailed(
                "This job gets no token of GitHub's to sign in with.",
                hint="Give the job `permissions: {id-token: write, contents: read}`; a fork's pull request gets none.",
            )
        return None
    said = _claims(here.token())
    issuer, subject, audience = (str(said.get(name, "")) for name in ("iss", "sub", "aud"))
    return Claims(here.name, issuer, subject, audience, _form(issuer, subject, environ))


def _form(issuer: str, subject: str, environ: Mapping[str, str]) -> str:
    """Which of its forms a subject has, in words."""
    if issuer.startswith(federation.AZURE_DEVOPS):
        return "of Azure DevOps' own issuer, which retires on 2027-07-01: convert the service connection"
    if issuer != federation.GITHUB:
        return "of another issuer"
    repository = environ.get("GITHUB_REPOSITORY", "")
    ids = (environ.get("GITHUB_REPOSITORY_OWNER_ID", ""), environ.get("GITHUB_REPOSITORY_ID", ""))
    if subject.startswith(f"{federation.prefix(repository)}:"):
        return "with names"
    if subject.startswith(f"{federation.immutable_prefix(repository, *ids)}:"):
        return "with names and ids: a federated credential with names only does not match"
    return "made up by the repository's or organisation's own rules for subjects"


def _github_token(environ: Mapping[str, str], audience: str) -> str:
    url, bearer = (environ[name] for name in _GITHUB)
    said = _ask("GitHub", "GET", f"{url}&audience={quote(audience, safe='')}", bearer)
    return str(said.get("value", ""))


def _azure_devops_token(environ: Mapping[str, str]) -> str:
    url, bearer, connection = (environ[name] for name in _AZURE_DEVOPS)
    query = f"api-version=7.1&serviceConnectionId={connection}"
    said = _ask("Azure DevOps", "POST", f"{url.rstrip('/')}?{query}", bearer)
    return str(said.get("oidcToken", ""))


class _Staying(HTTPRedirectHandler):
    """Follows nobody: the request carries the run's own token."""

    def redirect_request(self, *_: object) -> None:
        return None


def _ask(who: str, method: str, url: str, bearer: str) -> dict[str, Any]:
    """One answer of a token service. Nothing of the request or the answer is told: both hold a token."""
    headers = {"Authorization": f"Bearer {bearer}", "Accept": "application/json"}
    data = b"" if method == "POST" else None
    if data is not None:
        headers |= {"Content-Type": "application/json", "X-TFS-FedAuthRedirect": "Suppress"}
    request = Request(url, data, headers, method=method)  # noqa: S310 - the runner's own address
    try:
        with build_opener(_Staying).open(request, timeout=_ANSWER_SECONDS) as answer:
            said = json.load(answer)
    except HTTPError as error:
        why = f"status {error.code}"
    except (OSError, ValueError) as error:
        why = type(error).__name__
    else:
        if isinstance(said, dict):
            return said
        why = "an answer that is no object"
    raise AuthenticationFailed(
        f"{who} gave this run no token: {why}.",
        hint="Run the job again; if it stays so, look at the permissions of the job and of its service connection.",
    )


def _claims(token: str) -> dict[str, Any]:
    """A token's claims, unverified: Entra judges them, we only tell them."""
    try:
        payload = token.split(".")[1]
        said = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (IndexError, ValueError, binascii.Error):
        said = None
    if not isinstance(said, dict):
        raise AuthenticationFailed("What the runner gave as its token cannot be read.")
    return said
