"""SIS in steps, and every epidemic in steps where everybody meets everybody: who is in which state, step by step."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ._jit import inner_kernel, kernel
from .calendar import LATE
from .diffusion import AT_MAX_STEPS, FINISHED, HALTED, add_change
from .epidemic import (
    ILL,
    LATENT,
    N_NOW,
    NOW_INFECTIONS,
    NOW_REACH,
    ONSET,
    PASSING,
    RECOVERY,
    SOURCE,
    UNTOUCHED,
    end_of_step,
    later,
    move,
    steps_until,
    write_counts,
)
from .rng import below, uniform_at, word


class StatesWorld(NamedTuple):
    """A network and the chances of a step.

    indptr : int64 (n + 1,)   indices : int32 (m,)   n_people : int64   complete : bool     as in `live_edge.LiveTies`
    pass_prob : float64 (m,) or (1,)   chance of a tie in a step     per_tie : int64   1: an entry a tie, 0: one for all
    log_escape : float64       log(1 - infect_prob), for complete mixing
    log_stay : float64         log(1 - recover_prob)     n_steps : int64   steps infectious, 0: drawn with `log_stay`
    log_wait : float64         log(1 - onset_prob)       n_latent : int64   steps until onset, 0: drawn, -1: none
    after : int64              the state of those who recover: WELL, or UNTOUCHED again
    can_pass : bool            some chance of a tie is not 0
    """

    indptr: NDArray[np.int64]
    indices: NDArray[np.int32]
    n_people: int
    complete: bool
    pass_prob: NDArray[np.float64]
    per_tie: int
    log_escape: float
    log_stay: float
    n_steps: int
    log_wait: float
    n_latent: int
    after: int
    can_pass: bool


class StatesScratch(NamedTuple):
    """Memory of one thread; `state`, `touched` and `now` are left all zero.

    order, parent : int32 (n,)   who was infected for the first time, in order, and by whom
    active : int32 (n,)    the latent and the infectious, in order of infection     acting : int32 (n,)   the infectious
    state, touched : uint8 (n,)     onset, recovery : int32 (n,)   of those active: the steps
    now : int64 (N_NOW,)   see `epidemic.move`   halt : uint8 (1,)
    """

    order: NDArray[np.int32]
    parent: NDArray[np.int32]
    active: NDArray[np.int32]
    acting: NDArray[np.int32]
    state: NDArray[np.uint8]
    touched: NDArray[np.uint8]
    onset: NDArray[np.int32]
    recovery: NDArray[np.int32]
    now: NDArray[np.int64]
    halt: NDArray[np.uint8]


@kernel
def epidemic_states_chunk(world, seed_nodes, keys, max_steps, scratch, out):
    """Run the replicas of a chunk one after another; see `kernels.diffusion`.

    Cost: O(ties of the infectious), or O(people) where everybody meets everybody, a step.
    """
    now = scratch.now
    for r in range(keys.own.shape[0]):
        step, stop = _spread_once(world, seed_nodes, keys.own[r], max_steps, scratch, out, r)
        out.last_step[r] = step
        out.stop[r] = stop
        last = np.float64(step) if stop == FINISHED else np.nan
        write_counts(now, world.after == UNTOUCHED, out.counts[r], out.amounts[r], last)
        for i in range(now[NOW_REACH]):
            scratch.state[scratch.order[i]] = UNTOUCHED
            scratch.touched[scratch.order[i]] = 0
        for i in range(N_NOW):
            now[i] = 0


@inner_kernel
def _spread_once(world, seed_nodes, own, max_steps, scratch, out, r):
    """Return the last step and the stop code."""
    now, halt, changes = scratch.now, scratch.halt, out.changes[r]
    now[UNTOUCHED] = world.n_people
    add_change(changes, UNTOUCHED + 1, 0, world.n_people)
    n_active = 0
    for s in range(seed_nodes.shape[0]):
        n_active = _infect(world, seed_nodes[s], -1, 0, (own, n_active), scratch, changes)
    end_of_step(now, 0)
    step = last = np.int64(0)
    while _may_change(world, n_active, scratch):
        if step == max_steps:
            return max_steps, AT_MAX_STEPS
        if halt[0] == 1:
            return last, HALTED
        step += 1
        before = n_active
        n_acting, n_ties = _note_acting(world, n_active, scratch)
        out.examined[0] += n_ties
        if world.complete:
            n_active = _meet_everybody(world, n_acting, step, (own, n_active), scratch, changes)
        else:
            n_active = _meet_listeners(world, n_acting, step, (own, n_active), scratch, changes)
        changed = n_active > before
        n_left, n_turned = _turn(world, step, before, n_active, scratch, changes)
        n_active = n_left
        end_of_step(now, step)
        if changed or n_turned > 0:
            last = step
    return last, FINISHED


@inner_kernel
def _may_change(world, n_active, scratch):
    """Say whether anything can happen: somebody will change, or somebody may be infected."""
    active, state, onset, recovery = scratch.active, scratch.state, scratch.onset, scratch.recovery
    ill = False
    for i in range(n_active):
        v = active[i]
        if recovery[v] < LATE or (state[v] == LATENT and onset[v] < LATE):
            return True
        ill = ill or state[v] == ILL
    return ill and scratch.now[UNTOUCHED] > 0 and world.can_pass


@inner_kernel
def _note_acting(world, n_active, scratch):
    """Note the infectious; return how many they are and how many ties they have."""
    active, acting, state = scratch.active, scratch.acting, scratch.state
    n, n_ties = 0, np.int64(0)
    for i in range(n_active):
        acting[n] = active[i]
        if state[active[i]] == ILL:
            n += 1
            if not world.complete:
                n_ties += world.indptr[active[i] + 1] - world.indptr[active[i]]
    return n, n_ties


@inner_kernel
def _meet_listeners(world, n_acting, step, rest, scratch, changes):
    """Let the infectious pass it to their listeners: a draw a tie and step."""
    own, n_active = rest
    key = word(word(own, PASSING), step)
    indptr, indices, pass_prob, per_tie = world.indptr, world.indices, world.pass_prob, world.per_tie
    acting, state = scratch.acting, scratch.state
    for i in range(n_acting):
        u = np.int64(acting[i])
        for e in range(indptr[u], indptr[u + 1]):
            v = np.int64(indices[e])
            if state[v] == UNTOUCHED and uniform_at(key, e) < pass_prob[e * per_tie]:
                n_active = _infect(world, v, u, step, (own, n_active), scratch, changes)
    return n_active


@inner_kernel
def _meet_everybody(world, n_acting, step, rest, scratch, changes):
    """Infect each susceptible person with the chance that some of the infectious does, one of them by lot."""
    own, n_active = rest
    key, source_key = word(word(own, PASSING), step), word(word(own, SOURCE), step)
    state, prob = scratch.state, -np.expm1(n_acting * world.log_escape) if n_acting > 0 else 0.0
    for v in range(world.n_people):
        if state[v] == UNTOUCHED and uniform_at(key, v) < prob:
            u = np.int64(scratch.acting[below(source_key, v, n_acting)])
            n_active = _infect(world, v, u, step, (own, n_active), scratch, changes)
    return n_active


@inner_kernel
def _infect(world, v, u, step, rest, scratch, changes):
    """Infect v at a step, by u; return how many are active."""
    own, n_active = rest
    now, state = scratch.now, scratch.state
    start = step
    if world.n_latent >= 0:
        wait = world.n_latent if world.n_latent > 0 else steps_until(word(word(own, ONSET), step), v, world.log_wait)
        start = later(step, wait)
    n_steps = world.n_steps
    length = n_steps if n_steps > 0 else steps_until(word(word(own, RECOVERY), step), v, world.log_stay)
    scratch.onset[v] = start
    scratch.recovery[v] = later(start, length)
    scratch.active[n_active] = v
    new = LATENT if world.n_latent >= 0 else ILL
    move(now, changes, step, UNTOUCHED, new)
    state[v] = new
    now[NOW_INFECTIONS] += 1
    if scratch.touched[v] == 0:
        scratch.touched[v] = 1
        scratch.order[now[NOW_REACH]] = v
        scratch.parent[v] = u
        now[NOW_REACH] += 1
        add_change(changes, 0, step, 1)
    return n_active + 1


@inner_kernel
def _turn(world, step, before, n_active, scratch, changes):
    """Let those active before this step fall ill or recover, and close ranks; return how many are left and changed."""
    active, state, onset, recovery = scratch.active, scratch.state, scratch.onset, scratch.recovery
    n_left = n_turned = 0
    for i in range(n_active):
        v = active[i]
        if i < before and state[v] == LATENT and onset[v] == step:
            state[v] = ILL
            move(scratch.now, changes, step, LATENT, ILL)
            n_turned += 1
        elif i < before and recovery[v] == step:
            state[v] = world.after
            move(scratch.now, changes, step, ILL, world.after)
            n_turned += 1
            continue
        active[n_left] = v
        n_left += 1
    return n_left, n_turned
