"""Structural virality: the kernel's two passes against distances counted one by one."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign_trees import measured


def wiener(parents):
    """Return pairs that share a tree and the sum of their distances, by shortest paths; -1 is no parent."""
    forest = nx.Graph()
    forest.add_nodes_from(range(len(parents)))
    forest.add_edges_from((v, parent) for v, parent in enumerate(parents) if parent >= 0)
    lengths = [d for _, to in nx.all_pairs_shortest_path_length(forest) for d in to.values() if d > 0]
    return len(lengths) // 2, sum(lengths) // 2


@given(st.lists(st.integers(-1, 30), min_size=1, max_size=30))
def test_two_passes_give_the_sum_of_all_distances(draws):
    parents = [min(draw, v - 1) for v, draw in enumerate(draws)]

    assert measured(parents) == wiener(parents)


@pytest.mark.parametrize(
    ("parents", "virality"),
    [([-1, 0, 0, 0, 0], 2 - 2 / 5), ([-1, 0, 1, 2, 3], 6 / 3), ([-1, 0, 0], 4 / 3)],
)
def test_a_star_has_2_minus_2_over_n_and_a_chain_n_plus_1_over_3(parents, virality):
    pairs, distance = measured(parents)

    assert distance / pairs == pytest.approx(virality, abs=1e-12)


def test_memory_is_clean_afterwards_and_repeats_do_not_count():
    assert measured([-1, 0, 0, 1], repeat=True) == wiener([-1, 0, 0, 1])
    assert np.array_equal(measured([-1], after=True), [0, 0])
