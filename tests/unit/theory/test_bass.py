"""The Bass model: the published curve, finite crowds, networks, steps, and how they hang together."""

import numpy as np
import pytest
from scipy.linalg import expm

from wom_sim.theory import bass, bass_networks

TIMES = np.array([1, 5, 10, 15, 20])
MEAN = {"p": 0.03, "q": 0.38}
COLOUR_TV = {"p": 0.005, "q": 0.84}


@pytest.mark.parametrize(
    ("found", "table"),
    [
        (bass.bass_adopted(TIMES, **MEAN), (0.03576, 0.33120, 0.81280, 0.97161, 0.99626)),
        (bass.bass_finite(TIMES, n_people=2, **MEAN), (0.03440, 0.20672, 0.40557, 0.55876, 0.67301)),
        (bass.bass_pair(TIMES, **MEAN), (0.03440, 0.20672, 0.40557, 0.55876, 0.67301)),
        (bass.bass_finite(TIMES, n_people=100, **MEAN), (0.03574, 0.32618, 0.79937, 0.96814, 0.99576)),
        (bass.bass_finite(TIMES, n_people=1000, **MEAN), (0.03576, 0.33068, 0.81150, 0.97130, 0.99622)),
        (bass_networks.bass_ring(TIMES, **MEAN), (0.03502, 0.24846, 0.55826, 0.78985, 0.91667)),
        (bass_networks.bass_regular(TIMES, degree=2, **MEAN), (0.03502, 0.24846, 0.55826, 0.78985, 0.91667)),
        (bass_networks.bass_regular(TIMES, degree=3, **MEAN), (0.03525, 0.27041, 0.64555, 0.88990, 0.97643)),
        (bass_networks.bass_regular(TIMES, degree=4, **MEAN), (0.03537, 0.28339, 0.69225, 0.92460, 0.98728)),
        (bass_networks.bass_poisson(TIMES, mean_degree=4, **MEAN), (0.03555, 0.30046, 0.70927, 0.89816, 0.95739)),
        (bass.bass_linear_steps(20, **MEAN)[TIMES], (0.03000, 0.27291, 0.78264, 0.97816, 0.99839)),
        (bass.bass_exponential_steps(20, **MEAN)[TIMES], (0.02955, 0.26107, 0.72984, 0.95323, 0.99369)),
        (bass.bass_adopted([5, 10], **COLOUR_TV), (0.28503, 0.96510)),
    ],
)
def test_curves_agree_with_the_table(found, table):
    assert found == pytest.approx(table, abs=6e-6)


@pytest.mark.parametrize(
    ("rates", "peak"), [(MEAN, (6.1926, 0.46053, 0.11059)), (COLOUR_TV, (6.0639, 0.49702, 0.21251))]
)
def test_the_peak(rates, peak):
    found = bass.bass_peak(**rates)
    assert found == pytest.approx(peak, abs=5e-5)
    assert bass.bass_adopted(found.time, **rates) == pytest.approx(found.adopted)
    assert bass.bass_rate(found.time, **rates) == pytest.approx(found.rate)
    assert (bass.bass_rate(found.time + np.array([-0.1, 0.1]), **rates) < found.rate).all()


def test_with_little_talk_the_start_is_fastest():
    assert bass.bass_peak(p=0.3, q=0.2) == (0, 0, 0.3)


def slope(curve, times, h=1e-4):
    return (curve(times + h) - curve(times - h)) / (2 * h)


def test_the_curve_solves_its_equation():
    f = bass.bass_adopted(TIMES, **MEAN)
    assert slope(lambda t: bass.bass_adopted(t, **MEAN), TIMES) == pytest.approx((0.03 + 0.38 * f) * (1 - f), abs=1e-8)
    assert bass.bass_rate(TIMES, **MEAN) == pytest.approx((0.03 + 0.38 * f) * (1 - f))


@pytest.mark.parametrize("degree", [1, 2, 3, 5, 20])
def test_regular_networks_solve_their_equation(degree):
    p, q = 0.03, 0.38

    def untold(t):
        return ((1 - bass_networks.bass_regular(t, p=p, q=q, degree=degree)) * np.exp(p * t)) ** (1 / degree)

    th = untold(TIMES)
    wanted = -q / degree * (th - np.exp(-p * TIMES) * th ** (degree - 1))
    assert slope(untold, TIMES) == pytest.approx(wanted, abs=1e-8)


def test_random_networks_solve_their_equation():
    p, q, mean = 0.03, 0.38, 4

    def untold(t):
        return 1 + (np.log1p(-bass_networks.bass_poisson(t, p=p, q=q, mean_degree=mean)) + p * t) / mean

    th = untold(TIMES)
    wanted = -q / mean * (th - np.exp(-p * TIMES - mean * (1 - th)))
    assert slope(untold, TIMES, h=1e-2) == pytest.approx(wanted, abs=1e-6)


