"""All metrics of a run: a column each, a value a replica, and their summary."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..results.results import Results
from .timing import peak, time_to_half


def replica_table(results: Results) -> dict[str, NDArray[np.int64] | NDArray[np.float64]]:
    """Return the metrics of each replica, by name, in the order of tables.

    Without curves only `reach` is known. A metric undefined in a replica is NaN.
    """
    columns: dict[str, NDArray[np.int64] | NDArray[np.float64]] = {"reach": results.reach}
    if results.newly is not None:
        columns["time_to_half"] = time_to_half(results)
        columns["peak_step"], columns["peak_size"] = peak(results)
    return columns


@dataclass(frozen=True)
class Summary:
    """A metric over the replicas in which it is defined.

    mean, standard_error : of the mean; None where fewer than one or two replicas define it
    q05, q50, q95 : quantiles over replicas, linear between order statistics
    n : replicas in which the metric is defined
    """

    mean: float | None
    standard_error: float | None
    q05: float | None
    q50: float | None
    q95: float | None
    n: int

    def interval(self) -> tuple[float, float] | None:
        """Return the 95 % interval of the mean, mean -+ 1.96 standard errors; None where that is not known.

        No metric is negative, so neither is the lower end.
        """
        if self.mean is None or self.standard_error is None:
            return None
        margin = 1.96 * self.standard_error
        return max(0.0, self.mean - margin), self.mean + margin


def summarise(values: NDArray[np.int64] | NDArray[np.float64]) -> Summary:
    """Summarise one metric; the standard error is sd / sqrt(n) with n - 1 in the variance."""
    known = values[~np.isnan(values)] if values.dtype.kind == "f" else values
    n = len(known)
    if n == 0:
        return Summary(None, None, None, None, None, 0)
    q05, q50, q95 = (float(q) for q in np.quantile(known, (0.05, 0.5, 0.95)))
    error = float(np.std(known, ddof=1) / np.sqrt(n)) if n > 1 else None
    return Summary(float(np.mean(known)), error, q05, q50, q95, n)


def curve_bands(results: Results, levels: tuple[float, ...]) -> NDArray[np.float64]:
    """Return quantiles over replicas of the people reached by each step: float64 (len(levels), n_steps + 1).

    Taken step by step from sorted columns, a block of steps at a time, so that memory stays small.
    """
    n_steps = int(results.last_step.max(initial=0)) + 1
    bands = np.empty((len(levels), n_steps))
    block = max(1, 4_000_000 // max(results.n_replicas, 1))
    for begin in range(0, n_steps, block):
        steps = np.arange(begin, min(begin + block, n_steps))
        places = results.offsets[:-1, None] + np.minimum(steps, results.last_step[:, None])
        bands[:, steps] = np.quantile(results.reached_by_step[places], levels, axis=0)
    return bands
