"""Asking a study: tried on a few cases, cut up, run by a crew, and read back case by case."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Event
from typing import Any

from numpy.typing import NDArray

from ..errors import ScenarioError
from .crew import Crew
from .parts import Parts
from .pilot import Measured, layout_of, measure
from .runner import Progress, Runner
from .study import Study
from .table import Table

MAIN = "main"


@dataclass(frozen=True)
class Outcome:
    """What came of a study.

    study : what was asked     progress : how far it came     table : all rows
    """

    study: Study
    progress: Progress
    table: Table

    @property
    def complete(self) -> bool:
        """Say whether every replica of every case was run."""
        return self.progress.complete and not self.progress.failed

    def columns(self, case: int, *, set: int = 0) -> dict[str, NDArray[Any]]:
        """Return a case's metrics, replica by replica in order; empty where it could not be run."""
        columns = self.table.of_case(case, set=set)
        columns.pop("replica", None)
        return columns

    def curves(self, case: int, *, set: int = 0) -> dict[str, NDArray[Any]]:
        """Return a case's curves: replica, step, time, then a column a curve, its height at the step."""
        return self.table.of_case(case, set=set, curves=True)

    def facts(self, case: int) -> dict[str, Any]:
        """Return case_id, graph_hash, n_people, n_ties, rng_seed, model, n_seed_nodes, warnings, seconds of a case."""
        return self.table.facts(case)

    @cached_property
    def failures(self) -> tuple[dict[str, Any], ...]:
        """Cases that could not be run: case, error, message, at."""
        return tuple(self.table.failures())


def conduct(
    study: Study,
    folder: Path,
    crew: Crew,
    *,
    stop: Event | None = None,
    progress: Callable[[Progress], None] | None = None,
    again: bool = False,
    measured: Measured | None = None,
) -> Outcome:
    """Run what is missing of a study and return what there is.

    Parameters
    ----------
    folder : of the study's parts; what an earlier try left there is gone on from
    stop, progress, again : see `runner.Runner`
    measured : what a pilot found; None: it is made now, where the folder does not say how the study is cut up

    Raises
    ------
    ScenarioError
        When cases are wrong, with a line for each of the first ones; nothing is run then.
    WomSimError
        That of the first case tried, when none can be run.
    Stopped
        When `stop` was set before it is known how to cut the study up.
    ResourceError, FolderError
        When parts cannot be kept.
    """
    check_cases(study)
    parts = Parts(folder, study.study_id)
    layout = parts.layout()
    if layout is None or layout.groups[-1] != len(study.design):
        layout = layout_of(study, measured or measure(study, stop), workers=max(1, crew.workers()))
        parts.clear()
        parts.settle(layout)
    runner = Runner(study, parts, layout, crew, stop=stop, progress=progress, again=again)
    return Outcome(study, runner.run(), Table(study, parts, layout))


def check_cases(study: Study) -> None:
    """Check that there are cases, and that their values fit together.

    Raises
    ------
    ScenarioError
        With a line for each of the first ones that are wrong.
    """
    if len(study.design) == 0:
        raise ScenarioError("there is no case to run")
    if study.problems:
        raise ScenarioError(study.problems)
