"""Exposure response: what it refuses, and that it runs as any model does."""

import pytest

import wom_sim as wom
from wom_sim import ExposureResponse, ScenarioError
from wom_sim.models.catalogue import MODELS
from wom_sim.scenario.load import scenario_from

SCENARIO = {
    "format": 1,
    "name": "third time lucky",
    "network": {"generate": "scale_free", "n_people": 200, "ties_per_newcomer": 3},
    "model": {"kind": "exposure_response", "adoption_prob": [0.0, 0.1, 0.4]},
    "seeding": {"strategy": "degree", "n_seed_nodes": 10},
    "run": {"n_replicas": 50, "rng_seed": 4},
}


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "adoption_prob: is missing"),
        ({"adoption_prob": []}, "adoption_prob: must not be empty, got an empty list"),
        ({"adoption_prob": 0.3}, "adoption_prob: must be a list, got 0.3"),
        ({"adoption_prob": [0.5, 1.5]}, "adoption_prob.1: must be at most 1, got 1.5"),
    ],
)
def test_refuses_wrong_chances_in_one_line(values, said):
    with pytest.raises(ScenarioError) as caught:
        ExposureResponse(**values)
    assert str(caught.value) == said


def test_a_scenario_with_it_runs_and_is_drawn():
    result = wom.run(scenario_from(SCENARIO))
    assert (result.family, result.main_curve, result.stop_reasons) == ("diffusion", "reach", {"died_out": 50})
    assert list(result.to_frame()) == ["replica", "reach", "exposed", "time_to_half", "peak_step", "peak_size"]
    assert result.curve[:, 0].tolist() == [10] * 50
    assert (result.counts["exposed"] >= result.reach - 10).all()
    assert "people who were exposed" in " ".join(result.tables()["summary"]["definition"])
    assert result.plot().axes


def test_stopped_replicas_are_counted():
    result = wom.run(scenario_from(SCENARIO, set={"run.max_steps": 1}))
    assert result.stop_reasons.get("max_steps", 0) == result.counts["unfinished"].sum() > 0
    assert "were still going on at max_steps = 1" in " ".join(result.warnings)


def test_the_catalogue_gives_its_class_and_is_not_all_imported_at_once():
    assert MODELS["exposure_response"] is ExposureResponse
    assert "exposure_response" in list(MODELS)
    assert len(MODELS) == len(list(MODELS))


def test_parallel_ties_that_were_counted_are_refused():
    graph = wom.Graph.from_edges([0, 0], [1, 1], parallel_ties="count")
    with pytest.raises(wom.GraphError, match="parallel ties were counted, but a tie exposes once"):
        wom.simulate(graph, ExposureResponse(adoption_prob=[1.0]), seed_nodes=[0], n_replicas=1)
