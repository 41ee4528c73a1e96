"""What tests of networks share: keys, checks, a view for NetworkX."""

import networkx as nx
import numpy as np

from wom_sim.models.base import Setting

KEY = np.uint64(0x9A3C5E7F1B2D4C6E)


def no_key(purpose):
    """For models that draw nothing before the replicas: asking for a key is an error."""
    raise AssertionError(f"asked for the key of purpose {purpose}")


NO_SETTING = Setting(key=no_key)


def as_networkx(graph):
    network = nx.DiGraph() if graph.directed else nx.Graph()
    network.add_nodes_from(range(graph.n_people))
    network.add_edges_from(zip(sources(graph).tolist(), graph.indices.tolist(), strict=True))
    return network


def sources(graph):
    return np.repeat(np.arange(len(graph.indptr) - 1), np.diff(graph.indptr))


def check_simple(graph):
    """No loops, no repeats, each edge stored both ways; all from the arrays."""
    pairs = list(zip(sources(graph).tolist(), graph.indices.tolist(), strict=True))
    assert len(set(pairs)) == len(pairs)
    assert all(u != v for u, v in pairs)
    if not graph.directed:
        assert {(v, u) for u, v in pairs} == set(pairs)
