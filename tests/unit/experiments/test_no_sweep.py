"""What is said of a scenario without a sweep: a line that can be typed as it stands."""

import tomllib

import pytest

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
