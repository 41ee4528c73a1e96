"""Degree distributions: known moments, generating functions in closed form, bad input."""

from math import exp

import numpy as np
import pytest

from wom_sim.theory.degrees import DegreeDistribution


@pytest.mark.parametrize("mean", [0.3, 5, 200])
def test_poisson(mean):
    found = DegreeDistribution.poisson(mean)
    assert (found.mean, found.mean_excess) == pytest.approx((mean, mean))
    assert (found.g0(0.7), found.g1(0.7)) == pytest.approx((exp(-0.3 * mean),) * 2)
    assert (found.g0_slope(0.7), found.g0_curvature(0.7)) == pytest.approx(
        (mean * exp(-0.3 * mean), mean**2 * exp(-0.3 * mean))
    )


@pytest.mark.parametrize("degree", [1, 2, 7])
def test_regular(degree):
    found = DegreeDistribution.regular(degree)
    assert (found.mean, found.mean_excess) == (degree, degree - 1)
    assert (found.g0(0.5), found.g1(0.5)) == (0.5**degree, 0.5 ** (degree - 1))
    assert found.g1_slope(0.5) == (degree - 1) * 0.5 ** (degree - 2)


@pytest.mark.parametrize(("cutoff", "mean", "critical"), [(5, 1.5342, 0.60799), (10, 1.7926, 0.32869)])
def test_power_law_with_cutoff(cutoff, mean, critical):
    found = DegreeDistribution.power_law_cutoff(cutoff)
    assert found.mean == pytest.approx(mean, abs=6e-5)
    assert 1 / found.mean_excess == pytest.approx(critical, abs=6e-6)
    assert found.prob[2] / found.prob[1] == pytest.approx(exp(-1 / cutoff) / 4)


def test_the_exponent_is_the_power():
    found = DegreeDistribution.power_law_cutoff(50, exponent=3)
    assert found.prob[4] / found.prob[2] == pytest.approx(exp(-2 / 50) / 8)


def test_observed_degrees():
    from_degrees = DegreeDistribution.from_degrees([0, 3, 1, 1])
    assert from_degrees.prob.tolist() == [0.25, 0.5, 0, 0.25]
    assert DegreeDistribution.from_counts([1, 2, 0, 1]).prob.tolist() == from_degrees.prob.tolist()
    assert (from_degrees.mean, from_degrees.mean_excess) == pytest.approx((5 / 4, 6 / 5))


def test_it_cannot_be_altered():
    chances = np.array([0.5, 0.5])
    found = DegreeDistribution(chances)
    chances[:] = 0
    assert found.prob.tolist() == [0.5, 0.5]
    with pytest.raises(ValueError, match="read-only"):
        found.prob[0] = 1


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: DegreeDistribution([0.5, 0.4]), "prob: must be chances of degrees 0, 1, 2, ... that sum to 1"),
        (lambda: DegreeDistribution([1.5, -0.5]), "prob: must be chances"),
        (lambda: DegreeDistribution([1.0]), "prob: must give a degree above 0 a chance, got none"),
        (lambda: DegreeDistribution.poisson(0), "mean: must be above 0 and finite, got 0"),
        (lambda: DegreeDistribution.regular(0), "degree: must be at least 1, got 0"),
        (lambda: DegreeDistribution.power_law_cutoff(-1), "cutoff: must be above 0 and finite, got -1"),
        (lambda: DegreeDistribution.power_law_cutoff(5, exponent=-1), "exponent: must be at least 0 and finite"),
        (lambda: DegreeDistribution.from_counts([3]), "counts: must be numbers of people, some with a degree above 0"),
        (lambda: DegreeDistribution.from_degrees([1, -2]), r"degrees: must be whole .* at least 0, got \[1, -2\]"),
        (lambda: DegreeDistribution.from_degrees([1.5]), r"degrees: must be whole numbers of at least 0, got \[1.5\]"),
        (lambda: DegreeDistribution.from_degrees([0, 0]), "degrees: must hold one above 0, got none"),
    ],
)
def test_bad_degrees_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()
