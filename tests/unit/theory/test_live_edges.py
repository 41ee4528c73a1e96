"""Exact spread on small networks: tables, another enumeration, opinions by their own rules."""

from fractions import Fraction
from itertools import permutations, product

import networkx as nx
import numpy as np
import pytest

from oracles import live_edge as oracle
from wom_sim.theory import live_edges
from wom_sim.theory.live_edges import (
    cascade_exact,
    linear_threshold_by_paths,
    linear_threshold_exact,
    negative_opinion_exact,
)

PATH = [(0, 1), (1, 2)]
DIAMOND = [(0, 1), (0, 2), (1, 3), (2, 3)]
TRIANGLE = [(0, 1), (1, 0), (1, 2), (2, 1), (0, 2), (2, 0)]
SQUARE = [tie for u in range(4) for tie in ((u, (u + 1) % 4), ((u + 1) % 4, u))]
G8 = [(0, 1), (0, 2), (1, 2), (2, 1), (1, 3), (2, 3), (3, 4), (2, 4)]
G8_CHANCES = [0.3, 0.6, 0.2, 0.5, 0.4, 0.1, 0.7, 0.25]
FIVE = [(u, v) for u in range(5) for v in range(5) if u != v]


def karate():
    club = nx.karate_club_graph()
    ties = [*club.edges, *((v, u) for u, v in club.edges)]
    return ties, [1 / club.degree(v) for _, v in ties]


@pytest.mark.parametrize(
    ("n_people", "ties", "chances", "spread", "activation"),
    [
        (3, PATH, 0.5, 1.75, (1, 0.5, 0.25)),
        (4, DIAMOND, 0.5, 2.4375, (1, 0.5, 0.5, 0.4375)),
        (3, TRIANGLE, 0.5, 2.25, (1, 0.625, 0.625)),
        (3, TRIANGLE, 0.3, 1.726, (1, 0.363, 0.363)),
        (4, SQUARE, 0.5, 2.5625, (1, 0.5625, 0.4375, 0.5625)),
        (5, G8, G8_CHANCES, 2.677726, (1, 0.51, 0.624, 0.24984, 0.293886)),
        (5, FIVE, 0.2, 2.2701372416, (1, *4 * (1.2701372416 / 4,))),
    ],
)
def test_cascades_of_the_table(n_people, ties, chances, spread, activation):
    found = cascade_exact(n_people, ties, chances=chances, seed_nodes=[0])
    assert found.spread == pytest.approx(spread, abs=1e-12)
    assert found.activation == pytest.approx(activation, abs=1e-12)
    assert found.curve[-1] == pytest.approx(spread, abs=1e-12)


@pytest.mark.parametrize(
    ("n_people", "ties", "weights", "spread", "activation"),
    [
        (4, DIAMOND, 0.5, 2.5, (1, 0.5, 0.5, 0.5)),
        (3, TRIANGLE, 0.5, 2.5, (1, 0.75, 0.75)),
        (5, G8, G8_CHANCES, 2.9452, (1, 0.6, 0.66, 0.306, 0.3792)),
    ],
)
def test_thresholds_of_the_table(n_people, ties, weights, spread, activation):
    for found in (
        linear_threshold_exact(n_people, ties, weights=weights, seed_nodes=[0]),
        linear_threshold_by_paths(n_people, ties, weights=weights, seed_nodes=[0]),
    ):
        assert found.spread == pytest.approx(spread, abs=1e-12)
        assert found.activation == pytest.approx(activation, abs=1e-12)


def random_network(number):
    """Six people, eight or nine directed ties, two seed nodes."""
    rng = np.random.default_rng(number)
    pairs = [(u, v) for u in range(6) for v in range(6) if u != v]
    ties = sorted(pairs[e] for e in rng.choice(len(pairs), rng.integers(8, 10), replace=False))
    return ties, rng.choice([0.25, 0.5, 0.75, 1.0], len(ties)).tolist(), rng.choice(6, 2, replace=False).tolist()


