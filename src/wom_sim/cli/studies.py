"""What `wom sweep` and `wom sensitivity` share: a study in its folder, run to its end or as far as it comes."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from .notes import note, progress
from .signals import Stop, stop_on_signals
from .sweep_plan import check_fits
from .tables import duration

if TYPE_CHECKING:
    from ..experiments.conduct import Outcome
    from ..experiments.pilot import Measured
    from ..experiments.runner import Progress
    from ..experiments.study import Study
    from ..results.folder import ResultsFolder

MANY_SECONDS = 60.0
"""A study that takes longer says how long before it starts."""


class Conducted(NamedTuple):
    """What came of a study.

    folder : held     stop : set where it was stopped
    outcome : None where it was stopped before anything was finished
    kept : what the manifest says of how it was run
    """

    folder: ResultsFolder
    stop: Stop
    outcome: Outcome | None
    kept: dict[str, Any]


@contextlib.contextmanager
def conducted(
    study: Study, path: Path, *, holds: str, threads: int, dask: str | None, flags: Mapping[str, bool]
) -> Iterator[Conducted]:
    """Run a study and keep its folder while the block runs; a signal stops it, and what is finished is kept.

    Parameters
    ----------
    holds : one of `results.folder.EXPERIMENTS`
    flags : quiet, overwrite, retry_failed

    Raises
    ------
    ScenarioError
        When cases are wrong.
    WomSimError
        When none can be run, see `pilot.measure`.
    ResourceError, FolderError, ClusterError
        When it does not fit, the folder holds something else, or there is no cluster.
    """
    from ..experiments.conduct import check_cases
    from ..results.experiment import hold_experiment

    check_cases(study)
    asked, overwrite = study.document, flags["overwrite"]
    with (
        hold_experiment(path, holds=holds, case_id=study.study_id, asked=asked, overwrite=overwrite) as folder,
        stop_on_signals() as stop,
    ):
        began = time.monotonic()
        outcome = _outcome(study, path, stop, threads=threads, dask=dask, flags=flags)
        kept = {"threads": threads, "timings": {"total_s": time.monotonic() - began}}
        yield Conducted(folder, stop, outcome, kept)


def _outcome(
    study: Study, path: Path, stop: Stop, *, threads: int, dask: str | None, flags: Mapping[str, bool]
) -> Outcome | None:
    from ..experiments.conduct import MAIN, conduct
    from ..experiments.crew import crew_of
    from ..experiments.study import Stopped
    from ..results.folder import PARTS

    quiet, parts = flags["quiet"], path / PARTS / MAIN
    total = len(study.design) * study.n_replicas * study.n_sets
    try:
        measured = check_fits(study, parts, path, threads=threads, stop=stop)
        _say_time(study, measured, threads, quiet=quiet or dask is not None)
        with crew_of(dask, study.networks, threads=threads) as crew, progress(total, quiet=quiet) as show:
            outcome = conduct(
                study,
                parts,
                crew,
                stop=stop,
                progress=lambda so_far: show(so_far.done, so_far.total),
                again=flags["retry_failed"],
                measured=measured,
            )
    except Stopped:
        return None
    _say_kept(outcome.progress, quiet=quiet)
    return outcome if outcome.progress.done else None


def _say_time(study: Study, measured: Measured | None, threads: int, *, quiet: bool) -> None:
    """Say how long it will take, where that is long."""
    if measured is not None and (seconds := measured.seconds(study) / threads) > MANY_SECONDS:
        note(f"{len(study.design):,} cases take about {duration(seconds)}; Ctrl-C keeps what is finished", quiet=quiet)


def _say_kept(so_far: Progress, *, quiet: bool) -> None:
    """Say what an earlier run left here."""
    if so_far.kept and so_far.kept == so_far.total:
        note("all of it is here already; nothing is run again (--overwrite would)", quiet=quiet)
    elif so_far.kept:
        note(f"{so_far.kept:,} replicas were here already", quiet=quiet)
