"""OPIM where there is little to choose from: a stated result or a clear error, never a crash."""

from dataclasses import replace

import pytest

import wom_sim as wom
from wom_sim.engine.plan import plan_scenario, prepare_direct
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


SCENARIO = """
format = 1
name = "deadline"
[network]
file = "ties.csv"
directed = true
[model]
kind = "timed_cascade"
share_prob = 1.0
delay = {kind = "exponential", mean = "days"}
[seeding]
strategy = "opim"
n_seed_nodes = 1
[run]
n_replicas = 400
rng_seed = 1
horizon = "1d"
"""


def test_a_scenario_with_a_deadline_chooses_for_reach_by_then(tmp_path):
    """The slow one tells 30 others in ten days each, the quick one 8 in a tenth of a day: 2.9 and 8 by the first day."""
    ties = [f"slow,s{i},10" for i in range(30)] + [f"quick,q{i},0.1" for i in range(8)]
    (tmp_path / "ties.csv").write_text("\n".join(["u,v,days", *ties]) + "\n")
    (tmp_path / "deadline.toml").write_text(SCENARIO)
    for horizon, best, mean in (("1d", "quick", 9.0), ("60d", "slow", 30.93)):
        scenario = wom.read_scenario(tmp_path / "deadline.toml", set={"run.horizon": horizon})
        case = plan_scenario(scenario)
        assert case.seed_labels == (best,)
        assert any("of the best possible reach of timed_cascade, with 99 % confidence" in note for note in case.notes)
        # 30 e^-6 of the slow one's stay unreached: four standard errors are 4 sqrt(30 e^-6 / 400)
        assert abs(wom.run(scenario).reach.mean() - mean) < 0.06


def test_a_deadline_shorter_than_a_record_is_refused(tmp_path):
    (tmp_path / "ties.csv").write_text("u,v,days\na,b,1\n")
    (tmp_path / "deadline.toml").write_text(SCENARIO)
    with pytest.raises(wom.ScenarioError, match=r"run\.horizon: must be at least one step, 1d, got 6h"):
        wom.run(wom.read_scenario(tmp_path / "deadline.toml", set={"run.horizon": "6h"}))
