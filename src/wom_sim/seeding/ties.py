"""The ties of a network as strategies read them: each pair of people once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..graph.csr import Graph
from ..kernels.seeding import Ties


def listeners_of(graph: Graph) -> Ties:
    """Return who listens to each person. Not for complete mixing, which stores no ties."""
    return _once(graph, graph.indptr, graph.indices, graph.tie_counts)


def sources_of(graph: Graph) -> Ties:
    """Return whom each person listens to; in undirected networks the same people. As `listeners_of`."""
    if not graph.directed:
        return listeners_of(graph)
    counts = None if graph.tie_counts is None else graph.tie_counts[graph.in_tie_numbers]
    return _once(graph, graph.in_ties.indptr, graph.in_ties.sources, counts)


def both_ways(graph: Graph) -> tuple[Ties, Ties]:
    """Return listeners and sources, the second without any ties where each tie of the first goes both ways."""
    if graph.directed:
        return listeners_of(graph), sources_of(graph)
    none = Ties(np.zeros(graph.n_people + 1, np.int64), np.zeros(0, np.int32), np.zeros(0, np.int32))
    return listeners_of(graph), _read_only(none)


def _once(
    graph: Graph, indptr: NDArray[np.int64], indices: NDArray[np.int32], counts: NDArray[np.int32] | None
) -> Ties:
    """Merge the ties of a pair, which stand side by side: several in layers, several at different times."""
    merged = np.ones(len(indices), np.int32) if counts is None else counts
    if (graph.tie_layers is not None or graph.tie_times is not None) and len(indices):
        owner = np.repeat(np.arange(graph.n_people), np.diff(indptr))
        different = np.ones(len(indices), np.bool_)
        different[1:] = (owner[1:] != owner[:-1]) | (indices[1:] != indices[:-1])
        # Without counts a pair counts once, in however many layers and however often its people meet.
        merged = merged[different] if counts is None else np.add.reduceat(counts, np.flatnonzero(different))
        n_pairs = np.bincount(owner[different], minlength=graph.n_people)
        indptr, indices = np.concatenate((np.zeros(1, np.int64), np.cumsum(n_pairs))), indices[different]
    return _read_only(Ties(indptr, indices, merged.astype(np.int32, copy=False)))


def _read_only(ties: Ties) -> Ties:
    """Close arrays to writing, as those of a network are: kernels would be compiled once more for others."""
    for array in ties:
        array.flags.writeable = False
    return ties
