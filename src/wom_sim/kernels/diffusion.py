"""What the kernels of the catalogue share: keys, outputs, stop codes.

A kernel of the catalogue is called as ``kernel(world, seed_nodes, keys, max_steps, scratch, out)`` and runs the
replicas of `keys` one after another. `world` and `scratch` are NamedTuples of its own; `scratch` comes in as its model
makes it, is left so, and has a field `halt`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ._jit import kernel

FINISHED = 0
AT_MAX_STEPS = 1
HALTED = 2
"""Stop codes. FINISHED: nothing more can happen; AT_MAX_STEPS: something still could."""


class Keys(NamedTuple):
    """The random keys of a chunk of replicas.

    own : uint64 (R,)     key of the replica itself
    block : uint64 (R,)   key of its block of 512, for coins of ties: see `rng.coin_passes`
    lane : int64 (R,)     its place in the block
    """

    own: NDArray[np.uint64]
    block: NDArray[np.uint64]
    lane: NDArray[np.int64]


class Out(NamedTuple):
    """What a chunk of replicas gives; it comes in zero.

    counts : int64 (R, counts)       whole numbers, in the order in which the model names them
    amounts : float64 (R, amounts)   other numbers, in the order in which the model names them; NaN: undefined
    last_step : int64 (R,)           last step at which something happened; `max_steps` where stopped there
    stop : uint8 (R,)                FINISHED, AT_MAX_STEPS, or HALTED: the replica's other numbers mean nothing
    changes : int32 (R, curves, width)   change of each curve at each step; steps from `width` on are not written
    examined : int64 (1,)            ties looked at, or met over, by all replicas together; added to
    """

    counts: NDArray[np.int64]
    amounts: NDArray[np.float64]
    last_step: NDArray[np.int64]
    stop: NDArray[np.uint8]
    changes: NDArray[np.int32]
    examined: NDArray[np.int64]


@kernel
def add_change(changes, curve, step, change):
    """Add to a curve's change at a step; beyond the room there is, nothing: the replica is run again with more."""
    if step < changes.shape[1]:
        changes[curve, step] += np.int32(change)


_WHOLE = 1.0 - 1e-12
"""Makes times whole that a sum of rounded delays has brought a little beyond a step's end."""


@kernel
def step_of(time, per_step, max_steps):
    """Return the step by whose end a time has come: the first whole number not below time / per_step.

    What happens in (k - 1, k] steps belongs to step k, what happens at time 0 to step 0; `max_steps` + 1 stands for
    everything later than `max_steps`. Three delays of .1 days end with step 3 of .1 days, though their sum is a little
    more than .3.
    """
    steps = np.ceil(time / per_step * _WHOLE)
    return np.int64(steps) if steps <= max_steps else max_steps + 1


@kernel
def listener(indices, complete, u, e, first):
    """Return the listener of tie `e`, one of u's, whose ties begin with number `first`."""
    if not complete:
        return np.int64(indices[e])
    position = e - first
    return position + 1 if position >= u else position
