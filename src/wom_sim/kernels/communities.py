"""Stubs (half ties) matched at random: in small circles, within communities, across the network.

What finds no partner at one level goes on to the next wider one; the last ones are settled by swaps with ties that
exist, which leave everybody's number of contacts as it is. A tie is never doubled and nobody is tied to themselves.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ._jit import kernel
from .generate import add_code, has_code, pair_code, remove_code, shuffle
from .rng import below, uniform_at, word

ATTEMPTS = 100
"""Swaps tried for a pair of stubs that may not be joined."""

# Sub-keys of a level.
_ORDER, _FLAG, _CIRCLE, _POOL = 0, 1, 2, 3
_MAX_SLOTS = 1 << 20


class People(NamedTuple):
    """Who is where.

    starts : int64 (C + 1,)       community c are the people starts[c] .. starts[c + 1] - 1
    community : int32 (n,)
    segment : int32 (n,)          in [0, S)
    homophily : float64 (S,)      chance that a stub is flagged: it meets flagged stubs of the same segment only
    """

    starts: NDArray[np.int64]
    community: NDArray[np.int32]
    segment: NDArray[np.int32]
    homophily: NDArray[np.float64]


class Stubs(NamedTuple):
    """How many stubs each person has at each level; second axis: 0 left to chance, 1 flagged.

    circle : int32 (n,)     near, far : int32 (n, 2)
    """

    circle: NDArray[np.int32]
    near: NDArray[np.int32]
    far: NDArray[np.int32]


class Ties(NamedTuple):
    """The ties made so far.

    src, dst : int32 (m,)     table : uint64, see `generate`     n_made : int64 (1,)
    """

    src: NDArray[np.int32]
    dst: NDArray[np.int32]
    table: NDArray[np.uint64]
    n_made: NDArray[np.int64]


class Scratch(NamedTuple):
    """Memory for one community: the largest number of its people, of its places in circles, of its stubs.

    order : int32     slot_person, slot_stubs : int32     pool : int32
    """

    order: NDArray[np.int32]
    slot_person: NDArray[np.int32]
    slot_stubs: NDArray[np.int32]
    pool: NDArray[np.int32]


@kernel
def tie_inside(people, stubs, circle_size, key, ties, scratch):
    """Match circle stubs in circles and near stubs in communities; those left over are added to ``stubs.far``.

    Parameters
    ----------
    people : People
    stubs : Stubs           overwritten
    circle_size : int64     places in a circle, at least 4; a person joins a circle for every circle_size - 2 stubs
    key : uint64
    ties : Ties             added to
    scratch : Scratch       overwritten
    """
    n_pools = people.homophily.shape[0] + 1
    for c in range(people.starts.shape[0] - 1):
        first, last = people.starts[c], people.starts[c + 1]
        n_here = last - first
        for i in range(n_here):
            scratch.order[i] = first + i
        shuffle(scratch.order, n_here, word(word(key, _ORDER), c))
        for pool in range(n_pools):
            flag = 1 if pool > 0 else 0
            circle_key = word(word(word(key, _CIRCLE), c), pool)
            n_slots = _fill_slots(people, stubs.circle, circle_size, word(key, _FLAG), (n_here, pool), scratch)
            slots = (n_slots, scratch.slot_person, scratch.slot_stubs)
            _tie_circles(stubs.near, flag, circle_size, circle_key, ties, slots)
            n_stubs = 0
            for u in range(first, last):
                if flag == 0 or people.segment[u] == pool - 1:
                    for _ in range(stubs.near[u, flag]):
                        scratch.pool[n_stubs] = u
                        n_stubs += 1
            n_left = _match(scratch.pool, n_stubs, people.community[:0], word(word(word(key, _POOL), c), pool), ties)
            for i in range(n_left):
                stubs.far[scratch.pool[i], flag] += 1


@kernel
def tie_outside(people, far, key, ties, pool):
    """Match far stubs across communities, flagged ones first; return how many stay in front of `pool`, an even number.

    Parameters
    ----------
    people : People
    far : int32 (n, 2)    overwritten
    key : uint64
    ties : Ties           added to; its last place may be reached
    pool : int32          room for all far stubs; overwritten
    """
    n_people = people.segment.shape[0]
    for segment in range(people.homophily.shape[0]):
        n_stubs = 0
        for u in range(n_people):
            if people.segment[u] == segment:
                for _ in range(far[u, 1]):
                    pool[n_stubs] = u
                    n_stubs += 1
        n_left = _match(pool, n_stubs, people.community, word(key, segment + 1), ties)
        for i in range(n_left):
            far[pool[i], 0] += 1
    n_stubs = 0
    for u in range(n_people):
        for _ in range(far[u, 0]):
            pool[n_stubs] = u
            n_stubs += 1
    return _match(pool, n_stubs, people.community, word(key, 0), ties)


@kernel
def settle(pool, n_left, key, ties):
    """Join the last stubs without regard to communities, by swaps with any tie; return how many stay in `pool`.

    Stubs that may neither be joined nor swapped meet others in the next round, until three rounds in a row settle
    less than a tenth; only in networks in which nearly everybody knows everybody do some stay.
    """
    round_, n_idle = 0, 0
    while n_left > 0 and n_idle < 3:
        n_before = n_left
        round_key = word(key, round_)
        shuffle(pool, n_left, word(round_key, 0))
        n_left = _join_or_keep(pool, n_left, pool[:0], ties)
        n_left = _swap_in(pool, n_left, pool[:0], word(round_key, 1), (0, ties))
        n_idle = n_idle + 1 if 10 * n_left > 9 * n_before else 0
        round_ += 1
    return n_left


@kernel
def _fill_slots(people, circle_stubs, circle_size, key, which, scratch):
    """List the places that the people of a community take in the circles of one pool; return their number."""
    n_here, pool = which
    most = circle_size - 2
    n_slots = 0
    for i in range(n_here):
        u = np.int64(scratch.order[i])
        n_own = (circle_stubs[u] + most - 1) // most
        for k in range(n_own):
            flagged = uniform_at(key, u * _MAX_SLOTS + k) < people.homophily[people.segment[u]]
            if pool == (people.segment[u] + 1 if flagged else 0):
                scratch.slot_person[n_slots] = u
                scratch.slot_stubs[n_slots] = circle_stubs[u] // n_own + (1 if k < circle_stubs[u] % n_own else 0)
                n_slots += 1
    return n_slots


@kernel
def _tie_circles(near, flag, circle_size, key, ties, slots):
    """Deal the places to circles in turn, so that nobody is twice in one, and tie people in each circle.

    The person with the most stubs goes first and is tied to those with the most stubs, equal ones in turn from a random
    place: dense circles work out that way (Havel 1955, Hakimi 1962). Stubs left over are added to `near`.
    """
    n_slots, person, left = slots
    none = person[:0]
    n_circles = max(1, (n_slots + circle_size // 2) // circle_size)
    for c in range(n_circles):
        for turn in range(n_slots):
            a = -1
            for s in range(c, n_slots, n_circles):
                if left[s] > 0 and (a < 0 or left[s] > left[a]):
                    a = s
            if a < 0:
                break
            n_places = (n_slots - c + n_circles - 1) // n_circles
            begin = below(key, np.int64(c) * n_slots + turn, n_places)
            while left[a] > 0:
                b = -1
                for i in range(n_places):
                    s = c + ((begin + i) % n_places) * n_circles
                    if left[s] > 0 and (b < 0 or left[s] > left[b]) and _may_tie(person[a], person[s], none, ties):
                        b = s
                if b < 0:
                    break
                _add(person[a], person[b], ties)
                left[a] -= 1
                left[b] -= 1
            near[person[a], flag] += left[a]
            left[a] = 0


@kernel
def _match(pool, n_stubs, apart, key, ties):
    """Pair the stubs of a pool at random; return how many stay, moved to the front."""
    shuffle(pool, n_stubs, word(key, 0))
    first_tie = ties.n_made[0]
    n_left = _join_or_keep(pool, n_stubs, apart, ties)
    return _swap_in(pool, n_left, apart, word(key, 1), (first_tie, ties))


@kernel
def _join_or_keep(pool, n_stubs, apart, ties):
    n_left = 0
    for i in range(0, n_stubs - 1, 2):
        u, v = pool[i], pool[i + 1]
        if _may_tie(u, v, apart, ties):
            _add(u, v, ties)
        else:
            pool[n_left] = u
            pool[n_left + 1] = v
            n_left += 2
    if n_stubs % 2 == 1:
        pool[n_left] = pool[n_stubs - 1]
        n_left += 1
    return n_left


@kernel
def _swap_in(pool, n_stubs, apart, key, where):
    """Replace a tie c - d of the pool by u - c and v - d for each pair u, v of stubs; return how many stubs stay."""
    first_tie, ties = where
    n_left = 0
    for i in range(0, n_stubs - 1, 2):
        u, v = pool[i], pool[i + 1]
        done = False
        for attempt in range(ATTEMPTS):
            n_ties = ties.n_made[0] - first_tie
            if done or n_ties == 0:
                break
            pick = below(key, (i // 2) * ATTEMPTS + attempt, 2 * n_ties)
            e = first_tie + (pick >> 1)
            c, d = (ties.src[e], ties.dst[e]) if pick & 1 == 0 else (ties.dst[e], ties.src[e])
            if _may_tie(u, c, apart, ties) and _may_tie(v, d, apart, ties):  # never the same pair: c - d is tied
                remove_code(ties.table, pair_code(c, d))
                ties.src[e] = u
                ties.dst[e] = c
                add_code(ties.table, pair_code(u, c))
                _add(v, d, ties)
                done = True
        if not done:
            pool[n_left] = u
            pool[n_left + 1] = v
            n_left += 2
    if n_stubs % 2 == 1:
        pool[n_left] = pool[n_stubs - 1]
        n_left += 1
    return n_left


@kernel
def _may_tie(u, v, apart, ties):
    """Say whether u and v are two people without a tie, of different communities where `apart` (n,) gives those."""
    if u == v or (apart.shape[0] > 0 and apart[u] == apart[v]):
        return False
    return not has_code(ties.table, pair_code(u, v))


@kernel
def _add(u, v, ties):
    add_code(ties.table, pair_code(u, v))
    ties.src[ties.n_made[0]] = u
    ties.dst[ties.n_made[0]] = v
    ties.n_made[0] += 1
