"""Rumours: who knows it tells others until enough of those they meet know it too, or until they forget it.

`models.rumour` defines the model. With the clock of events, the draws of person u's contact number j (0, 1, ...) have
the key word(word(replica, purpose), u) and the index j, that of forgetting word(replica, purpose) and the index u. With
the clock of steps, those of step t have the key word(word(replica, purpose), t) and as index the caller, or with
contacts along every tie the tie's number. Purposes are listed in `rumour_contacts`.
"""

from __future__ import annotations

import math

import numpy as np

from ._jit import inner_kernel, kernel
from .diffusion import AT_MAX_STEPS, FINISHED, HALTED, add_change, listener, step_of
from .heap import put, take_all, take_first
from .rng import below, uniform_at, word
from .rumour_contacts import (
    CALLED,
    COMES,
    COMES_OF_IT,
    CONTACTS,
    DURATION,
    FAILED,
    FINDS,
    FORGETS,
    MEETS,
    NEW,
    NOT_MET,
    PEAK,
    REACH,
    SPREADER,
    SPREADERS,
    TOLD,
    Coins,
    Row,
    clear,
    contact,
    join,
    makes_contacts,
    most_reach,
    start,
    stop,
    ties_of,
)


@kernel
def rumour_by_events(world, seed_nodes, keys, max_steps, scratch, out):
    """Run the replicas of a chunk one after another, one contact at a time; see `kernels.diffusion`.

    Counts, curves: reach, spreaders, stiflers, ignorants, contacts. Amounts: most spreaders at a time, days taken.
    Cost: O(contacts log spreaders) a replica, on a directed network with `both` also the logarithm of the degree.
    """
    enough = most_reach(world, seed_nodes, world.forget_rate, scratch)
    for r in range(keys.own.shape[0]):
        row = Row(out.counts[r], out.amounts[r], out.changes[r], out.examined)
        size, out.stop[r] = _run_events(world, seed_nodes, keys.own[r], max_steps, scratch, row, enough)
        take_all(scratch.heap, scratch.place, size)
        out.last_step[r] = step_of(row.amounts[DURATION], world.per_step, max_steps)
        if out.stop[r] == AT_MAX_STEPS:
            out.last_step[r] = max_steps
        clear(scratch, row.counts[REACH])


@kernel
def rumour_by_steps(world, seed_nodes, keys, max_steps, scratch, out):
    """Run the replicas of a chunk one after another, all contacts of a step at once; see `rumour_by_events`.

    Cost: O(spreaders x steps), with every tie in use times their degree.
    """
    enough = most_reach(world, seed_nodes, world.forget_prob, scratch)
    for r in range(keys.own.shape[0]):
        row = Row(out.counts[r], out.amounts[r], out.changes[r], out.examined)
        out.last_step[r], out.stop[r] = _run_steps(world, seed_nodes, keys.own[r], max_steps, scratch, row, enough)
        row.amounts[DURATION] = out.last_step[r]
        clear(scratch, row.counts[REACH])


@inner_kernel
def _run_events(world, seed_nodes, key, max_steps, scratch, row, enough):
    """Return how many still wait, and the stop code."""
    state, fails, made, counts = scratch.state, scratch.fails, scratch.made, row.counts
    heap, place, time, forget_at = scratch.heap, scratch.place, scratch.time, scratch.forget_at
    finds, comes_of_it = word(key, FINDS), word(key, COMES_OF_IT)
    called, meets = word(key, CALLED), word(key, MEETS)
    size = 0
    start(world, seed_nodes, scratch, row)
    for s in range(seed_nodes.shape[0]):
        size = _wait_from(world, scratch, key, size, np.int64(seed_nodes[s]), 0.0)
    row.amounts[PEAK] = counts[SPREADERS]

    while size > 0 and counts[REACH] < enough:
        if scratch.halt[0] == 1:
            return size, HALTED
        u = np.int64(heap[0])
        now = time[u]
        if state[u] == SPREADER and step_of(now, world.per_step, max_steps) > max_steps:
            return size, AT_MAX_STEPS
        take_first(heap, place, time, size)
        size -= 1
        if state[u] != SPREADER:  # fell silent when called
            continue
        step = step_of(now, world.per_step, max_steps)
        if now == forget_at[u]:
            stop(scratch, row, u, step)
            row.amounts[DURATION] = now
            continue
        row.examined[0] += 1
        first, degree = ties_of(world, u)
        j = made[u]
        made[u] += 1
        v = listener(world.indices, world.complete, u, first + below(word(finds, u), j, degree), first)
        coins = Coins(word(comes_of_it, u), word(called, u), word(meets, u))
        result = contact(world, scratch, coins, u, v, j)
        if result != NOT_MET:
            counts[CONTACTS] += 1
            add_change(row.changes, CONTACTS, step, 1)
            row.amounts[DURATION] = now
        if result == TOLD:
            join(scratch, row, v, u, step)
            state[v] = SPREADER
            row.amounts[PEAK] = max(row.amounts[PEAK], float(counts[SPREADERS]))
            size = _wait_from(world, scratch, key, size, v, now)
        elif result == FAILED:
            if fails[v] >= world.failures and state[v] == SPREADER:
                stop(scratch, row, v, step)
            if fails[u] >= world.failures:
                stop(scratch, row, u, step)
                continue
        size = put(heap, place, time, size, u, min(now + _gap(world, key, u, j + 1, degree), forget_at[u]))
    return size, FINISHED


