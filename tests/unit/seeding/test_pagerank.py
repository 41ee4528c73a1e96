"""PageRank against NetworkX, and its direction."""

import networkx as nx
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from networks import as_networkx
from seeding_networks import KEY, stored_networks
from wom_sim import Graph
from wom_sim.seeding.pagerank import PageRank, ranks


@given(graph=stored_networks(max_people=12), damping=st.sampled_from([0.0, 0.5, 0.85, 0.99]))
def test_ranks_are_those_of_networkx_on_the_network_turned_round(graph, damping):
    network = as_networkx(graph)
    network = network.reverse() if graph.directed else network
    theirs = nx.pagerank(network, alpha=damping, tol=1e-13, max_iter=100_000)
    ours = ranks(graph, damping) / graph.n_people
    assert np.abs(ours - [theirs[v] for v in range(graph.n_people)]).max() < 1e-7


def test_who_is_heard_by_those_who_are_heard_comes_first():
    """0 is heard by 1 alone, who listens to nobody else and whom five people hear; 7 by two whom nobody hears."""
    graph = Graph.from_edges([0, 1, 1, 1, 1, 1, 7, 7], [1, 2, 3, 4, 5, 6, 8, 9])
    assert PageRank(n_seed_nodes=3).choose(graph, key=KEY).nodes.tolist() == [0, 1, 7]


@given(n=st.integers(3, 40), turn=st.integers(1, 39))
def test_equals_come_in_order_of_their_numbers(n, turn):
    """On a ring with chords everybody stands alike, whatever is rounded."""
    people = np.arange(n)
    src, dst = np.concatenate((people, people)), np.concatenate(((people + 1) % n, (people + turn) % n))
    graph = Graph.from_edges(src, dst, n_people=n, directed=False)
    assert PageRank(n_seed_nodes=n).choose(graph, key=KEY).nodes.tolist() == list(range(n))
