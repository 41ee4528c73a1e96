"""Start with people named one by one."""

from __future__ import annotations

from typing import Literal

import numpy as np

from ..graph.csr import Graph
from .base import SeedChoice, Strategy
from .people import Labels, find_people
from .spread import Spread


class Nodes(Strategy):
    """The people named by their labels; ``107`` finds a file's ``"107"``. Repeats count once, with a note."""

    strategy: Literal["nodes"] = "nodes"
    nodes: Labels
    """Labels of the people who start."""

    def choose(self, graph: Graph, *, key: np.uint64, spread: Spread | None = None) -> SeedChoice:
        """Look the labels up; draws nothing. See `Strategy.choose`."""
        del key, spread
        return SeedChoice(*find_people(graph, self.nodes, key="seeding.nodes"))
