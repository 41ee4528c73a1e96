"""Percolation on configuration models: the table, branching processes, random infectious periods."""

from math import exp, inf

import numpy as np
import pytest
from scipy.integrate import quad

from wom_sim.theory.branching import extinction_prob
from wom_sim.theory.degrees import DegreeDistribution
from wom_sim.theory.percolation import (
    critical_transmissibility,
    dead_end_prob,
    discrete_sir_transmissibility,
    fixed_period_transmissibility,
    mass_action_outbreak_share,
    mean_outbreak_size,
    outbreak_share,
    random_period_transmissibility,
    sir_outbreak_prob,
    sir_transmissibility,
)

regular, poisson, power_law = (
    DegreeDistribution.regular,
    DegreeDistribution.poisson,
    DegreeDistribution.power_law_cutoff,
)


@pytest.mark.parametrize(
    ("degrees", "T", "share", "tolerance"),
    [
        (regular(3), 0.6, 0.703704, 6e-7),
        (regular(4), 0.4, 0.541503, 6e-7),
        (regular(4), 0.5, 0.854102, 6e-7),
        (regular(4), 5 / 11, 0.754142, 6e-7),
        (poisson(5), 0.3, 0.582812, 6e-7),
        (poisson(5), 0.4, 0.796812, 6e-7),
        (power_law(5), 0.8, 0.17744, 6e-6),
        (power_law(5), 1, 0.34854, 6e-6),
        (power_law(10), 0.5, 0.16918, 6e-6),
        (power_law(10), 0.8, 0.43204, 6e-6),
        (power_law(10), 1, 0.58726, 6e-6),
    ],
)
def test_outbreaks_of_the_table(degrees, T, share, tolerance):
    assert outbreak_share(degrees, transmissibility=T) == pytest.approx(share, abs=tolerance)
    u = dead_end_prob(degrees, transmissibility=T)
    assert u == pytest.approx(degrees.g1(1 - T + T * u), abs=1e-14)


@pytest.mark.parametrize(
    ("degrees", "T", "size"),
    [(regular(4), 0.2, 3), (regular(4), 0.25, 5), (poisson(5), 0.1, 2), (poisson(5), 0.15, 4), (regular(1), 1, 2)],
)
def test_small_outbreaks_of_the_table(degrees, T, size):
    assert mean_outbreak_size(degrees, transmissibility=T) == pytest.approx(size)
    assert outbreak_share(degrees, transmissibility=T) == 0


def test_critical_values():
    assert critical_transmissibility(regular(4)) == pytest.approx(1 / 3)
    assert critical_transmissibility(power_law(5)) == pytest.approx(0.60799, abs=6e-6)
    assert critical_transmissibility(regular(1)) == inf


def test_just_above_the_critical_value():
    """Newton's method creeps there; 1 / 5 + 1e-7 gives 1e-6 to first order."""
    assert outbreak_share(poisson(5), transmissibility=0.2 + 1e-7) == pytest.approx(1e-6, rel=1e-3)


def test_dead_ends_are_families_that_die_out():
    """Somebody met along a tie has 0..3 others; each passes with T."""
    degrees = DegreeDistribution.from_counts([2, 3, 4, 5, 6])
    others = degrees.prob[1:] * np.arange(1, 5) / degrees.mean
    for T in (0.3, 0.6, 1.0):
        offspring = sum(p * np.pad(_binomial(k, T), (0, 3 - k)) for k, p in enumerate(others))
        assert dead_end_prob(degrees, transmissibility=T) == pytest.approx(extinction_prob(offspring))


def _binomial(n, p):
    return np.polynomial.polynomial.polypow([1 - p, p], n)


@pytest.mark.parametrize(
    ("reproduction", "share"),
    [
        (0.9, 0),
        (1, 0),
        (1.1, 0.176134),
        (1.2, 0.313698),
        (1.5, 0.582812),
        (2, 0.796812),
        (2.5, 0.892645),
        (3, 0.940480),
        (5, 0.993023),
    ],
)
def test_mass_action_of_the_table(reproduction, share):
    assert mass_action_outbreak_share(reproduction) == pytest.approx(share, abs=6e-7)


