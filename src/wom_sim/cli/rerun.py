"""`wom rerun`: a run made again from its own results folder, number by number."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .answers import echo_json
from .notes import choosing_progress, progress, say_memory, usable_threads
from .tables import count

if TYPE_CHECKING:
    from ..reproduce.repeat import Repeat
    from ..results.compare import Comparison, Difference

MOST_SHOWN = 12
"""Columns of a table that are named one by one."""


@click.command("rerun")
@click.argument("folder", metavar="FOLDER")
@click.option("--data", metavar="DIR", help="Folder of the network's files, where they are not where they were.")
@click.option("--threads", type=click.IntRange(min=1), metavar="N", help="Threads; results do not depend on it.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of text.")
@click.option("--quiet", is_flag=True, help="No progress and no notes on stderr.")
@click.option("--yes-use-memory", is_flag=True, help="Start even if the memory estimate says it will not fit.")
def command(
    folder: str, data: str | None, threads: int | None, *, as_json: bool, quiet: bool, yes_use_memory: bool
) -> int:
    """Repeat the run of a results folder, or of an unpacked pack, and say "identical" or what differs.

    Nothing is written into FOLDER. Exit code 0: identical; 1: something differs; 2: it cannot be repeated.
    """
    from ..engine import limits
    from ..engine.run import check_fits, run_case
    from ..errors import FolderError
    from ..kernels._jit import skip_linear_algebra
    from ..reproduce.recall import recall_case, recall_network, recall_scenario
    from ..reproduce.repeat import hold_against
    from ..results.record import read_record
    from .run import say_compiling
    from .signals import leave_on_signals

    skip_linear_algebra()
    n_threads = usable_threads(threads, quiet=quiet)
    if data is not None and not Path(data).is_dir():
        raise FolderError(f"--data {data}: there is no such folder; name the one that the network's files are in")
    record = read_record(Path(folder))
    scenario = recall_scenario(record)
    say_memory([scenario.seeding], quiet=quiet)
    with leave_on_signals():
        graph = recall_network(
            record, scenario, data=None if data is None else Path(data), use_any_memory=yes_use_memory
        )
        with choosing_progress(quiet=quiet) as show:
            case = recall_case(record, scenario, graph, threads=threads, use_any_memory=yes_use_memory, progress=show)
        if not yes_use_memory:
            check_fits(case, threads=n_threads)
        say_compiling(case, threads=n_threads, quiet=quiet)
        max_memory = None if yes_use_memory else limits.usable_memory()
        with progress(case.n_replicas, quiet=quiet) as show:
            results = run_case(case, threads=n_threads, progress=show, max_memory=max_memory)
        repeat = hold_against(record, case, results)
    if as_json:
        echo_json(repeat.document())
    else:
        for line in _lines(repeat):
            click.echo(line)
    return 0 if repeat.identical else 1


def _lines(repeat: Repeat) -> list[str]:
    tables = [comparison for comparison in repeat.comparisons if comparison.table != "summary"]
    n_columns = sum(comparison.n_columns for comparison in tables)
    left = " that the interrupted run left" if repeat.partial else ""
    what = f"{count(repeat.n_replicas, 'replica')}{left} of {repeat.name!r}, case {repeat.case_id}"
    rule = _rule(repeat)
    if repeat.identical:
        return [
            f"identical: {what}",
            f"compared: {count(len(tables), 'table')} with {count(n_columns, 'column')}, and summary.json",
            rule,
        ]
    lines = [f"different: {what}"]
    for comparison in repeat.comparisons:
        lines += _of_table(comparison, repeat.n_replicas)
    lines.append(rule)
    if not repeat.changes:
        lines.append(
            "nothing known explains it: random stream, network, packages and machine are the run's. Was a table "
            "changed since? If not, please report it"
        )
    lines += [f"could explain it: {change.what}: {change.then} then, {change.now} now" for change in repeat.changes]
    return lines


def _rule(repeat: Repeat) -> str:
    then, now = repeat.numpy
    if repeat.same_numpy:
        return f"whole numbers and fractions had to be equal (NumPy {now}, as then)"
    return f"whole numbers had to be equal, fractions to 1e-12 (NumPy {then} then, {now} now)"


def _of_table(comparison: Comparison, n_replicas: int) -> list[str]:
    if not comparison.differences:
        return [f"  {_file(comparison.table)}: the same"]
    shown = [_difference(comparison.table, entry, n_replicas) for entry in comparison.differences[:MOST_SHOWN]]
    if more := len(comparison.differences) - MOST_SHOWN:
        shown += [f"  {_file(comparison.table)}: and {more:,} more; --json has all"] if more > 0 else []
    return shown


def _difference(table: str, entry: Difference, n_replicas: int) -> str:
    where = f"  {_file(table)}, {entry.column}"
    if entry.problem != "differs":
        held = "in the folder but not now" if entry.problem == "missing now" else "there now but not in the folder"
        return f"{where}: is {held}"
    values = f"{_shown(entry.then)} in the folder, {_shown(entry.now)} now"
    if entry.replica is None:
        return f"{where}: {values}"
    at = "".join(f", {key} {value}" for key, value in (entry.at or {}).items())
    n = f"{entry.n_replicas:,} of {count(n_replicas, 'replica')}"
    return f"{where}: differs in {n}, first in replica {entry.replica}{at}: {values}"


def _file(table: str) -> str:
    return "summary.json" if table == "summary" else f"{table}.parquet"


def _shown(value: Any) -> str:
    return "undefined" if value is None else repr(value) if isinstance(value, float) else str(value)
