"""What happens in a rumour when two people meet; `kernels.rumour` says when they do.

`models.rumour` defines the model.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ._jit import inner_kernel
from .diffusion import add_change, listener
from .rng import uniform_at

REACH, SPREADERS, STIFLERS, IGNORANTS, CONTACTS = 0, 1, 2, 3, 4
PEAK, DURATION = 0, 1

# Purposes: when, or whether, a contact comes; whom it finds; what comes of it for the listener, or for the one who
# calls; whether one who is called falls silent; whether two who spread meet; when, or whether, a spreader forgets.
COMES, FINDS, COMES_OF_IT, CALLED, MEETS, FORGETS = 1, 2, 3, 4, 5, 6

IGNORANT, SPREADER, STIFLER, NEW = 0, 1, 2, 3
"""States; NEW: told in this step, a spreader from its end on."""

NOT_MET, NOT_TOLD, TOLD, FAILED = 0, 1, 2, 3


class RumourWorld(NamedTuple):
    """A network and the rules; of rates and chances only those of the clock are read.

    indptr : int64 (n + 1,)   indices : int32 (m,)   n_people : int64   complete : bool     as in `live_edge.LiveTies`
    mutual : bool      every tie u -> v has its v -> u     both : bool   two spreaders who meet both fail
    every_tie : bool   contacts come along each tie, not to each spreader
    contact_rate, forget_rate, per_step : float64   a day, a day, days     contact_prob, forget_prob : float64   a step
    spread_prob, stifle_prob : float64     failures : int64   that count, until a spreader stops
    """

    indptr: NDArray[np.int64]
    indices: NDArray[np.int32]
    n_people: int
    complete: bool
    mutual: bool
    both: bool
    every_tie: bool
    contact_rate: float
    contact_prob: float
    spread_prob: float
    stifle_prob: float
    failures: int
    forget_rate: float
    forget_prob: float
    per_step: float


class RumourScratch(NamedTuple):
    """Memory of one thread; `state`, `fails`, `made` are left all zero, `place` all -1.

    order : int32 (n,)   those who heard, in order     parent : int32 (n,)   who told them, -1: a seed node
    state : uint8 (n,)   fails : int64 (n,)   failures that counted     made : int64 (n,)   contacts made or missed
    forget_at : float64 (n,)     heap, place : int32 (n,), time : float64 (n,)   of `kernels.heap`
    spreading : int32 (n,)       clock of steps: who may stop, in order of joining     halt : uint8 (1,)
    """

    order: NDArray[np.int32]
    parent: NDArray[np.int32]
    state: NDArray[np.uint8]
    fails: NDArray[np.int64]
    made: NDArray[np.int64]
    forget_at: NDArray[np.float64]
    heap: NDArray[np.int32]
    place: NDArray[np.int32]
    time: NDArray[np.float64]
    spreading: NDArray[np.int32]
    halt: NDArray[np.uint8]


class Row(NamedTuple):
    """What a replica gives: its rows of `diffusion.Out`."""

    counts: NDArray[np.int64]
    amounts: NDArray[np.float64]
    changes: NDArray[np.int32]
    examined: NDArray[np.int64]


class Coins(NamedTuple):
    """The keys, of a person or of a step, from which a contact's draws are read."""

    comes_of_it: np.uint64
    called: np.uint64
    meets: np.uint64


@inner_kernel
def contact(world, scratch, coins, u, v, index):
    """Let u contact v; count what fails, and return what came of it."""
    state, fails = scratch.state, scratch.fails
    lucky = uniform_at(coins.comes_of_it, index)
    if state[v] == IGNORANT:
        return TOLD if lucky < world.spread_prob else NOT_TOLD
    if state[v] == NEW:
        return NOT_TOLD
    if world.both and state[v] == SPREADER:
        # Either could have called: half of the calls make them meet as often as any other two.
        if uniform_at(coins.meets, index) < 0.5 and (world.mutual or _is_tied(world, v, u)):
            return NOT_MET
        fails[v] += uniform_at(coins.called, index) < world.stifle_prob
    fails[u] += lucky < world.stifle_prob
    return FAILED


@inner_kernel
def makes_contacts(world, state, u):
    """Say whether contacts of a spreader's own may ever change anything; without such she makes none."""
    degree = ties_of(world, u)[1]
    if degree == 0 or world.contact_rate + world.contact_prob == 0.0:
        return False
    if world.spread_prob > 0.0:
        return True
    # Nobody will ever be told: only who started knows.
    if world.stifle_prob > 0.0:
        first = ties_of(world, u)[0]
        for e in range(first, first + degree):
            if state[listener(world.indices, world.complete, u, e, first)] != IGNORANT:
                return True
    return False


@inner_kernel
def ties_of(world, u):
    """Return the number of a person's first tie, and how many there are."""
    if world.complete:
        return u * (world.n_people - 1), world.n_people - 1
    return world.indptr[u], world.indptr[u + 1] - world.indptr[u]


@inner_kernel
def _is_tied(world, v, u):
    """Say whether a tie leads from v to u, on a stored network."""
    low, high = world.indptr[v], world.indptr[v + 1]
    end = high
    while low < high:
        middle = (low + high) >> 1
        if world.indices[middle] < u:
            low = middle + 1
        else:
            high = middle
    return low < end and world.indices[low] == u


@inner_kernel
def start(world, seed_nodes, scratch, row):
    """Let the seed nodes spread it and everybody else be ignorant."""
    row.counts[IGNORANTS] = world.n_people
    add_change(row.changes, IGNORANTS, 0, world.n_people)
    for s in range(seed_nodes.shape[0]):
        join(scratch, row, np.int64(seed_nodes[s]), -1, 0)
        scratch.state[seed_nodes[s]] = SPREADER


@inner_kernel
def join(scratch, row, v, teller, step):
    """Let an ignorant take it up; the caller sets the state."""
    scratch.parent[v] = teller
    scratch.order[row.counts[REACH]] = v
    for curve, change in ((REACH, 1), (SPREADERS, 1), (IGNORANTS, -1)):
        row.counts[curve] += change
        add_change(row.changes, curve, step, change)


@inner_kernel
def stop(scratch, row, u, step):
    """Let a spreader fall silent."""
    scratch.state[u] = STIFLER
    for curve, change in ((SPREADERS, -1), (STIFLERS, 1)):
        row.counts[curve] += change
        add_change(row.changes, curve, step, change)


@inner_kernel
def most_reach(world, seed_nodes, forget, scratch):
    """Return how many can hear where nothing stops a spreader, so that all those will; else more than all people."""
    if forget > 0.0 or world.stifle_prob > 0.0:
        return world.n_people + 1
    if world.complete:
        return world.n_people if seed_nodes.shape[0] > 0 else 0
    state, order = scratch.state, scratch.order
    n = 0
    for s in range(seed_nodes.shape[0]):
        state[seed_nodes[s]] = NEW
        order[n] = seed_nodes[s]
        n += 1
    i = 0
    while i < n:
        u = order[i]
        i += 1
        for e in range(world.indptr[u], world.indptr[u + 1]):
            v = world.indices[e]
            if state[v] == IGNORANT:
                state[v] = NEW
                order[n] = v
                n += 1
    for i in range(n):
        state[order[i]] = IGNORANT
    return n


@inner_kernel
def clear(scratch, n):
    """Forget the n people of a replica."""
    for i in range(n):
        v = scratch.order[i]
        scratch.state[v] = IGNORANT
        scratch.fails[v] = 0
        scratch.made[v] = 0
