"""Complex centrality against its definition, and by hand on networks with wide and narrow bridges."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from oracles import seeding as oracle
from seeding_networks import KEY, KEYS, pairs_of, stored_networks
from wom_sim import Graph
from wom_sim.seeding import complex_centrality, sampled
from wom_sim.seeding.complex_centrality import ComplexCentrality


def complex_lengths(graph, people, threshold):
    people = np.array(people, np.int32)
    return complex_centrality.complex_lengths(graph, people, threshold, (len(people), 0)).tolist()


@given(graph=stored_networks(max_people=14), threshold=st.integers(2, 4))
def test_lengths_are_those_of_the_definition(graph, threshold):
    pairs, people = pairs_of(graph), range(graph.n_people)
    expected = [oracle.complex_length(pairs, v, threshold) for v in people]
    assert complex_lengths(graph, people, threshold) == expected


def ladder(n, narrow=()):
    """People in a row, each tied to the next two; between i and i + 1 for i in `narrow` one tie is left."""
    ties = [(i, i + d) for i in range(n) for d in (1, 2) if i + d < n]
    ties = [(u, v) for u, v in ties if not any(u <= i < v and (u, v) != (i, i + 1) for i in narrow)]
    return Graph.from_edges(*np.array(ties).T, directed=False)


def test_a_wide_bridge_is_crossed_and_a_narrow_one_is_not():
    """From person 0 of eight: 1 and 2 at length 1, then 3 and 4 at 2, 5 and 6 at 3, 7 at 4; cut after person 3, none
    beyond. With three voices asked for, nobody but her listeners."""
    assert complex_lengths(ladder(8), [0], 2) == [1 + 1 + 2 + 2 + 3 + 3 + 4]
    assert complex_lengths(ladder(8, narrow=[3]), [0], 2) == [1 + 1 + 2]
    assert complex_lengths(ladder(8), [0], 3) == [1 + 1]


def test_the_most_central_start_with_their_listeners():
    """A ladder of eight from whose ends what spreads goes farthest, and a star through which it goes nowhere."""
    src = np.repeat(np.arange(8), np.diff(ladder(8).indptr))
    graph = Graph.from_edges(
        np.concatenate((src, [8] * 6)), np.concatenate((ladder(8).indices, range(9, 15))), directed=False
    )
    assert int(np.argmax(graph.n_listeners)) == 8
    nodes = ComplexCentrality(n_seed_nodes=4).choose(graph, key=KEY).nodes.tolist()
    assert nodes == [0, 2, 1, 7]


@given(graph=stored_networks(), key=KEYS)
def test_only_people_who_may_be_chosen_are_looked_at(graph, key):
    among = tuple(range(graph.n_people))[::2]
    choice = ComplexCentrality(n_seed_nodes=len(among), n_samples=1, among=among).choose(graph, key=key)
    assert sorted(choice.nodes.tolist()) == list(among)


def test_many_people_are_looked_at_until_many_ties_have_been(monkeypatch):
    """From anywhere on a ladder of 40 everybody is brought in, 40 people and 154 ties: after three 500 are passed."""
    graph, key = ladder(40), KEY
    assert ComplexCentrality(n_seed_nodes=1).choose(graph, key=key).notes == ()
    monkeypatch.setattr(sampled, "_LEAST", 1)
    monkeypatch.setattr(sampled, "_TIES", 500)
    few = ComplexCentrality(n_seed_nodes=1).choose(graph, key=key)
    assert few.notes == ("seeding: complex centrality of 3 of 40 people, drawn by lot",)
    assert few.nodes.tolist() == ComplexCentrality(n_seed_nodes=1, n_samples=3).choose(graph, key=key).nodes.tolist()
    monkeypatch.setattr(sampled, "_LEAST", 10)
    tens = ComplexCentrality(n_seed_nodes=1).choose(graph, key=key)
    assert tens.notes == ("seeding: complex centrality of 10 of 40 people, drawn by lot",)
