"""The kernel's mean spread against exact values: the tables of MODELS.md 1.3 and enumeration of all live-edge worlds.

Tolerance everywhere: |mean - exact| <= 4 sqrt(s^2 / R + e^2), with s the sample's standard deviation, R replicas and e
the standard error of the table's number where that was itself estimated. The exact values are computed a second time
from the definition and must equal the printed digits.
"""

import hashlib
from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

import networkx as nx
import numpy as np
import pytest

import choice_runner
from choice_runner import choice_ties
from kernel_runner import (
    coin_ties,
    compiled_only,
    new_scratch,
    only,
    replica_keys,
    spread,
    standard_errors_off,
    store,
)
from oracles import live_edge as oracle
from wom_sim.graph.csr import complete_graph

N_REPLICAS = 200_000
N_SINGLE = 20_000
STANDARD_ERRORS = 4
SHARES = None


class Row(NamedTuple):
    """A row of the table. `strength`: a chance, one of each tie, or weights of linear threshold (SHARES: equal)."""

    name: str
    n_people: int
    ties: list[tuple[int, int]]
    rule: str
    strength: Fraction | Sequence | None
    seed_nodes: list[int]
    exact: float
    activation: list[float] | None = None
    digits: float = 1e-12
    stated: float = 0.0

    @property
    def live_ties(self):
        return (coin_ties if self.rule == "coin" else choice_ties)(store(self.n_people, self.ties), self.strength)

    def expectation(self, max_steps=oracle.FOREVER):
        strength = self.strength
        if self.rule == "choice":
            worlds = oracle.worlds_by_choice(self.ties, strength)
        else:
            each = strength if isinstance(strength, list) else [strength] * len(self.ties)
            worlds = oracle.worlds_by_coin(self.ties, each)
        return oracle.expect(self.n_people, self.ties, worlds, self.seed_nodes, max_steps)


def both_ways(edges):
    return sorted({tie for u, v in edges for tie in ((u, v), (v, u))})


HALF = Fraction(1, 2)
PATH = [(0, 1), (1, 2)]
DIAMOND = [(0, 1), (0, 2), (1, 3), (2, 3)]
TRIANGLE = both_ways([(0, 1), (0, 2), (1, 2)])
SQUARE = both_ways([(0, 1), (1, 2), (2, 3), (3, 0)])
G8 = [(0, 1), (0, 2), (1, 2), (1, 3), (2, 1), (2, 3), (2, 4), (3, 4)]
G8_STRENGTH = [Fraction(p) for p in ("0.3", "0.6", "0.2", "0.4", "0.5", "0.1", "0.25", "0.7")]
KARATE = both_ways(nx.karate_club_graph().edges)
KARATE_SHARES = [Fraction(1, sum(v == w for _, w in KARATE)) for _, v in KARATE]

SMALL = [
    Row("path", 3, PATH, "coin", HALF, [0], 1.75, [1, 0.5, 0.25]),
    Row("diamond, coin", 4, DIAMOND, "coin", HALF, [0], 2.4375, [1, 0.5, 0.5, 0.4375]),
    Row("diamond, choice", 4, DIAMOND, "choice", [Fraction(1, 2)] * 4, [0], 2.5, [1, 0.5, 0.5, 0.5]),
    Row("triangle, coin .5", 3, TRIANGLE, "coin", HALF, [0], 2.25, [1, 0.625, 0.625]),
    Row("triangle, coin .3", 3, TRIANGLE, "coin", Fraction(3, 10), [0], 1.726, [1, 0.363, 0.363]),
    Row("triangle, choice", 3, TRIANGLE, "choice", SHARES, [0], 2.5, [1, 0.75, 0.75]),
    Row("square", 4, SQUARE, "coin", HALF, [0], 2.5625, [1, 0.5625, 0.4375, 0.5625]),
    Row("G8, coin", 5, G8, "coin", G8_STRENGTH, [0], 2.677726, [1, 0.51, 0.624, 0.24984, 0.293886]),
    Row("G8, choice", 5, G8, "choice", G8_STRENGTH, [0], 2.9452, [1, 0.6, 0.66, 0.306, 0.3792]),
]

