"""Start with friends of random people, who have more friends than people have."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ..graph.csr import Graph
from ..kernels.rng import by_lot, derive_key, set_uniforms_at
from .base import CountedStrategy
from .pool import Pool
from .spread import Spread
from .ties import sources_of

_ASKED, _NAMED, _OTHERS = 6, 7, 8
"""Numbers of streams under a strategy's key: who is asked, whom she names, who is left."""


class Friend(CountedStrategy):
    """Friends of people drawn at random, which needs no knowledge of the network.

    People are asked in an order by lot, each once; each names one of the people she listens to, drawn with equal
    chances (who listens to nobody names nobody). Those named start, in the order in which they were first named. People
    whom nobody names follow, in an order by lot.

    Source: Cohen, Havlin & ben-Avraham (2003), Physical Review Letters 91, 247901 (acquaintances, for immunisation).
    """

    strategy: Literal["friend"] = "friend"

    def order(self, graph: Graph, pool: Pool, *, key: np.uint64, spread: Spread | None) -> NDArray[np.int32]:
        """Order by first naming."""
        del pool, spread
        everybody = np.arange(graph.n_people, dtype=np.int32)
        friends = friends_named(graph, derive_key(key, _NAMED))[by_lot(everybody, derive_key(key, _ASKED))]
        named = friends[friends >= 0]
        first = np.sort(np.unique(named, return_index=True)[1])
        left = np.setdiff1d(everybody, named, assume_unique=False).astype(np.int32)
        return np.concatenate((named[first], by_lot(left, derive_key(key, _OTHERS))))


def friends_named(graph: Graph, key: np.uint64) -> NDArray[np.int32]:
    """Return whom each person names: int32 (n,), -1 for nobody; the draw of a person has her number as index."""
    n, draws = graph.n_people, np.empty(graph.n_people)
    set_uniforms_at(key, np.arange(n), draws)
    if graph.complete:
        others = (draws * (n - 1)).astype(np.int64)
        return np.where(n > 1, others + (others >= np.arange(n)), -1).astype(np.int32)
    sources = sources_of(graph)
    n_sources = np.diff(sources.indptr)
    place = sources.indptr[:-1] + (draws * n_sources).astype(np.int64)
    friends = np.full(n, -1, np.int32)
    friends[n_sources > 0] = sources.indices[place[n_sources > 0]]
    return friends
