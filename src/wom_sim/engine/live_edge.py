"""Cascades by coins as a process: checks them, and runs replicas one by one or hundreds at once."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..kernels import few_cascade, fused_cascade, live_edge
from ..kernels._jit import is_cached
from ..kernels.few_cascade import LANES_AT_ONCE, FewScratch
from ..kernels.fused_cascade import BATCH, STATE_WORDS, FusedScratch
from ..kernels.lane_counts import COUNT_WORDS
from ..kernels.lane_queue import MIN_QUEUE
from ..kernels.live_edge import CODE_ROOM, LiveTies, Scratch
from ..kernels.rng import LANES
from ..kernels.wide import N_WORDS, aligned_zeros
from . import limits
from .cascade import TYPICAL_STEPS, CascadeProcess, Ran, empty_out
from .forms import ALONE, Form, Forms
from .gateway import check_network, check_seed_nodes, require
from .streams import replica_keys

TIES_A_SECOND = 60e6
"""Ties one thread examines a second one replica at a time, a cautious figure for networks larger than the cache."""

WORD, BLOCK = LANES_AT_ONCE, LANES
"""Forms beside `ALONE`: replicas that share a word (`few_cascade`), those of a block (`fused_cascade`)."""

_FEWEST = 16
"""With fewer replicas than this they are fastest one by one: measured on networks of 10^4 to 10^6 people."""

_TIME_OF_BLOCK = 2.6
"""Time of a block, whole or not, in times of 64 replicas: measured there too, 2.5 to 3.1."""

_WORTH_IT = {WORD: 1.3, BLOCK: 6.0}
"""See `Form.worth_it`."""


class Memory(NamedTuple):
    """What one thread works in: `live_edge.Scratch`, and what the other forms need, made when it is needed."""

    reached: NDArray[np.uint8]
    order: NDArray[np.int32]
    parent: NDArray[np.int32]
    lane_keys: NDArray[np.uint64]
    examined: NDArray[np.int64]
    halt: NDArray[np.uint8]
    forms: dict[int, FewScratch | FusedScratch]


class LiveEdgeProcess(CascadeProcess):
    """Cascades over live ties; see `engine.process.Process`.

    ties : LiveTies           the model's arrays
    seed_nodes : int32 (k,)   distinct people who start
    rng_seed : int
    max_steps : int           steps after which a replica is stopped
    n_replicas : int          how many are wanted: few are run one by one

    Replicas are run one by one (a handful, complete mixing, trees asked for), 64 at once (dozens, little memory) or 512
    at once. Where they turn out to share few ties, the form below takes over. No result depends on the choice.
    """

    def __init__(
        self, ties: LiveTies, seed_nodes: NDArray[np.int32], *, rng_seed: int, max_steps: int, n_replicas: int
    ) -> None:
        super().__init__(ties.n_people, seed_nodes, rng_seed=rng_seed, max_steps=max_steps)
        self.ties = ties
        self.forms = Forms(() if ties.complete else forms_for(ties.n_people), n_replicas)
        self.settle(1)

    def settle(self, threads: int) -> int:
        """See `Forms.settle`."""
        return self.forms.settle(threads)

    def check(self) -> None:
        """Check ties and seed nodes; see `Process.check`."""
        check_ties(self.ties)
        check_seed_nodes(self.seed_nodes, self.ties.n_people)

    def is_compiled(self) -> bool:
        """See `Process.is_compiled`."""
        kernels = {
            ALONE: live_edge.spread_chunk,
            WORD: few_cascade.few_chunk,
            BLOCK: fused_cascade.fused_chunk,
        }
        return is_cached(kernels[self.forms.chosen])

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
            forms={},
        )

    def run_range(self, first: int, last: int, scratch: Memory, width: int) -> Ran:
        """See `CascadeProcess.run_range`."""
        keys = replica_keys(self.rng_seed, first, last)
        out = empty_out(last - first, width)
        scratch.examined[:] = 0
        traced, single = len(scratch.parent) > 0, last - first == 1
        form = ALONE if traced or single else self.forms.chosen
        given = (self.ties, self.seed_nodes, keys, self.max_steps)
        if form == BLOCK:
            fused_cascade.fused_chunk(*given, self._memory_for(form, scratch), out)
        elif form == WORD:
            few_cascade.few_chunk(*given, self._memory_for(form, scratch), out)
        else:
            live_edge.spread_chunk(*given, Scratch(*scratch[:-1]), out)
        examined, loaded = scratch.examined.tolist()
        self.forms.judge(form, last - first, examined, loaded)
        return Ran(out, examined)

    def _memory_for(self, form: int, scratch: Memory) -> FewScratch | FusedScratch:
        if form not in scratch.forms:
            make = new_fused_scratch if form == BLOCK else new_few_scratch
            scratch.forms.clear()
            scratch.forms[form] = make(self.n_people, scratch.examined, scratch.halt)
        return scratch.forms[form]

    def memory_bytes(self, n_replicas: int, threads: int, *, curves: bool) -> int:
        """Estimate the memory of ties and people, of each thread, of the results; see `Process.memory_bytes`."""
        n, n_stored = self.n_people, len(self.ties.indices)
        state = threads * (5 * n + self.forms.n_bytes + limits.CHUNK_BYTES)
        return 8 * n_stored + state + 24 * n + limits.results_bytes(n_replicas, TYPICAL_STEPS if curves else 0)

    def seconds_at_most(self, n_replicas: int, threads: int) -> float:
        """Estimate the time as if every replica reached everybody; see `Process.seconds_at_most`."""
        n = self.n_people
        n_ties = n * (n - 1) if self.ties.complete else len(self.ties.indices)
        return n_replicas * (n_ties + n) / (TIES_A_SECOND * threads)


def new_fused_scratch(n: int, examined: NDArray[np.int64], halt: NDArray[np.uint8]) -> FusedScratch:
    """Return the memory in which one thread runs blocks of replicas among n people."""
    return FusedScratch(
        state=aligned_zeros(STATE_WORDS * n),
        queue=np.zeros(max(2 * n, MIN_QUEUE), np.int32),
        block_keys=aligned_zeros(LANES),
        planes=aligned_zeros(COUNT_WORDS),
        found=aligned_zeros(2 * N_WORDS * BATCH),
        of_tie=np.zeros((BATCH, 2), np.int64),
        examined=examined,
        halt=halt,
    )


def new_few_scratch(n: int, examined: NDArray[np.int64], halt: NDArray[np.uint8]) -> FewScratch:
    """Return the memory in which one thread runs 64 replicas at once among n people."""
    return FewScratch(
        state=aligned_zeros(3 * n),
        queue=np.zeros(max(2 * n, MIN_QUEUE), np.int32),
        lane_keys=aligned_zeros(64),
        found=aligned_zeros(N_WORDS),
        examined=examined,
        halt=halt,
    )


def forms_for(n: int) -> tuple[Form, ...]:
    """Return the forms in which replicas run at once among n people."""
    block_bytes = (8 * STATE_WORDS + 8) * n
    return (
        Form(WORD, n_bytes=32 * n, takes=1.0, fewest=_FEWEST, cut=_FEWEST, worth_it=_WORTH_IT[WORD]),
        Form(BLOCK, block_bytes, takes=_TIME_OF_BLOCK, fewest=_FEWEST, cut=BLOCK, worth_it=_WORTH_IT[BLOCK]),
    )


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
