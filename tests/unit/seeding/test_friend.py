"""Friends of random people against the definition, and the friendship paradox."""

import numpy as np
from hypothesis import given

from oracles import seeding as oracle
from oracles.live_edge import word
from seeding_networks import KEYS, NETWORKS, pairs_of
from wom_sim import Graph
from wom_sim.graph.csr import complete_graph
from wom_sim.seeding.friend import Friend, friends_named


@given(graph=NETWORKS, key=KEYS)
def test_agrees_with_the_definition(graph, key):
    expected = oracle.friends(graph.n_people, pairs_of(graph), *(word(int(key), stream) for stream in (6, 7, 8)))
    assert Friend(n_seed_nodes=graph.n_people).choose(graph, key=key).nodes.tolist() == expected


def test_friends_are_named_in_proportion_to_their_listeners():
    """On a star of ten leaves the hub is the first named in 10 of 11 draws: 4 standard errors of 2,000 draws."""
    star = Graph.from_edges([0] * 10, range(1, 11), directed=False)
    hub = np.mean([Friend(n_seed_nodes=1).choose(star, key=np.uint64(k)).nodes[0] == 0 for k in range(2000)])
    assert abs(hub - 10 / 11) < 4 * np.sqrt(10 / 11 / 11 / 2000)


def test_in_complete_mixing_nobody_names_herself_and_everybody_else_is_as_likely():
    """Chi-square over the 9 others of 3,000 draws, 8 degrees of freedom: below 38 but once in 100,000."""
    named = np.array([friends_named(complete_graph(10), np.uint64(key)) for key in range(3000)])
    assert (named != np.arange(10)).all()
    counts = np.bincount(named[:, 4], minlength=10)[np.arange(10) != 4]
    assert ((counts - 3000 / 9) ** 2 / (3000 / 9)).sum() < 38.0
