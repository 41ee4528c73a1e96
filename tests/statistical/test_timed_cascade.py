"""Timed cascade against published and exact numbers; means within 4 standard errors sd / sqrt(R), fixed rng_seed."""

import numpy as np
import pytest
from scipy.integrate import dblquad

from diffusion_runner import columns
from kernel_runner import compiled_only, standard_errors_off
from wom_sim.engine.families import process_of
from wom_sim.engine.streams import purpose_key
from wom_sim.graph.csr import Graph
from wom_sim.models.base import Setting
from wom_sim.models.timed_cascade import TimedCascade

pytestmark = compiled_only

PATH = Graph.from_edges([0, 1, 2], [1, 2, 3])
EXPONENTIAL = {"kind": "exponential", "mean": "1d"}


@pytest.mark.parametrize(("share_prob", "spread"), [(1.0, 2.7819825), (0.5, 1.6212463)])
def test_path_of_four_by_the_second_day(share_prob, spread):
    """Expected reach 1 + sum over hops j of p^j P(Gamma(j, 1) <= 2), as listed (MODELS.md 1.3)."""
    model = TimedCascade(share_prob=share_prob, delay=EXPONENTIAL)
    reach = columns(PATH, model, [0], 200_000, max_steps=2)["reach"]
    assert standard_errors_off(reach, spread) < 4


def test_each_person_of_the_path_by_the_second_day():
    """Whoever is j hops away is reached with chance P(Gamma(j, 1) <= 2)."""
    reach = columns(PATH, TimedCascade(share_prob=1.0, delay=EXPONENTIAL), [0], 200_000, max_steps=2)["reach"]
    for hop, chance in enumerate([0.8646647, 0.5939942, 0.3233236], start=1):
        assert standard_errors_off(reach > hop, chance) < 4


@pytest.mark.parametrize(
    ("delay", "in_time"),
    [
        ({"kind": "exponential", "mean": "3d"}, 1 - np.exp(-2 / 3)),
        ({"kind": "weibull", "scale": "3d", "shape": 0.6}, 1 - np.exp(-((2 / 3) ** 0.6))),
        ({"kind": "weibull", "scale": "3d", "shape": 3.0}, 1 - np.exp(-((2 / 3) ** 3))),
        ({"kind": "power_law", "minimum": "1d", "exponent": 1.5}, 1 - 0.5**1.5),
        ({"kind": "fixed", "length": "2d"}, 1.0),
        ({"kind": "fixed", "length": "49h"}, 0.0),
    ],
)
def test_leaves_of_a_star_by_the_second_day(delay, in_time):
    """1 + Binomial(50, p F(2)) are reached, F the distribution function of the delay: mean and variance."""
    star, p = Graph.from_edges(np.zeros(50, int), np.arange(1, 51)), 0.6
    reached = columns(star, TimedCascade(share_prob=p, delay=delay), [0], 20_000, max_steps=2)["reach"] - 1.0
    mean, variance = 50 * p * in_time, 50 * p * in_time * (1 - p * in_time)
    assert standard_errors_off(reached, mean) < 4
    assert abs(reached.var() - variance) <= 4 * variance * np.sqrt(2 / len(reached)) * 1.1


def test_parallel_ties_each_take_their_time():
    """A leaf to which three ties lead is reached by day 2 with chance 1 - (1 - p F(2))^3."""
    star = Graph.from_edges(np.zeros(150, int), np.repeat(np.arange(1, 51), 3), parallel_ties="count")
    for p in (0.3, 1.0):
        model = TimedCascade(share_prob=p, delay={"kind": "exponential", "mean": "3d"})
        reached = columns(star, model, [0], 20_000, max_steps=2)["reach"] - 1.0
        assert standard_errors_off(reached, 50 * (1 - (1 - p * (1 - np.exp(-2 / 3))) ** 3)) < 4


def test_drawn_weibull_delays_are_those_of_imm():
    """A leaf is reached by day T with the mean of 1 - exp(-(T / b)^a), a and b uniform in [0, 10].

    The parameters are drawn once: each of 40,000 leaves has its chance f, whose mean has variance var(f) / 40,000; the
    leaves' own luck adds less than 1 / (4 * 40,000 * 20).
    """
    n = 40_000
    star = Graph.from_edges(np.zeros(n, int), np.arange(1, n + 1))
    delay = {"kind": "random_weibull", "scale_to": "10d", "shape_to": 10.0}
    model = TimedCascade(share_prob=1.0, delay=delay)
    setting = Setting(key=lambda purpose: purpose_key(5, purpose))
    for day in (1, 4, 9):
        compiled = model.compile(star, setting)
        process = process_of(compiled, model, setting, seed_nodes=np.zeros(1, np.int32), rng_seed=5, max_steps=day)
        reach = process.run_chunk(0, 20, process.new_scratch(np.zeros(1, np.uint8)), curves=False).counts["reach"]
        expected = dblquad(lambda a, b, day=day: 1 - np.exp(-((day / b) ** a)), 0, 10, 0, 10, epsabs=1e-6)[0] / 100
        assert abs((reach.mean() - 1) / n - expected) < 4 * np.sqrt(0.25 / n * (1 + 1 / 20))


def test_last_time_is_that_of_the_slowest_leaf():
    """The last of 50 exponential times has mean 1 + 1/2 + ... + 1/50."""
    star = Graph.from_edges(np.zeros(50, int), np.arange(1, 51))
    last = columns(star, TimedCascade(share_prob=1.0, delay=EXPONENTIAL), [0], 20_000)["last_time"]
    assert standard_errors_off(last, (1 / np.arange(1, 51)).sum()) < 4
