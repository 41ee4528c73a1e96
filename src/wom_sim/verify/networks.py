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
def regular(degree: int, n_people: int, *, rng_seed: int = 1) -> Graph:
    """Return a random network in which everybody has the same number of contacts."""
    import networkx as nx

    return Graph.from_networkx(nx.random_regular_graph(degree, n_people, seed=rng_seed))


@cache
def random_network(mean_degree: float, n_people: int, *, rng_seed: int = 1) -> Graph:
    """Return an Erdos-Renyi network G(n, p) with a mean degree."""
    import networkx as nx

    return Graph.from_networkx(nx.fast_gnp_random_graph(n_people, mean_degree / (n_people - 1), seed=rng_seed))
