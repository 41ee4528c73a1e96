"""`wom pack`: a run as one file that somebody else can repeat."""

from __future__ import annotations

from pathlib import Path

import click

from .notes import note

MOST_SHOWN = 10
"""Words that are named one by one."""


@click.command("pack")
@click.argument("folder", metavar="FOLDER")
@click.option("--out", metavar="FILE.zip", help="File to write; default <name>-<case id>.zip in the current folder.")
@click.option("--without-network", is_flag=True, help="Leave out ties and people; the pack says what is needed.")
@click.option("--anonymise", is_flag=True, help="Numbers for people's labels; no host name, paths or comments.")
@click.option("--data", metavar="DIR", help="Folder of the network's files, where they are not where they were.")
@click.option("--overwrite", is_flag=True, help="Replace the file if it is there.")
@click.option("--quiet", is_flag=True, help="No notes on stderr.")
def command(
    folder: str,
    out: str | None,
    data: str | None,
    *,
    without_network: bool,
    anonymise: bool,
    overwrite: bool,
    quiet: bool,
) -> None:
    """Pack the run of a results folder as a zip with all that is needed to repeat it.

    Scenario, network, tables, versions of packages and a page with two commands. The same run gives the same bytes.
    `wom rerun` takes the unpacked folder.
    """
    from ..errors import FolderError
    from ..reproduce.pack import make_pack
    from ..reproduce.recall import recall_network, recall_scenario
    from ..results.files import check_replaceable, replace_file
    from ..results.record import read_record

    record = read_record(Path(folder))
    scenario = recall_scenario(record)
    graph = recall_network(record, scenario, data=None if data is None else Path(data))
    pack = make_pack(record, scenario, graph, network=not without_network, anonymise=anonymise)
    path = Path(out) if out is not None else Path(f"{pack.name}.zip")
    if path.exists() and not path.is_dir() and not overwrite:
        raise FolderError(f"{path}: exists; choose another file with --out, or --overwrite")
    check_replaceable(path)
    content = pack.zip_bytes()
    replace_file(path, content)
    if pack.telling:
        shown = ", ".join(map(repr, pack.telling[:MOST_SHOWN])) + (" ..." if len(pack.telling) > MOST_SHOWN else "")
        note(f"note: words in the pack that are also labels of people: {shown}; look at it before you send it")
    click.echo(f"packed   {path} ({len(content):,} bytes, {len(pack.files)} files)")
    if not quiet:
        note(f"repeat it: unpack it, then  wom rerun {pack.name}")
