"""What is said where a sweep is missing or names what is not there: a line that can be acted on as it stands."""

import tomllib

import pytest

import wom_sim as wom
from studies import CASCADE
from wom_sim.errors import ScenarioError
from wom_sim.experiments.sweeping import sweep_study
from wom_sim.scenario.load import scenario_from


@pytest.mark.parametrize("values", [CASCADE, {**CASCADE, "model": {"kind": "rumour"}}])
def test_a_missing_sweep_is_said_with_a_key_that_may_be_typed(values):
    with pytest.raises(ScenarioError) as said:
        sweep_study(scenario_from(values))
    line = str(said.value).partition("such as ")[2]
    (key, value), *more = tomllib.loads(line.replace("...", "0.5")).items()
    assert not more
    assert key.startswith(("model.", "seeding."))
    assert value == [0.5]


def test_a_metric_that_nobody_knows_is_said_where_it_was_named():
    sweep = {"model.share_prob": [0.1, 0.2]}
    decides = {"metric": "raech", "half_width": 0.1, "at_most": 20}
    for changed, metrics, key in (
        ({}, ["raech"], "metrics"),
        ({"metrics": ["raech"]}, [], "sweep.metrics"),
        ({"precision": decides}, ["reach"], "sweep.precision.metric"),
    ):
        with pytest.raises(ScenarioError, match=rf": {key}: no metric here is called 'raech'; did you mean 'reach'\?$"):
            wom.sweep(scenario_from({**CASCADE, "sweep": sweep | changed}), metrics=metrics, threads=1)
