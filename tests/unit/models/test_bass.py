"""Bass: what it refuses, and how it runs through the front door."""

import pytest

from wom_sim import GraphError, ScenarioError, simulate
from wom_sim.graph.csr import Graph, complete_graph
from wom_sim.models.bass import Bass


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"innovate_rate": -0.3}, "innovate_rate: must be at least 0, got -0.3"),
        ({"imitate_by": "ties"}, "imitate_by: must be one of 'share' or 'number', got 'ties'"),
        ({"step": "2d"}, 'step: only with clock = "steps", got clock = "events"; remove it'),
        ({"hazard": "linear"}, 'hazard: only with clock = "steps", got clock = "events"; remove it'),
        (
            {"clock": "steps", "record_every": "2d"},
            'record_every: only with clock = "events", got clock = "steps"; remove it',
        ),
        (
            {"clock": "steps", "hazard": "linear", "step": "3d"},
            (
                "hazard: a linear one needs (innovate_rate + imitate_rate) * step of at most 1, got 1.23; "
                'shorten step, or write hazard = "exponential"'
            ),
        ),
    ],
)
def test_refuses_what_does_not_fit_in_one_line(keys, said):
    with pytest.raises(ScenarioError) as caught:
        Bass(**{"innovate_rate": 0.03, "imitate_rate": 0.38} | keys)
    assert str(caught.value) == said


def test_needs_a_horizon_but_nobody_who_starts():
    model = Bass(innovate_rate=0.03, imitate_rate=0.38)
    with pytest.raises(ScenarioError, match="horizon: is missing"):
        simulate(complete_graph(5), model, n_replicas=2)
    found = simulate(complete_graph(5), model, n_replicas=50, rng_seed=1, horizon="1000d")
    assert found.stop_reasons == {"all_adopted": 50}
    assert (found.reach == 5).all()
    assert (found.counts["innovators"] >= 1).all()


def test_without_innovators_it_dies_out_where_ties_end():
    graph = Graph.from_edges([0, 2], [1, 3], n_people=5)
    for clock in ("events", "steps"):
        model = Bass(innovate_rate=0.0, imitate_rate=1.0, clock=clock)
        found = simulate(graph, model, seed_nodes=[0], n_replicas=20, rng_seed=1, horizon="1000d")
        assert found.stop_reasons == {"died_out": 20}
        assert (found.reach == 2).all()
        assert not found.counts["innovators"].any()


def test_refuses_a_linear_chance_above_one_for_whoever_heeds_most():
    star = Graph.from_edges([1, 2, 3, 4], [0, 0, 0, 0])
    model = Bass(innovate_rate=0.1, imitate_rate=0.3, clock="steps", hazard="linear", imitate_by="number")
    with pytest.raises(GraphError, match=r'with imitate_by = "number" the chance of a step comes to 1[.]6'):
        simulate(star, model, n_replicas=2, rng_seed=1, horizon="5d")
