"""`wom goal`: the odds of a goal, if the numbers are right and given how unsure they are, and what would reach it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from .answers import print_answer
from .notes import note, say_made, usable_threads
from .options import draw_options, experiment_options, overrides, question_options, scenario_options
from .signals import stop_on_signals

if TYPE_CHECKING:
    from ..experiments.goal import Searched
    from ..experiments.plan_runs import Tried
    from ..scenario.schema import Scenario

ROUGHLY = 0.1
"""Part of a value to which it is searched what else would reach the goal."""


@click.command("goal")
@click.argument("scenario", metavar="SCENARIO.toml")
@scenario_options
@draw_options
@click.option("--search", metavar="spend|KEY", help="Smallest spend, or value of a key, with the odds of --odds.")
@click.option(
    "--odds",
    type=click.FloatRange(min=0.01, max=0.999),
    default=0.9,
    show_default=True,
    metavar="P",
    help="Odds that are wanted.",
)
@click.option("--no-others", is_flag=True, help="Do not try what else would reach it.")
@experiment_options
@question_options("goal")
def command(
    scenario: str,
    assignments: tuple[str, ...],
    plan: str | None,
    replicas: int | None,
    rng_seed: int | None,
    threads: int | None,
    draws: int | None,
    draw_replicas: int,
    search: str | None,
    odds: float,
    dask: str | None,
    out: str | None,
    **flags: bool,
) -> int:
    """Say how likely the scenario's [goal] is reached, and what would make it likely.

    Two odds are given: if all numbers are right, over luck alone; and given how unsure they are, over draws of
    [uncertain] or, without it, of every assumption in use.
    """
    from ..experiments.goal import Judge, mean_spend
    from ..experiments.levers import other_levers
    from ..experiments.plan_runs import try_plan
    from ..experiments.study import Stopped, with_rng_seed
    from ..kernels._jit import skip_linear_algebra
    from ..scenario.load import read_scenario
    from .asking import Question, draws_of, say_cost
    from .compare_document import replicas_csv
    from .goal_output import figures_of, goal_answer, lines_of
    from .run import checked_place

    skip_linear_algebra()
    place = None if out is None else checked_place(out)
    changes = overrides(assignments, replicas, rng_seed)
    read = read_scenario(scenario, set=changes, plan=plan)
    file = None if plan is None else read_scenario(scenario, set=changes)
    quiet = flags["quiet"]
    (checked,) = with_rng_seed([read])
    made = checked.run.rng_seed if read.run.rng_seed is None else None
    say_made(made, "answer", quiet=quiet)
    Judge.check(checked)
    n_threads = usable_threads(threads, quiet=quiet)
    tried = try_plan(checked)
    lever = None if search is None else _lever(checked, search, tried)
    drawn = draws_of([checked], [checked.name], file, draws)
    for line in () if drawn is None else drawn.notes:
        note(f"note: {line}", quiet=quiet)
    say_cost([tried], checked.run.n_replicas, drawn, draw_replicas, threads=n_threads, quiet=quiet)
    question = Question(
        *("goal", f"{checked.name} goal", [checked], [checked.name], Judge.wanted(checked, tried)),
        *(drawn, draw_replicas, place),
    )
    n_replicas = checked.run.n_replicas
    with question.hold(overwrite=flags["overwrite"]), stop_on_signals() as stop:
        try:
            with question.asking(threads=n_threads, dask=dask, stop=stop, flags=flags) as ask:
                judge = Judge(ask, checked, tried, n_replicas=n_replicas)
                run, found = judge.as_given(drawn, each=draw_replicas)
                searched = None if lever is None else judge.search(lever, wanted=odds, precise=0.02)
                others: list[Searched] = []
                if not flags["no_others"] and found.odds.p < odds:
                    for other in other_levers(checked):
                        note(f"{other.name} ...", quiet=quiet)
                        others.append(judge.search(other, wanted=odds, precise=ROUGHLY))
        except Stopped:
            return question.stopped(stop, made)
        document = goal_answer(
            checked,
            run,
            found,
            study_id=question.study_id,
            rng=question.rng,
            draws=question.draws_document(),
            spend=mean_spend(run),
            wanted=odds,
            searched=searched,
            others=others,
        )
        figures = {} if flags["no_plots"] else figures_of(document, found)
        tables = {"replicas.csv": replicas_csv([run])} if flags["as_csv"] else {}
        question.commit(document, tables, figures, n_replicas)
    print_answer(document, lines_of, question.path, pictures=figures, as_json=flags["as_json"])
    return 0


def _lever(scenario: Scenario, search: str, tried: Tried) -> Any:
    from ..experiments.levers import SPEND, lever_of_key, lever_of_spend

    if search == SPEND:
        return lever_of_spend(scenario)
    most = float(tried.n_people) if search.rpartition(".")[2] == "n_seed_nodes" else None
    return lever_of_key(scenario, search, most=most)
