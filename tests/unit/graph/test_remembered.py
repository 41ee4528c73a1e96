"""A NetworkX graph is built once, and again as soon as anything in it has changed."""

import gc
import weakref

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import wom_sim as wom
from wom_sim.errors import GraphError
from wom_sim.graph import convert
from wom_sim.graph.convert import from_networkx, remembered_networkx

KINDS = [nx.Graph, nx.DiGraph, nx.MultiGraph, nx.MultiDiGraph]


def as_plain(graph):
    """Everything that a network holds, as plain objects that tell 1 from True."""
    columns = {name: (column.dtype.kind, column.tolist()) for name, column in graph.people_columns.items()}
    return repr((
        graph.directed,
        graph.labels.take(range(graph.n_people)),
        graph.indptr.tolist(),
        graph.indices.tolist(),
        {name: column.tolist() for name, column in graph.tie_columns.items()},
        columns,
        graph.notes,
    ))  # fmt: skip


def example(kind=nx.Graph):
    network = kind()
    network.add_node(0, city="Bonn", odd=[1])
    for u, v in [(0, 1), (1, 2), (2, 3), (3, 0), (0, 2), (4, 5), (6, 7)]:
        network.add_edge(u, v, p=0.5, q=u)
    nx.set_node_attributes(network, 1, "fan")
    network.nodes[0]["age"] = 41
    return network


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("attributes", [(), ("p",), ("p", "q")])
def test_an_unchanged_graph_is_built_once(kind, attributes):
    network = example(kind)
    first = remembered_networkx(network, attributes=attributes)
    assert remembered_networkx(network, attributes=attributes) is first
    assert as_plain(first) == as_plain(from_networkx(network, attributes=attributes))


def test_simulate_reads_a_graph_once(monkeypatch):
    read = []
    monkeypatch.setattr(
        convert, "read_adjacency", lambda network, known=convert.read_adjacency: read.append(1) or known(network)
    )
    network = example()
    model = wom.IndependentCascade(share_prob=1.0)
    reach = [wom.simulate(network, model, seed_nodes=[0], n_replicas=2, rng_seed=1).reach.mean() for _ in range(3)]
    wom.choose_seed_nodes(network, k=1)
    assert (reach, len(read)) == ([4, 4, 4], 1)
    network.remove_edge(2, 3)
    network.remove_edge(3, 0)
    assert wom.simulate(network, model, seed_nodes=[0], n_replicas=2, rng_seed=1).reach.mean() == 3
    assert len(read) == 2


def set_value(network, name, value):
    attributes = network.adj[0][2]
    (attributes[0] if network.is_multigraph() else attributes)[name] = value


def move_an_edge(network):
    network.remove_edge(0, 2)
    network.add_edge(1, 3, p=0.5, q=0)


def move_a_node(network):
    kept = dict(network.nodes[3])
    network.remove_node(3)
    network.add_node(3, **kept)


def name_three_otherwise(network):
    network.remove_node(3)
    network.add_edge(2, 3.0, p=0.5, q=2)
    network.add_edge(3.0, 0, p=0.5, q=3)


def swap_ends(network):
    """Nobody's number of edges changes."""
    network.remove_edges_from([(4, 5), (6, 7)])
    network.add_edges_from([(4, 7), (6, 5)], p=0.5, q=0)


def rename_attribute(network):
    network.nodes[0]["town"] = network.nodes[0].pop("city")
    for name in ("odd", "fan", "age"):
        network.nodes[0][name] = network.nodes[0].pop(name)


def hand_attribute_on(network):
    network.nodes[1]["age"] = network.nodes[0].pop("age")
    network.nodes[1]["fan"] = network.nodes[1].pop("fan")


def relabel(label, other):
    return lambda network: nx.relabel_nodes(network, {label: other}, copy=False)


