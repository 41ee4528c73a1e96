"""OPIM where there is little to choose from: a stated result or a clear error, never a crash."""

from dataclasses import replace

import numpy as np
import pytest

import wom_sim as wom
from small_worlds import Asking
from wom_sim.engine.plan import plan_scenario, prepare_direct
from wom_sim.graph.csr import complete_graph
from wom_sim.models.timed_cascade import TimedCascade
from wom_sim.seeding.opim import Opim

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
        assert chosen.notes == (f"budget: {budget:g} pays 0 people; {budget:g} is left", *chosen.notes[1:])


def test_without_a_model_it_is_said_that_one_is_needed():
    with pytest.raises(wom.ScenarioError, match="'opim' looks at what spreads: give a model too"):
        wom.choose_seed_nodes(PARTED, k=1, strategy="opim", rng_seed=1)


@pytest.mark.parametrize("part", [1.0, 0.5])
def test_of_those_a_campaign_asks_as_many_as_it_says_take_part(part):
    """Where nobody hears anybody, five people who are asked are five times their chance to take part."""
    starting = {"start_as": "satisfied", "participation_prob": part}
    chosen = wom.choose_seed_nodes(
        EMPTY, wom.Campaign(), k=5, strategy="opim", rng_seed=1, horizon="20d", starting=starting
    )
    n_judges = chosen.certificate.n_sets[1]
    assert abs(chosen.certificate.estimate - 5 * part) <= 4 * 5 * np.sqrt(part * (1 - part) / n_judges)
    assert chosen.certificate.at_least <= 5 * part <= chosen.certificate.best_at_most
    assert any("people are chosen for the reach of tellings" in note for note in chosen.notes)


def test_where_nobody_takes_part_it_is_all_the_same():
    starting = {"start_as": "satisfied", "participation_prob": 0.0}
    keys = {"strategy": "opim", "rng_seed": 1, "horizon": "20d", "starting": starting}
    chosen = wom.choose_seed_nodes(PARTED, wom.Campaign(), k=2, **keys)
    assert (chosen.nodes, chosen.certificate) == ([0, 1], None)
    assert "seeding: nobody who is asked takes part, so it is all the same who is chosen" in chosen.notes


def test_sets_that_do_not_fit_end_the_search_with_a_note():
    """The certificate is what the sets so far make it, below the goal."""
    sets = prepare_direct(complete_graph(40), wom.IndependentCascade(share_prob=0.01), rng_seed=1).reverse()
    strategy, key = Opim(n_seed_nodes=1, epsilon=0.01), np.uint64(1)
    some = strategy.choose(complete_graph(40), key=key, spread=Asking(replace(sets, max_bytes=400_000)))
    assert any("sets: twice as many would not fit in the 0 MiB that sets may take" in note for note in some.notes)
    assert 0.0 < some.certificate.ratio < some.certificate.goal
    with pytest.raises(wom.ResourceError, match=r"sets take more than the 0\.0191 MiB they may; free memory, or take"):
        strategy.choose(complete_graph(40), key=key, spread=Asking(replace(sets, max_bytes=20_000)))


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
    """The slow one tells 30 others in ten days each, the quick one 8 in a tenth of a day: by day 1 2.9 and 8."""
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
