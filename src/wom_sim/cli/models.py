"""`wom models`: what can spread, and what each model takes."""

from __future__ import annotations

import click

from .catalogue import show_catalogue


@click.command("models")
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(name: str | None, *, as_json: bool) -> None:
    """List the models, or explain the one called NAME."""
    from ..models.catalogue import MODELS

    show_catalogue(MODELS, name, as_json=as_json, command="models", section="model", choice="kind")
