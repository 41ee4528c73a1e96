"""Rumours: limits, peaks, clocks of steps, forgetting, and small crowds exactly."""

import math

import numpy as np
import pytest

from wom_sim.theory import rumour
from wom_sim.theory.rumour_chain import daley_kendall_left, maki_thompson_left


def test_a_fifth_never_hears():
    assert rumour.final_ignorants() == pytest.approx(0.2031879, abs=5e-8)


@pytest.mark.parametrize(("n_failures", "left"), [(1, 0.2031879), (2, 0.0595202)])
def test_more_patience_leaves_fewer(n_failures, left):
    assert rumour.final_ignorants_after_failures(n_failures) == pytest.approx(left, abs=5e-8)


@pytest.mark.parametrize(("ratio", "heard"), [(0.5, 0.582812), (1, 0.796812), (2, 0.940480)])
def test_general_rates(ratio, heard):
    left = rumour.final_ignorants(spread_rate=3 * ratio, stifle_rate=3)
    assert 1 - left == pytest.approx(heard, abs=5e-7)
    assert left == pytest.approx(math.exp(-(1 + ratio) * (1 - left)), abs=1e-14)


def test_extreme_rates():
    assert rumour.final_ignorants(spread_rate=1e3) == pytest.approx(math.exp(-1001))
    assert rumour.final_ignorants(spread_rate=1e-6) == pytest.approx(1, abs=1e-5)
    assert rumour.final_ignorants(spread_rate=1e-6) < 1


def test_the_peak_is_one_less_the_logarithm_of_two():
    assert rumour.peak_spreaders() == pytest.approx(1 - math.log(2))


@pytest.mark.parametrize("ratio", [0.5, 1, 3])
def test_curves_peak_and_end_where_the_formulas_say(ratio):
    times = np.linspace(0, 60 / ratio, 4001)
    curves = rumour.rumour_over_time(times, spread_rate=ratio, stifle_rate=1, seed_fraction=1e-6)
    assert curves.spreaders.max() == pytest.approx(rumour.peak_spreaders(spread_rate=ratio), abs=1e-4)
    assert curves.ignorants[-1] == pytest.approx(rumour.final_ignorants(spread_rate=ratio), abs=1e-5)
    assert sum(curves) == pytest.approx(np.ones(4001))


@pytest.mark.parametrize(
    ("contact_prob", "left"),
    [(1, 0.17454), (0.5, 0.18906), (0.2, 0.19760), (0.1, 0.20041), (0.05, 0.20180), (0.01, 0.20291)],
)
def test_steps_leave_fewer_than_continuous_time(contact_prob, left):
    assert rumour.final_ignorants_by_step(contact_prob=contact_prob) == pytest.approx(left, abs=6e-6)


def test_steps_add_up_and_reach_their_limit():
    curves = rumour.rumour_by_step(seed_fraction=0.01, n_steps=300)
    assert sum(curves) == pytest.approx(np.ones(301))
    assert (np.diff(curves.ignorants) <= 0).all()
    assert curves.spreaders[0] == 0.01
    assert curves.ignorants[-1] == pytest.approx(rumour.final_ignorants_by_step(seed_fraction=0.01), abs=1e-12)
    assert rumour.final_ignorants_by_step(seed_fraction=1) == 0
    assert rumour.final_ignorants_by_step(seed_fraction=1e-15) == pytest.approx(0.1745445, abs=5e-8)


def test_one_step_is_what_callers_do_on_average():
    """In a crowd of 400 with 100 spreaders, each calls one of 400 at random: hit and miss counted by hand."""
    n, spreaders, ignorants = 400, 100, 240
    told = ignorants * (1 - (1 - 1 / n) ** spreaders)
    silenced = spreaders * (1 - ignorants / n)
    x, y = rumour._one_step(ignorants / n, spreaders / n, 1.0)
    assert x * n == pytest.approx(ignorants - told, abs=0.1)
    assert y * n == pytest.approx(spreaders - silenced + told, abs=0.1)


@pytest.mark.parametrize(
    ("spread", "stifle", "forget", "degree", "heard"), [(0.5, 1, 1, 6, 0.408798), (1, 1, 1, 6, 0.697525)]
)
def test_forgetting_ends_rumours_sooner(spread, stifle, forget, degree, heard):
    rates = {"spread_rate": spread, "stifle_rate": stifle, "forget_rate": forget, "degree": degree}
    assert rumour.final_heard_with_forgetting(**rates) == pytest.approx(heard, abs=5e-7)
    curves = rumour.rumour_over_time([200.0, 0.0], seed_fraction=1e-7, **rates)
    assert 1 - curves.ignorants[0] == pytest.approx(heard, abs=1e-5)
    assert curves.spreaders[1] == pytest.approx(1e-7)


def test_stifling_does_not_move_the_threshold():
    for stifle in (0, 1, 10):
        below = rumour.final_heard_with_forgetting(spread_rate=0.249, stifle_rate=stifle, forget_rate=1, degree=4)
        above = rumour.final_heard_with_forgetting(spread_rate=0.251, stifle_rate=stifle, forget_rate=1, degree=4)
        assert below == 0 < above


