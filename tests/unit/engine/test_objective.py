"""An objective alone is what a whole run gives for it, with less run."""

import datetime
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kernel_runner import compiled_only
from wom_sim.engine.objective import run_objective
from wom_sim.engine.plan import plan_scenario, prepare_scenario
from wom_sim.engine.run import run_case
from wom_sim.metrics.table import replica_table
from wom_sim.scenario.load import read_scenario
from wom_sim.seeding.base import SeedChoice

LAUNCH = Path(__file__).parents[2] / "contract" / "launch.toml"
RULE = {"at": datetime.date(2026, 3, 9), "when": "conversions < 2 * target", "change": {"dialogue.answer_time": "2h"}}
CLAIM = {"name": "claim", "start": datetime.date(2026, 3, 5), "starts_with": 5, "believe_prob": 0.5, "share_prob": 0.2}
SMALL = {
    "network.n_people": 600,
    "model.creators.0.followers": 50,
    "seeding.n_seed_nodes": 5,
    "run.horizon": "20d",
    "run.n_replicas": 6,
    "model.rules": [RULE],
    "goal.within": "20d",
    "model.crises": [CLAIM],
    "model.responses": [{"to": "claim", "delay": "2d", "through": ["owned"]}],
}


@compiled_only
def test_every_metric_of_a_campaign_under_rules_and_with_a_crisis_is_that_of_the_run():
    case = plan_scenario(read_scenario(str(LAUNCH), set=SMALL))
    whole = replica_table(run_case(case, threads=1))
    alone = replica_table(run_case(replace(case, process=case.process.lean(alone=True, goal_starters=None)), threads=1))
    assert {"conversions", "spend", "believers_end", "time_to_half", "customer_equity"} <= set(alone)
    for name, values in alone.items():
        np.testing.assert_array_equal(values, whole[name], err_msg=name)
    for name in ("conversions", "extra_conversions", "believers_end_no_answer", "time_to_half"):
        values = run_objective(case, name, threads=1, key="objective", first=2)
        np.testing.assert_array_equal(values, whole[name][2:].astype(np.float64), err_msg=name)


@compiled_only
def test_the_runs_beside_a_campaign_are_made_only_for_what_needs_them(monkeypatch):
    import wom_sim.engine.objective as room

    case, ran = plan_scenario(read_scenario(str(LAUNCH), set=SMALL)), []

    def noted(lean, **keys):
        ran.append((sorted(lean.process.arms), keys["curves"]))
        return run_case(lean, **keys)

    monkeypatch.setattr(room, "run_case", noted)
    for objective in ("conversions", "customer_equity - spend", "extra_conversions", "time_to_half"):
        run_objective(case, objective, threads=1, key="objective")
    beside = ["no_answer", "no_campaign"]
    assert ran == [([], False), ([], True), (beside, True), ([], True)]


@compiled_only
@pytest.mark.parametrize("objective", ["conversions", "extra_conversions"])
def test_while_people_are_chosen_the_goals_path_is_found_once(monkeypatch, objective):
    import wom_sim.engine.campaign as room

    prepared, asked = prepare_scenario(read_scenario(str(LAUNCH), set=SMALL)), []

    def noted(compiled, world, *_, **__):
        asked.append(world.starters.tolist())
        return 9.0

    monkeypatch.setattr(room, "goal_value", noted)
    for person in (3, 4):
        prepared.values(np.array([person], np.int32), 0, 2, objective=objective)
    assert asked
    assert all(starters == [] for starters in asked)
    run_case(prepared.case(SeedChoice(np.array([3], np.int32))), threads=1)
    assert asked[-1] == [3]
