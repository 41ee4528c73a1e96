"""GraphML, GEXF and GML: safe, whole, and as the file says."""

import io

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wom_sim.errors import GraphError
from wom_sim.graph import markup
from wom_sim.graph.raw import FileBytes

GRAPHML = """<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
<key id="k" for="edge" attr.name="p" attr.type="double"/>
<key id="n" for="node" attr.name="age" attr.type="int"/>
<graph edgedefault="{kind}">
{body}
</graph>
</graphml>
"""
BODY = '<node id="b"/><node id="a"/><node id="z"/>\n<edge source="a" target="b"><data key="k">0.5</data></edge>'
GEXF = """<gexf xmlns="http://www.gexf.net/1.2draft" version="1.2"><graph defaultedgetype="directed">
<nodes><node id="b" label="Bob"/><node id="a" label="Ann"/></nodes>
<edges><edge id="0" source="a" target="b" weight="2.5"/></edges></graph></gexf>"""
GML = 'graph [ directed 1 node [ id 5 label "b" ] node [ id 3 label "a" ] edge [ source 3 target 5 p 0.5 ] ]'


def read(content, name="net.graphml", *, directed=None, ranges=None, **options):
    content = content if isinstance(content, bytes) else content.encode()
    file = FileBytes(name, "." + name.rpartition(".")[2], content, "")
    return markup.read_markup(file, directed=directed, ranges=ranges or {}, **options)


def graphml(body=BODY, kind="directed"):
    return GRAPHML.format(body=body, kind=kind)


def refusal(content, name="net.graphml", **options):
    with pytest.raises(GraphError) as caught:
        read(content, name, **options)
    return str(caught.value)


def ties(graph):
    labels = graph.labels.take(range(graph.n_people))
    return [
        (labels[u], labels[v])
        for u in range(graph.n_people)
        for v in graph.indices[graph.indptr[u] : graph.indptr[u + 1]]
    ]


def people(graph):
    return graph.labels.take(range(graph.n_people))


@pytest.mark.parametrize(("content", "name"), [(graphml(), "n.graphml"), (GEXF, "n.gexf"), (GML, "n.gml")])
def test_directed_as_the_file_says(content, name):
    graph = read(content, name)
    assert graph.directed
    assert people(graph)[:2] == ["b", "a"]
    assert ties(graph) == [("a", "b")]


def test_isolated_nodes_stay_and_undirected_edges_go_both_ways():
    graph = read(graphml(kind="undirected"))
    assert people(graph) == ["b", "a", "z"]
    assert not graph.directed
    assert ties(graph) == [("b", "a"), ("a", "b")]


def test_nodes_without_edges_run():
    graph = read(graphml('<node id="a"/>'))
    assert (graph.n_people, graph.n_ties) == (1, 0)
    assert graph.notes == ("the network has no ties: nobody can be reached but the seed nodes",)


def test_people_are_numbered_by_first_appearance_even_in_edges():
    body = '<edge source="x" target="y"/><node id="y"/><node id="x"/>'
    assert people(read(graphml(body))) == ["x", "y"]


def test_edge_attributes_only_when_asked():
    assert not read(graphml()).tie_columns
    assert read(graphml(), ranges={"p": (0, 1)}).tie_columns["p"].tolist() == [0.5]
    assert refusal(graphml(), ranges={"p": (0, 0.2)}) == (
        "net.graphml: edge ('a', 'b'): attribute p: must be a number in [0, 0.2], got 0.5"
    )
    assert (
        refusal(graphml(), ranges={"w": (0, 1)})
        == "net.graphml: edge ('a', 'b') has no attribute 'w'; its attributes: 'p'"
    )
    assert read(GEXF, "n.gexf", ranges={"weight": (0, np.inf)}).tie_columns["weight"].tolist() == [2.5]
    assert read(GML, "n.gml", ranges={"p": (0, 1)}).tie_columns["p"].tolist() == [0.5]


