"""Small networks of all kinds for tests of strategies, who may be chosen from them, and their pairs one by one."""

import numpy as np
from hypothesis import strategies as st

from wom_sim.graph.csr import Graph, complete_graph
from wom_sim.seeding.pool import Pool

KEY = np.uint64(0x5EED5EED5EED5EED)
KEYS = st.integers(0, 2**64 - 1).map(np.uint64)


@st.composite
def stored_networks(draw, max_people=9):
    """Draw one person or more, ties or none, directed or not; counted, on two platforms, or contacts at some times."""
    n = draw(st.integers(1, max_people))
    ends = [(u, v) for u in range(n) for v in range(n) if u != v]
    rows = draw(st.lists(st.sampled_from(ends), max_size=3 * n)) if ends else []
    src, dst = np.array(rows, np.int64).reshape(-1, 2).T
    kind = draw(st.sampled_from(["plain", "plain", "counted", "layers", "contacts", "counted contacts"]))
    return Graph.from_edges(
        src,
        dst,
        n_people=n,
        directed=draw(st.booleans()),
        parallel_ties="count" if "counted" in kind else "first",
        layers=["ab"[i % 2] for i in range(len(rows))] if kind == "layers" and rows else None,
        times=[i // 2 for i in range(len(rows))] if "contacts" in kind and rows else None,
    )


NETWORKS = st.one_of(stored_networks(), stored_networks(), st.integers(1, 7).map(complete_graph))


@st.composite
def restrictions(draw, graph):
    """Draw keys of a strategy that say who may be chosen and who starts already, and how many may be chosen then."""
    people = range(graph.n_people)
    already = draw(st.lists(st.sampled_from(people), max_size=2, unique=True))
    among = draw(st.none() | st.lists(st.sampled_from(people), min_size=1, unique=True))
    may = set(people if among is None else among) - set(already)
    keys = {"already": tuple(already)} | ({} if among is None else {"among": tuple(among)})
    return keys, len(may)


def pairs_of(graph):
    """Return how many ties each pair (u, v) has: 1, or as many as were merged; u influences v."""
    if graph.complete:
        return {(u, v): 1 for u in range(graph.n_people) for v in range(graph.n_people) if u != v}
    pairs = {}
    for u in range(graph.n_people):
        for e in range(graph.indptr[u], graph.indptr[u + 1]):
            pair = (u, int(graph.indices[e]))
            pairs[pair] = 1 if graph.tie_counts is None else pairs.get(pair, 0) + int(graph.tie_counts[e])
    return pairs


def everybody(graph, *, wanted=None, eligible=None, already=()):
    """Return a pool of a network from which everybody may be chosen, or those said."""
    may = np.ones(graph.n_people, np.bool_) if eligible is None else np.array(eligible)
    may[list(already)] = False
    return Pool(
        may, np.array(already, np.int32), int(may.sum()) if wanted is None else wanted, 0.0, np.zeros(graph.n_people)
    )
