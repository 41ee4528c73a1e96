"""Ties sorted by listener, against sorting them in Python."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from networks import sources
from wom_sim import Graph
from wom_sim.graph.csr import complete_graph

rows = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7), st.sampled_from(["a", "b"])), max_size=40)


@given(rows, st.booleans(), st.booleans())
def test_ties_are_sorted_by_listener_then_by_number(ties, directed, layered):
    src, dst, layers = zip(*ties, strict=True) if ties else ((), (), ())
    graph = Graph.from_edges(src, dst, n_people=8, directed=directed, layers=layers if layered and ties else None)
    speakers = sources(graph)
    wanted = sorted(range(graph.n_ties), key=lambda e: (graph.indices[e], e))

    assert graph.in_tie_numbers.tolist() == wanted
    assert graph.in_ties.sources.tolist() == [speakers[e] for e in wanted]
    assert np.diff(graph.in_ties.indptr).tolist() == np.bincount(graph.indices, minlength=8).tolist()


def test_undirected_ties_and_complete_mixing_are_not_copied():
    ring = Graph.from_edges([0, 1, 2], [1, 2, 0], directed=False)
    assert ring.in_ties.sources is ring.indices
    assert len(complete_graph(5).in_ties.sources) == 0


def test_they_are_sorted_once_and_cannot_be_changed():
    graph = Graph.from_edges([0, 2, 1], [1, 1, 0])
    assert graph.in_ties is graph.in_ties
    assert not any(array.flags.writeable for array in (*graph.in_ties, graph.in_tie_numbers))