def test_a_pair_is_the_regular_network_of_one_tie():
    for p, q in ((0.03, 0.38), (0.2, 0.2), (0.5, 0.1)):
        pair = bass.bass_pair(TIMES, p=p, q=q)
        assert bass_networks.bass_regular(TIMES, p=p, q=q, degree=1) == pytest.approx(pair)
        assert bass.bass_finite(TIMES, p=p, q=q, n_people=2) == pytest.approx(pair, abs=1e-12)


def test_a_small_crowd_is_the_chain_written_out():
    p, q, n_most, t = 0.1, 0.7, 5, 2.5
    flow = np.zeros((n_most + 1, n_most + 1))
    for n in range(n_most):
        flow[n, n + 1] = (n_most - n) * (p + q * n / (n_most - 1))
        flow[n, n] = -flow[n, n + 1]
    wanted = expm(flow * t)[0] @ np.arange(n_most + 1) / n_most
    assert bass.bass_finite([0, t], p=p, q=q, n_people=n_most) == pytest.approx([0, wanted], abs=1e-12)


def test_many_neighbours_and_large_crowds_are_the_endless_crowd():
    wanted = bass.bass_adopted(TIMES, **MEAN)
    assert bass_networks.bass_regular(TIMES, degree=10**6, **MEAN) == pytest.approx(wanted, abs=1e-5)
    assert bass_networks.bass_poisson(TIMES, mean_degree=1e6, **MEAN) == pytest.approx(wanted, abs=1e-5)
    assert bass.bass_finite(TIMES, n_people=5000, **MEAN) == pytest.approx(wanted, abs=5e-4)


def test_short_steps_are_continuous_time():
    wanted = bass.bass_adopted(TIMES, **MEAN)
    for steps in (bass.bass_linear_steps, bass.bass_exponential_steps):
        found = steps(20_000, dt=0.001, **MEAN)[TIMES * 1000]
        assert found == pytest.approx(wanted, abs=2e-4)


def test_without_talk_all_networks_are_alike():
    wanted = 1 - np.exp(-0.03 * TIMES)
    alone = {"p": 0.03, "q": 0.0}
    for found in (
        bass.bass_adopted(TIMES, **alone),
        bass.bass_finite(TIMES, n_people=20, **alone),
        bass.bass_pair(TIMES, **alone),
        bass_networks.bass_ring(TIMES, **alone),
        bass_networks.bass_regular(TIMES, degree=3, **alone),
        bass_networks.bass_poisson(TIMES, mean_degree=3, **alone),
        bass.bass_exponential_steps(20, **alone)[TIMES],
    ):
        assert found == pytest.approx(wanted, abs=1e-9)


def test_pairs_are_slowest_and_the_endless_crowd_fastest():
    slowest, fastest = bass.bass_pair(TIMES, **MEAN), bass.bass_adopted(TIMES, **MEAN)
    for degree in (2, 3, 10):
        between = bass_networks.bass_regular(TIMES, degree=degree, **MEAN)
        assert (slowest < between).all()
        assert (between < fastest).all()


def test_times_come_in_any_order_and_none_will_do():
    times = np.array([15.0, 0, 5, 5])
    for curve in (
        lambda t: bass.bass_finite(t, n_people=10, **MEAN),
        lambda t: bass_networks.bass_poisson(t, mean_degree=3, **MEAN),
        lambda t: bass_networks.bass_regular(t, degree=3, **MEAN),
    ):
        found = curve(times)
        assert found[1] == pytest.approx(0, abs=1e-15)
        assert found[[0, 2]] == pytest.approx(np.concatenate([curve(15), curve(5)]), rel=1e-7)
        assert found[2] == found[3]
        assert curve([]).shape == (0,)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: bass.bass_adopted([-1], **MEAN), "times: must be at least 0 and finite, got -1.0"),
        (lambda: bass.bass_adopted([[1]], **MEAN), "times: must have one dimension, got 2"),
        (lambda: bass.bass_adopted([1], p=0, q=1), "p: must be above 0 and finite, got 0"),
        (lambda: bass.bass_rate([1], p=1, q=-1), "q: must be at least 0 and finite, got -1"),
        (lambda: bass.bass_finite([1], n_people=1, **MEAN), "n_people: must be at least 2, got 1"),
        (lambda: bass.bass_finite([1], n_people=2.5, **MEAN), "n_people: must be a whole number, got 2.5"),
        (
            lambda: bass.bass_linear_steps(3, p=0.5, q=0.6),
            r"\(p \+ q\) \* dt: must be at most 1, got 1.1; take shorter",
        ),
        (lambda: bass.bass_linear_steps(3, dt=0, **MEAN), "dt: must be above 0 and finite, got 0"),
        (lambda: bass.bass_exponential_steps(-1, **MEAN), "n_steps: must be at least 0, got -1"),
        (lambda: bass_networks.bass_regular([1], degree=0, **MEAN), "degree: must be at least 1, got 0"),
        (lambda: bass_networks.bass_poisson([1], mean_degree=0, **MEAN), "mean_degree: must be above 0"),
        (lambda: bass_networks.bass_ring([np.nan], **MEAN), "times: must be at least 0 and finite, got nan"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(call, message):
    with pytest.raises(ValueError, match=message) as error:
        call()
    assert "\n" not in str(error.value)