def test_transmissibilities():
    assert sir_transmissibility(0.3, recover_rate=0.2) == 0.6
    found = discrete_sir_transmissibility(0.1, recover_prob=0.2)
    assert found == pytest.approx(0.357143, abs=6e-7)
    assert found == pytest.approx(sum(0.1 * (0.9 * 0.8) ** n for n in range(200)))
    assert discrete_sir_transmissibility(0.1, recover_prob=1) == pytest.approx(0.1)
    assert fixed_period_transmissibility(0.3, duration=2) == pytest.approx(1 - exp(-0.6))
    mixed = random_period_transmissibility(0.3, durations=[0, 2], duration_prob=[0.25, 0.75])
    assert mixed == pytest.approx(0.75 * (1 - exp(-0.6)))


def test_an_exponential_period_is_a_mixture_of_many():
    durations = np.linspace(0, 60, 200_001)
    weights = np.exp(-0.5 * durations)
    found = random_period_transmissibility(0.3, durations=durations, duration_prob=weights / weights.sum())
    assert found == pytest.approx(sir_transmissibility(0.3, recover_rate=0.5), abs=1e-4)


@pytest.mark.parametrize("degrees", [regular(3), poisson(5), power_law(10)])
def test_random_periods_make_outbreaks_rarer_not_smaller(degrees):
    """Kenah & Robins: solved again, averaging over the infectious period by quadrature."""
    b, g = 1.2, 0.5

    def average(function):
        return quad(lambda tau: g * exp(-g * tau) * function(exp(-b * tau)), 0, 80, limit=200, epsabs=1e-11)[0]

    v = 0.0
    for _ in range(60):
        v = average(lambda w, v=v: degrees.g1(w + (1 - w) * v))
    expected = 1 - average(lambda w: degrees.g0(w + (1 - w) * v))
    found = sir_outbreak_prob(degrees, infect_rate=b, recover_rate=g)
    assert found == pytest.approx(expected, abs=1e-7)
    assert 0 < found < outbreak_share(degrees, transmissibility=sir_transmissibility(b, recover_rate=g))


def test_outbreaks_with_very_many_ties_are_those_of_complete_mixing():
    """One person's family: geometric numbers of children, which die out with 1 / R0."""
    found = sir_outbreak_prob(regular(2000), infect_rate=2 / 2000, recover_rate=1)
    assert found == pytest.approx(0.5, abs=1e-3)
    assert sir_outbreak_prob(regular(4), infect_rate=0.1, recover_rate=1) == 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: outbreak_share(regular(3), transmissibility=1.1), r"transmissibility: must be in \[0, 1\], got 1.1"),
        (
            lambda: mean_outbreak_size(regular(4), transmissibility=0.5),
            "transmissibility: must be below the critical 0.333333, got 0.5",
        ),
        (lambda: sir_transmissibility(-1, recover_rate=1), "infect_rate: must be at least 0 and finite, got -1"),
        (lambda: sir_transmissibility(0, recover_rate=0), "recover_rate: must be above 0 when infect_rate is 0, got 0"),
        (
            lambda: discrete_sir_transmissibility(0, recover_prob=0),
            "recover_prob: must be above 0 when infect_prob is 0, got 0",
        ),
        (
            lambda: random_period_transmissibility(1, durations=[1, 2], duration_prob=[0.5, 0.4]),
            r"duration_prob: must be 2 chances that sum to 1, got \[0.5, 0.4\]",
        ),
        (
            lambda: sir_outbreak_prob(regular(3), infect_rate=0, recover_rate=1),
            "infect_rate: must be above 0 and finite, got 0",
        ),
        (lambda: mass_action_outbreak_share(-0.5), "reproduction: must be at least 0 and finite, got -0.5"),
    ],
)
def test_bad_arguments_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
