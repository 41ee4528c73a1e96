"""Cascades as a process: checks and runs the live-edge kernel."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from ..kernels import live_edge
from ..kernels._jit import is_cached
from ..kernels.diffusion import Keys
from ..kernels.live_edge import LiveTies, Scratch, SpreadOut
from ..results.results import Results
from . import limits
from .gateway import check_network, check_seed_nodes, require
from .process import Chunk
from .streams import replica_keys

FIRST_WIDTH = 64
"""Steps a replica's curve has room for at first."""

_TYPICAL_STEPS = 24
"""Steps a replica's curve is planned to have: most cascades on social networks are over in fewer."""

_TIES_A_SECOND = 15e6
"""Ties one thread examines a second, a cautious figure for networks larger than the cache."""


class LiveEdgeProcess:
    """Cascades over live ties; see `engine.process.Process`.

    ties : LiveTies           the model's arrays
    seed_nodes : int32 (k,)   distinct people who start
    rng_seed : int
    max_steps : int           steps after which a replica is stopped
    """

    family: ClassVar[str] = "cascade"
    stop_reasons: ClassVar[tuple[str, ...]] = ("died_out", "max_steps")
    count_names: ClassVar[tuple[str, ...]] = ("reach",)
    curve_names: ClassVar[tuple[str, ...]] = ("reach",)
    group_names: ClassVar[Mapping[str, tuple[str, ...]]] = MappingProxyType({})
    group_counts: ClassVar[Mapping[str, tuple[str, ...]]] = MappingProxyType({})
    days_per_step: ClassVar[float | None] = None
    facts: ClassVar[Mapping[str, Any]] = MappingProxyType({})

    def __init__(self, ties: LiveTies, seed_nodes: NDArray[np.int32], *, rng_seed: int, max_steps: int) -> None:
        self.ties, self.seed_nodes = ties, seed_nodes
        self.rng_seed, self.max_steps = rng_seed, max_steps
        self._longest = FIRST_WIDTH  # the longest curve seen so far: saves time and memory, changes no result

    def check(self) -> None:
        """Check ties and seed nodes; see `Process.check`."""
        check_ties(self.ties)
        check_seed_nodes(self.seed_nodes, self.ties.n_people)

    def is_compiled(self) -> bool:
        """See `Process.is_compiled`."""
        return is_cached(live_edge.spread_chunk)

    def compile(self) -> None:
        """See `Process.compile`."""
        self._spread(replica_keys(self.rng_seed, 0, 0), self.new_scratch(np.zeros(1, np.uint8)), 1)

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

    def run_chunk(self, first: int, last: int, scratch: Scratch, *, curves: bool) -> Chunk:
        """Run replicas first .. last - 1; see `Process.run_chunk`.

        Replicas longer than there was room for are run again alone, which gives the same replicas.
        """
        keys = replica_keys(self.rng_seed, first, last)
        width = min(self._longest, max(FIRST_WIDTH, limits.CHUNK_BYTES // (4 * max(last - first, 1)))) if curves else 1
        out = self._spread(keys, scratch, width)
        newly = {}
        if not scratch.halt[0]:
            self._longest = max(self._longest, int(out.last_step.max(initial=0)) + 1)
            if curves:
                newly["reach"] = self._joined(out, keys, scratch)
        return Chunk(last_step=out.last_step, stop=out.stop, counts={"reach": out.reach}, newly=newly, groups={})

    def _joined(self, out: SpreadOut, keys: Keys, scratch: Scratch) -> NDArray[np.int32]:
        """Return the curves one after another, each as long as its replica."""
        width = out.newly.shape[1]
        steps = out.last_step + 1
        ends = np.cumsum(steps)
        newly = np.zeros(int(steps.sum()), np.int32)
        short = np.flatnonzero(steps <= width)
        inside = np.arange(width) < steps[short, None]
        places = (ends - steps)[short, None] + np.arange(width)
        newly[places[inside]] = out.newly[short][inside]
        for r in np.flatnonzero(steps > width):
            alone = Keys(own=keys.own[r : r + 1], block=keys.block[r : r + 1], lane=keys.lane[r : r + 1])
            newly[ends[r] - steps[r] : ends[r]] = self._spread(alone, scratch, int(steps[r])).newly[0]
        return newly

    def _spread(self, keys: Keys, scratch: Scratch, width: int) -> SpreadOut:
        n = len(keys.own)
        out = SpreadOut(
            reach=np.zeros(n, np.int64),
            last_step=np.zeros(n, np.int64),
            stop=np.zeros(n, np.uint8),
            newly=np.zeros((n, width), np.int32),
        )
        live_edge.spread_chunk(self.ties, self.seed_nodes, keys, self.max_steps, scratch, out)
        return out

    def max_chunk(self) -> int:
        """See `Process.max_chunk`; the longest curve seen so far stands for all."""
        return max(1, limits.CHUNK_BYTES // (4 * self._longest))

    def memory_bytes(self, n_replicas: int, threads: int, *, curves: bool) -> int:
        """Estimate the memory of ties and people, of each thread, of the results; see `Process.memory_bytes`."""
        n, n_stored = self.ties.n_people, len(self.ties.indices)
        arrays = (64 if self.ties.rule == live_edge.BY_CHOICE else 8) * n_stored
        state = threads * (5 * n + limits.CHUNK_BYTES)
        return arrays + state + 24 * n + limits.results_bytes(n_replicas, _TYPICAL_STEPS if curves else 0)

    def disk_bytes(self, n_replicas: int) -> int:
        """See `Process.disk_bytes`."""
        return limits.folder_bytes(n_replicas, _TYPICAL_STEPS)

    def seconds_at_most(self, n_replicas: int, threads: int) -> float:
        """Estimate the time as if every replica reached everybody; see `Process.seconds_at_most`."""
        n = self.ties.n_people
        n_ties = n * (n - 1) if self.ties.complete else len(self.ties.indices)
        return n_replicas * (n_ties + n) / (_TIES_A_SECOND * threads)

    def stops_of(self, last_step: NDArray[np.int64], counts: Mapping[str, NDArray[np.int64]]) -> NDArray[np.uint8]:
        """See `Process.stops_of`."""
        # A replica that reached somebody in the last step allowed was stopped there; the kernel says the same.
        stopped: NDArray[np.bool_] = (last_step == self.max_steps) & (counts["reach"] > 0)
        return stopped.astype(np.uint8)

    def warnings(self, results: Results) -> tuple[str, ...]:
        """See `Process.warnings`."""
        reach, n_seeds = results.reach, len(self.seed_nodes)
        lines = []
        unfinished = int((results.stop == live_edge.AT_MAX_STEPS).sum())
        if unfinished:
            lines.append(
                f"{unfinished:,} of {len(reach):,} replicas were still spreading at max_steps = {self.max_steps:,}"
            )
        if len(reach) > 1 and 1.96 * reach.std(ddof=1) / np.sqrt(len(reach)) > 0.5 * reach.mean():
            lines.append("reach differs so much between replicas that its interval is rough; more replicas narrow it")
        if len(reach) and n_seeds and not (reach > n_seeds).any():
            lines.append(f"no cascade took off (0 of {len(reach):,}): nobody was reached but the seed nodes")
        return tuple(lines)


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