@pytest.mark.parametrize("max_steps", [None, 0, 1, 2])
@pytest.mark.parametrize("number", range(3))
def test_cascades_agree_with_the_definition(number, max_steps):
    ties, chances, seeds = random_network(number)
    steps = {} if max_steps is None else {"max_steps": max_steps}
    expected = oracle.expect(6, ties, oracle.worlds_by_coin(ties, chances), seeds, **steps)
    found = cascade_exact(6, ties, chances=chances, seed_nodes=seeds, max_steps=max_steps)
    assert found.activation == pytest.approx([float(chance) for chance in expected.activation], abs=1e-12)
    by_step = np.cumsum([float(chance) for chance in expected.newly])
    assert found.curve == pytest.approx(by_step[: len(found.curve)], abs=1e-12)
    assert by_step[len(found.curve) - 1] == by_step[-1]


@pytest.mark.parametrize("max_steps", [None, 1, 2])
@pytest.mark.parametrize("number", range(3))
def test_thresholds_agree_with_the_definition(number, max_steps):
    ties, chances, seeds = random_network(number)
    weights = [chance / 8 for chance in chances]
    steps = {} if max_steps is None else {"max_steps": max_steps}
    expected = oracle.expect(6, ties, oracle.worlds_by_choice(ties, weights), seeds, **steps)
    found = linear_threshold_exact(6, ties, weights=weights, seed_nodes=seeds, max_steps=max_steps)
    assert found.activation == pytest.approx([float(chance) for chance in expected.activation], abs=1e-12)
    if max_steps is None:
        by_paths = linear_threshold_by_paths(6, ties, weights=weights, seed_nodes=seeds, smallest=1e-20)
        assert by_paths.activation == pytest.approx(found.activation, abs=1e-12)


def test_one_coin_serves_both_directions(monkeypatch):
    """Five people, all tied to all: 20 ties, 10 coins."""
    monkeypatch.setattr(live_edges, "MAX_WORLDS", 2**10)
    assert cascade_exact(5, FIVE, chances=0.2, seed_nodes=[0]).spread == pytest.approx(2.2701372416, abs=1e-12)


def test_parallel_ties_each_have_their_chance():
    twice = cascade_exact(2, [(0, 1), (0, 1)], chances=[0.5, 0.2], seed_nodes=[0])
    assert twice.activation == pytest.approx([1, 0.6])
    assert linear_threshold_exact(2, [(0, 1), (0, 1)], weights=[0.5, 0.2], seed_nodes=[0]).spread == 1.7


def test_twenty_ties_take_a_moment():
    """A ladder: everybody tells the next two, each tie with its own chance; by who of the last two knows."""
    chances = np.linspace(0.1, 0.9, 20).reshape(10, 2)
    ties = [(u, u + d) for u in range(10) for d in (1, 2)]
    knows, expected = {(False, True): 1.0}, [1.0]
    for v in range(1, 12):
        from_one, from_two = chances[v - 1, 0] if v < 11 else 0.0, chances[v - 2, 1]
        later = dict.fromkeys(product((False, True), repeat=2), 0.0)
        for (two, one), part in knows.items():
            hears = 1 - (1 - from_one * one) * (1 - from_two * two)
            later[one, True] += part * hears
            later[one, False] += part * (1 - hears)
        knows = later
        expected.append(knows[False, True] + knows[True, True])
    found = cascade_exact(12, ties, chances=chances.ravel(), seed_nodes=[0])
    assert found.activation == pytest.approx(expected, abs=1e-12)


def test_zacharys_karate_club_by_paths():
    ties, weights = karate()
    found = linear_threshold_by_paths(34, ties, weights=weights, seed_nodes=[0], smallest=1e-11)
    assert found.spread == pytest.approx(12.254301, abs=1e-6)
    both = linear_threshold_by_paths(34, ties, weights=weights, seed_nodes=[0, 33], smallest=1e-10)
    assert both.spread == pytest.approx(22.613865, abs=2e-6)


def test_opinions_of_the_table():
    q = 0.9
    on_path = negative_opinion_exact(3, PATH, chances=1, quality=q, seed_nodes=[0])
    assert on_path == pytest.approx((2.439, 3 - 2.439), abs=1e-12)
    on_diamond = negative_opinion_exact(4, DIAMOND, chances=0.5, quality=q, seed_nodes=[0])
    assert on_diamond == pytest.approx((2.0289375, 2.4375 - 2.0289375), abs=1e-12)
    star = negative_opinion_exact(8, [(0, v) for v in range(1, 8)], chances=0.3, quality=q, seed_nodes=[0])
    assert star.positive == pytest.approx(q + 7 * 0.3 * q**2, abs=1e-12)


