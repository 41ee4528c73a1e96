"""Options that mean the same on every command that takes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

BESIDE = ""
"""What ``--csv`` and ``--xlsx`` stand for when no place is named: the results folder."""

_SET: Callable[[Any], Any] = click.option(
    "--set",
    "assignments",
    multiple=True,
    metavar="KEY=VALUE",
    help="Change a dotted key, such as model.share_prob=0.2.",
)
_PLAN: Callable[[Any], Any] = click.option("--plan", metavar="NAME", help="Take this one of the file's [[plans]].")

F = TypeVar("F", bound=Callable[..., Any])

_RUN_OPTIONS = (
    click.option("--replicas", type=int, metavar="N", help="Random runs; changes run.n_replicas."),
    click.option("--rng-seed", type=int, metavar="N", help="Number that fixes all luck; changes run.rng_seed."),
    click.option("--threads", type=click.IntRange(min=1), metavar="N", help="Threads; results do not depend on it."),
    click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of a table."),
    click.option("--quiet", is_flag=True, help="No progress and no notes on stderr."),
    click.option("--yes-use-memory", is_flag=True, help="Start even if the memory estimate says it will not fit."),
)

_EXPERIMENT_OPTIONS = (
    click.option(
        "--dask", metavar="ADDRESS|local", help="Run on the workers of a Dask scheduler, or of one made here."
    ),
    click.option("--retry-failed", is_flag=True, help="Run the cases again that could not be run before."),
)

_DRAW_OPTIONS = (
    click.option(
        "--draws",
        type=click.IntRange(min=0, max=100_000),
        metavar="N",
        help="Draws of what is not known exactly; default 40 where there is a [goal] or [uncertain]; 0: none.",
    ),
    click.option(
        "--draw-replicas",
        type=click.IntRange(min=1),
        default=6,
        show_default=True,
        metavar="N",
        help="Replicas of each draw and plan.",
    ),
)

_EVERY_REPLICA: Callable[[Any], Any] = click.option(
    "--csv", "as_csv", is_flag=True, help="Write every replica too: replicas.csv."
)

_TABLE_OPTIONS = (
    click.option(
        "--csv",
        is_flag=False,
        flag_value=BESIDE,
        metavar="[FOLDER]",
        help="Write the tables as CSV, beside the results or into a folder.",
    ),
    click.option(
        "--xlsx",
        is_flag=False,
        flag_value=BESIDE,
        metavar="[FILE.xlsx]",
        help="Write the tables as a workbook, beside the results or under a name.",
    ),
)

_BRANCHING_OPTIONS = (
    click.option("--until", metavar="DATE", help="Run until a date, or for a time such as 9d."),
    click.option("--save-state", is_flag=True, help="Keep, with the results, what others can go on from."),
    click.option("--from-state", metavar="DIR", help="Go on from the state saved in a results folder."),
)


def variant_options(command: F) -> F:
    """Add the options that say which variant of a scenario is meant."""
    return _add(command, (_SET, _PLAN))


def scenario_options(command: F) -> F:
    """Add the options that change or run a scenario."""
    return _add(command, (_SET, _PLAN, *_RUN_OPTIONS))


def scenarios_options(command: F) -> F:
    """Add the options that change or run several scenarios; which plans is another one's to say."""
    return _add(command, (_SET, *_RUN_OPTIONS))


def draw_options(command: F) -> F:
    """Add the options of what is not known exactly."""
    return _add(command, _DRAW_OPTIONS)


def folder_options(name: str) -> Callable[[F], F]:
    """Add the options of a results folder.

    Parameters
    ----------
    name : what it is called unless a place is named
    """
    options = (
        click.option("--out", metavar="DIR", help=f"Results folder; default runs/{name}."),
        click.option("--no-plots", is_flag=True, help="Draw no pictures."),
        click.option("--overwrite", is_flag=True, help="Begin anew, replacing results that are in the folder."),
    )
    return lambda command: _add(command, options)


def question_options(what: str) -> Callable[[F], F]:
    """Add the options of the folder of a comparison or a goal."""
    return lambda command: _add(command, (_EVERY_REPLICA, folder_options(f"<name>-{what}-<id>")))


def experiment_options(command: F) -> F:
    """Add the options of what runs many cases."""
    return _add(command, _EXPERIMENT_OPTIONS)


def output_options(command: F) -> F:
    """Add the options of a run's folder and of its tables."""
    return _add(command, (*_TABLE_OPTIONS, folder_options("<name>-<case id>")))


def branching_options(command: F) -> F:
    """Add the options of a run that ends early, or goes on from another."""
    return _add(command, _BRANCHING_OPTIONS)


class ScenarioCommand(click.Command):
    """Knows that what follows ``--csv`` or ``--xlsx`` and ends in .toml is the scenario, not a place for tables."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the command line."""
        after = [*args[1:], ""]
        bare = [word in ("--csv", "--xlsx") and after[i].endswith(".toml") for i, word in enumerate(args)]
        return super().parse_args(ctx, [f"{w}=" if alone else w for w, alone in zip(args, bare, strict=True)])


def overrides(assignments: tuple[str, ...], replicas: int | None, rng_seed: int | None) -> dict[str, Any]:
    """Turn ``--set``, ``--replicas`` and ``--rng-seed`` into dotted keys and values."""
    from ..scenario.override import parse_assignment

    return dict(parse_assignment(text) for text in assigned(assignments, replicas, rng_seed))


def assigned(assignments: tuple[str, ...], replicas: int | None, rng_seed: int | None) -> list[str]:
    """Write ``--set``, ``--replicas`` and ``--rng-seed`` as what ``--set`` alone would have to say."""
    more = {"run.n_replicas": replicas, "run.rng_seed": rng_seed}
    return [*assignments, *(f"{key}={value}" for key, value in more.items() if value is not None)]


def _add(command: F, options: tuple[Callable[[F], F], ...]) -> F:
    for option in reversed(options):
        command = option(command)
    return command
