"""Linear threshold: the shares of [0, 2^63) that ties own, and the weights that are refused."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from networks import NO_SETTING
from wom_sim import Graph, GraphError, LinearThreshold
from wom_sim.graph.csr import complete_graph


def shares(graph, **values):
    """(u, v) -> (low, width) of every tie."""
    spans = zip(*(array.tolist() for array in LinearThreshold(**values).shares(graph)), strict=True)
    source = np.repeat(np.arange(graph.n_people), graph.out_degree)
    pairs = zip(source.tolist(), graph.indices.tolist(), strict=True)
    return dict(zip(pairs, spans, strict=True))


edges = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), min_size=1, max_size=40)


@given(edges)
def test_equal_shares_lie_side_by_side_and_fill_everything_exactly(pairs):
    src, dst = zip(*pairs, strict=True)
    graph = Graph.from_edges(src, dst, n_people=8)
    if not graph.n_ties:
        return
    for v in range(8):
        into = [(low, width) for (_, to), (low, width) in sorted(shares(graph).items()) if to == v]
        d = len(into)
        assert into == [(k * 2**63 // d, (k + 1) * 2**63 // d - k * 2**63 // d) for k in range(d)]


def test_counted_parallel_ties_weigh_by_their_count():
    graph = Graph.from_edges([0, 0, 0, 1], [2, 2, 2, 2], parallel_ties="count")
    assert shares(graph) == {(0, 2): (0, 3 * 2**61), (1, 2): (3 * 2**61, 2**61)}


@given(st.lists(st.floats(0.0, 1.0), min_size=1, max_size=6))
def test_given_weights_are_laid_one_after_another(weights):
    total = sum(weights)
    weights = [w / total for w in weights] if total > 1 else weights
    n = len(weights)
    graph = Graph.from_edges(range(n), [n] * n, tie_columns={"w": weights})
    before = 0.0
    for u, (low, width) in enumerate(shares(graph, weight="w")[u, n] for u in range(n)):
        scale = max(sum(weights), 1.0)  # a rounding error above 1 is divided out
        assert low == int(Fraction(min(before / scale, 1.0)) * 2**63)
        assert low + width == int(Fraction(min((before + weights[u]) / scale, 1.0)) * 2**63)
        before += weights[u]


def test_a_sum_above_one_is_refused_and_normalise_divides_by_it():
    graph = Graph.from_edges([0, 1], [2, 2], tie_columns={"w": [0.75, 0.5]})
    with pytest.raises(GraphError, match=r"must sum to at most 1, got 1\.25 into 2; write `normalise = true`"):
        LinearThreshold(weight="w").compile(graph, NO_SETTING)
    assert shares(graph, weight="w", normalise=True)[0, 2] == (0, int(Fraction(0.75 / 1.25) * 2**63))


def test_a_sum_of_one_within_rounding_is_accepted():
    graph = Graph.from_edges(range(10), [10] * 10, tie_columns={"w": [0.1] * 10})
    spans = shares(graph, weight="w")
    assert spans[9, 10][0] + spans[9, 10][1] <= 2**63


def test_negative_weights_are_refused():
    graph = Graph.from_edges([0], [1], tie_columns={"w": [-0.5]})
    with pytest.raises(GraphError, match=r"must not be negative, got -0\.5"):
        LinearThreshold(weight="w").compile(graph, NO_SETTING)


def test_weights_of_zero_everywhere_reach_nobody():
    graph = Graph.from_edges([0], [1], tie_columns={"w": [0.0]})
    assert shares(graph, weight="w", normalise=True) == {(0, 1): (0, 0)}


def test_the_kernel_is_given_the_ends_of_the_shares_by_listener():
    graph = Graph.from_edges([3, 0, 1, 0], [2, 2, 2, 1], tie_columns={"w": [0.25, 0.5, 0.125, 1.0]})
    arrays = LinearThreshold(weight="w").compile(graph, NO_SETTING).arrays
    assert arrays.in_indptr.tolist() == [0, 0, 1, 4, 4]
    assert arrays.sources.tolist() == [0, 0, 1, 3]
    assert arrays.end.tolist() == [2**63, 2**62, 2**62 + 2**60, 2**62 + 2**60 + 2**61]


def test_equal_shares_need_no_number_a_tie():
    graph = Graph.from_edges([0, 1], [2, 2], directed=False)
    arrays = LinearThreshold().compile(graph, NO_SETTING).arrays
    assert len(arrays.end) == 0
    assert arrays.sources is graph.indices
    assert [array.tolist() for array in LinearThreshold().shares(complete_graph(4))] == [[], []]


def test_complete_mixing_and_networks_without_ties_need_no_arrays():
    assert len(LinearThreshold().compile(complete_graph(4), NO_SETTING).arrays.end) == 0
    assert len(LinearThreshold().compile(Graph.from_edges([], [], n_people=3), NO_SETTING).arrays.end) == 0
    with pytest.raises(GraphError, match="everybody-to-everybody has no columns"):
        LinearThreshold(weight="w").compile(complete_graph(4), NO_SETTING)
