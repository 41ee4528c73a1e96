"""Voters: two opinions that people copy from one another, one at a time or all at once.

`models.voter` defines the model.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ._jit import inner_kernel, kernel
from .diffusion import AT_MAX_STEPS, FINISHED, HALTED, add_change, listener, step_of
from .rng import below, uniform_at, word

NODE, INVASION, LINK = 0, 1, 2
"""Rules: a listener picks a speaker; a speaker picks a listener; a tie is picked."""

CONSENSUS_TIME, CONSENSUS, SUPPORTERS_WON = 0, 1, 2

# Purposes: who holds opinion 1 at the start; when an update comes; whom, or which tie, it finds first; whom of her
# contacts; whether it is noise; which opinion noise gives; with the clock of steps, whether a person updates.
STARTS, COMES, FINDS, CONTACT, IS_NOISE, NOISE_GIVES, MOVES = 1, 2, 3, 4, 5, 6, 7

SUPPORTERS, OPEN, FIXED = 0, 1, 2
"""Places in the tally: holders of opinion 1; ways left to change somebody; seed nodes who never change."""

_NOBODY = -1


class VoterWorld(NamedTuple):
    """A network and the rules; of rates and chances only those of the clock are read.

    indptr : int64 (n + 1,)   indices : int32 (m,)   n_people : int64   complete : bool     as in `live_edge.LiveTies`
    into : int64 (n + 1,)     ties to person v are numbers into[v] .. into[v + 1] - 1 of `speakers`
    speakers : int32 (m,)     speaker of each tie, ties sorted by (listener, speaker)
    speaker_of : int32 (m,)   LINK: speaker of each tie, ties in the order of `indices`; else of length 0
    rule : int64              NODE, INVASION or LINK
    rate : float64            updates a day, of all people together      per_step : float64   days
    update_prob, noise_prob, initial_share : float64     stubborn : bool   seed nodes never change
    """

    indptr: NDArray[np.int64]
    indices: NDArray[np.int32]
    n_people: int
    complete: bool
    into: NDArray[np.int64]
    speakers: NDArray[np.int32]
    speaker_of: NDArray[np.int32]
    rule: int
    rate: float
    per_step: float
    update_prob: float
    noise_prob: float
    initial_share: float
    stubborn: bool


class VoterScratch(NamedTuple):
    """Memory of one thread; each replica sets up what it reads.

    opinion : uint8 (n,)   0 or 1     coming : uint8 (n,)   clock of steps: opinion after the step, else of length 0
    fixed : uint8 (n,)     1: never changes     tally : int64 (3,)     halt : uint8 (1,)
    """

    opinion: NDArray[np.uint8]
    coming: NDArray[np.uint8]
    fixed: NDArray[np.uint8]
    tally: NDArray[np.int64]
    halt: NDArray[np.uint8]


class Row(NamedTuple):
    """What a replica gives beside its counts: its rows of `diffusion.Out`."""

    amounts: NDArray[np.float64]
    changes: NDArray[np.int32]
    examined: NDArray[np.int64]


@kernel
def voter_by_events(world, seed_nodes, keys, max_steps, scratch, out):
    """Run the replicas of a chunk one after another, one update at a time; see `kernels.diffusion`.

    Count, curve: supporters. Amounts: time of the first consensus, whether there is one at the end, whether on 1.
    Cost: O(updates + ties of those who change) a replica; in complete mixing and with noise O(updates).
    """
    for r in range(keys.own.shape[0]):
        row = Row(out.amounts[r], out.changes[r], out.examined)
        _start(world, seed_nodes, keys.own[r], scratch, row)
        out.last_step[r], out.stop[r] = _run_events(world, keys.own[r], max_steps, scratch, row)
        out.counts[r, 0] = _end(world, scratch, row)


@kernel
def voter_by_steps(world, seed_nodes, keys, max_steps, scratch, out):
    """Run the replicas of a chunk one after another, all updates of a step at once; see `voter_by_events`.

    Cost: O(people x steps + ties of those who change) a replica.
    """
    for r in range(keys.own.shape[0]):
        row = Row(out.amounts[r], out.changes[r], out.examined)
        _start(world, seed_nodes, keys.own[r], scratch, row)
        out.last_step[r], out.stop[r] = _run_steps(world, keys.own[r], max_steps, scratch, row)
        out.counts[r, 0] = _end(world, scratch, row)


@inner_kernel
def _run_events(world, key, max_steps, scratch, row):
    """Return the last step at which somebody changed, or `max_steps`, and the stop code."""
    opinion, fixed, tally, halt = scratch.opinion, scratch.fixed, scratch.tally, scratch.halt
    comes, finds, contact = word(key, COMES), word(key, FINDS), word(key, CONTACT)
    is_noise, gives, noise = word(key, IS_NOISE), word(key, NOISE_GIVES), world.noise_prob
    now, last, i = 0.0, 0, 0
    while tally[OPEN] > 0:
        if halt[0] == 1:
            return last, HALTED
        now -= math.log1p(-uniform_at(comes, i)) / world.rate
        step = step_of(now, world.per_step, max_steps)
        if step > max_steps:
            return max_steps, AT_MAX_STEPS
        row.examined[0] += 1
        u, v = _pick(world, finds, contact, i)
        if v != _NOBODY and fixed[v] == 0:
            new = np.int64(opinion[v] if u == _NOBODY else opinion[u])
            if noise > 0.0 and uniform_at(is_noise, i) < noise:
                new = np.int64(uniform_at(gives, i) < 0.5)
            if new != opinion[v]:
                _turn(world, scratch, v)
                add_change(row.changes, 0, step, 2 * new - 1)
                last = step
                _note_consensus(world, scratch, row, now)
        i += 1
    return last, FINISHED


@inner_kernel
def _run_steps(world, key, max_steps, scratch, row):
    """Return the last step at which somebody changed, or `max_steps`, and the stop code."""
    opinion, coming, fixed, tally = scratch.opinion, scratch.coming, scratch.fixed, scratch.tally
    noise, n, step = world.noise_prob, world.n_people, 0
    while tally[OPEN] > 0:
        if step == max_steps:
            return step, AT_MAX_STEPS
        step += 1
        moves, contact = word(word(key, MOVES), step), word(word(key, CONTACT), step)
        is_noise, gives = word(word(key, IS_NOISE), step), word(word(key, NOISE_GIVES), step)
        for v in range(n):
            if scratch.halt[0] == 1:
                return step, HALTED
            coming[v] = opinion[v]
            if fixed[v] == 1 or (world.update_prob < 1.0 and uniform_at(moves, v) >= world.update_prob):
                continue
            if noise > 0.0 and uniform_at(is_noise, v) < noise:
                coming[v] = uniform_at(gives, v) < 0.5
                continue
            row.examined[0] += 1
            u = _speaker_to(world, contact, v, v)
            if u != _NOBODY:
                coming[v] = opinion[u]
        before = tally[SUPPORTERS]
        for v in range(n):
            if coming[v] != opinion[v]:
                _turn(world, scratch, v)
        add_change(row.changes, 0, step, tally[SUPPORTERS] - before)
        _note_consensus(world, scratch, row, float(step))
    return step, FINISHED


@inner_kernel
def _pick(world, finds, contact, i):
    """Return speaker and listener of update i; nobody where the one found has no contact."""
    if world.rule == NODE:
        v = below(finds, i, world.n_people)
        return _speaker_to(world, contact, v, i), v
    if world.rule == INVASION:
        u = below(finds, i, world.n_people)
        first, degree = (0, world.n_people - 1) if world.complete else _row(world.indptr, u)
        if degree == 0:
            return u, _NOBODY
        return u, listener(world.indices, world.complete, u, first + below(contact, i, degree), first)
    if world.complete:
        others = world.n_people - 1
        e = below(finds, i, world.n_people * others)
        u = e // others
        return u, listener(world.indices, True, u, e, u * others)
    e = below(finds, i, world.indices.shape[0])
    return np.int64(world.speaker_of[e]), np.int64(world.indices[e])


@inner_kernel
def _speaker_to(world, contact, v, index):
    """Return whom v listens to this time: one of those with a tie to v, by draw number `index`; or nobody."""
    first, degree = (0, world.n_people - 1) if world.complete else _row(world.into, v)
    if degree == 0:
        return _NOBODY
    return listener(world.speakers, world.complete, v, first + below(contact, index, degree), first)


@inner_kernel
def _row(indptr, v):
    return indptr[v], indptr[v + 1] - indptr[v]


@inner_kernel
def _start(world, seed_nodes, key, scratch, row):
    """Let seed nodes, and others by chance, hold opinion 1."""
    opinion, fixed, tally, n = scratch.opinion, scratch.fixed, scratch.tally, world.n_people
    opinion[:] = 0
    fixed[:] = 0
    tally[:] = 0
    if world.stubborn:
        tally[FIXED] = seed_nodes.shape[0]
        for s in range(seed_nodes.shape[0]):
            fixed[seed_nodes[s]] = 1
    for s in range(seed_nodes.shape[0]):
        _turn(world, scratch, np.int64(seed_nodes[s]))
    if world.initial_share > 0.0:
        starts = word(key, STARTS)
        for v in range(n):
            if opinion[v] == 0 and uniform_at(starts, v) < world.initial_share:
                _turn(world, scratch, v)
    if world.noise_prob > 0.0:
        tally[OPEN] = _reachable_by_noise(world, fixed)
    add_change(row.changes, 0, 0, tally[SUPPORTERS])
    row.amounts[CONSENSUS_TIME] = np.nan
    _note_consensus(world, scratch, row, 0.0)


@inner_kernel
def _reachable_by_noise(world, fixed):
    """Count the people, or the ties, by whom noise finds somebody who may change; this never ends."""
    found = 0
    if world.rule == NODE or (world.complete and world.n_people > 1):
        for v in range(world.n_people):
            found += fixed[v] == 0
    else:
        for e in range(world.indices.shape[0]):
            found += fixed[world.indices[e]] == 0
    return found


@inner_kernel
def _turn(world, scratch, v):
    """Give v the other opinion; without noise, keep count of ties along which a listener may still change."""
    opinion, fixed, tally = scratch.opinion, scratch.fixed, scratch.tally
    new = 1 - np.int64(opinion[v])
    opinion[v] = new
    tally[SUPPORTERS] += 2 * new - 1
    if world.noise_prob > 0.0:
        return
    if world.complete:
        others = world.n_people - tally[SUPPORTERS]
        tally[OPEN] = others * (2 * tally[SUPPORTERS] - tally[FIXED])
        return
    open_ties = tally[OPEN]
    if fixed[v] == 0:
        for e in range(world.into[v], world.into[v + 1]):
            open_ties += 1 if opinion[world.speakers[e]] != new else -1
    for e in range(world.indptr[v], world.indptr[v + 1]):
        w = world.indices[e]
        if fixed[w] == 0:
            open_ties += 1 if opinion[w] != new else -1
    tally[OPEN] = open_ties


@inner_kernel
def _note_consensus(world, scratch, row, time):
    if scratch.tally[SUPPORTERS] in (0, world.n_people) and math.isnan(row.amounts[CONSENSUS_TIME]):
        row.amounts[CONSENSUS_TIME] = time


@inner_kernel
def _end(world, scratch, row):
    """Say whether all agree, and return the number of supporters."""
    supporters = scratch.tally[SUPPORTERS]
    row.amounts[CONSENSUS] = supporters in (0, world.n_people)
    row.amounts[SUPPORTERS_WON] = supporters == world.n_people
    return supporters