def test_node_attributes_become_people_columns():
    body = '<node id="a"><data key="n">41</data></node><node id="b"><data key="n">7</data></node>'
    assert read(graphml(body)).people_columns["age"].tolist() == [41, 7]
    assert read(GEXF, "n.gexf").people_columns["label"].tolist() == ["Bob", "Ann"]


@pytest.mark.parametrize(
    ("content", "name", "asked", "says"),
    [
        (graphml(kind="undirected"), "n.graphml", True, "undirected, the caller directed"),
        (graphml(), "n.graphml", False, "directed, the caller undirected"),
        (GEXF, "n.gexf", False, "directed, the caller undirected"),
        (GML, "n.gml", False, "directed, the caller undirected"),
    ],
)
def test_directedness_is_never_changed_silently(content, name, asked, says):
    said = f"{name}: the file says {says}; leave out `directed`, or change the file"
    assert refusal(content, name, directed=asked) == said
    assert read(content, name, directed=not asked).directed is not asked


def test_mixed_directions_in_one_file():
    body = '<node id="a"/><node id="b"/><edge source="a" target="b" directed="false"/>'
    assert refusal(graphml(body)) == (
        "net.graphml: cannot be read as GraphML: directed=false edge found in directed graph."
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    "declaration",
    [
        "<!DOCTYPE graphml>",
        '<!DOCTYPE g [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>',
        '<!DOCTYPE g [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE g SYSTEM "http://127.0.0.1/x.dtd">',
    ],
)
def test_declarations_are_refused_before_parsing(declaration, encoding, monkeypatch):
    monkeypatch.setattr(nx, "read_graphml", lambda *_, **__: pytest.fail("was parsed"))
    content = graphml().replace('encoding="UTF-8"?>', f'encoding="{encoding[:6].upper()}"?>\n{declaration}')
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    assert refusal(mark + content.encode(encoding)) == (
        "net.graphml: declares a DOCTYPE or entities, which are refused: they can read other files"
    )


@pytest.mark.parametrize(("content", "name"), [(graphml(), "net.graphml"), (GEXF, "net.gexf"), (GML, "net.gml")])
def test_truncated_anywhere(content, name):
    for end in range(1, len(content.rstrip()) - 1, 7):
        assert refusal(content[:end], name).startswith(name)


def test_truncated_says_so():
    assert refusal(graphml()[:-20]) == "net.graphml:8: truncated: no element found"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('<node id="a"/>\n<hyperedge/>', ":7: hyperedges are not supported; write them as edges between pairs"),
        (
            '<node id="a"/>\n<edge source="a" target="ghost"/>',
            ":7: edge 'a' -> 'ghost' leads to node 'ghost', which the file does not declare",
        ),
        ('<node id="a"/>\n<edge source="a"/>', ":7: an edge lacks its source or target"),
        ("<node/>", ":6: a node lacks its id"),
        ('<node id="a"/><node id="a"/>', ":6: node 'a' is declared twice"),
        ('<node id="a"/><node id=" a"/>', ": two nodes are called 'a'"),
        ('<node id=" "/>', ": a label is empty"),
        ('<node id="a&#10;b"/>', ": label 'a\\nb' has a control character"),
        (
            '<node id="a"><graph edgedefault="directed"/></node>',
            ":6: more than one graph, or a graph inside a node; keep one",
        ),
        ("", ": the graph has no nodes"),
        ('<node id="a"><data key="q">1</data></node>', ": cannot be read as GraphML: Bad GraphML data: no key q"),
        (
            '<node id="a"><data key="n">x</data></node>',
            ": cannot be read as GraphML: invalid literal for int() with base 10: 'x'",
        ),
    ],
)
def test_content_that_cannot_be_used(body, said):
    assert refusal(graphml(body)) == "net.graphml" + said


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        ("", "net.graphml", ": the file is empty: the graph has no nodes"),
        (GEXF, "net.graphml", ":1: expected <graphml> as the outermost element, got <gexf>"),
        (graphml(), "net.gexf", ":2: expected <gexf> as the outermost element, got <graphml>"),
        ("u,v\na,b\n", "net.graphml", ":1: not XML: syntax error"),
        ("<graphml><a></graphml>", "net.graphml", ":1: not XML: mismatched tag"),
        ('<?xml version="1.0" encoding="martian"?><graphml/>', "net.graphml", ": not XML: unknown encoding: martian"),
        (
            GEXF.replace('<node id="b" label="Bob"/>', ""),
            "net.gexf",
            ":3: edge 'a' -> 'b' leads to node 'b', which the file does not declare",
        ),
        ("{}", "net.gml", ": cannot be read as GML: cannot tokenize {} at (1, 1)"),
        (
            "graph [ node [ id 1 ] edge [ source 1 target 2 ] ]",
            "net.gml",
            ": cannot be read as GML: edge #0 has undefined target 2",
        ),
        ("graph [ ]", "net.gml", ": the graph has no nodes"),
        (
            b'graph [ node [ id 1 label "\xe9" ] ]',
            "net.gml",
            ":1: not UTF-8: byte 0xe9 at offset 27; save it as UTF-8",
        ),
        ("graph " + "[ a " * 5000, "net.gml", ": nested too deeply"),
    ],
)
def test_file_that_cannot_be_used(content, name, said):
    assert refusal(content, name) == name + said


