"""How metrics respond to what is varied: means with the noise of replicas, and changes on the same luck."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..metrics.direction import more_is_better
from ..metrics.table import summarise
from .points import Design
from .table import Rows
from .tidy import as_text

PREFERRED = (
    *("believers_ever", "purchases", "adopters", "conversions", "reach", "reached", "heard"),
    *("infected", "recovered", "spend", "cost_per_extra_conversion", "roi"),
)
"""What is shown of a model where nobody says what matters, in this order."""

SHOWN = 3


@dataclass(frozen=True)
class Response:
    """A metric, case by case; NaN where a case was not run or does not define it.

    n : int64 (C,)            replicas that define it
    mean, error : float64 (C,)   and the mean's standard error
    change, change_error : float64 (C,)   mean of the difference to the first case, replica by replica on the same luck
    """

    metric: str
    n: NDArray[np.int64]
    mean: NDArray[np.float64]
    error: NDArray[np.float64]
    change: NDArray[np.float64]
    change_error: NDArray[np.float64]


@dataclass(frozen=True)
class Best:
    """The case with the best mean on the first set of replicas, the lowest of costs and losses, judged on the others.

    A case that is chosen because it came out best did so partly by luck: what it shows on replicas that had no part in
    the choice is what it is worth.
    """

    metric: str
    case: int
    chosen_on: float
    judged_on: float
    judged_error: float


def responses(cases: Iterable[tuple[int, Rows]], n_cases: int, metrics: Sequence[str]) -> dict[str, Response]:
    """Return how metrics respond; one case is in memory at a time, beside the first.

    Parameters
    ----------
    cases : number and rows of each, in order, as `table.Table.cases` yields them
    """
    n = {name: np.zeros(n_cases, np.int64) for name in metrics}
    found = {name: np.full((4, n_cases), np.nan) for name in metrics}
    first: Rows = {}
    for case, rows in cases:
        if case == 0:
            first = rows
        for name in metrics:
            if name not in rows or len(rows[name]) == 0:
                continue
            n[name][case], found[name][0, case], found[name][1, case] = _moments(rows[name])
            if case > 0 and name in first:
                _, found[name][2, case], found[name][3, case] = _moments(_changes(first, rows, name))
    return {name: Response(name, n[name], *found[name]) for name in metrics}


def _changes(first: Rows, rows: Rows, name: str) -> NDArray[np.float64]:
    """Return the difference to the first case of each replica that both have."""
    if np.array_equal(first["replica"], rows["replica"]) and np.array_equal(first["set"], rows["set"]):
        return rows[name].astype(np.float64) - first[name]
    ours, theirs = (of["set"].astype(np.int64) << 32 | of["replica"] for of in (rows, first))
    _, here, there = np.intersect1d(ours, theirs, assume_unique=True, return_indices=True)
    return rows[name][here].astype(np.float64) - first[name][there]


def _moments(values: NDArray[Any]) -> tuple[int, float, float]:
    """Return how many values are defined, their mean and its standard error; NaN where there are too few."""
    known = values[~np.isnan(values)] if values.dtype.kind == "f" else values
    n = len(known)
    if n == 0:
        return 0, float("nan"), float("nan")
    return n, float(known.mean()), float(known.std(ddof=1) / np.sqrt(n)) if n > 1 else float("nan")


def best_case(cases: Iterable[tuple[int, Rows]], metric: str) -> Best | None:
    """Return the case that is best on the first set of replicas, and what it shows on the others; None of one set."""
    best: Best | None = None
    sign = 1.0 if more_is_better(metric) else -1.0
    for case, rows in cases:
        if metric not in rows:
            continue
        on_first = rows["set"] == 0
        chosen, judged = summarise(rows[metric][on_first]), summarise(rows[metric][~on_first])
        if chosen.mean is None or judged.mean is None:
            continue
        if best is None or sign * chosen.mean > sign * best.chosen_on:
            best = Best(metric, case, chosen.mean, judged.mean, judged.standard_error or float("nan"))
    return best


def shown_metrics(types: Mapping[str, Any], asked: Sequence[str]) -> tuple[str, ...]:
    """Return the metrics that tables and pictures show: those asked for, or what is preferred of those there are."""
    if asked:
        return tuple(name for name in asked if name in types)[:SHOWN]
    return tuple(([name for name in PREFERRED if name in types] or list(types))[:SHOWN])


def differing(found: Mapping[str, Response]) -> tuple[str, ...]:
    """Return the metrics that respond, each once where two are the same in all cases; at least one."""
    kept: list[str] = []
    for name, response in found.items():
        same = (np.array_equal(found[other].mean, response.mean, equal_nan=True) for other in kept)
        if not constant(response) and not any(same):
            kept.append(name)
    return tuple(kept) or tuple(found)[:1]


def constant(response: Response) -> bool:
    """Say whether a metric is the same in all cases."""
    known = response.mean[~np.isnan(response.mean)]
    return len(known) < 2 or bool(np.ptp(known) == 0.0)


def cases_table(design: Design, found: Mapping[str, Response]) -> dict[str, list[Any]]:
    """Return a row a case: its keys; of each metric mean, standard error, n, change from the first case."""
    columns: dict[str, list[Any]] = {"case": list(range(len(design)))}
    shown = [design[case].shown for case in range(len(design))]
    for k, key in enumerate(design.keys):
        columns[key] = [v if isinstance(v, int | float) else as_text(v) for v in (values[k] for values in shown)]
    for name, response in found.items():
        columns[name] = _plain(response.mean)
        columns[f"{name}_standard_error"] = _plain(response.error)
        columns[f"{name}_n"] = response.n.tolist()
        columns[f"{name}_change"] = _plain(response.change)
        columns[f"{name}_change_standard_error"] = _plain(response.change_error)
    return columns


def _plain(values: NDArray[np.float64]) -> list[float | None]:
    return [None if np.isnan(value) else float(value) for value in values]
