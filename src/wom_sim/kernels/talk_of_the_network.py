"""Talk of the network: advertising, strong ties of one's own network and random meetings inform people for good."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ._jit import inner_kernel, kernel
from .diffusion import AT_MAX_STEPS, FINISHED, HALTED, add_change
from .rng import below, uniform_at, word

REACH = 0
T16, T95 = 0, 1

# Purposes under a replica's own key; `bad_news` draws from the same ones.
PATIENCE, ACQUAINTANCE, MEETING, CHOICE, SATISFACTION = 0, 1, 2, 3, 4

OWN_TIES = -1
"""In place of a number of strong ties: those of the network."""


class TalkWorld(NamedTuple):
    """A network and the chances of a period.

    indptr : int64 (n + 1,)   indices : int32 (m,)   n_people : int64   complete : bool     as in `live_edge.LiveTies`
    tie_weight : int32 (m,) or (1,)   parallel ties merged into each     counted : int64   0: one weight for all
    advertise_prob, strong_prob, weak_prob : float64   chance of advertising, of one strong and of one weak contact
    strong_ties : int64   OWN_TIES, or met anew each period (complete mixing alone)
    weak_ties : int64     contacts outside     fixed : bool   the same ones all the time, not met anew each period
    need_16, need_95 : int64   people who make up 16 % and 95 %
    """

    indptr: NDArray[np.int64]
    indices: NDArray[np.int32]
    n_people: int
    complete: bool
    tie_weight: NDArray[np.int32]
    counted: int
    advertise_prob: float
    strong_prob: float
    weak_prob: float
    strong_ties: int
    weak_ties: int
    fixed: bool
    need_16: int
    need_95: int


class TalkScratch(NamedTuple):
    """Memory of one thread; each replica sets up what it reads.

    left : float64 (n,)     what is left of a person's patience after their own contacts
    heard : int64 (n,)      informed strong ties of a person, parallel ones counted
    waiting : int32 (n,)    the uninformed     joined : int32 (n,)   the informed, in order     informed : uint8 (n,)
    halt : uint8 (1,)
    """

    left: NDArray[np.float64]
    heard: NDArray[np.int64]
    waiting: NDArray[np.int32]
    joined: NDArray[np.int32]
    informed: NDArray[np.uint8]
    halt: NDArray[np.uint8]


@kernel
def talk_chunk(world, seed_nodes, keys, max_steps, scratch, out):
    """Run the replicas of a chunk one after another; see `kernels.diffusion`.

    A person's patience is E = -ln(1 - u); contacts of chance p use up -ln(1 - p) of it, and whoever has none left is
    informed: after chances p1, p2, ... with probability 1 - (1 - p1)(1 - p2)... What everybody meets alike is added
    up once, in `spent`. Counts and curve: reach. Amounts: periods to 16 % and to 95 % of all people.
    Cost: O(ties of the informed + people not yet informed, each period) a replica; times `weak_ties` where fixed.
    """
    for r in range(keys.own.shape[0]):
        n, step, stop, t16, t95 = _inform_once(world, seed_nodes, keys.own[r], max_steps, scratch, out, r)
        out.counts[r, REACH] = n
        out.amounts[r, T16] = t16
        out.amounts[r, T95] = t95
        out.last_step[r] = step
        out.stop[r] = stop


@inner_kernel
def hazard(prob):
    """Return -ln(1 - p), infinite for p = 1."""
    return np.inf if prob >= 1.0 else -math.log1p(-prob)


@inner_kernel
def contacts(number, each):
    """Return the hazard of a number of contacts; none have none, even where each is certain."""
    return 0.0 if number == 0 else number * each


@inner_kernel
def patience(key, v):
    """Return how much hazard informs v: exponential with mean 1, float64, finite."""
    return -math.log1p(-uniform_at(key, v))


@inner_kernel
def acquaintance(key, v, i, others):
    """Return the i-th of v's fixed weak ties: one of the others, all equally likely."""
    position = below(word(key, v), i, others)
    return position + 1 if position >= v else position


