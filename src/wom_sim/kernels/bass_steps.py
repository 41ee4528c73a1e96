"""Bass in steps: in each, whoever has not adopted does so with a chance that grows with those who had adopted."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ._jit import inner_kernel, kernel
from .arrivals import INNOVATORS, LAST_TIME, REACH
from .diffusion import AT_MAX_STEPS, FINISHED, HALTED, add_change
from .rng import below, uniform_at, word

EXPONENTIAL, LINEAR = 0, 1
"""Hazards: the chance of a step of length dt is 1 - exp(-rate dt), or rate dt, which must not exceed 1."""

# Numbers of a replica's own streams.
STEP, WHOM = 1, 2


class StepsWorld(NamedTuple):
    """A network and the rates, per day. An array has an entry for each, or one for all.

    indptr : int64 (n + 1,)   indices : int32 (m,)   n_people : int64   complete : bool     as in `live_edge.LiveTies`
    weight : float64 (m,) or (1,)        parallel ties that one entry stands for
    listened_to : float64 (n,) or (1,)   the k of each person, above 0
    innovate_rate, imitate_rate, days_per_step : float64   hazard : int64   EXPONENTIAL or LINEAR
    """

    indptr: NDArray[np.int64]
    indices: NDArray[np.int32]
    n_people: int
    complete: bool
    weight: NDArray[np.float64]
    listened_to: NDArray[np.float64]
    innovate_rate: float
    imitate_rate: float
    days_per_step: float
    hazard: int


class StepsScratch(NamedTuple):
    """Memory of one thread; `adopted` and `told` are left zero.

    order : int32 (n,)     adopters in order   parent : int32 (n,)   whom each followed, -1: nobody
    adopted : uint8 (n,)   waiting : int32 (n,)   who has not adopted, by number
    told : float64 (n,)    adopters among those whom a person listens to, parallel ties counted
    teller : int32 (n,)    one of them, each as likely   touched : int32 (n,)   who was told   halt : uint8 (1,)
    """

    order: NDArray[np.int32]
    parent: NDArray[np.int32]
    adopted: NDArray[np.uint8]
    waiting: NDArray[np.int32]
    told: NDArray[np.float64]
    teller: NDArray[np.int32]
    touched: NDArray[np.int32]
    halt: NDArray[np.uint8]


@kernel
def bass_steps_chunk(world, seed_nodes, keys, max_steps, scratch, out):
    """Run the replicas of a chunk one after another; see `kernels.diffusion`.

    v, of whose k ties a come from people who had adopted a step before, adopts with the chance of rate p + q a / k;
    untold with the share p of that rate, else following one of those people. Adopters of a step stand in order of
    their numbers.

    Counts and curves: people who adopted, those who did so untold, seed nodes not among them. Amount: when the last of
    them adopted, in days. Cost: O(people who have not adopted) a step and O(ties leaving adopters) a replica.
    """
    for r in range(keys.own.shape[0]):
        n, n_own, n_touched, step, stop = _adopt_once(world, seed_nodes, keys.own[r], max_steps, scratch, out, r)
        out.counts[r, REACH], out.counts[r, INNOVATORS] = n, n_own
        out.last_step[r], out.stop[r] = step, stop
        for i in range(n):
            scratch.adopted[scratch.order[i]] = 0
        for i in range(n_touched):
            scratch.told[scratch.touched[i]] = 0.0


@inner_kernel
def _adopt_once(world, seed_nodes, key, max_steps, scratch, out, r):
    indptr, indices, complete, n_people = world.indptr, world.indices, world.complete, world.n_people
    p, q, weight, listened_to = world.innovate_rate, world.imitate_rate, world.weight, world.listened_to
    order, parent, adopted, waiting, touched = (
        scratch.order,
        scratch.parent,
        scratch.adopted,
        scratch.waiting,
        scratch.touched,
    )
    told, teller, halt, changes, per_step = (
        scratch.told,
        scratch.teller,
        scratch.halt,
        out.changes[r],
        world.days_per_step,
    )
    steps, whom = word(key, STEP), word(key, WHOM)
    own_weight, own_k = np.int64(weight.shape[0] == indices.shape[0]), np.int64(listened_to.shape[0] == n_people)

    n = seed_nodes.shape[0]
    for s in range(n):
        order[s] = seed_nodes[s]
        parent[seed_nodes[s]] = -1
        adopted[seed_nodes[s]] = 1
    n_waiting = 0
    for v in range(n_people):
        if adopted[v] == 0:
            waiting[n_waiting] = v
            n_waiting += 1
    add_change(changes, REACH, 0, n)

    step, begin, n_own, n_touched, n_told = 0, 0, 0, 0, 0  # n_told: of those who wait
    while True:
        for i in range(begin, n if not complete else 0):
            u = np.int64(order[i])
            out.examined[0] += indptr[u + 1] - indptr[u]
            for e in range(indptr[u], indptr[u + 1]):
                v = np.int64(indices[e])
                if adopted[v] == 1:
                    continue
                if told[v] == 0.0:
                    touched[n_touched] = v
                    n_touched += 1
                    n_told += 1
                told[v] += weight[e * own_weight]
                if uniform_at(whom, e) * told[v] < weight[e * own_weight]:  # each so far with its share
                    teller[v] = u
        if complete and n > 0:
            n_told = n_waiting
        if n_waiting == 0 or not (p > 0.0 or (q > 0.0 and n_told > 0)):
            return n, n_own, n_touched, step, FINISHED
        if step == max_steps:
            return n, n_own, n_touched, step, AT_MAX_STEPS
        if halt[0] == 1:
            return n, n_own, n_touched, step, HALTED

        step += 1
        begin, before, n_waiting, draws = n, n_waiting, 0, word(steps, step)
        for i in range(before):
            v = np.int64(waiting[i])
            n_tellers = np.float64(begin) if complete else told[v]
            rate = p + q * (n_tellers / listened_to[v * own_k])
            chance = rate * per_step if world.hazard == LINEAR else -math.expm1(-rate * per_step)
            uniform = uniform_at(draws, v)
            if not uniform < chance:
                waiting[n_waiting] = v
                n_waiting += 1
                continue
            # Given that it is below the chance, the number is uniform there: its lowest part decides for p.
            untold = n_tellers == 0.0 or uniform * rate < p * chance
            parent[v] = -1 if untold else order[below(whom, v, begin)] if complete else teller[v]
            n_own += untold
            n_told -= n_tellers > 0.0
            adopted[v] = 1
            order[n] = v
            n += 1
            add_change(changes, INNOVATORS, step, untold)
        if n > begin:
            add_change(changes, REACH, step, n - begin)
            out.amounts[r, LAST_TIME] = step * per_step
