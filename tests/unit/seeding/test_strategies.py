"""Who starts: each strategy's choice, its ties, its refusals."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wom_sim import Graph, ScenarioError, choose_seed_nodes
from wom_sim.graph.csr import complete_graph
from wom_sim.seeding.degree import Degree
from wom_sim.seeding.neighbourhood import Neighbourhood
from wom_sim.seeding.nodes import Nodes
from wom_sim.seeding.random import Random, shuffled_people

KEY = np.uint64(12345)


def star(leaves=5):
    return Graph.from_edges([0] * leaves, range(1, leaves + 1), directed=False)


def test_degree_takes_the_best_connected_and_breaks_ties_by_first_appearance():
    graph = Graph.from_edges([3, 3, 1, 2, 2, 0], [0, 1, 0, 0, 1, 1], n_people=5)
    assert Degree(n_seed_nodes=4).choose(graph, key=KEY).nodes.tolist() == [2, 3, 0, 1]


@given(st.integers(0, 2**64 - 1), st.integers(1, 60))
def test_random_draws_distinct_people_and_more_only_adds(key, n):
    everybody = shuffled_people(n, np.uint64(key))
    assert sorted(everybody.tolist()) == list(range(n))
    graph = Graph.from_edges([], [], n_people=n)
    few = Random(n_seed_nodes=n // 2).choose(graph, key=np.uint64(key)).nodes
    assert few.tolist() == everybody[: n // 2].tolist()


def test_every_person_is_equally_likely_to_be_drawn_first():
    """Chi-square of 5,000 draws over 10 people, 9 degrees of freedom: below 40 but once in 100,000."""
    first = [shuffled_people(10, np.uint64(key))[0] for key in range(5000)]
    counts = np.bincount(first, minlength=10)
    assert ((counts - 500.0) ** 2 / 500.0).sum() < 40.0


def test_neighbourhood_is_a_person_and_all_contacts():
    chosen = Neighbourhood(around="0").choose(star(), key=KEY).nodes
    assert chosen.tolist() == [0, 1, 2, 3, 4, 5]


def test_neighbourhood_grows_ring_by_ring_to_the_number_asked():
    path = Graph.from_edges([0, 1, 2, 3], [1, 2, 3, 4], directed=False)
    assert Neighbourhood(around=2, n_seed_nodes=4).choose(path, key=KEY).nodes.tolist() == [2, 1, 3, 0]
    apart = Graph.from_edges([0], [1], directed=False, n_people=4)
    chosen = Neighbourhood(around=0, n_seed_nodes=4).choose(apart, key=KEY).nodes
    assert chosen[:2].tolist() == [0, 1]
    assert sorted(chosen.tolist()) == [0, 1, 2, 3]


def test_neighbourhood_on_complete_mixing_is_everybody():
    assert len(Neighbourhood().choose(complete_graph(6), key=KEY).nodes) == 6


@pytest.mark.parametrize("strategy", [Degree, Random, Neighbourhood])
def test_no_more_people_than_there_are(strategy):
    with pytest.raises(
        ScenarioError, match=r"seeding\.n_seed_nodes: must be at most the 6 people of the network, got 7"
    ):
        strategy(n_seed_nodes=7).choose(star(), key=KEY)
    assert len(strategy(n_seed_nodes=0).choose(star(), key=KEY).nodes) == 0
    assert len(strategy(n_seed_nodes=6).choose(star(), key=KEY).nodes) == 6


def test_nodes_are_found_by_label_or_its_text_and_repeats_count_once():
    choice = Nodes(nodes=("3", 1, "1")).choose(star(), key=KEY)
    assert choice.nodes.tolist() == [3, 1]
    assert choice.notes == ("seeding.nodes: 1 repeated label counted once",)


def test_absent_people_are_named_with_similar_ones():
    G = nx.path_graph(["anna", "berta", "carl"])
    with pytest.raises(
        ScenarioError, match=r"seeding.nodes: nobody is called 'ana' in the network of 3 people; similar: 'anna'"
    ):
        Nodes(nodes=("ana",)).choose(Graph.from_networkx(G), key=KEY)
    with pytest.raises(ScenarioError, match=r"'x1', 'x2', 'x3', 'x4', 'x5' and 2 more in"):
        Nodes(nodes=tuple(f"x{i}" for i in range(1, 8))).choose(star(), key=KEY)


def test_from_python_labels_come_back_best_first():
    G = nx.star_graph(4)
    assert choose_seed_nodes(G, k=2).nodes == [0, 1]
    assert (
        choose_seed_nodes(G, k=3, strategy="random", rng_seed=1).nodes
        == (choose_seed_nodes(G, k=5, strategy="random", rng_seed=1).nodes[:3])
    )
    with pytest.raises(ScenarioError, match=r"strategy must be one of degree, random, neighbourhood, .*, got 'best'"):
        choose_seed_nodes(G, k=1, strategy="best")


def test_degree_counts_people_not_meetings():
    """Twenty meetings with one friend are fewer listeners than three friends."""
    src, dst = [0] * 20 + [1] * 3, [1] * 20 + [2, 3, 4]
    graph = Graph.from_edges(src, dst, n_people=5, times=range(23))
    assert graph.n_listeners.tolist() == [1, 3, 0, 0, 0]
    assert Degree(n_seed_nodes=1).choose(graph, key=KEY).nodes.tolist() == [1]
