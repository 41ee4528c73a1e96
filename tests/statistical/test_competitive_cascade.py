"""Competing brands against every course of events on small networks, and brands that differ in nothing.

Tolerance everywhere: |mean - exact| <= 4 s / sqrt(R), with s the sample's standard deviation and R replicas.
"""

from fractions import Fraction

import networkx as nx
import numpy as np
import pytest

from diffusion_runner import columns
from kernel_runner import compiled_only, standard_errors_off
from oracles.competitive_cascade import mean_adopters
from wom_sim.graph.csr import Graph, complete_graph
from wom_sim.models.competitive_cascade import CompetitiveCascade

N_REPLICAS = 200_000
STANDARD_ERRORS = 4
RULES = ["random_neighbour", "first_brand", "random_brand"]
rules = pytest.mark.parametrize("tie_rule", RULES)

HALF = Fraction(1, 2)
TWO_TO_ONE = [(0, 3), (1, 3), (2, 3), (3, 4)]
SQUARE = sorted((u, v) for u, v in [(0, 1), (1, 2), (2, 3), (3, 0), (1, 0), (2, 1), (3, 2), (0, 3)])
BRIDGE = [(0, 2), (0, 3), (1, 3), (1, 4), (2, 5), (3, 5), (4, 5), (5, 6)]

SMALL = {  # people, ties, chances of each brand, brand of each seed node
    "two against one": (5, TWO_TO_ONE, [[0.5] * 4, [0.5] * 4], {0: 0, 1: 0, 2: 1}),
    "two against one, stronger": (5, TWO_TO_ONE, [[0.4] * 4, [0.9] * 4], {0: 0, 1: 1, 2: 0}),
    "square": (4, SQUARE, [[0.6] * 8, [0.3] * 8], {0: 0, 2: 1}),
    "bridge": (7, BRIDGE, [[0.5, 0.8, 0.3, 0.7, 0.9, 0.5, 0.6, 0.4], [0.7] * 8], {0: 0, 1: 1}),
    "three brands": (5, TWO_TO_ONE, [[0.5] * 4, [0.8] * 4, [0.3] * 4], {0: 0, 1: 1, 2: 2}),
}
small = pytest.mark.parametrize(("n", "ties", "chances", "seeds"), SMALL.values(), ids=SMALL)


def adopters(graph, brands, seeds, n_replicas=N_REPLICAS, *, tie_rule, rng_seed):
    """Columns by name, seed nodes dealt out to brands as `seeds` says."""
    numbers = [list(seeds.values()).count(b) for b in range(len(brands))]
    model = CompetitiveCascade(
        brands=[
            {"name": f"b{b}", "share_prob": p, "seed_share": float(number)}
            for b, (p, number) in enumerate(zip(brands, numbers, strict=True))
        ],
        tie_rule=tie_rule,
        split="blocks",
    )
    return columns(graph, model, sorted(seeds, key=seeds.get), n_replicas, rng_seed=rng_seed)


def test_two_tries_against_one_by_hand():
    """All chances 1/2, tries of a, a, b at one person: a wins with 7/12, 3/4 or 9/16, as the rule says.

    Successes are each set of the three tries with chance 1/8: only a's in 3, only b's in 1, a and b in 2, all in 1.
    """
    _, ties, chances, seeds = SMALL["two against one"]
    wins_a = {
        "random_neighbour": Fraction(3, 8) + 2 * Fraction(1, 16) + Fraction(2, 24),
        "first_brand": Fraction(6, 8),
        "random_brand": Fraction(3, 8) + Fraction(3, 16),
    }
    for tie_rule, wins in wins_a.items():
        found = mean_adopters(ties, chances, tie_rule, seeds)
        assert found == [2 + wins * Fraction(3, 2), 1 + (Fraction(7, 8) - wins) * Fraction(3, 2)]


@compiled_only
@rules
@small
def test_kernel_agrees_with_every_course_of_events(n, ties, chances, seeds, tie_rule):
    tie_columns = {f"p{b}": its for b, its in enumerate(chances)}
    graph = Graph.from_edges(*np.array(ties).T, n_people=n, tie_columns=tie_columns)
    found = adopters(graph, list(tie_columns), seeds, tie_rule=tie_rule, rng_seed=21)
    for b, exact in enumerate(mean_adopters(ties, chances, tie_rule, seeds)):
        assert standard_errors_off(found[f"reach_b{b}"], exact) <= STANDARD_ERRORS


@compiled_only
@pytest.mark.parametrize("tie_rule", ["random_neighbour", "random_brand"])
def test_brands_alike_from_people_alike_win_alike(tie_rule):
    """Everybody tied to everybody, one seed node each: the difference of brands has mean 0."""
    found = adopters(complete_graph(40), [0.06] * 3, {0: 0, 1: 1, 2: 2}, 60_000, tie_rule=tie_rule, rng_seed=22)
    assert found["contested"].mean() > 1
    for b in (1, 2):
        assert standard_errors_off(found["reach_b0"] - found[f"reach_b{b}"], 0.0) <= STANDARD_ERRORS


@compiled_only
def test_the_first_brand_gains_from_its_rule_in_every_replica():
    """Brands alike: first_brand gives the first whomever it can reach no later, random_neighbour some of these."""
    graph = Graph.from_networkx(nx.Graph(nx.karate_club_graph().edges))
    first, any_of_them = (
        adopters(graph, [0.3, 0.3], {0: 0, 33: 1}, 20_000, tie_rule=rule, rng_seed=23)
        for rule in ("first_brand", "random_neighbour")
    )
    np.testing.assert_array_equal(first["reach"], any_of_them["reach"])
    assert (first["reach_b0"] >= any_of_them["reach_b0"]).all()
    assert (first["reach_b0"] > any_of_them["reach_b0"]).any()
