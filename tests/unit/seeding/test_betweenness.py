"""Betweenness against NetworkX, from everybody and from a sample, and with more paths than a number holds."""

import networkx as nx
import numpy as np
from hypothesis import given

from networks import as_networkx
from seeding_networks import KEY, KEYS, stored_networks
from wom_sim import Graph
from wom_sim.kernels.rng import by_lot, derive_key
from wom_sim.seeding.betweenness import Betweenness, follow_paths


def betweenness(graph, pivots):
    score = np.zeros(graph.n_people)
    assert follow_paths(graph, np.array(pivots, np.int32), (len(pivots), 0), score) == len(pivots)
    return score


@given(graph=stored_networks(max_people=14))
def test_from_everybody_it_is_that_of_networkx(graph):
    theirs = nx.betweenness_centrality(as_networkx(graph), normalized=False)
    ours = betweenness(graph, range(graph.n_people)) / (1 if graph.directed else 2)
    assert np.allclose(ours, [theirs[v] for v in range(graph.n_people)], rtol=1e-12, atol=1e-12)


@given(graph=stored_networks(max_people=14), key=KEYS)
def test_order_is_that_of_the_paths_from_the_people_drawn(graph, key):
    n_samples = max(1, graph.n_people // 2)
    pivots = by_lot(np.arange(graph.n_people, dtype=np.int32), derive_key(key, 6))[:n_samples].tolist()
    theirs = nx.betweenness_centrality_subset(as_networkx(graph), sources=pivots, targets=range(graph.n_people))
    expected = sorted(range(graph.n_people), key=lambda v: (-round(theirs[v], 9), v))
    choice = Betweenness(n_seed_nodes=graph.n_people, n_samples=n_samples).choose(graph, key=key)
    assert choice.nodes.tolist() == expected
    said = f"seeding: betweenness from the paths of {n_samples} of {graph.n_people} people, drawn by lot"
    everybody = choice.notes[-1:] if len(choice.nodes) == graph.n_people else ()
    assert choice.notes == ((said, *everybody) if graph.n_people > 1 else everybody)


def test_a_bridge_comes_first():
    """Two cliques of four joined through person 8."""
    cliques = [(u, v) for base in (0, 4) for u in range(base, base + 4) for v in range(base, u)]
    src, dst = np.array([*cliques, (3, 8), (8, 4)]).T
    graph = Graph.from_edges(src, dst, directed=False)
    assert Betweenness(n_seed_nodes=3).choose(graph, key=KEY).nodes.tolist() == [8, 3, 4]


def test_more_paths_than_a_number_holds_are_counted():
    """A chain of 1,200 diamonds: 2^1200 shortest paths from end to end; each joint lies on all that pass it."""
    n_joints = 1201
    joint, upper = np.arange(n_joints) * 3, np.arange(n_joints - 1) * 3
    src = np.concatenate((joint[:-1], joint[:-1], upper + 1, upper + 2))
    dst = np.concatenate((upper + 1, upper + 2, joint[1:], joint[1:]))
    graph = Graph.from_edges(src, dst)
    score = betweenness(graph, [0])
    behind = graph.n_people - 1 - joint
    assert np.allclose(score[joint[1:]], behind[1:], rtol=1e-9)
    assert np.allclose(score[upper[:-1] + 1], (behind[1:-1] + 1) / 2, rtol=1e-9)
