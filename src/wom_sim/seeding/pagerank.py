"""Start with people to whom people listen to whom people listen."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ..graph.csr import Graph
from ..kernels.seeding_scores import pass_rank_on
from .ranked import Ranked
from .ties import listeners_of, sources_of

_MOST_ROUNDS = 10_000
_CHANGE = 1e-8
"""Rounds end when nobody's rank, 1 on average, changes more than this times the part that is not passed on."""


class PageRank(Ranked):
    """The people with the largest PageRank in the network turned round: everybody passes rank to those she listens to.

    Rank is heard upwards: each round a person keeps 1 - damping for everybody alike, and gives the rest in equal parts
    to the people she listens to, as a page does to those it links to; who listens to nobody gives it to all. Each pair
    counts once. Ranks that agree in six digits count as equal, and of equals who appears first comes first.

    Source: Page, Brin, Motwani & Winograd (1999), Stanford InfoLab 1999-66, section 2.
    """

    strategy: Literal["pagerank"] = "pagerank"
    damping: Annotated[float, Field(ge=0.0, lt=1.0)] = 0.85
    """Part of the rank that is passed on, in [0, 1)."""

    def scores(self, graph: Graph, key: np.uint64) -> NDArray[np.float64]:
        """Return ranks; draws nothing."""
        del key
        return ranks(graph, self.damping)


def ranks(graph: Graph, damping: float) -> NDArray[np.float64]:
    """Return everybody's PageRank, 1 on average: float64 (n,). Not for complete mixing."""
    listeners, n_sources = listeners_of(graph), np.diff(sources_of(graph).indptr)
    rank, passed, given = np.ones(graph.n_people), np.empty(graph.n_people), np.empty(graph.n_people)
    for _ in range(_MOST_ROUNDS):
        change = pass_rank_on(listeners, n_sources, damping, rank, given, passed)
        rank, passed = passed, rank
        if change <= _CHANGE * (1.0 - damping):
            break
    return rank
