"""The normal numbers of kernels are those of Python's library."""

from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wom_sim.kernels.normal import SMALLEST, normal_from


@given(st.integers(0, 2**53 - 1))
def test_equals_the_inverse_of_the_distribution_function(number):
    u = number * 2.0**-53
    assert normal_from(u) == pytest.approx(NormalDist().inv_cdf(max(u, SMALLEST)), rel=1e-14, abs=1e-15)


@pytest.mark.parametrize("power", range(1, 54))
def test_both_tails_are_alike(power):
    u = 2.0**-power
    assert normal_from(u) == pytest.approx(NormalDist().inv_cdf(u), rel=1e-14, abs=1e-15)
    assert normal_from(1 - u) == pytest.approx(-normal_from(u), rel=1e-14, abs=1e-15)


def test_all_are_numbers_and_rise():
    tail = np.geomspace(2.0**-53, 0.5, 400)
    u = np.unique(np.concatenate([[0.0], tail, 1 - tail]))
    found = np.array([normal_from(x) for x in u])
    assert np.isfinite(found).all()
    assert (np.diff(found) > 0).all()
