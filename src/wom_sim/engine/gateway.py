"""The one door to the kernels: everything is checked here, and only here, before unchecked machine code runs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..kernels import live_edge
from ..kernels.live_edge import Keys, LiveTies, Scratch, SpreadOut

FIRST_WIDTH = 64
"""Steps a replica's curve has room for at first; longer cascades are run again with room enough."""


@dataclass(frozen=True)
class Chunk:
    """What a range of replicas gave, in order.

    reach, last_step : int64 (R,)    stop : uint8 (R,)
    newly : int32 (total,)           people first reached at steps 0 .. last_step of each replica, one after another
    """

    reach: NDArray[np.int64]
    last_step: NDArray[np.int64]
    stop: NDArray[np.uint8]
    newly: NDArray[np.int32]


def check_ties(ties: LiveTies) -> None:
    """Raise AssertionError, naming the array, unless every index and length the kernel relies on holds.

    A fault here is ours, not the user's: readers and models have refused bad input before.
    """
    n, m = ties.n_people, len(ties.indices)
    assert n >= 1, "n_people"
    if ties.complete:
        assert len(ties.indptr) == 1, "indptr"
        assert m == 0, "indices"
    else:
        assert ties.indptr.shape == (n + 1,), "indptr"
        assert ties.indptr[0] == 0, "indptr"
        assert ties.indptr[-1] == m, "indptr"
        assert bool((np.diff(ties.indptr) >= 0).all()), "indptr"
        assert m == 0 or (ties.indices.min() >= 0 and ties.indices.max() < n), "indices"
    dtypes = {"indptr": np.int64, "indices": np.int32, "threshold": np.uint64, "low": np.uint64, "width": np.uint64}
    for name, dtype in dtypes.items():
        array = getattr(ties, name)
        assert array.dtype == dtype, name
        assert array.flags.c_contiguous, name
    if ties.rule == live_edge.BY_COIN:
        assert ties.per_tie in (0, 1), "per_tie"
        assert len(ties.threshold) == (m if ties.per_tie else 1), "threshold"
    else:
        assert ties.rule == live_edge.BY_CHOICE, "rule"
        assert ties.complete or len(ties.low) == len(ties.width) == m, "low and width"


def check_seed_nodes(seed_nodes: NDArray[np.int32], n_people: int) -> None:
    """Raise AssertionError unless the seed nodes are distinct people."""
    assert seed_nodes.dtype == np.int32, "seed_nodes"
    assert seed_nodes.flags.c_contiguous, "seed_nodes"
    assert len(seed_nodes) == len(np.unique(seed_nodes)), "seed_nodes"
    assert len(seed_nodes) == 0 or (seed_nodes.min() >= 0 and seed_nodes.max() < n_people), "seed_nodes"


def new_scratch(n_people: int) -> Scratch:
    """Return the memory one thread works in."""
    return Scratch(
        reached=np.zeros(n_people, np.uint8), queue=np.zeros(n_people, np.int32), lane_keys=np.zeros(64, np.uint64)
    )


def compile_kernel(ties: LiveTies, seed_nodes: NDArray[np.int32]) -> None:
    """Compile the kernel, or load it from the cache, by running no replicas."""
    none = np.zeros(0, np.uint64)
    _spread(ties, seed_nodes, Keys(own=none, block=none, lane=np.zeros(0, np.int64)), 0, new_scratch(1), 1)


def run_chunk(ties: LiveTies, seed_nodes: NDArray[np.int32], keys: Keys, max_steps: int, scratch: Scratch) -> Chunk:
    """Run a range of replicas; `ties` and `seed_nodes` have passed the checks above."""
    out = _spread(ties, seed_nodes, keys, max_steps, scratch, FIRST_WIDTH)
    long = np.flatnonzero(out.last_step >= FIRST_WIDTH)
    steps = out.last_step + 1
    ends = np.cumsum(steps)
    newly = np.zeros(int(ends[-1]), np.int32)
    short = np.flatnonzero(out.last_step < FIRST_WIDTH)
    inside = np.arange(FIRST_WIDTH) < steps[short, None]
    places = (ends - steps)[short, None] + np.arange(FIRST_WIDTH)
    newly[places[inside]] = out.newly[short][inside]
    for r in long:  # draws are pure functions, so that running it again alone gives the same replica
        alone = Keys(own=keys.own[r : r + 1], block=keys.block[r : r + 1], lane=keys.lane[r : r + 1])
        again = _spread(ties, seed_nodes, alone, max_steps, scratch, int(steps[r]))
        newly[ends[r] - steps[r] : ends[r]] = again.newly[0]
    return Chunk(reach=out.reach, last_step=out.last_step, stop=out.stop, newly=newly)


def _spread(
    ties: LiveTies, seed_nodes: NDArray[np.int32], keys: Keys, max_steps: int, scratch: Scratch, width: int
) -> SpreadOut:
    n = len(keys.own)
    out = SpreadOut(
        reach=np.zeros(n, np.int64),
        last_step=np.zeros(n, np.int64),
        stop=np.zeros(n, np.uint8),
        newly=np.zeros((n, width), np.int32),
    )
    live_edge.spread_chunk(ties, seed_nodes, keys, max_steps, scratch, out)
    return out
