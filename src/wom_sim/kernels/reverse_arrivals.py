"""Reverse-reachable sets by a deadline: who would have reached a person in time, followed back along delays.

A set holds whoever has a path to its root over live ties whose delays sum to no more than the time there is: Dijkstra's
algorithm from the root over the ties into each person (Tang, Shi & Xiao 2015, section 7; Du, Song, Gomez Rodriguez &
Zha 2013). A tie that is live but takes longer than all the time there is can be on no such path. So ties are drawn with
the chance that they are live and take no longer, and their delays given that.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ._jit import inner_kernel, kernel
from .arrivals import days_by, first_of_several
from .diffusion import step_of
from .heap import put, take_all, take_first
from .reverse_sets import counts_in, hand_out, plant
from .reverse_ties import ReverseWorld, Scratch, live_ties
from .rng import uniform_at, word

_DELAY = 1 << 41
"""Number of the stream of delays under the key of a set."""

_LARGEST_PART = 1.0 - 2.0**-53
_ZERO, _ONE = np.uint64(0), np.uint64(1)


class ReverseArrivals(NamedTuple):
    """The ties by which people are reached, by those who listen, and how long telling takes; see `arrivals`.

    An array of ties has an entry a tie of `ties.sources`, or one for all.

    n_people : int64
    ties : ReverseWorld                in groups: ties that are live and take no longer than all the time there is
    in_time : float64 (m,) or (1,)     the chance of that, for all parallel ties together
    form : int64   scale, power, one_prob, added : float64 (m,) or (1,)   n_parallel : float64 (m,) or (0,)
    days_per_step : float64            `Asked.max_depth` steps of it are the time there is
    """

    n_people: int
    ties: ReverseWorld
    in_time: NDArray[np.float64]
    form: int
    scale: NDArray[np.float64]
    power: NDArray[np.float64]
    one_prob: NDArray[np.float64]
    added: NDArray[np.float64]
    n_parallel: NDArray[np.float64]
    days_per_step: float


AnyReverse = ReverseWorld | ReverseArrivals
"""What sets are drawn from: ties alone, or ties that take time, by a deadline."""


class ArrivalSetsScratch(NamedTuple):
    """Memory of one thread: that of sets, and who waits to join; `place` comes in all -1 and is left so.

    heap, place : int32 (n,), time : float64 (n,)   see `heap`
    """

    sets: Scratch
    heap: NDArray[np.int32]
    place: NDArray[np.int32]
    time: NDArray[np.float64]


@kernel
def draw_arrival_sets(world, asked, scratch, out):
    """Draw sets, one by one, until all are drawn or `out.members` is full; see `reverse_sets.draw_sets`.

    Parameters
    ----------
    world : ReverseArrivals    asked : reverse_sets.Asked    scratch : ArrivalSetsScratch    out : reverse_sets.Drawn

    A set does not depend on the order in which its people are found: the ties into a person are a function of the set
    and the person, the delay of a tie one of the set and the tie. People stand in a set by their time to the root.
    Cost: O((members + ties into them that are drawn) log n) a set.
    """
    out.totals[:] = 0
    for s in range(asked.n_sets):
        n, hit = plant(world, asked, scratch.sets, s, 1)
        if hit == _ZERO:
            n, hit = _follow_back(world, asked, scratch)
        if not hand_out(asked, hit, scratch.sets, n, s, 1, out):
            return


@inner_kernel
def _follow_back(world, asked, scratch):
    """Find everybody who reaches the root of the one set in time. Returns how many, and a bit if the set is hit."""
    sets, heap, place, time = scratch.sets, scratch.heap, scratch.place, scratch.time
    seen, person, tie, key = sets.seen, sets.person, sets.tie, sets.lane_keys[0]
    sources, complete, n_people = world.ties.sources, world.ties.complete, world.n_people
    days_per_step, max_depth, judged = world.days_per_step, asked.max_depth, asked.hits.shape[0] > 0
    delays = word(key, _DELAY)
    root = np.int64(person[0])
    time[root] = 0.0
    n, size, i = 1, 0, 0
    while i < n:
        v = np.int64(person[i])
        next_up, n_ties = live_ties(world.ties, _ZERO, sets, i, i + 1)
        for j in range(n_ties):
            e = tie[j]
            u = e if complete else np.int64(sources[e])
            if seen[u] == _ZERO:
                own = v * n_people + u if complete else e
                due = time[v] + _delay(world, uniform_at(delays, own), e) + _at(world.added, e)
                if step_of(due, days_per_step, max_depth) <= max_depth:
                    size = put(heap, place, time, size, u, due)
        i = next_up
        if size > 0:
            u = take_first(heap, place, time, size)
            size -= 1
            seen[u] = _ONE
            person[n] = u
            sets.lane[n] = 0
            n += 1
            if judged and asked.hits[u] == 1 and counts_in(asked, key, u):
                take_all(heap, place, size)
                return n, _ONE
    return n, _ZERO


@inner_kernel
def _delay(world, uniform, e):
    """Return how long tie `e` takes, given that it is live and takes no longer than all the time there is."""
    share = uniform * _at(world.in_time, e)
    c = world.n_parallel[e] if world.n_parallel.shape[0] > 0 else 1.0
    p = _at(world.one_prob, e)
    part = first_of_several(c, p, share) if c > 1.0 else min(share / p, _LARGEST_PART)
    return days_by(world.form, _at(world.scale, e), _at(world.power, e), part)


@inner_kernel
def _at(values, e):
    return values[e * np.int64(values.shape[0] > 1)]
