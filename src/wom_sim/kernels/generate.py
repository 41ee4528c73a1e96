"""Networks drawn one tie at a time: uniform pairs, rewired rings, preferential attachment; and a set of pairs.

A draw belongs to a tie's number and to the attempt (a redraw reads another key), so a network is a pure function of
its key. The set of pairs is a hash table with linear probing; its length is a power of two, at least twice the pairs.
"""

from __future__ import annotations

import numpy as np

from ._jit import kernel
from .rng import below, mix64, uniform_at, word

EMPTY = np.uint64(0xFFFFFFFFFFFFFFFF)
"""An empty place of a table; no pair of people has this code."""

_ONE = np.uint64(1)
_HALF = np.uint64(32)


@kernel
def ordered_code(u, v):
    """Return the uint64 code of the tie u -> v; u, v non-negative and below 2^31."""
    return (np.uint64(u) << _HALF) | np.uint64(v)


@kernel
def pair_code(u, v):
    """Return the uint64 code of the edge between u and v, the same in both directions."""
    return ordered_code(u, v) if u < v else ordered_code(v, u)


@kernel
def has_code(table, code):
    """Say whether a code is in the table."""
    return table[_place(table, code)] == code


@kernel
def add_code(table, code):
    """Put a code in the table; return False if it was there."""
    at = _place(table, code)
    if table[at] == code:
        return False
    table[at] = code
    return True


@kernel
def remove_code(table, code):
    """Take a code that is there out of the table, moving later ones up so that no gap ends a search too early.

    Source: Knuth, The Art of Computer Programming 3, section 6.4, algorithm R.
    """
    mask = np.uint64(table.shape[0]) - _ONE
    hole = _place(table, code)
    at = (hole + _ONE) & mask
    while table[at] != EMPTY:
        home = mix64(table[at]) & mask
        if ((at - home) & mask) >= ((at - hole) & mask):
            table[hole] = table[at]
            hole = at
        at = (at + _ONE) & mask
    table[hole] = EMPTY


@kernel
def _place(table, code):
    mask = np.uint64(table.shape[0]) - _ONE
    at = mix64(code) & mask
    while table[at] != EMPTY and table[at] != code:
        at = (at + _ONE) & mask
    return at


@kernel
def shuffle(values, n_values, key):
    """Shuffle the first `n_values` entries in place (Fisher & Yates); the draw of place i has index i."""
    for i in range(n_values - 1, 0, -1):
        j = below(key, i, i + 1)
        values[i], values[j] = values[j], values[i]


@kernel
def set_uniforms(key, out):
    """Fill float64 (n,) with numbers in [0, 1): entry i is ``uniform_at(key, i)``."""
    for i in range(out.shape[0]):
        out[i] = uniform_at(key, i)


@kernel
def draw_pairs(n_people, directed, key, table, src, dst):
    """Draw distinct pairs of different people, every set of pairs equally likely.

    Parameters
    ----------
    n_people : int64        at least 2; the pairs asked for must be at most half of all pairs, or redraws take long
    directed : bool         True: (u, v) and (v, u) are two pairs
    key : uint64
    table : uint64          all EMPTY; overwritten
    src, dst : int32 (m,)   overwritten

    The first m pairs are the same whatever the number asked for.
    Source: the uniform random graph G(n, M) of Erdos & Renyi (1959).
    """
    for e in range(src.shape[0]):
        attempt = 0
        while True:
            attempt_key = word(key, attempt)
            u = below(attempt_key, 2 * e, n_people)
            v = below(attempt_key, 2 * e + 1, n_people)
            if u != v and add_code(table, ordered_code(u, v) if directed else pair_code(u, v)):
                break
            attempt += 1
        src[e] = u
        dst[e] = v


@kernel
def rewire_ring(n_people, rewired_fraction, key, table, degree, dst):
    """Build a ring where everybody knows the nearest people, then move the far end of some edges.

    Edge number e = lap * n + u joins u with u + lap + 1. It is rewired when ``uniform_at(word(key, 0), e) <
    rewired_fraction``; its new end is uniform among the people who are neither u nor tied to u: no edge is lost.
    Edges are visited lap by lap, as in the paper. A person tied to everybody keeps the edge.

    Parameters
    ----------
    n_people : int64
    rewired_fraction : float64   in [0, 1]
    key : uint64
    table : uint64               all EMPTY; overwritten
    degree : int32 (n,)          overwritten: number of contacts
    dst : int32 (n * laps,)      overwritten: the far end of each edge; the near end is e % n

    Source: Watts & Strogatz (1998), Nature 393, methods in the caption of figure 1.
    """
    n_edges = dst.shape[0]
    degree[:] = 0
    for e in range(n_edges):
        u = e % n_people
        v = (u + e // n_people + 1) % n_people
        dst[e] = v
        add_code(table, pair_code(u, v))
        degree[u] += 1
        degree[v] += 1
    coin_key = word(key, 0)
    for e in range(n_edges):
        u = e % n_people
        if uniform_at(coin_key, e) >= rewired_fraction or degree[u] == n_people - 1:
            continue
        attempt = 1
        v = below(word(key, attempt), e, n_people)
        while u == v or not add_code(table, pair_code(u, v)):
            attempt += 1
            v = below(word(key, attempt), e, n_people)
        remove_code(table, pair_code(u, dst[e]))
        degree[dst[e]] -= 1
        degree[v] += 1
        dst[e] = v


@kernel
def attach_newcomers(n_people, per_newcomer, key, latest, ends):
    """Let newcomers choose contacts with chances in proportion to the contacts that people have.

    The first m + 1 people all know each other. Each newcomer then ties to m different people; a person is found by
    picking an end of an earlier edge at random, and picked again when found twice.

    Parameters
    ----------
    n_people, per_newcomer : int64   n and m, 1 <= m < n
    key : uint64
    latest : int32 (n,)              all -1; overwritten: the last newcomer who chose each person
    ends : int32 (n_edges, 2)        overwritten: the newcomer and the person chosen; m (m + 1) / 2 + m (n - m - 1) rows

    Source: Barabasi & Albert (1999); the list of ends: Batagelj & Brandes (2005), algorithm 5.
    """
    e = 0
    for v in range(per_newcomer + 1):
        for u in range(v):
            ends[e, 0] = v
            ends[e, 1] = u
            e += 1
    for v in range(per_newcomer + 1, n_people):
        n_ends = 2 * e
        for _ in range(per_newcomer):
            attempt = 0
            while True:
                place = below(word(key, attempt), e, n_ends)
                u = ends[place >> 1, place & 1]
                if latest[u] != v:
                    break
                attempt += 1
            latest[u] = v
            ends[e, 0] = v
            ends[e, 1] = u
            e += 1
