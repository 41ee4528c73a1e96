"""What several models hand to theory: small networks as lists of ties, large ones by their degrees."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..graph.csr import Graph
from .base import TheoryLine

if TYPE_CHECKING:
    from ..theory import DegreeDistribution

ENUMERATED_TIES = 14
"""Networks of at most so many ties are enumerated: 2^14 live-edge graphs take a tenth of a second."""

RANDOM_NETWORK = "theory: random network with these degrees, random starters"


def cascade_line(
    graph: Graph, prob: NDArray[np.float64], seed_nodes: NDArray[np.int32], n_steps: int
) -> TheoryLine | None:
    """Return the mean of a cascade's curve: by enumeration, or on an undirected network with one chance for all ties.

    Parameters
    ----------
    prob : float64 (n_ties,)   chance of each tie
    """
    if len(seed_nodes) == 0:
        return None
    from ..theory import cascade_exact, reached_by_step

    if not graph.complete and 0 < graph.n_ties <= ENUMERATED_TIES:
        exact = cascade_exact(
            graph.n_people, ties_of(graph), chances=prob, seed_nodes=seed_nodes.tolist(), max_steps=n_steps
        )
        return TheoryLine(padded(exact.curve, n_steps), "theory: all live-edge graphs")
    if graph.directed or graph.n_ties == 0 or float(prob.min()) != float(prob.max()):
        return None
    share = reached_by_step(
        degrees_of(graph),
        transmissibility=float(prob.flat[0]),
        seed_share=len(seed_nodes) / graph.n_people,
        n_steps=n_steps,
    )
    return TheoryLine(share * graph.n_people, RANDOM_NETWORK)


def ties_of(graph: Graph) -> list[tuple[int, int]]:
    """Return the ties (u, v) in order of their numbers."""
    src = np.repeat(np.arange(graph.n_people), np.diff(graph.indptr))
    return list(zip(src.tolist(), graph.indices.tolist(), strict=True))


def degrees_of(graph: Graph) -> DegreeDistribution:
    """Return the distribution of people's degrees, of those they listen to."""
    from ..theory import DegreeDistribution

    if graph.complete:
        return DegreeDistribution.regular(graph.n_people - 1)
    return DegreeDistribution.from_degrees(graph.in_degree)


def padded(heights: NDArray[np.float64], n_steps: int) -> NDArray[np.float64]:
    """Return heights at steps 0 .. n_steps, the last one repeated."""
    return heights[np.minimum(np.arange(n_steps + 1), len(heights) - 1)]
