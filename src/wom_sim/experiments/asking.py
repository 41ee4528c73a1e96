"""Asking several studies in one folder: each is run once, gone on with after a crash, and read back case by case."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from threading import Event
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ..scenario.schema import Scenario
from .conduct import conduct
from .crew import Crew
from .points import Design
from .runner import Progress
from .study import Stopped, Study

Columns = Mapping[str, NDArray[np.int64] | NDArray[np.float64]]


class Outcome(Protocol):
    """What the cases of a design gave; see `conduct.Outcome`."""

    def columns(self, case: int) -> Columns:
        """Return the metrics of a case, replica by replica in order; empty where it could not be run."""

    def facts(self, case: int) -> Mapping[str, Any]:
        """Return what is known of a case beside numbers; empty where it could not be run."""

    @property
    def failures(self) -> Sequence[Mapping[str, Any]]:
        """Cases that could not be run: case, error, message, at."""


class Ask(Protocol):
    """Runs the cases of a design and returns what they gave."""

    def __call__(
        self, bases: Sequence[Scenario], design: Design, *, n_replicas: int, metrics: Sequence[str], what: str
    ) -> Outcome:
        """Run `n_replicas` of each case; metrics that a case lacks are left out; `what` names it in progress."""


class Asking:
    """Asks studies of a crew, each in a folder of its own; an `Ask`."""

    def __init__(
        self,
        folder: Path,
        crew: Crew,
        *,
        stop: Event,
        progress: Callable[[str, Progress], None],
        again: bool = False,
        use_any_memory: bool = False,
    ) -> None:
        """Begin.

        Parameters
        ----------
        folder : of the parts of all studies     stop : once set, nothing more is handed out
        progress : called with what is run and how far it is
        again : run cases again that could not be run before
        """
        self._again = again
        self._folder, self._crew, self._stop, self._show = folder, crew, stop, progress
        self._use_any_memory = use_any_memory

    def __call__(
        self, bases: Sequence[Scenario], design: Design, *, n_replicas: int, metrics: Sequence[str], what: str
    ) -> Outcome:
        """Run a study.

        Raises
        ------
        Stopped
            When `stop` was set before its end.
        WomSimError
            As `conduct.conduct`.
        """
        study = Study(tuple(bases), design, n_replicas, tuple(metrics), use_any_memory=self._use_any_memory)
        outcome = conduct(
            study,
            self._folder / study.study_id,
            self._crew,
            stop=self._stop,
            progress=lambda so_far: self._show(what, so_far),
            again=self._again,
        )
        if not outcome.progress.complete:
            raise Stopped
        return outcome


def column(columns: Columns, name: str) -> NDArray[np.float64] | None:
    """Return a metric as float64 (R,), None where there is none of this name."""
    return np.asarray(columns[name], np.float64) if name in columns else None
