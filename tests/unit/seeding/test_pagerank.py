"""PageRank against NetworkX, and its direction."""

import networkx as nx
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from networks import as_networkx
from seeding_networks import KEY, pairs_of, stored_networks
from wom_sim import Graph
from wom_sim.seeding.pagerank import PageRank, ranks


@given(graph=stored_networks(max_people=14), damping=st.sampled_from([0.0, 0.5, 0.85, 0.99]))
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


@given(graph=stored_networks(), order=st.randoms(use_true_random=False))
def test_people_who_are_equal_are_not_told_apart_by_rounding(graph, order):
    """Beside a network stands its double with other numbers, whose sums are added up in another order."""
    n = graph.n_people
    double = order.sample(range(n, 2 * n), n)
    pairs = np.array(list(pairs_of(graph)), np.int64).reshape(-1, 2)
    src, dst = np.concatenate((pairs, np.array(double)[pairs])).T
    both = Graph.from_edges(src, dst, n_people=2 * n)
    place = np.argsort(PageRank(n_seed_nodes=2 * n).choose(both, key=KEY).nodes)
    assert (place[:n] < place[double]).all()
