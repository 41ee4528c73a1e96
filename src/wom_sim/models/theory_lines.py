"""What several models hand to theory: small networks as lists of ties, large ones by their degrees."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..graph.csr import Graph
from .base import TheoryLine

if TYPE_CHECKING:
    from ..theory import DegreeDistribution, Memory

ENUMERATED_TIES = 14
"""Networks of at most so many ties are enumerated: 2^14 live-edge graphs take a tenth of a second."""

EXACT_WORK = 3e7
"""Additions for which a birth chain is followed exactly: a fraction of a second."""

ENOUGH_STARTERS = 20
"""From fewer people it is luck when a rumour takes off, and the mean over that luck is not the endless crowd's."""

GRID = (4_000, 20_000)
"""Fewest and most steps of a renewal equation; at most the square of the latter in time, half a second."""

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
    if graph.directed or graph.n_ties == 0 or graph.tie_layers is not None or float(prob.min()) != float(prob.max()):
        return None
    share = reached_by_step(
        degrees_of(graph),
        transmissibility=float(prob.flat[0]),
        seed_share=len(seed_nodes) / graph.n_people,
        n_steps=n_steps,
    )
    return TheoryLine(share * graph.n_people, RANDOM_NETWORK)


def crowd_line(need: NDArray[np.int64], seed_nodes: NDArray[np.int32], n_steps: int) -> TheoryLine:
    """Return how many act where all see all, of whom each needs so many of the others; there is no luck.

    Parameters
    ----------
    need : whole numbers (n,)   0: of one's own accord, at step 1
    """
    from ..theory import acting_by_step

    # One more person, who acts first and is taken off again, makes those of their own accord act at step 1.
    acting = acting_by_step(np.append(0.0, need + 1.0), [person + 1 for person in seed_nodes.tolist()])
    return TheoryLine(padded((acting - 1).astype(np.float64), n_steps), "theory: count of thresholds, exact")


def thresholds_line(
    graph: Graph, need: NDArray[np.int64], seed_nodes: NDArray[np.int32], n_steps: int
) -> TheoryLine | None:
    """Return the mean of a threshold model on an undirected network.

    Parameters
    ----------
    need : int64 (K + 1,)   adopting contacts that people of each degree need
    """
    if graph.directed or graph.n_ties == 0 or len(seed_nodes) == 0:
        return None
    from ..theory import adopted_by_step

    seed_fraction = len(seed_nodes) / graph.n_people
    share = adopted_by_step(degrees_of(graph).prob, need=need, seed_fraction=seed_fraction, n_steps=n_steps)
    return TheoryLine(share * graph.n_people, RANDOM_NETWORK)


def adoption_line(graph: Graph, times: NDArray[np.float64], *, p: float, q: float) -> TheoryLine | None:
    """Return the mean of the Bass model in continuous time, nobody having adopted at time 0.

    Parameters
    ----------
    times : float64 (n_steps + 1,)   in days
    p, q : rates a day, of adopting of one's own accord and after others; p above 0
    """
    from ..theory import bass_adopted, bass_finite, bass_peak, bass_regular

    n = graph.n_people
    n_jumps = n * bass_peak(p=p, q=q).rate * float(times[-1])
    if graph.complete and n_jumps * (1_000.0 + n + 15.0 * len(times)) <= EXACT_WORK:
        return TheoryLine(n * bass_finite(times, p=p, q=q, n_people=n), "theory: birth chain, exact")
    if graph.complete:
        return TheoryLine(n * bass_adopted(times, p=p, q=q), "theory: endless crowd")
    degree = int(graph.in_degree[0])
    if graph.directed or degree == 0 or (graph.in_degree != degree).any():
        return None
    said = {1: "theory: pairs, exact", 2: "theory: endless ring"}
    share = bass_regular(times, p=p, q=q, degree=degree)
    return TheoryLine(n * share, said.get(degree, "theory: endless random network of this degree"))


def reposts_by_time(times: NDArray[np.float64], *, branching: float, memory: Memory) -> NDArray[np.float64]:
    """Return the mean number of posts below one at each time of an even grid that begins at 0."""
    from ..theory import expected_descendants

    n_steps, (fewest, most) = max(len(times) - 1, 1), GRID
    finer = min(n_steps * -(-fewest // n_steps), most)
    return expected_descendants(times, branching=branching, memory=memory, n_steps=finer)


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
