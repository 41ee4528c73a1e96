"""`wom seeding`: whom to start with; strategies against each other on replicas that had no part in choosing."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from .notes import choosing_progress, note, now_and_then, say_made, say_memory, usable_threads
from .options import folder_options, overrides, scenario_options

if TYPE_CHECKING:
    from ..experiments.seeding import Trial
    from ..scenario.schema import Scenario
    from ..seeding.base import Strategy

USUAL = ("opim", "degree_discount", "degree", "random")
"""Tried where no strategies are named, beside the scenario's own."""

PATIENCE = 60.0
"""Seconds that a strategy may take to choose where it is not named."""


@click.command("seeding")
@click.argument("scenario", metavar="SCENARIO.toml")
@scenario_options
@click.option("--n-seed-nodes", "-k", type=click.IntRange(min=0), metavar="N", help="How many people start.")
@click.option("--budget", type=click.FloatRange(min=0), metavar="MONEY", help="Money for those who start, instead.")
@click.option(
    "--strategy", "names", metavar="A,B,C | all", help="Strategies; default: the scenario's own, OPIM and simple ones."
)
@click.option("--objective", metavar="METRIC", help="What is to be large; default reach, of a campaign conversions.")
@click.option(
    "--off-by",
    type=click.FloatRange(min=1, min_open=True, max=1000),
    default=2.0,
    show_default=True,
    metavar="FACTOR",
    help="How the choice changes when chances are too small or too large by this factor.",
)
@folder_options("<name>-seeding-<id>")
def command(
    scenario: str,
    assignments: tuple[str, ...],
    plan: str | None,
    replicas: int | None,
    rng_seed: int | None,
    threads: int | None,
    n_seed_nodes: int | None,
    budget: float | None,
    names: str | None,
    objective: str | None,
    off_by: float,
    out: str | None,
    **flags: bool,
) -> int:
    """Choose who starts by several strategies and compare what comes of it.

    All are judged on the same replicas, none of which had a part in choosing. The people chosen are written as CSV.
    """
    from ..engine.plan import prepare_scenario
    from ..errors import ScenarioError
    from ..experiments.seeding import Trials
    from ..kernels._jit import skip_linear_algebra
    from ..scenario.load import read_scenario
    from .run import checked_place
    from .seeding_output import Written
    from .seeding_tables import print_trials
    from .signals import leave_on_signals

    skip_linear_algebra()
    if not math.isfinite(off_by):
        raise ScenarioError(f"--off-by: must be a finite number, got {off_by}")
    place = None if out is None else checked_place(out)
    if n_seed_nodes is not None and budget is not None:
        raise ScenarioError("--budget: not with --n-seed-nodes, which says how many start; remove one of them")
    checked = read_scenario(scenario, set=overrides(assignments, replicas, rng_seed), plan=plan)
    own = getattr(checked.seeding, "objective", None) if "objective" in checked.seeding.model_fields_set else None
    aim = objective or own or ("conversions" if checked.model.kind == "campaign" else "reach")
    strategies = _strategies(checked, names, n_seed_nodes, budget, aim)
    quiet = flags["quiet"]
    n_threads = usable_threads(threads, quiet=quiet)
    prepared = prepare_scenario(checked, use_any_memory=flags["yes_use_memory"], threads=n_threads)
    say_made(prepared.rng_seed if checked.run.rng_seed is None else None, "run", quiet=quiet)
    say_memory(strategies.values(), quiet=quiet)
    written = Written(prepared, checked, strategies, aim, (1.0 / off_by, off_by), place)
    with (
        written.hold(overwrite=flags["overwrite"]),
        leave_on_signals(),
        choosing_progress(quiet=quiet, patience=None if names != "all" else PATIENCE) as choosing,
    ):
        trials = Trials(replace(prepared, progress=choosing), objective=aim, progress=now_and_then(quiet=quiet))
        try:
            done = _run_all(trials, strategies, (1.0 / off_by, off_by), quiet=quiet)
            done.sort(key=_place)
            curve = trials.curve(done[0])
        except ScenarioError as error:
            raise ScenarioError([f"{checked.origin}: {problem}" for problem in error.problems]) from None
        document = written.commit(done, curve, plots=not flags["no_plots"])
    print_trials(document, as_json=flags["as_json"], path=written.path)
    return 0


def _strategies(
    checked: Scenario,
    names: str | None,
    n_seed_nodes: int | None,
    budget: float | None,
    objective: str,
) -> dict[str, Strategy]:
    """Return the strategies asked for, by name.

    Raises
    ------
    ScenarioError
        When one is not known, or what they need is missing.
    """
    from ..errors import ScenarioError
    from ..experiments.seeding import strategies_of
    from ..seeding.catalogue import STRATEGIES
    from ..spec import nearest

    known = [name for name in STRATEGIES if name != "nodes"]
    own = checked.seeding.strategy
    if names is None:
        asked = list(dict.fromkeys((own, *(name for name in USUAL if name in known))))
    elif names.strip() == "all":
        asked = known
    else:
        asked = list(dict.fromkeys(name.strip() for name in names.split(",") if name.strip()))
    for name in asked:
        if name not in STRATEGIES:
            raise ScenarioError(f"--strategy: there is no strategy {name!r}; {nearest(name, known)}")
    if not asked:
        raise ScenarioError("--strategy: names no strategy; write --strategy opim,degree or --strategy all")
    if "nodes" in asked and own != "nodes":
        raise ScenarioError("--strategy nodes: the scenario names nobody in seeding.nodes; leave it out")
    others_need = n_seed_nodes is None and budget is None and own == "nodes"
    try:
        return strategies_of(
            checked.seeding,
            asked,
            n_seed_nodes=len(checked.seeding.nodes) if others_need else n_seed_nodes,  # type: ignore[attr-defined]
            budget=budget,
            objective=objective,
        )
    except ScenarioError as error:
        raise ScenarioError([f"seeding.{problem}" for problem in error.problems]) from None


def _run_all(trials: Any, strategies: dict[str, Strategy], factors: tuple[float, ...], *, quiet: bool) -> list[Trial]:
    """Run every strategy that fits, and say which do not.

    Raises
    ------
    ScenarioError, GraphError, ResourceError
        That of the first, when none fits.
    """
    from ..errors import GraphError, ResourceError, ScenarioError

    done, refused = [], {}
    for name, strategy in strategies.items():
        note(f"{name} ...", quiet=quiet)
        try:
            done.append(trials.run(name, strategy, factors=factors))
        except (ScenarioError, GraphError, ResourceError) as error:
            refused[name] = error
    if not done:
        raise next(iter(refused.values()))
    for name, refusal in refused.items():
        for problem in str(refusal).split("\n"):
            note(f"note: {name} is left out: {problem}")
    return done


def _place(trial: Trial) -> float:
    """Return what strategies are sorted by: the best first, those without a mean last."""
    mean = trial.summary().mean
    return float("inf") if mean is None else -mean
