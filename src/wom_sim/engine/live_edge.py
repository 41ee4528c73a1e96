"""Cascades by coins as a process: checks them, and runs replicas one by one or hundreds at once."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..kernels import fused_cascade, live_edge
from ..kernels._jit import is_cached
from ..kernels.fused_cascade import BATCH, MIN_QUEUE, PLANES, STATE_WORDS, FusedScratch
from ..kernels.live_edge import CODE_ROOM, LiveTies, Scratch
from ..kernels.rng import LANES
from ..kernels.wide import N_WORDS, aligned_zeros
from . import limits
from .cascade import TYPICAL_STEPS, CascadeProcess, Ran, empty_out
from .gateway import check_network, check_seed_nodes, require
from .streams import replica_keys

_TIES_A_SECOND = 60e6
"""Ties one thread examines a second one replica at a time, a cautious figure for networks larger than the cache."""

_FEWEST = 48
"""With fewer replicas than this they are run one by one: measured to be faster on networks of 10^4 to 10^6 people."""

_WORTH_IT = 4.0
"""Replicas that must share a tie, on average, each time it is loaded; below this they are faster one by one."""


class Memory(NamedTuple):
    """What one thread works in: `live_edge.Scratch`, and what running many at once needs, made when it is needed."""

    reached: NDArray[np.uint8]
    order: NDArray[np.int32]
    parent: NDArray[np.int32]
    lane_keys: NDArray[np.uint64]
    examined: NDArray[np.int64]
    halt: NDArray[np.uint8]
    fused: list[FusedScratch]


class LiveEdgeProcess(CascadeProcess):
    """Cascades over live ties; see `engine.process.Process`.

    ties : LiveTies           the model's arrays
    seed_nodes : int32 (k,)   distinct people who start
    rng_seed : int
    max_steps : int           steps after which a replica is stopped
    n_replicas : int          how many are wanted: few are run one by one

    Replicas are run one by one (few of them, complete mixing, little memory, trees asked for) or as many as a block
    holds at once. The first block says whether that is worth it. No result depends on the choice.
    """

    def __init__(
        self, ties: LiveTies, seed_nodes: NDArray[np.int32], *, rng_seed: int, max_steps: int, n_replicas: int
    ) -> None:
        super().__init__(ties.n_people, seed_nodes, rng_seed=rng_seed, max_steps=max_steps)
        self.ties, self.n_replicas = ties, n_replicas
        self.fused = n_replicas >= _FEWEST and not ties.complete and _fused_bytes(ties.n_people) < _room()

    def check(self) -> None:
        """Check ties and seed nodes; see `Process.check`."""
        check_ties(self.ties)
        check_seed_nodes(self.seed_nodes, self.ties.n_people)

    def is_compiled(self) -> bool:
        """See `Process.is_compiled`."""
        return is_cached(fused_cascade.fused_chunk if self.fused else live_edge.spread_chunk)

    def compile(self) -> None:
        """See `Process.compile`."""
        self.run_range(0, 0, self.new_scratch(np.zeros(1, np.uint8)), 1)

    def new_scratch(self, halt: NDArray[np.uint8]) -> Memory:
        """See `Process.new_scratch`."""
        n = self.n_people
        return Memory(
            reached=np.zeros(n, np.uint8),
            order=np.zeros(n, np.int32),
            parent=np.zeros(0, np.int32),  # for those who ask for trees, see `engine.trees`
            lane_keys=np.zeros(64, np.uint64),
            examined=np.zeros(2, np.int64),
            halt=halt,
            fused=[],
        )

    def run_range(self, first: int, last: int, scratch: Memory, width: int) -> Ran:
        """See `CascadeProcess.run_range`."""
        keys = replica_keys(self.rng_seed, first, last)
        out = empty_out(last - first, width)
        scratch.examined[:] = 0
        if self.fused and len(scratch.parent) == 0:
            if not scratch.fused:
                scratch.fused.append(new_fused_scratch(self.n_people, scratch.examined, scratch.halt))
            fused_cascade.fused_chunk(self.ties, self.seed_nodes, keys, self.max_steps, scratch.fused[0], out)
            examined, loaded = scratch.examined.tolist()
            if loaded and examined / loaded < _WORTH_IT * min(1.0, (last - first) / LANES) and not scratch.halt[0]:
                self.fused = False
                scratch.fused.clear()
        else:
            alone = Scratch(*scratch[:-1])
            live_edge.spread_chunk(self.ties, self.seed_nodes, keys, self.max_steps, alone, out)
            examined = int(scratch.examined[0])
        return Ran(out, examined)

    def together(self, threads: int) -> int:
        """See `Process.together`; a block, or part of one where there are fewer blocks than threads."""
        if not self.fused:
            return 1
        grain = LANES
        while grain > _FEWEST and self.n_replicas <= grain * (threads - 1):
            grain //= 2
        return grain

    def memory_bytes(self, n_replicas: int, threads: int, *, curves: bool) -> int:
        """Estimate the memory of ties and people, of each thread, of the results; see `Process.memory_bytes`."""
        n, n_stored = self.n_people, len(self.ties.indices)
        fused = _fused_bytes(n) if self.fused else 0
        state = threads * (5 * n + fused + limits.CHUNK_BYTES)
        return 8 * n_stored + state + 24 * n + limits.results_bytes(n_replicas, TYPICAL_STEPS if curves else 0)

    def seconds_at_most(self, n_replicas: int, threads: int) -> float:
        """Estimate the time as if every replica reached everybody; see `Process.seconds_at_most`."""
        n = self.n_people
        n_ties = n * (n - 1) if self.ties.complete else len(self.ties.indices)
        return n_replicas * (n_ties + n) / (_TIES_A_SECOND * threads)


def new_fused_scratch(n: int, examined: NDArray[np.int64], halt: NDArray[np.uint8]) -> FusedScratch:
    """Return the memory in which one thread runs blocks of replicas among n people."""
    return FusedScratch(
        state=aligned_zeros(STATE_WORDS * n),
        queue=np.zeros(max(2 * n, MIN_QUEUE), np.int32),
        block_keys=aligned_zeros(LANES),
        planes=aligned_zeros(N_WORDS * PLANES),
        found=aligned_zeros(2 * N_WORDS * BATCH),
        of_tie=np.zeros((BATCH, 2), np.int64),
        examined=examined,
        halt=halt,
    )


def _fused_bytes(n: int) -> int:
    return (8 * STATE_WORDS + 8) * n


def _room() -> int:
    """Return the memory that one thread may take for running many replicas at once."""
    return limits.usable_memory() // 4


def check_ties(ties: LiveTies) -> None:
    """Check every index and length the kernel relies on.

    Raises
    ------
    GraphError
        Naming the array. Readers and models refuse bad input before; a `Graph` made by hand is met here.
    """
    m = len(ties.indices)
    for name, dtypes in {
        "indptr": (np.int64,),
        "indices": (np.int32,),
        "threshold": (np.uint64,),
        "code": (np.uint16, np.uint32),
    }.items():
        array = getattr(ties, name)
        expected = " or ".join(str(np.dtype(dtype)) for dtype in dtypes)
        require(array.dtype in dtypes, name, f"be of type {expected}, got {array.dtype}")
        require(array.ndim == 1 and array.flags.c_contiguous, name, "be one contiguous row")
    check_network(ties.indptr, ties.indices, ties.n_people, complete=ties.complete)
    allowed = (0,) if ties.complete else (0, 1)
    require(ties.per_tie in allowed, "per_tie", f"be one of {allowed}, got {ties.per_tie}")
    wanted = CODE_ROOM + (m if ties.per_tie else 1)
    require(len(ties.code) == wanted, "code", f"have {wanted:,} entries, got {len(ties.code):,}")
    largest = int(ties.code.max())
    require(largest < len(ties.threshold), "code", f"be below {len(ties.threshold):,}, got {largest:,}")
