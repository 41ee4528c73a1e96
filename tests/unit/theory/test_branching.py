"""Branching processes and big seeds: published campaigns, Borel's numbers, families counted out."""

from math import exp, inf

import numpy as np
import pytest

from wom_sim.theory.branching import (
    big_seed_share,
    big_seed_total,
    borel_prob,
    borel_tail,
    extinction_prob,
    extinction_prob_of,
    total_progeny,
)


@pytest.mark.parametrize(
    ("offspring_prob", "dies_out"),
    [
        ([0.25, 0.25, 0.5], 0.5),
        ([0.2, 0.0, 0.8], 0.25),
        ([0.5, 0.0, 0.5], 1.0),
        ([0.6, 0.4], 1.0),
        ([1.0], 1.0),
        ([0.0, 1.0], 0.0),
        ([0.0, 0.5, 0.5], 0.0),
    ],
)
def test_extinction(offspring_prob, dies_out):
    assert extinction_prob(offspring_prob) == pytest.approx(dies_out, abs=1e-14)


@pytest.mark.parametrize("mean", [0.5, 1.0, 1.0001, 1.5, 4.0])
def test_extinction_of_poisson_families(mean):
    found = extinction_prob_of(lambda x: exp(mean * (x - 1)), lambda x: mean * exp(mean * (x - 1)))
    assert found == pytest.approx(exp(mean * (found - 1)), abs=1e-12)
    assert found == pytest.approx(1 - big_seed_share(0, reproduction=mean), abs=1e-9)
    assert (found == 1) == (mean <= 1)


def test_borel_numbers_of_the_table():
    assert borel_prob([1, 2], offspring_mean=0.5) == pytest.approx([0.60653, 0.18394], abs=5e-6)
    assert borel_tail(10, offspring_mean=0.5) == pytest.approx(0.013616, abs=5e-7)
    assert borel_tail(100, offspring_mean=0.9) == pytest.approx(0.017420, abs=5e-7)
    assert total_progeny(0.9, offspring_variance=0.9) == pytest.approx((10, 900))


@pytest.mark.parametrize("n_founders", [1, 3])
def test_borel_sizes_have_the_moments_of_total_progeny(n_founders):
    sizes = np.arange(2000)
    prob = borel_prob(sizes, offspring_mean=0.6, n_founders=n_founders)
    mean = prob @ sizes
    expected = total_progeny(0.6, offspring_variance=0.6, n_founders=n_founders)
    assert (prob.sum(), mean, prob @ (sizes - mean) ** 2) == pytest.approx((1, *expected))
    assert not prob[:n_founders].any()


def test_families_of_several_founders_add_up():
    one, two = (borel_prob(np.arange(30), offspring_mean=0.8, n_founders=n) for n in (1, 2))
    assert np.convolve(one, one)[:30] == pytest.approx(two)


def test_size_one_generation_at_a_time():
    """Size 3 from one founder: two children without any, or a child and a grandchild."""
    m = 0.7
    p0, p1, p2 = exp(-m), m * exp(-m), m**2 / 2 * exp(-m)
    assert borel_prob(3, offspring_mean=m) == pytest.approx(p2 * p0**2 + p1 * p1 * p0)


def test_infinite_families_are_in_the_tail():
    assert borel_tail(2000, offspring_mean=1.5) == pytest.approx(big_seed_share(0, reproduction=1.5))
    assert borel_tail(2, offspring_mean=0) == 0
    assert borel_tail(0, offspring_mean=0.5) == 1


@pytest.mark.parametrize(
    ("n_seeds", "reproduction", "total"), [(900_000, 0.041, 938_478), (7_064, 0.769, 30_580), (22_582, 0.58, 53_767)]
)
def test_published_campaigns(n_seeds, reproduction, total):
    assert big_seed_total(n_seeds, reproduction=reproduction) == pytest.approx(total, abs=1)


@pytest.mark.parametrize(
    ("reproduction", "share", "digits"), [(0.041, 0.010423, 6), (0.5, 0.0197071, 7), (0.7, 0.0317812, 7), (0, 0.01, 15)]
)
def test_big_seeds_in_a_finite_population(reproduction, share, digits):
    assert big_seed_share(0.01, reproduction=reproduction) == pytest.approx(share, abs=0.51 * 10.0**-digits)


@pytest.mark.parametrize("seed_share", [0, 1e-9, 0.2, 1])
@pytest.mark.parametrize("reproduction", [0.5, 1.0, 1 + 1e-7, 3, 50])
def test_the_share_is_a_fixed_point(seed_share, reproduction):
    found = big_seed_share(seed_share, reproduction=reproduction)
    assert found == pytest.approx(1 - (1 - seed_share) * exp(-reproduction * found), abs=1e-14)
    assert (found > 0) == (seed_share > 0 or reproduction > 1)


def test_bad_arguments_are_refused():
    with pytest.raises(ValueError, match=r"offspring_prob: must be chances .* sum to 1, got \[0.5, 0.4\]"):
        extinction_prob([0.5, 0.4])
    with pytest.raises(ValueError, match=r"pgf: must be 1 at 1, got 0.5"):
        extinction_prob_of(lambda x: x / 2, lambda _: 0.5)
    with pytest.raises(ValueError, match=r"offspring_mean: must be in \[0, 1\), got 1"):
        total_progeny(1, offspring_variance=1)
    with pytest.raises(ValueError, match="offspring_variance: must be at least 0 and finite, got -1"):
        total_progeny(0.5, offspring_variance=-1)
    with pytest.raises(ValueError, match=r"sizes: must be whole numbers of at least 0, got 1.5"):
        borel_prob(1.5, offspring_mean=0.5)
    with pytest.raises(ValueError, match="n_founders: must be at least 1, got 0"):
        borel_prob(1, offspring_mean=0.5, n_founders=0)
    with pytest.raises(ValueError, match=r"reproduction: must be in \[0, 1\), got 1.2"):
        big_seed_total(10, reproduction=1.2)
    with pytest.raises(ValueError, match=r"seed_share: must be in \[0, 1\], got 2"):
        big_seed_share(2, reproduction=1)
    with pytest.raises(ValueError, match="reproduction: must be at least 0 and finite, got inf"):
        big_seed_share(0.1, reproduction=inf)
