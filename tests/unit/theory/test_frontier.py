"""Exact cascades by a moving frontier: the karate club, enumeration, shapes known in closed form."""

import networkx as nx
import numpy as np
import pytest

from wom_sim.theory.complete import complete_cascade_exact
from wom_sim.theory.frontier import undirected_cascade_exact
from wom_sim.theory.live_edges import cascade_exact

KARATE = list(nx.karate_club_graph().edges)


@pytest.mark.parametrize(
    ("chance", "seed_node", "spread"),
    [
        (0.05, 0, 1.963908303),
        (0.05, 33, 2.006282290),
        (0.1, 0, 3.412650508),
        (0.1, 33, 3.501991955),
        (0.2, 0, 8.755725784),
        (0.2, 33, 8.993704853),
    ],
)
def test_zacharys_karate_club(chance, seed_node, spread):
    found = undirected_cascade_exact(34, KARATE, chances=chance, seed_nodes=[seed_node])
    assert found.spread == pytest.approx(spread, abs=1e-9)
    assert found.activation.sum() == pytest.approx(found.spread)


def test_two_starters_in_the_karate_club():
    found = undirected_cascade_exact(34, KARATE, chances=0.1, seed_nodes=[0, 33])
    assert found.spread == pytest.approx(6.42416, abs=4 * 0.0013)


def test_who_reaches_whom_is_symmetric():
    from_0 = undirected_cascade_exact(34, KARATE, chances=0.2, seed_nodes=[0])
    from_33 = undirected_cascade_exact(34, KARATE, chances=0.2, seed_nodes=[33])
    assert from_0.activation[33] == pytest.approx(from_33.activation[0], abs=1e-12)


@pytest.mark.parametrize("number", range(12))
def test_agrees_with_enumeration(number):
    """Seven people, ten ties each with its own chance, parallel and sure ones among them; one to three starters."""
    rng = np.random.default_rng(number)
    pairs = [(u, v) for u in range(7) for v in range(u)]
    ties = [pairs[e] for e in rng.choice(len(pairs), 10, replace=number % 2 == 0)]
    chances = rng.choice([0.0, 0.3, 0.6, 1.0], 10, p=[0.1, 0.5, 0.3, 0.1])
    seeds = rng.choice(7, 1 + number % 3, replace=False).tolist()
    both_ways = [*ties, *((v, u) for u, v in ties)]
    expected = cascade_exact(7, both_ways, chances=[*chances, *chances], seed_nodes=seeds)
    found = undirected_cascade_exact(7, ties, chances=chances, seed_nodes=seeds)
    assert found.activation == pytest.approx(expected.activation, abs=1e-12)


def test_shapes_known_otherwise():
    ring = [(u, (u + 1) % 30) for u in range(30)]
    around = [0.4**d + 0.4 ** (30 - d) - 0.4**30 for d in range(1, 30)]
    found = undirected_cascade_exact(30, ring, chances=0.4, seed_nodes=[0])
    assert found.activation == pytest.approx([1, *around], abs=1e-12)
    everybody = [(u, v) for u in range(7) for v in range(u)]
    expected = complete_cascade_exact(7, share_prob=0.3, n_seeds=2).spread
    assert undirected_cascade_exact(7, everybody, chances=0.3, seed_nodes=[2, 5]).spread == pytest.approx(expected)


def test_nobody_else_without_a_chance():
    found = undirected_cascade_exact(3, [(0, 1), (1, 2)], chances=[0.0, 1.0], seed_nodes=[0])
    assert found.activation.tolist() == [1, 0, 0]
    assert undirected_cascade_exact(3, [], chances=0.5, seed_nodes=[2, 0]).activation.tolist() == [1, 0, 1]


def test_too_wide_a_network_is_refused():
    everybody = [(u, v) for u in range(12) for v in range(u)]
    with pytest.raises(ValueError, match=r"ties: must have an order .* at most max_width = 10, got 12"):
        undirected_cascade_exact(12, everybody, chances=0.5, seed_nodes=[0])
    with pytest.raises(ValueError, match="max_width: must be at least 1, got 0"):
        undirected_cascade_exact(2, [(0, 1)], chances=0.5, seed_nodes=[0], max_width=0)
