"""Models of the catalogue as a process: one way to check and run them all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from ..kernels import rng
from ..kernels._jit import is_cached
from ..kernels.diffusion import AT_MAX_STEPS, Keys, Out
from ..kernels.rng import LANES
from ..models.base import AtOnce, DiffusionModel, Expected
from ..results.results import Results
from . import limits
from .forms import ALONE, Form, Forms
from .gateway import check_network, check_seed_nodes, require
from .process import Chunk
from .streams import replica_keys

FIRST_WIDTH = 64
"""Steps a replica's curves have room for at first."""

_TIES_A_SECOND = 15e6
"""Ties one thread examines a second, a cautious figure for networks larger than the cache."""

_FEWEST = 25
"""See `Form.fewest`: 12 with two labels, 40 with 16 brands, measured on networks of 10^4 and 10^5 people."""

_WORTH_IT = 1.2
"""See `Form.worth_it`."""


class DiffusionProcess:
    """A model of the catalogue on its network; see `engine.process.Process`.

    model : DiffusionModel    kernel, arrays, names
    seed_nodes : int32 (k,)   distinct people who start
    rng_seed : int
    max_steps : int           steps after which a replica is stopped
    facts : dict              what metrics need beside counts
    n_replicas : int          how many are wanted: few are run one by one

    Where the model has a kernel for it, replicas are run 512 at once, unless they are few, share few ties, or are asked
    for one by one. No result depends on it.
    """

    family: ClassVar[str] = "diffusion"
    group_names: ClassVar[Mapping[str, tuple[str, ...]]] = MappingProxyType({})
    group_counts: ClassVar[Mapping[str, tuple[str, ...]]] = MappingProxyType({})

    def __init__(
        self,
        model: DiffusionModel,
        seed_nodes: NDArray[np.int32],
        *,
        rng_seed: int,
        max_steps: int,
        facts: Mapping[str, Any],
        n_replicas: int = 1,
    ) -> None:
        self.model, self.seed_nodes = model, seed_nodes
        self.rng_seed, self.max_steps, self.facts = rng_seed, max_steps, facts
        self.stop_reasons = (model.ends, "max_steps" if facts["horizon"] is None else "horizon")
        self.count_names = (*model.counts, *model.amounts, "unfinished")
        self.curve_names = model.curves
        self.days_per_step = model.days_per_step
        self._longest = FIRST_WIDTH  # the longest curves seen so far: saves time and memory, changes no result
        block = () if model.at_once is None else (_block_of(model.at_once),)
        self.forms = Forms(block, n_replicas)
        self._spare: list[Any] = []  # memory for running a block at once that no thread uses just now
        self.forms.settle(1)

    def check(self) -> None:
        """Check the model's arrays and the seed nodes; see `Process.check`."""
        world = self.model.world
        if hasattr(world, "indptr"):
            check_network(world.indptr, world.indices, world.n_people, complete=world.complete)
        check_seed_nodes(self.seed_nodes, world.n_people)
        for name, value in world._asdict().items():
            if isinstance(value, np.ndarray) and name not in ("indptr", "indices"):
                require(name in self.model.expects, name, "be among the arrays the model expects")
                check_array(name, value, self.model.expects[name])

    def is_compiled(self) -> bool:
        """See `Process.is_compiled`."""
        at_once = self.model.at_once
        return is_cached(self.model.kernel if self.forms.chosen == ALONE or at_once is None else at_once.kernel)

    def compile(self) -> None:
        """See `Process.compile`."""
        self._run(self._keys(0, 0), self.model.new_scratch(np.zeros(1, np.uint8)), 1)

    def new_scratch(self, halt: NDArray[np.uint8]) -> Any:
        """See `Process.new_scratch`."""
        return self.model.new_scratch(halt)

    def run_chunk(self, first: int, last: int, scratch: Any, *, curves: bool) -> Chunk:
        """Run replicas first .. last - 1; see `Process.run_chunk`.

        Replicas longer than there was room for are run again alone, which gives the same replicas.
        """
        keys = self._keys(first, last)
        room = limits.CHUNK_BYTES // (4 * max(last - first, 1) * len(self.curve_names))
        width = min(self._longest, max(FIRST_WIDTH, room)) if curves else 1
        out = self._run(keys, scratch, width)
        newly: Mapping[str, NDArray[np.int32]] = {}
        if not scratch.halt[0]:
            self._longest = max(self._longest, int(out.last_step.max(initial=0)) + 1)
            if curves:
                newly = self._joined(out, keys, scratch)
        counts: dict[str, NDArray[Any]] = {name: out.counts[:, i] for i, name in enumerate(self.model.counts)}
        counts |= {name: out.amounts[:, i] for i, name in enumerate(self.model.amounts)}
        counts["unfinished"] = (out.stop == AT_MAX_STEPS).astype(np.int64)
        return Chunk(
            last_step=out.last_step, stop=out.stop, counts=counts, newly=newly, groups={}, ties=int(out.examined[0])
        )

    def _joined(self, out: Out, keys: Keys, scratch: Any) -> dict[str, NDArray[np.int32]]:
        """Return each curve's changes, one replica after another, each as long as its replica."""
        n_curves, width = out.changes.shape[1:]
        steps = out.last_step + 1
        self._check_room(steps)
        ends = np.cumsum(steps)
        newly = np.zeros((n_curves, int(steps.sum())), np.int32)
        short = np.flatnonzero(steps <= width)
        inside = np.arange(width) < steps[short, None]
        places = ((ends - steps)[short, None] + np.arange(width))[inside]
        for c in range(n_curves):
            newly[c, places] = out.changes[short, c][inside]
        for r in np.flatnonzero(steps > width):
            alone = Keys(own=keys.own[r : r + 1], block=keys.block[r : r + 1], lane=keys.lane[r : r + 1])
            newly[:, ends[r] - steps[r] : ends[r]] = self._run(alone, scratch, int(steps[r])).changes[0]
        return {name: newly[c] for c, name in enumerate(self.curve_names)}

    def _check_room(self, steps: NDArray[np.int64]) -> None:
        """Refuse curves over so many steps, of each replica, where memory does not hold them."""
        needed = 12 * len(self.curve_names) * int(steps.sum())
        if needed > limits.CHUNK_BYTES:
            curves = f"a replica that takes {int(steps.max()):,} steps"
            limits.check_memory(needed, curves, advice="say when to stop: max_steps, or horizon")

    def _keys(self, first: int, last: int) -> Keys:
        return replica_keys(self.rng_seed, first, last, purpose=rng.DIFFUSION)

    def _run(self, keys: Keys, scratch: Any, width: int) -> Out:
        """Run replicas in the form in use; a single one in memory in which others may look at it afterwards."""
        at_once = self.model.at_once
        if at_once is None or self.forms.chosen == ALONE or len(keys.own) == 1:
            return self._run_by(self.model.kernel, self.model.world, keys, scratch, width)
        try:
            memory = self._spare.pop()
        except IndexError:
            memory = at_once.new_scratch(scratch.halt)
        memory.examined[:] = 0
        out = self._run_by(at_once.kernel, at_once.world, keys, memory._replace(halt=scratch.halt), width)
        examined, loaded = memory.examined.tolist()
        self.forms.judge(LANES, len(keys.own), examined, loaded)
        self._spare.append(memory)
        if self.forms.chosen == ALONE:
            self._spare.clear()
        return out

    def _run_by(self, kernel: Callable[..., None], world: Any, keys: Keys, scratch: Any, width: int) -> Out:
        n = len(keys.own)
        out = Out(
            counts=np.zeros((n, len(self.model.counts)), np.int64),
            amounts=np.zeros((n, len(self.model.amounts)), np.float64),
            last_step=np.zeros(n, np.int64),
            stop=np.zeros(n, np.uint8),
            changes=np.zeros((n, len(self.curve_names), width), np.int32),
            examined=np.zeros(1, np.int64),
        )
        kernel(world, self.seed_nodes, keys, self.max_steps, scratch, out)
        return out

    def max_chunk(self) -> int:
        """See `Process.max_chunk`; the longest curves seen so far stand for all."""
        return max(1, limits.CHUNK_BYTES // (4 * self._longest * len(self.curve_names)))

    def settle(self, threads: int) -> int:
        """See `Forms.settle`."""
        return self.forms.settle(threads)

    def memory_bytes(self, n_replicas: int, threads: int, *, curves: bool) -> int:
        """Estimate the memory of arrays, of each thread, of the results; see `Process.memory_bytes`."""
        n_curves, n_counts = len(self.curve_names), len(self.count_names)
        steps = min(self.model.typical_steps, self.max_steps + 1) if curves else 0
        thread = bytes_of(self.model.new_scratch(np.zeros(1, np.uint8))) + self.forms.n_bytes + limits.CHUNK_BYTES
        results = limits.results_bytes(n_replicas, steps, n_curves=n_curves, n_counts=n_counts)
        return bytes_of(self.model.world) + threads * thread + results

    def disk_bytes(self, n_replicas: int) -> int:
        """See `Process.disk_bytes`."""
        n_curves, n_counts = len(self.curve_names), len(self.count_names)
        steps = min(self.model.typical_steps, self.max_steps + 1)
        return limits.folder_bytes(n_replicas, steps, n_curves=n_curves, n_counts=n_counts)

    def seconds_at_most(self, n_replicas: int, threads: int) -> float | None:
        """See `Process.seconds_at_most`."""
        if self.model.ties_examined is None:
            return None
        return n_replicas * self.model.ties_examined / (_TIES_A_SECOND * threads)

    def stops_of(self, last_step: NDArray[np.int64], counts: Mapping[str, NDArray[np.int64]]) -> NDArray[np.uint8]:
        """See `Process.stops_of`."""
        del last_step
        return counts["unfinished"].astype(np.uint8)

    def warnings(self, results: Results) -> tuple[str, ...]:
        """See `Process.warnings`."""
        main, n_seeds, n = results.counts[self.model.counts[0]], len(self.seed_nodes), results.n_replicas
        lines = []
        unfinished = int((results.stop == AT_MAX_STEPS).sum())
        horizon = self.facts["horizon"] is not None
        if unfinished and not (horizon and self.facts["goes_on"]):  # what may go on for ever is meant to be cut off
            end = "the horizon" if horizon else f"max_steps = {self.max_steps:,}"
            lines.append(f"{unfinished:,} of {n:,} replicas were still going on at {end}")
        if n > 1 and 1.96 * main.std(ddof=1) / np.sqrt(n) > 0.5 * abs(main.mean()):
            name = self.model.counts[0]
            lines.append(f"{name} differs so much between replicas that its interval is rough; more replicas narrow it")
        if n and n_seeds and self.curve_names[0] == "reach" and not (main > n_seeds).any():
            lines.append(f"nothing took off (0 of {n:,}): nobody was reached but the seed nodes")
        return tuple(lines)


def check_array(name: str, array: NDArray[Any], expected: Expected) -> None:
    """Raise GraphError unless an array is what machine code takes it for."""
    require(array.dtype == expected.dtype, name, f"be of type {np.dtype(expected.dtype)}, got {array.dtype}")
    require(bool(array.ndim == 1 and array.flags.c_contiguous), name, "be one contiguous row")
    require(len(array) == expected.length, name, f"have {expected.length:,} entries, got {len(array):,}")
    inside = len(array) == 0 or (array.min() >= expected.low and array.max() <= expected.high)
    require(bool(inside), name, f"lie in {expected.low:g} .. {expected.high:g}")


def _block_of(at_once: AtOnce) -> Form:
    return Form(LANES, at_once.n_bytes, takes=1.0, fewest=_FEWEST, cut=LANES, worth_it=_WORTH_IT)


def bytes_of(arrays: Any) -> int:
    """Return the memory of a NamedTuple's arrays."""
    return sum(array.nbytes for array in arrays if isinstance(array, np.ndarray))
