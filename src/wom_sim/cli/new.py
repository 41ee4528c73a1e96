"""`wom new`: a commented scenario to start from."""

from __future__ import annotations

from pathlib import Path

import click

from ..errors import FolderError, ScenarioError
from ..results.files import write_together
from .shipped import purpose, shipped_scenarios


@click.command("new")
@click.argument("template", required=False)
@click.argument("file", required=False, metavar="[FILE.toml]")
@click.option("--overwrite", is_flag=True, help="Replace FILE if it exists.")
def command(template: str | None, file: str | None, *, overwrite: bool) -> None:
    """Write a commented scenario to start from.

    Without TEMPLATE, list the templates. FILE is by default TEMPLATE.toml in this folder.
    """
    templates = shipped_scenarios()
    if template is None:
        width = max(map(len, templates))
        for name, source in templates.items():
            click.echo(f"{name:<{width}}  {purpose(source.read_text(encoding='utf-8'))}")
        click.echo(f"\nwrite one with:  wom new {next(iter(templates))} my.toml")
        return
    if template not in templates:
        raise ScenarioError(f"there is no template {template!r}; templates: {', '.join(templates)}")
    path = Path(file if file is not None else f"{template}.toml")
    text = templates[template].read_text(encoding="utf-8").replace(f"{template}.toml", path.name)
    if path.exists() and not overwrite:
        raise FolderError(f"{path}: exists already; choose another name, or --overwrite")
    if not path.absolute().parent.is_dir():
        raise FolderError(f"{path}: there is no folder {path.parent} to put it in")
    write_together(path.absolute().parent, {path.name: text.encode()}, last=path.name)
    click.echo(f"wrote {path}; run it with:  wom run {path}")
