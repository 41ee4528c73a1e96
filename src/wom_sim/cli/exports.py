"""``--csv`` and ``--xlsx``: tables for people, beside the results or where they were asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .notes import note
from .options import BESIDE

if TYPE_CHECKING:
    from ..report.tables import Table
    from .run import Wishes

MANY_CELLS = 1_000_000
"""A workbook with more takes ten seconds and longer, which is said before."""


@dataclass(frozen=True)
class Exports:
    """Where tables go besides the results folder, and whether some go there; get one from `wanted`.

    csv, xlsx : a folder and a file of their own, None where none were named
    csv_beside, xlsx_beside : write them into the results folder
    """

    csv: Path | None
    xlsx: Path | None
    csv_beside: bool
    xlsx_beside: bool

    @classmethod
    def wanted(cls, csv: str | None, xlsx: str | None) -> Exports:
        """Read the two options; None: not asked for."""
        folder, file = (Path(place) if place else None for place in (csv, xlsx))
        return cls(folder, file, csv_beside=csv == BESIDE, xlsx_beside=xlsx == BESIDE)

    def any(self) -> bool:
        """Say whether tables are wanted at all."""
        return bool(self.csv or self.xlsx or self.csv_beside or self.xlsx_beside)

    def check(self, case_id: str, results: Path, *, overwrite: bool) -> None:
        """Refuse places that cannot or must not be written to, before anything is computed.

        Raises
        ------
        FolderError
            As `check_csv_folder`, `check_workbook`; and for our own names in the results folder, which keeps to itself.
        """
        from ..errors import FolderError

        if self.csv is not None:
            from ..results.exports import check_csv_folder

            if _same(self.csv, results):
                raise FolderError(f"{self.csv}: is the results folder; --csv without a folder writes there")
            check_csv_folder(self.csv, case_id=case_id, overwrite=overwrite)
        if self.xlsx is not None:
            from ..report.workbook import check_workbook
            from ..results.folder import is_ours

            if _same(self.xlsx.parent, results) and is_ours(self.xlsx.name):
                raise FolderError(f"{self.xlsx}: is kept with the results; --xlsx without a name writes it")
            check_workbook(self.xlsx, case_id=case_id, overwrite=overwrite)

    def check_beside(self, results: Path) -> None:
        """Refuse to go on where a table in the results folder is open in another program; the caller holds the folder.

        Raises
        ------
        FolderError
            As `check_replaceable`.
        """
        from ..results.files import check_replaceable
        from ..results.folder import WORKBOOK

        open_ones = [results / WORKBOOK] if self.xlsx_beside else []
        for path in open_ones + (sorted(results.glob("*.csv")) if self.csv_beside else []):
            if path.exists():
                check_replaceable(path)

    def write(self, tables: Sequence[Table], case_id: str, wishes: Wishes, *, beside: Path | None) -> None:
        """Write the tables to the places named and say where they are.

        Parameters
        ----------
        beside : the results folder, None where nothing was written to it

        Raises
        ------
        FolderError, ResourceError
            When a place cannot be written after all; what was there before stays.
        """
        from ..report.tables import fit_sheets

        said: list[Path] = []
        if self.xlsx is not None:
            from ..report.workbook import workbook_bytes
            from ..results.files import replace_file

            fitting = fit_sheets(tables)
            n_cells = sum(table.n_rows * len(table.columns) for table in fitting.tables)
            if n_cells > MANY_CELLS:
                note(f"writing {n_cells:,} cells into {self.xlsx} ...", quiet=wishes.quiet)
            replace_file(self.xlsx, workbook_bytes(fitting.tables, case_id=case_id))
            said.append(self.xlsx)
        if self.csv is not None:
            from ..report.bundle import csv_files
            from ..results.exports import write_csv_folder

            write_csv_folder(self.csv, csv_files(tables), case_id=case_id)
            said.append(self.csv)
        if self.xlsx is not None or self.xlsx_beside:
            for line in fit_sheets(tables).left_out:
                note(f"note: {line}", quiet=wishes.quiet)
        if self.xlsx_beside and beside is not None:
            from ..results.folder import WORKBOOK

            said.insert(0, beside / WORKBOOK)
        if not wishes.as_json:
            for place in said:
                click.echo(f"tables   {place}")


def _same(one: Path, other: Path) -> bool:
    try:
        return one.resolve() == other.resolve()
    except (OSError, RuntimeError, ValueError):  # the checks of the place itself say what is wrong with it
        return False
