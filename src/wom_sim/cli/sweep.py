"""`wom sweep`: all cases of a scenario's `[sweep]` on the same luck, in one tidy table that survives a crash."""

from __future__ import annotations

import click

from .notes import note, say_made, usable_threads
from .options import experiment_options, folder_options, overrides, scenario_options
from .signals import stopped


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
@click.option("--csv", "as_csv", is_flag=True, help="Write the tables as CSV too.")
@folder_options("<name>-sweep-<id>")
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
    from ..experiments.swept import swept_of
    from ..kernels._jit import skip_linear_algebra
    from ..results.folder import SWEEP, default_folder
    from ..scenario.load import read_scenario
    from .run import checked_place
    from .studies import conducted
    from .sweep_output import write_sweep
    from .sweep_plan import print_plan
    from .sweep_tables import print_sweep

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
    made = study.bases[0].run.rng_seed if checked.run.rng_seed is None else None
    say_made(made, "sweep", quiet=quiet)
    if flags["dry_run"]:
        print_plan(study, measure(study), threads=n_threads, as_json=flags["as_json"])
        return 0
    what = "sweep" if share is None else f"shard {share.job} of {share.jobs}"
    path = place or default_folder(f"{checked.name} {what}", study.study_id)
    with conducted(study, path, holds=SWEEP, threads=n_threads, dask=dask, flags=flags) as came:
        if (outcome := came.outcome) is None:
            return stopped(came.stop, made, saved=False)
        document = write_sweep(
            came.folder, swept_of(outcome), plots=not flags["no_plots"], as_csv=flags["as_csv"], kept=came.kept
        )
    print_sweep(document, path, as_json=flags["as_json"])
    if came.stop.is_set():
        return stopped(came.stop, made, saved=True)
    if n_failed := len(outcome.progress.failed):
        note(f"{n_failed:,} of {len(study.design):,} cases could not be run: {path / 'failures.csv'} says why")
        return 4
    return 0
