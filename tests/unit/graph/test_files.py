"""The public reader and the scenario's section: suffixes, errors that start with the path, fingerprints."""

import csv
import gzip
import io
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wom_sim.errors import GraphError, ScenarioError
from wom_sim.graph import files
from wom_sim.graph.csr import Graph
from wom_sim.graph.files import FileNetwork, read_edges


@pytest.fixture(autouse=True)
def _in_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def write(name, content):
    Path(name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return name


def refusal(name, **options):
    with pytest.raises(GraphError) as caught:
        read_edges(name, **options)
    return str(caught.value)


def slow_edges(content, separator):
    """Read a table of edges with the standard library alone: labels, and pairs numbered by first appearance."""
    numbers = {}
    rows = list(csv.reader(io.StringIO(content), delimiter=separator))[1:]
    pairs = [[numbers.setdefault(label, len(numbers)) for label in row[:2]] for row in rows]
    return list(numbers), np.array(pairs)


def encode(pairs, name):
    """Write edges as the suffix says."""
    if ".parquet" in name:
        buffer = io.BytesIO()
        pa.parquet.write_table(pa.table({"u": [u for u, _ in pairs], "v": [v for _, v in pairs]}), buffer)
        content = buffer.getvalue()
    else:
        joint = {".csv": ",", ".tsv": "\t", ".txt": "  "}[name.removesuffix(".gz")[-4:]]
        rows = pairs if ".txt" in name else [("u", "v"), *pairs]
        content = "".join(f"{u}{joint}{v}\n" for u, v in rows).encode()
    return gzip.compress(content) if name.endswith(".gz") else content


@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1),
    st.sampled_from(["", "p"]),
    st.sampled_from([kind + gz for kind in (".csv", ".tsv", ".txt", ".parquet") for gz in ("", ".gz")]),
    st.booleans(),
    st.sampled_from(["first", "count"]),
)
def test_every_kind_of_table_gives_the_same_network(pairs, prefix, suffix, directed, parallel_ties):
    named = [(f"{prefix}{u}", f"{prefix}{v}") for u, v in pairs]
    labels, numbered = slow_edges(encode(named, "x.csv").decode(), ",")
    expected = Graph.from_edges(*numbered.T, directed=directed, n_people=len(labels), parallel_ties=parallel_ties)
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder) / f"net{suffix}", encode(named, "net" + suffix))
        graph = read_edges(path, directed=directed, parallel_ties=parallel_ties)
    assert graph.labels.take(range(graph.n_people)) == labels
    assert graph.indptr.tolist() == expected.indptr.tolist()
    assert graph.indices.tolist() == expected.indices.tolist()
    assert graph.directed is directed
    assert graph.notes == expected.notes


def test_one_hash_whatever_the_kind_of_table():
    pairs = [("b", "a"), ("a", "c"), ("07", "b")]
    hashes = {
        read_edges(write("net" + kind, encode(pairs, "net" + kind))).hash for kind in (".csv", ".txt", ".parquet.gz")
    }
    assert len(hashes) == 1


def test_whole_numbers_hash_as_the_text_they_are():
    pairs = [("5", "3"), ("3", "0")]
    plain = read_edges(write("net.csv", encode(pairs, "net.csv")))
    quoted = read_edges(write("quoted.csv", 'u,v\n"5","3"\n"3","0"\n'))
    assert plain.hash == quoted.hash


def test_suffix_in_any_case():
    assert read_edges(write("NET.CSV.GZ", encode([("a", "b")], "x.csv.gz"))).n_ties == 1


@pytest.mark.parametrize(
    ("name", "got"), [("net.xlsx", "suffix '.xlsx'"), ("net", "no suffix"), ("net.gz", "no suffix")]
)
def test_unknown_kind(name, got):
    assert refusal(name) == (
        f"{name}: unknown kind of file ({got}); known: .csv, .tsv, .txt, .parquet, .graphml, .gexf, .gml, "
        "each also with .gz"
    )


