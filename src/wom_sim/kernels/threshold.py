"""Adoption by threshold: a person adopts once enough of those whom she listens to have adopted."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ._jit import inner_kernel, kernel
from .diffusion import AT_MAX_STEPS, FINISHED, HALTED, add_change
from .needs import FIXED, UNTOUCHED, Law, draw_needs, drawn_need, need_of
from .rng import uniform_at, word
from .wide import prefetch

REACH, INSTIGATORS = 0, 1

THRESHOLDS = 1
"""Purpose of a replica's key under which thresholds are drawn, a person's at the index of her number."""

_ADOPTED = -1

_MANY = 1.0 / 16.0
"""Part of all people that must have been exposed before all needs are drawn."""

_AHEAD = 16
"""Listeners whose `missing` is asked for before they are exposed."""

Whole = NDArray[np.signedinteger[Any]]
"""Exposures: int32, or int64 where ties weigh or are counted."""


class ThresholdWorld(NamedTuple):
    """A network and what everybody needs. `whole` is the type `Whole`, the same in all arrays.

    indptr : int64 (n + 1,)   indices : int32 (m,)   n_people : int64   complete : bool     as in `live_edge.LiveTies`
    share : whole (m,) or (1,)   not negative: by how much a tie's listener is exposed once its speaker adopted
    per_tie : int64              1: `share` has an entry a tie, 0: one for all
    need : whole (n,) or (0,)    FIXED: the exposure at which a person adopts, 0: of her own accord
    willing : int32 (w,)         FIXED: the people whose need is 0, ascending
    total : whole (n,) or (0,)   drawn: exposure of a person whose contacts have all adopted
    slack : float64              what is taken off before an exposure is rounded up
    law : Law
    """

    indptr: NDArray[np.int64]
    indices: NDArray[np.int32]
    n_people: int
    complete: bool
    share: Whole
    per_tie: int
    need: Whole
    willing: NDArray[np.int32]
    total: Whole
    slack: float
    law: Law


class ThresholdScratch(NamedTuple):
    """Memory of one thread; `missing` is left all zero, `first` all -1.

    order : int32 (n,)     adopters in order   parent : int32 (n,)   whose adoption was the last straw, -1: nobody's
    missing : whole (n,)   exposure that a person still needs; 0: not exposed yet, below 0: has adopted
    touched : int32 (n,)   whoever was exposed; length 0 in complete mixing
    first, following : int32 (n,)   complete mixing: the first person of each need, and the next of the same need
    halt : uint8 (1,)
    """

    order: NDArray[np.int32]
    parent: NDArray[np.int32]
    missing: Whole
    touched: NDArray[np.int32]
    first: NDArray[np.int32]
    following: NDArray[np.int32]
    halt: NDArray[np.uint8]


@kernel
def threshold_chunk(world, seed_nodes, keys, max_steps, scratch, out):
    """Run the replicas of a chunk one after another, one for all where all have the same luck; see `kernels.diffusion`.

    Counts: people who adopted, those of them who did so of their own accord. Curve: reach.
    Cost of a replica: O(adopters + ties leaving them); O(n) in complete mixing, and where thresholds are normal.
    """
    law, n_replicas = world.law, keys.own.shape[0]
    alike, before = law.kind == FIXED or law.once, out.examined[0]
    for r in range(min(n_replicas, 1) if alike else n_replicas):
        key = law.case_key if law.once else word(keys.own[r], THRESHOLDS)
        if world.complete:
            n, n_alone, step, stop = _crowd_once(world, seed_nodes, key, max_steps, scratch, out.changes[r])
        else:
            n, n_alone, step, stop = _spread_once(world, seed_nodes, key, max_steps, scratch, (out, r))
        out.counts[r, REACH] = n
        out.counts[r, INSTIGATORS] = n_alone
        out.last_step[r] = step
        out.stop[r] = stop
    if alike:
        out.examined[0] += (n_replicas - 1) * (out.examined[0] - before)
        for r in range(1, n_replicas):
            _repeat_first(out, r)


@inner_kernel
def _repeat_first(out, r):
    """Let replica r be as the first one."""
    out.counts[r, REACH], out.counts[r, INSTIGATORS] = out.counts[0, REACH], out.counts[0, INSTIGATORS]
    out.last_step[r], out.stop[r] = out.last_step[0], out.stop[0]
    for i in range(min(out.changes.shape[2], out.last_step[0] + 1)):
        out.changes[r, 0, i] = out.changes[0, 0, i]


@inner_kernel
def _spread_once(world, seed_nodes, key, max_steps, scratch, row):
    """Run one replica; return adopters, those of them of their own accord, the last step, stop code.

    At first needs are drawn of people as they are exposed; once these are many, of all others at once. From then on a
    tie is a subtraction without a branch to mispredict: `missing` of those who have adopted goes on falling below 0.
    """
    (out, r), indptr, halt, missing, order = row, world.indptr, scratch.halt, scratch.missing, scratch.order
    changes, n_people = out.changes[r], world.n_people
    end = _begin(seed_nodes, scratch, changes)
    n = _of_their_own_accord(world, key, scratch, end)
    n_alone = n - end
    begin, n_touched, step, stop = 0, 0, 0, FINISHED
    all_drawn = False
    while begin < n and stop == FINISHED:
        if step == max_steps:
            stop = AT_MAX_STEPS
            break
        for i in range(begin, end):
            if halt[0] == 1:
                stop = HALTED
                break
            if n == n_people:  # nobody is left to persuade
                break
            u = np.int64(order[i])
            out.examined[0] += indptr[u + 1] - indptr[u]
            if not all_drawn and n_touched > n_people * _MANY:
                draw_needs(world, key, missing)
                all_drawn = True
            if all_drawn:
                _ask_ahead(world, missing, order, i)
                n = _expose(world, scratch, u, n)
            else:
                n, n_touched = _expose_some(world, key, scratch, u, (n, n_touched))
        begin, end = end, n
        if begin < end:
            step += 1
            add_change(changes, 0, step, end - begin)
    if all_drawn:
        missing[:] = UNTOUCHED
    else:
        for i in range(n):
            missing[order[i]] = UNTOUCHED
        for i in range(n_touched):
            missing[scratch.touched[i]] = UNTOUCHED
    if max_steps == 0:  # whoever would have adopted at step 1 did not
        return n - n_alone, 0, step, stop
    return n, n_alone, step, stop


@inner_kernel
def _expose(world, scratch, u, n):
    """Expose the listeners of an adopter, all of whom have a need or have adopted; return the number of adopters."""
    indptr, indices, share, per_tie = world.indptr, world.indices, world.share, world.per_tie
    order, parent, missing = scratch.order, scratch.parent, scratch.missing
    begin = n
    for e in range(indptr[u], indptr[u + 1]):
        v = np.int64(indices[e])
        before = np.int64(missing[v])
        rest = before - share[e * per_tie]
        missing[v] = rest
        order[n] = v
        n += np.int64(before > 0) & np.int64(rest <= 0)
    for i in range(begin, n):
        parent[order[i]] = u
    return n


@inner_kernel
def _expose_some(world, key, scratch, u, so_far):
    """Expose the listeners of an adopter; return the number of adopters, and of people who were ever exposed."""
    indptr, indices, share, per_tie = world.indptr, world.indices, world.share, world.per_tie
    order, parent, missing, touched = scratch.order, scratch.parent, scratch.missing, scratch.touched
    n, n_touched = so_far
    for e in range(indptr[u], indptr[u + 1]):
        v = np.int64(indices[e])
        rest = np.int64(missing[v])
        if rest == _ADOPTED:
            continue
        if rest == UNTOUCHED:
            rest = need_of(world, key, v)
            touched[n_touched] = v
            n_touched += 1
        rest -= share[e * per_tie]
        if rest > 0:
            missing[v] = rest
        else:
            missing[v] = _ADOPTED
            parent[v] = u
            order[n] = v
            n += 1
    return n, n_touched


@inner_kernel
def _ask_ahead(world, missing, order, i):
    """Ask for what the next adopters need: where their ties begin, the ties, what their listeners miss.

    Beyond the last adopter stand those of before: asking for theirs does no harm.
    """
    indptr, indices, last = world.indptr, world.indices, world.n_people - 1
    prefetch(indptr, np.int64(order[min(i + 6, last)]))
    prefetch(indices, indptr[order[min(i + 3, last)]])
    u = np.int64(order[min(i + 1, last)])
    for e in range(indptr[u], min(indptr[u] + _AHEAD, indptr[u + 1])):
        prefetch(missing, np.int64(indices[e]))


@kernel
def _crowd_once(world, seed_nodes, key, max_steps, scratch, changes):
    # All hear of all, so that adopters number 1, 2, ... complete the needs 1, 2, ... of everybody at once.
    n_people, need, total, slack, law = world.n_people, world.need, world.total, world.slack, world.law
    order, parent, missing = scratch.order, scratch.parent, scratch.missing
    first, following = scratch.first, scratch.following
    n = _begin(seed_nodes, scratch, changes)
    for i in range(n_people):
        v = n_people - 1 - i
        if missing[v] == UNTOUCHED:
            wanted = np.int64(need[v]) if law.kind == FIXED else drawn_need(law, key, v, total[v], slack)
            if wanted < n_people:
                following[v] = first[wanted]
                first[wanted] = v

    begin, end, step, n_alone, level, stop = 0, n, 0, 0, 0, FINISHED
    while begin < end or (step == 0 and first[0] >= 0):
        if scratch.halt[0] == 1:
            stop = HALTED
            break
        if step == max_steps:
            stop = AT_MAX_STEPS
            break
        while level <= end and level < n_people:
            v = np.int64(first[level])
            while v >= 0:
                parent[v] = -1 if level == 0 else order[level - 1]
                order[n] = v
                n += 1
                v = np.int64(following[v])
            level += 1
            if level == 1:
                n_alone = n - end
        begin, end = end, n
        if begin < end:
            step += 1
            add_change(changes, 0, step, end - begin)
    missing[:] = UNTOUCHED
    first[:] = -1
    return n, n_alone, step, stop


@inner_kernel
def _begin(seed_nodes, scratch, changes):
    """Let the seed nodes adopt at step 0; return their number."""
    order, parent, missing = scratch.order, scratch.parent, scratch.missing
    for s in range(seed_nodes.shape[0]):
        v = seed_nodes[s]
        missing[v] = _ADOPTED
        parent[v] = -1
        order[s] = v
    add_change(changes, 0, 0, seed_nodes.shape[0])
    return seed_nodes.shape[0]


@inner_kernel
def _of_their_own_accord(world, key, scratch, n):
    """Append those who adopt at step 1 whatever others do; return the number of all adopters."""
    order, parent, missing = scratch.order, scratch.parent, scratch.missing
    willing, law = world.willing, world.law
    if law.kind == FIXED:
        for i in range(willing.shape[0]):
            v = willing[i]
            if missing[v] == UNTOUCHED:
                missing[v] = _ADOPTED
                parent[v] = -1
                order[n] = v
                n += 1
    elif law.alone > 0.0:
        for v in range(world.n_people):
            if uniform_at(key, v) < law.alone and missing[v] == UNTOUCHED:
                missing[v] = _ADOPTED
                parent[v] = -1
                order[n] = v
                n += 1
    return n
