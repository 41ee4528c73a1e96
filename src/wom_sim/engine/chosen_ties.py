"""Cascades over chosen ties as a process: checks and runs their kernel, backward or forward."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..kernels import chosen_ties
from ..kernels._jit import is_cached
from ..kernels.chosen_ties import ChoiceScratch, ChosenTies
from . import limits
from .cascade import TYPICAL_STEPS, CascadeProcess, Ran, empty_out
from .gateway import check_network, check_seed_nodes, require
from .streams import replica_keys

_PEOPLE_A_SECOND = 20e6
"""People of whom one thread knows in a second whom they chose and whom they reach, cautious as to networks larger than
the cache."""

_FEW_TIES = 0.25
"""Ties a person, below which following them costs less than everybody's choice."""


class ChosenTiesProcess(CascadeProcess):
    """Cascades over chosen ties; see `engine.process.Process`.

    ties : ChosenTies         the model's arrays
    seed_nodes : int32 (k,)   distinct people who start
    rng_seed : int
    max_steps : int           steps after which a replica is stopped

    The first replicas are run backward; where they reach so few that it pays, the others are run forward. Both give the
    same replicas.
    """

    def __init__(self, ties: ChosenTies, seed_nodes: NDArray[np.int32], *, rng_seed: int, max_steps: int) -> None:
        super().__init__(ties.n_people, seed_nodes, rng_seed=rng_seed, max_steps=max_steps)
        self.ties = ties
        self._seen = (0, 0)  # replicas run so far, and the ties they examined: saves time, changes no result

    def check(self) -> None:
        """Check ties and seed nodes; see `Process.check`."""
        check_chosen_ties(self.ties)
        check_seed_nodes(self.seed_nodes, self.ties.n_people)

    def is_compiled(self) -> bool:
        """See `Process.is_compiled`."""
        return is_cached(chosen_ties.spread_backward)

    def compile(self) -> None:
        """See `Process.compile`."""
        self.run_range(0, 0, self.new_scratch(np.zeros(1, np.uint8)), 1)

    def new_scratch(self, halt: NDArray[np.uint8]) -> ChoiceScratch:
        """See `Process.new_scratch`."""
        n = self.ties.n_people
        return ChoiceScratch(
            reached=np.zeros(n, np.uint8),
            order=np.zeros(n, np.int32),
            parent=np.zeros(0, np.int32),  # for those who ask for trees, see `engine.trees`
            first=np.zeros(n + 2, np.int32),
            following=np.zeros(n, np.int32),
            halt=halt,
        )

    def run_range(self, first: int, last: int, scratch: ChoiceScratch, width: int) -> Ran:
        """See `CascadeProcess.run_range`."""
        keys = replica_keys(self.rng_seed, first, last)
        out = empty_out(last - first, max(width, 1))
        spread = chosen_ties.spread_forward if self._few_ties() else chosen_ties.spread_backward
        examined = int(spread(self.ties, self.seed_nodes, keys, self.max_steps, scratch, out))
        n_run, n_examined = self._seen
        self._seen = (n_run + last - first, n_examined + examined)
        return Ran(out, examined)

    def _few_ties(self) -> bool:
        n_run, n_examined = self._seen
        return n_run > 0 and n_examined < _FEW_TIES * self.n_people * n_run

    def memory_bytes(self, n_replicas: int, threads: int, *, curves: bool) -> int:
        """Estimate the memory of ties and people, of each thread, of the results; see `Process.memory_bytes`."""
        n, own = self.ties.n_people, self.ties.sources is not self.ties.indices
        # Where shares differ, laying them side by side takes six 8-byte numbers a tie beside what is kept.
        arrays = (4 * own + (64 if len(self.ties.end) else 0)) * len(self.ties.sources)
        state = threads * (13 * n + limits.CHUNK_BYTES)
        return arrays + state + 24 * n + limits.results_bytes(n_replicas, TYPICAL_STEPS if curves else 0)

    def seconds_at_most(self, n_replicas: int, threads: int) -> float:
        """Estimate the time as if every replica reached everybody; see `Process.seconds_at_most`."""
        return n_replicas * self.n_people / (_PEOPLE_A_SECOND * threads)


def check_chosen_ties(ties: ChosenTies) -> None:
    """Check every index and length the kernel relies on.

    Raises
    ------
    GraphError
        Naming the array. Readers and models refuse bad input before; a `Graph` made by hand is met here.
    """
    n, m = ties.n_people, len(ties.sources)
    check_network(ties.indptr, ties.indices, n, complete=ties.complete)
    check_network(ties.in_indptr, ties.sources, n, complete=ties.complete, names=("in_indptr", "sources"))
    require(len(ties.indices) == m, "sources", f"have {len(ties.indices):,} entries, got {m:,}")
    require(ties.end.dtype == np.uint64, "end", f"be of type uint64, got {ties.end.dtype}")
    require(ties.end.ndim == 1 and bool(ties.end.flags.c_contiguous), "end", "be one contiguous row")
    require(len(ties.end) in (0, m), "end", f"have {m:,} entries or none, got {len(ties.end):,}")
