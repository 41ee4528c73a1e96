"""Communities and the places they get, against both from their definitions."""

from dataclasses import replace

import networkx as nx
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from oracles import seeding as oracle
from seeding_networks import KEY, KEYS, everybody, pairs_of, stored_networks
from wom_sim import Graph
from wom_sim.seeding.community import Community, by_claims, communities
from wom_sim.seeding.pool import Pool


@given(graph=stored_networks(), key=KEYS)
def test_communities_are_those_of_the_definition(graph, key):
    label = oracle.labels(graph.n_people, pairs_of(graph), int(key), directed=graph.directed)
    assert communities(graph, key).tolist() == [label.index(own) for own in label]


@given(data=st.data(), n=st.integers(1, 14))
def test_places_go_by_the_largest_claim(data, n):
    people = st.integers(0, n - 1)
    label = data.draw(st.lists(st.integers(0, 3), min_size=n, max_size=n))
    community = [label.index(own) for own in label]
    n_listeners = data.draw(st.lists(st.integers(0, 3), min_size=n, max_size=n))
    already = data.draw(st.lists(people, max_size=2, unique=True))
    may = data.draw(st.sets(people)) - set(already)
    pool = everybody(Graph.from_edges([], [], n_people=n), eligible=[v in may for v in range(n)], already=already)

    order = by_claims(np.array(community, np.int32), np.array(n_listeners), pool)

    assert order.tolist() == oracle.by_claims(community, n_listeners, may, already)


def test_who_is_too_dear_takes_no_place_of_her_community():
    """Two communities of three; the best connected of the first costs 9: with 4 to spend each has two of its others."""
    community, n_listeners = np.array([0, 0, 0, 3, 3, 3], np.int32), np.array([5, 1, 0, 3, 2, 1])
    pool = Pool(np.ones(6, np.bool_), np.zeros(0, np.int32), None, 4.0, np.array([9.0, 1.0, 1.0, 1.0, 1.0, 1.0]))
    assert by_claims(community, n_listeners, pool).tolist() == [1, 3, 2, 4]


@given(data=st.data(), n=st.integers(1, 14))
def test_with_money_for_all_places_go_by_the_largest_claim_too(data, n):
    label = data.draw(st.lists(st.integers(0, 3), min_size=n, max_size=n))
    community = np.array([label.index(own) for own in label], np.int32)
    n_listeners = np.array(data.draw(st.lists(st.integers(0, 3), min_size=n, max_size=n)))
    counted = everybody(Graph.from_edges([], [], n_people=n))
    paid = replace(counted, wanted=None, budget=float(n), costs=np.ones(n))
    assert by_claims(community, n_listeners, paid).tolist() == by_claims(community, n_listeners, counted).tolist()


def test_of_equal_claims_the_larger_community_comes_first():
    """Three people claim 3, 3 / 3 and 3 / 5; the one who stands alone claims 1."""
    pool = everybody(Graph.from_edges([], [], n_people=4))
    assert by_claims(np.array([0, 1, 1, 1], np.int32), np.zeros(4), pool).tolist() == [1, 2, 0, 3]


def test_groups_that_hardly_know_each_other_share_the_places():
    """Four groups of 25 dense inside: the first four who start are of four groups, the first eight two of each."""
    graph = Graph.from_networkx(nx.planted_partition_graph(4, 25, 0.5, 0.01, seed=3))
    for key in range(10):
        nodes = Community(n_seed_nodes=8).choose(graph, key=np.uint64(key)).nodes
        assert sorted(nodes[:4] // 25) == [0, 1, 2, 3]
        assert sorted(nodes // 25) == [0, 0, 1, 1, 2, 2, 3, 3]


def test_a_group_three_times_as_large_gets_three_times_the_places():
    """Cliques of nine and three."""
    cliques = [(u, v) for base, size in ((0, 9), (9, 3)) for u in range(base, base + size) for v in range(base, u)]
    graph = Graph.from_edges(*np.array(cliques).T, directed=False)
    nodes = Community(n_seed_nodes=12).choose(graph, key=KEY).nodes
    assert [int((nodes[:k] >= 9).sum()) for k in (1, 2, 3, 4, 8, 12)] == [0, 0, 1, 1, 2, 3]
