"""SIS in continuous time, and every epidemic in continuous time where everybody meets everybody: contact by contact."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ._jit import inner_kernel, kernel
from .diffusion import AT_MAX_STEPS, FINISHED, HALTED, add_change, listener, step_of
from .epidemic import (
    ILL,
    LATENT,
    N_NOW,
    NOT_A_KIND,
    NOW_INFECTIONS,
    NOW_REACH,
    NOW_STEP,
    ONSET,
    PASSING,
    PEAK_AT,
    RECOVERY,
    UNTOUCHED,
    end_of_step,
    move,
    period,
    write_counts,
)
from .heap import put, take_all, take_first
from .rng import below, uniform_at, word


class ContactsWorld(NamedTuple):
    """A network and the rates, a day.

    indptr : int64 (n + 1,)   indices : int32 (m,)   n_people : int64   complete : bool     as in `live_edge.LiveTies`
    rate : float64            infections a day along a tie, one for all
    upto : float64 (m,) or (0,)   rates that differ: the sum over a person's ties up to this one
    recovery, recovery_scale, recovery_shape, onset, onset_scale, onset_shape   as in `epidemic_events.EventsWorld`
    after : int64             the state of those who recover: WELL, or UNTOUCHED again
    per_step : float64        days of a step of the curves
    """

    indptr: NDArray[np.int64]
    indices: NDArray[np.int32]
    n_people: int
    complete: bool
    rate: float
    upto: NDArray[np.float64]
    recovery: int
    recovery_scale: float
    recovery_shape: float
    onset: int
    onset_scale: float
    onset_shape: float
    after: int
    per_step: float


class ContactsScratch(NamedTuple):
    """Memory of one thread; `state`, `infections` and `now` are left all zero, `place` -1.

    order, parent : int32 (n,)   who was infected for the first time, in order, and by whom
    heap, place : int32 (n,)     time : float64 (n,)   each person's next event, see `kernels.heap`
    state : uint8 (n,)   recovery : float64 (n,)   when those infected will recover
    infections, contacts : int32 (n,)   of each person: how often infected, contacts since then
    now : int64 (N_NOW,)   see `epidemic.move`     halt : uint8 (1,)
    """

    order: NDArray[np.int32]
    parent: NDArray[np.int32]
    heap: NDArray[np.int32]
    place: NDArray[np.int32]
    time: NDArray[np.float64]
    state: NDArray[np.uint8]
    recovery: NDArray[np.float64]
    infections: NDArray[np.int32]
    contacts: NDArray[np.int32]
    now: NDArray[np.int64]
    halt: NDArray[np.uint8]


@kernel
def epidemic_contacts_chunk(world, seed_nodes, keys, max_steps, scratch, out):
    """Run the replicas of a chunk one after another; see `kernels.diffusion`.

    The infectious make contacts, each with one of their listeners; whoever is susceptible is infected by the first.
    Cost: O(contacts of the infectious x log(infectious)) a replica.
    """
    now = scratch.now
    for r in range(keys.own.shape[0]):
        size, last, stop = _spread_once(world, seed_nodes, keys.own[r], max_steps, scratch, out, r)
        out.last_step[r] = now[NOW_STEP] if stop == FINISHED else max_steps
        out.stop[r] = stop
        write_counts(now, world.after == UNTOUCHED, out.counts[r], out.amounts[r], last if stop == FINISHED else np.nan)
        out.amounts[r, PEAK_AT] *= world.per_step
        take_all(scratch.heap, scratch.place, size)
        for i in range(now[NOW_REACH]):
            scratch.state[scratch.order[i]] = UNTOUCHED
            scratch.infections[scratch.order[i]] = 0
        for i in range(N_NOW):
            now[i] = 0


@inner_kernel
def _spread_once(world, seed_nodes, own, max_steps, scratch, out, r):
    """Return how many wait still, the time of the last change, and the stop code."""
    heap, place, time, state, now, halt = (
        scratch.heap,
        scratch.place,
        scratch.time,
        scratch.state,
        scratch.now,
        scratch.halt,
    )
    changes = out.changes[r]
    now[UNTOUCHED] = world.n_people
    add_change(changes, UNTOUCHED + 1, 0, world.n_people)
    size, last = 0, 0.0
    for s in range(seed_nodes.shape[0]):
        size = _infect(world, seed_nodes[s], -1, (0.0, 0, own, size), scratch, changes)
    while size > 0:
        t = time[heap[0]]
        step = step_of(t, world.per_step, max_steps)
        if now[UNTOUCHED] == 0 and not _somebody_will_change(size, scratch):
            break
        if step > max_steps:
            _close(now)
            return size, last, AT_MAX_STEPS
        if halt[0] == 1:
            return size, last, HALTED
        u = take_first(heap, place, time, size)
        size -= 1
        if state[u] == LATENT:
            _go_to(now, step)
            state[u] = ILL
            move(now, changes, step, LATENT, ILL)
            last = t
        elif t >= scratch.recovery[u]:
            _go_to(now, step)
            state[u] = world.after
            move(now, changes, step, ILL, world.after)
            last = t
            continue
        else:
            out.examined[0] += 1
            v = _whom(world, u, word(word(own, PASSING), u), scratch)
            if state[v] == UNTOUCHED:
                _go_to(now, step)
                size = _infect(world, v, u, (t, step, own, size), scratch, changes)
                last = t
        size = _wait(world, u, (t, own, size), scratch)
    _close(now)
    return size, last, FINISHED


@inner_kernel
def _somebody_will_change(size, scratch):
    """Say whether anybody of those who wait will fall ill or recover."""
    for i in range(size):
        v = scratch.heap[i]
        if scratch.state[v] == LATENT or scratch.recovery[v] < np.inf:
            return True
    return False


@inner_kernel
def _go_to(now, step):
    """Close the steps before this one, when something happens in it."""
    if step > now[NOW_STEP]:
        _close(now)
        now[NOW_STEP] = step


@inner_kernel
def _close(now):
    end_of_step(now, now[NOW_STEP])


@inner_kernel
def _infect(world, v, u, rest, scratch, changes):
    """Infect v, by u, at a time; return how many wait."""
    t, step, own, size = rest
    now = scratch.now
    latent = world.onset != NOT_A_KIND
    number = np.int64(scratch.infections[v])
    start = t
    if latent:
        start += period(word(word(own, ONSET), v), number, world.onset, world.onset_scale, world.onset_shape)
    length = period(word(word(own, RECOVERY), v), number, world.recovery, world.recovery_scale, world.recovery_shape)
    scratch.recovery[v] = start + length
    scratch.state[v] = LATENT if latent else ILL
    scratch.contacts[v] = 0
    scratch.infections[v] = number + 1
    move(now, changes, step, UNTOUCHED, LATENT if latent else ILL)
    now[NOW_INFECTIONS] += 1
    if number == 0:
        scratch.order[now[NOW_REACH]] = v
        scratch.parent[v] = u
        now[NOW_REACH] += 1
        add_change(changes, 0, step, 1)
    if latent:
        return put(scratch.heap, scratch.place, scratch.time, size, v, start) if start < np.inf else size
    return _wait(world, v, (t, own, size), scratch)


@inner_kernel
def _wait(world, u, rest, scratch):
    """Let u, who is infectious, wait for the next contact or for recovery; return how many wait."""
    t, own, size = rest
    key = word(word(word(own, PASSING), u), scratch.infections[u])
    rate = _rate_of(world, u)
    then = t - np.log1p(-uniform_at(key, 2 * np.int64(scratch.contacts[u]))) / rate if rate > 0.0 else np.inf
    then = min(then, scratch.recovery[u])
    return put(scratch.heap, scratch.place, scratch.time, size, u, then) if then < np.inf else size


@inner_kernel
def _rate_of(world, u):
    """Return the contacts of u a day."""
    if world.complete:
        return world.rate * (world.n_people - 1)
    first, last = world.indptr[u], world.indptr[u + 1]
    if world.upto.shape[0] == 0:
        return world.rate * (last - first)
    return world.upto[last - 1] if last > first else 0.0


@inner_kernel
def _whom(world, u, key, scratch):
    """Return the listener of u's next contact: ties are met in proportion to their rates."""
    number = 2 * np.int64(scratch.contacts[u]) + 1
    key = word(key, scratch.infections[u])
    scratch.contacts[u] += 1
    if world.complete:
        others = world.n_people - 1
        return listener(world.indices, True, u, u * others + below(key, number, others), u * others)
    low, high = world.indptr[u], world.indptr[u + 1] - 1
    if world.upto.shape[0] == 0:
        return np.int64(world.indices[low + below(key, number, high - low + 1)])
    sought = uniform_at(key, number) * world.upto[high]
    while low < high:  # the first tie whose sum is above
        middle = (low + high) >> 1
        if world.upto[middle] > sought:
            high = middle
        else:
            low = middle + 1
    return np.int64(world.indices[low])
