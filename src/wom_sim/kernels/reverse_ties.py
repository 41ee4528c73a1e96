"""Whom a person listens to over live ties, drawn when she is asked: all of a group's live ties together, or one choice.

How many of a group's ties are live is one draw from a table, which they are another for each: asking costs as much as
there are live ties, however many there are (Guo, Wang, Wei & Chen 2020, "Influence maximization revisited", skip over
ties instead).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ._jit import inner_kernel
from .rng import below, word
from .wide import prefetch

STRIP = 256
"""People who are asked together."""

MOST_TIES = 4 * STRIP
"""Candidates after which no further group is asked in the same go."""

AHEAD = 8
"""Entries between asking for memory and reading it."""

_PAIRWISE = 16
"""Up to so many different positions are kept apart by comparing them, more by a bit for each."""

FIRST_COUNTS = 4
"""Entries of a table that are read at once: four comparisons cost less than one that is mispredicted."""

_ACCEPTED = 1 << 33
_RANK_BITS = 32
_RANK = (1 << _RANK_BITS) - 1
_ZERO, _ONE, _LOW = np.uint64(0), np.uint64(1), np.uint64(63)


class ReverseWorld(NamedTuple):
    """The ties by which people are reached, by those who listen, and how they come to be live.

    Either independently, in groups: of a group's ties each is a candidate with one chance, and a candidate is live with
    a chance of its own; or by choice: each person listens to one of them at most.

    n_people : int64
    complete : bool              everybody is tied to everybody and nothing is stored: one group a person
    by_choice : bool
    first : int32 or int64 (g + 1,)   ties of group i are first[i] .. first[i + 1] - 1; (1,) where complete
    sources : int32 (m,)         whom the person of the group listens to
    groups : int64 (n + 1,) or (0,)   groups of each person; (0,): group v is person v's only one
    table : int32 (g,)           where in `counts` the table of each group begins; (1,) where complete
    counts : uint64 (t,)         tables of floor(2^63 P(at most c ties are candidates)), c = 0, 1, ..., each followed by
                                 2^63 four times and more: no table ends within the four entries that are read at once
    accept : uint64 (m,) or (0,)   a candidate is live where 63 bits are below this; (0,): always
    end : uint64 (m,) or (0,)    by choice: where the share of each tie ends on [0, 2^63); (0,): equal shares
    """

    n_people: int
    complete: bool
    by_choice: bool
    first: NDArray[np.int32] | NDArray[np.int64]
    sources: NDArray[np.int32]
    groups: NDArray[np.int64]
    table: NDArray[np.int32]
    counts: NDArray[np.uint64]
    accept: NDArray[np.uint64]
    end: NDArray[np.uint64]


class Groups(NamedTuple):
    """Groups of ties that are asked together; an entry a group: STRIP, and as many as one person may have.

    number : int64         the group         whose : int64   who asks, by place in `Scratch.person`
    start, size : int64    its first tie, and how many it has      n_new : int64   candidates among them
    own : uint64           key of its draws
    """

    number: NDArray[np.int64]
    whose: NDArray[np.int64]
    start: NDArray[np.int64]
    size: NDArray[np.int64]
    n_new: NDArray[np.int64]
    own: NDArray[np.uint64]


class Scratch(NamedTuple):
    """Memory of one thread; `seen` and `taken` come in all zero and are left so.

    seen : uint64 (n,)     sets of the batch that hold each person, a bit each
    person : int32 (p,), lane : uint8 (p,)    who joined which set, in order; p >= n + w + 2 AHEAD
    tie : int64 (w,), tie_lane : uint8 (w,)   ties to be looked up; w >= MOST_TIES + the most in-ties of a person
    entry, position : int64 (w,)   candidates to be chosen: group and rank of each, and which of the group's ties it is;
        as long as `tie`, and FIRST_COUNTS more
    taken : uint64 (d,)    a bit for each position in the largest group
    lane_keys : uint64 (64,)   place : int64 (65,)
    """

    seen: NDArray[np.uint64]
    person: NDArray[np.int32]
    lane: NDArray[np.uint8]
    tie: NDArray[np.int64]
    tie_lane: NDArray[np.uint8]
    groups: Groups
    entry: NDArray[np.int64]
    position: NDArray[np.int64]
    taken: NDArray[np.uint64]
    lane_keys: NDArray[np.uint64]
    place: NDArray[np.int64]


@inner_kernel
def live_ties(world, hit, scratch, i, n):
    """Draw the live ties into people i, i + 1, ..., a strip of them. Returns the next person and the number of ties.

    In passes, each a loop with few branches to mispredict, so that memory is asked for many at a time: whose groups,
    how many ties of each are live, which these are, and, by the caller, who is at their other ends.
    """
    i, n_groups = _gather_groups(world, hit, scratch, i, n)
    n_counted = _count_candidates(world, scratch, n_groups)
    if n_counted < n_groups:  # enough; the others' turn is next
        i = scratch.groups.whose[n_counted - 1] + 1
    n_entries = _list_candidates(scratch, n_counted)
    _choose_positions(scratch, n_entries)
    return i, _accept_ties(world, scratch, n_entries)


@inner_kernel
def _gather_groups(world, hit, scratch, i, n):
    """List the groups of a strip of people whose sets are not done. Returns the next person, and how many groups."""
    person, lanes, of_person = scratch.person, scratch.lane, world.groups
    number, whose, n_groups = scratch.groups.number, scratch.groups.whose, 0
    if of_person.shape[0] == 0:
        last = min(n, i + number.shape[0])
        while i < last:
            number[n_groups], whose[n_groups] = person[i], i
            n_groups += np.int64(~(hit >> np.uint64(lanes[i])) & _ONE)
            i += 1
        return i, n_groups
    while i < n and n_groups < STRIP:
        if hit >> np.uint64(lanes[i]) & _ONE == _ZERO:
            for group in range(of_person[person[i]], of_person[person[i] + 1]):
                number[n_groups], whose[n_groups] = group, i
                n_groups += 1
        i += 1
    return i, n_groups


@inner_kernel
def _count_candidates(world, scratch, n_groups):
    """Draw how many ties of each group are candidates, until there are enough. Returns for how many groups.

    The number is that of the entries of the group's table that are not above the draw.
    """
    complete, others, first, table, counts = (
        world.complete,
        world.n_people - 1,
        world.first,
        world.table,
        world.counts,
    )
    lanes, lane_keys = scratch.lane, scratch.lane_keys
    number, whose, start, size, n_new, own = scratch.groups
    total = 0
    for k in range(n_groups):
        group = number[k]
        start[k] = 0 if complete else first[group]
        size[k] = others if complete else first[group + 1] - start[k]
        own[k] = word(lane_keys[lanes[whose[k]]], group)
        x = own[k] >> _ONE
        at = np.int64(table[0 if complete else group])
        n = np.int64(0)
        for c in range(FIRST_COUNTS):
            n += np.int64(x >= counts[at + c])
        if n == FIRST_COUNTS:
            while x >= counts[at + n]:
                n += 1
        n_new[k] = n
        total += n
        if total >= MOST_TIES and (k + 1 == n_groups or whose[k + 1] != whose[k]):
            return k + 1
    return n_groups


@inner_kernel
def _list_candidates(scratch, n_groups):
    """Write an entry for each candidate: its group and its rank in it. Returns how many there are."""
    entry, n_new, n_entries = scratch.entry, scratch.groups.n_new, 0
    for k in range(n_groups):
        for j in range(FIRST_COUNTS):  # four in any case: those beyond the last candidate are overwritten
            entry[n_entries + j] = (k << _RANK_BITS) + j
        for j in range(FIRST_COUNTS, n_new[k]):
            entry[n_entries + j] = (k << _RANK_BITS) + j
        n_entries += n_new[k]
    return n_entries


@inner_kernel
def _choose_positions(scratch, n_entries):
    """Draw which tie of its group each candidate is: any n different ones of a group are equally likely.

    Floyd's choice (Bentley & Floyd 1987): the j-th of n is any of the first size - n + j + 1, or, where that one is
    taken, the last of these.
    """
    entry, position, taken = scratch.entry, scratch.position, scratch.taken
    size, n_new, own = scratch.groups.size, scratch.groups.n_new, scratch.groups.own
    for x in range(n_entries):
        k, j = entry[x] >> _RANK_BITS, entry[x] & _RANK
        n = n_new[k]
        last = size[k] - n + j
        q = below(own[k], j, last + 1)
        if n <= _PAIRWISE:
            for other in range(x - j, x):
                if position[other] == q:
                    q = last
        else:
            if taken[q >> 6] >> (np.uint64(q) & _LOW) & _ONE != _ZERO:
                q = last
            taken[q >> 6] |= _ONE << (np.uint64(q) & _LOW)
        position[x] = q
        if n > _PAIRWISE and j == n - 1:
            for other in range(x - j, x + 1):
                taken[position[other] >> 6] = _ZERO


@inner_kernel
def _accept_ties(world, scratch, n_entries):
    """Write the ties of candidates that are live, and the sets they belong to. Returns how many."""
    complete, accept, sources = world.complete, world.accept, world.sources
    entry, position, tie, tie_lane, lanes = (
        scratch.entry,
        scratch.position,
        scratch.tie,
        scratch.tie_lane,
        scratch.lane,
    )
    number, whose, start, own = scratch.groups.number, scratch.groups.whose, scratch.groups.start, scratch.groups.own
    n_ties = 0
    for x in range(n_entries):
        k = entry[x] >> _RANK_BITS
        e = start[k] + position[x]
        tie[n_ties], tie_lane[n_ties] = e, lanes[whose[k]]
        if complete:
            tie[n_ties] += np.int64(e >= number[k])
        else:
            prefetch(sources, e)
        if accept.shape[0] == 0:
            n_ties += 1
        else:
            n_ties += np.int64(word(own[k], _ACCEPTED + position[x]) >> _ONE < accept[e])
    return n_ties


@inner_kernel
def chosen_ties(world, hit, scratch, i, n):
    """Write the tie that each of people i, i + 1, ... chooses; as `live_ties`."""
    person, lanes, lane_keys, first, end = scratch.person, scratch.lane, scratch.lane_keys, world.first, world.end
    complete, equal = world.complete, world.end.shape[0] == 0
    n_ties = 0
    while i < n and n_ties < STRIP:
        v, lane = np.int64(person[i]), lanes[i]
        i += 1
        if not complete:
            prefetch(first, person[i + AHEAD])
        if hit >> np.uint64(lane) & _ONE != _ZERO:
            continue
        start = 0 if complete else first[v]
        last = world.n_people - 1 if complete else first[v + 1]
        if start == last:
            continue
        if equal:
            chosen = start + below(lane_keys[lane], v, last - start)
        else:
            chosen = _chosen(end, word(lane_keys[lane], v) >> _ONE, start, last)
            if chosen == last:
                continue
        if complete:
            chosen += np.int64(chosen >= v)
        else:
            prefetch(world.sources, chosen)
        scratch.tie[n_ties] = chosen
        scratch.tie_lane[n_ties] = lane
        n_ties += 1
    return i, n_ties


@inner_kernel
def _chosen(end, x, low, high):
    """Return the first tie of low .. high - 1 whose share ends beyond x, `high` where none does."""
    while low < high:
        middle = (low + high) >> 1
        if x < end[middle]:
            high = middle
        else:
            low = middle + 1
    return low