def test_file_too_large(monkeypatch):
    monkeypatch.setattr(markup, "MAX_BYTES", 2**20)
    assert refusal(graphml() + " " * 2**20) == ("net.graphml: larger than 1 MiB; save the edges as .csv or .parquet")


def test_parallel_edges_are_merged_and_loops_dropped():
    edges = '<edge source="a" target="b"/>' * 3 + '<edge source="a" target="a"/>'
    graph = read(graphml('<node id="a"/><node id="b"/>' + edges))
    assert graph.notes == ("1 self-loop dropped", "2 repeated ties merged")
    gml = "graph [ node [ id 1 ] node [ id 2 ] edge [ source 1 target 2 ] edge [ source 2 target 1 ] ]"
    assert read(gml, "n.gml").notes == ("1 repeated edge merged",)
    with pytest.raises(GraphError, match=r"^n\.gml: 1 tie repeating an earlier one"):
        read(gml, "n.gml", parallel_ties="error")


def test_gml_without_labels_in_utf8_and_by_ids():
    assert people(read("graph [ node [ id 7 ] node [ id 3 ] ]", "n.gml")) == ["7", "3"]
    assert people(read('graph [ node [ id 7 label "Zoé 漢" ] ]', "n.gml")) == ["Zoé 漢"]


def test_lookalike_labels_are_noted():
    assert (
        read(graphml('<node id="01"/><node id="1"/>'))
        .notes[0]
        .startswith("1 label differs from another only by leading")
    )


WRITERS = {"net.graphml": nx.write_graphml_xml, "net.gexf": nx.write_gexf, "net.gml": nx.write_gml}


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=30),
    st.lists(st.integers(0, 12), min_size=1, unique=True),
    st.booleans(),
    st.sampled_from(sorted(WRITERS)),
)
def test_round_trip_through_networkx(pairs, isolated, directed, name):
    network = nx.DiGraph() if directed else nx.Graph()
    network.add_nodes_from(map(str, isolated))
    network.add_edges_from((f"{u}", f"{v}", {"p": (u + v) / 20}) for u, v in pairs if u != v)
    buffer = io.BytesIO()
    WRITERS[name](network, buffer)
    graph = read(buffer.getvalue(), name, ranges={"p": (0, 1)} if network.size() else {})
    expected = set(network.edges) | (set() if directed else {(v, u) for u, v in network.edges})
    assert people(graph) == list(network)
    assert set(ties(graph)) == expected
    assert len(ties(graph)) == len(expected)
    for (u, v), p in zip(ties(graph), graph.tie_columns.get("p", []), strict=False):
        assert p == network[u][v]["p"]
