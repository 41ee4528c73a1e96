"""What `run` and `simulate` return: results with tables, files and a picture."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .errors import ResultError
from .metrics.columns import ratio
from .metrics.table import Summary, replica_table, summarise
from .results.results import Results

if TYPE_CHECKING:
    import matplotlib.figure
    import pandas

    from .models.base import TheoryLine
    from .observed import Cascades
    from .report.tables import Table


@dataclass(frozen=True, eq=False, repr=False)
class Result(Results):
    """The outcome of a run; see `wom_sim.results.results.Results` for its arrays.

    settings : key, value and origin ("given", "default", "assumption") of each setting in use
    follow : runs one replica again and gives labels of who joined, in order, and of whom each followed (None: nobody);
        None where nobody follows anybody
    expect : gives what theory says of the main curve up to a step; None where nothing does
    past : gives the state that others can go on from, of these results; None where no scenario was run
    """

    settings: tuple[tuple[str, Any, str], ...] = ()
    follow: Callable[[int], Iterable[tuple[Any, Any]]] | None = None
    expect: Callable[[int], TheoryLine | None] | None = None
    past: Callable[[Results], dict[str, Any]] | None = None

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

    def save_state(self, path: str | Path) -> None:
        """Write what other runs can go on from, as a file: ``run(scenario, from_state=path)``; see docs/branching.md.

        Raises
        ------
        ResultError
            When this is no run of a scenario, or kept no curves.
        ScenarioError
            When nothing could go on from it: steps without a length, no horizon.
        FolderError, ResourceError
            When the file cannot be written.
        """
        from .results.files import replace_file
        from .results.state import state_bytes

        if self.past is None:
            raise ResultError("only a run of a scenario has a state; write run(read_scenario(...), until=...)")
        replace_file(Path(path), state_bytes(self.past(self)))

    def _tables(self) -> tuple[Table, ...]:
        from .report.tables import people_tables

        return people_tables(self, replica_table(self), settings=self.settings)

    def cascades(self, replicas: int | Iterable[int] = 0) -> Cascades:
        """Run replicas again and return who followed whom, to be measured like cascades that were observed.

        Parameters
        ----------
        replicas : the number of one, or several

        Raises
        ------
        ResultError
            When there is no such replica, or nobody follows anybody in the model.
        """
        from .observed import Cascades

        if self.follow is None:
            raise ResultError(f"nobody follows somebody else in {self.model}: there are no trees")
        rows: list[tuple[int, Any, Any]] = []
        for r in replicas if isinstance(replicas, Iterable) else [replicas]:
            if isinstance(r, bool) or not isinstance(r, int | np.integer) or not 0 <= r < self.n_replicas:
                raise ResultError(f"there is no replica {r!r}; there are {self.n_replicas:,}, counted from 0")
            rows += [(r, person, followed) for person, followed in self.follow(r)]
        if not rows:
            raise ResultError("nobody joined in these replicas: there are no trees")
        whole = all(isinstance(person, int) for _, person, _ in rows)
        named = int if whole else str
        return Cascades.from_arrays(
            cascade=[r for r, _, _ in rows],
            node=[named(person) for _, person, _ in rows],
            parent=np.array([None if followed is None else named(followed) for _, _, followed in rows], object),
        )

    def reproduction_numbers(self) -> NDArray[np.float64]:
        """Return how many a person of each generation brought on average: float64, one a generation.

        All people of generation g + 1 divided by all of generation g, over all replicas; NaN where there were none.

        Raises
        ------
        ResultError
            When the run was made without ``trees=True``.
        """
        if "generation" not in self.groups:
            raise ResultError("people by generation were not counted; run it with trees=True, or [output] trees = true")
        sizes = self.groups["generation"]["members"][:, :-1].sum(axis=0)
        return ratio(sizes[1:], sizes[:-1])

    def plot(self, *, theory: bool = False) -> matplotlib.figure.Figure:
        """Draw the reach curve: median, middle 50 % and 90 % of replicas.

        Parameters
        ----------
        theory : draw what theory says of the mean as a dashed line, and the mean of the replicas beside it

        Raises
        ------
        ResultError
            When the run kept no curves, or no theory is known for this model on this network.
        """
        if self.family == "campaign":
            from .report.campaign_figures import reach_curve as campaign_curve

            if theory:
                raise ResultError("theory=True: no theory is known of a whole campaign; leave it out")
            return campaign_curve(self)
        from .report.figures import reach_curve

        return reach_curve(self, line=self.theory_line() if theory else None)

    def theory_line(self) -> TheoryLine:
        """Return what theory says of the mean of the main curve at each step, and which theory it is.

        Raises
        ------
        ResultError
            When the run kept no curves, or no theory is known for this model on this network.
        """
        n_steps = self.curve.shape[1] - 1
        line = None if self.expect is None else self.expect(n_steps)
        if line is None:
            raise ResultError(f"theory: none is known of {self.model} on this network; see wom_sim.theory")
        return line
