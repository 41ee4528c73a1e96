"""Spec of rumours: what it refuses, which keys belong to which clock, how parallel ties are laid out."""

import pytest

from networks import NO_SETTING
from wom_sim import Graph, ScenarioError
from wom_sim.graph.csr import complete_graph
from wom_sim.in_use import settings_of
from wom_sim.models.rumour import Rumour


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"spread_prob": 1.4}, "spread_prob: must be at most 1, got 1.4"),
        ({"stifle_prob": -0.1}, "stifle_prob: must be at least 0, got -0.1"),
        ({"failures": 0}, "failures: must be at least 1, got 0"),
        ({"failures": 1.5}, "failures: must be a whole number, got 1.5"),
        ({"contact_rate": 0.0}, "contact_rate: must be at least 1e-06, got 0.0"),
        ({"contact_rate": float("inf")}, "contact_rate: must be a finite number, got inf"),
        ({"forget_rate": -1.0}, "forget_rate: must be at least 0, got -1.0"),
        ({"record_every": 1}, 'record_every: must be a duration such as "6h", "1d" or "2w", got 1'),
        ({"rule": "daley_kendal"}, "did you mean 'daley_kendall'?"),
        ({"contact_prob": 0.5}, 'contact_prob: belongs to the other clock and must be left out with clock = "events"'),
        ({"contact_prob": 0.5}, "got 0.5; write contact_rate"),
        ({"clock": "steps", "contact_rate": 2.0}, "got 2; write contact_prob"),
        ({"clock": "steps", "forget_rate": 2.0}, "got 2; write forget_prob"),
        ({"clock": "events", "forget_prob": 0.5}, "got 0.5; write forget_rate"),
    ],
)
def test_refuses_wrong_parameters_in_one_line(values, said):
    with pytest.raises(ScenarioError) as caught:
        Rumour(**values)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_steps_have_a_length_with_the_clock_of_events_alone():
    assert Rumour(record_every="6h").step_length() == 0.25
    assert Rumour(clock="steps").step_length() is None


@pytest.mark.parametrize(
    ("clock", "keys"),
    [("events", {"contact_rate", "forget_rate", "record_every"}), ("steps", {"contact_prob", "forget_prob"})],
)
def test_settings_in_use_are_those_of_the_clock(clock, keys):
    used = {setting.key.removeprefix("model.") for setting in settings_of(Rumour(clock=clock), "model")}
    own = {"contact_rate", "forget_rate", "record_every", "contact_prob", "forget_prob"}
    assert used & own == keys


def test_written_out_it_reads_the_same():
    for spec in (Rumour(contact_rate=3.0, forget_rate=0.1), Rumour(clock="steps", forget_prob=0.1)):
        assert Rumour.model_validate(spec.model_dump(mode="json"), strict=False) == spec


def test_a_rumour_ends_of_itself():
    for values in ({}, {"stifle_prob": 0.0}, {"spread_prob": 0.0}, {"clock": "steps", "contact_prob": 0.0}):
        assert not Rumour(**values).may_go_on()


def test_counted_parallel_ties_are_stored_as_often_as_they_were_there():
    graph = Graph.from_edges([0, 0, 0, 2], [1, 1, 2, 0], parallel_ties="count")
    world = Rumour().compile(graph, NO_SETTING).world
    assert world.indptr.tolist() == [0, 3, 3, 4]
    assert world.indices.tolist() == [1, 1, 2, 0]


def test_estimates_of_work_are_sound():
    for graph in (complete_graph(1), complete_graph(1000), Graph.from_edges([0], [1], n_people=3)):
        for values in ({}, {"stifle_prob": 0.0}, {"clock": "steps", "contact_prob": 0.0}, {"contacts": "every_tie"}):
            compiled = Rumour(**values).compile(graph, NO_SETTING)
            assert compiled.typical_steps >= 1
            assert compiled.ties_examined is None or compiled.ties_examined > 0
