"""Calls the kernel of chosen ties as the engine does: from a network, weights, and an rng_seed."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import floor

import numpy as np

from kernel_runner import NO_LIMIT, pairs
from wom_sim.graph.csr import Graph
from wom_sim.kernels.chosen_ties import ChoiceScratch, ChosenTies, spread_backward, spread_forward
from wom_sim.kernels.diffusion import Keys
from wom_sim.kernels.live_edge import SpreadOut

FORMS = {"backward": spread_backward, "forward": spread_forward}


def choice_ties(graph: Graph, weights: Sequence | None = None) -> ChosenTies:
    """Equal shares of each person's in-ties, or weights given tie by tie, with sums of at most 1."""
    none, whole = np.zeros(0, np.int32), np.zeros(1, np.int64)
    if graph.complete:
        return ChosenTies(graph.indptr, graph.indices, graph.n_people, True, whole, none, np.zeros(0, np.uint64))
    ties = pairs(graph)
    by_listener = sorted(range(len(ties)), key=lambda e: (ties[e][1], e))
    n_in = np.bincount(graph.indices, minlength=graph.n_people)
    ends = []
    if weights is not None:
        so_far = [Fraction(0)] * graph.n_people
        for e in by_listener:
            so_far[ties[e][1]] += Fraction(weights[e])
            ends.append(floor(so_far[ties[e][1]] * 2**63))
    return ChosenTies(
        graph.indptr,
        graph.indices,
        graph.n_people,
        False,
        np.concatenate((whole, np.cumsum(n_in))),
        np.array([ties[e][0] for e in by_listener], np.int32),
        np.array(ends, np.uint64),
    )


def new_scratch(n_people: int, *, traced: bool = True) -> ChoiceScratch:
    """A thread's memory, all but `reached` full of rubbish."""
    return ChoiceScratch(
        np.zeros(n_people, np.uint8),
        np.full(n_people, -1, np.int32),
        np.full(n_people if traced else 0, -7, np.int32),
        np.full(n_people + 2, -7, np.int32),
        np.full(n_people, n_people + 1, np.int32),
        np.zeros(1, np.uint8),
    )


def spread(
    ties: ChosenTies,
    seed_nodes: Sequence[int],
    keys: Keys,
    *,
    max_steps: int = NO_LIMIT,
    width: int | None = None,
    scratch: ChoiceScratch | None = None,
    form: Callable[..., int] = spread_backward,
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
    form(ties, np.array(seed_nodes, np.int32), keys, max_steps, scratch, out)
    return out
