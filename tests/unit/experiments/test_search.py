"""The smallest change that has the odds wanted: against trying everything."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wom_sim.experiments.search import MOST_TRIED, Tried, Way, search
from wom_sim.metrics.intervals import Chance, Interval


def reaching_from(threshold, asked=None, *, falling=False):
    """Odds of 1 from a threshold on, else 0."""

    def evaluate(value):
        if asked is not None:
            asked.append(value)
        reached = value <= threshold if falling else value >= threshold
        return Tried(value, Chance(float(reached), Interval(0.0, 1.0), 10), 2.0 * value)

    return evaluate


def doubled(start, times=6):
    return [start * 2.0**k for k in range(1, times)], [*(start / 2.0**k for k in range(1, times)), 0.0]


@given(st.integers(1, 200), st.integers(0, 6000))
def test_the_smallest_whole_number_is_found_exactly(start, threshold):
    outward, inward = doubled(float(start))
    way = Way(float(start), [math.floor(x) for x in outward], [math.floor(x) for x in inward], whole=True)
    asked = []
    found = search(way, reaching_from(threshold, asked), wanted=0.9, precise=0.0)
    every = range(int(outward[-1]) + 1)
    assert found.value == next((x for x in every if x >= threshold), None)
    assert len(asked) == len(set(asked)) <= MOST_TRIED
    assert [each.value for each in found.tried] == sorted(asked)
    assert not found.uneven


@given(st.floats(0.5, 100.0), st.floats(0.01, 3000.0))
def test_a_number_is_found_to_the_precision_asked_for(start, threshold):
    outward, inward = doubled(start)
    found = search(Way(start, outward, inward), reaching_from(threshold), wanted=0.9, precise=0.02)
    if threshold > outward[-1]:
        assert found.value is None
        assert found.at is None
    elif threshold > start / 2.0**5:
        assert threshold <= found.value <= threshold * 1.03 + 1e-9
        assert found.at.spend == 2.0 * found.value


def test_where_less_helps_the_largest_is_found():
    found = search(Way(1.0, [0.5, 0.0]), reaching_from(0.3, falling=True), wanted=0.9, precise=0.02)
    assert 0.29 <= found.value <= 0.3


def test_reached_from_the_start_the_search_goes_down_to_nothing():
    found = search(Way(8.0, [16.0], [4.0, 0.0]), reaching_from(-1.0), wanted=0.9)
    assert found.value == 0.0


def test_what_cannot_be_run_counts_as_not_reached():
    def evaluate(value):
        return None if value > 10.0 else reaching_from(50.0)(value)

    found = search(Way(5.0, [10.0, 20.0]), evaluate, wanted=0.9)
    assert found.value is None
    assert [each.value for each in found.tried] == [5.0, 10.0]


def test_odds_that_rise_and_fall_are_said_to_be_uneven():
    odds = {1.0: 0.95, 2.0: 0.2, 4.0: 0.95}
    found = search(
        Way(4.0, [], [2.0, 1.0]), lambda x: Tried(x, Chance(odds.get(x, 0.5), Interval(0, 1), 9), 0.0), wanted=0.9
    )
    assert found.value == pytest.approx(4.0, rel=0.05)
    assert not found.uneven
    tried = search(
        Way(1.0, [2.0, 4.0], [0.5]), lambda x: Tried(x, Chance(odds.get(x, 0.95), Interval(0, 1), 9), 0.0), wanted=0.9
    )
    assert tried.value == 0.5


def test_it_leaves_off_where_more_does_not_help():
    def saturating(value):
        return Tried(value, Chance(min(0.5, 0.1 * value), Interval(0.0, 1.0), 50), value)

    found = search(Way(1.0, [2.0, 4.0, 8.0, 16.0, 32.0, 64.0]), saturating, wanted=0.9)
    assert [each.value for each in found.tried] == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0]
    assert found.value is None
