"""Core numbers against NetworkX, and the order of equals."""

import networkx as nx
import numpy as np
from hypothesis import given

from networks import as_networkx
from seeding_networks import KEY, stored_networks
from wom_sim import Graph
from wom_sim.seeding.k_core import KCore, core_numbers


@given(graph=stored_networks(max_people=40))
def test_core_numbers_are_those_of_networkx(graph):
    theirs = nx.core_number(as_networkx(graph))
    assert core_numbers(graph).tolist() == [theirs[v] for v in range(graph.n_people)]


@given(graph=stored_networks())
def test_order_is_by_core_then_listeners_then_number(graph):
    core = nx.core_number(as_networkx(graph))
    expected = sorted(range(graph.n_people), key=lambda v: (-core[v], -graph.n_listeners[v], v))
    assert KCore(n_seed_nodes=graph.n_people).choose(graph, key=KEY).nodes.tolist() == expected


def test_a_clique_comes_before_a_star():
    """The hub 0 of a star has 9 contacts, everybody of a clique of five 4."""
    clique = np.array([(u, v) for u in range(10, 15) for v in range(u)[10 - u :] if v >= 10]).T
    graph = Graph.from_edges([0] * 9 + list(clique[0]), [*range(1, 10), *clique[1]], directed=False)
    assert set(KCore(n_seed_nodes=5).choose(graph, key=KEY).nodes.tolist()) == set(range(10, 15))
