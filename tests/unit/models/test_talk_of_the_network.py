"""Specs of talk of the network and bad news: what they refuse, and what plays no part."""

import numpy as np
import pytest

from diffusion_runner import columns
from networks import NO_SETTING
from wom_sim import Graph, GraphError, ScenarioError
from wom_sim.graph.csr import complete_graph
from wom_sim.models.bad_news import BadNews
from wom_sim.models.talk_of_the_network import TalkOfTheNetwork, people_for


@pytest.mark.parametrize(
    ("model", "values", "said"),
    [
        (TalkOfTheNetwork, {"strong_prob": 1.2}, "strong_prob: must be at most 1, got 1.2"),
        (TalkOfTheNetwork, {"weak_ties": -1}, "weak_ties: must be at least 0, got -1"),
        (TalkOfTheNetwork, {"weak_ties": 2.5}, "weak_ties: must be a whole number, got 2.5"),
        (TalkOfTheNetwork, {"weak": "met"}, "weak: must be one of 'meetings' or 'fixed', got 'met'; did you mean"),
        (BadNews, {"negative_power": -1.0}, "negative_power: must be at least 0, got -1.0"),
        (BadNews, {"period": "0d"}, "period: must be longer than \"0d\", got '0d'"),
        (BadNews, {"margin": -1.0}, "margin: must be at least 0, got -1.0"),
    ],
)
def test_refuses_wrong_parameters_in_one_line(model, values, said):
    with pytest.raises(ScenarioError) as caught:
        model(**values)
    assert str(caught.value).startswith(said)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("model", [TalkOfTheNetwork, BadNews])
def test_a_number_of_strong_ties_is_for_complete_mixing(model):
    with pytest.raises(GraphError, match=r"strong_ties = 3 is for everybody-to-everybody; .* leave strong_ties out"):
        model(strong_ties=3).compile(Graph.from_edges([0], [1]), NO_SETTING)
    assert model(strong_ties=3).compile(complete_graph(5), NO_SETTING).world.strong_ties == 3


def test_what_plays_no_part_is_said():
    assert TalkOfTheNetwork().unused() == frozenset()
    assert TalkOfTheNetwork(weak_ties=0).unused() == {"weak_prob", "weak"}
    assert BadNews(dissatisfied_prob=0.0, margin=0.0).unused() == {"negative_power", "discount_rate"}


def test_a_share_of_people_is_not_rounded_up_by_binary_fractions():
    assert [people_for(0.95, n) for n in (1, 20, 100, 101)] == [1, 19, 95, 96]
    assert [people_for(0.16, n) for n in (1, 25, 50, 51)] == [1, 4, 8, 9]


def test_times_never_reached_are_undefined():
    found = columns(complete_graph(10), TalkOfTheNetwork(advertise_prob=0.0), [], 2)
    assert np.isnan(found["t16"]).all()
    assert found["reach"].tolist() == [0, 0]


def test_values_are_discounted_by_the_length_of_a_period():
    certain = {"advertise_prob": 1.0, "dissatisfied_prob": 0.0, "discount_rate": 0.21}
    for period, worth in (("1y", 1 / 1.21), ("0.5y", 1 / 1.1)):
        found = columns(complete_graph(4), BadNews(**certain, period=period, margin=2.0), [], 1)
        assert found["npv"][0] == pytest.approx(4 * 2 * worth)
    assert BadNews(period="1w").step_length() == 7.0
