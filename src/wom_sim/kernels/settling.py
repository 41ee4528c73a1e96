"""Who could stand in for each person of a choice, and sets that need no longer be looked at."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ._jit import inner_kernel, kernel


class Rivals(NamedTuple):
    """What people of a choice are up against, an entry a person; overwritten.

    own : int64 (k,)    sets that the person alone of the choice hits
    rival : int64 (k,)  sets that the one who adds most in her place would hit, of those who are in some of her own
    both : int64 (k,)   her own that this one hits too; of equals the one with the fewest
    left : int64 (1,)   sets that anybody would add to the whole choice, at most
    """

    own: NDArray[np.int64]
    rival: NDArray[np.int64]
    both: NDArray[np.int64]
    left: NDArray[np.int64]


@kernel
def find_rivals(cover, gain, eligible, chosen, scratch, rivals):
    """Find for everybody in a choice who could best stand in.

    Parameters
    ----------
    cover : Cover          see `coverage`     gain : int32 (n,)   what each person would add to the whole choice
    eligible : bool (n,)   chosen : int32 (k,), people whose sets are listed
    scratch : int32 (s,), int32 (n,), a tuple; all zero: chosen people in each set, left as counted; sets that a person
        shares, left zero
    rivals : Rivals

    Cost: O(n + members of the sets that one of the choice alone hits).
    """
    n_chosen, shared = scratch
    rivals.left[0] = 0
    for v in range(gain.shape[0]):
        if eligible[v]:
            rivals.left[0] = max(rivals.left[0], gain[v])
    for i in range(chosen.shape[0]):
        at = cover.slot[chosen[i]]
        for j in range(cover.first[at], cover.first[at + 1]):
            n_chosen[cover.held[j]] += 1
    for i in range(chosen.shape[0]):
        _find_rival(cover, gain, eligible, (np.int64(chosen[i]), i), n_chosen, shared, rivals)


@inner_kernel
def _find_rival(cover, gain, eligible, whose, n_chosen, shared, rivals):
    held, end, members, (v, i) = cover.held, cover.end, cover.members, whose
    first, last = cover.first[cover.slot[v]], cover.first[cover.slot[v] + 1]
    own = most = both = np.int64(0)
    for j in range(first, last):
        s = held[j]
        if n_chosen[s] == 1:
            own += 1
            for x in range(end[s - 1] if s > 0 else 0, end[s]):
                shared[members[x]] += 1
    shared[v] = 0
    for j in range(first, last):
        s = held[j]
        if n_chosen[s] == 1:
            for x in range(end[s - 1] if s > 0 else 0, end[s]):
                u = members[x]
                instead, with_her = np.int64(gain[u]) + shared[u], np.int64(shared[u])
                if eligible[u] and with_her > 0 and (instead > most or (instead == most and with_her < both)):
                    most, both = instead, with_her
                shared[u] = 0
    rivals.own[i], rivals.rival[i], rivals.both[i] = own, most, both


@kernel
def leave_hit(members, end, marks):
    """Empty the sets that hold somebody marked; those left move up.

    Parameters
    ----------
    members : int32 (M,), end : int64 (s,)   changed, see `coverage.Cover`     marks : uint8 (n,)

    Returns
    -------
    int64, int64
        Members left, sets that were emptied.
    """
    n_left, n_hit, first = np.int64(0), np.int64(0), np.int64(0)
    for s in range(end.shape[0]):
        last, begin, hit = end[s], n_left, False
        for i in range(first, last):
            members[n_left] = members[i]
            hit |= marks[members[i]] == 1
            n_left += 1
        if hit:
            n_left = begin
            n_hit += 1
        first = last
        end[s] = n_left
    return n_left, n_hit
