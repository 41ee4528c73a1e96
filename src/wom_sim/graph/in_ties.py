"""The ties of a network sorted by those who listen, made once a network."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from .csr import Graph


class InTies(NamedTuple):
    """Whom each person listens to; read-only.

    indptr : int64 (n + 1,)   ties into person v are indptr[v] .. indptr[v + 1] - 1; length 1 where mixing is complete
    sources : int32 (m,)      the person u of each tie u -> v, sorted by (v, u), then by layer, then by time
    """

    indptr: NDArray[np.int64]
    sources: NDArray[np.int32]


def sort_in_ties(graph: Graph) -> InTies:
    """Sort ties by listener; of an undirected network they are the ties themselves, not a copy."""
    if not graph.directed:
        return InTies(graph.indptr, graph.indices)
    from ..kernels.in_ties import set_sources

    indptr = np.concatenate((np.zeros(1, np.int64), np.cumsum(graph.in_degree, dtype=np.int64)))
    sources = np.empty(len(graph.indices), np.int32)
    set_sources(graph.indptr, graph.indices, indptr[:-1].copy(), sources)
    indptr.flags.writeable = sources.flags.writeable = False
    return InTies(indptr, sources)


def sort_numbers(graph: Graph) -> NDArray[np.int64]:
    """Return the number of each tie in the order of `InTies`: int64 (m,), read-only."""
    from ..kernels.in_ties import set_numbers

    numbers = np.empty(len(graph.indices), np.int64)
    set_numbers(graph.indices, graph.in_ties.indptr[:-1].copy(), numbers)
    numbers.flags.writeable = False
    return numbers
