"""Cascades as a process: checks and runs the live-edge kernel."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..kernels import live_edge
from ..kernels._jit import is_cached
from ..kernels.live_edge import LiveTies, Scratch
from . import limits
from .cascade import TYPICAL_STEPS, CascadeProcess, Ran, empty_out
from .gateway import check_network, check_seed_nodes, require
from .streams import replica_keys

_TIES_A_SECOND = 15e6
"""Ties one thread examines a second, a cautious figure for networks larger than the cache."""


class LiveEdgeProcess(CascadeProcess):
    """Cascades over live ties; see `engine.process.Process`.

    ties : LiveTies           the model's arrays
    seed_nodes : int32 (k,)   distinct people who start
    rng_seed : int
    max_steps : int           steps after which a replica is stopped
    """

    def __init__(self, ties: LiveTies, seed_nodes: NDArray[np.int32], *, rng_seed: int, max_steps: int) -> None:
        super().__init__(ties.n_people, seed_nodes, rng_seed=rng_seed, max_steps=max_steps)
        self.ties = ties

    def check(self) -> None:
        """Check ties and seed nodes; see `Process.check`."""
        check_ties(self.ties)
        check_seed_nodes(self.seed_nodes, self.ties.n_people)

    def is_compiled(self) -> bool:
        """See `Process.is_compiled`."""
        return is_cached(live_edge.spread_chunk)

    def compile(self) -> None:
        """See `Process.compile`."""
        self.run_range(0, 0, self.new_scratch(np.zeros(1, np.uint8)), 1)

    def new_scratch(self, halt: NDArray[np.uint8]) -> Scratch:
        """See `Process.new_scratch`."""
        n = self.ties.n_people
        return Scratch(
            reached=np.zeros(n, np.uint8),
            order=np.zeros(n, np.int32),
            parent=np.zeros(0, np.int32),  # for those who ask for trees, see `engine.trees`
            lane_keys=np.zeros(64, np.uint64),
            halt=halt,
        )

    def run_range(self, first: int, last: int, scratch: Scratch, width: int) -> Ran:
        """See `CascadeProcess.run_range`."""
        keys = replica_keys(self.rng_seed, first, last)
        out = empty_out(last - first, max(width, 1))
        live_edge.spread_chunk(self.ties, self.seed_nodes, keys, self.max_steps, scratch, out)
        return Ran(out, 0)

    def memory_bytes(self, n_replicas: int, threads: int, *, curves: bool) -> int:
        """Estimate the memory of ties and people, of each thread, of the results; see `Process.memory_bytes`."""
        n, n_stored = self.ties.n_people, len(self.ties.indices)
        arrays = (64 if self.ties.rule == live_edge.BY_CHOICE else 8) * n_stored
        state = threads * (5 * n + limits.CHUNK_BYTES)
        return arrays + state + 24 * n + limits.results_bytes(n_replicas, TYPICAL_STEPS if curves else 0)

    def seconds_at_most(self, n_replicas: int, threads: int) -> float:
        """Estimate the time as if every replica reached everybody; see `Process.seconds_at_most`."""
        n = self.ties.n_people
        n_ties = n * (n - 1) if self.ties.complete else len(self.ties.indices)
        return n_replicas * (n_ties + n) / (_TIES_A_SECOND * threads)


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
        require(array.dtype == dtype, name, f"be of type {np.dtype(dtype)}, got {array.dtype}")
        require(array.ndim == 1 and array.flags.c_contiguous, name, "be one contiguous row")
    check_network(ties.indptr, ties.indices, n, complete=ties.complete)
    if ties.rule == live_edge.BY_COIN:
        allowed = (0,) if ties.complete else (0, 1)
        require(ties.per_tie in allowed, "per_tie", f"be one of {allowed}, got {ties.per_tie}")
        wanted = m if ties.per_tie else 1
        require(len(ties.threshold) == wanted, "threshold", f"have {wanted:,} entries, got {len(ties.threshold):,}")
    else:
        require(ties.rule == live_edge.BY_CHOICE, "rule", f"be a known rule, got {ties.rule}")
        fits = ties.complete or len(ties.low) == len(ties.width) == m
        require(fits, "low and width", f"have {m:,} entries, got {len(ties.low):,} and {len(ties.width):,}")
