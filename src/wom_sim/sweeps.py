"""Sweeps from Python: all cases of a scenario's `[sweep]`, as tidy tables."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .api import check_whole
from .engine import limits
from .errors import ScenarioError
from .experiments.conduct import MAIN, Outcome, check_cases, conduct
from .experiments.crew import crew_of
from .experiments.responses import cases_table, responses
from .experiments.sweeping import sweep_study
from .experiments.tidy import failures_table, write_tidy
from .results.experiment import hold_experiment
from .results.folder import PARTS, SWEEP
from .scenario.schema import Scenario
from .spec import show

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True, eq=False, repr=False)
class Sweep:
    """What came of a sweep.

    table : a row a replica: the varied keys, replica, metrics; ordered by case, then replica
    cases : a row a case: the varied keys; of each metric its mean, standard error, replicas that define it, and its
        mean change from the first case, replica by replica on the same luck
    failures : a row for each case that could not be run, with why
    rng_seed : fixes all luck
    """

    table: pandas.DataFrame
    cases: pandas.DataFrame
    failures: pandas.DataFrame
    rng_seed: int

    def __repr__(self) -> str:
        return f"<Sweep of {len(self.cases):,} cases, {len(self.table):,} rows>"

    def to_frame(self) -> pandas.DataFrame:
        """Return the tidy table."""
        return self.table


def sweep(
    scenario: Scenario,
    *,
    metrics: Sequence[str] = (),
    threads: int | None = None,
    folder: str | Path | None = None,
    dask: str | None = None,
) -> Sweep:
    """Run every case of a scenario's `[sweep]`, all with the same luck.

    Parameters
    ----------
    scenario : from `read_scenario`, with a `[sweep]`; ``read_scenario(path, set={"sweep": {...}})`` gives it one
    metrics : names of those to keep, such as ``["reach"]``; none: all
    threads : default: as many as this process may use; results do not depend on it
    folder : where finished parts are kept, to go on from after a crash; None: nowhere
    dask : address of a Dask scheduler, or "local", in a script under ``if __name__ == "__main__":``, as its workers
        import the script; None: threads of this process

    Returns
    -------
    Sweep
        A case that could not be run is a row of its `failures`.

    Raises
    ------
    ScenarioError, GraphError, ResourceError, FolderError, ClusterError
        Before anything is run: there is no `[sweep]`, a case is wrong, the folder holds something else.
    """
    if not isinstance(scenario, Scenario):
        raise ScenarioError(f"sweep takes a scenario, got {show(scenario)}; write sweep(read_scenario({scenario!r}))")
    if isinstance(metrics, str):
        raise ScenarioError(f'metrics: must be a list of names, got {metrics!r}; write ["{metrics}"]')
    if threads is not None:
        check_whole("threads", threads, 1, 100_000)
    n_threads, _ = limits.usable_threads(None if threads is None else int(threads))
    study = sweep_study(scenario, metrics=tuple(metrics), metrics_key="metrics")
    check_cases(study)
    with tempfile.TemporaryDirectory() as nowhere, crew_of(dask, study.networks, threads=n_threads) as crew:
        if folder is None:
            return _tables(conduct(study, Path(nowhere), crew), Path(nowhere))
        asked = study.document
        with hold_experiment(Path(folder), holds=SWEEP, case_id=study.study_id, asked=asked, overwrite=False) as held:
            return _tables(conduct(study, held.path / PARTS / MAIN, crew), Path(nowhere))


def _tables(outcome: Outcome, nowhere: Path) -> Sweep:
    import pandas as pd
    import pyarrow.parquet as pq

    study, table = outcome.study, outcome.table
    columns = table.columns()
    write_tidy(nowhere / "table.parquet", study.design, columns, table.groups(), n_sets=study.n_sets)
    found = responses(table.cases(), len(study.design), list(columns.ordered()))

    def frame(columns: dict[str, list[Any]]) -> pd.DataFrame:
        return pd.DataFrame(columns)

    return Sweep(
        table=pq.read_table(nowhere / "table.parquet").to_pandas(),
        cases=frame(cases_table(study.design, found)),
        failures=frame(failures_table(study.design, outcome.failures)),
        rng_seed=study.bases[0].run.rng_seed or 0,
    )
