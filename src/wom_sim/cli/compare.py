"""`wom compare`: plans against each other, replica by replica on the same people and the same luck."""

from __future__ import annotations

import click

from .answers import print_answer
from .notes import note, say_made, usable_threads
from .options import draw_options, experiment_options, overrides, question_options, scenarios_options
from .signals import stop_on_signals


@click.command("compare")
@click.argument("scenarios", metavar="SCENARIO.toml [...]", nargs=-1, required=True)
@scenarios_options
@click.option("--plan", "plans", multiple=True, metavar="NAME", help="Only these of the file's [[plans]].")
@click.option("--metric", "metrics", multiple=True, metavar="NAME", help="What to compare, as spend or reach@30d.")
@draw_options
@experiment_options
@question_options("comparison")
def command(
    scenarios: tuple[str, ...],
    assignments: tuple[str, ...],
    replicas: int | None,
    rng_seed: int | None,
    threads: int | None,
    plans: tuple[str, ...],
    metrics: tuple[str, ...],
    draws: int | None,
    draw_replicas: int,
    dask: str | None,
    out: str | None,
    **flags: bool,
) -> int:
    """Compare plans: the [[plans]] of one file, or several files.

    Each is run on the same people and the same luck, so that differences are taken replica by replica. Where there is
    a [goal] or [uncertain], all plans are also run in the same draws of what is not known exactly (--draws 0: not).
    """
    from ..experiments.compare import compare
    from ..experiments.contenders import contenders
    from ..experiments.plan_runs import columns_wanted, default_metric, run_plans, try_plan
    from ..experiments.study import Stopped
    from ..kernels._jit import skip_linear_algebra
    from .asking import Question, draws_of, say_cost
    from .compare_document import comparison_document, csv_tables, replicas_csv
    from .compare_output import figure_of, lines_of
    from .run import checked_place

    skip_linear_algebra()
    place = None if out is None else checked_place(out)
    given = contenders(scenarios, plans, changes=overrides(assignments, replicas, rng_seed))
    quiet = flags["quiet"]
    for line in given.notes:
        note(f"note: {line}", quiet=quiet)
    say_made(given.made, "comparison", quiet=quiet)
    n_threads = usable_threads(threads, quiet=quiet)
    tried = [try_plan(scenario) for scenario in given.scenarios]
    asked = tuple(dict.fromkeys(metrics)) or (default_metric(given.scenarios[0]),)
    wanted = columns_wanted(given.scenarios, given.names, asked, tried)
    n_replicas = given.n_replicas
    drawn = draws_of(given.scenarios, given.names, given.file, draws)
    for line in () if drawn is None else drawn.notes:
        note(f"note: {line}", quiet=quiet)
    say_cost(tried, n_replicas, drawn, draw_replicas, threads=n_threads, quiet=quiet)
    question = Question(
        "comparison", f"{given.title} comparison", given.scenarios, given.names, wanted, drawn, draw_replicas, place
    )
    with question.hold(overwrite=flags["overwrite"]), stop_on_signals() as stop:
        try:
            with question.asking(threads=n_threads, dask=dask, stop=stop, flags=flags) as ask:
                runs = run_plans(
                    ask,
                    given.names,
                    given.scenarios,
                    wanted=wanted,
                    tried=tried,
                    n_replicas=n_replicas,
                    drawn=drawn,
                    replicas_a_draw=draw_replicas,
                )
        except Stopped:
            return question.stopped(stop, given.made)
        document = comparison_document(
            compare(runs, asked),
            name=given.title,
            study_id=question.study_id,
            rng=question.rng,
            n_replicas=n_replicas,
            draws=question.draws_document(),
        )
        figures = {} if flags["no_plots"] else {"comparison": figure_of(document)}
        tables = csv_tables(document) | ({"replicas.csv": replicas_csv(runs)} if flags["as_csv"] else {})
        question.commit(document, tables, figures, n_replicas)
    print_answer(document, lines_of, question.path, pictures=figures, as_json=flags["as_json"])
    return 0
