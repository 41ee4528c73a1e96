"""What is said of wrong thresholds, and what a threshold model tells of itself."""

import dataclasses

import numpy as np
import pytest

from networks import NO_SETTING
from wom_sim.errors import GraphError, ScenarioError
from wom_sim.graph.csr import Graph, complete_graph
from wom_sim.models.threshold import RandomFraction, Threshold

NORMAL = {"distribution": "normal", "mean": 0.25, "sd": 0.1}


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({}, "fraction: one of fraction, random_fraction, count must be given, got none; write one"),
        (
            {"fraction": 0.2, "count": 2},
            "fraction: one of fraction, random_fraction, count must be given, got fraction and count; write one",
        ),
        ({"count": 0}, "count: must be at least 1, got 0"),
        ({"count": 1.5}, "count: must be a whole number or text in quotes, got 1.5"),
        ({"fraction": 1.2}, "fraction: must be at most 1, got 1.2"),
        ({"fraction": "0.2"}, "fraction: write 0.2 without quotes, got '0.2'"),
        ({"count": 2, "weight": "w"}, "weight: not with count, which counts people, got 'w'; give a fraction instead"),
        ({"random_fraction": {}}, "random_fraction.distribution: is missing"),
        (
            {"random_fraction": {"distribution": "beta"}},
            "random_fraction.distribution: must be one of 'uniform' or 'normal', got 'beta'",
        ),
        (
            {"random_fraction": {"distribution": "normal", "mean": 0.2}},
            "random_fraction.sd: is missing; a normal distribution has a mean and an sd, such as mean = 0.25, sd = 0.1",
        ),
        ({"random_fraction": NORMAL | {"sd": 0.0}}, "random_fraction.sd: must be above 0, got 0.0"),
        (
            {"random_fraction": NORMAL | {"low": 0.1}},
            "random_fraction.low: not for a normal distribution, got 0.1; leave it out",
        ),
        (
            {"random_fraction": {"distribution": "uniform", "low": 0.6, "high": 0.5}},
            "random_fraction.low: must be below high, 0.5, got 0.6; lower it",
        ),
    ],
)
def test_wrong_parameters_are_explained_in_one_line(keys, said):
    with pytest.raises(ScenarioError) as error:
        Threshold(**keys)
    assert str(error.value) == said


def test_a_model_is_written_with_the_keys_that_play_a_part():
    assert Threshold(random_fraction=NORMAL).model_dump()["random_fraction"] == NORMAL | {"drawn": "replica"}
    uniform = Threshold(random_fraction={"distribution": "uniform"})
    assert uniform.model_dump()["random_fraction"] == {
        "distribution": "uniform",
        "low": 0.0,
        "high": 1.0,
        "drawn": "replica",
    }
    assert Threshold.model_validate(uniform.model_dump()) == uniform


def test_columns_are_named_by_their_keys():
    assert Threshold(fraction="phi").people_columns()["fraction"].high == 1.0
    assert Threshold(count="needed").people_columns()["count"].whole
    assert Threshold(fraction=0.1, weight="trust").tie_columns() == {"trust": (0.0, np.inf)}
    assert not Threshold(random_fraction=NORMAL).people_columns()


def test_columns_that_do_not_fit_are_refused():
    path = Graph.from_edges([0, 1], [1, 2], tie_columns={"w": [1.0, -1.0]})
    with pytest.raises(GraphError, match="tie column 'w' must not be negative, got -1"):
        Threshold(fraction=0.5, weight="w").compile(path, NO_SETTING)
    with pytest.raises(GraphError, match="weight names the tie column 'w', but everybody-to-everybody has no columns"):
        Threshold(fraction=0.5, weight="w").compile(complete_graph(3), NO_SETTING)
    halves = dataclasses.replace(path, people_columns={"needed": np.array([0.0, 1.5, 2.0])})
    with pytest.raises(ScenarioError, match=r"model\.count: column 'needed': must be a whole number, got 1\.5 for 1"):
        Threshold(count="needed").compile(halves, NO_SETTING)


def test_counted_ties_count_in_fractions_and_not_among_people():
    counted = Graph.from_edges([0, 0, 0, 1], [2, 2, 2, 2], parallel_ties="count")
    by_tie = Threshold(fraction=0.5).compile(counted, NO_SETTING).world
    assert by_tie.need.tolist() == [1, 1, 2]  # of four ties
    assert by_tie.share.tolist() == [3, 1]
    by_person = Threshold(count=2).compile(counted, NO_SETTING).world
    assert by_person.share.tolist() == [1]


@pytest.mark.parametrize(("mean", "alone"), [(0.25, 0.158655), (0.0, 0.5), (-0.25, 0.841345)])
def test_those_of_their_own_accord_are_a_tail_of_the_normal(mean, alone):
    law = RandomFraction(distribution="normal", mean=mean, sd=0.25).law(NO_SETTING)
    assert law.alone == pytest.approx(alone, abs=1e-6)


def test_a_threshold_in_two_keys_is_the_same_model():
    assert Threshold(rule="count", threshold=2) == Threshold(count=2)
    assert Threshold(rule="fraction", threshold="need").model_dump() == Threshold(fraction="need").model_dump()
    assert "rule" not in Threshold(count=2).model_dump()


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"rule": "count"}, "rule: needs threshold beside it"),
        ({"threshold": 2}, "threshold: needs rule beside it"),
        ({"rule": "count", "threshold": 2, "count": 2}, "rule: needs threshold beside it, and neither count nor"),
        ({"rule": "part", "threshold": 2}, "rule: must be one of 'count' or 'fraction', got 'part'"),
    ],
)
def test_half_a_threshold_in_two_keys_is_refused(keys, said):
    with pytest.raises(ScenarioError, match=said):
        Threshold(**keys)
