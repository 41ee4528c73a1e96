"""What the engine asks of a kernel family: one protocol, so that running, keeping and resuming know no model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from ..results.results import Results


@dataclass(frozen=True)
class Chunk:
    """What a range of replicas gave, in order.

    last_step : int64 (R,)
    stop : uint8 (R,)                      index into the process's `stop_reasons`
    counts : name -> int64 (R,)            what the kernel counted over a whole replica; sums of fractions are float64
    newly : name -> int32 (total,)         change of each curve at steps 0 .. last_step of each replica, one replica
                                           after another; empty without curves
    groups : kind -> name -> int64 (R, G)  counts by segment, by item, ...
    ties : int                             ties examined, all replicas together; 0 where a kernel looks at none
    """

    last_step: NDArray[np.int64]
    stop: NDArray[np.uint8]
    counts: Mapping[str, NDArray[Any]]
    newly: Mapping[str, NDArray[np.int32]]
    groups: Mapping[str, Mapping[str, NDArray[np.int64]]]
    ties: int = 0

    def __len__(self) -> int:
        return len(self.last_step)


class Process(Protocol):
    """A model on a network with its starters: one kernel family's way to run ranges of replicas.

    A replica's numbers depend on its number alone, not on the chunk or thread it is run in.
    """

    @property
    def family(self) -> str:
        """Name of the kernel family; metrics dispatch on it."""

    @property
    def stop_reasons(self) -> tuple[str, ...]:
        """Names of the stop codes 0, 1, ..."""

    @property
    def count_names(self) -> tuple[str, ...]:
        """Names of `Chunk.counts`. A count that has the name of a curve is where that curve ends."""

    @property
    def curve_names(self) -> tuple[str, ...]:
        """Names of the curves, the main one first."""

    @property
    def group_names(self) -> Mapping[str, tuple[str, ...]]:
        """Names of the groups of each kind, in order; no name twice in a kind."""

    @property
    def group_counts(self) -> Mapping[str, tuple[str, ...]]:
        """Names of what is counted in each group, by kind."""

    @property
    def days_per_step(self) -> float | None:
        """Length of a step; None where steps have no dates."""

    @property
    def facts(self) -> Mapping[str, Any]:
        """What metrics need beside counts, ready for JSON: prices, dates, which sections there are."""

    def check(self) -> None:
        """Check every array the kernel relies on.

        Raises
        ------
        GraphError
            Naming the array.
        """

    def is_compiled(self) -> bool:
        """Say whether the kernel's code is in the cache; otherwise the first run waits for the compiler."""

    def compile(self) -> None:
        """Compile the kernel, or load it from the cache, by running no replica."""

    def new_scratch(self, halt: NDArray[np.uint8]) -> Any:
        """Return the memory one thread works in; `halt` (uint8 (1,)) is shared by those to be halted together."""

    def run_chunk(self, first: int, last: int, scratch: Any, *, curves: bool) -> Chunk:
        """Run replicas first .. last - 1, after `check`.

        Once `halt` is set it returns soon; what it then returns is thrown away.
        """

    def max_chunk(self) -> int:
        """Return the most replicas of one chunk, so that its curves stay below `limits.CHUNK_BYTES`."""

    def settle(self, threads: int) -> int:
        """Settle how so many threads run the replicas, before `compile`; no result depends on it.

        Returns
        -------
        int
            How many replicas are best run at once: chunks begin at multiples of it.
        """

    def memory_bytes(self, n_replicas: int, threads: int, *, curves: bool) -> int:
        """Estimate the memory of a run beyond the network, in bytes."""

    def disk_bytes(self, n_replicas: int) -> int:
        """Estimate the disk space of a results folder, in bytes."""

    def seconds_at_most(self, n_replicas: int, threads: int) -> float | None:
        """Estimate the longest a run can take; None where nothing is known."""

    def stops_of(self, last_step: NDArray[np.int64], counts: Mapping[str, NDArray[np.int64]]) -> NDArray[np.uint8]:
        """Return the stop codes of replicas read back from a folder."""

    def warnings(self, results: Results) -> tuple[str, ...]:
        """Return what may mislead a reader of these results, a line each."""


def numbers_a_replica(process: Process) -> int:
    """Return how many counts a replica gives, groups included."""
    groups = sum(len(process.group_counts[kind]) * len(names) for kind, names in process.group_names.items())
    return len(process.count_names) + groups


def empty_chunk(process: Process, *, curves: bool) -> Chunk:
    """Return what no replicas give: names, types and shapes."""
    none = np.zeros(0, np.int64)
    return Chunk(
        last_step=none,
        stop=np.zeros(0, np.uint8),
        counts=dict.fromkeys(process.count_names, none),
        newly=dict.fromkeys(process.curve_names if curves else (), np.zeros(0, np.int32)),
        groups={
            kind: dict.fromkeys(process.group_counts[kind], np.zeros((0, len(names)), np.int64))
            for kind, names in process.group_names.items()
        },
    )


def join_chunks(chunks: Sequence[Chunk]) -> Chunk:
    """Return one chunk of the replicas of all, in order; the first says which names there are."""
    names = chunks[0]
    return Chunk(
        last_step=np.concatenate([chunk.last_step for chunk in chunks]),
        stop=np.concatenate([chunk.stop for chunk in chunks]),
        counts={name: np.concatenate([chunk.counts[name] for chunk in chunks]) for name in names.counts},
        newly={name: np.concatenate([chunk.newly[name] for chunk in chunks]) for name in names.newly},
        groups={
            kind: {name: np.concatenate([chunk.groups[kind][name] for chunk in chunks]) for name in counts}
            for kind, counts in names.groups.items()
        },
        ties=sum(chunk.ties for chunk in chunks),
    )
