"""Differences, who is ahead, ratios of means: against scipy, brute force and sets whose truth is known."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from wom_sim.metrics.intervals import chance, ratio_of_means, wilson
from wom_sim.metrics.paired import ahead, odds_of_being_best, paired_difference, unpaired_difference

small = st.integers(-3, 3).map(float) | st.just(math.nan)
pairs = st.integers(1, 12).flatmap(
    lambda n: st.tuples(arrays(float, n, elements=small), arrays(float, n, elements=small))
)


def test_the_paired_interval_is_that_of_a_paired_t_test():
    rng = np.random.default_rng(1)
    a = rng.normal(5.0, 2.0, 30)
    b = a + rng.normal(1.0, 0.5, 30)
    found, scipy = paired_difference(a, b), stats.ttest_rel(a, b).confidence_interval()
    assert np.allclose(found.interval, (scipy.low, scipy.high))
    assert np.isclose(found.reduction, (a.var(ddof=1) + b.var(ddof=1)) / np.var(a - b, ddof=1))
    assert found.clear
    assert found.paired


def test_the_unpaired_interval_is_welchs():
    rng = np.random.default_rng(2)
    a, b = rng.normal(0.0, 3.0, 40), rng.normal(0.2, 1.0, 15)
    found, scipy = unpaired_difference(a, b), stats.ttest_ind(a, b, equal_var=False).confidence_interval()
    assert np.allclose(found.interval, (scipy.low, scipy.high))
    assert found.n == 15
    assert math.isnan(found.reduction)
    assert not found.clear


def test_pairs_that_are_not_defined_are_left_out_and_counted():
    a, b = np.array([1.0, np.nan, 3.0, 5.0]), np.array([0.0, 1.0, np.nan, 1.0])
    found = paired_difference(a, b)
    assert (found.mean, found.n, found.n_left_out) == (2.5, 2, 2)
    assert unpaired_difference(a, b).n_left_out == 2


def test_too_few_replicas_have_a_difference_without_an_end():
    for found in (
        paired_difference(np.array([3.0]), np.array([1.0])),
        unpaired_difference(np.array([3.0]), np.ones(5)),
    ):
        assert found.mean == 2.0
        assert found.interval == (-math.inf, math.inf)
        assert not found.clear
    assert math.isnan(paired_difference(np.array([np.nan]), np.array([1.0])).mean)


def test_equal_differences_are_known_exactly():
    found = paired_difference(np.array([1.0, 5.0, 9.0]), np.array([0.0, 4.0, 8.0]))
    assert found.interval == (1.0, 1.0)
    assert found.reduction == math.inf
    assert math.isnan(paired_difference(np.ones(4), np.zeros(4)).reduction)


def test_the_same_luck_makes_the_interval_as_much_shorter_as_the_reduction_says():
    """Fixed noise shared by both: var(A) = var(B) = 1 + 0.01, var(A - B) = 0.02, so the reduction is 101."""
    rng = np.random.default_rng(3)
    shared = rng.normal(size=20_000)
    a, b = shared + rng.normal(0.0, 0.1, 20_000), shared + rng.normal(0.0, 0.1, 20_000)
    found, apart = paired_difference(a, b), unpaired_difference(a, b)
    assert abs(found.reduction - 101.0) < 4 * 101.0 * math.sqrt(2.0 / 20_000)  # of a variance: sqrt(2 / n)
    assert np.isclose((apart.standard_error / found.standard_error) ** 2, found.reduction)


def test_a_few_replicas_that_carry_the_difference_are_noticed():
    took_off = np.zeros(100)
    took_off[:4] = 1_000.0
    assert paired_difference(took_off, np.zeros(100)).lopsided
    assert not paired_difference(np.arange(100.0), np.zeros(100)).lopsided


@given(pairs, st.booleans(), st.booleans())
def test_who_is_ahead_is_a_count_of_pairs(both, paired, larger):
    a, b = both
    seen = [(x, y) for x, y in (zip(a, b, strict=True) if paired else ((x, y) for x in a for y in b))]
    won = [0.5 if x == y else float((x > y) == larger) for x, y in seen if not (math.isnan(x) or math.isnan(y))]
    found = ahead(a, b, paired=paired, larger=larger)
    assert found.p == pytest.approx(np.mean(won) if won else math.nan, nan_ok=True)
    assert found.interval.low <= (found.p if won else 0.5) <= found.interval.high


@given(st.integers(1, 8).flatmap(lambda n: st.lists(arrays(float, n, elements=small), min_size=2, max_size=4)))
def test_the_odds_of_being_best_are_shared_and_sum_to_one(columns):
    found = odds_of_being_best(columns)
    shares = np.zeros(len(columns))
    rows = [row for row in zip(*columns, strict=True) if not any(math.isnan(x) for x in row)]
    for row in rows:
        best = [i for i, x in enumerate(row) if x == max(row)]
        shares[best] += 1.0 / len(best)
    if rows:
        assert np.allclose([each.p for each in found], shares / len(rows))
        assert np.isclose(sum(each.p for each in found), 1.0)
    else:
        assert all(math.isnan(each.p) for each in found)


def test_two_plans_ahead_and_best_agree():
    a, b = np.array([1.0, 2.0, 2.0, 5.0]), np.array([2.0, 1.0, 2.0, 3.0])
    one, other = odds_of_being_best([a, b])
    assert (one.p, other.p) == (ahead(a, b, paired=True).p, ahead(b, a, paired=True).p) == (0.625, 0.375)
    assert odds_of_being_best([a, b], larger=False)[0].p == 0.375


def test_wilson_is_scipys_and_keeps_away_from_certainty():
    for hits, n in ((0, 20), (7, 20), (20, 20)):
        scipy = stats.binomtest(hits, n).proportion_ci(method="wilson")
        assert np.allclose(wilson(hits, n), (scipy.low, scipy.high))
    assert wilson(0, 0) == (0.0, 1.0)
    assert chance(np.array([True, np.nan, False, True])).p == pytest.approx(2 / 3)


def test_fiellers_interval_holds_the_true_ratio_in_95_of_100_sets():
    """Binomial standard error of 2000 sets at 0.95: 0.0049."""
    rng = np.random.default_rng(4)
    held = 0
    for _ in range(2000):
        gain = rng.normal(10.0, 8.0, 40)
        spend = 30.0 + 0.5 * gain + rng.normal(0.0, 3.0, 40)
        low, high = ratio_of_means(spend, gain).interval
        held += low <= 3.5 <= high
    assert abs(held / 2000 - 0.95) < 4 * 0.0049


def test_a_price_has_no_bounds_where_nothing_may_have_been_bought():
    gain = np.array([1.0, -1.0, 0.5, -0.4])
    assert ratio_of_means(np.full(4, 100.0), gain).interval == (-math.inf, math.inf)
    assert math.isnan(ratio_of_means(np.full(4, 100.0), np.zeros(4)).value)
    exact = ratio_of_means(np.full(5, 100.0), np.full(5, 4.0))
    assert exact.value == 25.0
    assert exact.interval == pytest.approx((25.0, 25.0))