def test_pickles_are_refused():
    assert refusal("net.pkl") == (
        "net.pkl: .pkl files are not read, for they can run code; save the edges as .csv or .parquet"
    )


@pytest.mark.parametrize("name", ["net.csv", "net.txt", "net.parquet", "net.graphml", "net.gexf", "net.gml"])
def test_empty_file(name):
    assert refusal(write(name, b"")) == f"{name}: the file is empty: the graph has no nodes"
    assert refusal(write(name + ".gz", gzip.compress(b""))) == f"{name}.gz: the file is empty: the graph has no nodes"


def test_errors_start_with_the_path_as_given(tmp_path):
    path = tmp_path / "sub" / ".." / "net.csv"
    (tmp_path / "sub").mkdir()
    write(path, "u,v\na\n")
    assert refusal(path) == f"{path}:2: expected 2 columns as in line 1, got 1"


def test_options_of_other_kinds_are_refused():
    write("net.parquet", encode([("a", "b")], "net.parquet"))
    assert refusal("net.parquet", header=False) == "net.parquet: `header` is for .csv, .tsv, .txt files"
    write("net.gml", "graph [ node [ id 1 ] ]")
    assert refusal("net.gml", separator=",") == "net.gml: `separator` is for .csv, .tsv, .txt files"
    assert refusal("net.gml", source="u") == "net.gml: `source` is for .csv, .tsv, .txt, .parquet files"


def test_self_loops_and_repeated_rows():
    write("net.csv", "u,v\na,b\nb,a\na,a\na,b\n")
    assert read_edges("net.csv").notes == ("1 self-loop dropped", "1 repeated tie merged")
    assert read_edges("net.csv", directed=False).notes == ("1 self-loop dropped", "2 repeated edges merged")
    assert refusal("net.csv", self_loops="error") == (
        "net.csv: 1 tie from a person to the same person, first in data row 3"
    )
    assert refusal("net.csv", parallel_ties="error").startswith("net.csv: 1 tie repeating an earlier one")
    assert read_edges("net.csv", parallel_ties="count").tie_counts.tolist() == [2, 1]


@pytest.mark.parametrize(("how", "kept"), [("first", 0.2), ("max", 0.5), ("sum", 0.7)])
def test_repeated_rows_with_an_attribute(how, kept):
    write("net.csv", "u,v,p\na,b,0.2\na,b,0.5\n")
    graph = read_edges("net.csv", attributes=("p",), parallel_ties=how)
    assert graph.tie_column("p").tolist() == [kept]


def test_self_loops_alone_leave_people():
    graph = read_edges(write("net.csv", "u,v\na,a\n"))
    assert (graph.n_people, graph.n_ties) == (1, 0)
    assert graph.notes[-1] == "the network has no ties: nobody can be reached but the seed nodes"


def test_a_range_may_come_with_an_attribute():
    write("people.csv", "u,v,p\na,b,1.4\n")
    assert read_edges("people.csv", attributes=["p"]).tie_column("p").tolist() == [1.4]
    assert refusal("people.csv", attributes={"p": (0, 1)}) == (
        "people.csv:2: column p: must be a number in [0, 1], got '1.4'"
    )


# The scenario's section


def test_section_builds_what_read_edges_reads(tmp_path):
    write("net.csv", "p;v;u\n0.5;b;a\n")
    network = FileNetwork(file="net.csv", source="u", target="v", directed=False, separator=";")
    graph = network.build(tmp_path, columns={"p": (0.0, 1.0)})
    same = read_edges("net.csv", source="u", target="v", directed=False, separator=";", attributes={"p": (0, 1)})
    assert graph.hash == same.hash
    assert graph.tie_column("p").tolist() == [0.5, 0.5]


def test_section_shows_the_path_as_written(tmp_path):
    with pytest.raises(GraphError, match=r"^sub/net\.csv: cannot be read: No such file or directory$"):
        FileNetwork(file="sub/net.csv").build(tmp_path, columns={})
    with pytest.raises(GraphError, match=r"^~/net\.csv: cannot be read"):
        FileNetwork(file="~/net.csv").build(tmp_path, columns={})


