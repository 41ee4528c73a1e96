"""Negative opinions against exact values: MODELS.md 2, and every course of events on small networks.

Tolerance everywhere: |mean - exact| <= 4 sqrt(s^2 / R + e^2), with s the sample's standard deviation, R replicas and e
the standard error of the table's number where that was itself estimated. Chen et al. (2011): where d is the number of
steps to v along live ties, v is positive with chance q^(d + 1).
"""

from fractions import Fraction

import networkx as nx
import numpy as np
import pytest

from diffusion_runner import columns
from kernel_runner import compiled_only, standard_errors_off, store
from oracles import live_edge
from oracles.negative_opinion import mean_opinions
from wom_sim.graph.csr import Graph
from wom_sim.models.negative_opinion import NegativeOpinion

N_REPLICAS = 200_000
STANDARD_ERRORS = 4

PATH = [(0, 1), (1, 2)]
DIAMOND = [(0, 1), (0, 2), (1, 3), (2, 3)]
STAR = [(0, leaf) for leaf in range(1, 5)]
TRIANGLE = [(u, v) for u in range(3) for v in range(3) if u != v]
FAN = [(0, 2), (0, 3), (1, 3), (1, 4), (2, 5), (3, 5), (4, 5), (5, 0)]
KARATE = nx.Graph(nx.karate_club_graph().edges)

SMALL = {
    "path": (3, PATH, [1.0] * 2, 0.9, [0]),
    "diamond": (4, DIAMOND, [0.5] * 4, 0.9, [0]),
    "diamond, all pass": (4, DIAMOND, [1.0] * 4, 0.5, [0]),
    "star": (5, STAR, [0.3] * 4, 0.8, [0]),
    "triangle": (3, TRIANGLE, [0.3] * 6, 0.7, [0]),
    "fan of two": (6, FAN, [0.9, 0.5, 0.4, 0.8, 0.5, 0.9, 0.7, 0.5], 0.6, [0, 1]),
}
small = pytest.mark.parametrize(("n", "ties", "share_prob", "quality", "seeds"), SMALL.values(), ids=SMALL)


@small
def test_every_course_of_events_gives_the_law_of_the_distance(n, ties, share_prob, quality, seeds):
    """Random order of tries, opinion by opinion, against sum over live ties of q^(d + 1): equal as fractions."""
    worlds = live_edge.worlds_by_coin(ties, share_prob)
    newly = live_edge.expect(n, ties, worlds, seeds).newly
    by_distance = sum(mean * Fraction(quality) ** (step + 1) for step, mean in enumerate(newly))
    positive, negative = mean_opinions(ties, share_prob, quality, seeds)
    assert positive == by_distance
    assert positive + negative == sum(newly)


def test_printed_values_and_the_form_of_the_star():
    """MODELS.md 2: path q + q^2 + q^3, diamond q + q^2 + .4375 q^3, star of L leaves q + L p q^2."""
    found = {name: float(mean_opinions(*SMALL[name][1:])[0]) for name in SMALL}
    assert found["path"] == pytest.approx(2.439, abs=1e-12)
    assert found["diamond"] == pytest.approx(2.0289375, abs=1e-12)
    assert found["star"] == pytest.approx(0.8 + 4 * 0.3 * 0.8**2, abs=1e-12)


@compiled_only
@small
def test_kernel_agrees_with_every_course_of_events(n, ties, share_prob, quality, seeds):
    network = store(n, ties)
    graph = Graph.from_edges(*np.array(ties).T, n_people=n, tie_columns={"p": share_prob})
    assert network.indices.tolist() == graph.indices.tolist()
    found = columns(graph, NegativeOpinion(share_prob="p", quality=quality), seeds, N_REPLICAS, rng_seed=11)
    positive, negative = mean_opinions(ties, share_prob, quality, seeds)
    assert standard_errors_off(found["positive"], positive) <= STANDARD_ERRORS
    assert standard_errors_off(found["negative"], negative) <= STANDARD_ERRORS
    assert standard_errors_off(found["expected_positive"], positive) <= STANDARD_ERRORS or np.isclose(
        found["expected_positive"].mean(), float(positive), rtol=1e-12
    )


@compiled_only
def test_letting_negative_ones_go_first_would_be_noticed():
    """Diamond where all pass, q = 1/2: the last likes it with chance q^3 = 1/8, but 1/16 if negative ones go first."""
    n, ties, share_prob, quality, seeds = SMALL["diamond, all pass"]
    wrong, _ = mean_opinions(ties, share_prob, quality, seeds, order="negative first")
    right, _ = mean_opinions(ties, share_prob, quality, seeds)
    assert right - wrong == Fraction(1, 16)
    found = columns(store(n, ties), NegativeOpinion(share_prob=1.0, quality=quality), seeds, N_REPLICAS, rng_seed=12)
    assert standard_errors_off(found["positive"], wrong) > 3 * STANDARD_ERRORS


@compiled_only
@pytest.mark.parametrize(
    ("share_prob", "quality", "expected", "stated"),
    [
        (0.1, 0.95, 3.06839, 0.0011),
        (0.1, 0.9, 2.75314, 0.0011),
        (0.1, 0.8, 2.19389, 0.0011),
        ("indegree", 0.95, 8.77555, 0.0023),
        ("indegree", 0.9, 7.65949, 0.0023),
        ("indegree", 0.8, 5.76992, 0.0023),
    ],
)
def test_karate_club(share_prob, quality, expected, stated):
    """MODELS.md 2, seed node 0: one chance for all ties, and 1 / indegree as a tie column (weighted cascade)."""
    edges = np.array([tie for u, v in KARATE.edges for tie in ((u, v), (v, u))])
    column = [1 / KARATE.degree[v] for _, v in edges.tolist()]
    graph = Graph.from_edges(*edges.T, tie_columns={"indegree": column})
    found = columns(graph, NegativeOpinion(share_prob=share_prob, quality=quality), [0], N_REPLICAS, rng_seed=13)
    assert standard_errors_off(found["positive"], expected, stated) <= STANDARD_ERRORS
    assert standard_errors_off(found["expected_positive"], expected, stated) <= STANDARD_ERRORS
    # The same mean replica by replica, and less variance: what is left out is the luck of opinions alone.
    assert standard_errors_off(found["positive"] - found["expected_positive"], 0.0) <= STANDARD_ERRORS
    assert found["expected_positive"].var() < found["positive"].var()
