"""How many people strategies look at that would take too long with everybody."""

from __future__ import annotations

from pydantic.config import JsonDict

from ..graph.csr import Graph
from ..spec import ASSUMPTION

SAMPLED: JsonDict = {**ASSUMPTION, "when_left_out": "as many people as 200 million ties pay for, 10 at least"}
"""Marks a number of people looked at that follows from the size of the network."""

_TIES = 200_000_000
_LEAST = 10


def n_affordable(graph: Graph) -> int:
    """Return how many searches through the whole network look at 200 million ties, 10 at least."""
    return max(_LEAST, _TIES // max(1, graph.n_people + graph.n_ties))
