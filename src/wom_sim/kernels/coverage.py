"""Choosing people who hit as many sets as can be: the greedy choice, and what any other choice hits at most."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ._jit import inner_kernel, kernel
from .heap import put, take_all, take_first

NOT_INDEXED = -1
"""Returned where somebody whose sets are not listed might be next."""


class Cover(NamedTuple):
    """Sets, and for those who may be chosen the sets that hold them.

    members : int32 (M,)   end : int64 (s,)   the people of each set, one set after another, and where each ends
    slot : int32 (n,)      place of each person whose sets are listed, -1: not listed
    first : int64 (c + 1,)   sets of the person in slot i are held[first[i]] .. held[first[i + 1] - 1]
    held : int32 (h,)
    candidates : int32 (c,)   the person in each slot
    others_at_most : int64   nobody who may be chosen and is not listed is in more sets than this
    """

    members: NDArray[np.int32]
    end: NDArray[np.int64]
    slot: NDArray[np.int32]
    first: NDArray[np.int64]
    held: NDArray[np.int32]
    candidates: NDArray[np.int32]
    others_at_most: int


class Picking(NamedTuple):
    """Memory of a choice.

    gain : int32 (n,)        comes in as the number of sets that hold each person who may be chosen, 0 for others; goes
                             out as what each would add to the choice
    with_gain : int32 (g + 1,)   how many people have each gain, g the largest; changed along
    covered : uint8 (s,)     all 0; goes out as 1 for sets that are hit
    heap, place : int32 (n,), time : float64 (n,)   see `heap`; place is -1, and left so
    """

    gain: NDArray[np.int32]
    with_gain: NDArray[np.int32]
    covered: NDArray[np.uint8]
    heap: NDArray[np.int32]
    place: NDArray[np.int32]
    time: NDArray[np.float64]


class Picked(NamedTuple):
    """A choice; overwritten.

    chosen : int32 (k,)   best first   gains : int64 (k,)   sets that each added
    at_most : int64 (1,)   no `n_best` people hit more sets than this
    """

    chosen: NDArray[np.int32]
    gains: NDArray[np.int64]
    at_most: NDArray[np.int64]


@kernel
def count_members(members, count):
    """Add to count (int32 (n,)) in how many sets each person is; members : int32 (M,)."""
    for i in range(members.shape[0]):
        count[members[i]] += 1


@kernel
def list_sets(members, end, slot, place, held):
    """Write the sets that hold each person with a slot, in order of their numbers.

    Parameters
    ----------
    members, end, slot : as in Cover
    place : int64 (c,)   where the sets of each slot begin in `held`; afterwards where they end
    held : int32 (h,)    overwritten
    """
    i = 0
    for s in range(end.shape[0]):
        while i < end[s]:
            at = slot[members[i]]
            if at >= 0:
                held[place[at]] = s
                place[at] += 1
            i += 1


@kernel
def count_gains(gain, with_gain):
    """Count in with_gain (int32, all zero) how many people have each gain (int32 (n,))."""
    for v in range(gain.shape[0]):
        with_gain[gain[v]] += 1


@kernel
def pick_most(cover, picking, picked, n_best):
    """Choose as many people as `picked` has room for, each the one who adds most sets; of equals the smaller number.

    Returns how many were chosen, or NOT_INDEXED. What any `n_best` people hit at most is the least, over all beginnings
    of the choice, of what it hits and the so many largest gains left: Tang, Tang, Xiao & Yuan (2018), section 5.

    Cost: O(members of the sets hit + candidates log candidates + n_best times the range of gains).
    """
    gain, candidates, k = picking.gain, cover.candidates, picked.chosen.shape[0]
    size, n_hit = 0, 0
    for i in range(candidates.shape[0]):
        v = candidates[i]
        size = put(picking.heap, picking.place, picking.time, size, v, -np.float64(gain[v]))
    most = np.int64(picking.with_gain.shape[0] - 1)
    picked.at_most[0] = _largest_gains(picking.with_gain, most, n_best)
    for i in range(k):
        v, size = _next(picking, size)
        if v < 0 or gain[v] <= cover.others_at_most > 0:
            take_all(picking.heap, picking.place, size)
            return NOT_INDEXED
        picked.chosen[i], picked.gains[i] = v, gain[v]
        most = np.int64(gain[v])
        n_hit += most
        _cover(cover, picking, v)
        picked.at_most[0] = min(picked.at_most[0], n_hit + _largest_gains(picking.with_gain, most, n_best))
    take_all(picking.heap, picking.place, size)
    return k


@inner_kernel
def _next(picking, size):
    """Take out who adds most now, -1: nobody is left. What somebody added when put in can only have become less."""
    heap, place, time, gain = picking.heap, picking.place, picking.time, picking.gain
    while size > 0:
        v = take_first(heap, place, time, size)
        size -= 1
        if -time[v] == gain[v]:
            return v, size
        size = put(heap, place, time, size, v, -np.float64(gain[v]))
    return -1, size


@inner_kernel
def _cover(cover, picking, v):
    """Hit the sets that hold v: nobody in them adds these any more."""
    gain, with_gain, covered, end, members = picking.gain, picking.with_gain, picking.covered, cover.end, cover.members
    at = cover.slot[v]
    for i in range(cover.first[at], cover.first[at + 1]):
        s = cover.held[i]
        if covered[s] == 0:
            covered[s] = 1
            for j in range(end[s - 1] if s > 0 else 0, end[s]):
                u = members[j]
                g = gain[u]
                if g > 0:  # 0: may not be chosen
                    gain[u] = g - 1
                    with_gain[g] -= 1
                    with_gain[g - 1] += 1


@inner_kernel
def _largest_gains(with_gain, most, k):
    """Return the sum of the k largest gains, none above `most`."""
    total, left, g = np.int64(0), np.int64(k), most
    while left > 0 and g > 0:
        n = min(left, np.int64(with_gain[g]))
        total += n * g
        left -= n
        g -= 1
    return total


@kernel
def pick_affordable(cover, cost, budget, begin, picking, picked):
    """Choose people by the sets they add for their cost, or leave off at some point for the one who then adds most.

    Parameters
    ----------
    cost : float64 (n,)   above 0 for all candidates    budget : float64
    begin : int64         who is chosen first, whatever it costs in gain for money; -1: nobody

    Returns how many were chosen, at most as many as `picked` has room for. All who may be chosen are candidates; those
    who add nothing are left out. `picking` goes out as it is after the whole choice by gain for the cost, not of the
    one that is returned where that leaves off.

    Source: Yaroslavtsev, Zhou & Avdiukhin (2020), "Bring your own greedy" + max, algorithm 1.
    """
    heap, place, time, gain = picking.heap, picking.place, picking.time, picking.gain
    chosen, gains, room = picked.chosen, picked.gains, picked.chosen.shape[0]
    size, n, left, total, best, best_n, best_v, best_gain = 0, 0, budget, 0, -1, 0, -1, 0
    for i in range(cover.candidates.shape[0]):
        v = cover.candidates[i]
        if cost[v] <= left:
            size = put(heap, place, time, size, v, -gain[v] / cost[v])
    following = np.int64(begin)
    while n < room:
        if following < 0:
            # Whoever adds most may be worth more than all who are still to come by gain for money.
            v = _most_affordable(cover, cost, left, gain)
            if v >= 0 and total + gain[v] > best:
                best, best_n, best_v, best_gain = total + gain[v], n, v, gain[v]
            following, size = _next_affordable(cost, left, picking, size)
            if following < 0:
                break
        v, following = following, -1
        chosen[n], gains[n] = v, gain[v]
        total += gain[v]
        left -= cost[v]
        n += 1
        _cover(cover, picking, v)
    take_all(heap, place, size)
    if best > total:
        chosen[best_n], gains[best_n] = best_v, best_gain
        n = best_n + 1
    return n


@inner_kernel
def _most_affordable(cover, cost, left, gain):
    """Return who adds most of those whom the money left pays, -1: nobody adds anything."""
    best, most = np.int64(-1), 0
    for i in range(cover.candidates.shape[0]):
        v = cover.candidates[i]
        if gain[v] > most and cost[v] <= left:
            best, most = np.int64(v), gain[v]
    return best


@inner_kernel
def _next_affordable(cost, left, picking, size):
    """Take out who adds most for the cost, of those whom the money left pays; -1: nobody adds anything."""
    heap, place, time, gain = picking.heap, picking.place, picking.time, picking.gain
    while size > 0:
        v = take_first(heap, place, time, size)
        size -= 1
        if cost[v] > left or gain[v] == 0:
            continue
        if -time[v] == gain[v] / cost[v]:
            return v, size
        size = put(heap, place, time, size, v, -gain[v] / cost[v])
    return np.int64(-1), size
