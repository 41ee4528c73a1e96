"""Small networks of all kinds for tests of strategies, who may be chosen from them, and their pairs one by one."""

import numpy as np
from hypothesis import strategies as st

from wom_sim.graph.csr import Graph, complete_graph
from wom_sim.seeding.pool import Pool

KEY = np.uint64(0x5EED5EED5EED5EED)
KEYS = st.integers(0, 2**64 - 1).map(np.uint64)


@st.composite
def stored_networks(draw, max_people=11):
    """Draw one person or more, ties or none, directed or not; counted, on two platforms, or contacts at some times."""
    n, share = draw(st.integers(1, max_people)), draw(st.sampled_from([0.0, 0.1, 0.2, 0.3, 0.5, 1.0]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    src, dst = np.nonzero((rng.random((n, n)) < share) & ~np.eye(n, dtype=bool))
    repeated = rng.integers(1, 4, len(src))
    src, dst = np.repeat(src, repeated), np.repeat(dst, repeated)
    kind = draw(st.sampled_from(["plain", "counted", "layers", "contacts", "counted contacts"]))
    return Graph.from_edges(
        src,
        dst,
        n_people=n,
        directed=draw(st.booleans()),
        parallel_ties="count" if "counted" in kind else "first",
        layers=rng.choice(["a", "b"], len(src)) if kind == "layers" else None,
        times=rng.integers(0, 3, len(src)) if "contacts" in kind else None,
    )


NETWORKS = st.one_of(stored_networks(), stored_networks(), st.integers(1, 7).map(complete_graph))


@st.composite
def restrictions(draw, graph):
    """Draw keys of a strategy that say who may be chosen and who starts already, and how many may be chosen then."""
    people = range(graph.n_people)
    already = draw(st.lists(st.sampled_from(people), max_size=2, unique=True))
    left_out = draw(st.sets(st.sampled_from(people), max_size=2))
    among = tuple(v for v in people if v not in left_out)
    if not left_out or not among:
        return {"already": tuple(already)}, graph.n_people - len(already)
    return {"already": tuple(already), "among": among}, len(set(among) - set(already))


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
