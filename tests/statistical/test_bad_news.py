"""Bad news: exact tiny networks, and the final shares, values and times of section 4 of MODELS.md."""

from collections import Counter

import numpy as np
import pytest

from diffusion_runner import columns, make_process
from kernel_runner import compiled_only, pairs, store
from oracles.talk_exact import distribution
from wom_sim.graph.csr import complete_graph
from wom_sim.models.bad_news import BadNews

pytestmark = compiled_only

STATES = ("satisfied", "dissatisfied", "rejecters")
MONTHLY = (1 + 0.1 / 12) ** 12 - 1
"""The rate a year that is 10 % / 12 a month, as the published values have it."""


@pytest.mark.parametrize(
    ("graph", "keys"),
    [
        (store(4, [(0, 1), (1, 0), (1, 2), (3, 2), (0, 2)]), {"weak_ties": 2}),
        (store(4, [(0, 1), (1, 2), (2, 3)], directed=False), {"weak_ties": 0}),
        (complete_graph(4), {"weak_ties": 1}),
        (complete_graph(4), {"weak_ties": 2, "strong_ties": 1}),
        (complete_graph(4), {"weak_ties": 3, "strong_ties": 0, "weak_prob": 0.5, "negative_power": 2.0}),
    ],
)
def test_states_have_their_exact_distribution_in_tiny_networks(graph, keys):
    """P(satisfied, dissatisfied, rejecters), every meeting enumerated; 5 * sqrt(p (1 - p) / R) for each of <= 35."""
    keys = {"advertise_prob": 0.1, "weak_prob": 0.3, "strong_prob": 0.4, "negative_power": 1.5} | keys
    keys["dissatisfied_prob"] = 0.4
    n_replicas = 200_000
    for periods in (1, 2, 4):
        exact = Counter()
        for states, p in distribution(4, pairs(graph), keys, [1], periods).items():
            exact[tuple(states.count(s) for s in "SDX")] += p
        found = columns(graph, BadNews(**keys), [1], n_replicas, rng_seed=5, max_steps=periods)
        seen = Counter(zip(*(found[name].tolist() for name in STATES), strict=True))
        assert set(seen) <= set(exact)
        for outcome, p in exact.items():
            assert abs(seen[outcome] / n_replicas - p) <= 5 * np.sqrt(p * (1 - p) / n_replicas) + 1e-12


def everybody_meets_everybody(dissatisfied_prob):
    """Total intensity of praise w * q_w = .3 a period, by many meetings of small chance; p = .005, m = 2."""
    return BadNews(
        advertise_prob=0.005,
        weak_ties=300,
        weak_prob=0.001,
        strong_prob=0.0,
        negative_power=2.0,
        dissatisfied_prob=dissatisfied_prob,
        discount_rate=MONTHLY,
    )


@pytest.mark.parametrize(
    ("dissatisfied_prob", "shares", "value"),
    [
        (0.0, (1, 0, 0), 0.8787),
        (0.02, (0.6889, 0.0141, 0.2970), 0.6150),
        (0.05, (0.4862, 0.0256, 0.4882), 0.4390),
        (0.10, (0.3283, 0.0365, 0.6352), 0.2995),
    ],
)
def test_final_shares_and_values(dissatisfied_prob, shares, value):
    """N = 5e4, R = 40: tolerance .01, or 4 * sd / sqrt(R) where that is more (sd .03 for d = .02)."""
    n, n_replicas = 50_000, 40
    found = columns(complete_graph(n), everybody_meets_everybody(dissatisfied_prob), [], n_replicas, rng_seed=1)
    for name, expected in zip((*STATES, "npv"), (*shares, value), strict=True):
        share = found[name] / n
        assert abs(share.mean() - expected) < max(0.01, 4 * share.std(ddof=1) / np.sqrt(n_replicas))


def test_a_larger_crowd_comes_closer():
    """N = 5e5, d = .05: (.4862, .0256, .4882) and .4390 within .005 or 4 * sd / sqrt(R), R = 8."""
    n = 500_000
    found = columns(complete_graph(n), everybody_meets_everybody(0.05), [], 8, rng_seed=1)
    for name, expected in zip((*STATES, "npv"), (0.4862, 0.0256, 0.4882, 0.4390), strict=True):
        share = found[name] / n
        assert abs(share.mean() - expected) < max(0.005, 4 * share.std(ddof=1) / np.sqrt(8))


def test_shares_at_two_times():
    """d = .05: t = 10 (.1602, .0084, .0501), t = 20 (.4677, .0246, .4470); tolerance .01 or 4 * sd / sqrt(R)."""
    n, n_replicas = 50_000, 40
    process = make_process(complete_graph(n), everybody_meets_everybody(0.05), [], rng_seed=2, max_steps=20)
    chunk = process.run_chunk(0, n_replicas, process.new_scratch(np.zeros(1, np.uint8)), curves=True)
    assert (chunk.last_step == 20).all()
    expected = {10: (0.1602, 0.0084, 0.0501), 20: (0.4677, 0.0246, 0.4470)}
    for i, name in enumerate(STATES):
        curve = chunk.newly[name].reshape(n_replicas, 21).cumsum(axis=1) / n
        for t, shares in expected.items():
            error = max(0.01, 4 * curve[:, t].std(ddof=1) / np.sqrt(n_replicas))
            assert abs(curve[:, t].mean() - shares[i]) < error


def test_two_in_a_hundred_dissatisfied_cost_three_tenths_of_the_value():
    """1 - .6150 / .8787 = .300 in an endless crowd; N = 5e4, R = 40 on the same luck, 4 * sd / sqrt(R)."""
    without, with_some = (
        columns(complete_graph(50_000), everybody_meets_everybody(d), [], 40, rng_seed=6)["npv"] for d in (0.0, 0.02)
    )
    lost = 1 - with_some / without
    assert abs(lost.mean() - 0.300) < 4 * lost.std(ddof=1) / np.sqrt(40)
