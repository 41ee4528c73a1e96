"""The networks of the verification."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from ..graph.csr import Graph

Ties = tuple[tuple[int, int], ...]


def stored(n_people: int, ties: Sequence[tuple[int, int]], **columns: Any) -> Graph:
    """Return a network that stores these ties (u, v), u influences v, with columns of ties."""
    src, dst = np.array(ties, np.int64).reshape(-1, 2).T
    return Graph.from_edges(src, dst, n_people=n_people, tie_columns=columns)


def both_ways(edges: Sequence[tuple[int, int]]) -> Ties:
    """Return each edge as two ties, sorted."""
    return tuple(sorted({tie for u, v in edges for tie in ((u, v), (v, u))}))


@cache
def karate() -> Graph:
    """Return Zachary's karate club: 34 people, 78 friendships, without weights."""
    import networkx as nx

    network = nx.karate_club_graph()
    bare = nx.Graph()
    bare.add_nodes_from(range(len(network)))
    bare.add_edges_from(network.edges())
    return Graph.from_networkx(bare)


@cache
def karate_with_shares() -> Graph:
    """Return the karate club with a tie column ``share``: 1 / the listener's number of friends."""
    graph = karate()
    src = np.repeat(np.arange(graph.n_people), np.diff(graph.indptr))
    return Graph.from_edges(
        src, graph.indices, n_people=34, tie_columns={"share": 1.0 / graph.in_degree[graph.indices]}
    )


@cache
def regular(degree: int, n_people: int, *, rng_seed: int = 1) -> Graph:
    """Return a random network in which everybody has the same number of contacts."""
    import networkx as nx

    return Graph.from_networkx(nx.random_regular_graph(degree, n_people, seed=rng_seed))


@cache
def random_network(mean_degree: float, n_people: int, *, rng_seed: int = 1) -> Graph:
    """Return an Erdos-Renyi network G(n, p) with a mean degree."""
    import networkx as nx

    return Graph.from_networkx(nx.fast_gnp_random_graph(n_people, mean_degree / (n_people - 1), seed=rng_seed))


@cache
def listening(n_people: int, n_contacts: int, *, rng_seed: int) -> Graph:
    """Return a network in which everybody listens to this many others, drawn without repeats."""
    drawn = np.argpartition(np.random.default_rng(rng_seed).random((n_people, n_people - 1)), n_contacts)
    chosen = drawn[:, :n_contacts]
    chosen += chosen >= np.arange(n_people)[:, None]
    return Graph.from_edges(chosen.ravel(), np.repeat(np.arange(n_people), n_contacts), n_people=n_people)


def broadcasters(*, launched: float, share: float, n_people: int = 100_000, rng_seed: int = 1) -> Graph:
    """Return a network of a few people with very many listeners, drawn at random, and one who launches cascades.

    The number of listeners has the density k^-2.3 from 10 on: floor(10 u^(-1 / 1.3)) for evenly spread u, everybody at
    most. The tie column ``chance`` is `share` over its mean. The last person reaches `launched` people on average.
    Source: Goel, Anderson, Hofman & Watts (2016), without the limit of a million.
    """
    rng = np.random.default_rng(rng_seed)
    spread = (np.arange(n_people) + 0.5) / n_people
    n_listeners = np.minimum(np.floor(10 * spread ** (-1 / 1.3)).astype(np.int64), n_people - 1)
    src = np.repeat(np.arange(n_people), n_listeners)
    dst = rng.integers(n_people - 1, size=len(src))
    starts = np.concatenate(([0], np.cumsum(n_listeners)))
    for u in np.flatnonzero(n_listeners > 30):  # others hear twice in less than 1 tie of 5,000
        dst[starts[u] : starts[u + 1]] = rng.choice(n_people - 1, n_listeners[u], replace=False, shuffle=False)
    dst += dst >= src
    chance = np.full(len(src), share / n_listeners.mean())
    everybody = np.arange(n_people)
    return Graph.from_edges(
        np.concatenate((src, np.full(n_people, n_people))),
        np.concatenate((dst, everybody)),
        n_people=n_people + 1,
        tie_columns={"chance": np.concatenate((chance, np.full(n_people, launched / n_people)))},
        parallel_ties="first",
    )


@cache
def power_law_network(cutoff: float, n_people: int, *, rng_seed: int = 1) -> Graph:
    """Return a configuration model whose degrees k have the chances k^-2 exp(-k / cutoff), as exactly as n allows.

    Ties to oneself and repeated ties are dropped: some hundreds of the ties, those of people with many.
    """
    import networkx as nx

    from ..theory import DegreeDistribution

    chances = DegreeDistribution.power_law_cutoff(cutoff).prob
    people = np.diff(np.round(np.cumsum(chances) * n_people), prepend=0.0).astype(np.int64)
    degrees = np.repeat(np.arange(len(people)), people)
    degrees[-1] += degrees.sum() % 2
    network = nx.Graph(nx.configuration_model(degrees.tolist(), seed=rng_seed))
    network.remove_edges_from(list(nx.selfloop_edges(network)))
    return Graph.from_networkx(network)
