"""Start with people elected one by one, whose voters have less to say in the next election."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ..graph.csr import Graph
from ..kernels.seeding import Votes, choose_by_votes
from .base import CountedStrategy
from .discounts import asked_of, new_waiting
from .pool import Pool
from .spread import Spread
from .ties import listeners_of, sources_of


class VoteRank(CountedStrategy):
    """One by one the person with most votes; of equals who appears first.

    Everybody votes for all whom she listens to, with an ability that begins at 1. Who is elected votes no more, and the
    ability of each of her listeners falls by one over the mean number of listeners, to 0 at least. When nobody who may
    be chosen has any votes left, people follow by their number of listeners. People who start already are elected
    before anybody else.

    Source: Zhang, Chen, Dong & Zhao (2016), Scientific Reports 6, 27823, section Methods.
    """

    strategy: Literal["voterank"] = "voterank"

    def order(self, graph: Graph, pool: Pool, *, key: np.uint64, spread: Spread | None) -> NDArray[np.int64]:
        """Elect as many as the pool can take, then everybody else; draws nothing."""
        del key, spread
        if graph.complete:
            return np.arange(graph.n_people)
        listeners = listeners_of(graph)
        n_ties = len(listeners.indices)
        election = Votes(np.full(graph.n_people, n_ties), np.diff(listeners.indptr) * n_ties)
        elected = np.empty(pool.n_most, np.int32)
        n = choose_by_votes(
            listeners, sources_of(graph), election, asked_of(pool), new_waiting(graph.n_people), elected
        )
        others = np.ones(graph.n_people, np.bool_)
        others[elected[:n]] = False
        rest = np.flatnonzero(others)
        return np.concatenate((elected[:n], rest[np.argsort(-graph.n_listeners[rest], kind="stable")]))
