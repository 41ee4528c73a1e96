"""What processes of cascades share: a reach, a curve of it, an end; each kernel adds how its replicas are run."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..kernels.live_edge import AT_MAX_STEPS, SpreadOut
from ..results.results import Results
from . import limits
from .process import Chunk

FIRST_WIDTH = 64
"""Steps a replica's curve has room for at first."""

TYPICAL_STEPS = 24
"""Steps a replica's curve is planned to have: most cascades on social networks are over in fewer."""


class Ran(NamedTuple):
    """What a range of replicas gave.

    out : SpreadOut      ties : ties examined, all replicas together
    """

    out: SpreadOut
    ties: int


class CascadeProcess:
    """A cascade from its seed nodes; see `engine.process.Process`.

    n_people : int
    seed_nodes : int32 (k,)   distinct people who start
    rng_seed : int
    max_steps : int           steps after which a replica is stopped

    A kernel's process gives `check`, `compile`, `is_compiled`, `new_scratch`, `memory_bytes`, `seconds_at_most` and
    `run_range`.
    """

    family: ClassVar[str] = "cascade"
    stop_reasons: ClassVar[tuple[str, ...]] = ("died_out", "max_steps")
    count_names: ClassVar[tuple[str, ...]] = ("reach",)
    curve_names: ClassVar[tuple[str, ...]] = ("reach",)
    group_names: ClassVar[Mapping[str, tuple[str, ...]]] = MappingProxyType({})
    group_counts: ClassVar[Mapping[str, tuple[str, ...]]] = MappingProxyType({})
    days_per_step: ClassVar[float | None] = None
    facts: ClassVar[Mapping[str, Any]] = MappingProxyType({})

    def __init__(self, n_people: int, seed_nodes: NDArray[np.int32], *, rng_seed: int, max_steps: int) -> None:
        self.n_people, self.seed_nodes = n_people, seed_nodes
        self.rng_seed, self.max_steps = rng_seed, max_steps
        self._longest = FIRST_WIDTH  # the longest curve seen so far: saves time and memory, changes no result

    @abstractmethod
    def run_range(self, first: int, last: int, scratch: Any, width: int) -> Ran:
        """Run replicas first .. last - 1, and write the first `width` steps of their curves; 0: no curve is wanted."""

    def run_chunk(self, first: int, last: int, scratch: Any, *, curves: bool) -> Chunk:
        """Run replicas first .. last - 1; see `Process.run_chunk`.

        Replicas longer than there was room for are run again alone, which gives the same replicas.
        """
        width = min(self._longest, max(FIRST_WIDTH, limits.CHUNK_BYTES // (4 * max(last - first, 1)))) if curves else 0
        out, ties = self.run_range(first, last, scratch, width)
        newly = {}
        if not curves:  # kernels that need not follow the steps do not know the last one
            out.last_step[:] = np.where(out.stop == AT_MAX_STEPS, self.max_steps, 0)
        elif not scratch.halt[0]:
            self._longest = max(self._longest, int(out.last_step.max(initial=0)) + 1)
            newly["reach"] = self._joined(first, out, scratch)
        return Chunk(
            last_step=out.last_step, stop=out.stop, counts={"reach": out.reach}, newly=newly, groups={}, ties=ties
        )

    def _joined(self, first: int, out: SpreadOut, scratch: Any) -> NDArray[np.int32]:
        """Return the curves one after another, each as long as its replica."""
        width = out.newly.shape[1]
        steps = out.last_step + 1
        ends = np.cumsum(steps)
        newly = np.zeros(int(steps.sum()), np.int32)
        short = np.flatnonzero(steps <= width)
        inside = np.arange(width) < steps[short, None]
        places = (ends - steps)[short, None] + np.arange(width)
        newly[places[inside]] = out.newly[short][inside]
        for r in np.flatnonzero(steps > width).tolist():
            alone = self.run_range(first + r, first + r + 1, scratch, int(steps[r])).out
            newly[ends[r] - steps[r] : ends[r]] = alone.newly[0]
        return newly

    def max_chunk(self) -> int:
        """See `Process.max_chunk`; the longest curve seen so far stands for all."""
        return max(1, limits.CHUNK_BYTES // (4 * self._longest))

    def settle(self, threads: int) -> int:
        """See `Process.settle`."""
        del threads
        return 1

    def disk_bytes(self, n_replicas: int) -> int:
        """See `Process.disk_bytes`."""
        return limits.folder_bytes(n_replicas, TYPICAL_STEPS)

    def stops_of(self, last_step: NDArray[np.int64], counts: Mapping[str, NDArray[np.int64]]) -> NDArray[np.uint8]:
        """See `Process.stops_of`."""
        # A replica that reached somebody in the last step allowed was stopped there; the kernel says the same.
        stopped: NDArray[np.bool_] = (last_step == self.max_steps) & (counts["reach"] > 0)
        return stopped.astype(np.uint8)

    def warnings(self, results: Results) -> tuple[str, ...]:
        """See `Process.warnings`."""
        reach, n_seeds = results.reach, len(self.seed_nodes)
        lines = []
        unfinished = int((results.stop == AT_MAX_STEPS).sum())
        if unfinished:
            lines.append(
                f"{unfinished:,} of {len(reach):,} replicas were still spreading at max_steps = {self.max_steps:,}"
            )
        if len(reach) > 1 and 1.96 * reach.std(ddof=1) / np.sqrt(len(reach)) > 0.5 * reach.mean():
            lines.append("reach differs so much between replicas that its interval is rough; more replicas narrow it")
        if len(reach) and n_seeds and not (reach > n_seeds).any():
            lines.append(f"no cascade took off (0 of {len(reach):,}): nobody was reached but the seed nodes")
        return tuple(lines)


def empty_out(n_replicas: int, width: int) -> SpreadOut:
    """Return room for what the replicas of a range give."""
    return SpreadOut(
        reach=np.zeros(n_replicas, np.int64),
        last_step=np.zeros(n_replicas, np.int64),
        stop=np.zeros(n_replicas, np.uint8),
        newly=np.zeros((n_replicas, width), np.int32),
    )
