"""Calls the live-edge kernel as the engine does: from a network, chances or weights, and an rng_seed."""

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from math import floor

import numba
import numpy as np
import pytest

from wom_sim.graph.csr import Graph
from wom_sim.kernels.diffusion import Keys
from wom_sim.kernels.live_edge import BY_CHOICE, BY_COIN, LiveTies, Scratch, SpreadOut, spread_chunk
from wom_sim.kernels.rng import ALWAYS, LANES, LIVE_TIE, TIE_COIN, word

JIT_OFF = bool(numba.config.DISABLE_JIT)
NO_LIMIT = 2**40

compiled_only = pytest.mark.skipif(JIT_OFF, reason="200,000 replicas need the compiler")


def pairs(graph: Graph) -> list[tuple[int, int]]:
    """The ties (u, v) in order of their numbers."""
    n = graph.n_people
    if graph.complete:
        return [(u, v) for u in range(n) for v in range(n) if u != v]
    src = np.repeat(np.arange(n), np.diff(graph.indptr))
    return list(zip(src.tolist(), graph.indices.tolist(), strict=True))


def store(n_people: int, ties: Sequence[tuple[int, int]], *, directed: bool = True) -> Graph:
    """A network that stores these ties."""
    src, dst = np.array(ties, np.int64).reshape(-1, 2).T
    return Graph.from_edges(src, dst, directed=directed, n_people=n_people)


def coin_ties(graph: Graph, pass_prob: float | Fraction | Sequence) -> LiveTies:
    """Independent cascade: one chance for all ties, or one for each."""
    per_tie = isinstance(pass_prob, Sequence)
    numbers = [ALWAYS if p == 1 else floor(Fraction(p) * 2**64) for p in (pass_prob if per_tie else [pass_prob])]
    return _live_ties(graph, BY_COIN, threshold=numbers, per_tie=int(per_tie))


def choice_ties(graph: Graph, weights: Sequence | None = None) -> LiveTies:
    """Linear threshold: equal shares of each person's in-ties, or given weights with sums of at most 1."""
    if graph.complete:
        return _live_ties(graph, BY_CHOICE)
    if weights is None:
        weights = [Fraction(1, int(d)) for d in graph.in_degree[graph.indices]]
    so_far, low, width = [Fraction(0)] * graph.n_people, [], []
    for v, share in zip(graph.indices.tolist(), weights, strict=True):
        low.append(floor(so_far[v] * 2**63))
        so_far[v] += Fraction(share)
        width.append(floor(so_far[v] * 2**63) - low[-1])
    return _live_ties(graph, BY_CHOICE, low=low, width=width)


def _live_ties(graph: Graph, rule: int, *, threshold=(), per_tie=0, low=(), width=()) -> LiveTies:
    return LiveTies(
        graph.indptr,
        graph.indices,
        graph.n_people,
        graph.complete,
        rule,
        np.array(threshold, np.uint64),
        per_tie,
        np.array(low, np.uint64),
        np.array(width, np.uint64),
    )


@lru_cache(maxsize=8)
def replica_keys(rng_seed: int, n_replicas: int, first: int = 0) -> Keys:
    """Keys of replicas first .. first + n_replicas - 1."""
    root = np.uint64(rng_seed)
    replicas = range(first, first + n_replicas)
    own, block = np.uint64(word(root, LIVE_TIE)), np.uint64(word(root, TIE_COIN))
    block_keys = {b: word(block, b) for b in {r // LANES for r in replicas}}
    return Keys(
        np.array([word(own, r) for r in replicas], np.uint64),
        np.array([block_keys[r // LANES] for r in replicas], np.uint64),
        np.array([r % LANES for r in replicas], np.int64),
    )


def new_scratch(n_people: int) -> Scratch:
    return Scratch(
        np.zeros(n_people, np.uint8),
        np.full(n_people, -1, np.int32),
        np.full(n_people, -7, np.int32),
        np.zeros(64, np.uint64),
        np.zeros(1, np.uint8),
    )


def spread(
    ties: LiveTies,
    seed_nodes: Sequence[int],
    keys: Keys,
    *,
    max_steps: int = NO_LIMIT,
    width: int | None = None,
    scratch: Scratch | None = None,
) -> SpreadOut:
    """Run one chunk; every output array comes in full of rubbish."""
    n_replicas = len(keys.own)
    out = SpreadOut(
        np.full(n_replicas, -7, np.int64),
        np.full(n_replicas, -7, np.int64),
        np.full(n_replicas, 99, np.uint8),
        np.full((n_replicas, ties.n_people if width is None else width), -7, np.int32),
    )
    scratch = new_scratch(ties.n_people) if scratch is None else scratch
    spread_chunk(ties, np.array(seed_nodes, np.int32), keys, max_steps, scratch, out)
    return out


def people_reached(ties: LiveTies, seed_nodes: Sequence[int], keys: Keys, replica: int, **limits: int) -> set[int]:
    """The people whom one replica of the keys reaches, read from the kernel's queue."""
    scratch = new_scratch(ties.n_people)
    out = spread(ties, seed_nodes, only(keys, replica), scratch=scratch, **limits)
    return set(scratch.order[: out.reach[0]].tolist())


def only(keys: Keys, replica: int) -> Keys:
    """The keys of one replica of the chunk."""
    return Keys(*(array[replica : replica + 1] for array in keys))


def standard_errors_off(sample: np.ndarray, expected: float, stated: float = 0.0) -> float:
    """|mean - expected| / sqrt(sd^2 / R + stated^2), `stated`: the standard error of `expected` itself."""
    off = abs(float(sample.mean()) - float(expected))
    error = float(np.hypot(sample.std(ddof=1) / np.sqrt(len(sample)), stated))
    return off / error if error else (0.0 if off == 0 else np.inf)
