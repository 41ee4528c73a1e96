"""Bass where everybody listens to everybody, in continuous time: it only matters how many have adopted."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ._jit import inner_kernel, kernel
from .arrivals import INNOVATORS, LAST_TIME, REACH
from .diffusion import AT_MAX_STEPS, FINISHED, HALTED, add_change, step_of
from .rng import below, uniform_at, word

# Numbers of a replica's own streams.
WAITING, WHO, UNTOLD, WHOM = 1, 2, 3, 4


class MixingWorld(NamedTuple):
    """How many people there are; rates are per day."""

    n_people: int
    innovate_rate: float
    imitate_rate: float
    days_per_step: float


class MixingScratch(NamedTuple):
    """Memory of one thread; `adopted` is left zero.

    order : int32 (n,)   adopters in order, then all others   parent : int32 (n,)   whom each followed, -1: nobody
    adopted : uint8 (n,)   halt : uint8 (1,)
    """

    order: NDArray[np.int32]
    parent: NDArray[np.int32]
    adopted: NDArray[np.uint8]
    halt: NDArray[np.uint8]


@kernel
def bass_mixing_chunk(world, seed_nodes, keys, max_steps, scratch, out):
    """Run the replicas of a chunk where everybody listens to everybody, in continuous time: a pure birth chain.

    With a adopters among n people the next one comes after an exponential time of rate
    (n - a) (p + q a / (n - 1)), is any of the others, each as likely, and adopted untold with chance
    p / (p + q a / (n - 1)), else followed any of the adopters, each as likely.

    Counts and curves: people who adopted, those who did so untold, seed nodes not among them. Amount: when the last
    of them adopted, in days. Cost: O(n) a replica.
    """
    n_people, p, q, per_step = world.n_people, world.innovate_rate, world.imitate_rate, world.days_per_step
    order, parent, halt = scratch.order, scratch.parent, scratch.halt
    for r in range(keys.own.shape[0]):
        changes, key = out.changes[r], keys.own[r]
        waiting, who, untold, whom = word(key, WAITING), word(key, WHO), word(key, UNTOLD), word(key, WHOM)
        n_seeds = seed_nodes.shape[0]
        _line_up(seed_nodes, n_people, scratch)
        add_change(changes, REACH, 0, n_seeds)
        n, n_own, time, last_time, step, stop = n_seeds, 0, 0.0, 0.0, 0, FINISHED
        while n < n_people:
            if halt[0] == 1:
                stop = HALTED
                break
            told_rate = q * (n / max(n_people - 1, 1))
            rate = (n_people - n) * (p + told_rate)
            if not rate > 0.0:
                break
            time += -math.log1p(-uniform_at(waiting, n)) / rate
            now = step_of(time, per_step, max_steps)
            if now > max_steps:
                step, stop = max_steps, AT_MAX_STEPS
                break
            chosen = n + below(who, n, n_people - n)
            v = order[chosen]
            order[chosen] = order[n]
            order[n] = v
            parent[v] = -1
            if n == 0 or uniform_at(untold, n) * (p + told_rate) < p:
                n_own += 1
                add_change(changes, INNOVATORS, now, 1)
            else:
                parent[v] = order[below(whom, n, n)]
            n += 1
            step, last_time = now, time
            add_change(changes, REACH, now, 1)
        out.counts[r, REACH], out.counts[r, INNOVATORS] = n, n_own
        out.amounts[r, LAST_TIME] = last_time
        out.last_step[r], out.stop[r] = step, stop


@inner_kernel
def _line_up(seed_nodes, n_people, scratch):
    """Put the seed nodes in front, as adopters of their own accord, and everybody else after them by number."""
    order, adopted = scratch.order, scratch.adopted
    n = seed_nodes.shape[0]
    for s in range(n):
        v = seed_nodes[s]
        order[s] = v
        scratch.parent[v] = -1
        adopted[v] = 1
    for v in range(n_people):
        if adopted[v] == 0:
            order[n] = v
            n += 1
    for s in range(seed_nodes.shape[0]):
        adopted[seed_nodes[s]] = 0
