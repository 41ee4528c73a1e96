"""Sets by a deadline hit as often as the model reaches.

n P(a set holds u) is the expected reach of u; its estimate from R sets has standard error n sqrt(q (1 - q) / R), a mean
of M runs sd / sqrt(M); four standard errors of the difference, fixed keys.
"""

import numpy as np
import pytest

import wom_sim as wom
from kernel_runner import compiled_only
from wom_sim.engine.plan import prepare_direct
from wom_sim.graph.csr import complete_graph
from wom_sim.graph.layers import Layer
from wom_sim.models.timed_cascade import TimedCascade
from wom_sim.seeding.reverse_sets import Drawer
from wom_sim.theory import first_passage_exponential

pytestmark = compiled_only

KEY, ROOT_KEY = np.uint64(11), np.uint64(12)
N_SETS, N_REPLICAS = 100_000, 10_000
EXPONENTIAL = {"kind": "exponential", "mean": "1d"}


def shares(graph, model, days, *, seed_nodes=None, rng_seed=3):
    """Return the part of sets that hold each person, or one of these."""
    reverse = prepare_direct(graph, model, rng_seed=rng_seed, horizon=float(days)).reverse()
    drawer = Drawer(reverse.world, KEY, ROOT_KEY, max_depth=reverse.max_depth, threads=2)
    if seed_nodes is None:
        members = drawer.draw(0, N_SETS, max_bytes=1 << 30).members
        return np.bincount(members, minlength=graph.n_people) / N_SETS
    hits = np.zeros(graph.n_people, np.uint8)
    hits[seed_nodes] = 1
    return drawer.draw(0, N_SETS, hits=hits, keep=False, max_bytes=1 << 30).n_hit / N_SETS


def error(share, n):
    return n * np.sqrt(share * (1 - share) / N_SETS)


@pytest.mark.parametrize(("share_prob", "spread"), [(1.0, 2.7819825), (0.5, 1.6212463)])
def test_path_of_four_by_the_second_day(share_prob, spread):
    """Expected reach of the first of the path, as listed (MODELS.md 1.3)."""
    path = wom.Graph.from_edges([0, 1, 2], [1, 2, 3])
    share = shares(path, TimedCascade(share_prob=share_prob, delay=EXPONENTIAL), 2)[0]
    assert abs(4 * share - spread) < 4 * error(share, 4)


def test_ties_with_chances_and_means_of_their_own():
    """Against the sum over sets of live ties and the Markov chain of who has been reached (Kulkarni 1986)."""
    rng = np.random.default_rng(8)
    for directed in (True, False):
        u, v = np.triu_indices(6, 1)
        few = rng.permutation(len(u))[: 11 if directed else 6]
        u, v = u[few], v[few]
        p, mean = rng.choice([0.2, 0.5, 1.0], len(u)), rng.choice([0.5, 1.0, 4.0], len(u))
        graph = wom.Graph.from_edges(u, v, n_people=6, directed=directed, tie_columns={"p": p, "mean": mean})
        share = shares(graph, TimedCascade(share_prob="p", delay={"kind": "exponential", "mean": "mean"}), 2)
        ties = list(zip(u.tolist(), v.tolist(), strict=True))
        if not directed:
            ties, p, mean = ties + [(b, a) for a, b in ties], np.tile(p, 2), np.tile(mean, 2)
        for s in range(6):
            exact = first_passage_exponential(6, ties, chances=p, rates=1 / mean, seed_nodes=[s], deadline=2.0).sum()
            assert abs(6 * share[s] - exact) < 4 * error(share[s], 6)


@pytest.fixture(scope="module")
def several_networks():
    rng = np.random.default_rng(5)
    u, v = rng.integers(0, 120, 700), rng.integers(0, 120, 700)
    columns = {"p": rng.random(700), "days": 3 * rng.random(700), "shape": 0.5 + 2 * rng.random(700)}
    layered = wom.Graph.from_edges(u, v, n_people=120, layers=rng.choice(["near", "far"], 700))
    return {
        "plain": wom.Graph.from_edges(u, v, n_people=120, tie_columns=columns),
        "counted": wom.Graph.from_edges(u % 30, v % 30, n_people=30, parallel_ties="count"),
        "layered": layered.with_layers([Layer(name="far", strength=0.5, delay="36h")]),
        "complete": complete_graph(40),
    }


@pytest.mark.parametrize(
    ("network", "share_prob", "delay", "days"),
    [
        ("plain", 0.3, {"kind": "fixed", "length": "18h"}, 3),
        ("plain", "p", {"kind": "weibull", "scale": "days", "shape": "shape"}, 3),
        ("plain", 0.5, {"kind": "random_weibull", "scale_to": "10d", "shape_to": 10.0}, 8),
        ("plain", "p", {"kind": "power_law", "minimum": "12h", "exponent": 1.2}, 4),
        ("counted", 0.1, {"kind": "exponential", "mean": "2d"}, 2),
        ("counted", 0.1, {"kind": "weibull", "scale": "2d", "shape": 3.0}, 3),
        ("layered", 0.5, {"kind": "exponential", "mean": "1d"}, 4),
        ("layered", 0.5, {"kind": "fixed", "length": "1d"}, 5),
        ("complete", 0.2, {"kind": "exponential", "mean": "3d"}, 2),
        ("complete", 1.0, {"kind": "power_law", "minimum": "1d", "exponent": 0.1}, 2),
    ],
)
def test_runs_of_the_model_reach_as_many(several_networks, network, share_prob, delay, days):
    graph, model, starts = several_networks[network], TimedCascade(share_prob=share_prob, delay=delay), [3, 7, 20]
    share = shares(graph, model, days, seed_nodes=starts)
    reach = wom.simulate(
        graph, model, seed_nodes=starts, n_replicas=N_REPLICAS, rng_seed=3, horizon=f"{days}d", curves=False
    ).reach
    assert 4.5 < reach.mean() < 0.95 * graph.n_people  # or the deadline would decide nothing
    both = np.hypot(error(share, graph.n_people), reach.std() / np.sqrt(N_REPLICAS))
    assert abs(graph.n_people * share - reach.mean()) < 4 * both
