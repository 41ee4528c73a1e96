"""`wom schema`: the JSON Schema of scenario files, for editors."""

from __future__ import annotations

import click

from .answers import echo_json


@click.command("schema")
def command() -> None:
    """Print the JSON Schema of scenario files, for completion and checks in an editor."""
    from ..scenario.json_schema import json_schema

    echo_json(json_schema())
