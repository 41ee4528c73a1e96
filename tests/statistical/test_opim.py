"""What OPIM says and chooses on real networks, judged by fresh runs; see `published_figures.csv` with the data.

Tolerance: 4 standard errors of a mean, sd / sqrt(R), and of a share of sets, n sqrt(q (1 - q) / m); fixed rng_seed.
"""

import numpy as np
import pytest

import wom_sim as wom
from kernel_runner import compiled_only
from wom_sim.models.timed_cascade import TimedCascade
from wom_sim.seeding import opim

pytestmark = compiled_only

CHOOSING, JUDGING = 20_260_301, 7
N_REPLICAS = 10_000
WEAK = wom.IndependentCascade(share_prob=0.01)


@pytest.fixture(scope="module")
def directed(shared_data):
    return wom.read_edges(shared_data / "nethept_wc_directed" / "nethept_wc.csv", directed=True)


@pytest.fixture(scope="module")
def simple(shared_data):
    return wom.read_edges(shared_data / "nethept" / "nethept_multiedges.csv", directed=False)


@pytest.fixture(scope="module")
def counted(shared_data):
    path = shared_data / "nethept" / "nethept_multiedges.csv"
    return wom.read_edges(path, directed=False, parallel_ties="count")


def choose(graph, model, k, **keys):
    return wom.choose_seed_nodes(graph, model, k=k, strategy="opim", rng_seed=CHOOSING, **keys)


def reached(graph, model, nodes, **keys):
    """Return mean reach in replicas that had no part in choosing, and its standard error."""
    reach = wom.simulate(
        graph, model, seed_nodes=nodes, n_replicas=N_REPLICAS, rng_seed=JUDGING, curves=False, **keys
    ).reach
    return reach.mean(), reach.std(ddof=1) / np.sqrt(N_REPLICAS)


def off(graph, model, chosen, **keys):
    """Return by how many standard errors the estimate that comes with a choice is above fresh runs."""
    said, (mean, error) = chosen.certificate, reached(graph, model, chosen.nodes, **keys)
    share = said.estimate / graph.n_people
    return (said.estimate - mean) / np.hypot(error, graph.n_people * np.sqrt(share * (1 - share) / said.n_sets[1]))


@pytest.mark.parametrize("epsilon", [0.39, 0.1])
def test_the_estimate_is_that_of_fresh_runs(counted, epsilon):
    chosen = choose(counted, WEAK, 50, epsilon=epsilon, confidence=0.5)
    assert abs(off(counted, WEAK, chosen)) < 4


def test_sets_that_chose_would_flatter_their_choice(counted, monkeypatch):
    """The fault the test above is for: judged by the sets it was fitted to, a choice seems far better than it is."""
    monkeypatch.setattr(opim, "JUDGES", opim.CHOOSES)
    chosen = choose(counted, WEAK, 50, epsilon=0.39, confidence=0.5)
    assert off(counted, WEAK, chosen) > 4
    assert chosen.certificate.estimate > 1.5 * reached(counted, WEAK, chosen.nodes)[0]


def test_bounds_hold_for_fresh_runs(directed, simple, counted):
    for graph, model in ((directed, wom.WeightedCascade()), (simple, wom.LinearThreshold()), (counted, WEAK)):
        chosen = choose(graph, model, 20, confidence=0.999)
        mean, error = reached(graph, model, chosen.nodes)
        assert chosen.certificate.at_least < mean + 4 * error
        assert mean - 4 * error < chosen.certificate.best_at_most
        assert chosen.certificate.ratio >= chosen.certificate.goal


def test_weighted_cascade_reaches_as_many_as_published(directed, simple):
    """Of 50: 1294 to 1298 on the directed file, 960.1 on the simple network (MODELS.md 1.4).

    The best one of the directed file reaches 91.8, the second best 89.5: that takes more sets.
    """
    for graph, k, epsilon, at_least in ((directed, 50, 0.05, 1290), (simple, 50, 0.05, 955), (directed, 1, 0.01, 91)):
        chosen = choose(graph, wom.WeightedCascade(), k, epsilon=epsilon)
        assert reached(graph, wom.WeightedCascade(), chosen.nodes)[0] >= at_least


SPREAD = {
    ("directed", "threshold"): {1: 101.5, 5: 393.3, 10: 632.4, 20: 986.8, 30: 1259.5, 50: 1701.8},
    ("simple", "threshold"): {1: 52.9, 5: 219.8, 10: 395.1, 20: 674.9, 30: 915.3, 50: 1291.5},
    ("counted", "threshold"): {1: 62.9, 5: 261.3, 10: 439.0, 20: 737.6, 30: 992.3, 50: 1412.8},
    ("directed", "weighted"): {5: 323.0, 10: 509.6, 20: 774.7, 30: 979.9, 50: 1296.1},
    ("simple", "weighted"): {1: 44.3, 5: 181.2, 10: 312.5, 20: 516.5, 30: 682.7, 50: 960.1},
    ("simple", "p = .1"): {1: 643.5, 5: 730.7, 10: 775.6, 20: 834.2},
}
"""Mean reach of the people that a greedy choice from 400,000 sets found (MODELS.md 1.4)."""

BEATEN = {
    ("simple", "p = .01"): {5: 6.9, 50: 62.0},
    ("simple", "p = .1"): {50: 945.6},
    ("counted", "p = .01"): {1: 8.3, 10: 40.3, 50: 127.2},
}
"""The same where 400,000 sets are too few to tell people apart, so that more sets find better people."""

MODELS = {
    "threshold": wom.LinearThreshold(),
    "weighted": wom.WeightedCascade(),
    "p = .01": WEAK,
    "p = .1": wom.IndependentCascade(share_prob=0.1),
}


@pytest.mark.parametrize(("network", "model"), SPREAD)
def test_reach_is_as_found_before_within_a_hundredth(request, network, model):
    graph = request.getfixturevalue(network)
    for k, spread in SPREAD[network, model].items():
        mean, error = reached(graph, MODELS[model], choose(graph, MODELS[model], k, epsilon=0.05).nodes)
        assert abs(mean - spread) < 0.01 * spread + 4 * error


@pytest.mark.parametrize(("network", "model"), BEATEN)
def test_reach_is_no_less_than_found_before(request, network, model):
    graph = request.getfixturevalue(network)
    for k, spread in BEATEN[network, model].items():
        mean, error = reached(graph, MODELS[model], choose(graph, MODELS[model], k, epsilon=0.1).nodes)
        assert mean > 0.99 * spread - 4 * error


def test_the_estimate_by_a_deadline_is_that_of_fresh_runs(counted):
    """And it is not reach without a deadline, of which it is less than half."""
    model = TimedCascade(share_prob=0.05, delay={"kind": "random_weibull", "scale_to": "10d", "shape_to": 10.0})
    runs = {"rng_seed": CHOOSING, "n_replicas": N_REPLICAS, "curves": False}  # of the same drawn scales and shapes
    chosen = choose(counted, model, 50, horizon="4d")
    by_then, some_day = (
        wom.simulate(counted, model, seed_nodes=chosen.nodes, horizon=end, **runs).reach for end in ("4d", "3000d")
    )
    share = chosen.certificate.estimate / counted.n_people
    luck = counted.n_people * np.sqrt(share * (1 - share) / chosen.certificate.n_sets[1])
    error = np.hypot(luck, by_then.std(ddof=1) / np.sqrt(N_REPLICAS))
    assert abs(chosen.certificate.estimate - by_then.mean()) < 4 * error
    assert chosen.certificate.estimate < 0.5 * some_day.mean()
