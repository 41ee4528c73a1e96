"""Granovetter's crowd, Watts's window and clusters, and adoption from a seeded fraction."""

import math
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from scipy.stats import binom, poisson

from wom_sim.theory.seeded_thresholds import adopted_at_last, adopted_by_step
from wom_sim.theory.thresholds import (
    acting_by_step,
    cascade_condition,
    cascade_window,
    count_need,
    extended_vulnerable_cluster,
    fraction_need,
    vulnerable_cluster,
)


def poisson_degrees(mean):
    share = poisson.pmf(np.arange(80), mean)
    return share / share.sum()


def test_one_threshold_decides_about_a_riot():
    crowd = np.arange(100)
    assert acting_by_step(crowd).tolist() == list(range(1, 101))
    crowd[1] = 2
    assert acting_by_step(crowd).tolist() == [1]
    assert acting_by_step(crowd, [50])[-1] == 100


def test_a_crowd_acts_as_the_definition_says():
    for crowd in product([0, 1, 2, 3, math.inf], repeat=4):
        acting, history = {3}, []
        while True:
            acting |= {i for i in range(4) if crowd[i] <= (len(acting) if history else 0)}
            if history and len(acting) == history[-1]:
                break
            history.append(len(acting))
        assert acting_by_step(crowd, [3]).tolist() == history


def test_nobody_acts_in_a_crowd_that_waits():
    assert acting_by_step([1, 1, 2]).tolist() == [0]


def test_needs_are_rounded_up_without_binary_slips():
    assert fraction_need(10, 0.2).tolist() == [1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2]
    assert count_need(3, 2).tolist() == [2, 2, 2, 2]
    for percent in range(1, 101):
        exact = [max(1, math.ceil(Fraction(percent, 100) * k)) for k in range(101)]
        assert fraction_need(100, percent / 100).tolist() == exact


@pytest.mark.parametrize(
    ("phi", "lower", "upper"),
    [(0.25, 1.1141, 3.8631), (0.18, 1.0207, 5.7647), (0.2, 1.0207, 5.7647), (1 / 6, 1.0037, 7.4771)],
)
def test_the_window_of_random_networks(phi, lower, upper):
    window = cascade_window(phi)
    assert window == pytest.approx((lower, upper), abs=5e-5)
    for edge in window:
        assert cascade_condition(poisson_degrees(edge), phi) == pytest.approx(1, abs=1e-9)


@pytest.mark.parametrize("phi", [0.26, 1 / 3, 0.5, 1.0])
def test_no_window_where_nearly_all_contacts_must_adopt(phi):
    assert cascade_window(phi) is None


def test_the_window_changes_where_one_contact_more_is_allowed():
    for most in range(4, 130):
        assert cascade_window(1 / most) == cascade_window(1 / (most + 0.5))


def test_a_tiny_threshold_leaves_the_window_of_the_giant_component():
    window = cascade_window(1e-4)
    assert window.lower == pytest.approx(1, abs=1e-9)
    assert 10_000 < window.upper < 10_000 + 4 * 100  # four standard deviations above K


@pytest.mark.parametrize(("mean", "cluster"), [(2, 0.7542), (4, 0.8653), (5.5, 0.376)])
def test_the_chance_that_one_person_starts_a_global_cascade(mean, cluster):
    found = extended_vulnerable_cluster(poisson_degrees(mean), 0.18)
    assert found == pytest.approx(cluster, abs=5e-4)
    assert vulnerable_cluster(poisson_degrees(mean), 0.18) <= found


def test_clusters_of_two_degrees_by_hand():
    """Nine of ten have 3 contacts and are vulnerable at phi = 1/3, one has 10: u = (1 - e) / e, e = 2.7 / 3.7."""
    share = np.zeros(11)
    share[[3, 10]] = 0.9, 0.1
    u = 1 / 2.7
    assert cascade_condition(share, 1 / 3) == pytest.approx(2 * 2.7 / 3.7)
    assert vulnerable_cluster(share, 1 / 3) == pytest.approx(0.9 * (1 - u**3))
    assert extended_vulnerable_cluster(share, 1 / 3) == pytest.approx(0.9 * (1 - u**3) + 0.1 * (1 - u**10))