COMPLETE = [
    (3, "0.5", 2.25, 1e-12),
    (4, "0.5", 3.25, 1e-12),
    (5, "0.2", 2.2701372416, 1e-12),
    (10, "0.05", 1.6880645432, 5e-11),
    (10, "0.1", 3.0269285933, 5e-11),
    (50, "0.02", 5.6872330793, 5e-11),
]

KARATE_ROWS = [
    *(
        Row(f"karate, coin {p}, {seed}", 34, KARATE, "coin", Fraction(p), [seed], exact)
        for p, seed, exact in [
            ("0.05", 0, 1.963908303),
            ("0.05", 33, 2.006282290),
            ("0.1", 0, 3.412650508),
            ("0.1", 33, 3.501991955),
            ("0.2", 0, 8.755725784),
            ("0.2", 33, 8.993704853),
        ]
    ),
    Row("karate, coin 0.1, 0 and 33", 34, KARATE, "coin", Fraction("0.1"), [0, 33], 6.42416, stated=0.0013),
    Row("karate, choice, 0", 34, KARATE, "choice", SHARES, [0], 12.254301, digits=1e-6),
    Row("karate, choice, 33", 34, KARATE, "choice", SHARES, [33], 13.081117, digits=1e-6),
    Row("karate, choice, 0 and 33", 34, KARATE, "choice", SHARES, [0, 33], 22.613865, digits=1e-6),
    Row("karate, weighted cascade, 0", 34, KARATE, "coin", KARATE_SHARES, [0], 10.02372, stated=0.0025),
    Row("karate, weighted cascade, 33", 34, KARATE, "coin", KARATE_SHARES, [33], 10.55295, stated=0.0025),
]

small = pytest.mark.parametrize("row", SMALL, ids=lambda row: row.name)


# The table itself.


@small
def test_enumeration_gives_the_printed_values(row):
    """Sum over all live-edge worlds X of Pr(X) |reached in X|, in fractions."""
    expected = row.expectation()

    assert abs(expected.spread - Fraction(str(row.exact))) <= 1e-12
    assert [float(share) for share in expected.activation] == pytest.approx(row.activation, abs=1e-12)
    assert sum(expected.newly) == expected.spread


@pytest.mark.parametrize("p", [Fraction(1, 2), Fraction(3, 10), Fraction(0), Fraction(1)])
def test_triangle_formula(p):
    """1 + 2 (p + p^2 - p^3), exactly."""
    expected = oracle.expect(3, TRIANGLE, oracle.worlds_by_coin(TRIANGLE, [p] * 6), [0])

    assert expected.spread == 1 + 2 * (p + p**2 - p**3)


@pytest.mark.parametrize(("n", "p", "exact", "digits"), COMPLETE)
def test_recursion_for_complete_mixing_gives_the_printed_values(n, p, exact, digits):
    """C_k = 1 - sum_{j<k} binom(k-1, j-1) C_j (1-p)^(j(k-j)); sigma = sum_k k binom(n-1, k-1) C_k (1-p)^(k(n-k))."""
    assert abs(oracle.complete_spread(n, Fraction(p)) - Fraction(str(exact))) <= digits


@pytest.mark.parametrize("n", [2, 3, 4])
def test_recursion_for_complete_mixing_equals_enumeration(n):
    ties = [(u, v) for u in range(n) for v in range(n) if u != v]
    p = Fraction(2, 7)

    expected = oracle.expect(n, ties, oracle.worlds_by_coin(ties, [p] * len(ties)), [0])
    assert expected.spread == oracle.complete_spread(n, p)


