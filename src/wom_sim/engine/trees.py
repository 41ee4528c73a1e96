"""Any process whose people follow each other, with the trees of who followed whom measured in every replica."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import ScenarioError
from ..kernels import trees
from .process import Chunk, Process, join_chunks

GENERATIONS = 32
"""Generations counted one by one; deeper ones are counted together."""

_NAMES = (*map(str, range(GENERATIONS)), f"{GENERATIONS}_and_later")
_COUNTS = ("depth", "max_breadth", "structural_virality", "broadcast_share", "largest_tree")


class _Pair(NamedTuple):
    """Memory of one thread: the process's own, what trees need, and what halts both."""

    inner: Any
    trees: trees.TreeScratch
    halt: NDArray[np.uint8]


class TreeProcess:
    """A process with tree measures as further counts, and people by generation as groups.

    Replicas are run one by one, as their trees live in the memory of the thread. Everything else is the process's own.

    inner : Process     whose memory has `order` and `parent`; see `models.base.DiffusionModel`
    n_people : int

    Raises
    ------
    ScenarioError
        When nobody follows anybody in the model.
    """

    def __init__(self, inner: Process, n_people: int, *, kind: str) -> None:
        if not has_trees(inner):
            raise ScenarioError([f"output.trees: nobody follows somebody else in {kind}; remove it"])
        self.inner, self.n_people = inner, n_people
        self.family, self.stop_reasons = inner.family, inner.stop_reasons
        self.count_names = (*inner.count_names, *_COUNTS)
        self.curve_names, self.days_per_step, self.facts = inner.curve_names, inner.days_per_step, inner.facts
        self.group_names: Mapping[str, tuple[str, ...]] = MappingProxyType({"generation": _NAMES})
        self.group_counts: Mapping[str, tuple[str, ...]] = MappingProxyType({"generation": ("members",)})
        self.check, self.max_chunk, self.disk_bytes = inner.check, inner.max_chunk, inner.disk_bytes
        self.seconds_at_most, self.stops_of = inner.seconds_at_most, inner.stops_of
        self.warnings = inner.warnings

    def is_compiled(self) -> bool:
        """See `Process.is_compiled`."""
        return self.inner.is_compiled()

    def compile(self) -> None:
        """See `Process.compile`."""
        self.inner.compile()
        scratch = _tree_scratch(1)
        nobody = np.zeros(1, np.int32)
        trees.measure_trees(nobody, nobody, 0, scratch, np.zeros(trees.N_MEASURES, np.int64))
        trees.count_generations(nobody, nobody, 0, scratch.depth, np.zeros(1, np.int64))

    def new_scratch(self, halt: NDArray[np.uint8]) -> _Pair:
        """See `Process.new_scratch`."""
        return _Pair(_traced(self.inner.new_scratch(halt)), _tree_scratch(self.n_people), halt)

    def run_chunk(self, first: int, last: int, scratch: _Pair, *, curves: bool) -> Chunk:
        """Run replicas first .. last - 1 one by one; see `Process.run_chunk`."""
        parts = []
        for r in range(first, last):
            chunk = self.inner.run_chunk(r, r + 1, scratch.inner, curves=curves)
            parts.append(_measured(chunk, *_joined(chunk, scratch.inner), scratch.trees))
        return join_chunks(parts)

    def settle(self, threads: int) -> int:
        """See `Process.settle`."""
        del threads
        return 1

    def memory_bytes(self, n_replicas: int, threads: int, *, curves: bool) -> int:
        """See `Process.memory_bytes`."""
        more = 16 * self.n_people * threads + 8 * len(_NAMES) * n_replicas
        return self.inner.memory_bytes(n_replicas, threads, curves=curves) + more


def has_trees(process: Process) -> bool:
    """Say whether people follow each other in a process, so that there are trees."""
    if process.family == "campaign":  # which measures its trees itself
        return False
    scratch = process.new_scratch(np.zeros(1, np.uint8))
    own = scratch.inner if isinstance(scratch, _Pair) else scratch
    return hasattr(own, "order") and hasattr(own, "parent")


def _joined(chunk: Chunk, scratch: Any) -> tuple[NDArray[np.int32], NDArray[np.int32], int]:
    """Return who joined in the one replica of a chunk, in order, whom everybody followed, and how many joined."""
    main = next(iter(chunk.counts.values()))
    return scratch.order, scratch.parent, int(main[0])


def who_followed_whom(process: Process, replica: int) -> Iterator[tuple[int, int]]:
    """Yield each person of a replica in the order of joining, and the one followed, -1 for nobody."""
    inner = process.inner if isinstance(process, TreeProcess) else process
    scratch = _traced(inner.new_scratch(np.zeros(1, np.uint8)))
    order, parent, n = _joined(inner.run_chunk(replica, replica + 1, scratch, curves=False), scratch)
    for v in order[:n].tolist():
        yield v, int(parent[v])


def _traced(scratch: Any) -> Any:
    """Return a thread's memory with room for whom everybody followed, where its kernel keeps that only if asked."""
    return scratch if len(scratch.parent) else scratch._replace(parent=np.zeros_like(scratch.order))


def _tree_scratch(n_people: int) -> trees.TreeScratch:
    return trees.TreeScratch(*(np.zeros(n_people, np.int32) for _ in range(3)))


def _measured(
    chunk: Chunk, order: NDArray[np.int32], parent: NDArray[np.int32], n: int, scratch: trees.TreeScratch
) -> Chunk:
    """Add the tree measures to a chunk of one replica; of an abandoned replica, whose numbers mean nothing, zeros."""
    found = np.zeros(trees.N_MEASURES, np.int64)
    sizes = np.zeros(GENERATIONS, np.int64)
    if not _abandoned(chunk):
        trees.measure_trees(order, parent, n, scratch, found)
        trees.count_generations(order, parent, n, scratch.depth, sizes)
    pairs, followers = found[trees.N_PAIRS], n - found[trees.N_TREES]
    measures: dict[str, Any] = {
        "depth": found[trees.MAX_DEPTH : trees.MAX_DEPTH + 1],
        "max_breadth": found[trees.MAX_BREADTH : trees.MAX_BREADTH + 1],
        "structural_virality": np.array([found[trees.DISTANCE] / pairs if pairs else np.nan]),
        "broadcast_share": np.array([found[trees.N_DIRECT] / followers if followers > 0 else np.nan]),
        "largest_tree": found[trees.LARGEST_TREE : trees.LARGEST_TREE + 1],
    }
    members = np.append(sizes, n - sizes.sum()).reshape(1, -1)
    return Chunk(
        last_step=chunk.last_step,
        stop=chunk.stop,
        counts={**chunk.counts, **measures},
        newly=chunk.newly,
        groups={"generation": {"members": members}},
        ties=chunk.ties,
    )


def _abandoned(chunk: Chunk) -> bool:
    return bool(chunk.stop[0] > 1)