def test_without_forgetting_degree_does_not_matter_in_the_end():
    for degree in (1, 6):
        found = rumour.final_heard_with_forgetting(spread_rate=1, stifle_rate=1, forget_rate=0, degree=degree)
        assert found == pytest.approx(1 - rumour.final_ignorants())


def test_curves_solve_their_equations():
    b, a, d, k, h = 0.5, 0.7, 0.2, 6, 1e-3
    at = np.array([1.0, 3.0, 6.0])
    rates = {"spread_rate": b, "stifle_rate": a, "forget_rate": d, "degree": k, "seed_fraction": 0.01}
    i, s, r = rumour.rumour_over_time(at, **rates)
    later, sooner = rumour.rumour_over_time(at + h, **rates), rumour.rumour_over_time(at - h, **rates)
    slopes = [(x - y) / (2 * h) for x, y in zip(later, sooner, strict=True)]
    assert slopes[0] == pytest.approx(-b * k * i * s, abs=1e-5)
    assert slopes[1] == pytest.approx(b * k * i * s - a * k * s * (s + r) - d * s, abs=1e-5)
    assert slopes[2] == pytest.approx(a * k * s * (s + r) + d * s, abs=1e-5)
    assert rumour.rumour_over_time([], **rates).ignorants.shape == (0,)


def test_two_ignorants_and_one_spreader():
    assert maki_thompson_left(2).tolist() == [0.75, 0.25, 0]


def test_daley_and_kendall_by_hand():
    """Two ignorants, one spreader: the first meeting tells; of the next 3 pairs with a spreader, 2 tell, 1 ends it."""
    assert daley_kendall_left(2) == pytest.approx([2 / 3, 1 / 3, 0])
    assert daley_kendall_left(1).tolist() == [1, 0]
    assert daley_kendall_left(0, n_spreaders=3).tolist() == [1]


def left_by_search(meetings, x, y, z):
    """Distribution of ignorants left, by following every pair that may meet; `meetings` says what a pair changes."""
    if not y:
        return {x: 1.0}
    outcomes = meetings(x, y, z)
    total = sum(weight for weight, _ in outcomes)
    found = {}
    for weight, state in outcomes:
        if weight:
            for left, chance in left_by_search(meetings, *state).items():
                found[left] = found.get(left, 0) + chance * weight / total
    return found


def calls(x, y, z):
    return [(y * x, (x - 1, y + 1, z)), (y * (y - 1) + y * z, (x, y - 1, z + 1))]


def meets(x, y, z):
    return [(x * y, (x - 1, y + 1, z)), (y * (y - 1) / 2, (x, y - 2, z + 2)), (y * z, (x, y - 1, z + 1))]


@pytest.mark.parametrize(("exact", "rule"), [(maki_thompson_left, calls), (daley_kendall_left, meets)])
@pytest.mark.parametrize("crowd", [(1, 1), (4, 1), (3, 3), (5, 2)])
def test_recursion_agrees_with_following_every_history(exact, rule, crowd):
    found = exact(crowd[0], n_spreaders=crowd[1])
    wanted = left_by_search(rule, *crowd, 0)
    assert found == pytest.approx([wanted.get(left, 0) for left in range(crowd[0] + 1)], abs=1e-14)


@pytest.mark.parametrize("exact", [maki_thompson_left, daley_kendall_left])
def test_larger_crowds_near_the_limit(exact):
    left = exact(399)
    assert left.sum() == pytest.approx(1)
    assert left @ np.arange(400) / 400 == pytest.approx(rumour.final_ignorants(), abs=0.01)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: rumour.final_ignorants(spread_rate=0), "spread_rate: must be above 0 and finite, got 0"),
        (lambda: rumour.final_ignorants_after_failures(0), "n_failures: must be at least 1, got 0"),
        (lambda: rumour.peak_spreaders(stifle_rate=-1), "stifle_rate: must be above 0 and finite, got -1"),
        (lambda: rumour.rumour_by_step(seed_fraction=0, n_steps=1), r"seed_fraction: must be in \(0, 1\], got 0"),
        (lambda: rumour.final_ignorants_by_step(contact_prob=0), r"contact_prob: must be in \(0, 1\], got 0"),
        (
            lambda: rumour.final_heard_with_forgetting(spread_rate=1, stifle_rate=0, forget_rate=0, degree=1),
            "stifle_rate, forget_rate: one must be above 0",
        ),
        (lambda: maki_thompson_left(-1), "n_ignorants: must be at least 0, got -1"),
        (lambda: maki_thompson_left(3, n_spreaders=0), "n_spreaders: must be at least 1, got 0"),
        (lambda: daley_kendall_left(0), r"n_ignorants \+ n_spreaders: must be at least 2, got 1"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(call, message):
    with pytest.raises(ValueError, match=message) as error:
        call()
    assert "\n" not in str(error.value)
