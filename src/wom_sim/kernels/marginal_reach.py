"""What one more person adds to the reach of those chosen, in 512 worlds at once: a cascade through who is left.

Which ties are live in a world is settled before anybody starts, so that the people reached by several are those whom
one or the other reaches: who is reached already need not be followed again. The coins are those of `fused_cascade`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ._jit import inner_kernel, kernel
from .fused_cascade import FusedScratch, examine_ties
from .lane_queue import around, ask_ahead
from .wide import N_WORDS, any_lane, count_lanes, load_lanes, same_lanes, store_lanes

STATE_WORDS = 2 * N_WORDS
"""Words of state a person: worlds in which she is reached, and pending."""

_EVERY = np.uint64(0xFFFFFFFFFFFFFFFF)


class Trial(NamedTuple):
    """Memory in which a person is tried. `marked` comes in all 0 and is left so.

    fused : FusedScratch       `state` holds, for as long as worlds are in use, who is reached in each
    marked : uint8 (n,)        touched : int32 (n,)   people reached anew in some world
    before : uint64 (8 n,)     the worlds in which each of those touched was reached before; begins a line of the cache
    """

    fused: FusedScratch
    marked: NDArray[np.uint8]
    touched: NDArray[np.int32]
    before: NDArray[np.uint64]


@kernel
def try_people(ties, people, trial, gains):
    """Add to gains what each person alone would add to those chosen: people reached anew, summed over 512 worlds.

    Parameters
    ----------
    ties : LiveTies         not complete
    people : int32 (k,)
    trial : Trial           overwritten, but for `state`
    gains : int64 (k,)      added to

    Cost: O(ties leaving those reached anew) for a person, and nothing for who is reached in all worlds.
    """
    state = trial.fused.state
    for i in range(people.shape[0]):
        n_anew, n_touched = _spread_from(ties, np.int64(people[i]), trial)
        gains[i] += n_anew
        for j in range(n_touched):
            u = np.int64(trial.touched[j])
            store_lanes(state, STATE_WORDS * u, load_lanes(trial.before, N_WORDS * j))
            trial.marked[u] = 0


@kernel
def choose_people(ties, people, trial):
    """Let people start in all 512 worlds; return how many are reached anew, summed over worlds.

    Parameters as in `try_people`; `state` goes out with those whom they reach.
    """
    total = 0
    for i in range(people.shape[0]):
        n_anew, n_touched = _spread_from(ties, np.int64(people[i]), trial)
        total += n_anew
        for j in range(n_touched):
            trial.marked[trial.touched[j]] = 0
    return total


@inner_kernel
def _spread_from(ties, person, trial):
    """Reach whomever a person reaches; return how many, over all worlds, and how many people that touched."""
    scratch, marked = trial.fused, trial.marked
    state, queue = scratch.state, scratch.queue
    room = queue.shape[0]
    reached = load_lanes(state, STATE_WORDS * person)
    anew = ~reached
    if not any_lane(anew):
        return 0, 0
    store_lanes(state, STATE_WORDS * person, same_lanes(_EVERY))
    store_lanes(state, STATE_WORDS * person + N_WORDS, anew)
    queue[0] = person
    head, tail, waiting, total, n_touched = 0, 1, 1, 0, 0
    while waiting > 0:
        u = np.int64(queue[head])
        head = around(head + 1, room)
        waiting -= 1
        ask_ahead(ties, ties.code, state, (STATE_WORDS, N_WORDS), queue, head)
        pending = load_lanes(state, STATE_WORDS * u + N_WORDS)
        store_lanes(state, STATE_WORDS * u + N_WORDS, pending ^ pending)
        if marked[u] == 0:  # whoever is touched for the first time was reached anew in the worlds pending alone
            marked[u] = 1
            store_lanes(trial.before, N_WORDS * n_touched, load_lanes(state, STATE_WORDS * u) ^ pending)
            trial.touched[n_touched] = u
            n_touched += 1
        total += count_lanes(pending)
        tail, waiting = examine_ties(ties, scratch, u, pending, (STATE_WORDS, N_WORDS), (tail, waiting))
    return total, n_touched
