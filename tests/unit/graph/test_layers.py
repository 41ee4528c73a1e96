"""Layers and times: parallel ties of their own, sorted, mirrored, hashed, kept, read from every kind of file."""

from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wom_sim import Graph, GraphError, ScenarioError, read_edges
from wom_sim.graph.cache import load_graph, save_graph
from wom_sim.graph.files import FileNetwork
from wom_sim.graph.layers import Layer

HERE = Path()
KEY = "fedcba9876543210" * 4


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("WOM_SIM_CACHE_DIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def rows_of(graph):
    """Every tie as (u, v, layer, time), in order of their numbers."""
    src = np.repeat(np.arange(graph.n_people), np.diff(graph.indptr))
    layers = [None] * graph.n_ties if graph.tie_layers is None else [graph.layers[i].name for i in graph.tie_layers]
    times = [None] * graph.n_ties if graph.tie_times is None else graph.tie_times.tolist()
    return list(zip(src.tolist(), graph.indices.tolist(), layers, times, strict=True))


CONTACTS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.sampled_from("xyz"), st.integers(5, 8)))


@given(CONTACTS, st.booleans(), st.booleans(), st.booleans())
def test_ties_that_differ_in_layer_or_time_are_ties_of_their_own(contacts, directed, layered, timed):
    graph = Graph.from_edges(
        [u for u, *_ in contacts],
        [v for _, v, *_ in contacts],
        n_people=4,
        directed=directed,
        layers=[layer for _, _, layer, _ in contacts] if layered else None,
        times=[time for *_, time in contacts] if timed else None,
    )
    first = min((time for u, v, _, time in contacts if u != v), default=0)
    kept = {
        (u, v, layer if layered else None, time - first if timed else None) for u, v, layer, time in contacts if u != v
    }
    if not directed:
        kept |= {(v, u, *rest) for u, v, *rest in kept}
    expected = sorted(kept, key=lambda row: [(value is None, value) for value in row])
    assert rows_of(graph) == expected


def test_equal_contacts_are_merged_and_their_columns_with_them():
    graph = Graph.from_edges(
        [1, 0, 0, 0], [2, 1, 1, 1], times=[9, 4, 4, 6], tie_columns={"p": [0.4, 0.1, 0.2, 0.3]}, parallel_ties="count"
    )
    assert rows_of(graph) == [(0, 1, None, 0.0), (0, 1, None, 2.0), (1, 2, None, 5.0)]
    assert graph.tie_counts.tolist() == [2, 1, 1]
    assert graph.tie_column("p").tolist() == [0.1, 0.3, 0.4]
    assert graph.notes[0] == "1 repeated contact counted as parallel"
    assert repr(graph) == "<Graph of 3 people, 3 contacts, directed>"


def test_times_are_days_since_the_first_contact():
    graph = Graph.from_edges([0, 1], [1, 2], times=[1_082_040_961, 1_082_040_961 + 3 * 86_400], time_unit="s")
    assert graph.tie_times.tolist() == [0.0, 3.0]
    assert graph.time_origin == 1_082_040_961 / 86_400


def test_layers_by_number_keep_its_order():
    graph = Graph.from_edges([0, 0, 0], [1, 1, 1], layers=[10, 2, 1])
    assert [layer.name for layer in graph.layers] == ["1", "2", "10"]
    assert repr(graph) == "<Graph of 2 people, 3 ties in 3 layers, directed>"


def test_strength_and_delay_of_each_tie():
    graph = Graph.from_edges([0, 0, 1], [1, 1, 2], layers=["mail", "chat", "chat"])
    assert graph.tie_strength() is None
    assert graph.tie_delay() is None
    stronger = graph.with_layers([Layer(name="chat", strength=0.5, delay="12h")])
    assert stronger.tie_strength().tolist() == [0.5, 1.0, 0.5]
    assert stronger.tie_delay().tolist() == [0.5, 0.0, 0.5]
    assert stronger.hash != graph.hash


