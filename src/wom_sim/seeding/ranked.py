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
        return best_first(self.scores(graph, key))

    @abstractmethod
    def scores(self, graph: Graph, key: np.uint64) -> NDArray[Any]:
        """Return a score of each person of a network that is not complete: int64 or float64 (n,), at least 0."""


def best_first(scores: NDArray[Any]) -> NDArray[np.int64]:
    """Return people by their scores, at least 0, the largest first; of equals the smaller number first: int64 (n,)."""
    return np.argsort(-_comparable(scores), kind="stable")


def _comparable(scores: NDArray[Any]) -> NDArray[Any]:
    """Round float64 scores to 20 bits (six digits), so that people who are equal are not told apart by rounding."""
    if scores.dtype.kind != "f":
        return scores
    mantissa, exponent = np.frexp(scores)
    rounded: NDArray[np.float64] = np.ldexp(np.rint(mantissa * _BITS), exponent)
    return rounded
