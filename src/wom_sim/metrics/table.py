"""All metrics of a run: a column each, a value a replica, and their summary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..results.results import Results
from . import campaign, cascade, diffusion

_COLUMNS_OF = {"cascade": cascade.columns, "campaign": campaign.columns, "diffusion": diffusion.columns}
"""The metrics of each kernel family. A metric that has a count's name is that count."""


def replica_table(results: Results) -> dict[str, NDArray[np.int64] | NDArray[np.float64]]:
    """Return the metrics of each replica, by name, in the order of tables.

    Without curves only counts are known, such as `reach`. A metric undefined in a replica is NaN.
    """
    return _COLUMNS_OF[results.family](results)


def with_counts(
    columns: Mapping[str, NDArray[np.int64] | NDArray[np.float64]], results: Results
) -> dict[str, NDArray[np.int64] | NDArray[np.float64]]:
    """Return metrics, then the counts that are no metrics: a later run goes on from these."""
    return {**columns, **{name: count for name, count in results.counts.items() if name not in columns}}


@dataclass(frozen=True)
class Summary:
    """A metric over the replicas in which it is defined.

    mean, standard_error : of the mean; None where fewer than one or two replicas define it
    q05, q50, q95 : quantiles over replicas, linear between order statistics
    n : replicas in which the metric is defined
    signed : the metric is negative in some replica
    """

    mean: float | None
    standard_error: float | None
    q05: float | None
    q50: float | None
    q95: float | None
    n: int
    signed: bool = False

    def interval(self) -> tuple[float, float] | None:
        """Return the 95 % interval of the mean, mean -+ 1.96 standard errors; None where that is not known.

        Where the metric is never negative, neither is the lower end.
        """
        if self.mean is None or self.standard_error is None:
            return None
        margin = 1.96 * self.standard_error
        low = self.mean - margin
        return low if self.signed else max(0.0, low), self.mean + margin


def summarise(values: NDArray[np.int64] | NDArray[np.float64]) -> Summary:
    """Summarise one metric; the standard error is sd / sqrt(n) with n - 1 in the variance."""
    known = values[~np.isnan(values)] if values.dtype.kind == "f" else values
    n = len(known)
    if n == 0:
        return Summary(None, None, None, None, None, 0)
    q05, q50, q95 = (float(q) for q in np.quantile(known, (0.05, 0.5, 0.95)))
    error = float(np.std(known, ddof=1) / np.sqrt(n)) if n > 1 else None
    return Summary(float(np.mean(known)), error, q05, q50, q95, n, signed=bool(known.min() < 0))


def curve_bands(results: Results, levels: tuple[float, ...], *, name: str) -> NDArray[np.float64]:
    """Return quantiles over replicas of a curve at each step: float64 (len(levels), n_steps + 1).

    Taken step by step from sorted columns, a block of steps at a time, so that memory stays small.
    """
    bands = np.empty((len(levels), int(results.last_step.max(initial=0)) + 1))
    for steps, heights in _blocks(results, name):
        bands[:, steps] = np.quantile(heights, levels, axis=0)
    return bands


def curve_mean(results: Results, *, name: str) -> NDArray[np.float64]:
    """Return the mean over replicas of a curve at each step: float64 (n_steps + 1,). Means of parts add up."""
    mean = np.empty(int(results.last_step.max(initial=0)) + 1)
    for steps, heights in _blocks(results, name):
        mean[steps] = heights.sum(axis=0) / results.n_replicas
    return mean


def _blocks(results: Results, name: str) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Yield blocks of steps with the heights of a curve at them: int64 (R, steps), padded with the last value."""
    n_steps = int(results.last_step.max(initial=0)) + 1
    heights = results.by_step(name)
    block = max(1, 4_000_000 // max(results.n_replicas, 1))
    for begin in range(0, n_steps, block):
        steps = np.arange(begin, min(begin + block, n_steps))
        yield steps, heights[results.offsets[:-1, None] + np.minimum(steps, results.last_step[:, None])]