@pytest.mark.parametrize("row", [row for row in KARATE_ROWS if row.rule == "choice"], ids=lambda row: row.name)
def test_simple_paths_give_the_printed_values(row):
    """|S| + sum over simple paths from S that avoid S of the product of weights; paths below 1e-11 are left out.

    They are the table's own method and bound, so the digits agree to the last one printed.
    """
    found = oracle.choice_spread_by_paths(34, KARATE, [float(w) for w in KARATE_SHARES], row.seed_nodes, 1e-11)

    assert found == pytest.approx(row.exact, abs=row.digits)


def test_simple_paths_equal_enumeration():
    found = oracle.choice_spread_by_paths(5, G8, [float(w) for w in G8_STRENGTH], [0], 0.0)

    assert found == pytest.approx(2.9452, abs=1e-12)


# The kernel.


@compiled_only
@pytest.mark.parametrize("row", [*SMALL, *KARATE_ROWS], ids=lambda row: row.name)
def test_mean_spread(row):
    """Mean reach of 200,000 replicas within 4 sqrt(s^2 / R + e^2) of the exact spread."""
    reach = run(row, keys_for(row.name)).reach

    assert standard_errors_off(reach, row.exact, row.stated) < STANDARD_ERRORS


@compiled_only
@pytest.mark.parametrize(("n", "p", "exact", "digits"), COMPLETE)
@pytest.mark.parametrize("stored", [False, True], ids=["mixing", "stored"])
def test_mean_spread_of_complete_mixing(n, p, exact, digits, stored):
    """As above, from a person who is not the first, so that tie numbers in the middle are used."""
    graph = complete_graph(n)
    if stored:
        graph = store(n, [(u, v) for u in range(n) for v in range(n) if u != v])
    reach = spread(coin_ties(graph, Fraction(p)), [n // 2], keys_for(f"complete {n} {p}")).reach

    assert standard_errors_off(reach, exact, digits) < STANDARD_ERRORS


@compiled_only
@pytest.mark.parametrize("n", [3, 4, 5])
def test_mean_spread_of_complete_mixing_by_choice(n):
    """As above with equal shares: within 4 s / sqrt(R) of the enumeration of everybody's choice."""
    ties = [(u, v) for u in range(n) for v in range(n) if u != v]
    expected = oracle.expect(n, ties, oracle.worlds_by_choice(ties, SHARES), [n // 2])
    reach = choice_runner.spread(choice_ties(complete_graph(n)), [n // 2], keys_for(f"complete choice {n}")).reach

    assert standard_errors_off(reach, expected.spread) < STANDARD_ERRORS


@compiled_only
@small
@pytest.mark.parametrize("max_steps", [1, 2, oracle.FOREVER])
def test_mean_curve(row, max_steps):
    """Mean number newly reached at each step within 4 s / sqrt(R) of the enumeration; equal where it cannot vary."""
    newly = run(row, keys_for(row.name), max_steps=max_steps).newly
    expected = row.expectation(max_steps).newly

    for step in range(row.n_people):
        assert standard_errors_off(newly[:, step], expected[step]) < STANDARD_ERRORS


@compiled_only
@small
def test_share_of_replicas_that_reach_each_person(row):
    """Share of 20,000 replicas within 4 sqrt(a (1 - a) / R) of each person's activation probability a."""
    keys = keys_for(row.name)
    scratch = (new_scratch if row.rule == "coin" else choice_runner.new_scratch)(row.n_people)
    reached = np.zeros((N_SINGLE, row.n_people))
    for r in range(N_SINGLE):
        reach = run(row, only(keys, r), scratch=scratch).reach[0]
        reached[r, scratch.order[:reach]] = 1

    for person, chance in enumerate(row.activation):
        error = np.sqrt(chance * (1 - chance) / N_SINGLE)
        assert abs(reached[:, person].mean() - chance) <= STANDARD_ERRORS * error


def run(row, keys, **limits):
    """A chunk of replicas, by the kernel of the row's rule."""
    return (spread if row.rule == "coin" else choice_runner.spread)(row.live_ties, row.seed_nodes, keys, **limits)


def keys_for(name):
    """Keys of an rng_seed of its own for each row, so that rows do not share their luck; fixed for ever."""
    return replica_keys(int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big"), N_REPLICAS)
