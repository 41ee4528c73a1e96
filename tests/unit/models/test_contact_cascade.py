"""Specs of contact cascades: what they refuse, and what attention, delay, start and horizon do."""

import pytest

from diffusion_runner import replicas
from wom_sim import Graph, GraphError, ScenarioError, simulate
from wom_sim.graph.layers import Layer
from wom_sim.models.contact_cascade import ContactCascade

CHAIN = Graph.from_edges([0, 1, 2], [1, 2, 3], times=[0.0, 2.0, 3.0])


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "share_prob: is missing"),
        ({"share_prob": 1.4}, "share_prob: must be at most 1, got 1.4"),
        ({"share_prob": 0.1, "attention": "0d"}, "attention: must be longer than \"0d\", got '0d'"),
        ({"share_prob": 0.1, "start_at": 3}, 'start_at: must be a duration such as "6h", "1d" or "2w", got 3'),
        (
            {"share_prob": 0.1, "record_every": "x"},
            'record_every: must be a duration such as "6h", "1d" or "2w", got \'x\'',
        ),
    ],
)
def test_refuses_wrong_parameters_in_one_line(values, said):
    with pytest.raises(ScenarioError) as caught:
        ContactCascade(**values)
    assert str(caught.value) == said


@pytest.mark.parametrize(
    ("keys", "joined", "last_time"),
    [
        ({}, [0, 1, 2, 3], 3.0),
        ({"attention": "2d"}, [0, 1, 2, 3], 3.0),
        ({"attention": "47h"}, [0, 1], 0.0),
        ({"start_at": "1h"}, [0], 0.0),
    ],
)
def test_who_is_reached_along_a_chain(keys, joined, last_time):
    (found,) = replicas(CHAIN, ContactCascade(share_prob=1.0, **keys), [0], 1)
    assert [v for v, _ in found.joined] == joined
    assert found.counts["last_time"] == last_time


def test_a_contact_at_the_end_of_an_attention_counts_though_seconds_are_rounded():
    seconds = [0, 7, 7 + 86_400 * 3]
    graph = Graph.from_edges([0, 0, 1], [2, 1, 3], times=[1_082_040_961 + s for s in seconds], time_unit="s")
    assert replicas(graph, ContactCascade(share_prob=1.0, attention="3d"), [0], 1)[0].counts["reach"] == 4


def test_a_delay_makes_people_miss_contacts():
    graph = Graph.from_edges([0, 1, 2], [1, 2, 3], times=[0.0, 2.0, 3.0], layers=["mail", "mail", "chat"])
    slow = graph.with_layers([Layer(name="mail", delay="1d")])
    (found,) = replicas(slow, ContactCascade(share_prob=1.0), [0], 1)
    assert found.joined == [(0, -1), (1, 0), (2, 1)]
    assert found.counts["last_time"] == 3.0


def test_counted_contacts_each_have_a_try():
    graph = Graph.from_edges([0, 0], [1, 1], times=[1, 1], parallel_ties="count")
    result = simulate(graph, ContactCascade(share_prob=0.5), seed_nodes=[0], n_replicas=2000, rng_seed=3)
    assert abs(result.reach.mean() - 1.75) < 4 * (0.75 * 0.25 / 2000) ** 0.5


def test_a_horizon_counts_from_the_start():
    model = ContactCascade(share_prob=1.0, start_at="12h")
    result = simulate(CHAIN, model, seed_nodes=[1], n_replicas=1, horizon="2d")
    assert result.curve.tolist() == [[1, 1, 2]]
    assert result.stop.tolist() == [1]


def test_says_how_many_contacts_the_start_leaves_out():
    notes = ContactCascade(share_prob=1.0, start_at="1d").compile(CHAIN, None).notes
    assert notes == ("model: 1 contact before start_at = 1d is left out",)


def test_a_column_of_chances_must_be_there():
    with pytest.raises(GraphError, match="no tie column 'p'"):
        simulate(CHAIN, ContactCascade(share_prob="p"), seed_nodes=[0], n_replicas=1)
