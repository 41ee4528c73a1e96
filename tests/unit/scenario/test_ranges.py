"""Ranges: coordinates become values, whole numbers and steps are found out by trying."""

import math
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wom_sim.durations import Duration
from wom_sim.scenario.ranges import Range, Span, find_span


def takes_whole_numbers(value):
    return "" if isinstance(value, int) else f"must be a whole number, got {value}"


@given(st.floats(1e-6, 1e6), st.floats(1.001, 1e6), st.booleans(), st.sampled_from([0.0, 1.0]), st.floats(0.0, 1.0))
def test_values_stay_within_the_ends_and_rise_with_the_coordinate(low, ratio, log, unit, u):
    low = math.ceil(low) if unit else low
    span = Span(low=low, high=math.ceil(low * ratio) + 1 if unit else low * ratio, log=log, unit=unit)
    assert span.low <= span.at(u) <= span.high
    assert span.at(u / 2.0) <= span.at(u)
    assert isinstance(span.at(u), int if unit else float)


def test_the_ends_are_the_first_and_the_last_coordinate():
    assert [Span(low=2.0, high=10.0).at(u) for u in (0.0, 0.5, 1.0)] == [2.0, 6.0, 10.0]
    log = Span(low=0.01, high=1.0, log=True)
    assert [log.at(u) for u in (0.0, 0.5, 1.0)] == pytest.approx([0.01, 0.1, 1.0], rel=1e-12)


def test_each_whole_number_has_the_same_share_of_the_coordinates():
    span = Span(low=0.0, high=4.0, unit=1.0)
    counts = Counter(span.at((i + 0.5) / 1000) for i in range(1000))
    assert counts == dict.fromkeys(range(5), 200)


def test_whole_numbers_by_ratio_have_shares_like_one_over_them():
    span = Span(low=1.0, high=100.0, log=True, unit=1.0)
    n = 100_000
    counts = Counter(span.at((i + 0.5) / n) for i in range(n))
    # The share of k is ln((k + 1/2) / (k - 1/2)) of the whole; equally spaced coordinates miss it by one at each end.
    for k in (1, 2, 10, 100):
        assert counts[k] == pytest.approx(n * math.log((k + 0.5) / (k - 0.5)) / math.log(100.5 / 0.5), abs=2)


def test_values_of_a_grid_reach_both_ends():
    assert Span(low=0.1, high=0.2).spread_out(3) == [0.1, 0.15, 0.2]
    assert Span(low=1.0, high=100.0, log=True, unit=1.0).spread_out(3) == [1, 10, 100]
    lengths = Span(low=1 / 24, high=7.0, duration=True)
    assert lengths.spread_out(2) == ["1h", "7d"]


def test_lengths_of_time_are_text_in_whole_seconds():
    span = Span(low=1 / 24, high=7.0, log=True, duration=True)
    texts = [span.at(i / 50) for i in range(51)]
    assert all(float(Duration(text)) * 86_400 == pytest.approx(round(float(Duration(text)) * 86_400)) for text in texts)
    assert all(Duration(a) < Duration(b) for a, b in pairwise(texts))
    assert span.number("12h") == 0.5
    hours = Span(low=1 / 24, high=7.0, unit=1 / 24, duration=True)
    assert hours.at(0.5) in {"84h", "85h"}


def test_a_key_that_takes_whole_numbers_only_is_found_out():
    assert find_span(Range(low=1, high=9.0), takes_whole_numbers, step=None) == Span(low=1.0, high=9.0, unit=1.0)
    assert find_span(Range(low=1, high=9), lambda value: "", step=None) == Span(low=1.0, high=9.0)
    assert find_span(Range(low=1, high=9.5), takes_whole_numbers, step=None) == (
        9.5,
        "must be a whole number, got 9.5",
    )
    assert find_span(Range(low=0.5, high=9, scale="log"), takes_whole_numbers, step=None)[0] == 0.5


def test_a_key_that_takes_whole_steps_only_is_found_out():
    def whole_hours(value):
        hours = float(Duration(value)) * 24
        return "" if abs(hours - round(hours)) < 0.1 else f"must be a whole number of steps, got {value}"

    span = find_span(Range(low="1h", high="2d"), whole_hours, step=1 / 24)
    assert span.unit == 1 / 24
    assert all(not whole_hours(span.at(i / 100)) for i in range(101))
    assert find_span(Range(low="1h", high="2d"), lambda value: "", step=1 / 24).unit == 0.0


def test_a_hole_in_the_middle_is_found():
    def not_near_five(value):
        return "must not be 5" if abs(value - 5.0) < 1.0 else ""

    assert find_span(Range(low=0, high=10), not_near_five, step=None) == (5.0, "must not be 5")


@pytest.mark.parametrize(
    ("low", "high", "scale", "says"),
    [
        (1, 1, "linear", "low must be below high, got 1 and 1"),
        ("2d", "48h", "linear", "low must be below high, got 2d and 2d"),
        ("1h", 3, "linear", "low and high must be two numbers or two durations, got 1h and 3"),
        (0, 3, "log", 'low must be above 0 with scale = "log", got 0'),
        (0.5, 3, "log", ""),
    ],
)
def test_ends_that_do_not_fit_are_said(low, high, scale, says):
    assert Range(low=low, high=high, scale=scale).problem() == says
