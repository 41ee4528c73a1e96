"""Comparisons of plans made by hand: who is paired, who is best, what is warned of, what one more costs."""

import numpy as np
import pytest

from plans_and_goals import parsed, plan_run
from wom_sim.errors import ScenarioError
from wom_sim.experiments.compare import compare
from wom_sim.experiments.odds import goal_columns, goal_odds
from wom_sim.experiments.plan_runs import Tried, columns_wanted, default_metric, why_unpaired

CALM = parsed(goal__within="10d")


def brings(conversions, *, spend=100.0, base=(10, 12, 14, 16)):
    n = len(conversions)
    return {
        "conversions": conversions,
        "conversions_no_campaign": base[:n],
        "conversions@10d": conversions,
        "conversions_no_campaign@10d": base[:n],
        "spend": np.full(n, spend),
        "extra_spend": np.full(n, spend),
        "margin": 5.0 * np.asarray(conversions, float),
    }


def test_the_best_comes_first_and_differences_are_taken_replica_by_replica():
    plans = [plan_run("a", brings([20, 22, 24, 30])), plan_run("b", brings([21, 25, 27, 31]))]
    (contest,) = compare(plans, ["conversions"]).contests
    (gap,) = contest.gaps
    assert contest.order == (1, 0)
    assert (gap.a, gap.b, gap.why_unpaired) == (1, 0, "")
    assert gap.difference.mean == pytest.approx(2.0)
    assert gap.difference.standard_error == pytest.approx(np.std([1, 3, 3, 1], ddof=1) / 2.0)
    assert gap.ahead.p == 1.0
    assert [standing.best.p for standing in contest.standings] == [0.0, 1.0]
    assert contest.standings[0].price.value == pytest.approx(400.0 / (96 - 52))
    assert gap.left.mean == pytest.approx(10.0)


def test_where_less_is_better_the_order_turns_round():
    plans = [plan_run("a", {"lost": [5, 6]}), plan_run("b", {"lost": [3, 9]})]
    found = compare(plans, ["lost"])
    (contest,) = found.contests
    assert found.goals == (None, None)
    assert found.warnings[0].startswith("the goal of 'a' is not judged: scenario: goal.metric: this run does not give")
    assert not contest.more_is_better
    assert contest.order == (0, 1)
    assert contest.gaps[0].ahead.p == 0.5


@pytest.mark.parametrize(
    ("facts", "why"),
    [({"graph_hash": "other"}, "different people"), ({"rng_seed": 2}, "different luck: rng_seed 1 and 2")],
)
def test_other_people_or_other_luck_are_not_paired(facts, why):
    plans = [plan_run("a", brings([20, 22, 24, 30])), plan_run("b", brings([21, 25, 27, 31]), **facts)]
    assert why in why_unpaired(*plans)
    (gap,) = compare(plans, ["conversions"]).contests[0].gaps
    assert not gap.difference.paired
    assert gap.difference == gap.unpaired
    assert gap.price is None
    assert gap.ahead.p == pytest.approx((np.subtract.outer([21, 25, 27, 31], [20, 22, 24, 30]) > 0).mean())


def test_unequal_budgets_are_warned_of_and_equal_ones_are_not():
    cheap, dear = plan_run("a", brings([20, 22])), plan_run("b", brings([21, 25], spend=102.0))
    assert any("budgets differ: 100 in 'a', 102 in 'b'" in line for line in compare([cheap, dear], ["spend"]).warnings)
    near = plan_run("b", brings([21, 25], spend=100.9))
    assert not compare([cheap, near], ["conversions"]).warnings


def test_other_horizons_people_and_undefined_replicas_are_warned_of():
    short = parsed(run__horizon="10d", goal__within="10d")
    one = plan_run("a", brings([20, np.nan, 24, 30]), scenario=CALM)
    other = plan_run("b", brings([21, 25, 27, 31]), scenario=short, n_people=700)
    said = "\n".join(compare([one, other], ["conversions"]).warnings)
    assert "plans are followed for different times: 20d in 'a', 10d in 'b'" in said
    assert "600 people in 'a', 700 people in 'b'" in said
    assert "up to 1 replicas are left out" in said


def test_many_plans_are_set_against_the_best_alone():
    plans = [plan_run(str(i), brings([20 + i, 22 + i])) for i in range(6)]
    assert [(gap.a, gap.b) for gap in compare(plans, ["conversions"]).contests[0].gaps] == [
        (5, i) for i in (4, 3, 2, 1, 0)
    ]
    assert len(compare(plans[:4], ["conversions"]).contests[0].gaps) == 6


