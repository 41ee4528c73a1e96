"""`wom sensitivity`: which of the keys that vary matter, how far that is known, and how much of it is luck."""

from __future__ import annotations

import click

from .answers import print_answer
from .notes import note, say_made, usable_threads
from .options import experiment_options, folder_options, overrides, scenario_options
from .signals import stopped


@click.command("sensitivity")
@click.argument("scenario", metavar="SCENARIO.toml")
@click.option(
    "--method",
    type=click.Choice(["morris", "sobol"]),
    default="morris",
    show_default=True,
    help="Elementary effects, with few cases, to find which keys matter; or parts of the variance.",
)
@click.option("--second-order", is_flag=True, help="With sobol: what pairs of keys do together, with twice the cases.")
@click.option(
    "--cases",
    type=click.IntRange(min=1),
    metavar="N",
    help="At most so many cases; default 20 times (keys + 1), or 256 times (keys + 2) with sobol.",
)
@scenario_options
@experiment_options
@click.option(
    "--metric",
    "metrics",
    multiple=True,
    metavar="NAME",
    help="What matters; may be given again. Default: of the goal, or what the model is about.",
)
@click.option("--dry-run", is_flag=True, help="Say how many cases, how long and how much room; run nothing.")
@folder_options("<name>-sensitivity-<id>")
def command(
    scenario: str,
    assignments: tuple[str, ...],
    plan: str | None,
    replicas: int | None,
    rng_seed: int | None,
    threads: int | None,
    method: str,
    cases: int | None,
    metrics: tuple[str, ...],
    out: str | None,
    dask: str | None,
    **flags: bool,
) -> int:
    """Vary what [sweep] or [uncertain] names over its ranges, and find out what a metric depends on.

    All cases have the same luck. The same command again goes on where it stopped.
    """
    from ..errors import ScenarioError
    from ..experiments.findings import findings
    from ..experiments.pilot import measure
    from ..experiments.sensitivity_designs import morris_design, salib, saltelli_design, varied_of
    from ..experiments.study import Study, with_rng_seed
    from ..kernels._jit import skip_linear_algebra
    from ..metrics.at_time import moment_of
    from ..results.folder import SENSITIVITY, default_folder
    from ..scenario.load import read_scenario
    from .run import checked_place
    from .sensitivity_output import say_failed, sensitivity_lines, write_sensitivity
    from .studies import conducted
    from .sweep_plan import print_plan

    skip_linear_algebra()
    salib("sample")
    if flags["second_order"] and method != "sobol":
        raise ScenarioError("--second-order: only with --method sobol; remove it or add that")
    for name in metrics:
        moment_of(name, key="--metric")
    place = None if out is None else checked_place(out)
    changes = overrides(assignments, replicas, rng_seed)
    checked = read_scenario(scenario, set=changes, plan=plan)
    varied = varied_of(checked, None if plan is None else read_scenario(scenario, set=changes))
    (base,) = with_rng_seed([checked])
    number = base.run.rng_seed or 0
    study = Study(
        bases=(base,),
        design=morris_design(varied.axes, number=number, n_cases=cases)
        if method == "morris"
        else saltelli_design(varied.axes, number=number, n_cases=cases, second=flags["second_order"]),
        n_replicas=base.run.n_replicas,
        metrics=metrics,
        use_any_memory=flags["yes_use_memory"],
    )
    quiet = flags["quiet"]
    n_threads = usable_threads(threads, quiet=quiet)
    for said in varied.notes:
        note(f"note: {said}", quiet=quiet)
    made = number if checked.run.rng_seed is None else None
    say_made(made, "analysis", quiet=quiet)
    if flags["dry_run"]:
        print_plan(study, measure(study), threads=n_threads, as_json=flags["as_json"])
        return 0
    path = place or default_folder(f"{base.name} sensitivity", study.study_id)
    with conducted(study, path, holds=SENSITIVITY, threads=n_threads, dask=dask, flags=flags) as came:
        if (outcome := came.outcome) is not None and outcome.failures:
            say_failed(outcome)
            return 4
        if outcome is None or not outcome.complete:
            return stopped(came.stop, made, saved=outcome is not None)
        document = findings(outcome, varied)
        write_sensitivity(came.folder, outcome, document, plots=not flags["no_plots"], kept=came.kept)
    drawn = ["sensitivity"] if (path / "sensitivity.png").exists() else []
    print_answer(document, sensitivity_lines, path, pictures=drawn, as_json=flags["as_json"])
    return 0
