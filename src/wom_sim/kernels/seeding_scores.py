"""Where people stand in a network: cores, PageRank, betweenness, complex paths, communities."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ._jit import inner_kernel, kernel
from .generate import shuffle
from .rng import word

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


class Labelling(NamedTuple):
    """Memory of label propagation: order : int32 (n,), everybody once; tally : int32 (n,), all 0, and left so."""

    order: NDArray[np.int32]
    tally: NDArray[np.int32]


@kernel
def peel(listeners, sources, start, people, place, core):
    """Take people off in order of the ties they have left, which leaves core numbers.

    Parameters
    ----------
    listeners, sources : Ties   see `seeding.Ties`; where ties are mutual `sources` has none
    core : int64 (n,)       ties of each person; goes out as the largest c for which she is one of a group whose members
                            all have at least c ties among themselves
    people : int32 (n,)     everybody in order of `core`; overwritten
    place : int32 (n,)      where each stands there; overwritten
    start : int64 (d + 1,)  for each number of ties up to the largest, d, how many people have fewer; overwritten

    Source: Batagelj & Zaversnik (2003). Cost: O(n + m).
    """
    for i in range(people.shape[0]):
        v = people[i]
        for e in range(listeners.indptr[v], listeners.indptr[v + 1]):
            _take_off(listeners.indices[e], core[v], start, people, place, core)
        if sources.indices.shape[0] > 0:
            for e in range(sources.indptr[v], sources.indptr[v + 1]):
                _take_off(sources.indices[e], core[v], start, people, place, core)


@inner_kernel
def _take_off(u, c, start, people, place, core):
    """Take one tie from u if she has more than c left: she changes places with the first of those who have as many."""
    d = core[u]
    if d > c:
        i, first = np.int64(place[u]), start[d]
        w = people[first]
        people[first], people[i] = u, w
        place[u], place[w] = first, i
        start[d] += 1
        core[u] = d - 1


@kernel
def pass_rank_on(listeners, n_sources, damping, rank, given, passed):
    """Let everybody pass her rank on to those she listens to, one round of PageRank.

    Parameters
    ----------
    listeners : Ties            n_sources : int64 (n,)   how many people each listens to
    damping : float64           part of the rank that is passed on; the rest, and that of people who listen to nobody,
                                is shared by all
    rank : float64 (n,)         sums to n
    given, passed : float64 (n,)   overwritten: what each gives to each; the new rank

    Returns the largest change of anybody's rank.
    """
    n = rank.shape[0]
    idle = 0.0
    for v in range(n):
        if n_sources[v] == 0:
            idle += rank[v]
            given[v] = 0.0
        else:
            given[v] = rank[v] / n_sources[v]
    shared = 1.0 - damping + damping * idle / n
    change = 0.0
    for u in range(n):
        total = 0.0
        for e in range(listeners.indptr[u], listeners.indptr[u + 1]):
            total += given[listeners.indices[e]]
        passed[u] = shared + damping * total
        change = max(change, abs(passed[u] - rank[u]))
    return change


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


@kernel
def propagate_labels(listeners, sources, key, memory, label):
    """Let everybody, in an order by lot, take the label that most of those tied to her have; one round.

    Who has one of the most frequent labels keeps it; else the lot decides between them.

    Parameters
    ----------
    listeners, sources : Ties   where ties are mutual `sources` has none
    key : uint64            of this round
    memory : Labelling      label : int32 (n,)   overwritten

    Returns how many changed their label. Source: Raghavan, Albert & Kumara (2007), section III.
    """
    n = label.shape[0]
    shuffle(memory.order, n, word(key, 0))
    lots, tally, both = word(key, 1), memory.tally, sources.indices.shape[0] > 0
    n_changed = 0
    for i in range(n):
        v = memory.order[i]
        most = _count_labels(listeners, v, label, tally, 0)
        most = _count_labels(sources, v, label, tally, most) if both else most
        if tally[label[v]] < most:
            own_lots = word(lots, v)
            chosen = _by_lot(listeners, v, label, tally, most, (own_lots, -1))
            label[v] = _by_lot(sources, v, label, tally, most, (own_lots, chosen)) if both else chosen
            n_changed += 1
        _clear_labels(listeners, v, label, tally)
        if both:
            _clear_labels(sources, v, label, tally)
    return n_changed


@inner_kernel
def _count_labels(ties, v, label, tally, most):
    """Count the labels of people; return how often the most frequent one stands, at least `most`."""
    for e in range(ties.indptr[v], ties.indptr[v + 1]):
        own = label[ties.indices[e]]
        tally[own] += 1
        most = max(most, np.int64(tally[own]))
    return most


@inner_kernel
def _by_lot(ties, v, label, tally, most, before):
    """Return, of the labels that stand `most` times, that with the smallest word.

    before : uint64 key of the words, int64 the best of the labels seen before or -1
    """
    lots, chosen = before
    for e in range(ties.indptr[v], ties.indptr[v + 1]):
        own = np.int64(label[ties.indices[e]])
        if tally[own] == most and own != chosen and (chosen < 0 or word(lots, own) < word(lots, chosen)):
            chosen = own
    return chosen


@inner_kernel
def _clear_labels(ties, v, label, tally):
    for e in range(ties.indptr[v], ties.indptr[v + 1]):
        tally[label[ties.indices[e]]] = 0
