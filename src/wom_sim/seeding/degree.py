"""Start with the best connected people."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ..graph.csr import Graph
from .base import CountedStrategy
from .pool import Pool
from .spread import Spread


class Degree(CountedStrategy):
    """The people with most listeners (out-degree). Among equals, who appears first in the network comes first."""

    strategy: Literal["degree"] = "degree"

    def order(self, graph: Graph, pool: Pool, *, key: np.uint64, spread: Spread | None) -> NDArray[np.int64]:
        """Order by number of listeners, descending; draws nothing."""
        del pool, key, spread
        return np.argsort(-graph.n_listeners, kind="stable")
