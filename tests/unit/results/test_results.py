"""Results: curves of any sign, by step and padded; what the first replicas keep."""

import numpy as np
import pytest

from cases import opinions, same
from wom_sim import ResultError
from wom_sim.engine.run import run_case


def test_by_step_is_the_running_sum_within_each_replica():
    results = run_case(opinions(6), threads=1)
    wanted = [-r + 2 * step for r in range(6) for step in range(r % 4 + 1)]
    assert results.by_step("net").tolist() == wanted
    assert results.by_step("net") is results.by_step("net")


def test_a_padded_curve_keeps_its_last_value():
    results = run_case(opinions(6), threads=1)
    assert results.curve_of("said").tolist() == [[r * (min(step, r % 4) + 1) for step in range(4)] for r in range(6)]
    assert results.curve.tolist() == results.curve_of("net").tolist()


def test_an_unknown_curve_is_refused_with_the_names_there_are():
    results = run_case(opinions(3), threads=1)
    for call in (results.by_step, results.curve_of, results.newly_of):
        with pytest.raises(ResultError, match="there is no curve 'reach'; curves: net, said"):
            call("reach")


def test_every_array_is_read_only():
    results = run_case(opinions(3), threads=1)
    arrays = (results.counts["said"], results.newly["net"], results.groups["item"]["views"], results.by_step("net"))
    for array in arrays:
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 5


def test_the_first_replicas_keep_groups_and_all_curves():
    assert same(run_case(opinions(9), threads=1).first(5), run_case(opinions(5), threads=1))
    bare = run_case(opinions(9), threads=1, curves=False).first(5)
    assert bare.newly is None
    assert np.array_equal(bare.groups["segment"]["sold"][:, 0], np.arange(5) ** 2)


def test_what_is_shown_of_results_is_short():
    assert repr(run_case(opinions(3), threads=1)).startswith("<Results of 3 replicas of 'weighted_cascade': mean said")
