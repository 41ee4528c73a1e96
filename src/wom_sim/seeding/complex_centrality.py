"""Start with people, and contacts of theirs, from whom what needs several voices goes far."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ..graph.csr import MAX_PEOPLE, Graph
from ..kernels.seeding_paths import Reinforced, add_complex_paths
from ..spec import ASSUMPTION
from .pool import Pool
from .sampled import Looked, Sampled
from .ties import listeners_of


class ComplexCentrality(Sampled):
    """The people with the largest complex centrality, each with her listeners: a start that complex contagion needs.

    A person and all her listeners are active; whoever listens to `threshold` active people becomes active, until nobody
    does, so that what spreads crosses only bridges of sufficient width. Her complex centrality is the mean, over
    everybody, of the length of the shortest path from her along ties between active people, 0 for who is not active.
    The most central person starts, then her listeners (those with most listeners first), then the most central of those
    left with hers, and so on; after all of them everybody else by number of listeners. Of equals who appears first
    comes first.

    `n_samples` people are looked at, drawn by lot from those who may be chosen.

    Source: Guilbeault & Centola (2021), Nature Communications 12, 4430, sections Results and Methods; lengths are taken
    among all people active in the end, as in the authors' program.
    """

    looks_at: ClassVar[str] = "complex centrality of"

    strategy: Literal["complex_centrality"] = "complex_centrality"
    threshold: Annotated[int, Field(ge=2, le=MAX_PEOPLE, json_schema_extra=ASSUMPTION)] = 2
    """Active people somebody must listen to before becoming active, 2 at least: with 1 every path would do."""

    def look(self, graph: Graph, pool: Pool, key: np.uint64) -> Looked:
        """Order by complex centrality, listeners following. See `Sampled.look`."""
        n = graph.n_people
        if graph.complete:
            return Looked(range(n), n, n)
        people, limit = self.sample(np.flatnonzero(pool.eligible).astype(np.int32), key)
        lengths = complex_lengths(graph, people, self.threshold, limit)
        looked_at = people[: len(lengths)]
        best = looked_at[np.lexsort((looked_at, -lengths))]
        return Looked(_with_listeners(graph, best), len(lengths), int(pool.eligible.sum()))


def complex_lengths(
    graph: Graph, people: NDArray[np.int32], threshold: int, limit: tuple[int, int]
) -> NDArray[np.int64]:
    """Return the sum of lengths of complex paths from people, centrality times n: int64 (k,), the first k looked at.

    Parameters
    ----------
    limit : see `kernels.seeding_paths.add_betweenness`
    """
    n, total = graph.n_people, np.zeros(len(people), np.int64)
    memory = Reinforced(
        heard=np.zeros(n, np.int32),
        active=np.zeros(n, np.uint8),
        distance=np.full(n, -1, np.int32),
        queue=np.zeros(n, np.int32),
    )
    return total[: add_complex_paths(listeners_of(graph), people, threshold, limit, memory, total)]


def _with_listeners(graph: Graph, central: NDArray[np.int32]) -> Iterator[int]:
    ties, found = listeners_of(graph), np.zeros(graph.n_people, np.bool_)
    for person in map(int, central):
        if found[person]:
            continue
        circle = ties.indices[ties.indptr[person] : ties.indptr[person + 1]]
        circle = circle[~found[circle]]
        found[person], found[circle] = True, True
        yield person
        yield from circle[np.argsort(-graph.n_listeners[circle], kind="stable")].tolist()
    left = np.flatnonzero(~found)
    yield from left[np.argsort(-graph.n_listeners[left], kind="stable")].tolist()
