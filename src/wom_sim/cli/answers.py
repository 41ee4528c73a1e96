"""What goes to stdout: the answer as lines for people, or as one JSON document."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import click


def echo_json(document: Any) -> None:
    """Print a document as JSON."""
    from ..results.store import json_bytes

    click.echo(json_bytes(document).decode(), nl=False)


def print_answer(
    document: Mapping[str, Any],
    lines_of: Callable[[Mapping[str, Any]], Iterable[str]],
    path: Path,
    *,
    pictures: Iterable[str],
    as_json: bool,
    also: Iterable[str] = (),
) -> None:
    """Print the answer of an experiment, then where its folder is and which pictures are in it.

    Parameters
    ----------
    lines_of : makes lines of the document     path : the folder     pictures : their names, without suffix
    also : lines on other files in the folder
    """
    if as_json:
        echo_json(document)
        return
    for line in lines_of(document):
        click.echo(line.rstrip())
    for line in (f"\nresults  {path}", *also):
        click.echo(line)
    for name in pictures:
        click.echo(f"picture  {path / f'{name}.png'}")
