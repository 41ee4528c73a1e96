"""`wom schema`: the JSON Schema of scenario files, for editors."""

from __future__ import annotations

import click


@click.command("schema")
def command() -> None:
    """Print the JSON Schema of scenario files, for completion and checks in an editor."""
    from ..results.store import json_bytes
    from ..scenario.json_schema import json_schema

    click.echo(json_bytes(json_schema()).decode(), nl=False)
