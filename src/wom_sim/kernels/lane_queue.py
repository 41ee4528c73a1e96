"""The queue of people who have replicas, or lanes, pending: looking ahead in it, and how many bits of coins to read."""

from __future__ import annotations

import numpy as np

from ._jit import inner_kernel
from .wide import prefetch

MIN_QUEUE = 16
"""Places of a queue at least, so that looking ahead in it stays inside."""

_AHEAD_PERSON, _AHEAD_TIES, _AHEAD_STATE = 6, 3, 1

AHEAD_LISTENERS = 16
"""Listeners whose state is asked for before their ties are examined."""

_SLACK = 8
"""So many bits of a coin are read at once that a lane in this many is left undecided, or fewer."""


@inner_kernel
def around(place, room):
    """Return a place of the ring."""
    return place if place < room else place - room


@inner_kernel
def ask_ahead(ties, chances, state, state_at, queue, head):
    """Ask for what the next people of the queue need, so that it is there when they are handled.

    Beyond the end of the queue stand people of before: asking for theirs does no harm.

    ties : NamedTuple with `indptr`, `indices`, `per_tie`
    chances : (m,) where `per_tie` is 1       what says the chance of each tie
    state_at : int64 (2,), a tuple   words of state a person, and which of them are lanes pending
    """
    (per_person, now), room = state_at, queue.shape[0]
    u = np.int64(queue[around(head + _AHEAD_PERSON, room)])
    prefetch(ties.indptr, u)
    prefetch(state, per_person * u + now)
    u = np.int64(queue[around(head + _AHEAD_TIES, room)])
    prefetch(ties.indices, ties.indptr[u])
    prefetch(chances, ties.indptr[u] * ties.per_tie)
    u = np.int64(queue[around(head + _AHEAD_STATE, room)])
    for e in range(ties.indptr[u], min(ties.indptr[u] + AHEAD_LISTENERS, ties.indptr[u + 1])):
        prefetch(state, per_person * np.int64(ties.indices[e]))


@inner_kernel
def levels_for(n_pending):
    """Return how many bits of the coins decide all pending lanes in all but one of `_SLACK` ties."""
    levels, left = 1, n_pending * _SLACK
    while left > 1:
        left >>= 1
        levels += 1
    return levels
