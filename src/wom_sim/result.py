"""What `run` and `simulate` return: results with tables, files and a picture."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .metrics.table import Summary, replica_table, summarise
from .results.results import Results

if TYPE_CHECKING:
    import matplotlib.figure
    import pandas

    from .report.tables import Table


@dataclass(frozen=True, eq=False, repr=False)
class Result(Results):
    """The outcome of a run; see `wom_sim.results.results.Results` for its arrays.

    settings : key, value and origin ("given", "default", "assumption") of each setting in use
    """

    settings: tuple[tuple[str, Any, str], ...] = ()

    def to_frame(self) -> pandas.DataFrame:
        """Return a tidy table: a row a replica, a column a metric."""
        import pandas as pd

        columns = replica_table(self)
        return pd.DataFrame({"replica": np.arange(self.n_replicas, dtype=np.int32), **columns})

    def summary(self) -> dict[str, Summary]:
        """Return mean, standard error and quantiles of each metric."""
        return {name: summarise(values) for name, values in replica_table(self).items()}

    def tables(self) -> dict[str, pandas.DataFrame]:
        """Return the tables for people by name: what `to_csv` and `to_xlsx` write.

        ``summary`` has a row a metric, ``means_by_step`` a row a step, ``means_by_segment`` and its like a row a group,
        ``replicas`` a row a replica; ``settings`` says what was run, ``notes`` what may mislead a reader.
        """
        import pandas as pd

        return {table.name: pd.DataFrame(dict(table.columns)) for table in self._tables()}

    def to_csv(self, folder: str | Path, *, overwrite: bool = False) -> None:
        """Write the tables as CSV files into a folder, which is made if need be.

        Parameters
        ----------
        overwrite : replace tables of another case, and files of the same names that are not ours

        Raises
        ------
        FolderError
            When the folder cannot or must not be written to; nothing is changed then.
        ResourceError
            When the disk is full.
        """
        from .report.bundle import csv_files
        from .results.exports import check_csv_folder, write_csv_folder

        check_csv_folder(Path(folder), case_id=self.case_id, overwrite=overwrite)
        write_csv_folder(Path(folder), csv_files(self._tables()), case_id=self.case_id)

    def to_xlsx(self, path: str | Path, *, overwrite: bool = False) -> None:
        """Write the tables as an Excel workbook, a sheet a table; one too long for a sheet is left out with a note.

        Parameters
        ----------
        overwrite : replace a workbook of another case, or one that somebody worked in

        Raises
        ------
        FolderError
            When the file cannot or must not be written; what was there before stays.
        ResourceError
            When the disk is full.
        """
        from .report.tables import fit_sheets
        from .report.workbook import check_workbook, workbook_bytes
        from .results.files import replace_file

        check_workbook(Path(path), case_id=self.case_id, overwrite=overwrite)
        sheets = fit_sheets(self._tables()).tables
        replace_file(Path(path), workbook_bytes(sheets, case_id=self.case_id))

    def _tables(self) -> tuple[Table, ...]:
        from .report.tables import people_tables

        return people_tables(self, replica_table(self), settings=self.settings)

    def plot(self) -> matplotlib.figure.Figure:
        """Draw the reach curve: median, middle 50 % and 90 % of replicas.

        Raises
        ------
        ResultError
            When the run kept no curves.
        """
        if self.family == "campaign":
            from .report.campaign_figures import reach_curve
        else:
            from .report.figures import reach_curve

        return reach_curve(self)
