"""A network goes into files and comes back as it was, to the last number."""

import json
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wom_sim.errors import GraphError
from wom_sim.graph.csr import Graph, complete_graph
from wom_sim.graph.labels import Labels
from wom_sim.graph.packed import pack_network, ties_hash, unpack_network

text = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8)


@st.composite
def networks(draw):
    n = draw(st.integers(1, 8))
    rows = draw(st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=20))
    src, dst = ([row[i] for row in rows] for i in (0, 1))
    number = st.floats(allow_nan=False, allow_infinity=False, width=32)
    more = {}
    if draw(st.booleans()):
        more["layers"] = draw(st.lists(st.sampled_from(["x", "y", "z"]), min_size=len(rows), max_size=len(rows)))
    if draw(st.booleans()):
        more["times"] = draw(st.lists(st.floats(0, 1e5), min_size=len(rows), max_size=len(rows)))
    columns = {"p": draw(st.lists(number, min_size=len(rows), max_size=len(rows)))} if draw(st.booleans()) else {}
    graph = Graph.from_edges(
        np.array(src, np.int64),
        np.array(dst, np.int64),
        directed=draw(st.booleans()),
        n_people=n,
        tie_columns=columns,
        parallel_ties=draw(st.sampled_from(["first", "count"])),
        **more,
    )
    people = {}
    if draw(st.booleans()):
        people["score"] = np.array(draw(st.lists(st.floats(), min_size=n, max_size=n)))
    if draw(st.booleans()):
        people["segment"] = np.array(draw(st.lists(text, min_size=n, max_size=n)), np.str_)
    if draw(st.booleans()):
        people["listed"] = np.array(draw(st.lists(st.booleans(), min_size=n, max_size=n)))
    labels = Labels(n)
    if draw(st.booleans()):
        labels = Labels(pa.array(draw(st.lists(text, min_size=n, max_size=n, unique=True)), pa.large_string()))
    return replace(graph, labels=labels, people_columns=people, notes=("said",))


@given(networks())
def test_a_network_comes_back_as_it_was(graph):
    files = pack_network(graph)
    back = unpack_network(files, shown="here")
    assert back.hash == graph.hash
    assert back.notes == graph.notes
    assert back.time_origin == graph.time_origin
    assert list(back.labels.take(range(back.n_people))) == list(graph.labels.take(range(graph.n_people)))
    assert {name: column.dtype.kind for name, column in back.people_columns.items()} == {
        name: column.dtype.kind for name, column in graph.people_columns.items()
    }
    assert pack_network(back) == files


def test_complete_mixing_comes_back():
    assert unpack_network(pack_network(complete_graph(5)), shown="here").n_ties == 20


def test_the_hash_of_ties_is_blind_to_names_and_columns_but_not_to_ties():
    graph = Graph.from_edges([0, 1], [1, 2])
    named = replace(graph, labels=Labels(["x", "y", "z"]), people_columns={"age": np.array([1.0, 2.0, 3.0])})
    assert ties_hash(named) == ties_hash(graph) == graph.hash != named.hash
    assert ties_hash(Graph.from_edges([0, 1], [2, 2])) != ties_hash(graph)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda files: files.pop("people.parquet"), "lacks people.parquet"),
        (lambda files: files.update({"ties.parquet": b"PAR1"}), "are damaged"),
        (lambda files: files.update({"network.json": b"{}"}), "are damaged: 'format'"),
        (lambda files: with_said(files, n_people=2), "a tie leads to nobody"),
        (lambda files: with_said(files, n_people=4), "has not as many rows"),
        (lambda files: with_said(files, n_people=0), "are damaged"),
        (lambda files: with_said(files, directed=False), "together they have another hash"),
        (lambda files: with_said(files, format=2), "made by a newer wom_sim"),
        (
            lambda files: files.update(pack_network(Graph.from_edges([0, 2], [1, 1]))) or with_said(files, hash="0"),
            "hash",
        ),
    ],
)
def test_what_does_not_fit_together_is_refused(change, said):
    files = pack_network(Graph.from_edges([0, 1], [1, 2]))
    change(files)
    with pytest.raises(GraphError, match=said):
        unpack_network(files, shown="here")


def with_said(files, **changes):
    files["network.json"] = json.dumps({**json.loads(files["network.json"]), **changes}).encode()
