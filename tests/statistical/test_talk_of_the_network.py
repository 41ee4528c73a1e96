"""Talk of the network: exact tiny networks, the map of an endless crowd, and the times of section 3 of MODELS.md."""

from itertools import product

import numpy as np
import pytest

from diffusion_runner import columns, make_process
from kernel_runner import compiled_only, pairs, store
from oracles.talk_exact import distribution
from wom_sim.graph.csr import Graph, complete_graph
from wom_sim.models.talk_of_the_network import TalkOfTheNetwork

pytestmark = compiled_only

LOW = {"weak_ties": 5, "advertise_prob": 0.0005, "weak_prob": 0.005, "strong_prob": 0.01}
MIDDLE = {"weak_ties": 17, "advertise_prob": 0.00525, "weak_prob": 0.01, "strong_prob": 0.04}
HIGH = {"weak_ties": 29, "advertise_prob": 0.01, "weak_prob": 0.015, "strong_prob": 0.07}


def everybody_listens_to(n, n_strong, rng):
    """Everybody listens to n_strong others, drawn without repeats."""
    drawn = np.argpartition(rng.random((n, n - 1)), n_strong, axis=1)[:, :n_strong]
    drawn += drawn >= np.arange(n)[:, None]
    return Graph.from_edges(drawn.ravel(), np.repeat(np.arange(n), n_strong), n_people=n)


@pytest.mark.parametrize(
    ("graph", "keys"),
    [
        (store(4, [(0, 1), (1, 0), (1, 2), (3, 2), (0, 2)]), {"weak_ties": 2}),
        (store(4, [(0, 1), (1, 2), (2, 3)], directed=False), {"weak_ties": 0}),
        (complete_graph(4), {"weak_ties": 1}),
        (complete_graph(4), {"weak_ties": 2, "strong_ties": 1}),
    ],
)
def test_reach_has_its_exact_distribution_in_tiny_networks(graph, keys):
    """P(reach = k), every meeting enumerated; 5 * sqrt(p (1 - p) / R) for each of the values of k."""
    keys = {"advertise_prob": 0.1, "weak_prob": 0.3, "strong_prob": 0.4, **keys}
    n_replicas = 100_000
    for periods in (1, 2, 4):
        exact = np.zeros(5)
        for states, p in distribution(4, pairs(graph), keys, [1], periods).items():
            exact[4 - states.count("U")] += p
        reach = columns(graph, TalkOfTheNetwork(**keys), [1], n_replicas, rng_seed=5, max_steps=periods)["reach"]
        found = np.bincount(reach, minlength=5) / n_replicas
        assert (np.abs(found - exact) <= 5 * np.sqrt(exact * (1 - exact) / n_replicas) + 1e-12).all()


@pytest.mark.parametrize(
    ("keys", "t16", "t95"),
    [
        (MIDDLE, (6.09, 0.29), (12.30, 0.46)),
        (LOW, (49.0, 3.0), (113.1, 3.4)),
        (HIGH, (3.67, 0.47), (6.06, 0.24)),
    ],
)
def test_times_of_section_3(keys, t16, t95):
    """Mean (sd) of 100 runs, n = 3000; strong ties fixed, weak ones met anew. 4 * sqrt(sd^2 / 100 + sd'^2 / R)."""
    assert_times(keys, t16, t95)


def test_times_with_fixed_weak_ties():
    """6.06 and 12.36 for the midpoints; the sd of the 100 runs is that of our own."""
    assert_times({**MIDDLE, "weak": "fixed"}, (6.06, None), (12.36, None))


def assert_times(keys, t16, t95):
    rng, found = np.random.default_rng(3), []
    for first in range(8):  # eight networks of 50 replicas: networks of this size hardly differ
        graph = everybody_listens_to(3000, keys["weak_ties"], rng)
        found.append(columns(graph, TalkOfTheNetwork(**keys), [], 50, rng_seed=first))
    for name, (mean, sd) in (("t16", t16), ("t95", t95)):
        times = np.concatenate([f[name] for f in found])
        ours = times.std(ddof=1)
        error = np.hypot((ours if sd is None else sd) / 10, ours / np.sqrt(len(times)))
        assert abs(times.mean() - mean) < 4 * error


def test_an_endless_crowd_follows_the_map():
    """x' = x + (1 - x)(1 - (1 - alpha)(1 - beta_w x)^w (1 - beta_s x)^s); x1 .. x5 as printed, n = 10^6.

    4 * sd / sqrt(R), and the bias of a finite crowd, of order 1 / n.
    """
    n, n_replicas = 1_000_000, 6
    process = make_process(complete_graph(n), TalkOfTheNetwork(**MIDDLE, strong_ties=17), [], rng_seed=4, max_steps=5)
    chunk = process.run_chunk(0, n_replicas, process.new_scratch(np.zeros(1, np.uint8)), curves=True)
    x = chunk.newly["reach"].reshape(n_replicas, 6).cumsum(axis=1)[:, 1:] / n
    error = 4 * x.std(axis=0, ddof=1) / np.sqrt(n_replicas)
    assert (np.abs(x.mean(axis=0) - [0.00525, 0.01488, 0.03237, 0.06359, 0.11756]) < error + 6e-6).all()


def test_everything_that_is_likelier_shortens_the_time():
    """Signs of the OLS of t95 on a 3-level factorial: all five negative, and a weak tie does at least half as much.

    A replication that updates people one by one and clusters strong ties has s -1.011 and w -0.825; here -.71 and -.40.
    """
    rng = np.random.default_rng(8)
    graphs = {s: everybody_listens_to(1000, s, rng) for s in (5, 17, 29)}
    levels = [(5, 17, 29), (5, 17, 29), (0.0005, 0.00525, 0.01), (0.005, 0.01, 0.015), (0.01, 0.04, 0.07)]
    rows, times = [], []
    for s, w, alpha, weak, strong in product(*levels):
        model = TalkOfTheNetwork(weak_ties=w, advertise_prob=alpha, weak_prob=weak, strong_prob=strong)
        rows.append([1, s, w, alpha, weak, strong])
        times.append(columns(graphs[s], model, [], 3, rng_seed=len(rows))["t95"].mean())
    slopes = np.linalg.lstsq(np.array(rows, float), np.array(times), rcond=None)[0][1:]
    assert (slopes < 0).all()
    assert 0.5 < slopes[1] / slopes[0] < 2
