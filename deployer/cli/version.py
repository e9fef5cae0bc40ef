"""`deployer version`."""

from __future__ import annotations

import click

PACKAGES = (
    "azure-identity",
    "azure-mgmt-cognitiveservices",
    "azure-mgmt-resource",
    "azure-core",
    "aiohttp",
    "click",
    "cryptography",
    "pyyaml",
)


@click.command(epilog="Example: deployer version -o json")
@click.option("-o", "--output", type=click.Choice(["text", "json"]), default="text")
def version(output: str) -> None:
    """Print versions: deployer, Python, the api-versions it speaks, and the packages it stands on."""
    import json

    found = versions()
    if output == "json":
        click.echo(json.dumps(found, indent=2))
        return
    width = max(len(name) for part in found.values() for name in part)
    for part, names in found.items():
        click.echo(part)
        for name, value in names.items():
            click.echo(f"  {name.ljust(width)}  {value}")


def versions() -> dict[str, dict[str, str]]:
    """Everything by part: deployer, apiVersions, packages. A package that is missing says so."""
    import platform
    from importlib import metadata

    from deployer import __version__
    from deployer.catalog import api_versions

    def installed(name: str) -> str:
        try:
            return metadata.version(name)
        except metadata.PackageNotFoundError:
            return "not installed"

    return {
        "deployer": {
            "deployer": __version__,
            "python": platform.python_version(),
            "platform": platform.platform(),
        },
        "apiVersions": {
            name.casefold(): value
            for name, value in vars(api_versions).items()
            if name.isupper() and isinstance(value, str)
        },
        "packages": {name: installed(name) for name in PACKAGES},
    }
