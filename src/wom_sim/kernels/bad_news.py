"""The NPV of bad news: praise and warnings compete for the undecided, on the contacts of talk of the network."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ._jit import inner_kernel, kernel
from .bad_news_choice import (
    DISSATISFIED,
    REJECTER,
    SATISFIED,
    UNDECIDED,
    decide,
    hazard_of,
    own_voices,
    period_of,
    satisfaction,
)
from .diffusion import AT_MAX_STEPS, FINISHED, HALTED, add_change
from .rng import word
from .talk_of_the_network import ACQUAINTANCE, PATIENCE, contacts, patience

REACH, STILL_UNDECIDED = 0, 4
"""Places of counts and curves; those of the satisfied, the dissatisfied and rejecters are their states."""

NPV = 0


class BadNewsWorld(NamedTuple):
    """A network, the chances of a period, and what an adopter is worth.

    indptr .. fixed : as in `talk_of_the_network.TalkWorld`
    negative_power : float64   a negative contact acts with this times the chance of a positive one, at most 1
    dissatisfied_prob : float64   chance that one who adopts is dissatisfied
    margin : float64   of a satisfied adopter     discount : float64   ln(1 + i) a period
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
    negative_power: float
    dissatisfied_prob: float
    margin: float
    discount: float


class BadNewsScratch(NamedTuple):
    """Memory of one thread; each replica sets up what it reads.

    left : float64 (n,)     what is left of a person's patience after their own contacts
    praise, blame : int64 (n,)   satisfied and other strong ties of a person, parallel ones counted
    waiting : int32 (n,)    the undecided     decided : int32 (n,)   the others, in order     state : uint8 (n,)
    tally : int64 (4,)      people in each state     halt : uint8 (1,)
    """

    left: NDArray[np.float64]
    praise: NDArray[np.int64]
    blame: NDArray[np.int64]
    waiting: NDArray[np.int32]
    decided: NDArray[np.int32]
    state: NDArray[np.uint8]
    tally: NDArray[np.int64]
    halt: NDArray[np.uint8]


@kernel
def bad_news_chunk(world, seed_nodes, keys, max_steps, scratch, out):
    """Run the replicas of a chunk one after another; see `kernels.diffusion`.

    Patience is used up as in `talk_of_the_network`, by contacts of both kinds; with chances P+ and P- that leaves
    nobody undecided with probability 1 - (1 - P+)(1 - P-), as it should. Whose patience ends decides by P+ and P-.
    Counts and curves: adopters, satisfied, dissatisfied, rejecters, undecided. Amount: net present value.
    Cost: O(ties of the decided + undecided people, each period) + O(meetings of a period) for each who decides.
    """
    for r in range(keys.own.shape[0]):
        step, stop, npv = _decide_all(world, seed_nodes, keys.own[r], max_steps, scratch, out, r)
        for s in range(SATISFIED, REJECTER + 1):
            out.counts[r, s] = scratch.tally[s]
        out.counts[r, REACH] = scratch.tally[SATISFIED] + scratch.tally[DISSATISFIED]
        out.counts[r, STILL_UNDECIDED] = scratch.tally[UNDECIDED]
        out.amounts[r, NPV] = npv
        out.last_step[r] = step
        out.stop[r] = stop


@inner_kernel
def _can_go_on(world, scratch, period, acquaintances):
    """Say whether anybody has somebody who may move them; for when nothing moves everybody alike."""
    for i in range(scratch.tally[UNDECIDED]):
        if hazard_of(own_voices(world, scratch, np.int64(scratch.waiting[i]), acquaintances), period) > 0.0:
            return True
    return False


