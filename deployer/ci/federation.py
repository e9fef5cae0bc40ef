"""Who a runner says it is: issuers, audiences and subjects of the tokens that GitHub and Azure DevOps sign.

Entra lets a run in when a federated credential has the same three, to the letter.
"""

from __future__ import annotations

from collections.abc import Mapping

GITHUB = "https://token.actions.githubusercontent.com"
AZURE_DEVOPS = "https://vstoken.dev.azure.com/"
"""What the issuer of Azure DevOps begins with; it retires on 2027-07-01 (Microsoft's announcement of 2026-06-22)."""

AUDIENCES: Mapping[str, str] = {
    "AzureCloud": "api://AzureADTokenExchange",
    "AzureUSGovernment": "api://AzureADTokenExchangeUSGov",
    "AzureChinaCloud": "api://AzureADTokenExchangeChina",
}
"""Who the token is for, by cloud (documentation of workload identity federation)."""


def prefix(repository: str) -> str:
    """What the subjects of a repository begin with, as they were before 2026-07-15 and are for most."""
    return f"repo:{repository}"


def immutable_prefix(repository: str, owner_id: str, repository_id: str) -> str:
    """The same for repositories made, renamed or transferred since 2026-07-15 (GitHub's announcement of 2026-04-23)."""
    owner, _, name = repository.partition("/")
    return f"repo:{owner}@{owner_id}/{name}@{repository_id}"


def contexts(branch: str, environment: str) -> tuple[str, ...]:
    """What the subjects of a workflow's jobs end in: its pull requests, its scheduled runs, its environment."""
    return ("pull_request", f"ref:refs/heads/{branch}", f"environment:{environment}")
