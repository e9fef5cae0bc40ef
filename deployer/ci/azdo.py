"""Azure DevOps: the pipeline, and what has to be set up once for its runs to sign in."""

from __future__ import annotations

import json
from dataclasses import dataclass

from deployer.ci import Pipeline, filled, shell_variable


@dataclass(frozen=True, slots=True)
class Project:
    """Where a pipeline lives: an organisation, a project, and the repository in it."""

    organization: str = "ORGANIZATION"
    project: str = "PROJECT"
    repository: str = "REPOSITORY"


def path(pipeline: Pipeline) -> str:
    """Where the file is kept; Azure DevOps takes any place."""
    return f".azuredevops/deployer-{pipeline.slug}.yml"


def connections(pipeline: Pipeline) -> dict[str, str]:
    """The names of the service connections."""
    return {"reader": f"deployer-{pipeline.slug}-plan", "writer": f"deployer-{pipeline.slug}-apply"}


def workflow(pipeline: Pipeline) -> str:
    """The file. The configuration's variables are the pipeline's: Azure DevOps puts those into every environment."""
    return filled(
        "azdo.yml",
        {
            **pipeline.blanks(),
            **connections(pipeline),
            "paths": json.dumps(
                [*(one.replace("**", "*") for one in pipeline.paths), path(pipeline)]
            ),
            "install": json.dumps(pipeline.installing),
        },
    )


def subjects(pipeline: Pipeline, project: Project) -> list[str]:
    """The subjects of connections that have Azure DevOps' own issuer; Entra's are known once a connection is made."""
    stem = f"sc://{project.organization}/{project.project}"
    return [f"{stem}/{name}" for name in connections(pipeline).values()]


def setup(pipeline: Pipeline, project: Project, audience: str) -> str:
    """The lines to run once."""
    name = f"deployer-{pipeline.slug}"
    values = [
        f'az pipelines variable create --pipeline-name "{name}" --name {one} --value "${shell_variable(one)}"'
        for one in pipeline.variables
    ]
    organization = f"https://dev.azure.com/{project.organization}"
    return filled(
        "azdo-setup.sh",
        {
            **pipeline.blanks(),
            **connections(pipeline),
            "organization_url": organization,
            "project_url": f"{organization}/{project.project}",
            "project": project.project,
            "repository": project.repository,
            "path": path(pipeline),
            "audience": audience,
            "subjects": "\n".join(f"#   {one}" for one in subjects(pipeline, project)),
            "values": "\n".join(values),
        },
    )
