"""Bounded confidence against its known thresholds, numbers of clusters and exact means.

Tolerance of means 4 s / sqrt(R). The number of large clusters is about the whole part of 1 / (2 d), small ones beside
them not counted: Deffuant et al. (2000) and Weisbuch, Deffuant, Amblard & Nadal (2002). The few people between and
beside large clusters take some n steps to find each other, so these runs are stopped at step 150, when large clusters
have long come to rest.
"""

import networkx as nx
import numpy as np
import pytest

from diffusion_runner import columns
from kernel_runner import compiled_only, standard_errors_off, store
from wom_sim.graph.csr import complete_graph
from wom_sim.models.deffuant import Deffuant

pytestmark = compiled_only

MANY = 20_000


def found(graph, model, n_replicas, *, rng_seed, max_steps=10**6):
    return columns(graph, model, [], n_replicas, rng_seed=rng_seed, max_steps=max_steps)


def agrees(sample, expected):
    off = standard_errors_off(np.asarray(sample, float), expected)
    assert off < 4, f"mean {np.mean(sample):.5g}, expected {expected:.5g}, {off:.1f} standard errors off"


@pytest.mark.parametrize("graph", [complete_graph(2), store(2, [(0, 1)])])
@pytest.mark.parametrize("d", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("convergence", [0.3, 0.5])
def test_two_people_agree_if_they_start_within_confidence(graph, d, convergence):
    """|x - y| of two uniform numbers is below d with chance 2 d - d^2; else its half is the spread that stays:

    1/6 - d^2 / 2 + d^3 / 3 in the mean over all pairs, those who agree counted with 0.
    """
    model = Deffuant(confidence=d, convergence=convergence, tolerance=1e-9)
    ends = found(graph, model, MANY, rng_seed=1)
    agrees(ends["clusters"] == 1, 2 * d - d**2)
    agrees(np.where(ends["clusters"] == 1, 0.0, ends["spread"]), 1 / 6 - d**2 / 2 + d**3 / 3)
    agrees(ends["mean_opinion"], 0.5)
    assert ends["spread"][ends["clusters"] == 1].max() <= 1e-9


@pytest.mark.parametrize("convergence", [0.1, 0.5])
def test_variance_falls_as_fast_as_it_must_when_all_listen(convergence):
    """d = 1, complete mixing: a meeting takes the part 4 m (1 - m) / (n - 1) of the variance, in the mean."""
    n, steps = 10, 3
    model = Deffuant(confidence=1.0, convergence=convergence, tolerance=1e-9)
    ends = found(complete_graph(n), model, MANY, rng_seed=2, max_steps=steps)
    kept = 1 - 4 * convergence * (1 - convergence) / (n - 1)
    agrees(ends["spread"] ** 2, (n - 1) / n / 12 * kept ** (n * steps))


@pytest.mark.parametrize("d", [0.1, 0.3, 0.6])
def test_the_mean_opinion_is_that_of_the_start(d):
    """Exactly, up to rounding: the same replicas stopped at step 0 and left alone."""
    graph, model = complete_graph(500), Deffuant(confidence=d, convergence=0.3)
    start, end = (found(graph, model, 20, rng_seed=3, max_steps=steps)["mean_opinion"] for steps in (0, 400))
    np.testing.assert_allclose(end, start, rtol=0, atol=1e-9)


@pytest.mark.parametrize("convergence", [0.2, 0.5])
@pytest.mark.parametrize(("d", "clusters"), [(0.3, 1), (0.2, 2), (0.14, 3)])
def test_number_of_major_clusters(convergence, d, clusters):
    """The whole part of 1 / (2 d) = 1.67, 2.5, 3.57, in three of four replicas or more: clusters of 5 % of people."""
    assert clusters == int(1 / (2 * d))
    model = Deffuant(confidence=d, convergence=convergence, major_share=0.05)
    ends = found(complete_graph(1000), model, 100, rng_seed=4, max_steps=150)
    assert np.mean(ends["major_clusters"] == clusters) >= 0.75


def test_at_a_step_of_the_formula_either_number_is_found():
    """d = 0.1: 1 / (2 d) is 5, where the number goes from 4 to 5."""
    ends = found(complete_graph(1000), Deffuant(confidence=0.1), 60, rng_seed=5, max_steps=150)
    four, five = (np.mean(ends["major_clusters"] == number) for number in (4, 5))
    assert four + five >= 0.9
    assert min(four, five) >= 0.2


@pytest.mark.parametrize("convergence", [0.2, 0.5])
def test_all_agree_above_one_half_and_not_below(convergence):
    """Complete mixing: the threshold of complete consensus is 1/2 (Deffuant et al. 2000; Fortunato 2004)."""
    graph = complete_graph(1000)
    above = found(graph, Deffuant(confidence=0.55, convergence=convergence), 50, rng_seed=6)
    assert (above["largest_cluster"] == 1000).all()
    below = found(graph, Deffuant(confidence=0.4, convergence=convergence), 50, rng_seed=6, max_steps=150)
    assert np.mean(below["largest_cluster"] == 1000) < 0.5
    assert (below["largest_cluster"] > 950).all()


def test_all_agree_above_one_half_on_a_network_too():
    """Fortunato (2004): the threshold is 1/2 on any network; here a random one of 500 people with 12 ties each."""
    ties = list(nx.random_regular_graph(12, 500, seed=1).edges)
    graph = store(500, ties, directed=False)
    ends = found(graph, Deffuant(confidence=0.6), 30, rng_seed=7)
    assert (ends["clusters"] == 1).all()
    assert ends["spread"].max() < 0.01
