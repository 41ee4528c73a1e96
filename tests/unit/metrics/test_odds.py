"""Odds of a goal: against counting, against scipy, and against tables whose true odds are known."""

import math

import numpy as np
import pytest
from scipy import stats

from wom_sim.metrics.intervals import Interval
from wom_sim.metrics.odds import (
    Target,
    movers,
    odds_of,
    odds_over_draws,
    rank_correlation,
    shortfall,
    target_above,
)


def exact(value):
    return Target(value, Interval(value, value))


def test_a_replica_that_has_just_as_much_reaches_the_goal():
    found = odds_of(np.array([9.0, 10.0, 11.0, np.nan]), exact(10.0))
    assert (found.p, found.n) == (pytest.approx(2 / 3), 3)


def test_the_target_is_uplift_above_the_mean_without_the_campaign():
    base = np.array([8.0, 12.0, 10.0, np.nan])
    found = target_above(0.15, base)
    assert found.value == pytest.approx(11.5)
    low, high = stats.t.interval(0.95, 2, 10.0, 2.0 / math.sqrt(3.0))
    assert found.interval == pytest.approx((1.15 * low, 1.15 * high))
    assert target_above(0.15, 10.0) == (pytest.approx(11.5), pytest.approx((11.5, 11.5)))
    with pytest.raises(ValueError, match="no replica"):
        target_above(0.1, np.array([np.nan]))


@pytest.mark.parametrize(("shared", "n"), [(0.0, 40), (0.0, 100), (0.9, 40), (0.9, 100)])
def test_the_interval_covers_a_target_that_is_a_mean_of_the_same_replicas(shared, n):
    """x = 1.1 + noise, base = 1 + noise, correlated: true odds P(N(0, 1) >= -0.1 / 0.3). Coverage of 2000: 0.005."""
    rng = np.random.default_rng(9)
    true, held, plain = stats.norm.sf(-0.1 / 0.3), 0, 0
    for _ in range(2000):
        luck, own = rng.normal(size=n), rng.normal(size=n)
        base, x = 1.0 + 0.3 * luck, 1.1 + 0.3 * (shared * luck + math.sqrt(1.0 - shared**2) * own)
        target = target_above(0.0, base)
        low, high = odds_of(x, target, target_of=base).interval
        held += low <= true <= high
        low, high = odds_of(x, target).interval
        plain += low <= true <= high
    assert held / 2000 > 0.95 - 4 * 0.005
    if shared == 0.0:
        assert plain < held


def test_what_is_missing_is_counted_over_all_and_over_those_that_fall_short():
    found = shortfall(np.array([10.0, 6.0, 12.0, 8.0, np.nan]), 10.0)
    assert found == (1.5, 3.0)
    assert shortfall(np.array([11.0]), 10.0)[0] == 0.0
    assert math.isnan(shortfall(np.array([11.0]), 10.0).when_short)


def nested(rng, *, draws, n_draws=40, m=6):
    """Goals reached where an effect of the draw and luck sum to more than 0.4."""
    return (draws * rng.normal(size=(n_draws, 1)) + rng.normal(size=(n_draws, m)) > 0.4).astype(np.float64)


@pytest.mark.parametrize("draws", [0.0, 0.5, 1.0, 3.0])
def test_the_interval_over_draws_covers_draws_and_luck(draws):
    """True odds: P(N(0, draws^2 + 1) > 0.4). Standard error of coverage of 1000 tables: 0.007."""
    rng = np.random.default_rng(5)
    true = stats.norm.sf(0.4 / math.sqrt(draws**2 + 1.0))
    held = 0
    for _ in range(1000):
        low, high = odds_over_draws(nested(rng, draws=draws), n_replicas=240).interval
        held += low <= true <= high
    assert held / 1000 > 0.95 - 4 * 0.007


def test_replicas_alone_would_not_cover_it():
    """Were draws ignored, 240 hits would count as 240 trials: far too sure."""
    rng = np.random.default_rng(6)
    true = stats.norm.sf(0.4 / math.sqrt(10.0))
    held = 0
    for _ in range(500):
        hits = nested(rng, draws=3.0)
        low, high = stats.binomtest(int(hits.sum()), hits.size).proportion_ci(method="wilson")
        held += low <= true <= high
    assert held / 500 < 0.75


def test_draws_that_failed_are_left_out_and_agreement_is_not_certainty():
    hits = np.ones((20, 5))
    hits[3, 2] = np.nan
    found = odds_over_draws(hits, n_replicas=100)
    assert (found.p, found.n) == (1.0, 19)
    assert found.interval.low == pytest.approx(stats.binomtest(19, 19).proportion_ci(method="wilson").low)
    assert odds_over_draws(np.zeros((0, 4)), n_replicas=9).n == 0
    assert odds_over_draws(np.array([[1.0], [0.0], [1.0], [1.0]]), n_replicas=4).p == 0.75


def test_draws_that_use_few_replicas_again_are_no_surer_than_these():
    hits = np.tile([[1.0, 0.0]], (50, 1))
    few, many = odds_over_draws(hits, n_replicas=10), odds_over_draws(hits, n_replicas=100)
    assert few.interval == pytest.approx(tuple(stats.binomtest(5, 10).proportion_ci(method="wilson")))
    assert many.interval == pytest.approx(tuple(stats.binomtest(50, 100).proportion_ci(method="wilson")))


def test_rank_correlation_is_spearmans():
    rng = np.random.default_rng(7)
    a, b = rng.integers(0, 6, 50).astype(float), rng.integers(0, 6, 50).astype(float)
    assert rank_correlation(a, b) == pytest.approx(stats.spearmanr(a, b).statistic)
    assert rank_correlation(a, np.ones(50)) == 0.0


def test_the_assumption_that_decides_comes_first_and_the_idle_one_is_not_clear():
    rng = np.random.default_rng(8)
    inputs = {name: rng.random(60) for name in ("idle", "strong", "weak")}
    outcome = 10.0 * inputs["strong"] ** 3 - 3.0 * inputs["weak"]
    found = movers(inputs, outcome, (outcome > 1.0).astype(float))
    assert [mover.name for mover in found] == ["strong", "weak", "idle"]
    strong, weak, idle = found
    assert strong.clear
    assert not idle.clear
    assert strong.rank_correlation > 0.0 > weak.rank_correlation
    order = np.argsort(inputs["strong"])
    assert strong.outcome_low == pytest.approx(outcome[order[:20]].mean())
    assert strong.odds_high == pytest.approx((outcome[order[-20:]] > 1.0).mean())
    assert movers(inputs, outcome * np.nan, outcome) == []
