"""Where people stand in a network: cores, PageRank, communities."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ._jit import inner_kernel, kernel
from .generate import shuffle
from .rng import word


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
