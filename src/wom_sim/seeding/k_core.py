"""Start with people in the core of the network."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ..graph.csr import Graph
from ..kernels.seeding_scores import peel
from .ranked import Ranked
from .ties import both_ways


class KCore(Ranked):
    """The people with the largest core number; of equals those with most listeners, then who appears first.

    The core number is the largest c for which the person is one of a group whose members all have at least c ties with
    each other. In directed networks ties either way count, so that two people who listen to each other have two.

    Source: Kitsak et al. (2010), Nature Physics 6, 888; core numbers: Batagelj & Zaversnik (2003), arXiv cs/0310049.
    """

    strategy: Literal["k_core"] = "k_core"

    def scores(self, graph: Graph, key: np.uint64) -> NDArray[np.int64]:
        """Return core numbers, with numbers of listeners to tell equals apart; draws nothing."""
        del key
        return core_numbers(graph) * np.int64(graph.n_people) + graph.n_listeners


def core_numbers(graph: Graph) -> NDArray[np.int64]:
    """Return the core number of each person: int64 (n,). Not for complete mixing."""
    listeners, sources = both_ways(graph)
    core = np.diff(listeners.indptr) + np.diff(sources.indptr)
    people = np.argsort(core, kind="stable").astype(np.int32)
    place = np.empty(graph.n_people, np.int32)
    place[people] = np.arange(graph.n_people, dtype=np.int32)
    start = np.concatenate((np.zeros(1, np.int64), np.cumsum(np.bincount(core))))[:-1]
    peel(listeners, sources, start, people, place, core)
    return core
