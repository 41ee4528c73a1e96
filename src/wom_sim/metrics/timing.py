"""When it happened: time to half, peak step, peak size, one value a replica."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..results.results import Results


def time_to_half(results: Results) -> NDArray[np.float64]:
    """Return the first step by which at least half of the replica's final reach was reached.

    Seed nodes count in reach, so that 0 means that they were half of it. NaN where nobody was reached at all.
    """
    half = np.repeat((results.reach + 1) // 2, np.diff(results.offsets))
    early = results.reached_by_step < half
    steps = np.add.reduceat(early.astype(np.int64), results.offsets[:-1]).astype(np.float64)
    steps[results.reach == 0] = np.nan
    return steps


def peak(results: Results) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return step and size of each replica's largest wave: most people first reached in one step after the start.

    Returns
    -------
    step : float64 (R,)   the first such step; NaN where nobody was reached after the seed nodes
    size : int64 (R,)     people first reached at that step; 0 where there is none
    """
    newly = results.newly_of("reach").copy()
    starts = results.offsets[:-1]
    newly[starts] = 0
    size = np.maximum.reduceat(newly, starts)
    at_peak = np.flatnonzero(newly == np.repeat(size, np.diff(results.offsets)))
    first = at_peak[np.searchsorted(at_peak, starts)]
    step = (first - starts).astype(np.float64)
    step[size == 0] = np.nan
    return step, size.astype(np.int64)
