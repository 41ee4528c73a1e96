"""Reverse-reachable sets: who would have reached a person, followed back over live ties; 64 sets at a time.

The chance that a set drawn around a random person holds one of the seed nodes is the part of all people whom these
reach (Borgs, Brautbar, Chayes & Lucier 2014; Tang, Shi & Xiao 2015). A set is a pure function of its number, so that
threads, batches and memory change none.

Sixty-four sets grow side by side, so that their reads of the network do not wait for each other.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ._jit import inner_kernel, kernel
from .reverse_ties import AHEAD, chosen_ties, live_ties
from .rng import below, word
from .wide import prefetch

BATCH = 64
"""Sets that grow side by side: a bit each."""

_TAKES_PART = 1 << 40
_ZERO, _ONE = np.uint64(0), np.uint64(1)


class Asked(NamedTuple):
    """Which sets are drawn, and what of them is wanted.

    n_sets : int64             how many     begin : int64   number of the first of them
    key : uint64               of all sets     root_key : uint64   of the people around whom they are drawn
    takes_part : uint64 (n,) or (0,)   a person counts where 63 bits of hers in this set are below; (0,): everybody
    max_depth : int64          a set holds who would have reached its root within so many steps
    hits : uint8 (n,) or (0,)  1: a set that holds this person is done: it is counted, and left empty
    keep : int64               0: only counted
    """

    n_sets: int
    begin: int
    key: np.uint64
    root_key: np.uint64
    takes_part: NDArray[np.uint64]
    max_depth: int
    hits: NDArray[np.uint8]
    keep: int


class Drawn(NamedTuple):
    """Sets, one after another; overwritten.

    members : int32 (room,)   end : int64 (s,)   where each set ends
    totals : int64 (3,)       sets done, members of these, sets that were hit
    """

    members: NDArray[np.int32]
    end: NDArray[np.int64]
    totals: NDArray[np.int64]


@kernel
def draw_sets(world, asked, scratch, out):
    """Draw sets until all are drawn or `out.members` is full.

    Parameters
    ----------
    world : ReverseWorld    asked : Asked    scratch : Scratch    out : Drawn

    By choice a set is a path: it ends where somebody chooses nobody, or one who is on it already.
    Cost: O(members + their live in-ties) a set.
    """
    done, width, n_sets = 0, BATCH, asked.n_sets
    out.totals[:] = 0
    while done < n_sets:
        n_wide = min(width, n_sets - done)
        n, hit = plant(world, asked, scratch, done, n_wide)
        i = depth = 0
        while i < n and depth < asked.max_depth:
            level = n
            while i < level <= n:
                if world.by_choice:
                    i, n_ties = chosen_ties(world, hit, scratch, i, level)
                else:
                    i, n_ties = live_ties(world, hit, scratch, i, level)
                n, hit = _take_in(world, asked, hit, scratch, n, n_ties)
            depth += 1
        if n < 0:
            width = max(width // 4, 1)  # so many do not fit side by side
        elif hand_out(asked, hit, scratch, n, done, n_wide, out):
            done += n_wide
        else:
            return


@inner_kernel
def plant(world, asked, scratch, done, n_wide):
    """Begin a batch: one root a set. Returns the people so far, and a bit for each set that is hit already."""
    hit = _ZERO
    for lane in range(n_wide):
        v = below(asked.root_key, asked.begin + done + lane, world.n_people)
        scratch.lane_keys[lane] = word(asked.key, asked.begin + done + lane)
        bit = _ONE << np.uint64(lane)
        scratch.seen[v] |= bit
        scratch.person[lane] = v
        scratch.lane[lane] = lane
        if asked.hits.shape[0] > 0 and asked.hits[v] == 1 and counts_in(asked, scratch.lane_keys[lane], v):
            hit |= bit
    return n_wide, hit


@inner_kernel
def counts_in(asked, lane_key, v):
    """Say whether a person counts in the set of this key."""
    if asked.takes_part.shape[0] == 0:
        return True
    return word(lane_key, _TAKES_PART + np.int64(v)) >> _ONE < asked.takes_part[v]


@inner_kernel
def _take_in(world, asked, hit, scratch, n, n_ties):
    """Let those whom ties lead to join the sets they are not in. Returns the people, -1: no room, and what is hit."""
    seen, person, lanes, tie, tie_lane = scratch.seen, scratch.person, scratch.lane, scratch.tie, scratch.tie_lane
    if n + n_ties + AHEAD >= person.shape[0]:
        for i in range(n):
            seen[person[i]] = _ZERO
        return -1, hit
    for j in range(n_ties):
        u = tie[j] if world.complete else np.int64(world.sources[tie[j]])
        tie[j] = u
        prefetch(seen, u)
    judged = asked.hits.shape[0] > 0
    for j in range(n_ties):
        u, lane = tie[j], tie_lane[j]
        bit = _ONE << np.uint64(lane)
        before = seen[u]
        seen[u] = before | bit
        person[n] = u
        lanes[n] = lane
        n += np.int64(before & bit == _ZERO)
        if judged and asked.hits[u] == 1 and hit & bit == _ZERO and counts_in(asked, scratch.lane_keys[lane], u):
            hit |= bit
    return n, hit


@inner_kernel
def hand_out(asked, hit, scratch, n, done, n_wide, out):
    """Put the people of a batch set by set behind those before; False: there was no room, nothing was written."""
    person, lanes, place, seen = scratch.person, scratch.lane, scratch.place, scratch.seen
    n_kept, so_far = 0, out.totals[1]
    place[:] = 0
    for i in range(n):
        v, lane = person[i], lanes[i]
        seen[v] = _ZERO
        if hit >> np.uint64(lane) & _ONE == _ZERO and counts_in(asked, scratch.lane_keys[lane], v):
            person[n_kept], lanes[n_kept] = v, lane
            place[lane + 1] += asked.keep
            n_kept += asked.keep
    if so_far + n_kept > out.members.shape[0]:
        return False
    for lane in range(n_wide):
        place[lane + 1] += place[lane]
    for i in range(n_kept):
        lane = lanes[i]
        out.members[so_far + place[lane]] = person[i]
        place[lane] += 1
    for lane in range(n_wide):
        out.end[done + lane] = so_far + place[lane]
        out.totals[2] += np.int64(hit >> np.uint64(lane) & _ONE)
    out.totals[0] += n_wide
    out.totals[1] = so_far + n_kept
    return True