@inner_kernel
def _common_hazard(world, n_informed):
    """Return what each of the uninformed meets alike in a period."""
    share = n_informed / max(world.n_people - 1, 1)
    total = hazard(world.advertise_prob)
    if world.complete:
        if world.strong_ties == OWN_TIES:
            total += contacts(n_informed, hazard(world.strong_prob))
        else:
            total += contacts(world.strong_ties, hazard(world.strong_prob * share))
    if not world.fixed:
        # Meetings are drawn anew: with x informed among all others, each informs with chance beta x, independently.
        total += contacts(world.weak_ties, hazard(world.weak_prob * share))
    return total


@inner_kernel
def _own_hazard(world, scratch, v, of_strong, of_weak, acquaintances):
    """Return what v alone meets in a period: informed strong ties, and informed weak ones where these are fixed."""
    met = 0
    if world.fixed:
        informed, others = scratch.informed, world.n_people - 1
        for i in range(world.weak_ties):
            met += np.int64(informed[acquaintance(acquaintances, v, i, others)])
    return contacts(scratch.heard[v], of_strong) + contacts(met, of_weak)


@inner_kernel
def _can_go_on(world, scratch, n_waiting, acquaintances):
    """Say whether anybody has somebody to hear it from; for when nothing informs everybody alike."""
    of_strong, of_weak, waiting = hazard(world.strong_prob), hazard(world.weak_prob), scratch.waiting
    for i in range(n_waiting):
        if _own_hazard(world, scratch, np.int64(waiting[i]), of_strong, of_weak, acquaintances) > 0.0:
            return True
    return False


@kernel
def _inform_once(world, seed_nodes, key, max_steps, scratch, out, r):
    changes = out.changes[r]
    left, waiting, joined, informed, halt = (
        scratch.left,
        scratch.waiting,
        scratch.joined,
        scratch.informed,
        scratch.halt,
    )
    patience_key, acquaintances = word(key, PATIENCE), word(key, ACQUAINTANCE)
    of_strong, of_weak = hazard(world.strong_prob), hazard(world.weak_prob)
    n_people, has_own = world.n_people, world.fixed or not world.complete
    informed[:] = 0
    scratch.heard[:] = 0
    n = n_waiting = 0
    for s in range(seed_nodes.shape[0]):
        informed[seed_nodes[s]] = 1
        joined[n] = seed_nodes[s]
        n += 1
    for v in range(n_people):
        if informed[v] == 0:
            left[v] = patience(patience_key, v)
            waiting[n_waiting] = v
            n_waiting += 1
    add_change(changes, 0, 0, n)
    t16 = 0.0 if n >= world.need_16 else np.nan
    t95 = 0.0 if n >= world.need_95 else np.nan

    step, told, spent = 0, 0, 0.0
    while n_waiting > 0:
        told = _tell(world, scratch, told, n, out.examined)
        if halt[0] == 1:
            return n, step, HALTED, t16, t95
        common = _common_hazard(world, n)
        if common == 0.0 and not _can_go_on(world, scratch, n_waiting, acquaintances):
            break
        if step == max_steps:
            return n, step, AT_MAX_STEPS, t16, t95
        step += 1
        spent += common
        before, still = n, 0
        for i in range(n_waiting):
            v = np.int64(waiting[i])
            if has_own:
                if halt[0] == 1:
                    return n, step, HALTED, t16, t95
                left[v] -= _own_hazard(world, scratch, v, of_strong, of_weak, acquaintances)
            if left[v] < spent:
                joined[n] = v
                n += 1
            else:
                waiting[still] = v
                still += 1
        n_waiting = still
        for i in range(before, n):  # only now: whoever is informed in a period talks from the next one on
            informed[joined[i]] = 1
        add_change(changes, 0, step, n - before)
        if np.isnan(t16) and n >= world.need_16:
            t16 = float(step)
        if np.isnan(t95) and n >= world.need_95:
            t95 = float(step)
    return n, step, FINISHED, t16, t95


@inner_kernel
def _tell(world, scratch, begin, end, examined):
    """Make the informed of places begin .. end - 1 heard by those they are tied to; return where to go on."""
    if world.complete:
        return end
    indptr, indices, tie_weight, counted = world.indptr, world.indices, world.tie_weight, world.counted
    heard, joined = scratch.heard, scratch.joined
    for i in range(begin, end):
        if scratch.halt[0] == 1:
            break
        u = joined[i]
        examined[0] += indptr[u + 1] - indptr[u]
        for e in range(indptr[u], indptr[u + 1]):
            heard[indices[e]] += tie_weight[e * counted]
    return end
