"""`wom merge`: the shards of a sweep, run by several jobs, as one sweep."""

from __future__ import annotations

from pathlib import Path

import click

from .options import folder_options
from .sweep_output import write_sweep
from .sweep_tables import print_sweep


@click.command("merge")
@click.argument("folders", metavar="FOLDER...", nargs=-1, required=True)
@click.option("--csv", "as_csv", is_flag=True, help="Write the tables as CSV too.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of a table.")
@folder_options("<name>-sweep-<id>")
def command(folders: tuple[str, ...], out: str | None, **flags: bool) -> int:
    """Put the shards of a sweep together, made with wom sweep --shard I/N: the same table as of one job."""
    from ..experiments.swept import merge_shards
    from ..results.experiment import hold_experiment
    from ..results.folder import SWEEP, default_folder
    from .run import checked_place

    place = None if out is None else checked_place(out)
    swept = merge_shards([Path(folder) for folder in folders])
    path = default_folder(f"{swept.name} sweep", swept.study_id) if place is None else place
    with hold_experiment(
        path, holds=SWEEP, case_id=swept.study_id, asked=swept.asked, overwrite=flags["overwrite"]
    ) as folder:
        document = write_sweep(
            folder,
            swept,
            plots=not flags["no_plots"],
            as_csv=flags["as_csv"],
            kept={"merged_from": [str(len(folders))]},
        )
    print_sweep(document, path, as_json=flags["as_json"])
    return 4 if swept.failures else 0
