"""Who is next: people waiting in order of their times, in a binary heap that can move somebody forward.

Three arrays and a size that the caller keeps:

heap : int32 (n,)     the people who wait, in the first `size` entries; nobody is due before whoever stands above
place : int32 (n,)    where each person stands in `heap`, -1: does not wait
time : float64 (n,)   when each person who waits is due; once taken out, when that was; never NaN

Of two people due at the same time the one with the smaller number comes first, so that the order in which people were
put in cannot matter.
"""

from __future__ import annotations

import numpy as np

from ._jit import inner_kernel


@inner_kernel
def put(heap, place, time, size, v, due):
    """Let v wait until `due`, or bring v forward to it; who waits and is due sooner stays. Return the new size.

    Cost: O(log size).
    """
    i = np.int64(place[v])
    if i < 0:
        i = size
        size += 1
    elif due >= time[v]:
        return size
    time[v] = due
    while i > 0:
        above = (i - 1) >> 1
        u = heap[above]
        if time[u] < due or (time[u] == due and u < v):
            break
        heap[i] = u
        place[u] = i
        i = above
    heap[i] = v
    place[v] = i
    return size


@inner_kernel
def take_first(heap, place, time, size):
    """Take out who is due first, of at least one, and return that person; the new size is one less.

    Cost: O(log size).
    """
    first = np.int64(heap[0])
    place[first] = -1
    size -= 1
    if size == 0:
        return first
    v = heap[size]
    due = time[v]
    i = 0
    below = 1
    while below < size:
        w = heap[below]
        if below + 1 < size:
            other = heap[below + 1]
            if time[other] < time[w] or (time[other] == time[w] and other < w):
                below += 1
                w = other
        if due < time[w] or (due == time[w] and v < w):
            break
        heap[i] = w
        place[w] = i
        i = below
        below = 2 * i + 1
    heap[i] = v
    place[v] = i
    return first


@inner_kernel
def take_all(heap, place, size):
    """Take out everybody who waits; the new size is 0. Cost: O(size)."""
    for i in range(size):
        place[heap[i]] = -1