CHANGES = {
    "an edge more": lambda network: network.add_edge(1, 3, p=0.5, q=1),
    "the same numbers of edges": swap_ends,
    "an edge less": lambda network: network.remove_edge(0, 2),
    "another edge": move_an_edge,
    "a person more": lambda network: network.add_node(9),
    "a person less": lambda network: network.remove_node(2),
    "people in another order": move_a_node,
    "another name": relabel(2, "two"),
    "a name that is equal but another": name_three_otherwise,
    "a value": lambda network: set_value(network, "p", 0.25),
    "a value behind the graph's back": lambda network: network.edges[next(iter(network.edges))].update(p=0.75),
    "a person's attribute": lambda network: network.nodes[0].update(city="Köln"),
    "a person's attribute more": lambda network: network.nodes[1].update(city="Köln"),
    "a person's attribute that is equal but another": lambda network: nx.set_node_attributes(network, True, "fan"),
    "a person's attribute by another name": rename_attribute,
    "a person's attribute is another's": hand_attribute_on,
    "attributes of another type": lambda network: network.nodes[0].update(odd=1),
    "a parallel edge": lambda network: network.add_edge(0, 1, p=0.5, q=0),
    "nothing left": lambda network: network.clear_edges(),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("attributes", [(), ("p",)])
@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_noticed(kind, attributes, change):
    network = example(kind)
    before = remembered_networkx(network, attributes=attributes)
    CHANGES[change](network)
    after = remembered_networkx(network, attributes=attributes)
    assert as_plain(after) == as_plain(from_networkx(network, attributes=attributes))
    if (attributes or not change.startswith("a value")) and (network.is_multigraph() or change != "a parallel edge"):
        assert as_plain(after) != as_plain(before)


@pytest.mark.parametrize(("value", "said"), [(True, "must be a finite number, got True"), (None, "got None")])
def test_a_value_that_became_none_is_refused(value, said):
    network = nx.Graph()
    network.add_edge("a", "b", p=1)
    remembered_networkx(network, attributes=("p",))
    network.edges["a", "b"]["p"] = value
    with pytest.raises(GraphError, match=said):
        remembered_networkx(network, attributes=("p",))
    del network.edges["a", "b"]["p"]
    with pytest.raises(GraphError, match="has no attribute 'p'"):
        remembered_networkx(network, attributes=("p",))


def test_the_range_allowed_is_looked_at_each_time():
    network = nx.Graph()
    network.add_edge("a", "b", p=2)
    remembered_networkx(network, attributes={"p": (0, 5)})
    with pytest.raises(GraphError, match=r"must be a number in \[0, 1\], got 2"):
        remembered_networkx(network, attributes={"p": (0, 1)})


people, shares = st.integers(0, 4), st.sampled_from([0, 1, 1.0, 0.5])
changes = st.one_of(
    st.tuples(st.just("edge"), people, people, shares),
    st.tuples(st.just("no edge"), people, people),
    st.tuples(st.just("no person"), people),
    st.tuples(st.just("value"), people, people, shares),
    st.tuples(st.just("city"), people, st.sampled_from(["x", 1, True, None])),
    st.tuples(st.just("nothing")),
)


@given(st.sampled_from(KINDS), st.lists(changes, max_size=12), st.booleans())
def test_never_an_old_state(kind, steps, with_value):
    network = kind([(0, 1), (1, 2), (2, 0)], p=0)
    nx.set_edge_attributes(network, 0.5, "p")
    attributes = ("p",) if with_value else ()
    for what, *where in steps:
        if what == "edge":
            network.add_edge(*where[:2], p=where[2])
        elif what == "no edge" and network.has_edge(*where):
            network.remove_edge(*where)
        elif what == "no person" and network.has_node(*where) and len(network) > 1:
            network.remove_node(*where)
        elif what == "value" and network.has_edge(*where[:2]):
            attributes_of = network.adj[where[0]][where[1]]
            (next(iter(attributes_of.values())) if network.is_multigraph() else attributes_of)["p"] = where[2]
        elif what == "city" and network.has_node(where[0]):
            network.nodes[where[0]]["city"] = where[1]
        now = remembered_networkx(network, attributes=attributes)
        assert as_plain(now) == as_plain(from_networkx(network, attributes=attributes))


def test_a_view_follows_the_graph_that_it_shows():
    network = example(nx.DiGraph)
    view = network.subgraph([0, 1, 2])
    backwards = network.reverse(copy=False)
    for changed in (False, True):
        if changed:
            network.remove_edge(0, 1)
        for shown in (view, backwards):
            assert as_plain(remembered_networkx(shown)) == as_plain(from_networkx(shown))


class Agent:
    def __init__(self, network):
        self.network = network


@pytest.mark.parametrize("where", ["nowhere", "node", "attribute", "label in a tuple", "name of an attribute"])
def test_nothing_outlives_the_graph(where):
    network = example()
    agent = Agent(network)
    if where == "node":
        network.add_edge(agent, 0, p=0.5)
    elif where == "label in a tuple":
        network.add_edge((1, agent), 0, p=0.5)
    elif where == "attribute":
        network.nodes[0]["agent"] = agent
    elif where == "name of an attribute":
        network.nodes[0][agent] = 1
    remembered_networkx(network, attributes=("p",))
    gone = weakref.ref(network)
    del network, agent
    gc.collect()
    assert gone() is None


class Alike(nx.Graph):
    def __eq__(self, other):
        return True

    def __hash__(self):
        return 1


def test_graphs_that_call_themselves_equal_are_told_apart():
    first, second = Alike([(0, 1)]), Alike([(0, 1), (1, 2)])
    assert [remembered_networkx(network).n_people for network in (first, second)] == [2, 3]


@pytest.mark.parametrize("kind", KINDS)
def test_rows_come_as_networkx_counts_edges(kind):
    """The first of parallel edges keeps its value, so their order matters."""
    network = example(kind)
    network.add_edge(2, 0, p=0.1)
    network.add_edge(3, 3, p=0.2)
    adjacency = convert.read_adjacency(network)
    edges = list(network.edges(data="p"))
    assert [(int(u), int(v)) for u, v in zip(adjacency.src, adjacency.dst, strict=True)] == [
        (u, v) for u, v, _ in edges
    ]
    assert np.array_equal(adjacency.read_values(network, "p"), [p for _, _, p in edges])