def test_fingerprint_covers_content_and_options_but_not_the_path(tmp_path):
    write("a.csv", "u,v\na,b\n")
    write("b.csv", "u,v\na,b\n")
    write("c.csv", "u,v\na,c\n")
    first = FileNetwork(file="a.csv").fingerprint(tmp_path, {})
    assert len(first) == 64
    assert FileNetwork(file="b.csv").fingerprint(tmp_path, {}) == first
    others = [
        FileNetwork(file="c.csv").fingerprint(tmp_path, {}),
        FileNetwork(file="a.csv", directed=False).fingerprint(tmp_path, {}),
        FileNetwork(file="a.csv").fingerprint(tmp_path, {"p": (0.0, 1.0)}),
        FileNetwork(file="a.csv").fingerprint(tmp_path, {"p": (0.0, np.inf)}),
    ]
    assert len({first, *others}) == 5


def test_what_was_hashed_is_what_is_built(tmp_path):
    """A file that changes between the two is not read again."""
    write("net.csv", "u,v\na,b\n")
    network = FileNetwork(file="net.csv")
    content = network.read(tmp_path)
    before = network.fingerprint(content, {})
    write("net.csv", "u,v\na,b\nb,c\n")
    assert network.fingerprint(content, {}) == before
    assert network.build(content, columns={}).n_ties == 1
    assert network.fingerprint(tmp_path, {}) != before


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"file": ""}, "file: must not be empty, got ''"),
        (
            {"file": "a.csv", "separator": "ab"},
            "separator: must be one character such as ',' or ';', got 'ab'",
        ),
        ({"file": "a.csv", "directed": "yes"}, "directed: must be true or false, got 'yes'"),
        ({"file": "a.csv", "parallel_ties": "mean"}, "parallel_ties: must be one of"),
        ({"file": "a.csv", "sauce": "u"}, "unknown key 'sauce' of FileNetwork; did you mean 'source'?"),
    ],
)
def test_section_with_a_wrong_key(wrong, said):
    with pytest.raises(ScenarioError) as caught:
        FileNetwork(**wrong)
    assert str(caught.value).startswith(said)


def test_known_kinds_are_told():
    assert set(files.SUFFIXES) == {".csv", ".tsv", ".txt", ".parquet", ".graphml", ".gexf", ".gml"}


# Real data


@pytest.mark.parametrize(
    ("name", "directed", "n_people", "n_ties"),
    [
        ("ego_facebook/ego_facebook.csv", False, 4_039, 176_468),
        ("nethept/nethept_multiedges.csv", False, 15_233, 2 * 31_376),
        ("email_eu_core/email_eu_core.csv", True, 1_005, 24_929),
        ("stackexchange_christianity/graph.csv.gz", True, 2_897, 35_624),
    ],
)
def test_real_networks_have_their_published_size(shared_data, name, directed, n_people, n_ties):
    graph = read_edges(shared_data / name, directed=directed)
    assert (graph.n_people, graph.n_ties) == (n_people, n_ties)


def test_email_people_with_ties(shared_data):
    graph = read_edges(shared_data / "email_eu_core/email_eu_core.csv")
    assert int(((graph.out_degree + graph.in_degree) > 0).sum()) == 986
    assert graph.notes == ("642 self-loops dropped",)


def test_real_network_agrees_with_a_slow_reader(shared_data):
    path = shared_data / "email_eu_core/email_eu_core.csv"
    labels, numbered = slow_edges(path.read_text(), ",")
    graph, expected = read_edges(path), Graph.from_edges(*numbered.T)
    assert graph.labels.take(range(graph.n_people)) == labels
    assert graph.indices.tolist() == expected.indices.tolist()


def test_real_probabilities(shared_data):
    graph = read_edges(shared_data / "nethept_wc_directed/nethept_wc.csv", attributes={"p": (0, 1)})
    assert graph.tie_column("p").max() == 1.0
