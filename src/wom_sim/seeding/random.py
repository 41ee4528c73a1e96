"""Start with people drawn at random."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ..graph.csr import Graph
from ..kernels.rng import by_lot
from .base import CountedStrategy
from .pool import Pool
from .spread import Spread


class Random(CountedStrategy):
    """People drawn without replacement, once a case: all replicas start with the same people.

    The draw is a shuffle of everybody, so that a larger `n_seed_nodes` only adds people.
    """

    strategy: Literal["random"] = "random"

    def order(self, graph: Graph, pool: Pool, *, key: np.uint64, spread: Spread | None) -> NDArray[np.int32]:
        """Shuffle everybody."""
        del pool, spread
        return shuffled_people(graph.n_people, key)


def shuffled_people(n_people: int, key: np.uint64) -> NDArray[np.int32]:
    """Return everybody in an order drawn by `key`: int32 (n,). Each person has a random word; the words are sorted."""
    return by_lot(np.arange(n_people, dtype=np.int32), key)
