"""`wom networks`: the networks that can be generated, and what each takes."""

from __future__ import annotations

import click

from .catalogue import show_catalogue


@click.command("networks")
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(name: str | None, *, as_json: bool) -> None:
    """List the networks that can be generated, or explain the one called NAME."""
    from ..graph.catalogue import GENERATORS

    show_catalogue(GENERATORS, name, as_json=as_json, command="networks", section="network", choice="generate")
