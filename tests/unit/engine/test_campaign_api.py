"""Campaigns from Python: what `simulate` takes beside a model, and what it refuses."""

import datetime

import networkx as nx
import pytest

import wom_sim as wom

KARATE = nx.karate_club_graph()


def test_a_campaign_runs_from_python_and_repeats():
    campaign = wom.Campaign(word_of_mouth={"satisfied_tells": 3.0, "persuasion_prob": 0.5})
    asked = {"seed_nodes": [0], "n_replicas": 20, "rng_seed": 1, "horizon": "30d"}
    first = wom.simulate(KARATE, campaign, starting={"start_as": "satisfied"}, **asked)
    again = wom.simulate(KARATE, campaign, starting={"start_as": "satisfied"}, threads=1, **asked)

    assert first.counts["conversions"].sum() > 0
    assert first.to_frame().equals(again.to_frame())
    assert first.curve.shape == (20, 30)


def test_dates_count_from_the_start():
    item = {"name": "ad", "channel": "paid", "start": datetime.date(2026, 3, 3), "end": datetime.date(2026, 3, 3)}
    campaign = wom.Campaign(content=[{**item, "spend": 1.0, "cost_per_mille": 10.0, "seen_prob": 1.0}])
    result = wom.simulate(KARATE, campaign, n_replicas=1, rng_seed=1, horizon="3d", start=datetime.date(2026, 3, 2))

    assert result.counts["views"].tolist() == [100]
    assert (result.newly_of("reach") > 0).tolist() == [False, True, False]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "run.horizon: is missing"),
        ({"horizon": "3"}, "horizon: must be a duration such as"),
        ({"horizon": "30d", "max_steps": 3}, "max_steps: not for a campaign"),
        ({"horizon": "30d", "starting": {"start_as": "adopter"}}, "start_as: must be one of satisfied"),
        ({"horizon": "30d", "starting": {"start_as": "sharer", "item": "x"}}, "item"),
    ],
)
def test_what_surrounds_a_campaign_is_checked(given, message):
    with pytest.raises(wom.ScenarioError, match=message):
        wom.simulate(KARATE, wom.Campaign(), seed_nodes=[0], **given)


def test_cascades_take_no_horizon():
    with pytest.raises(wom.ScenarioError, match="horizon: only for a model with days, this is 'weighted_cascade'"):
        wom.simulate(KARATE, wom.WeightedCascade(), seed_nodes=[0], horizon="3d")