@kernel
def _decide_all(world, seed_nodes, key, max_steps, scratch, out, r):
    changes = out.changes[r]
    left, waiting, decided, state = scratch.left, scratch.waiting, scratch.decided, scratch.state
    tally, halt = scratch.tally, scratch.halt
    acquaintances, has_own = word(key, ACQUAINTANCE), world.fixed or not world.complete
    _begin(world, seed_nodes, key, scratch)
    n = seed_nodes.shape[0]
    npv = _count(world, scratch, 0, n, 0, changes)
    add_change(changes, STILL_UNDECIDED, 0, world.n_people)

    step, told, spent = 0, 0, 0.0
    while tally[UNDECIDED] > 0:
        told = _tell(world, scratch, told, n, out.examined)
        if halt[0] == 1:
            return step, HALTED, npv
        period = period_of(world, tally, spent)
        common = period.certain + contacts(period.n_strong, period.met_strong)
        common += contacts(period.n_weak, period.met_weak)
        if common == 0.0 and not _can_go_on(world, scratch, period, acquaintances):
            break
        if step == max_steps:
            return step, AT_MAX_STEPS, npv
        step += 1
        spent += common
        before, still, n_waiting = n, 0, tally[UNDECIDED]
        for i in range(n_waiting):
            v = np.int64(waiting[i])
            own = 0.0
            if has_own:
                if halt[0] == 1:
                    return step, HALTED, npv
                own = hazard_of(own_voices(world, scratch, v, acquaintances), period)
            if left[v] - own < spent:
                decided[n] = v
                n += 1
            else:
                left[v] -= own
                waiting[still] = v
                still += 1
        # All decide by what was so when the period began: states are written after everybody has decided.
        for i in range(before, n):
            if halt[0] == 1:
                return step, HALTED, npv
            waiting[still + i - before] = decide(world, scratch, np.int64(decided[i]), key, period)
        for i in range(before, n):
            state[decided[i]] = waiting[still + i - before]
        npv += _count(world, scratch, before, n, step, changes)
    return step, FINISHED, npv


@inner_kernel
def _begin(world, seed_nodes, key, scratch):
    """Set up a replica: seed nodes adopt in period 0, all others are undecided."""
    patience_key, n_waiting = word(key, PATIENCE), 0
    scratch.state[:] = UNDECIDED
    scratch.praise[:] = 0
    scratch.blame[:] = 0
    scratch.tally[:] = 0
    scratch.tally[UNDECIDED] = world.n_people
    for s in range(seed_nodes.shape[0]):
        v = np.int64(seed_nodes[s])
        scratch.state[v] = satisfaction(world, key, v)
        scratch.decided[s] = v
    for v in range(world.n_people):
        if scratch.state[v] == UNDECIDED:
            scratch.left[v] = patience(patience_key, v)
            scratch.waiting[n_waiting] = v
            n_waiting += 1


@inner_kernel
def _count(world, scratch, begin, end, step, changes):
    """Count those of places begin .. end - 1 in their new states; return what the satisfied are worth at step 0."""
    n_satisfied = 0
    for i in range(begin, end):
        state = np.int64(scratch.state[scratch.decided[i]])
        scratch.tally[state] += 1
        scratch.tally[UNDECIDED] -= 1
        n_satisfied += np.int64(state == SATISFIED)
        add_change(changes, state, step, 1)
        if state != REJECTER:
            add_change(changes, REACH, step, 1)
        add_change(changes, STILL_UNDECIDED, step, -1)
    return n_satisfied * world.margin * math.exp(-world.discount * step)


@inner_kernel
def _tell(world, scratch, begin, end, examined):
    """Make the decided of places begin .. end - 1 heard by those they are tied to; return where to go on."""
    if world.complete:
        return end
    indptr, indices, tie_weight, counted = world.indptr, world.indices, world.tie_weight, world.counted
    for i in range(begin, end):
        if scratch.halt[0] == 1:
            break
        u = scratch.decided[i]
        examined[0] += indptr[u + 1] - indptr[u]
        heard = scratch.praise if scratch.state[u] == SATISFIED else scratch.blame
        for e in range(indptr[u], indptr[u + 1]):
            heard[indices[e]] += tie_weight[e * counted]
    return end