@inner_kernel
def _wait_from(world, scratch, key, size, u, now):
    """Let a person who has just heard wait for her first contact or for forgetting it; return the new size."""
    forgets = math.inf
    if world.forget_rate > 0.0:
        forgets = now - math.log1p(-uniform_at(word(key, FORGETS), u)) / world.forget_rate
    scratch.forget_at[u] = forgets
    due = forgets
    if makes_contacts(world, scratch.state, u):
        due = min(due, now + _gap(world, key, u, 0, ties_of(world, u)[1]))
    return size if due == math.inf else put(scratch.heap, scratch.place, scratch.time, size, u, due)


@inner_kernel
def _gap(world, key, u, j, degree):
    rate = world.contact_rate * degree if world.every_tie else world.contact_rate
    return -math.log1p(-uniform_at(word(word(key, COMES), u), j)) / rate


@inner_kernel
def _run_steps(world, seed_nodes, key, max_steps, scratch, row, enough):
    """Return the last step at which something happened, and the stop code."""
    indices, complete, state, spreading = world.indices, world.complete, scratch.state, scratch.spreading
    fails, counts, changes, forget_prob = scratch.fails, row.counts, row.changes, world.forget_prob
    start(world, seed_nodes, scratch, row)
    # `n` may stop; of them `n_active` will, or win others, by contacts of their own or by forgetting.
    step, n, n_active, done = 0, 0, 0, 0
    while True:
        for i in range(done, counts[REACH]):
            u = np.int64(scratch.order[i])
            state[u] = SPREADER
            active = forget_prob > 0.0 or makes_contacts(world, state, u)
            n_active += active
            if active or world.both:
                spreading[n] = u
                n += 1
        done = counts[REACH]
        row.amounts[PEAK] = max(row.amounts[PEAK], float(counts[SPREADERS]))
        if n_active == 0 or counts[REACH] >= enough:
            return step, FINISHED
        if step == max_steps:
            return step, AT_MAX_STEPS
        step += 1
        comes, finds, forgets = word(word(key, COMES), step), word(word(key, FINDS), step), word(key, FORGETS)
        coins = Coins(word(word(key, COMES_OF_IT), step), word(word(key, CALLED), step), word(word(key, MEETS), step))
        for i in range(n):
            if scratch.halt[0] == 1:
                return step, HALTED
            u = np.int64(spreading[i])
            if not makes_contacts(world, state, u):
                continue
            first, degree = ties_of(world, u)
            row.examined[0] += degree if world.every_tie else 1
            for k in range(degree if world.every_tie else 1):
                e = first + k if world.every_tie else first + below(finds, u, degree)
                index = e if world.every_tie else u
                if uniform_at(comes, index) >= world.contact_prob:
                    continue
                v = listener(indices, complete, u, e, first)
                result = contact(world, scratch, coins, u, v, index)
                if result != NOT_MET:
                    counts[CONTACTS] += 1
                    add_change(changes, CONTACTS, step, 1)
                if result == TOLD:
                    join(scratch, row, v, u, step)
                    state[v] = NEW
        kept = 0
        for i in range(n):
            u = np.int64(spreading[i])
            active = forget_prob > 0.0 or makes_contacts(world, state, u)
            if fails[u] >= world.failures or uniform_at(word(forgets, step), u) < forget_prob:
                stop(scratch, row, u, step)
                n_active -= active
            else:
                spreading[kept] = u
                kept += 1
        n = kept
