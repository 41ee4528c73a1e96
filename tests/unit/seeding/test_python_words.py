"""From Python, messages name what the caller gave."""

import pytest

import wom_sim as wom
from wom_sim import Graph, ScenarioError, choose_seed_nodes

GRAPH = Graph.from_edges([0, 1, 2], [1, 2, 3], n_people=5)


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"k": 9}, "k: must be from 0 to 5, got 9"),
        ({"k": 5, "already": [0]}, "k: must be at most the 4 people of the network who do not start already, got 5"),
        ({"k": 3, "among": [0, 1]}, "k: must be at most the 2 people who may be chosen (of 5 in the network), got 3"),
        ({"k": 3, "strategy": "greedy", "n_candidates": 2}, "n_candidates: must be at least k, 3, got 2"),
        ({"k": 2, "budget": 5.0, "cost_per_person": 1.0}, "budget: not with k, which says how many start"),
        ({"budget": 5.0}, "budget: nobody costs anything; give cost_per_person or cost_per_contact, or k instead"),
        ({"n_seed_nodes": 2}, "n_seed_nodes is called k here; write k=2"),
        ({"k": 1, "among": ["x"]}, "among: nobody is called 'x' in the network of 5 people"),
        ({"k": 1, "segments": ["a"]}, "segments: the network has no segments"),
        ({"k": 1, "cost_per_person": "price"}, "cost_per_person: there is no column 'price' of people"),
        ({"k": 1, "strategy": "greedy", "objective": "reech"}, "objective: weighted_cascade has no metric 'reech'"),
    ],
)
def test_messages_name_what_was_given(keys, said):
    with pytest.raises(ScenarioError) as raised:
        choose_seed_nodes(GRAPH, wom.WeightedCascade(), **({"strategy": "degree"} | keys))
    assert str(raised.value).startswith(said)


def test_notes_do_too():
    found = choose_seed_nodes(GRAPH, budget=2.0, cost_per_person=1.0)
    assert "budget: 2 pays 2 people; 0 is left" in found.notes