def test_over_draws_plans_are_compared_draw_by_draw():
    better = [{"conversions": [22, 23]}, {"conversions": [20, 21]}, {}]
    worse = [{"conversions": [20, 21]}, {"conversions": [20, 20]}, {"conversions": [1, 1]}]
    plain = parsed()
    plans = [
        plan_run("a", brings([20, 22]), draws=better, scenario=plain.model_copy(update={"goal": None})),
        plan_run("b", brings([20, 21]), draws=worse, scenario=plain.model_copy(update={"goal": None})),
    ]
    found = compare(plans, ["conversions"])
    (contest,) = found.contests
    assert contest.gaps[0].ahead_unsure.p == pytest.approx((1 + 1 + 0.5 + 1) / 4)
    assert contest.gaps[0].ahead_unsure.n == 2
    assert [standing.best_unsure.p for standing in contest.standings] == pytest.approx([0.875, 0.125])
    assert contest.gaps[0].over_draws == pytest.approx(np.quantile([2.0, 0.5], [0.05, 0.95]))
    assert any("1 draws of a plan could not be run" in line for line in found.warnings)


def test_a_goal_before_the_end_of_the_run_is_judged_at_its_time():
    assert goal_columns(CALM.goal, CALM.run.horizon) == ("conversions@10d", "conversions_no_campaign@10d")
    assert default_metric(CALM) == "conversions@10d"
    assert goal_columns(parsed().goal, parsed().run.horizon).metric == "conversions"
    assert goal_columns(parsed(goal__against=12.0).goal, None).base is None


def test_the_odds_of_a_goal_are_counted_against_the_mean_without_the_campaign():
    """Mean without: 13; 1.3 times that is 16.9."""
    found = goal_odds(parsed(), plan_run("a", brings([16, 17, 18, 25])).columns)
    assert found.target.value == pytest.approx(16.9)
    assert found.odds.p == 0.75
    assert found.short.expected == pytest.approx(0.225)
    assert goal_odds(parsed(goal__against=20.0), plan_run("a", brings([16, 17, 18, 26])).columns).odds.p == 0.25


def test_each_draw_is_held_against_its_own_run_without_the_campaign():
    """Draw 0 doubles both and so hits as the case as given; draw 1 halves the campaign alone and never hits."""
    given = brings([16, 17, 18, 25])
    draws = [
        {"conversions": [32, 34], "conversions_no_campaign": [20, 24]},
        {"conversions": [8, 8.5], "conversions_no_campaign": [10, 12]},
    ]
    run = plan_run("a", given, draws=draws)
    unsure = goal_odds(parsed(), run.columns, run.draws).unsure
    np.testing.assert_allclose(unsure.parts[0], np.array([16, 17]) / 16.9)  # freed of the luck of the first two
    np.testing.assert_allclose(unsure.parts[1], np.array([8, 8.5]) / 16.9)
    assert unsure.odds.p == 0.25


def test_goals_that_cannot_be_judged_are_refused():
    columns = plan_run("a", brings([16, 17])).columns
    lacking = {key: values for key, values in columns.items() if "no_campaign" not in key}
    with pytest.raises(ScenarioError, match=r"goal.against: there is no run without the campaign .* give a number"):
        goal_odds(parsed(), lacking)
    with pytest.raises(ScenarioError, match=r"goal.metric: this run does not give 'conversions@10d'; keep it step by"):
        goal_odds(CALM, {"spend": columns["spend"]})
    nothing = {**columns, "conversions_no_campaign": np.zeros(2)}
    with pytest.raises(ScenarioError, match="30% more than none is none; give a number"):
        goal_odds(parsed(), nothing)


def test_a_metric_that_a_plan_lacks_is_named_with_the_nearest():
    tried = [Tried(frozenset({"reach", "conversions"}), 10, 0.1), Tried(frozenset({"reach"}), 10, 0.1)]
    with pytest.raises(ScenarioError) as caught:
        columns_wanted([CALM, CALM], ["a", "b"], ["raech", "conversions", "reach@3d"], tried)
    assert caught.value.problems == (
        "--metric raech: no plan has 'raech'; did you mean 'reach'?",
        "--metric conversions: 'b' does not have 'conversions'; all have reach",
    )
