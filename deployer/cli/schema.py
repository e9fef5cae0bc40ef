"""`deployer schema`."""

from __future__ import annotations

import click


@click.command(epilog="Example: deployer schema > deployer.schema.json")
def schema() -> None:
    """Print the JSON Schema of a configuration, for editors."""
    import json

    from deployer.config.schema import schema as described

    click.echo(json.dumps(described(), indent=2))
