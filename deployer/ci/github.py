"""GitHub: the workflow, and what has to be set up once for its runs to sign in."""

from __future__ import annotations

import json
from dataclasses import dataclass

from deployer.ci import Pipeline, federation, filled, shell_variable

# Pulumi's plugin signs in by itself, and asks GitHub as we do (azure-native's documentation of OIDC).
_PULUMI = (
    'ARM_USE_OIDC: "true"',
    "ARM_CLIENT_ID: ${{ vars.AZURE_CLIENT_ID }}",
    "ARM_TENANT_ID: ${{ vars.AZURE_TENANT_ID }}",
)


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository on GitHub, `owner/name`; the ids make its subjects immutable, where GitHub uses them."""

    name: str = "OWNER/REPOSITORY"
    owner_id: str = "OWNER_ID"
    repository_id: str = "REPOSITORY_ID"


def path(pipeline: Pipeline) -> str:
    """Where GitHub looks for the workflow."""
    return f".github/workflows/deployer-{pipeline.slug}.yml"


def workflow(pipeline: Pipeline) -> str:
    """The file."""
    environment = [f"{name}: ${{{{ vars.{name} }}}}" for name in pipeline.variables]
    return filled(
        "github.yml",
        {
            **pipeline.blanks(),
            "paths": json.dumps([*pipeline.paths, path(pipeline)]),
            "install": json.dumps(pipeline.installing),
            "engine": "\n".join(_PULUMI if pipeline.engine == "pulumi" else ()),
            "variables": "\n".join(environment or ["PYTHONUNBUFFERED: 1"]),
        },
    )


def subjects(pipeline: Pipeline, repository: Repository) -> list[str]:
    """Every subject that a run of the workflow may have, in both forms."""
    forms = (
        federation.prefix(repository.name),
        federation.immutable_prefix(repository.name, repository.owner_id, repository.repository_id),
    )
    contexts = federation.contexts(pipeline.branch, pipeline.environment)
    return [f"{form}:{context}" for form in forms for context in contexts]


def setup(pipeline: Pipeline, repository: Repository, audience: str) -> str:
    """The lines to run once."""
    values = [
        f'gh variable set {name} --repo {repository.name} --body "${shell_variable(name)}"'
        for name in pipeline.variables
    ]
    return filled(
        "github-setup.sh",
        {
            **pipeline.blanks(),
            "repository": repository.name,
            "issuer": federation.GITHUB,
            "audience": audience,
            "subjects": "\n".join(f"#   {one}" for one in subjects(pipeline, repository)),
            "values": "\n".join(values),
        },
    )
