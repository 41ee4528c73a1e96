"""Specs of the cascade models: what they refuse, and the thresholds they compile to."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from networks import NO_SETTING
from wom_sim import Graph, GraphError, IndependentCascade, ScenarioError, WeightedCascade
from wom_sim.graph.csr import complete_graph
from wom_sim.models.base import coin_threshold


@given(st.floats(0.0, 1.0, exclude_max=True))
def test_a_threshold_is_the_floor_of_p_times_two_to_the_64(p):
    assert int(coin_threshold(np.array([p]))[0]) == int(Fraction(p) * 2**64)


def test_certainty_has_a_threshold_that_no_smaller_chance_has():
    just_below = np.nextafter(1.0, 0.0)
    assert coin_threshold(np.array([0.0, 1.0, just_below])).tolist() == [0, 2**64 - 1, 2**64 - 2**11]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "share_prob: is missing"),
        ({"share_prob": 1.4}, "share_prob: must be at most 1, got 1.4"),
        ({"share_prob": True}, "share_prob: must be a number or text in quotes, got true"),
        ({"share_prob": float("nan")}, "share_prob: must be a finite number, got nan"),
        ({"share_prob": "0.5"}, "share_prob: write 0.5 without quotes, got '0.5'"),
        ({"share_prob": 0.1, "p": 1}, "unknown key 'p' of IndependentCascade; known: kind, share_prob"),
    ],
)
def test_refuses_wrong_parameters_in_one_line(values, said):
    with pytest.raises(ScenarioError) as caught:
        IndependentCascade(**values)
    assert str(caught.value) == said


def test_takes_named_parameters_only():
    with pytest.raises(ScenarioError, match="named parameters only"):
        IndependentCascade(0.1)


def thresholds(ties):
    """The threshold of each tie."""
    return ties.threshold[ties.code[: len(ties.indices)]]


def test_one_chance_for_all_ties_takes_one_threshold():
    ties = IndependentCascade(share_prob=0.25).compile(Graph.from_edges([0, 1], [1, 2]), NO_SETTING).arrays
    assert ties.threshold.tolist() == [2**62]
    assert ties.per_tie == 0


def test_chances_from_a_column():
    graph = Graph.from_edges([0, 1], [1, 2], tie_columns={"p": [0.5, 1.0]})
    ties = IndependentCascade(share_prob="p").compile(graph, NO_SETTING).arrays
    assert ties.threshold.tolist() == [2**63, 2**64 - 1]
    assert ties.per_tie == 1


def test_a_column_must_exist_and_hold_chances():
    graph = Graph.from_edges([0], [1], tie_columns={"p": [1.5]})
    with pytest.raises(GraphError, match=r"tie column 'p' must lie in \[0, 1\], got 1.5"):
        IndependentCascade(share_prob="p").compile(graph, NO_SETTING)
    with pytest.raises(GraphError, match="no tie column 'q'; columns read with it: 'p'"):
        IndependentCascade(share_prob="q").compile(graph, NO_SETTING)
    with pytest.raises(GraphError, match="everybody-to-everybody has no columns"):
        IndependentCascade(share_prob="p").compile(complete_graph(3), NO_SETTING)


def test_counted_parallel_ties_give_one_minus_one_minus_p_to_the_c():
    """1 - (1 - 0.1)^3 = 0.271 (Kempe, Kleinberg & Tardos 2015, section 2, parallel edges)."""
    graph = Graph.from_edges([0, 0, 0, 1], [1, 1, 1, 2], parallel_ties="count")
    ties = IndependentCascade(share_prob=0.1).compile(graph, NO_SETTING).arrays
    assert thresholds(ties).tolist()[0] / 2**64 == pytest.approx(0.271, abs=1e-15)
    assert thresholds(ties).tolist()[1] == int(Fraction(0.1) * 2**64)
    certain = IndependentCascade(share_prob=1.0).compile(graph, NO_SETTING).arrays
    assert thresholds(certain).tolist() == [2**64 - 1] * 2


def test_a_network_of_one_counted_tie_is_read_as_such():
    graph = Graph.from_edges([0, 0], [1, 1], parallel_ties="count")
    ties = IndependentCascade(share_prob=0.5).compile(graph, NO_SETTING).arrays
    assert ties.threshold.tolist() == [3 << 62]


def test_weighted_cascade_gives_each_tie_one_over_the_listeners_indegree():
    graph = Graph.from_edges([0, 1, 2, 0], [3, 3, 3, 1])
    threshold = thresholds(WeightedCascade().compile(graph, NO_SETTING).arrays)
    assert threshold.tolist() == [2**64 - 1, *[int(Fraction(1 / 3) * 2**64)] * 3]


def test_weighted_cascade_counts_parallel_ties_in_the_indegree():
    graph = Graph.from_edges([0, 0, 1], [2, 2, 2], parallel_ties="count")
    threshold = thresholds(WeightedCascade().compile(graph, NO_SETTING).arrays) / 2.0**64
    assert threshold.tolist() == pytest.approx([1 - (2 / 3) ** 2, 1 / 3])


def test_complete_mixing_stores_no_ties():
    ties = WeightedCascade().compile(complete_graph(5), NO_SETTING).arrays
    assert ties.complete
    assert ties.threshold.tolist() == [2**62]
    assert WeightedCascade().compile(complete_graph(1), NO_SETTING).arrays.n_people == 1
