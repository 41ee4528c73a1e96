"""Bass against published and exact numbers (MODELS.md section 5); p = .03, q = .38 a day unless stated.

Means within 4 standard errors sd / sqrt(R), fixed rng_seed. Where the text knows only an endless crowd, the first
order in 1 / n of its finite size is allowed for: the listed M = 100 and M = 1000 are off by up to 1.4 / M.
"""

import networkx as nx
import numpy as np
import pytest
from scipy.integrate import solve_ivp

from diffusion_runner import columns, make_process
from kernel_runner import compiled_only, standard_errors_off
from wom_sim.graph.csr import Graph, complete_graph
from wom_sim.models.bass import Bass

pytestmark = compiled_only

P, Q = 0.03, 0.38
DAYS = np.array([1, 5, 10, 15, 20])


def adopted(graph, n_replicas, *, name="reach", n_steps=20, rng_seed=1, **keys):
    """Share of adopters at the end of each step, a row a replica."""
    model = Bass(**{"innovate_rate": P, "imitate_rate": Q} | keys)
    process = make_process(graph, model, [], rng_seed=rng_seed, max_steps=n_steps)
    chunk = process.run_chunk(0, n_replicas, process.new_scratch(np.zeros(1, np.uint8)), curves=True)
    newly = np.zeros((n_replicas, n_steps + 1))
    newly[np.arange(n_steps + 1) <= chunk.last_step[:, None]] = chunk.newly[name]
    return newly.cumsum(axis=1) / graph.n_people


def agree(share, expected, bias=0.0, rounding=5e-6):
    """Columns of `share` have the expected means: within 4 sd / sqrt(R), a stated bias and the rounding of a table."""
    error = 4 * share.std(axis=0, ddof=1) / np.sqrt(len(share))
    assert (np.abs(share.mean(axis=0) - expected) < error + bias + rounding).all(), (share.mean(axis=0), error)


@pytest.mark.parametrize(
    ("n", "n_replicas", "expected"),
    [
        (2, 60_000, [0.03440, 0.20672, 0.40557, 0.55876, 0.67301]),
        (100, 4_000, [0.03574, 0.32618, 0.79937, 0.96814, 0.99576]),
        (1000, 1_000, [0.03576, 0.33068, 0.81150, 0.97130, 0.99622]),
    ],
)
def test_complete_mixing_of_a_finite_crowd(n, n_replicas, expected):
    agree(adopted(complete_graph(n), n_replicas)[:, DAYS], expected)


def test_complete_mixing_of_a_large_crowd_is_bass():
    agree(adopted(complete_graph(100_000), 40)[:, DAYS], [0.03576, 0.33120, 0.81280, 0.97161, 0.99626], bias=1.4e-5)


def test_share_at_the_peak_and_colour_television():
    """F(t*) = (q - p) / (2q) = .46053 at t* = 6.1926; p = .005, q = .84: F(5) = .28503, F(10) = .96510."""
    at_peak = adopted(complete_graph(100_000), 40, record_every="6.1926d")[:, 1]
    agree(at_peak[:, None], [0.46053], bias=3e-5)
    television = adopted(complete_graph(100_000), 60, innovate_rate=0.005, imitate_rate=0.84, n_steps=10)
    agree(television[:, [5, 10]], [0.28503, 0.96510], bias=1e-4)


def test_stored_ties_of_everybody_are_the_birth_chain():
    """Adopters and innovators by the chain: at rate (n - a)(p + q a / (n - 1)), of which (n - a) p untold."""
    n = 8
    stored = Graph.from_edges(*np.array([(u, v) for u in range(n) for v in range(n) if u != v]).T, n_people=n)
    a = np.arange(n + 1)
    rate = (n - a) * (P + Q * a / (n - 1))

    def flow(_, state):
        out = rate * state[:-1]
        change = -out
        change[1:] += out[:-1]
        return np.append(change, ((n - a) * P * state[:-1]).sum())

    exact = solve_ivp(flow, (0, 20), np.eye(n + 2)[0], t_eval=DAYS, rtol=1e-10, atol=1e-12).y
    for graph in (stored, complete_graph(n)):
        agree(adopted(graph, 20_000)[:, DAYS], a @ exact[:-1] / n)
        agree(adopted(graph, 20_000, name="innovators")[:, DAYS], exact[-1] / n)


