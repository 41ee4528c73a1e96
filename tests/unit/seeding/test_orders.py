"""What all strategies that order people by the network alone have in common."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seeding_networks import KEYS, NETWORKS, pairs_of, restrictions
from wom_sim import Graph
from wom_sim.graph.csr import complete_graph
from wom_sim.seeding.catalogue import STRATEGIES

NAMES = [
    "degree",
    "random",
    "neighbourhood",
    "single_discount",
    "degree_discount",
    "k_core",
    "pagerank",
    "voterank",
    "betweenness",
    "community",
    "friend",
    "complex_centrality",
]


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data(), graph=NETWORKS, key=KEYS)
def test_a_larger_number_only_adds_people_of_those_who_may_be_chosen(name, data, graph, key):
    keys, n_may = data.draw(restrictions(graph))
    few = data.draw(st.integers(0, n_may))
    all_of_them = STRATEGIES[name](n_seed_nodes=n_may, **keys).choose(graph, key=key)
    already = list(keys["already"])
    nodes = all_of_them.nodes.tolist()
    assert nodes[: len(already)] == already
    assert sorted(nodes) == sorted(set(keys.get("among", range(graph.n_people))) | set(already))
    assert (
        STRATEGIES[name](n_seed_nodes=few, **keys).choose(graph, key=key).nodes.tolist()
        == (nodes[: len(already) + few])
    )


@pytest.mark.parametrize("name", NAMES)
@given(graph=NETWORKS, key=KEYS)
def test_a_budget_for_everybody_takes_everybody_in_the_same_order(name, graph, key):
    n = graph.n_people
    paid = STRATEGIES[name](budget=0.1 * n, cost_per_person=0.1).choose(graph, key=key)
    assert paid.nodes.tolist() == STRATEGIES[name](n_seed_nodes=n).choose(graph, key=key).nodes.tolist()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("n", [1, 2, 7])
def test_complete_mixing_is_the_network_in_which_all_are_tied(name, n):
    src, dst = np.array(list(pairs_of(complete_graph(n))), np.int64).reshape(-1, 2).T
    stored = Graph.from_edges(src, dst, n_people=n)
    for key in map(np.uint64, range(5)):
        chosen = STRATEGIES[name](n_seed_nodes=n).choose(complete_graph(n), key=key).nodes
        assert chosen.tolist() == STRATEGIES[name](n_seed_nodes=n).choose(stored, key=key).nodes.tolist()
