"""Start with the people who have most listeners that are not chosen yet."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ..graph.csr import Graph
from .base import CountedStrategy
from .discounts import discounted
from .pool import Pool
from .spread import Spread


class SingleDiscount(CountedStrategy):
    """One by one the person with most listeners of those who are not chosen yet; of equals who appears first.

    Ties merged with `parallel_ties = "count"` count as often as they were merged. People who start already are chosen
    before anybody else.

    Source: Chen, Wang & Yang (2009), KDD, section 3: each neighbour of a person chosen loses one of her degree. In
    directed networks those lose it who are heard by the person chosen.
    """

    strategy: Literal["single_discount"] = "single_discount"

    def order(self, graph: Graph, pool: Pool, *, key: np.uint64, spread: Spread | None) -> NDArray[np.int32]:
        """Choose as many as the pool can take, each after those before; draws nothing."""
        del key, spread
        return discounted(graph, pool, told_counts=False, share_prob=0.0)
