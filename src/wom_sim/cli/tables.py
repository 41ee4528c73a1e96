"""Tables for people, in plain text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from ..metrics.table import Summary
from .numbers import known_digits, number

if TYPE_CHECKING:
    from ..engine.case import Case
    from ..graph.csr import Graph


def ties_of(graph: Graph) -> str:
    """Say how many ties or contacts a network has, in how many layers, over how long."""
    word = "contact" if graph.tie_times is not None else "tie" if graph.directed else "edge"
    said = count(graph.n_ties, word) if graph.directed else f"{count(graph.n_ties // 2, word)} both ways"
    if graph.tie_layers is not None:
        said += f" in {count(len(graph.layers), 'layer')}"
    if graph.tie_times is not None and graph.n_ties:
        said += f" over {graph.tie_times.max():,.4g} days"
    return said


def summary_lines(summary: dict[str, Any], case: Case) -> list[str]:
    """Return the answer of a run: what was run, each metric with its interval, what to beware of."""
    n = summary["n_replicas"]
    shown = ", ".join(str(label) for label in case.seed_labels[:5]) + (" ..." if len(case.seed_nodes) > 5 else "")
    seeds = f" ({shown})" if shown else ""
    people, graph = count(case.graph.n_people, "person"), case.graph
    ties = ties_of(graph)
    lines = [
        f"{summary['name']}: {summary['model']}, {people}, {ties}",
        f"{count(len(case.seed_nodes), 'seed node')}{seeds}, {count(n, 'replica')}, rng_seed {summary['rng_seed']}",
        "",
    ]
    rows = [("", "mean", "95 % interval of mean", "median", "middle 90 % of replicas", "n")]
    for name, metric in summary["metrics"].items():
        ends = Summary(**metric).interval()
        error = metric["standard_error"]
        mean = known_digits(metric["mean"], error)
        interval = " .. ".join(known_digits(end, error) for end in ends) if ends else "-"
        quantiles = "-" if metric["q05"] is None else f"{number(metric['q05'])} .. {number(metric['q95'])}"
        rows.append((name, mean, interval, number(metric["q50"]), quantiles, f"{metric['n']:,}"))
    lines += aligned(rows)
    stopped = ", ".join(f"{count:,} {reason.replace('_', ' ')}" for reason, count in summary["stop_reasons"].items())
    reach = summary["metrics"].get("reach")
    reached = f"On average {reach['mean'] / case.graph.n_people:.2%} of the people are reached. " if reach else ""
    lines += ["", f"{reached}Stopped: {stopped}."]
    lines += [f"note: {warning}" for warning in summary["warnings"]]
    lines += [f"assumed: {assumption}" for assumption in summary["assumptions"]]
    return lines


def count(n: int, thing: str) -> str:
    """Write a number with what it counts: ``1 person``, ``2 people``."""
    return f"{n:,} {thing}" if n == 1 else f"{n:,} {'people' if thing == 'person' else f'{thing}s'}"


def duration(seconds: float) -> str:
    """Write a time for people, in the largest unit of which there are two."""
    for unit, length in (("days", 86_400.0), ("hours", 3_600.0), ("minutes", 60.0)):
        if seconds >= 2 * length:
            return f"{seconds / length:,.0f} {unit}"
    return f"{max(1.0, seconds):,.0f} s"


def aligned(rows: Iterable[Sequence[str]]) -> list[str]:
    """Align columns: the first to the left, the others to the right."""
    table = [list(row) for row in rows]
    widths = [max(len(row[i]) for row in table) for i in range(len(table[0]))]
    return [
        "  ".join(
            cell.ljust(w) if i == 0 else cell.rjust(w) for i, (cell, w) in enumerate(zip(row, widths, strict=True))
        )
        for row in table
    ]
