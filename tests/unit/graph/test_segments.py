"""Segments: exact shares, people shuffled, faults said in one line."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wom_sim.errors import GraphError, ScenarioError
from wom_sim.graph.segments import Segment, assign_segments, check_segments, segment_column
from wom_sim.kernels.rng import derive_key

KEY = np.uint64(77)


def segments(*fractions):
    return tuple(Segment(name=f"segment {i}", fraction=f) for i, f in enumerate(fractions))


@pytest.mark.parametrize(
    ("fractions", "n", "shares"),
    [
        ((0.3, 0.7), 10, [3, 7]),
        ((0.1, 0.2, 0.7), 1000, [100, 200, 700]),
        ((0.5, 0.5), 3, [2, 1]),
        ((0.34, 0.33, 0.33), 10, [4, 3, 3]),
        ((0.0, 1.0), 5, [0, 5]),
        ((1 / 3, 1 / 3, 1 / 3), 9, [3, 3, 3]),
        ((0.9, 0.1), 1, [1, 0]),
    ],
)
def test_shares_are_exact_by_largest_remainder(fractions, n, shares):
    assigned = assign_segments(segments(*fractions), n, KEY)
    assert np.bincount(assigned, minlength=len(fractions)).tolist() == shares


@given(st.lists(st.integers(0, 50), min_size=1, max_size=6).filter(any), st.integers(1, 200))
def test_everybody_has_a_segment_and_no_share_is_off_by_one(weights, n):
    fractions = [w / sum(weights) for w in weights]
    counts = np.bincount(assign_segments(segments(*fractions), n, KEY), minlength=len(weights))
    assert counts.sum() == n
    assert (np.abs(counts - np.array(fractions) * n) < 1 + 1e-9).all()


def test_people_are_shuffled_by_the_key():
    """Person 0 is in the 30 % segment for 30 % of keys: binomial."""
    both = segments(0.3, 0.7)
    firsts = [assign_segments(both, 10, derive_key(KEY, i))[0] for i in range(1000)]
    assert abs(firsts.count(0) - 300) < 4 * np.sqrt(1000 * 0.3 * 0.7)
    assert np.array_equal(assign_segments(both, 10, KEY), assign_segments(both, 10, KEY))


def test_column_holds_names():
    assert segment_column(segments(0.5, 0.5), np.array([1, 0], np.int32)).tolist() == ["segment 1", "segment 0"]


def test_fractions_must_sum_to_one():
    with pytest.raises(GraphError, match=r"fractions must sum to 1, got 0\.9 "):
        check_segments(segments(0.2, 0.7))


def test_names_must_differ():
    twice = (Segment(name="a", fraction=0.5), Segment(name="a", fraction=0.5))
    with pytest.raises(GraphError, match=r"names must be unique, got 'a' 2 times"):
        check_segments(twice)


@pytest.mark.parametrize("faulty", [{"fraction": 1.2}, {"homophily": -0.1}, {"name": ""}])
def test_ranges_are_enforced(faulty):
    with pytest.raises(ScenarioError, match=f"^{next(iter(faulty))}: "):
        Segment(**({"name": "a", "fraction": 0.5} | faulty))
