"""Variants of one file, what is not known exactly, and the goal: read, applied, refused."""

import datetime

import pytest

from wom_sim.errors import ScenarioError
from wom_sim.scenario.load import scenario_from

DAY = datetime.date(2026, 3, 2)
VALUES = {
    "format": 1,
    "name": "launch",
    "start": DAY,
    "network": {"generate": "small_world", "n_people": 50, "contacts": 4, "rewired_fraction": 0.1},
    "model": {
        "kind": "campaign",
        "content": [
            {
                "name": "video",
                "channel": "paid",
                "start": DAY,
                "end": DAY,
                "spend": 2.0,
                "cost_per_mille": 8.0,
            }
        ],
    },
    "run": {"horizon": "10d"},
    "goal": {"metric": "conversions", "uplift": 0.15, "within": "10d"},
    "plans": [
        {"name": "as planned"},
        {"name": "twice", "set": {"model.content.video.spend": 4.0}},
        {"name": "talk only", "model": {"kind": "campaign", "brand": {"customers_fraction": 0.2}}},
    ],
    "uncertain": {"model.content.0.engage_prob": {"low": 0.01, "high": 0.04}},
}


def problems(**changes):
    with pytest.raises(ScenarioError) as caught:
        scenario_from({**VALUES, **changes})
    return [line.removeprefix("scenario: ") for line in caught.value.problems]


def test_a_file_with_plans_runs_as_it_stands():
    scenario = scenario_from(VALUES)
    assert [plan.name for plan in scenario.plans] == ["as planned", "twice", "talk only"]
    assert scenario.model.content[0].spend == 2.0
    assert scenario.goal.uplift == 0.15
    assert [note.split(":")[0] for note in scenario.notes()] == ["uncertain", "plans"]


def test_a_plan_changes_keys_or_replaces_the_model():
    twice = scenario_from(VALUES, plan="twice")
    assert (twice.name, twice.model.content[0].spend) == ("launch, twice", 4.0)
    alone = scenario_from(VALUES, plan="talk only")
    assert alone.model.content == ()
    assert alone.model.brand.customers_fraction == 0.2


def test_what_is_set_by_hand_goes_before_the_plan():
    assert scenario_from(VALUES, plan="twice", set={"model.content.video.spend": 9.0}).model.content[0].spend == 9.0


def test_what_is_set_by_hand_may_concern_what_only_the_plan_has():
    values = {**VALUES, "plans": [{"name": "other", "model": {**VALUES["model"], "content": []}}]}
    tv = {**VALUES["model"]["content"][0], "name": "tv"}
    values["plans"][0]["model"]["content"] = [tv]
    assert scenario_from(values, plan="other", set={"model.content.tv.spend": 5.0}).model.content[0].spend == 5.0


def test_a_plan_that_does_not_exist_gets_the_nearest():
    with pytest.raises(ScenarioError, match="there is no plan 'twise'; did you mean 'twice'"):
        scenario_from(VALUES, plan="twise")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"plans": {"name": "a"}}, "plans: must be tables, write [[plans]]"),
        ({"plans": [{"name": "a"}, {"name": "a"}]}, "plans: names must be unique, got 'a' 2 times"),
        ({"plans": [{"set": {}}]}, "plans.0.name: is missing"),
        ({"plans": [{"name": "a", "st": {}}]}, "unknown key 'st'"),
        (
            {"plans": [{"name": "a", "set": {"model.content.video.spend": -4.0}}]},
            "plans.a: model.content.video.spend: must be at least 0",
        ),
        ({"uncertain": {"model.content.0.engage_prob": {"low": 0.5, "high": 0.1}}}, "low must be below high"),
        (
            {"uncertain": {"model.content.0.engage_prob": {"low": 0.5, "high": 1.5}}},
            "value 1.5: model.content.video.engage_prob: must be at most 1",
        ),
        ({"uncertain": {"model.contnt": {"low": 0.5, "high": 1.5}}}, "value 0.5: unknown key 'contnt'"),
        (
            {"uncertain": {"model.content.0.engage_prob": {"low": 0.0, "high": 1.0, "scale": "log"}}},
            'low must be above 0 with scale = "log"',
        ),
        (
            {
                "uncertain": {
                    "model.content.0.engage_prob": {"low": 0.1, "high": 0.2},
                    "model.content.video.engage_prob": {"low": 0.1, "high": 0.2},
                }
            },
            "is varied twice, above as model.content.0.engage_prob; remove one of them",
        ),
        ({"goal": {"metric": "conversion", "uplift": 0.1, "within": "10d"}}, "goal.metric: there is no count"),
        (
            {"goal": {"metric": "conversions", "uplift": 0.1, "within": "20d"}},
            "goal.within: must be at most run.horizon",
        ),
        ({"goal": {"metric": "conversions", "uplift": 0.1, "within": "12h"}}, "goal.within: must be a whole number"),
        ({"goal": {"metric": "conversions", "within": "10d"}}, "goal.uplift: is missing"),
        (
            {"goal": {"metric": "conversions", "uplift": "15 %", "within": "10d"}},
            "goal.uplift: must be a number, got '15 %'; write 0.15",
        ),
        (
            {"goal": {"metric": "conversions", "uplift": "2,5 %", "within": "10d"}},
            "goal.uplift: must be a number, got '2,5 %'; write 0.025",
        ),
        (
            {"goal": {"metric": "conversions", "uplift": 0.1, "within": "10d", "against": 0}},
            "goal.against: must be above 0, got 0",
        ),
        (
            {"goal": {"metric": "conversions", "uplift": 0.1, "within": "10d", "against": {"file": "sales.csv"}}},
            "goal.against.column: is missing",
        ),
        (
            {"plans": [{"name": "a", "set": {"model": {"content": []}}}]},
            'plans.a: set replaces the whole [model] (to change one key, write it in quotes, "model. ..."): model.kind',
        ),
    ],
)
def test_what_is_wrong_is_said_in_one_line(changes, says):
    (line,) = problems(**changes)
    assert says in line


def test_a_rule_about_the_target_needs_a_goal():
    rule = {"at": DAY, "when": "reach < target", "change": {"content.video.spend": "+50%"}}
    values = {**VALUES, "plans": [], "model": {**VALUES["model"], "rules": [rule]}}
    scenario_from(values)
    with pytest.raises(ScenarioError, match="goal: is missing; a rule is about `target`"):
        scenario_from({key: value for key, value in values.items() if key != "goal"})
