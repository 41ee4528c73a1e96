"""Start with people who stand between others, judged from a sample."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ..graph.csr import MAX_PEOPLE, Graph
from ..kernels.rng import by_lot, derive_key
from ..kernels.seeding_scores import Search, add_betweenness
from .ranked import Ranked
from .sampled import SAMPLED, n_affordable
from .ties import listeners_of

_PIVOTS = 6
"""Number of the stream, under a strategy's key, that draws the pivots."""


class Betweenness(Ranked):
    """The people on most of the shortest paths, along which influence goes, from a sample of people to everybody.

    A person's score is the sum, over `n_samples` people drawn without replacement (the pivots) and everybody else, of
    the part of the shortest paths from one to the other that lead through her; with as many as there are people it is
    betweenness. Scores that agree in six digits count as equal, and of equals who appears first comes first.

    Source: Brandes (2001), Journal of Mathematical Sociology 25, section 4; sample: Brandes & Pich (2007),
    International Journal of Bifurcation and Chaos 17, 2303, with pivots drawn at random.
    """

    strategy: Literal["betweenness"] = "betweenness"
    n_samples: Annotated[int | None, Field(ge=1, le=MAX_PEOPLE, json_schema_extra=SAMPLED)] = None
    """People from whom paths are followed; more than there are: everybody. Left out: as many as a search of 200
    million ties pays for, 10 at least."""

    def scores(self, graph: Graph, key: np.uint64) -> NDArray[np.float64]:
        """Return sums over pivots, drawn by the strategy's key."""
        n_pivots = n_affordable(graph) if self.n_samples is None else self.n_samples
        everybody = np.arange(graph.n_people, dtype=np.int32)
        return betweenness(graph, by_lot(everybody, derive_key(key, _PIVOTS))[:n_pivots])


def betweenness(graph: Graph, pivots: NDArray[np.int32]) -> NDArray[np.float64]:
    """Return what shortest paths from the pivots lead through each person: float64 (n,). Not for complete mixing."""
    n, score = graph.n_people, np.zeros(graph.n_people)
    search = Search(np.full(n, -1, np.int32), np.empty(n, np.int32), np.empty(n), np.empty(n), np.empty(n))
    add_betweenness(listeners_of(graph), pivots, search, score)
    return score
