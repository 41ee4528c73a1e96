"""Networks from NetworkX, SciPy and pandas."""

import copy

import networkx as nx
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st

from wom_sim.errors import GraphError
from wom_sim.graph.convert import from_networkx, from_pandas, from_scipy
from wom_sim.graph.csr import Graph

edge_lists = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=30)


def ties(graph):
    people = graph.labels.take(range(graph.n_people))
    return [
        (people[u], people[v])
        for u in range(graph.n_people)
        for v in graph.indices[graph.indptr[u] : graph.indptr[u + 1]]
    ]


def refusal(convert, given_, **options):
    with pytest.raises(GraphError) as caught:
        convert(given_, **options)
    return str(caught.value)


# NetworkX (43)


@given(edge_lists, st.sampled_from([nx.Graph, nx.DiGraph, nx.MultiGraph, nx.MultiDiGraph]))
def test_networkx_ties_and_order(pairs, kind):
    network = kind()
    network.add_nodes_from("zyx")
    network.add_edges_from(pairs)
    before = copy.deepcopy(network)
    graph = from_networkx(network)
    expected = {(u, v) for u, v in pairs if u != v}
    if not network.is_directed():
        expected |= {(v, u) for u, v in expected}
    assert graph.labels.take(range(graph.n_people)) == list(network)
    assert graph.directed is network.is_directed()
    assert sorted(ties(graph)) == sorted(expected)
    assert nx.utils.graphs_equal(network, before)
    assert list(network) == list(before)


def test_networkx_labels_stay_as_they_are():
    graph = from_networkx(nx.DiGraph([((1, 2), "a"), ("a", frozenset({3}))]))
    assert graph.labels.take(range(3)) == [(1, 2), "a", frozenset({3})]


def test_networkx_parallel_edges_are_merged_with_a_note():
    network = nx.MultiGraph([("a", "b"), ("b", "a"), ("a", "a")])
    assert from_networkx(network).notes == ("1 self-loop dropped", "1 repeated edge merged")
    assert from_networkx(network, parallel_ties="count").tie_counts.tolist() == [2, 2]
    assert refusal(from_networkx, network, self_loops="error").startswith("1 tie from a person to the same")


def test_networkx_edge_attributes_only_when_named():
    network = nx.DiGraph()
    network.add_edge("b", "c", weight=2)
    network.add_edge("b", "a", weight=np.float32(0.5))
    assert not from_networkx(network).tie_columns
    graph = Graph.from_networkx(network, attributes=("weight",))
    assert dict(zip(ties(graph), graph.tie_column("weight"), strict=True)) == {("b", "c"): 2, ("b", "a"): 0.5}


@pytest.mark.parametrize("value", ["0.5", None, True, float("nan"), float("inf"), [1], 10**400, 1j])
def test_networkx_attribute_that_is_no_number(value):
    network = nx.Graph()
    network.add_edge("a", "b", p=value)
    said = f"edge ('a', 'b'): attribute p: must be a finite number, got {value!r}"
    assert refusal(from_networkx, network, attributes=("p",)) == said


def test_networkx_missing_attribute_names_the_edge():
    network = nx.Graph()
    network.add_edge("a", "b", p=0.5)
    network.add_edge("b", "c", q=0.5)
    assert (
        refusal(from_networkx, network, attributes=("p",))
        == "edge ('b', 'c') has no attribute 'p'; its attributes: 'q'"
    )


def test_networkx_node_attributes():
    network = nx.Graph()
    network.add_node("a", age=41, city="Bonn", score=0.5, fan=True, odd={"x": 1}, big=2**70, mixed=1)
    network.add_node("b", age=7, score=None, fan=False, big=1, mixed="x")
    graph = from_networkx(network)
    assert graph.people_columns["age"].tolist() == [41, 7]
    assert graph.people_columns["city"].tolist() == ["Bonn", ""]
    assert np.array_equal(graph.people_columns["score"], [0.5, np.nan], equal_nan=True)
    assert graph.people_columns["fan"].tolist() == [True, False]
    assert graph.people_columns["mixed"].tolist() == ["1", "x"]
    assert graph.notes[0] == "node attributes that are no text or numbers are left out: 'odd'"
    assert len(graph.hash) == 64


def test_networkx_empty_or_none():
    assert refusal(from_networkx, nx.Graph()) == "the network has no people"
    assert refusal(from_networkx, {}) == "expected a NetworkX graph, got dict"


# SciPy


@given(
    edge_lists, st.sampled_from([sp.csr_array, sp.csc_array, sp.coo_array, sp.lil_array, sp.csr_matrix, sp.dok_array])
)
def test_scipy_entries_are_ties(pairs, kind):
    dense = np.zeros((12, 12))
    for u, v in pairs:
        dense[u, v] += 1.5
    graph = from_scipy(kind(dense), attribute="w")
    assert graph.n_people == 12
    assert ties(graph) == sorted({(u, v) for u, v in pairs if u != v})
    assert graph.tie_column("w").tolist() == [dense[tie] for tie in ties(graph)]


def test_scipy_explicit_zeros_are_no_ties_and_the_matrix_stays():
    matrix = sp.csr_array((np.array([0.0, 2.0]), np.array([1, 2]), np.array([0, 2, 2, 2])), shape=(3, 3))
    assert ties(Graph.from_scipy(matrix)) == [(0, 2)]
    assert matrix.nnz == 2


