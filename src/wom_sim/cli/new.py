"""`wom new`: a commented scenario to start from."""

from __future__ import annotations

from pathlib import Path

import click

from ..errors import FolderError, ScenarioError
from ..results.files import write_together
from .shipped import data_files, purpose, shipped_scenarios


@click.command("new")
@click.argument("template", required=False)
@click.argument("file", required=False, metavar="[FILE.toml]")
@click.option("--overwrite", is_flag=True, help="Replace FILE if it exists.")
def command(template: str | None, file: str | None, *, overwrite: bool) -> None:
    """Write a commented scenario to start from.

    Without TEMPLATE, list the templates. FILE is by default TEMPLATE.toml in this folder. Files of data that the
    scenario names are written beside it.
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
    data = _new_data(path, data_files(text), overwrite=overwrite)
    write_together(path.absolute().parent, {**data, path.name: text.encode()}, last=path.name)
    written = [str(path), *(str(path.parent / name) for name in data)]
    click.echo(f"wrote {' and '.join(written)}; run it with:  wom run {path}")


def _new_data(path: Path, data: dict[str, bytes], *, overwrite: bool) -> dict[str, bytes]:
    """Return the files of data that are to be written beside the scenario: those that are not there as they should be.

    Raises
    ------
    FolderError
        When another file has the name of one of them.
    """
    new = {}
    for name, content in data.items():
        beside = path.parent / name
        if path.name == name:
            raise FolderError(f"{path}: is what the scenario calls its data; choose another name")
        if not beside.exists():
            new[name] = content
        elif not beside.is_file() or beside.read_bytes() != content:
            if not overwrite:
                raise FolderError(f"{beside}: exists already and holds something else; move it, or --overwrite")
            new[name] = content
    return new
