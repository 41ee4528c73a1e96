"""Cascades in which everybody listens to one chosen tie or to none: linear threshold.

v's number x = ``word(key, v) >> 1`` in [0, 2^63) chooses the in-tie in whose interval it lies; u reaches v when v chose
a tie from u, and the step of v is the length of the path of chosen ties from the seed nodes. Source: Kempe, Kleinberg &
Tardos (2015), claim 2.6. A replica can be worked out in two ways that give the same numbers, people in the same order:

backward: every person chooses at once, without a look at any tie but the chosen one, and is put on the list of those
who listen to the same person; then the lists are followed from the seed nodes. Costs the same whoever is reached.
forward: the ties of the people reached are followed, and only who hears of it chooses. For cascades that stay small.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ._jit import kernel
from .live_edge import AT_MAX_STEPS, DIED_OUT, HALTED, reach_seed_nodes
from .rng import word

_BLOCK = 1 << 16
"""People who choose between two looks at the halt flag."""

_ONE = np.uint64(1)
_LOW_32_BITS = np.uint64(0xFFFFFFFF)
_SHIFT_31, _SHIFT_32 = np.uint64(31), np.uint64(32)


class ChosenTies(NamedTuple):
    """A network from both ends of its ties, and the share that each tie has of its listener.

    indptr : int64 (n + 1,)      ties of person u are indptr[u] .. indptr[u + 1] - 1; length 1 where complete
    indices : int32 (m,)         the listener of each tie
    n_people : int64
    complete : bool              no stored ties: everybody listens to everybody else, with equal shares
    in_indptr : int64 (n + 1,)   ties into person v are in_indptr[v] .. in_indptr[v + 1] - 1; length 1 where complete
    sources : int32 (m,)         whom v listens to by each, in order of their numbers
    end : uint64 (m,)            where the share of each tie into v ends in [0, 2^63]; they never fall, a share begins
                                 where the one before ends, and whose number lies beyond the last listens to nobody.
                                 Length 0: equal shares
    """

    indptr: NDArray[np.int64]
    indices: NDArray[np.int32]
    n_people: int
    complete: bool
    in_indptr: NDArray[np.int64]
    sources: NDArray[np.int32]
    end: NDArray[np.uint64]


class ChoiceScratch(NamedTuple):
    """Memory of one thread. `reached` comes in all zero and is left so; all else is overwritten.

    reached : uint8 (n,)       forward alone
    order : int32 (n,)         people reached, in order
    parent : int32 (n,) or (0,)   who reached each of them, -1: nobody; (0,): not kept, a write less for each person
    first : int32 (n + 2,)     backward alone: of the list of those who listen to u, the first; -1: the list is empty
    following : int32 (n,)     backward alone: who follows v on the list that v is on, -1: nobody
    halt : uint8 (1,)          set to 1 by another thread to abandon the replica in work: its stop code is HALTED
    """

    reached: NDArray[np.uint8]
    order: NDArray[np.int32]
    parent: NDArray[np.int32]
    first: NDArray[np.int32]
    following: NDArray[np.int32]
    halt: NDArray[np.uint8]


@kernel
def spread_backward(ties, seed_nodes, keys, max_steps, scratch, out):
    """Run the replicas of a chunk one after another: everybody chooses, then the choices are followed.

    Parameters
    ----------
    ties : ChosenTies
    seed_nodes : int32 (k,)   reached at step 0; repeats are harmless
    keys : Keys               one entry a replica
    max_steps : int64         steps after which a replica is stopped
    scratch : ChoiceScratch   overwritten
    out : SpreadOut           overwritten

    Returns
    -------
    int
        Ties that leave the people who were reached and could tell others, all replicas together.

    Cost: O(people) a replica, however many ties there are; nothing is allocated.
    """
    examined = 0
    for r in range(keys.own.shape[0]):
        out.newly[r, :] = 0
        out.reach[r], out.last_step[r], out.stop[r] = 0, 0, HALTED
        if not _choose_all(ties, keys.own[r], scratch.following, scratch.halt):
            continue
        n_seeds = _start(seed_nodes, ties.n_people, scratch)
        if not _link_all(scratch.following, scratch.first, scratch.halt):
            continue
        n_reached, step, told = _follow_lists(n_seeds, max_steps, scratch, out.newly[r])
        if told < 0:
            continue
        out.reach[r], out.last_step[r] = n_reached, step
        out.stop[r] = DIED_OUT if told == n_reached else AT_MAX_STEPS
        examined += _ties_of(ties, scratch.order, told)
    return examined


@kernel
def spread_forward(ties, seed_nodes, keys, max_steps, scratch, out):
    """Run the replicas of a chunk one after another along the ties of the people reached; see `spread_backward`.

    Cost: O(people reached + ties leaving them) a replica; nothing is allocated.
    """
    examined = 0
    for r in range(keys.own.shape[0]):
        out.newly[r, :] = 0
        n_reached, step, told = _follow_ties(ties, seed_nodes, keys.own[r], max_steps, scratch, out.newly[r])
        out.reach[r], out.last_step[r] = n_reached, step
        if told < 0:
            out.stop[r] = HALTED
        else:
            out.stop[r] = DIED_OUT if told == n_reached else AT_MAX_STEPS
            examined += _ties_of(ties, scratch.order, told)
        for i in range(n_reached):
            scratch.reached[scratch.order[i]] = 0
    return examined


# Backward.


@kernel
def _choose_all(ties, key, choice, halt):
    """Write whom everybody listens to into `choice`, n for nobody; False: halted."""
    n = ties.n_people
    for begin in range(0, n, _BLOCK):
        if halt[0] == 1:
            return False
        _choose(ties, key, begin, min(begin + _BLOCK, n), choice)
    return True


@kernel
def _choose(ties, key, begin, end, choice):
    # Arrays are taken out of the tuple here, and the rules stand in the loop: in a function shared with `_follow_ties`,
    # which asks `ties` person by person, choosing takes twice as long.
    in_indptr, sources, shares, n, complete = ties.in_indptr, ties.sources, ties.end, ties.n_people, ties.complete
    equal = shares.shape[0] == 0
    for v in range(begin, end):
        if complete:
            u = _chosen_of_all(key, v, n)
        elif equal:
            u = _chosen_equally(in_indptr, sources, key, v, n)
        else:
            u = _chosen_by_share(in_indptr, sources, shares, key, v, n)
        choice[v] = u


@kernel
def _start(seed_nodes, n_people, scratch):
    """Begin the order with the seed nodes, who listen to nobody: they choose n + 1. Return how many there are."""
    order, parent, choice = scratch.order, scratch.parent, scratch.following
    n_seeds = 0
    for i in range(seed_nodes.shape[0]):
        s = np.int64(seed_nodes[i])
        if choice[s] != n_people + 1:
            choice[s] = n_people + 1
            order[n_seeds] = s
            n_seeds += 1
            if parent.shape[0] > 0:
                parent[s] = -1
    return n_seeds


@kernel
def _link_all(following, first, halt):
    """Put everybody on the list of whom they chose; `following` comes in with the choices. False: halted.

    From the last person to the first, so that a list is in order of people, as are the ties to listeners.
    """
    n = following.shape[0]
    first[:] = -1
    for end in range(n, 0, -_BLOCK):
        if halt[0] == 1:
            return False
        for v in range(end - 1, max(end - _BLOCK, 0) - 1, -1):
            u = np.int64(following[v])
            following[v] = first[u]
            first[u] = v
    return True


@kernel
def _follow_lists(n_seeds, max_steps, scratch, newly):
    """Return how many are reached, the last step, and how many of them could tell others; -1: halted."""
    order, parent, first, following, halt = (
        scratch.order,
        scratch.parent,
        scratch.first,
        scratch.following,
        scratch.halt,
    )
    traced = parent.shape[0] > 0
    n_reached = n_seeds
    newly[0] = n_reached
    step, begin, end = 0, 0, n_reached
    while begin < end and step < max_steps:
        for i in range(begin, end):
            if halt[0] == 1:
                return n_reached, step, -1
            u = np.int64(order[i])
            v = np.int64(first[u])
            while v >= 0:
                order[n_reached] = v
                n_reached += 1
                if traced:
                    parent[v] = u
                v = np.int64(following[v])
        begin, end = end, n_reached
        if begin < end:
            step += 1
            if step < newly.shape[0]:
                newly[step] = end - begin
    return n_reached, step, begin


# Forward.


@kernel
def _follow_ties(ties, seed_nodes, key, max_steps, scratch, newly):
    """As `_follow_lists`, over the ties of the people reached."""
    order, parent, reached, halt = scratch.order, scratch.parent, scratch.reached, scratch.halt
    indptr, indices, complete, n = ties.indptr, ties.indices, ties.complete, ties.n_people
    in_indptr, sources, shares = ties.in_indptr, ties.sources, ties.end
    traced, equal = parent.shape[0] > 0, shares.shape[0] == 0
    n_reached = reach_seed_nodes(seed_nodes, reached, order, parent)
    newly[0] = n_reached
    step, begin, end = 0, 0, n_reached
    while begin < end and step < max_steps:
        for i in range(begin, end):
            if halt[0] == 1:
                return n_reached, step, -1
            if n_reached == n:  # nobody is left to reach
                break
            u = np.int64(order[i])
            e, last = (np.int64(0), n) if complete else (indptr[u], indptr[u + 1])
            while e < last:
                v = e if complete else np.int64(indices[e])
                e += 1
                if reached[v] == 1:
                    continue
                if complete:
                    chosen = _chosen_of_all(key, v, n)
                elif equal:
                    chosen = _chosen_equally(in_indptr, sources, key, v, n)
                else:
                    chosen = _chosen_by_share(in_indptr, sources, shares, key, v, n)
                if chosen == u:
                    reached[v] = 1
                    if traced:
                        parent[v] = u
                    order[n_reached] = v
                    n_reached += 1
        begin, end = end, n_reached
        if begin < end:
            step += 1
            if step < newly.shape[0]:
                newly[step] = end - begin
    return n_reached, step, begin


# Both.


@kernel
def _ties_of(ties, order, n):
    """Return how many ties leave the first n people of an order."""
    if ties.complete:
        return n * (ties.n_people - 1)
    indptr, total = ties.indptr, 0
    for i in range(n):
        u = np.int64(order[i])
        total += indptr[u + 1] - indptr[u]
    return total


@kernel
def _chosen_of_all(key, v, n):
    """Return whom v chose among all others; n where there are none."""
    if n == 1:
        return n
    rank = chosen_share(word(key, v) >> _ONE, n - 1)
    return rank + 1 if rank >= v else rank


@kernel
def _chosen_equally(in_indptr, sources, key, v, n):
    """Return whom v chose among those it listens to, who own equal shares; n where there are none."""
    first = in_indptr[v]
    degree = in_indptr[v + 1] - first
    if degree == 0:
        return n
    return np.int64(sources[first + chosen_share(word(key, v) >> _ONE, degree)])


@kernel
def _chosen_by_share(in_indptr, sources, end, key, v, n):
    """Return whom v chose among those it listens to, in whose share v's number lies; n for nobody."""
    x = word(key, v) >> _ONE
    low, last = in_indptr[v], in_indptr[v + 1]
    left = last - low
    if left == 0:
        return n
    while left > 16:
        half = left >> 1
        low += half if end[low + half - 1] <= x else 0
        left -= half
    before = 0
    for e in range(low, low + left):  # counting those below is faster than halving further: no branch to mispredict
        before += 1 if end[e] <= x else 0
    low += before
    return np.int64(sources[low]) if low < last else n


@kernel
def chosen_share(x, n_shares):
    """Return the rank of the share in which x lies, where share k of n begins at floor(k * 2^63 / n).

    That is the largest k with k * 2^63 < (x + 1) * n, so floor(((x + 1) * n - 1) / 2^63): x in two halves of 32 bits
    times n, without overflow and without a division.

    Parameters
    ----------
    x : uint64 below 2^63
    n_shares : int64, from 1 to 2^31 - 1
    """
    n = np.uint64(n_shares)
    low = (x & _LOW_32_BITS) * n + (n - _ONE)
    return np.int64(((x >> _SHIFT_32) * n + (low >> _SHIFT_32)) >> _SHIFT_31)