def test_outside_the_window_there_is_no_vulnerable_cluster():
    for mean in (1.0, 6.5):
        assert extended_vulnerable_cluster(poisson_degrees(mean), 0.18) == 0
        assert vulnerable_cluster(poisson_degrees(mean), 0.18) == 0


def test_when_all_are_vulnerable_the_cluster_is_the_giant_component():
    """Mean degree 2: S = 1 - exp(-2 S)."""
    share = poisson_degrees(2)
    found = vulnerable_cluster(share, 1 / 79)
    assert found == pytest.approx(0.7968121300200199, abs=1e-12)
    assert extended_vulnerable_cluster(share, 1 / 79) == pytest.approx(found, abs=1e-12)


@pytest.mark.parametrize(
    ("mean", "seeded", "adopted"),
    [(1.5, 0.01, 0.5914), (2, 0.01, 0.8), (3, 0.01, 0.9412), (4, 0.01, 0.9804), (6, 0.001, 0.99749)],
)
def test_adoption_from_a_seeded_fraction(mean, seeded, adopted):
    share = poisson_degrees(mean)
    asked = {"need": fraction_need(79, 0.18), "seed_fraction": seeded}
    assert adopted_at_last(share, **asked) == pytest.approx(adopted, abs=5e-5)
    by_step = adopted_by_step(share, n_steps=2000, **asked)
    assert by_step[0] == seeded
    assert (np.diff(by_step) > -1e-12).all()
    assert by_step[-1] == pytest.approx(adopted, abs=5e-5)


def test_the_first_steps_are_those_written_out():
    """Everybody has 3 contacts and needs 2, r = .1."""
    r = 0.1
    q = r + (1 - r) * binom.sf(1, 2, r)
    wanted = [r, r + (1 - r) * binom.sf(1, 3, r), r + (1 - r) * binom.sf(1, 3, q)]
    found = adopted_by_step([0, 0, 0, 1], need=count_need(3, 2), seed_fraction=r, n_steps=2)
    assert found == pytest.approx(wanted, abs=1e-14)


def test_simple_contagion_fills_the_components_that_hold_a_seed():
    """Need 1, few seeds: the giant component of mean degree 2."""
    share = poisson_degrees(2)
    found = adopted_at_last(share, need=count_need(79, 1), seed_fraction=1e-9)
    assert found == pytest.approx(0.7968121300200199, abs=1e-6)


def test_all_seeded_or_none_stays_so():
    share, need = poisson_degrees(3), count_need(79, 2)
    assert adopted_at_last(share, need=need, seed_fraction=0) == 0
    assert adopted_at_last(share, need=need, seed_fraction=1) == 1
    assert adopted_at_last(share, need=0 * need, seed_fraction=0) == pytest.approx(1)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: acting_by_step([1, -1]), "thresholds: must be at least 0, got -1.0"),
        (lambda: acting_by_step([[1]]), r"thresholds: must have one entry per person, got shape \(1, 1\)"),
        (lambda: acting_by_step([1, 2], [2]), "seed_nodes: must be at most 1, got 2"),
        (lambda: fraction_need(3, 0), r"phi: must be in \(0, 1\], got 0"),
        (lambda: count_need(3, 0), "n_contacts: must be at least 1, got 0"),
        (lambda: cascade_window(1.5), r"phi: must be in \(0, 1\], got 1.5"),
        (lambda: cascade_condition([0.5, 0.4], 0.2), "degree_prob: must sum to 1, got 0.9"),
        (lambda: cascade_condition([2, -1], 0.2), "degree_prob: must be at least 0, got -1.0"),
        (lambda: vulnerable_cluster([1.0], 0.2), "degree_prob: must give a degree above 0 a chance, got none"),
        (lambda: cascade_condition([[1.0]], 0.2), "degree_prob: must have one dimension"),
        (lambda: adopted_at_last([0, 1], need=[1], seed_fraction=0), "need: must have one entry per degree, 2, got"),
        (lambda: adopted_at_last([0, 1], need=[1, 0.5], seed_fraction=0), "need: must be whole numbers of at least 0"),
        (lambda: adopted_at_last([0, 1], need=[1, 1], seed_fraction=2), r"seed_fraction: must be in \[0, 1\], got 2"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(call, message):
    with pytest.raises(ValueError, match=message) as error:
        call()
    assert "\n" not in str(error.value)
