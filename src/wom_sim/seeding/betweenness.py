"""Start with people who stand between others, judged from a sample."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from ..graph.csr import Graph
from ..kernels.seeding_paths import Search, add_betweenness
from .pool import Pool
from .ranked import best_first
from .sampled import Looked, Sampled
from .ties import listeners_of


class Betweenness(Sampled):
    """The people on most of the shortest paths, along which influence goes, from a sample of people to everybody.

    A person's score is the sum, over `n_samples` people drawn without replacement (the pivots) and everybody else, of
    the part of the shortest paths from one to the other that lead through her; with as many as there are people it is
    betweenness. Scores that agree in six digits count as equal, and of equals who appears first comes first.

    Source: Brandes (2001), Journal of Mathematical Sociology 25, section 4; sample: Brandes & Pich (2007),
    International Journal of Bifurcation and Chaos 17, 2303, with pivots drawn at random.
    """

    looks_at: ClassVar[str] = "betweenness from the paths of"

    strategy: Literal["betweenness"] = "betweenness"

    def look(self, graph: Graph, pool: Pool, key: np.uint64) -> Looked:
        """Order by sums over pivots. See `Sampled.look`."""
        del pool
        n = graph.n_people
        if graph.complete:
            return Looked(np.arange(n), n, n)
        score = np.zeros(n)
        n_pivots = follow_paths(graph, *self.sample(np.arange(n, dtype=np.int32), key), score)
        return Looked(best_first(score), n_pivots, n)


def follow_paths(graph: Graph, pivots: NDArray[np.int32], limit: tuple[int, int], score: NDArray[np.float64]) -> int:
    """Add to score, float64 (n,), what paths from the pivots lead through each person; return how many were followed.

    Parameters
    ----------
    limit : see `kernels.seeding_paths.add_betweenness`
    """
    n = graph.n_people
    search = Search(np.full(n, -1, np.int32), np.empty(n, np.int32), np.empty(n), np.empty(n), np.empty(n))
    return int(add_betweenness(listeners_of(graph), pivots, limit, search, score))
