"""Start with the people who have most listeners, less what those chosen before take away."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ..graph.csr import Graph
from ..spec import ASSUMPTION, Probability
from .base import CountedStrategy
from .discounts import discounted
from .pool import Pool
from .spread import Spread


class DegreeDiscount(CountedStrategy):
    """One by one the person v with the largest d - 2 t - (d - t) t p; of equals who appears first.

    d is the number of v's contacts, t how many of them are chosen, p is `share_prob`. This is what v adds, in first
    order of p, where people pass the message on once and with little chance: t contacts need no telling, and v may
    have heard of it from each of them. In directed networks v's listeners and those v listens to are different people:
    d - s - r - (d - s) r p, with d listeners, s of them chosen, and r people chosen to whom v listens.

    Ties merged with `parallel_ties = "count"` count as often as they were merged. People who start already are chosen
    before anybody else. Source: Chen, Wang & Yang (2009), KDD, section 3, algorithm 4 (DegreeDiscountIC), for
    undirected networks.
    """

    strategy: Literal["degree_discount"] = "degree_discount"
    share_prob: Annotated[Probability, Field(json_schema_extra=ASSUMPTION)] = 0.01
    """Chance that a tie passes the message on, p, in [0, 1]; made for small ones."""

    def order(self, graph: Graph, pool: Pool, *, key: np.uint64, spread: Spread | None) -> NDArray[np.int32]:
        """Choose as many as the pool can take, each after those before; draws nothing."""
        del key, spread
        return discounted(graph, pool, told_counts=True, share_prob=self.share_prob)