def test_the_hash_covers_layers_and_times():
    plain = {"src": [0, 1], "dst": [1, 2]}
    others = [{"layers": "ab"}, {"layers": "ba"}, {"layers": "bc"}, {"times": [0, 1]}, {"times": [1, 0]}]
    given_ = [{key: list(value) for key, value in other.items()} for other in others]
    assert len({Graph.from_edges(**plain, **other).hash for other in [{}, *given_]}) == 6


def test_a_network_without_them_has_the_hash_it_had_before_there_were_any():
    known = "bcabbcebeb8523d78b49f1b97471f6dae50b406f42e0d5dc30bcc1f64f89c80f"
    assert Graph.from_edges([0, 1], [1, 2]).hash == known


def test_what_comes_back_from_the_cache_is_what_was_saved(folder):
    graph = Graph.from_edges([0, 0, 1], [1, 1, 2], layers=["b", "a", "a"], times=[5.0, 7.0, 9.5])
    graph = graph.with_layers([Layer(name="a", strength=2.0, delay="1h")])
    save_graph(KEY, graph)
    back = load_graph(KEY)
    assert rows_of(back) == rows_of(graph)
    assert (back.layers, back.hash, back.time_origin) == (graph.layers, graph.hash, 5.0)


def test_nothing_is_kept_of_what_a_network_has_not(folder):
    save_graph(KEY, Graph.from_edges([0], [1]))
    (meta,) = folder.rglob("meta.json")
    assert "layer" not in meta.read_text()
    assert "time" not in meta.read_text()


@pytest.mark.parametrize(
    ("given_", "said"),
    [
        ({"layers": [0.5, 1.0]}, "layers must hold names or whole numbers, got float64"),
        ({"layers": ["a"]}, "layers must have 2 rows, got 1"),
        ({"layers": ["a", ""]}, "layers: a name is empty, in row 2"),
        ({"times": [1.0]}, "times must have 2 rows, got shape (1,)"),
        ({"times": [1.0, float("inf")]}, "times must be finite, got inf in row 2"),
        ({"times": ["a", "b"]}, "times must hold numbers, got <U1"),
        ({"times": [0, 1e9]}, "times span 1,000,000,000 days, more than 1000 years; is their unit 'd'?"),
        ({"times": [0, 1], "time_unit": "ms"}, "time_unit must be one of 's', 'min', 'h', 'd', 'w', 'y', got 'ms'"),
    ],
)
def test_refuses_wrong_layers_and_times_in_one_line(given_, said):
    with pytest.raises(GraphError) as caught:
        Graph.from_edges([0, 1], [1, 2], **given_)
    assert str(caught.value) == said


def test_refuses_more_than_255_layers():
    with pytest.raises(GraphError, match="at most 255 layers, got 256, such as '0', '1', '2'"):
        Graph.from_edges(np.arange(256), np.arange(256) + 1, layers=np.arange(256))


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["maill"], "layers.maill: the network has no such layer; layers: 'chat', 'mail'; did you mean 'mail'?"),
        (["mail", "mail"], "layers: names must be unique, got 'mail' 2 times; rename one"),
    ],
)
def test_names_of_layers_must_be_there_once(names, said):
    graph = Graph.from_edges([0, 0], [1, 1], layers=["mail", "chat"])
    with pytest.raises(GraphError) as caught:
        graph.with_layers([Layer(name=name) for name in names])
    assert str(caught.value) == said


def test_a_network_without_layers_takes_none():
    with pytest.raises(GraphError, match="layers: the network has none"):
        Graph.from_edges([0], [1]).with_layers([Layer(name="a")])


# Files and other libraries

ROWS = [("a", "b", "mail", 3), ("b", "c", "chat", 1), ("a", "b", "chat", 2), ("a", "b", "mail", 4)]
EXPECTED = [(0, 1, "chat", 1 / 24), (0, 1, "mail", 2 / 24), (0, 1, "mail", 3 / 24), (1, 2, "chat", 0.0)]
NAMED = {"layer": "platform", "time": "at", "time_unit": "h"}


def table():
    return pd.DataFrame(ROWS, columns=["u", "v", "platform", "at"])


