"""Bounded confidence by Deffuant et al.: two who meet move towards each other unless they are too far apart.

`models.deffuant` defines the model.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ._jit import inner_kernel, kernel
from .diffusion import AT_MAX_STEPS, FINISHED, HALTED, add_change, listener
from .rng import below, uniform_at, word

LARGEST, CLUSTERS, MAJOR = 0, 1, 2
MEAN, SPREAD, LARGEST_SHARE = 0, 1, 2

# Purposes: a person's opinion at the start; the tie of a meeting.
STARTS, MEETS = 1, 2


class DeffuantWorld(NamedTuple):
    """A network and the rules.

    indptr : int64 (n + 1,)   indices : int32 (m,)   n_people : int64   complete : bool     as in `live_edge.LiveTies`
    speaker_of : int32 (m,)   the other end of each tie
    opinion : float64 (n,)    at the start, in [0, 1]; (0,): drawn uniformly
    seed_opinion : float64    of seed nodes at the start
    confidence, convergence, tolerance : float64     major : float64   people a major cluster has at least
    """

    indptr: NDArray[np.int64]
    indices: NDArray[np.int32]
    n_people: int
    complete: bool
    speaker_of: NDArray[np.int32]
    opinion: NDArray[np.float64]
    seed_opinion: float
    confidence: float
    convergence: float
    tolerance: float
    major: float


class DeffuantScratch(NamedTuple):
    """Memory of one thread; each replica sets up what it reads.

    opinion : float64 (n,)     halt : uint8 (1,)
    """

    opinion: NDArray[np.float64]
    halt: NDArray[np.uint8]


class Clusters(NamedTuple):
    """What opinions have come to.

    largest : people in the largest cluster     n, n_major : clusters, and those with at least so many people
    apart : every cluster is within the tolerance, and those beside each other out of confidence
    """

    largest: int
    n: int
    n_major: int
    apart: bool


@kernel
def deffuant_chunk(world, seed_nodes, keys, max_steps, scratch, out):
    """Run the replicas of a chunk one after another; see `kernels.diffusion`.

    Counts: people in the largest cluster, clusters, major clusters; the first two are curves. Amounts: mean opinion,
    standard deviation of opinions, part of people in the largest cluster.
    Cost: O(people x (1 + clusters)) a step, and O(ties) where those who are tied have nearly settled.
    """
    for r in range(keys.own.shape[0]):
        _start(world, seed_nodes, keys.own[r], scratch.opinion)
        found, out.last_step[r], out.stop[r] = _run_once(world, keys.own[r], max_steps, scratch, out.changes[r])
        out.examined[0] += out.last_step[r] * world.n_people  # a meeting a person and step
        out.counts[r, LARGEST] = found.largest
        out.counts[r, CLUSTERS] = found.n
        out.counts[r, MAJOR] = found.n_major
        _describe(scratch.opinion, out.amounts[r])
        out.amounts[r, LARGEST_SHARE] = found.largest / world.n_people


@inner_kernel
def _start(world, seed_nodes, key, opinion):
    starts, drawn = word(key, STARTS), world.opinion.shape[0] == 0
    for v in range(world.n_people):
        opinion[v] = uniform_at(starts, v) if drawn else world.opinion[v]
    for s in range(seed_nodes.shape[0]):
        opinion[seed_nodes[s]] = world.seed_opinion


@inner_kernel
def _run_once(world, key, max_steps, scratch, changes):
    """Return the clusters at the end, the last step, and the stop code."""
    opinion, halt, complete, others = scratch.opinion, scratch.halt, world.complete, world.n_people - 1
    confidence, convergence, meets = world.confidence, world.convergence, word(key, MEETS)
    n_ties = world.n_people * others if complete else world.indices.shape[0]
    found = _clusters(world, opinion, halt)
    add_change(changes, LARGEST, 0, found.largest)
    add_change(changes, CLUSTERS, 0, found.n)
    step, meeting, open_tie = 0, 0, 0
    while halt[0] == 0:
        if complete:
            settled = found.apart
        else:
            open_tie = _open_tie(world, opinion, open_tie)
            settled = open_tie == -1
        if settled:
            return found, step, FINISHED
        if step == max_steps:
            return found, step, AT_MAX_STEPS
        step += 1
        for _ in range(world.n_people):
            if halt[0] == 1:
                return found, step, HALTED
            e = below(meets, meeting, n_ties)
            meeting += 1
            u = e // others if complete else np.int64(world.speaker_of[e])
            v = listener(world.indices, complete, u, e, u * others)
            distance = opinion[v] - opinion[u]
            if math.fabs(distance) < confidence:
                opinion[u] += convergence * distance
                opinion[v] -= convergence * distance
        before = found
        found = _clusters(world, opinion, halt)
        add_change(changes, LARGEST, step, found.largest - before.largest)
        add_change(changes, CLUSTERS, step, found.n - before.n)
    return found, step, HALTED


@inner_kernel
def _clusters(world, opinion, halt):
    """Divide people into clusters from the lowest opinion up, each of all within half the confidence of its lowest."""
    half, confidence, tolerance = 0.5 * world.confidence, world.confidence, world.tolerance
    lowest, left = np.inf, opinion.shape[0]
    for v in range(opinion.shape[0]):
        lowest = min(lowest, opinion[v])
    largest, n, n_major, apart, last_highest = 0, 0, 0, True, -np.inf
    while left > 0 and halt[0] == 0:
        size, highest, above = 0, lowest, np.inf
        for v in range(opinion.shape[0]):
            x = opinion[v]
            if x < lowest:
                continue
            if x - lowest <= half:
                size += 1
                highest = max(highest, x)
            else:
                above = min(above, x)
        apart &= highest - lowest <= tolerance and lowest - last_highest >= confidence
        largest = max(largest, size)
        n += 1
        n_major += size >= world.major
        left -= size
        lowest, last_highest = above, highest
    return Clusters(largest, n, n_major, apart)


@inner_kernel
def _open_tie(world, opinion, begin):
    """Return a tie whose ends would still move by more than the tolerance allows to leave, looked for from `begin` on.

    -1: there is none.
    """
    m = world.indices.shape[0]
    for i in range(m):
        e = begin + i if begin + i < m else begin + i - m
        distance = math.fabs(opinion[world.indices[e]] - opinion[world.speaker_of[e]])
        if world.tolerance < distance < world.confidence:
            return e
    return -1


@inner_kernel
def _describe(opinion, amounts):
    """Set mean and standard deviation."""
    n = opinion.shape[0]
    mean = 0.0
    for v in range(n):
        mean += opinion[v]
    mean /= n
    square = 0.0
    for v in range(n):
        square += (opinion[v] - mean) ** 2
    amounts[MEAN] = mean
    amounts[SPREAD] = math.sqrt(square / n)
