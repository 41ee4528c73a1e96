"""VoteRank against its definition in fractions, and against NetworkX."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from networks import as_networkx
from oracles import seeding as oracle
from seeding_networks import KEY, NETWORKS, pairs_of, restrictions
from wom_sim import Graph
from wom_sim.seeding.voterank import VoteRank


@given(data=st.data(), graph=NETWORKS)
def test_agrees_with_the_definition(data, graph):
    keys, wanted = data.draw(restrictions(graph))
    already = list(keys["already"])
    may = [v for v in keys.get("among", range(graph.n_people)) if v not in already]

    chosen = VoteRank(n_seed_nodes=wanted, **keys).choose(graph, key=KEY).nodes.tolist()

    assert chosen == already + oracle.voterank(graph.n_people, pairs_of(graph), may, already, wanted)


@pytest.mark.parametrize("directed", [False, True])
def test_agrees_with_networkx_until_it_stops(directed):
    """With a mean of 4 listeners abilities are quarters, which floats add up without rounding."""
    for trial in range(20):
        rng = np.random.default_rng(trial)
        pairs = [(u, v) for u in range(32) for v in range(32) if (u != v if directed else u < v)]
        rows = rng.permutation(len(pairs))[: 128 if directed else 64]
        src, dst = np.array(pairs)[rows].T
        graph = Graph.from_edges(src, dst, n_people=32, directed=directed)
        network = nx.DiGraph() if directed else nx.Graph()
        network.add_nodes_from(range(32))
        network.add_edges_from(as_networkx(graph).edges)
        theirs = nx.voterank(network)

        ours = VoteRank(n_seed_nodes=32).choose(graph, key=KEY).nodes.tolist()

        assert ours[: len(theirs)] == theirs
        rest = graph.n_listeners[ours[len(theirs) :]]
        assert (np.diff(rest) <= 0).all()
