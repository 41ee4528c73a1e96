"""`wom sweep`: all cases of a scenario's `[sweep]` on the same luck, in one tidy table that survives a crash."""

from __future__ import annotations

import shlex
import sys
import time
from typing import TYPE_CHECKING, Any

import click

from .notes import note, progress, usable_threads
from .options import experiment_options, overrides, scenario_options
from .signals import stop_on_signals

if TYPE_CHECKING:
    from ..experiments.pilot import Measured
    from ..experiments.runner import Progress
    from ..experiments.study import Study

MANY_SECONDS = 60.0
"""A sweep that takes longer says how long before it starts."""


@click.command("sweep")
@click.argument("scenario", metavar="SCENARIO.toml")
@scenario_options
@experiment_options
@click.option("--metric", "metrics", multiple=True, metavar="NAME", help="Keep this metric only; may be given again.")
@click.option("--curves", is_flag=True, help="Keep the curves of every replica too: curves.parquet.")
@click.option("--dry-run", is_flag=True, help="Say how many cases, how long and how much room; run nothing.")
@click.option(
    "--shard", metavar="I/N", help="Run every N-th case from the I-th on; wom merge puts the shards together."
)
@click.option("--max-cases", type=click.IntRange(min=1), default=1_000_000, show_default=True, metavar="N",
              help="Refuse larger sweeps.")  # fmt: skip
@click.option("--out", metavar="DIR", help="Results folder; default runs/<name>-sweep-<id>.")
@click.option("--csv", "as_csv", is_flag=True, help="Write the tables as CSV too.")
@click.option("--no-plots", is_flag=True, help="Draw no pictures.")
@click.option("--overwrite", is_flag=True, help="Begin anew, replacing results that are in the folder.")
def command(
    scenario: str,
    assignments: tuple[str, ...],
    plan: str | None,
    replicas: int | None,
    rng_seed: int | None,
    threads: int | None,
    metrics: tuple[str, ...],
    shard: str | None,
    max_cases: int,
    out: str | None,
    dask: str | None,
    **flags: bool,
) -> int:
    """Run every case of a scenario's [sweep], all with the same luck, and write one tidy table.

    All cases advance together, so that a sweep that is stopped is a coarse whole. The same command again goes on where
    it stopped; asked for more replicas, it adds them.
    """
    from ..errors import ScenarioError
    from ..experiments.pilot import measure
    from ..experiments.sweeping import Share, sweep_study
    from ..kernels._jit import skip_linear_algebra
    from ..scenario.load import read_scenario
    from .run import checked_place
    from .sweep_plan import print_plan

    skip_linear_algebra()
    if plan is not None:
        raise ScenarioError("--plan: not with a sweep, which varies the file itself; change its keys with --set")
    place = None if out is None else checked_place(out)
    share = None if shard is None else Share.parse(shard)
    checked = read_scenario(scenario, set=overrides(assignments, replicas, rng_seed))
    study = sweep_study(
        checked,
        metrics=metrics,
        curves=flags["curves"],
        share=share,
        max_cases=max_cases,
        use_any_memory=flags["yes_use_memory"],
    )
    quiet = flags["quiet"]
    n_threads = usable_threads(threads, quiet=quiet)
    if checked.run.rng_seed is None:
        note(f"rng_seed {study.bases[0].run.rng_seed} was made for this sweep; --rng-seed repeats it", quiet=quiet)
    if flags["dry_run"]:
        print_plan(study, measure(study), threads=n_threads, as_json=flags["as_json"])
        return 0
    return _sweep(study, place, share, dask, n_threads, flags)


def _sweep(study: Study, place: Any, share: Any, dask: str | None, n_threads: int, flags: dict[str, bool]) -> int:
    from ..experiments.conduct import MAIN, check_cases, conduct
    from ..experiments.crew import crew_of
    from ..experiments.swept import swept_of
    from ..results.experiment import hold_experiment
    from ..results.folder import PARTS, SWEEP, default_folder
    from .sweep_output import write_sweep
    from .sweep_plan import check_fits
    from .sweep_tables import print_sweep

    quiet = flags["quiet"]
    base = study.bases[0]
    name = f"{base.name} sweep" if share is None else f"{base.name} shard {share.job} of {share.jobs}"
    path = default_folder(name, study.study_id) if place is None else place
    check_cases(study)
    with (
        hold_experiment(
            path, holds=SWEEP, case_id=study.study_id, asked=study.document, overwrite=flags["overwrite"]
        ) as folder,
        stop_on_signals() as stop,
    ):
        began = time.monotonic()
        parts = path / PARTS / MAIN
        measured = check_fits(study, parts, path, threads=n_threads, stop=stop)
        say_time(study, measured, n_threads, quiet=quiet or dask is not None)
        with crew_of(dask, study.networks, threads=n_threads) as crew, progress(_total(study), quiet=quiet) as show:
            outcome = conduct(
                study, parts, crew, stop=stop, progress=_shown(show), again=flags["retry_failed"], measured=measured
            )
        say_kept(outcome.progress, quiet=quiet)
        if outcome.progress.done == 0:
            note("interrupted before a part was finished; nothing was saved")
            return stop.exit_code
        document = write_sweep(
            folder,
            swept_of(outcome),
            plots=not flags["no_plots"],
            as_csv=flags["as_csv"],
            kept={"threads": n_threads, "timings": {"total_s": time.monotonic() - began}},
        )
    print_sweep(document, path, as_json=flags["as_json"])
    if stop.is_set():
        note(f"stopped: what is finished is saved; go on with: {same_command(study)}")
        return stop.exit_code
    if outcome.progress.failed:
        n = len(outcome.progress.failed)
        note(f"{n:,} of {len(study.design):,} cases could not be run: {path / 'failures.csv'} says why")
        return 4
    return 0


def _total(study: Study) -> int:
    return len(study.design) * study.n_replicas * study.n_sets


def _shown(show: Any) -> Any:
    def shown(progress: Progress) -> None:
        show(progress.done, progress.total)

    return shown


def say_time(study: Study, measured: Measured | None, threads: int, *, quiet: bool) -> None:
    """Say how long it will take, where that is long."""
    from .tables import duration

    if measured is not None and (seconds := measured.seconds(study) / threads) > MANY_SECONDS:
        note(f"{len(study.design):,} cases take about {duration(seconds)}; Ctrl-C keeps what is finished", quiet=quiet)


def say_kept(progress: Progress, *, quiet: bool) -> None:
    """Say what an earlier run left here."""
    if progress.kept and progress.kept == progress.total:
        note("all of it is here already; nothing is run again (--overwrite would)", quiet=quiet)
    elif progress.kept:
        note(f"{progress.kept:,} replicas were here already", quiet=quiet)


def same_command(study: Study) -> str:
    """Return the command that goes on with a study that was stopped."""
    words = ["wom", *(word for word in sys.argv[1:] if word != "--overwrite")]
    if not any(word.startswith("--rng-seed") for word in words):
        words += ["--rng-seed", str(study.bases[0].run.rng_seed)]
    return shlex.join(words)
