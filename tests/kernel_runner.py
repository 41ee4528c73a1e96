"""Calls the live-edge kernel as the engine does: from a network, chances or weights, and an rng_seed."""

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from math import floor

import numba
import numpy as np
import pytest

from wom_sim.engine.forms import ALONE
from wom_sim.engine.live_edge import BLOCK, WORD, new_few_scratch, new_fused_scratch
from wom_sim.graph.csr import Graph
from wom_sim.kernels import chosen_ties, few_cascade, fused_cascade, live_edge
from wom_sim.kernels.diffusion import Keys
from wom_sim.kernels.few_cascade import FewScratch, few_chunk
from wom_sim.kernels.fused_cascade import FusedScratch, fused_chunk
from wom_sim.kernels.live_edge import CODE_ROOM, LiveTies, Scratch, SpreadOut, spread_chunk
from wom_sim.kernels.rng import ALWAYS, LANES, LIVE_TIE, TIE_COIN, word

CASCADE_KERNELS = (
    (live_edge, "spread_chunk"),
    (few_cascade, "few_chunk"),
    (fused_cascade, "fused_chunk"),
    (chosen_ties, "spread_backward"),
    (chosen_ties, "spread_forward"),
)
"""Where the engine finds the kernels of cascades, for tests that plant a bug in them."""

JIT_OFF = bool(numba.config.DISABLE_JIT)
FEWER_CASES = JIT_OFF or bool(numba.config.BOUNDSCHECK)
"""Without the compiler, and with every index checked: what is compiled as users have it looks at all cases."""
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
    if per_tie and not numbers:
        per_tie, numbers = False, [0]
    code = np.arange(len(numbers)) if per_tie else [0]
    return LiveTies(
        graph.indptr,
        graph.indices,
        graph.n_people,
        graph.complete,
        np.array(numbers, np.uint64),
        np.concatenate((code, np.zeros(CODE_ROOM))).astype(np.uint16),
        int(per_tie),
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


def new_scratch(n_people: int, form: int = ALONE) -> Scratch | FewScratch | FusedScratch:
    if form != ALONE:
        make = new_few_scratch if form == WORD else new_fused_scratch
        return make(n_people, np.zeros(2, np.int64), np.zeros(1, np.uint8))
    return Scratch(
        np.zeros(n_people, np.uint8),
        np.full(n_people, 0, np.int32),
        np.full(n_people, -7, np.int32),
        np.zeros(64, np.uint64),
        np.zeros(2, np.int64),
        np.zeros(1, np.uint8),
    )


def new_out(n_replicas: int, width: int) -> SpreadOut:
    """Room for a chunk, full of rubbish."""
    return SpreadOut(
        np.full(n_replicas, -7, np.int64),
        np.full(n_replicas, -7, np.int64),
        np.full(n_replicas, 99, np.uint8),
        np.full((n_replicas, width), -7, np.int32),
    )


def spread(
    ties: LiveTies,
    seed_nodes: Sequence[int],
    keys: Keys,
    *,
    max_steps: int = NO_LIMIT,
    width: int | None = None,
    scratch: Scratch | FewScratch | FusedScratch | None = None,
    form: int = ALONE,
) -> SpreadOut:
    """Run one chunk, replica by replica or many at once."""
    out = new_out(len(keys.own), ties.n_people if width is None else width)
    nodes = np.array(seed_nodes, np.int32)
    kernel = {ALONE: spread_chunk, WORD: few_chunk, BLOCK: fused_chunk}[form]
    kernel(ties, nodes, keys, max_steps, scratch or new_scratch(ties.n_people, form), out)
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
