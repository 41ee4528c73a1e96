"""What strategies share that order everybody by a score."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..graph.csr import Graph
from .base import CountedStrategy
from .pool import Pool
from .spread import Spread

_BITS = 2.0**20


class Ranked(CountedStrategy):
    """Base of strategies that order people by a score, the largest first; among equals, who appears first comes first.

    With complete mixing all are equal.
    """

    def order(self, graph: Graph, pool: Pool, *, key: np.uint64, spread: Spread | None) -> NDArray[np.int64]:
        """Order by score, descending."""
        del pool, spread
        if graph.complete:
            return np.arange(graph.n_people)
        return np.argsort(-comparable(self.scores(graph, key)), kind="stable")

    @abstractmethod
    def scores(self, graph: Graph, key: np.uint64) -> NDArray[Any]:
        """Return a score of each person of a network that is not complete: int64 or float64 (n,), at least 0."""


def comparable(scores: NDArray[Any]) -> NDArray[Any]:
    """Round float64 scores to 20 bits (six digits), so that people who are equal are not told apart by rounding."""
    if scores.dtype.kind != "f":
        return scores
    mantissa, exponent = np.frexp(scores)
    rounded: NDArray[np.float64] = np.ldexp(np.rint(mantissa * _BITS), exponent)
    return rounded
