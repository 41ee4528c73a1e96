"""Voter: what it refuses, and how it runs through the front door."""

import numpy as np
import pytest

import wom_sim as wom
from kernel_runner import compiled_only
from wom_sim import ScenarioError
from wom_sim.graph.csr import Graph, complete_graph
from wom_sim.in_use import settings_of
from wom_sim.models.voter import Voter
from wom_sim.testing import check_model


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (
            {"rule": "nodes"},
            "rule: must be one of 'node', 'invasion' or 'link', got 'nodes'; did you mean 'node'?",
        ),
        ({"update_rate": 0.0}, "update_rate: must be at least 1e-06, got 0.0"),
        ({"initial_share": 1.5}, "initial_share: must be at most 1, got 1.5"),
        ({"noise_prob": -0.1}, "noise_prob: must be at least 0, got -0.1"),
        ({"stubborn_seeds": 1}, "stubborn_seeds: must be true or false, got 1"),
        (
            {"clock": "steps", "update_rate": 2.0},
            (
                'update_rate: belongs to the other clock and must be left out with clock = "steps", got 2; '
                "write update_prob"
            ),
        ),
        (
            {"update_prob": 0.5},
            (
                'update_prob: belongs to the other clock and must be left out with clock = "events", got 0.5; '
                "write update_rate"
            ),
        ),
        (
            {"clock": "steps", "rule": "link"},
            'rule: must be "node" with clock = "steps", where all update at once, got \'link\'; write clock = "events"',
        ),
    ],
)
def test_refuses_in_one_line(keys, said):
    with pytest.raises(ScenarioError) as caught:
        Voter(**keys)
    assert str(caught.value) == said


@compiled_only
@pytest.mark.parametrize(
    "model",
    [
        Voter(),
        Voter(rule="link", initial_share=0.3, stubborn_seeds=True),
        Voter(rule="invasion", noise_prob=0.1, initial_share=0.3),
        Voter(clock="steps", update_prob=0.7),
        Voter(clock="steps", initial_share=0.4, noise_prob=0.2, stubborn_seeds=True),
    ],
)
def test_keeps_what_every_model_keeps(model):
    assert check_model(model)


def test_a_run_needs_an_end():
    with pytest.raises(ScenarioError, match="horizon: is missing; voter may go on for ever"):
        wom.simulate(complete_graph(5), Voter(), seed_nodes=[0], n_replicas=2)
    with pytest.raises(ScenarioError, match="max_steps: is missing; voter may go on for ever"):
        wom.simulate(complete_graph(5), Voter(clock="steps"), seed_nodes=[0], n_replicas=2)


def test_says_which_settings_play_a_part():
    said = {used.key for used in settings_of(Voter(), "model")}
    assert {"model.update_rate", "model.record_every"} <= said
    assert "model.update_prob" not in said
    assert {used.key for used in settings_of(Voter(clock="steps"), "model")}.isdisjoint(
        {"model.update_rate", "model.record_every"}
    )


def test_what_a_run_shows():
    found = wom.simulate(complete_graph(20), Voter(initial_share=0.5), n_replicas=50, rng_seed=4, horizon="1000y")
    assert found.main_curve == "supporters"
    assert set(found.counts["supporters"].tolist()) == {0, 20}
    assert (found.counts["supporters_won"] == found.counts["supporters"] / 20).all()
    assert found.counts["consensus"].all()
    assert {"consensus_time", "consensus", "supporters_won"} <= set(found.to_frame())
    assert found.plot().axes


def test_nobody_to_copy_and_nobody_who_starts():
    alone = Graph.from_edges(np.zeros(0, np.int64), np.zeros(0, np.int64), n_people=3)
    for rule in ("node", "invasion", "link"):
        found = wom.simulate(alone, Voter(rule=rule), seed_nodes=[1], n_replicas=3, rng_seed=1, horizon="9d")
        assert found.counts["supporters"].tolist() == [1] * 3
        assert not found.counts["unfinished"].any()
        assert np.isnan(found.counts["consensus_time"]).all()
        nobody = wom.simulate(alone, Voter(rule=rule), n_replicas=3, rng_seed=1, horizon="9d")
        assert nobody.counts["consensus_time"].tolist() == [0.0] * 3
        assert not nobody.counts["supporters_won"].any()


def test_noise_reaches_who_listens_to_nobody_by_the_rule_of_nodes_alone():
    alone = Graph.from_edges(np.zeros(0, np.int64), np.zeros(0, np.int64), n_people=3)
    options = {"n_replicas": 50, "rng_seed": 1, "horizon": "30d"}
    nodes = wom.simulate(alone, Voter(noise_prob=0.5), **options)
    ties = wom.simulate(alone, Voter(noise_prob=0.5, rule="link"), **options)
    assert set(nodes.counts["supporters"].tolist()) == {0, 1, 2, 3}
    assert nodes.counts["unfinished"].all()
    assert not ties.counts["supporters"].any()
    assert not ties.counts["unfinished"].any()
