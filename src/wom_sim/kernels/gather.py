"""What this machine allows at most: reading memory in no order and in order, measured by loops that do nothing else."""

from __future__ import annotations

import numpy as np

from ._jit import kernel
from .rng import word


@kernel
def fill_places(key, places, n_places):
    """Overwrite `places` with numbers below `n_places`, a power of two, in no order."""
    low = np.uint64(n_places - 1)
    for i in range(places.shape[0]):
        places[i] = np.int32(word(key, i) & low)


@kernel
def gather(places, values):
    """Return the sum of ``values[places[i]]``: reads that depend on no other, as many at once as the machine can.

    Parameters
    ----------
    places : int32 (m,)   where to read, in 0 .. n - 1; not checked here
    values : int32 (n,)
    """
    total = np.int64(0)
    for i in range(places.shape[0]):
        total += values[np.uint64(places[i])]
    return total


@kernel
def copy(source, target):
    """Overwrite `target` (float64 (n,)) with `source`."""
    for i in range(source.shape[0]):
        target[i] = source[i]