@pytest.mark.parametrize("directed", [True, False])
def test_ring(directed):
    """F = 1 - exp(-(p + q) t + q (1 - e^(-pt)) / p), one-sided and two-sided alike."""
    n = 2_000
    ring = Graph.from_edges(np.arange(n), (np.arange(n) + 1) % n, directed=directed)
    expected = [0.03502, 0.24846, 0.55826, 0.78985, 0.91667]
    agree(adopted(ring, 200)[:, DAYS], expected)


@pytest.mark.parametrize(
    ("degree", "expected"),
    [(3, [0.03525, 0.27041, 0.64555, 0.88990, 0.97643]), (4, [0.03537, 0.28339, 0.69225, 0.92460, 0.98728])],
)
def test_random_regular_networks(degree, expected):
    """As listed, for endless networks; short circles, of which there are a few whatever n, cost a few people."""
    n, n_graphs = 10_000, 8
    graphs = [nx.random_regular_graph(degree, n, seed=seed) for seed in range(n_graphs)]
    share = [adopted(as_graph(graph), 5, rng_seed=seed)[:, DAYS] for seed, graph in enumerate(graphs)]
    agree(np.concatenate(share), expected, bias=3 / n)


def test_erdos_renyi_networks_of_mean_degree_four():
    """As listed, each adopter adding q / 4 to the rate of each neighbour; the sd is that of the networks' means."""
    n, n_graphs = 10_000, 16
    graphs = [nx.gnm_random_graph(n, 2 * n, seed=seed) for seed in range(n_graphs)]
    share = [adopted(as_graph(graph), 3, rng_seed=seed, imitate_by="number") for seed, graph in enumerate(graphs)]
    means = np.array([of_one[:, DAYS].mean(axis=0) for of_one in share])
    agree(means, [0.03555, 0.30046, 0.70927, 0.89816, 0.95739], bias=3 / n)


@pytest.mark.parametrize(
    ("hazard", "expected"),
    [
        ("linear", [0.03000, 0.27291, 0.78264, 0.97816, 0.99839]),
        ("exponential", [0.02955, 0.26107, 0.72984, 0.95323, 0.99369]),
    ],
)
def test_steps_of_a_day(hazard, expected):
    agree(adopted(complete_graph(20_000), 40, clock="steps", hazard=hazard)[:, DAYS], expected, bias=3 / 20_000)


def test_short_steps_lag_behind_by_as_much_as_listed():
    """Steps of .05 of a day come .0043 below continuous time at day 5; the sd of a replica is .007."""
    share = adopted(complete_graph(20_000), 60, clock="steps", step="0.05d", n_steps=100)[:, 100:]
    agree(share, [0.33120 - 0.0043], bias=3 / 20_000, rounding=1e-4)


def test_only_innovators_adopt_by_themselves():
    """With q = 0 each person adopts at rate p: 1 - e^(-pt); all of them untold."""
    share = adopted(complete_graph(500), 500, imitate_rate=0.0)
    agree(share[:, DAYS], 1 - np.exp(-P * DAYS))
    np.testing.assert_array_equal(share, adopted(complete_graph(500), 500, imitate_rate=0.0, name="innovators"))


def as_graph(graph):
    src, dst = np.array(graph.edges).T
    return Graph.from_edges(src, dst, directed=False, n_people=graph.number_of_nodes())


def test_a_lone_seed_node_is_followed_after_an_exponential_time():
    """p = 0 and two people: the other one follows at rate q; mean 1 / q."""
    model = Bass(innovate_rate=0.0, imitate_rate=Q)
    found = columns(complete_graph(2), model, [0], 20_000, rng_seed=3, max_steps=10_000)
    assert standard_errors_off(found["last_time"], 1 / Q) < 4
    assert not found["innovators"].any()
