"""The one door to the kernels: everything is checked here, and only here, before unchecked machine code runs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..errors import GraphError
from ..graph.csr import MAX_PEOPLE
from ..kernels import live_edge
from ..kernels.live_edge import Keys, LiveTies, Scratch, SpreadOut

FIRST_WIDTH = 64
"""Steps a replica's curve has room for at first."""


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
    """Check every index and length the kernel relies on.

    Raises
    ------
    GraphError
        Naming the array. Readers and models refuse bad input before; a `Graph` made by hand is met here.
    """
    n, m = ties.n_people, len(ties.indices)
    dtypes = {"indptr": np.int64, "indices": np.int32, "threshold": np.uint64, "low": np.uint64, "width": np.uint64}
    for name, dtype in dtypes.items():
        array = getattr(ties, name)
        _require(array.dtype == dtype, name, f"be of type {np.dtype(dtype)}, got {array.dtype}")
        _require(array.ndim == 1 and array.flags.c_contiguous, name, "be one contiguous row")
    _require(1 <= n <= MAX_PEOPLE, "n_people", f"be from 1 to {MAX_PEOPLE:,}, got {n:,}")
    if ties.complete:
        _require(m == 0, "indices", f"be empty where everybody is tied to everybody, got {m:,}")
    else:
        indptr, indices = ties.indptr, ties.indices
        _require(len(indptr) == n + 1, "indptr", f"have {n + 1:,} entries, one more than people, got {len(indptr):,}")
        _require(indptr[0] == 0 and indptr[-1] == m, "indptr", f"go from 0 to the {m:,} ties")
        _require(bool((np.diff(indptr) >= 0).all()), "indptr", "never fall")
        _require(m == 0 or bool(indices.min() >= 0 and indices.max() < n), "indices", f"lie in 0 .. {n - 1:,}")
    if ties.rule == live_edge.BY_COIN:
        allowed = (0,) if ties.complete else (0, 1)
        _require(ties.per_tie in allowed, "per_tie", f"be one of {allowed}, got {ties.per_tie}")
        wanted = m if ties.per_tie else 1
        _require(len(ties.threshold) == wanted, "threshold", f"have {wanted:,} entries, got {len(ties.threshold):,}")
    else:
        _require(ties.rule == live_edge.BY_CHOICE, "rule", f"be a known rule, got {ties.rule}")
        fits = ties.complete or len(ties.low) == len(ties.width) == m
        _require(fits, "low and width", f"have {m:,} entries, got {len(ties.low):,} and {len(ties.width):,}")


def check_seed_nodes(seed_nodes: NDArray[np.int32], n_people: int) -> None:
    """Raise GraphError unless the seed nodes are distinct people."""
    _require(seed_nodes.dtype == np.int32 and seed_nodes.flags.c_contiguous, "seed_nodes", "be one row of int32")
    _require(len(seed_nodes) == len(np.unique(seed_nodes)), "seed_nodes", "be distinct")
    inside = len(seed_nodes) == 0 or (seed_nodes.min() >= 0 and seed_nodes.max() < n_people)
    _require(bool(inside), "seed_nodes", f"lie in 0 .. {n_people - 1:,}")


def _require(holds: bool, name: str, expected: str) -> None:
    if not holds:
        raise GraphError(f"{name} must {expected}")


def new_scratch(n_people: int, halt: NDArray[np.uint8] | None = None) -> Scratch:
    """Return the memory one thread works in; `halt` (uint8 (1,)) is shared by those to be halted together."""
    return Scratch(
        reached=np.zeros(n_people, np.uint8),
        queue=np.zeros(n_people, np.int32),
        lane_keys=np.zeros(64, np.uint64),
        halt=np.zeros(1, np.uint8) if halt is None else halt,
    )


def compile_kernel(ties: LiveTies, seed_nodes: NDArray[np.int32]) -> None:
    """Compile the kernel, or load it from the cache, by running no replicas."""
    none = np.zeros(0, np.uint64)
    _spread(ties, seed_nodes, Keys(own=none, block=none, lane=np.zeros(0, np.int64)), 0, new_scratch(1), 1)


def run_chunk(
    ties: LiveTies,
    seed_nodes: NDArray[np.int32],
    keys: Keys,
    max_steps: int,
    scratch: Scratch,
    *,
    width: int = FIRST_WIDTH,
    curves: bool = True,
) -> Chunk:
    """Run a range of replicas; `ties` and `seed_nodes` have passed the checks above.

    Parameters
    ----------
    width : steps to leave room for, at least 1; longer replicas are run again alone, which gives the same replicas
    curves : False: return an empty `newly`

    A chunk that was halted has the stop code HALTED in some replica and is to be thrown away.
    """
    out = _spread(ties, seed_nodes, keys, max_steps, scratch, width if curves else 1)
    newly = np.zeros(0, np.int32)
    if curves and len(out.last_step) and not scratch.halt[0]:
        steps = out.last_step + 1
        ends = np.cumsum(steps)
        newly = np.zeros(int(ends[-1]), np.int32)
        short = np.flatnonzero(steps <= width)
        inside = np.arange(width) < steps[short, None]
        places = (ends - steps)[short, None] + np.arange(width)
        newly[places[inside]] = out.newly[short][inside]
        for r in np.flatnonzero(steps > width):
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