def multigraph():
    network = nx.MultiDiGraph()
    for u, v, platform, at in ROWS:
        network.add_edge(u, v, platform=platform, at=at)
    return network


def write(name):
    if name.endswith(".parquet"):
        table().to_parquet(name)
    elif name.endswith(".graphml"):
        nx.write_graphml(multigraph(), name)
    else:
        table().to_csv(name, index=False, sep="\t" if name.endswith(".tsv") else ",")


@pytest.mark.parametrize("name", ["net.csv", "net.tsv", "net.parquet", "net.graphml"])
def test_files_say_layer_and_time(name):
    write(name)
    graph = read_edges(name, **NAMED)
    assert rows_of(graph) == EXPECTED
    assert not graph.tie_columns
    assert read_edges(name, attributes=["at"], **NAMED).tie_column("at").tolist() == [2.0, 3.0, 4.0, 1.0]
    assert rows_of(FileNetwork(file=name, **NAMED).build(HERE, columns={})) == EXPECTED


def test_pandas_and_networkx_say_layer_and_time():
    assert rows_of(Graph.from_pandas(table(), **NAMED)) == EXPECTED
    assert rows_of(Graph.from_networkx(multigraph(), **NAMED)) == EXPECTED
    assert rows_of(Graph.from_networkx(multigraph())) == [(0, 1, None, None), (1, 2, None, None)]


@pytest.mark.parametrize(
    ("text", "named", "said"),
    [
        ("u,v,l\na,b,x\nb,c,\n", {"layer": "l"}, "net.csv:3: a layer is empty"),
        ("u,v,l\na,b,x\n", {"layer": "w"}, "net.csv:1: no column 'w'; columns: 'u', 'v', 'l'"),
        (
            "u,v,t\na,b,1\nb,c,x\n",
            {"time": "t", "time_unit": "s"},
            "net.csv:3: column t: must be a finite number, got 'x'",
        ),
        (
            "u,v,t\na,b,1\n",
            {"time": "t"},
            "net.csv: time_unit: is missing; say in what 't' counts: 's', 'min', 'h', 'd', 'w', 'y'",
        ),
    ],
)
def test_says_where_a_file_is_wrong(folder, text, named, said):
    (folder / "net.csv").write_text(text)
    with pytest.raises(GraphError) as caught:
        read_edges("net.csv", **named)
    assert str(caught.value) == said


def test_layers_of_edges_must_be_of_one_kind():
    network = multigraph()
    network.add_edge("a", "c", platform=3, at=1)
    with pytest.raises(GraphError, match="all names or all whole numbers, got int, str"):
        Graph.from_networkx(network, layer="platform")


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"layers": [{"name": "a"}]}, "layers: only with `layer`, the column that says which a tie is in"),
        ({"layer": "l", "layers": [{"name": "a"}, {"name": "a"}]}, "layers: names must be unique, got 'a' 2 times"),
        ({"layer": "l", "layers": [{"name": "a", "strength": -1.0}]}, "layers.a.strength: must be at least 0, got -1"),
        ({"layer": "l", "layers": [{"name": "a", "delay": "2"}]}, "layers.a.delay: must be a duration such as"),
        ({"time": "t"}, "time_unit: is missing; say in what 't' counts"),
        ({"time_unit": "s"}, "time_unit: only with `time`"),
    ],
)
def test_a_section_with_a_wrong_key(keys, said):
    with pytest.raises(ScenarioError) as caught:
        FileNetwork(file="net.csv", **keys)
    assert str(caught.value).startswith(said)


def test_strengths_change_nothing_of_what_is_kept():
    write("net.csv")
    first = FileNetwork(file="net.csv", layer="platform")
    second = FileNetwork(file="net.csv", layer="platform", layers=[{"name": "mail", "strength": 0.5}])
    assert first.fingerprint(HERE, {}) == second.fingerprint(HERE, {})
    assert first.fingerprint(HERE, {}) != FileNetwork(file="net.csv").fingerprint(HERE, {})
