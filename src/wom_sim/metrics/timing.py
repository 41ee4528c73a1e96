"""When it happened: time to half, peak step, peak size, one value a replica."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..results.results import Results


def time_to_half(results: Results, *, name: str = "reach") -> NDArray[np.float64]:
    """Return the first step by which a curve that never falls had at least half of its final height.

    Seed nodes count in reach, so that 0 means that they were half of it. NaN where the curve ends at 0.
    """
    heights = results.by_step(name)
    final = heights[results.offsets[1:] - 1]
    half = np.repeat((final + 1) // 2, np.diff(results.offsets))
    steps = np.add.reduceat((heights < half).astype(np.int64), results.offsets[:-1]).astype(np.float64)
    steps[final == 0] = np.nan
    return steps


def peak(results: Results, *, name: str = "reach") -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return step and size of each replica's largest wave: the largest rise of a curve in one step after step 0.

    Returns
    -------
    step : float64 (R,)   the first such step; NaN where the curve does not rise after step 0, that of the seed nodes
    size : int64 (R,)     the rise at that step, for reach people first reached; 0 where there is none
    """
    newly = results.newly_of(name).copy()
    starts = results.offsets[:-1]
    newly[starts] = 0
    size = np.maximum.reduceat(newly, starts)
    at_peak = np.flatnonzero(newly == np.repeat(size, np.diff(results.offsets)))
    first = at_peak[np.searchsorted(at_peak, starts)]
    step = (first - starts).astype(np.float64)
    step[size == 0] = np.nan
    return step, size.astype(np.int64)
