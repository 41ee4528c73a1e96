"""OPIM where there is little to choose from: a stated result or a clear error, never a crash."""

from dataclasses import replace

import pytest

import wom_sim as wom
from wom_sim.engine.plan import prepare_direct
from wom_sim.graph.csr import complete_graph
from wom_sim.models.campaign import Starting
from wom_sim.models.timed_cascade import TimedCascade

EMPTY = wom.Graph.from_edges([], [], n_people=5)
PARTED = wom.Graph.from_edges([0, 1, 3, 4], [1, 2, 4, 5], n_people=8)
MODELS = (
    wom.IndependentCascade(share_prob=0.0),
    wom.IndependentCascade(share_prob=1.0),
    wom.WeightedCascade(),
    wom.LinearThreshold(),
    TimedCascade(share_prob=0.5, delay={"kind": "exponential", "mean": "1d"}),
)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.kind)
@pytest.mark.parametrize("graph", [EMPTY, PARTED, complete_graph(1), complete_graph(5)], ids=lambda g: str(g.n_people))
def test_any_number_of_people_of_any_network(graph, model):
    n = graph.n_people
    for k in (0, 1, n):
        for ends in ({}, {"max_steps": 0}):
            chosen = wom.choose_seed_nodes(graph, model, k=k, strategy="opim", rng_seed=1, **ends)
            assert len(set(chosen.nodes)) == k
            if k == 0:
                assert chosen.certificate is None
            if k == n:
                assert chosen.certificate.estimate == n
            if k == 1 and ends:
                assert chosen.certificate.at_least <= 1.0 <= chosen.certificate.best_at_most


def test_who_is_tied_to_nobody_is_chosen_where_nobody_else_is_left():
    chosen = wom.choose_seed_nodes(PARTED, wom.IndependentCascade(share_prob=1.0), k=4, strategy="opim", rng_seed=1)
    assert sorted(chosen.nodes) == [0, 3, 6, 7]
    assert chosen.certificate.estimate == 8.0


def test_a_budget_that_pays_nobody():
    for budget, price in ((0.0, 1.0), (0.5, 1.0)):
        chosen = wom.choose_seed_nodes(
            PARTED, MODELS[2], strategy="opim", rng_seed=1, budget=budget, cost_per_person=price, already=(3,)
        )
        assert chosen.nodes == [3]
        assert chosen.certificate is None
        assert chosen.notes == (f"seeding.budget: {budget:g} pays 0 people; {budget:g} is left", *chosen.notes[1:])


def test_without_a_model_it_is_said_that_one_is_needed():
    with pytest.raises(wom.ScenarioError, match="'opim' looks at what spreads: give a model too"):
        wom.choose_seed_nodes(PARTED, k=1, strategy="opim", rng_seed=1)


def test_as_many_as_the_campaign_says_take_part():
    model = wom.IndependentCascade(share_prob=0.5)
    prepared = prepare_direct(PARTED, model, rng_seed=1)
    assert prepared.reverse().takes_part is None
    campaign = replace(prepared, setting=replace(prepared.setting, starting=Starting(participation_prob=0.25)))
    assert campaign.reverse().takes_part.tolist() == [1 << 61] * 8
