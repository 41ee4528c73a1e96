"""The networks of the benchmarks, by the names under which papers and peers know them; the same on every machine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from wom_sim import Graph
from wom_sim.graph.generate import RandomNetwork, ScaleFree
from wom_sim.graph.labels import Labels

N_SEED_NODES = 50


def ba10k() -> Graph:
    """Barabasi-Albert, n = 10,000, m = 5."""
    return ScaleFree(n_people=10_000, ties_per_newcomer=5).build(np.uint64(1))


def ba100k() -> Graph:
    """Barabasi-Albert, n = 100,000, m = 8."""
    return ScaleFree(n_people=100_000, ties_per_newcomer=8).build(np.uint64(1))


def random_network(n: int, mean_degree: float = 10.0) -> Graph:
    """G(n, m), undirected."""
    return RandomNetwork(n_people=n, mean_contacts=mean_degree).build(np.uint64(1))


def rmat(scale: int = 20, *, ties_a_person: int = 16, a: float = 0.57, b: float = 0.19, c: float = 0.19) -> Graph:
    """R-MAT, directed: a tie's ends are drawn bit by bit, from the four quarters of the matrix; repeated ties are one.

    Source: Chakrabarti, Zhan & Faloutsos (2004), SIAM Data Mining, section 3, without noise.
    """
    rng = np.random.default_rng(1)
    n, m = 1 << scale, ties_a_person << scale
    src, dst = np.zeros(m, np.int32), np.zeros(m, np.int32)
    for _ in range(scale):
        quarter = rng.random(m, dtype=np.float32)
        src = 2 * src + (quarter >= a + b)
        dst = 2 * dst + (((quarter >= a) & (quarter < a + b)) | (quarter >= a + b + c))
    return _directed(src, dst, n)


def epinions() -> Graph:
    """Return a network as large as Epinions' trust network once symmetrised: 75,879 people, 811,480 ties.

    Chung-Lu: edge by edge, both ends are drawn with chances in proportion to (i + i0)^-0.75 for i = 0 .. n - 1, so that
    degrees have a tail of exponent 1 + 1 / 0.75 = 2.3; i0 = 6 holds the largest to some three thousand. Loops and
    repeated edges are dropped, until 405,740 different edges are there.
    Source: Chung & Lu (2002), Annals of Combinatorics 6; Miller & Hagberg (2011) for the use of ranks.
    """
    n, n_edges = 75_879, 405_740
    rng = np.random.default_rng(1)
    share = np.cumsum((np.arange(n) + 6.0) ** -0.75)
    place = rng.permutation(n).astype(np.int64)  # who is how well known says nothing about the number
    found = np.zeros(0, np.int64)
    while len(found) < n_edges:
        ends = place[np.searchsorted(share, rng.random((2, n_edges)) * share[-1], side="right")]
        low, high = ends.min(axis=0), ends.max(axis=0)
        codes = np.concatenate([found, (low * n + high)[low < high]])
        first = np.sort(np.unique(codes, return_index=True)[1])
        found = codes[first][:n_edges]
    low, high = found // n, found % n
    return _directed(np.concatenate([low, high]), np.concatenate([high, low]), n)


NETWORKS: dict[str, Callable[[], Graph]] = {
    "ba10k": ba10k,
    "ba100k": ba100k,
    "epinions": epinions,
    "er1m": lambda: random_network(1_000_000),
    "rmat20": rmat,
}


def save(graph: Graph, file: Path) -> None:
    """Keep a network's arrays and its seed nodes, the people with most listeners, for a process of its own."""
    seeds = np.argsort(-graph.out_degree, kind="stable")[:N_SEED_NODES]
    np.savez(file, indptr=graph.indptr, indices=graph.indices, seeds=seeds)


def load(file: Path) -> tuple[Graph, list[int]]:
    """Return a network that was saved, and its seed nodes."""
    arrays = np.load(file)
    indptr = arrays["indptr"]
    return Graph(indptr, arrays["indices"], True, Labels(len(indptr) - 1), {}, {}), arrays["seeds"].tolist()


def _directed(src: np.ndarray, dst: np.ndarray, n: int) -> Graph:
    return Graph.from_edges(src, dst, directed=True, n_people=n, parallel_ties="first", self_loops="drop")
