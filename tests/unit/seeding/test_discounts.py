"""Single discount and degree discount against their definitions, and against the people published for NetHEPT."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracles import seeding as oracle
from seeding_networks import KEY, NETWORKS, pairs_of, restrictions
from wom_sim import Graph, read_edges
from wom_sim.seeding.degree_discount import DegreeDiscount
from wom_sim.seeding.single_discount import SingleDiscount


@pytest.mark.parametrize("rule", ["single", "degree"])
@given(data=st.data(), graph=NETWORKS, p=st.sampled_from([0.0, 0.01, 0.1, 0.3, 1.0]))
def test_agrees_with_the_definition(rule, data, graph, p):
    keys, wanted = data.draw(restrictions(graph))
    strategy = SingleDiscount if rule == "single" else DegreeDiscount
    strategy = strategy(n_seed_nodes=wanted, **({} if rule == "single" else {"share_prob": p}), **keys)
    already = list(keys["already"])
    may = [v for v in keys.get("among", range(graph.n_people)) if v not in already]

    chosen = strategy.choose(graph, key=KEY).nodes.tolist()

    p = None if rule == "single" else p
    assert chosen == already + oracle.discounted(graph.n_people, pairs_of(graph), may, already, wanted, p=p)


def test_two_circles_get_one_person_each():
    """Degree would take both middles of the larger circle's overlap; a discount sees that they share their contacts."""
    twins = Graph.from_edges([0, 0, 0, 0, 1, 1, 1, 6, 6], [1, 2, 3, 4, 2, 3, 4, 7, 8], directed=False)
    assert twins.n_listeners[:2].tolist() == [4, 4]
    assert DegreeDiscount(n_seed_nodes=2).choose(twins, key=KEY).nodes.tolist() == [0, 6]
    assert SingleDiscount(n_seed_nodes=3).choose(twins, key=KEY).nodes.tolist() == [0, 1, 6]


def test_a_worth_may_rise_again():
    """Person 4 has two listeners, 6 and 7, and hears of it from three people: worth 2 - 3 - 2 * 3 = -7 with p = 1. Once
    both listeners start it is -3, before person 5, whom four people tell: -4."""
    tellers = [(teller, 5) for teller in range(4)] + [(teller, 4) for teller in range(3)]
    ties = [*tellers, (4, 6), (4, 7), (0, 8), (1, 9), (2, 10), (3, 11), (3, 12)]
    graph = Graph.from_edges(*np.array(ties).T)
    nodes = DegreeDiscount(n_seed_nodes=13, share_prob=1.0).choose(graph, key=KEY).nodes.tolist()
    assert nodes == [0, 1, 2, 3, 6, 7, 8, 9, 10, 11, 12, 4, 5]


def test_who_is_too_dear_discounts_nobody():
    """The hub 0 costs 5 and is passed over: 1 has still two listeners who are not chosen, 0 among them."""
    graph = Graph.from_edges([0, 0, 0, 0, 0, 1], [1, 2, 3, 4, 5, 6], directed=False)
    choice = SingleDiscount(budget=4.0, cost_per_contact=1.0).choose(graph, key=KEY)
    assert choice.nodes.tolist() == [1, 2, 3]
    assert DegreeDiscount(budget=4.0, cost_per_contact=1.0).choose(graph, key=KEY).nodes.tolist() == [1, 2, 3]


def test_degree_discount_gives_the_published_people(shared_data):
    """The fifty people of NetHEPT, p = 0.01, parallel ties counted, that the authors of the rule published."""
    path = shared_data / "nethept" / "nethept_multiedges.csv"
    reference = shared_data / "peer_reference" / "reference_spread.json"
    if not (path.exists() and reference.exists()):
        pytest.skip("NetHEPT is not in the shared data")
    graph = read_edges(path, directed=False, parallel_ties="count")
    published = json.loads(reference.read_text())["nethept_ic_p01_multi"]["DD_seeds"]

    chosen = DegreeDiscount(n_seed_nodes=50, share_prob=0.01).choose(graph, key=KEY)

    people = [int(label) for label in graph.labels.take(chosen.nodes)]
    assert people[:23] == published[:23]
    assert set(people) == set(published)