def test_scipy_entries_given_twice_are_added():
    matrix = sp.coo_array(([1.0, 2.0, 1.0, -1.0], ([0, 0, 1, 1], [1, 1, 2, 2])), shape=(3, 3))
    graph = from_scipy(matrix, attribute="w")
    assert ties(graph) == [(0, 1)]
    assert graph.tie_column("w").tolist() == [3.0]
    assert matrix.nnz == 4


def test_scipy_undirected_needs_symmetry():
    dense = np.array([[1.0, 2, 0], [2, 0, 3], [0, 3, 0]])
    graph = from_scipy(sp.csr_array(dense), directed=False, attribute="w")
    assert ties(graph) == [(0, 1), (1, 0), (1, 2), (2, 1)]
    assert graph.tie_column("w").tolist() == [2, 2, 3, 3]
    assert graph.notes == ("1 self-loop dropped",)
    dense[0, 1] = 5
    assert refusal(from_scipy, sp.csr_array(dense), directed=False) == (
        "directed=False needs a symmetric matrix, but (0, 1) is 5 and (1, 0) is 2"
    )


@pytest.mark.parametrize(
    ("matrix", "said"),
    [
        (np.eye(2), "expected a SciPy sparse matrix, got ndarray; wrap it in scipy.sparse.csr_array"),
        (sp.csr_array((2, 3)), "the matrix must be square, got shape (2, 3)"),
        (sp.coo_array((3,)), "the matrix must be square, got shape (3,)"),
        (sp.csr_array((0, 0)), "the network has no people"),
        (sp.csr_array(np.array([[0, 1j], [0, 0]])), "the matrix must hold real numbers, got complex128"),
        (sp.csr_array(np.array([[0, np.nan], [0, 0]])), "the matrix must be finite, got nan at (0, 1)"),
        (sp.coo_array((2**31, 2**31)), "a network has at most 2,147,483,647 people, got 2,147,483,648"),
    ],
)
def test_scipy_matrix_that_is_no_network(matrix, said):
    assert refusal(from_scipy, matrix) == said


# pandas


@given(st.lists(st.tuples(*[st.one_of(st.integers(0, 5), st.sampled_from("abc"), st.just((1, 2)))] * 2), min_size=1))
def test_pandas_any_labels_by_first_appearance(pairs):
    table = pd.DataFrame(
        {"u": pd.Series([u for u, _ in pairs], dtype=object), "v": pd.Series([v for _, v in pairs], dtype=object)}
    )
    before = table.copy()
    graph = from_pandas(table)
    seen = list(dict.fromkeys(person for pair in pairs for person in pair))
    assert graph.labels.take(range(graph.n_people)) == seen
    assert set(ties(graph)) == {(u, v) for u, v in pairs if u != v}
    pd.testing.assert_frame_equal(table, before)


def test_pandas_labels_are_python_objects():
    graph = from_pandas(pd.DataFrame({"u": [7, 3], "v": [3, 1]}))
    assert [(type(label), label) for label in graph.labels.take(range(3))] == [(int, 7), (int, 3), (int, 1)]
    categories = pd.DataFrame({"u": pd.Categorical(["b", "a"]), "v": pd.Categorical(["a", "c"])})
    assert from_pandas(categories).labels.take(range(3)) == ["b", "a", "c"]


def test_pandas_columns_by_name():
    table = pd.DataFrame({"p": [0.5, 1], "to": ["b", "c"], "from": ["a", "a"]}, index=[5, 5])
    graph = Graph.from_pandas(table, source="from", target="to", directed=False, attributes=("p",))
    assert ties(graph) == [("a", "b"), ("a", "c"), ("b", "a"), ("c", "a")]
    assert graph.tie_column("p").tolist() == [0.5, 1, 0.5, 1]


@pytest.mark.parametrize(
    ("columns", "options", "said"),
    [
        ({"u": ["a", None], "v": ["b", "c"]}, {}, "table: row 2: column u: a label is missing"),
        ({"u": ["a", "b"], "v": ["b", np.nan]}, {}, "table: row 2: column v: a label is missing"),
        ({"u": [1.0, np.nan], "v": [1, 2]}, {}, "table: row 2: column u: a label is missing"),
        ({"u": ["a"], "v": [["b"]]}, {}, "table: row 1: column v: unhashable label ['b']"),
        ({"u": ["a"]}, {}, "table: expected at least two columns, source and target, got 1"),
        ({"u": ["a"], "v": ["b"]}, {"source": "w"}, "table: no column 'w'; columns: 'u', 'v'"),
        ({"u": [], "v": []}, {}, "the network has no people"),
        ({"u": ["a"], "v": ["b"], "p": ["x"]}, {"attributes": ("p",)}, "table: column p: must hold numbers, got"),
        (
            {"u": ["a"], "v": ["b"], "p": [np.nan]},
            {"attributes": ("p",)},
            "table: row 1: column p: must be a finite number, got nan",
        ),
        (
            {"u": ["a"], "v": ["b"], "p": [1.4]},
            {"attributes": {"p": (0, 1)}},
            "table: row 1: column p: must be a number in [0, 1], got 1.4",
        ),
    ],
)
def test_pandas_table_that_is_no_network(columns, options, said):
    assert refusal(from_pandas, pd.DataFrame(columns), **options).startswith(said)


def test_pandas_nullable_numbers_and_other_types():
    table = pd.DataFrame({"u": ["a"], "v": ["b"], "p": pd.array([None], "Float64")})
    assert refusal(from_pandas, table, attributes=("p",)) == "table: row 1: column p: must be a finite number, got nan"
    assert refusal(from_pandas, [("a", "b")]) == "expected a pandas DataFrame, got list"
