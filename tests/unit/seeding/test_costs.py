"""What people who start cost, and whom a budget pays; docs/business.md, 6."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wom_sim import Graph, ScenarioError
from wom_sim.engine.plan import plan_scenario
from wom_sim.graph.csr import complete_graph
from wom_sim.scenario.load import scenario_from
from wom_sim.seeding.degree import Degree
from wom_sim.seeding.neighbourhood import Neighbourhood
from wom_sim.seeding.nodes import Nodes
from wom_sim.seeding.random import Random, shuffled_people

KEY = np.uint64(12345)
STRATEGIES = [Degree, Random, Neighbourhood]


def star(leaves=5):
    return Graph.from_edges([0] * leaves, range(1, leaves + 1), directed=False)


def test_a_person_costs_by_the_head_and_by_the_contact():
    assert Degree(n_seed_nodes=1, cost_per_person=2.0).costs(star()).tolist() == [2.0] * 6
    assert Degree(n_seed_nodes=1, cost_per_contact=0.5).costs(star()).tolist() == [2.5] + [0.5] * 5
    both = Nodes(nodes=(0, 3), cost_per_person=2.0, cost_per_contact=0.5)
    assert both.costs(complete_graph(4)).tolist() == [3.5] * 4
    choice = both.priced(both.choose(star(), key=KEY), star())
    assert choice.costs.tolist() == [4.5, 2.5]
    assert choice.notes == ("seeding: the 2 people who start cost 7 if all take part",)


def test_where_nobody_costs_anything_nothing_is_said():
    nobody = Degree(n_seed_nodes=0, cost_per_person=5.0)
    assert nobody.priced(nobody.choose(star(), key=KEY), star()).notes == ()
    free = Degree(n_seed_nodes=2)
    choice = free.priced(free.choose(star(), key=KEY), star())
    assert (choice.costs, choice.notes) == (None, ())


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_budget_for_everybody_takes_everybody_in_the_order_of_the_strategy(strategy):
    everybody = strategy(n_seed_nodes=6).choose(star(), key=KEY).nodes
    paid = strategy(budget=60.0, cost_per_person=10.0).choose(star(), key=KEY).nodes
    assert paid.tolist() == everybody.tolist()
    assert strategy(budget=35.0, cost_per_person=10.0).choose(star(), key=KEY).nodes.tolist() == everybody[:3].tolist()
    assert strategy(budget=9.0, cost_per_person=10.0).choose(star(), key=KEY).nodes.tolist() == []


def test_who_is_too_dear_is_passed_over():
    """The hub costs 5, each leaf 1."""
    choice = Degree(budget=3.0, cost_per_contact=1.0).choose(star(), key=KEY)
    assert choice.nodes.tolist() == [1, 2, 3]
    assert choice.notes == ("seeding.budget: 3 pays 3 people; 0 is left",)
    assert Degree(budget=6.5, cost_per_contact=1.0).choose(star(), key=KEY).nodes.tolist() == [0, 1]


def test_ring_by_ring_as_far_as_the_money_goes():
    path = Graph.from_edges([0, 1, 2, 3], [1, 2, 3, 4], directed=False)
    chosen = Neighbourhood(around=2, budget=3.0, cost_per_person=1.0).choose(path, key=KEY).nodes
    assert chosen.tolist() == [2, 1, 3]


@pytest.mark.parametrize(("budget", "each", "n"), [(0.3, 0.1, 3), (1.0, 0.1, 10), (0.7, 0.1, 7), (2.0, 0.2, 10)])
def test_tenths_are_not_lost_to_rounding(budget, each, n):
    assert len(Random(budget=budget, cost_per_person=each).choose(complete_graph(20), key=KEY).nodes) == n


@given(st.integers(0, 2**64 - 1), st.floats(0.0, 40.0), st.floats(0.0, 3.0), st.floats(0.1, 2.0))
def test_nobody_left_out_could_have_been_paid(key, budget, each, contact):
    graph = Graph.from_edges([3, 3, 1, 2, 2, 0], [0, 1, 0, 0, 1, 1], n_people=9)
    strategy = Random(budget=budget, cost_per_person=each, cost_per_contact=contact)
    taken, costs = strategy.choose(graph, key=np.uint64(key)).nodes, strategy.costs(graph)
    left = budget
    for person in shuffled_people(9, np.uint64(key)).tolist():
        if person in taken:
            left -= costs[person]
        else:
            assert costs[person] > left - 1e-6
    assert left >= -1e-6


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"budget": 5.0}, "budget: nobody costs anything; give cost_per_person or cost_per_contact, or n_seed_nodes"),
        ({"budget": 5.0, "n_seed_nodes": 2, "cost_per_person": 1.0}, "budget: not with n_seed_nodes"),
        ({"budget": -5.0, "cost_per_person": 1.0}, r"budget: must be at least 0, got -5\.0"),
        ({"n_seed_nodes": 2, "cost_per_person": -1.0}, r"cost_per_person: must be at least 0, got -1\.0"),
        ({"n_seed_nodes": 2, "cost_per_contact": -1.0}, r"cost_per_contact: must be at least 0, got -1\.0"),
        ({"n_seed_nodes": 2, "cost_per_person": "5"}, "cost_per_person: write 5 without quotes"),
    ],
)
def test_money_that_makes_no_sense_is_refused_in_one_line(strategy, keys, said):
    with pytest.raises(ScenarioError, match=said) as error:
        strategy(**keys)
    assert len(error.value.problems) == 1


@pytest.mark.parametrize("strategy", [Degree, Random])
def test_how_many_or_how_much_must_be_said(strategy):
    with pytest.raises(ScenarioError, match="n_seed_nodes: is missing; or give a budget"):
        strategy()


def test_costs_stand_in_the_case_only_where_there_are_some():
    assert Degree(n_seed_nodes=2).model_dump(mode="json") == {"strategy": "degree", "n_seed_nodes": 2}
    dear = Degree(budget=0.0, cost_per_person=1.0).model_dump(mode="json")
    assert dear == {"strategy": "degree", "cost_per_person": 1.0, "budget": 0.0}
    assert Neighbourhood().model_dump(mode="json") == {
        "strategy": "neighbourhood",
        "n_seed_nodes": None,
        "around": None,
    }


LISTED = {
    "format": 1,
    "name": "A list with prices",
    "network": {"file": "ties.csv", "people": "people.csv"},
    "model": {"kind": "independent_cascade", "share_prob": 0.5},
    "seeding": {"strategy": "degree", "budget": 9.0, "cost_per_person": "fee"},
    "run": {"n_replicas": 2, "rng_seed": 1},
}


def listed(tmp_path, people, **changes):
    (tmp_path / "ties.csv").write_text("a,b\nhub,x\nhub,y\nx,y\n")
    (tmp_path / "people.csv").write_text(people)
    return plan_scenario(scenario_from(LISTED, set=changes, folder=tmp_path))


def test_a_column_of_people_says_what_each_costs(tmp_path):
    case = listed(tmp_path, "id,fee\nhub,10\nx,4\ny,5\n")
    assert case.seed_labels == ("x", "y")
    assert "seeding.budget: 9 pays 2 people; 0 is left" in case.notes
    assert "seeding: the 2 people who start cost 9 if all take part" in case.notes


@pytest.mark.parametrize(
    ("people", "said"),
    [
        ("id,fee\nhub,10\nx,\ny,5\n", r"seeding\.cost_per_person: column 'fee': must hold a number for everybody"),
        ("id,fee\nhub,10\nx,-4\ny,5\n", r"seeding\.cost_per_person: column 'fee': .*-4"),
        ("id,price\nhub,10\nx,4\ny,5\n", r"seeding\.cost_per_person: there is no column 'fee' of people"),
    ],
)
def test_a_column_that_does_not_fit_is_named_in_one_line(tmp_path, people, said):
    with pytest.raises(ScenarioError, match=said) as error:
        listed(tmp_path, people)
    assert len(error.value.problems) == 1
