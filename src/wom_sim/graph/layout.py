"""Where to draw the people of a small network."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .csr import Graph

MOST_DRAWN = 400
"""People of a network that is still worth drawing."""


def positions(graph: Graph) -> NDArray[np.float64]:
    """Return a place for each person, those tied to each other side by side: float64 (n, 2) in [-1, 1].

    Fruchterman & Reingold (1991), the same for the same network; people without ties on a circle around the others.
    """
    import networkx as nx

    n = graph.n_people
    drawn = nx.empty_graph(n)
    if not graph.complete:
        drawn.add_edges_from(
            zip(np.repeat(np.arange(n), graph.out_degree).tolist(), graph.indices.tolist(), strict=True)
        )
    tied = [v for v in range(n) if drawn.degree[v] > 0]
    alone = [v for v in range(n) if drawn.degree[v] == 0]
    places = np.zeros((n, 2))
    if tied:
        found = nx.spring_layout(drawn.subgraph(tied), seed=1, iterations=100)
        places[tied] = np.array([found[v] for v in tied]) * (0.85 if alone else 1.0)
    angle = 2.0 * np.pi * np.arange(len(alone)) / max(len(alone), 1)
    places[alone] = np.column_stack((np.cos(angle), np.sin(angle)))
    return places