def opinions_by_the_rules(n_people, ties, p, q, seeds):
    """Expected content and unhappy people: who just made up their mind tries each listener, in any order alike."""
    total = [Fraction(0), Fraction(0)]

    def follow(opinions, new, chance):
        options = {}
        for v in set(range(n_people)) - opinions.keys():
            speakers = [opinions[u] for u, w in ties if w == v and u in new]
            share = dict.fromkeys((True, False, None), Fraction(0))
            orders = list(permutations(speakers))
            for order in orders:
                for k, content in enumerate(order):
                    first = p * (1 - p) ** k / len(orders)
                    share[True] += first * q * content
                    share[False] += first * (1 - q * content)
            share[None] = 1 - share[True] - share[False]
            options[v] = [(content, part) for content, part in share.items() if part]
        if not new:
            for content in opinions.values():
                total[not content] += chance
            return
        for outcome in product(*options.values()):
            heard = {v: content for v, (content, _) in zip(options, outcome, strict=True) if content is not None}
            follow(opinions | heard, heard, chance * np.prod([part for _, part in outcome], initial=Fraction(1)))

    for start in product((True, False), repeat=len(seeds)):
        content = dict(zip(seeds, start, strict=True))
        follow(content, content, np.prod([q if good else 1 - q for good in start], initial=Fraction(1)))
    return [float(part) for part in total]


def test_opinions_agree_with_their_rules():
    """A square with one diagonal, two starters next to each other."""
    ties, seeds = [*SQUARE, (0, 2), (2, 0)], [0, 1]
    expected = opinions_by_the_rules(4, ties, Fraction(2, 5), Fraction(4, 5), seeds)
    assert negative_opinion_exact(4, ties, chances=0.4, quality=0.8, seed_nodes=seeds) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"n_people": 0}, "n_people: must be at least 1, got 0"),
        ({"ties": [(0, 3)]}, r"ties\[0\]: must name people from 0 to 2, got \(0, 3\)"),
        ({"ties": [(0, 1), (1, 1)]}, r"ties\[1\]: must join two people, got \(1, 1\)"),
        ({"chances": 1.5}, r"chances: must be in \[0, 1\], got 1.5"),
        ({"chances": [0.5, np.nan]}, r"chances: must be in \[0, 1\], got nan"),
        ({"chances": [0.5]}, r"chances: must be one number or one for each of 2 ties, got shape \(1,\)"),
        ({"seed_nodes": []}, "seed_nodes: must name at least one person, got none"),
        ({"seed_nodes": [0, 7]}, "seed_nodes: must name people from 0 to 2, got 7"),
        ({"max_steps": -1}, "max_steps: must be at least 0, got -1"),
    ],
)
def test_bad_cascades_are_refused(change, message):
    with pytest.raises(ValueError, match=message):
        cascade_exact(**{"n_people": 3, "ties": PATH, "chances": 0.5, "seed_nodes": [0]} | change)


def test_other_bad_arguments_are_refused():
    with pytest.raises(ValueError, match=r"weights: must sum to at most 1 into each person, got 1.2 into person 3"):
        linear_threshold_exact(4, DIAMOND, weights=0.6, seed_nodes=[0])
    with pytest.raises(ValueError, match=r"quality: must be in \[0, 1\], got 2"):
        negative_opinion_exact(3, PATH, chances=1, quality=2, seed_nodes=[0])
    with pytest.raises(ValueError, match="smallest: must be above 0 and finite, got 0"):
        linear_threshold_by_paths(3, PATH, weights=1, seed_nodes=[0], smallest=0)
    with pytest.raises(
        ValueError, match=r"ties: must leave at most 16777216 sets of live ties to chance, got 1.1e\+12"
    ):
        cascade_exact(41, [(u, u + 1) for u in range(40)], chances=0.5, seed_nodes=[0])
