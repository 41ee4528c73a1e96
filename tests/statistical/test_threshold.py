"""Thresholds against published and exact values: crowds, random networks, ring lattices, the linear threshold model.

MODELS.md sections 1.3 and 6. A mean of R runs may be off by 4 sd / sqrt(R), plus what a test states; where the target
was simulated itself, by 4 sqrt(sd^2 / R + its squared standard error).
"""

import dataclasses
from math import sqrt

import networkx as nx
import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.stats import norm, poisson

from kernel_runner import compiled_only, standard_errors_off
from networks import NO_SETTING
from wom_sim import LinearThreshold, simulate
from wom_sim.engine.families import process_of
from wom_sim.graph.csr import Graph, complete_graph
from wom_sim.models.threshold import Threshold

pytestmark = compiled_only

WATTS = Threshold(fraction=0.18)
UNIFORM = {"distribution": "uniform"}


def random_network(n, z, rng):
    """Every pair is tied with chance z / (n - 1)."""
    n_ties = rng.binomial(n * (n - 1) // 2, z / (n - 1))
    src, dst = rng.integers(0, n, (2, int(1.1 * n_ties) + 100))
    different = src != dst
    _, once = np.unique(np.sort([src, dst], axis=0)[:, different], axis=1, return_index=True)
    kept = rng.permutation(np.flatnonzero(different)[once])[:n_ties]
    return Graph.from_edges(src[kept], dst[kept], directed=False, n_people=n)


def sizes(graph, model, starts):
    """The reach from each set of seed nodes."""
    compiled, found, scratch = model.compile(graph, NO_SETTING), [], None
    for seeds in starts:
        process = process_of(
            compiled, model, NO_SETTING, seed_nodes=np.array(seeds, np.int32), rng_seed=1, max_steps=10**6
        )
        scratch = process.new_scratch(np.zeros(1, np.uint8)) if scratch is None else scratch
        found.append(int(process.run_chunk(0, 1, scratch, curves=False).counts["reach"][0]))
    return np.array(found)


# Granovetter's crowds.


def crowd_of_100(thresholds):
    crowd = dataclasses.replace(complete_graph(100), people_columns={"needs": np.array(thresholds)})
    return simulate(crowd, Threshold(count="needs"), n_replicas=2, rng_seed=1)


def test_a_crowd_with_thresholds_0_to_99_acts_one_after_the_other():
    riot = crowd_of_100(range(100))
    assert riot.reach.tolist() == [100, 100]
    assert riot.curve[0].tolist() == list(range(101))


def test_one_person_with_2_in_place_of_1_stops_the_riot():
    assert crowd_of_100([0, 2, *range(2, 100)]).reach.tolist() == [1, 1]


def balance(sd):
    """The part of an endless crowd that acts: the smallest r with r = P(threshold <= r), thresholds N(0.25, sd^2)."""
    r = 0.0
    while (more := norm.cdf(r, 0.25, sd)) > r + 1e-13:
        r = more
    return r


def test_the_normal_crowd_jumps_where_granovetter_says():
    """From 6 of 100 to nearly all between standard deviations of 12.2 and 12.3: the formula that the next test uses."""
    assert np.ceil(100 * balance(0.122)) == 6
    assert balance(0.123) > 0.97


@pytest.mark.parametrize("sd", [0.08, 0.11, 0.125, 0.2])
def test_normal_thresholds_in_a_crowd_come_to_the_balance(sd):
    """A crowd of n is off by O(1 / n): the balance is shifted by the noise, of variance 1 / n, times its curvature."""
    n = 100_000
    found = simulate(
        complete_graph(n),
        Threshold(random_fraction={"distribution": "normal", "mean": 0.25, "sd": sd}),
        n_replicas=60,
        rng_seed=11,
        curves=False,
    )
    assert abs((found.reach / n).mean() - balance(sd)) < 4 * (found.reach / n).std(ddof=1) / sqrt(60) + 20 / n
    assert standard_errors_off(found.counts["instigators"], n * norm.cdf(0.0, 0.25, sd)) < 4


# Watts: one person, random networks of 10,000 people.


@pytest.mark.parametrize(
    ("z", "chance", "its_error", "size"), [(2.0, 0.761, 0.009, 0.797), (4.0, 0.863, 0.009, 0.9793)]
)
def test_one_person_starts_a_global_cascade_within_the_window(z, chance, its_error, size):
    rng, found = np.random.default_rng(int(z)), []
    for _ in range(25):
        graph = random_network(10_000, z, rng)
        found.append(sizes(graph, WATTS, rng.integers(0, 10_000, (30, 1))) / 10_000)
    found = np.concatenate(found)
    is_global = found > 0.1
    assert standard_errors_off(is_global, chance, its_error) < 4
    assert found[is_global].mean() == pytest.approx(size, abs=0.005)
    assert not ((found > 0.01) & (found < 0.5)).any()  # small, or nearly all of the giant component


@pytest.mark.parametrize(("z", "chance", "its_error"), [(5.5, 0.449, 0.03), (6.5, 0.0, 0.0005)])
def test_at_the_upper_edge_a_network_of_10000_is_no_endless_one(z, chance, its_error):
    """0.449 +- 0.03 (one standard error) where the endless one has 0.376; none of 3,200 where that has none.

    None of 3,200 has a standard error of sqrt(c (1 - c) / 3200) with c up to 0.0008, which happens one time in 13.
    """
    rng = np.random.default_rng(int(10 * z))
    found = np.concatenate(
        [sizes(random_network(10_000, z, rng), WATTS, rng.integers(0, 10_000, (80, 1))) > 1_000 for _ in range(40)]
    )
    assert standard_errors_off(found, chance, its_error) < 4


def missed(z, most):
    """The chance that a tie does not lead into the giant vulnerable cluster: people of degree up to `most`."""
    k = np.arange(1, most + 1)
    share = k * poisson.pmf(k, z) / z
    return brentq(lambda u: 1 - share.sum() + share @ u ** (k - 1.0) - u, 0.0, 0.999)


def test_hubs_start_cascades_little_more_often_than_others():
    """P(global) is 1 - u^k from a person of degree k (Watts & Dodds 2007: influentials matter modestly).

    The formula is that of an endless network; 0.01 is left for 10,000 people.
    """
    rng, u, hubs, others = np.random.default_rng(5), missed(4.0, 5), [], []
    for _ in range(12):
        graph = random_network(10_000, 4.0, rng)
        top = np.argsort(-graph.out_degree, kind="stable")[:1_000]
        for chosen, into in ((rng.choice(top, 40), hubs), (rng.integers(0, 10_000, 40), others)):
            reached = sizes(graph, WATTS, chosen[:, None]) > 1_000
            into += list(zip(reached, 1 - u ** graph.out_degree[chosen], strict=True))
    for people in (hubs, others):
        reached, expected = np.array(people).T
        assert abs(reached.mean() - expected.mean()) < 4 * sqrt(0.25 / len(reached)) * 0.6 + 0.01
    assert 1.05 < np.mean([r for r, _ in hubs]) / np.mean([r for r, _ in others]) < 1.3


# Gleeson & Cahalane: one person in a hundred.


@pytest.mark.parametrize(("z", "expected"), [(1.5, 0.5914), (2.0, 0.8000), (3.0, 0.9412), (4.0, 0.9804)])
def test_a_seeded_hundredth_reaches_the_analytic_part(z, expected):
    """For an endless network; 0.01 is what 10,000 people may be off."""
    rng, found = np.random.default_rng(int(10 * z)), []
    for _ in range(20):
        graph = random_network(10_000, z, rng)
        found.append(sizes(graph, WATTS, [rng.choice(10_000, 100, replace=False)])[0] / 10_000)
    assert abs(np.mean(found) - expected) < 0.01


# Centola & Macy: two adopters needed.

TWO = Threshold(count=2)


def test_on_a_ring_lattice_two_more_adopt_in_each_step():
    ring = nx.circulant_graph(1000, [1, 2])
    found = simulate(ring, TWO, seed_nodes=[0, 1], n_replicas=1, rng_seed=1)
    assert found.reach.tolist() == [1000]
    assert found.curve[0].tolist() == list(range(2, 1001, 2))
    assert found.last_step.tolist() == [499]


@pytest.mark.parametrize(("rewired", "expected"), [(0.01, 83), (0.1, 11)])
def test_shortcuts_stop_complex_contagion(rewired, expected):
    """Mean sizes of 20 networks were 83 and 11, none full: their standard error is our sd / sqrt(20)."""
    found = np.array(
        [
            sizes(Graph.from_networkx(nx.watts_strogatz_graph(1000, 4, rewired, seed=s)), TWO, [[0, 1]])[0]
            for s in range(150)
        ]
    )
    assert found.max() < 1000
    assert standard_errors_off(found, expected, found.std(ddof=1) / sqrt(20)) < 4


def test_in_a_rewired_ring_two_people_convince_nobody():
    """Two who start share a listener with chance of order 4 * 4 / 1000: in most networks they stay two."""
    found = [
        sizes(Graph.from_networkx(nx.watts_strogatz_graph(1000, 4, 1.0, seed=s)), TWO, [[0, 1]])[0] for s in range(100)
    ]
    assert np.median(found) == 2
    assert np.mean(found) < 2.2


# Uniform fractions are the linear threshold model.


def both_ways(pairs, n):
    src, dst = np.array(pairs).T
    return Graph.from_edges(src, dst, directed=False, n_people=n)


@pytest.mark.parametrize(
    ("graph", "seeds", "expected"),
    [
        (Graph.from_edges([0, 0, 1, 2], [1, 2, 3, 3]), [0], 4),
        (both_ways([(0, 1), (1, 2), (0, 2)], 3), [0], 2.5),
        (Graph.from_networkx(nx.karate_club_graph()), [0], 12.254301),
        (Graph.from_networkx(nx.karate_club_graph()), [33], 13.081117),
        (Graph.from_networkx(nx.karate_club_graph()), [0, 33], 22.613865),
    ],
    ids=["diamond", "triangle", "karate 0", "karate 33", "karate 0 and 33"],
)
def test_uniform_fractions_give_the_exact_spread_of_linear_thresholds(graph, seeds, expected):
    found = simulate(
        graph,
        Threshold(random_fraction=UNIFORM),
        seed_nodes=seeds,
        n_replicas=200_000,
        rng_seed=3,
        curves=False,
    )
    assert standard_errors_off(found.reach, expected) < 4


@pytest.mark.parametrize(
    ("ties", "expected"),
    [
        ({(0, 1): 0.5, (0, 2): 0.5, (1, 3): 0.5, (2, 3): 0.5}, 2.5),
        (
            {
                (0, 1): 0.3,
                (0, 2): 0.6,
                (1, 2): 0.2,
                (2, 1): 0.5,
                (1, 3): 0.4,
                (2, 3): 0.1,
                (3, 4): 0.7,
                (2, 4): 0.25,
            },
            2.9452,
        ),
    ],
    ids=["diamond", "G8"],
)
def test_weights_give_the_exact_spread_of_linear_thresholds(ties, expected):
    """What weights lack to 1 is given to somebody who never adopts."""
    n = 1 + max(v for _, v in ties)
    into = [sum(w for (_, v), w in ties.items() if v == person) for person in range(n)]
    ties = ties | {(n, v): 1 - into[v] for v in range(1, n)}
    src, dst = np.array(list(ties)).T
    graph = Graph.from_edges(src, dst, tie_columns={"w": list(ties.values())})
    found = simulate(
        graph,
        Threshold(random_fraction=UNIFORM, weight="w"),
        seed_nodes=[0],
        n_replicas=200_000,
        rng_seed=5,
        curves=False,
    )
    assert standard_errors_off(found.reach, expected) < 4


def test_uniform_fractions_rise_step_by_step_as_linear_thresholds_do():
    """Two samples of R curves: 4 standard errors of their difference at each step."""
    graph = random_network(2_000, 6.0, np.random.default_rng(8))
    for steps in (1, 3, 8, 1000):
        ours, theirs = (
            simulate(graph, model, seed_nodes=range(20), n_replicas=4_000, rng_seed=seed, max_steps=steps).reach
            for seed, model in enumerate([Threshold(random_fraction=UNIFORM), LinearThreshold()])
        )
        assert abs(ours.mean() - theirs.mean()) < 4 * sqrt((ours.var(ddof=1) + theirs.var(ddof=1)) / 4_000)
