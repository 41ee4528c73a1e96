"""Paths from people: betweenness, and how far goes what needs several voices."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ._jit import inner_kernel, kernel

_MANY_PATHS = 2.0**400
"""Paths of a level are counted in units so that they stay below this many times the people of the next level."""


class Search(NamedTuple):
    """Memory of a search from one person.

    distance : int32 (n,)   all -1, and left so     queue : int32 (n,)
    paths_to, paths_from : float64 (n,)   numbers of shortest paths, Brandes' sigma, in two units
    per_path : float64 (n,)   (1 + delta) / sigma, with Brandes' dependency delta
    """

    distance: NDArray[np.int32]
    queue: NDArray[np.int32]
    paths_to: NDArray[np.float64]
    paths_from: NDArray[np.float64]
    per_path: NDArray[np.float64]


class Reinforced(NamedTuple):
    """Memory of a spread that needs several voices.

    heard : int32 (n,)   all 0, and left so    active : uint8 (n,)   all 0, and left so
    distance : int32 (n,)   all -1, and left so    queue : int32 (n,)
    """

    heard: NDArray[np.int32]
    active: NDArray[np.uint8]
    distance: NDArray[np.int32]
    queue: NDArray[np.int32]


@kernel
def add_betweenness(listeners, pivots, limit, search, score):
    """Add, for each person, the parts of shortest paths from the pivots to everybody on which she lies between.

    Parameters
    ----------
    listeners : Ties        pivots : int32 (k,)
    limit : two int64       after the first number of pivots, stop when the second number of ties has been looked at
    search : Search         score : float64 (n,)   added to

    Returns how many pivots were followed.
    Source: Brandes (2001), section 4. Cost: O(k m). Numbers of paths may pass any bound: each level of people counts
    them in a unit of its own.
    """
    distance, queue, per_path = search.distance, search.queue, search.per_path
    least, most = limit
    n_looked_at = 0
    for p in range(pivots.shape[0]):
        if p >= least and n_looked_at >= most:
            return p
        n_found = _count_paths(listeners, pivots[p], search)
        n_looked_at += _n_ties(listeners, queue, n_found)
        for i in range(n_found - 1, -1, -1):
            v = queue[i]
            total = 0.0
            for e in range(listeners.indptr[v], listeners.indptr[v + 1]):
                w = listeners.indices[e]
                if distance[w] == distance[v] + 1:
                    total += per_path[w]
            total *= search.paths_from[v]
            # So few of the paths of a level that none are left in its unit: nobody's score would change by them.
            per_path[v] = (1.0 + total) / search.paths_to[v] if search.paths_to[v] > 0.0 else 0.0
            if i > 0:
                score[v] += total
        for i in range(n_found):
            distance[queue[i]] = -1
    return pivots.shape[0]


@inner_kernel
def _n_ties(listeners, people, n):
    """Count the first n people, and those who listen to them."""
    total = np.int64(n)
    for i in range(n):
        total += listeners.indptr[people[i] + 1] - listeners.indptr[people[i]]
    return total


@inner_kernel
def _count_paths(listeners, pivot, search):
    """Find everybody whom the pivot reaches, in order of distance, with the number of shortest paths; return how many.

    `paths_from` is `paths_to`, in units of the next level.
    """
    distance, queue, paths_to, paths_from = search.distance, search.queue, search.paths_to, search.paths_from
    queue[0] = pivot
    distance[pivot] = 0
    paths_to[pivot] = 1.0
    first, last = 0, 1
    while first < last:
        most = 0.0
        for i in range(first, last):
            most = max(most, paths_to[queue[i]])
        unit = 1.0 if most < _MANY_PATHS else 1.0 / most
        n_found = last
        for i in range(first, last):
            v = queue[i]
            paths_from[v] = paths_to[v] * unit
            for e in range(listeners.indptr[v], listeners.indptr[v + 1]):
                w = listeners.indices[e]
                if distance[w] < 0:
                    distance[w] = distance[v] + 1
                    paths_to[w] = 0.0
                    queue[n_found] = w
                    n_found += 1
                if distance[w] == distance[v] + 1:
                    paths_to[w] += paths_from[v]
        first, last = last, n_found
    return last


@kernel
def add_complex_paths(listeners, people, threshold, limit, memory, total):
    """Sum the lengths of paths from each person to all whom she and her listeners bring in together.

    Parameters
    ----------
    listeners : Ties        people : int32 (k,)
    threshold : int64       people who must be active before somebody who listens to them becomes so
    limit : as in `add_betweenness`
    memory : Reinforced     total : int64 (k,)   overwritten, as far as people were looked at

    Returns how many were. Cost: O(k m) at most: the ties of those who are brought in, twice.
    """
    active, queue = memory.active, memory.queue
    least, most = limit
    n_looked_at = 0
    for k in range(people.shape[0]):
        if k >= least and n_looked_at >= most:
            return k
        n_active = _bring_in(listeners, people[k], threshold, memory)
        total[k] = _sum_of_distances(listeners, people[k], memory)
        n_looked_at += _n_ties(listeners, queue, n_active)
        for i in range(n_active):
            active[queue[i]] = 0
    return people.shape[0]


@inner_kernel
def _bring_in(listeners, person, threshold, memory):
    active, queue = memory.active, memory.queue
    queue[0] = person
    active[person] = 1
    n_active = 1
    for e in range(listeners.indptr[person], listeners.indptr[person + 1]):
        queue[n_active] = listeners.indices[e]
        active[queue[n_active]] = 1
        n_active += 1
    i = 0
    while i < n_active:
        for e in range(listeners.indptr[queue[i]], listeners.indptr[queue[i] + 1]):
            v = listeners.indices[e]
            if active[v] == 0:
                memory.heard[v] += 1
                if memory.heard[v] >= threshold:
                    active[v] = 1
                    queue[n_active] = v
                    n_active += 1
        i += 1
    return n_active


@inner_kernel
def _sum_of_distances(listeners, person, memory):
    """Walk from a person along active people only; all of them are reached. Clears `heard` and `distance` behind."""
    active, distance, queue = memory.active, memory.distance, memory.queue
    queue[0] = person
    distance[person] = 0
    n_found, total, i = 1, np.int64(0), 0
    while i < n_found:
        u = queue[i]
        total += distance[u]
        for e in range(listeners.indptr[u], listeners.indptr[u + 1]):
            v = listeners.indices[e]
            memory.heard[v] = 0
            if active[v] == 1 and distance[v] < 0:
                distance[v] = distance[u] + 1
                queue[n_found] = v
                n_found += 1
        i += 1
    for i in range(n_found):
        distance[queue[i]] = -1
    return total
