"""Metrics asked for by name, those of a moment among them: ``conversions@30d`` is where that curve stands then."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from ..durations import Duration
from ..errors import ScenarioError
from ..results.results import Results
from .table import replica_table

AT = "@"


def moment_of(name: str, *, key: str) -> tuple[str, Duration | int] | None:
    """Split ``curve@time`` into the curve's name and a length of time, or a number of steps; None of a plain metric.

    Raises
    ------
    ScenarioError
        When what follows the ``@`` is neither.
    """
    curve, at, time = name.partition(AT)
    if not at:
        return None
    if time.isascii() and time.isdigit() and len(time) < 10:
        return curve, int(time)
    try:
        return curve, Duration(time)
    except ValueError:
        said = f'a length of time or a number of steps after the {AT}, as "{curve}{AT}30d"'
        raise ScenarioError(f"{key}: {name!a} needs {said}") from None


def needs_curves(names: Sequence[str], counts: Collection[str]) -> bool:
    """Say whether metrics of these names are known only where curves are kept; no names mean all metrics."""
    return not names or any(name not in counts for name in names)


def metrics_named(results: Results, names: Sequence[str]) -> dict[str, NDArray[np.int64] | NDArray[np.float64]]:
    """Return metrics of each replica by name, in the order asked for; no names mean all; those not known are left out.

    Raises
    ------
    ScenarioError
        When a moment is none; see `moment_of`.
    """
    known = replica_table(results)
    if not names:
        return known
    found = {}
    for name in names:
        moment = moment_of(name, key="metrics")
        if moment is None and name in known:
            found[name] = known[name]
        elif moment is None and name in results.counts:
            found[name] = results.counts[name]
        elif moment is not None and results.newly is not None and moment[0] in results.newly:
            found[name] = height_at(results, *moment)
    return found


def height_at(results: Results, name: str, time: Duration | int) -> NDArray[np.int64]:
    """Return where a curve stands after a time in each replica: int64 (R,); beyond its end, where it ended.

    Parameters
    ----------
    time : a length of time, or a number of steps; between two steps the earlier one counts
    """
    step = time
    if isinstance(time, Duration):
        length = 1.0 if results.days_per_step is None else results.days_per_step
        step = int(float(time) / length * (1.0 + 1e-12))
    if results.family == "campaign":  # whose step t is what happens in [t dt, (t + 1) dt)
        step = int(step) - 1
    if step < 0:
        return np.zeros(results.n_replicas, np.int64)
    heights: NDArray[np.int64] = results.by_step(name)[results.offsets[:-1] + np.minimum(step, results.last_step)]
    return heights


def names_known(results: Results) -> set[str]:
    """Return what can be asked of results: names of metrics and counts, and of curves with an `AT` behind."""
    return {*replica_table(results), *results.counts, *(f"{name}{AT}" for name in results.newly or ())}


def unknown(names: Sequence[str], known: Collection[str]) -> list[str]:
    """Return the metrics that are asked for but not known; parameters as of `check_known`."""
    return [name for name in names if "".join(name.partition(AT)[:2]) not in known]


def check_known(names: Sequence[str], known: Collection[str], *, key: str) -> None:
    """Check that each metric asked for is known.

    Parameters
    ----------
    known : what some case has; see `names_known`

    Raises
    ------
    ScenarioError
        A line for each that is not; it names the nearest.
    """
    problems = []
    for name in unknown(names, known):
        plain, at, _ = name.partition(AT)
        there = [one.removesuffix(AT) for one in known if one.endswith(AT) == bool(at)]
        near = difflib.get_close_matches(plain, there, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(sorted(there)[:40])}"
        if "," in name:
            hint = "name each by itself"
        problems.append(f"{key}: no {'curve' if at else 'metric'} here is called {plain!r}; {hint}")
    if problems:
        raise ScenarioError(problems)
