"""Start with the best connected people."""

from __future__ import annotations

from typing import Literal

import numpy as np

from ..graph.csr import Graph
from .base import CountedStrategy, SeedChoice


class Degree(CountedStrategy):
    """The people with most listeners (out-degree). Among equals, who appears first in the network comes first."""

    strategy: Literal["degree"] = "degree"

    def choose(self, graph: Graph, *, key: np.uint64) -> SeedChoice:
        """Choose by number of listeners, descending; draws nothing. See `Strategy.choose`."""
        del key
        return self.first_of(np.argsort(-graph.n_listeners, kind="stable"), graph)
