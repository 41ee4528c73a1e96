"""`wom models`: what can spread, and what each model takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from .catalogue import show_catalogue
from .notes import note

if TYPE_CHECKING:
    from ..models.base import Model


@click.command("models")
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(name: str | None, *, as_json: bool) -> None:
    """List the models, or explain the one called NAME."""
    from ..models.catalogue import MODELS, loadable_models

    known: Mapping[str, type[Model]] = MODELS
    if name is None:
        known, faults = loadable_models()
        for fault in faults:
            note(f"note: {fault}")
    show_catalogue(known, name, as_json=as_json, command="models", section="model", choice="kind")
