"""Trees of who got it from whom: depth, breadth and distances of one forest, in time linear in its members.

A member's parent is the one from whom it came; a member without a parent is the root of a tree. Structural virality
(Goel, Anderson, Hofman & Watts 2016) is the mean distance between two members of one tree, here over all pairs of the
forest that share a tree. A tie below which w of a tree's n members lie is on the way of w (n - w) pairs, so that one
pass from the leaves up and one from the roots down are enough.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ._jit import kernel

MAX_DEPTH = 0
MAX_BREADTH = 1
N_PAIRS = 2
DISTANCE = 3
N_DIRECT = 4
LARGEST_TREE = 5
N_TREES = 6
N_MEASURES = 7

NO_CYCLE = -1

_UNSEEN = -1
_ON_THE_WAY = -2


class TreeScratch(NamedTuple):
    """Memory of one thread. All of it comes in zero and is left so.

    depth : int32 (n,)   steps from a member up to its root
    below : int32 (n,)   members at and below a member; in the end the members of its tree
    width : int32 (n,)   members at each depth
    """

    depth: NDArray[np.int32]
    below: NDArray[np.int32]
    width: NDArray[np.int32]


@kernel
def measure_trees(order, parent, n_members, scratch, out):
    """Measure one forest.

    Parameters
    ----------
    order : int32 (>= n_members,)   the members in order of joining: distinct, parents before their children
    parent : int32 (n,)             of each person: from whom it came, -1 for a root; only members' entries are read
    n_members : int64               0 gives zeros
    scratch : TreeScratch           of n entries each; zero, and left so
    out : int64 (N_MEASURES,)       overwritten, entries as follows

    MAX_DEPTH     largest number of steps from a root, 0 where there are only roots
    MAX_BREADTH   largest number of members at one depth, over the whole forest
    N_PAIRS       pairs of members that share a tree
    DISTANCE      sum of the distances of these pairs; structural virality is DISTANCE / N_PAIRS
    N_DIRECT      members whose parent is a root; the broadcast share is N_DIRECT / (n_members - N_TREES)
    LARGEST_TREE  members of the largest tree
    N_TREES       roots

    The sum of distances is exact for any forest of up to 3.8 million members, and for larger ones while it stays below
    2^63: a single chain of n members has n^3 / 6.

    Cost: O(n_members), nothing allocated.
    """
    depth, below, width = scratch.depth, scratch.below, scratch.width
    out[:] = 0
    if n_members == 0:
        return
    for i in range(n_members - 1, -1, -1):
        v = order[i]
        below[v] += 1
        if parent[v] >= 0:
            below[parent[v]] += below[v]

    for i in range(n_members):
        v = order[i]
        u = parent[v]
        if u < 0:
            size = np.int64(below[v])
            out[N_TREES] += 1
            out[N_PAIRS] += size * (size - 1) // 2
            out[LARGEST_TREE] = max(out[LARGEST_TREE], size)
        else:
            size = np.int64(below[u])  # the parent's turn came first: its entry holds the size of the tree by now
            own = np.int64(below[v])
            out[DISTANCE] += own * (size - own)
            below[v] = size
            depth[v] = depth[u] + 1
            if depth[v] == 1:
                out[N_DIRECT] += 1
        width[depth[v]] += 1
        out[MAX_DEPTH] = max(out[MAX_DEPTH], np.int64(depth[v]))

    for g in range(out[MAX_DEPTH] + 1):
        out[MAX_BREADTH] = max(out[MAX_BREADTH], np.int64(width[g]))
        width[g] = 0
    for i in range(n_members):
        depth[order[i]] = 0
        below[order[i]] = 0


@kernel
def measure_forests(indptr, order, parent, scratch, out):
    """Measure forests that lie side by side, each with its own row of `out`.

    Parameters
    ----------
    indptr : int64 (F + 1,)          forest f has the members order[indptr[f]] .. order[indptr[f + 1] - 1]
    order, parent, scratch           see `measure_trees`; parents lie in their child's forest
    out : int64 (F, N_MEASURES)      overwritten
    """
    for f in range(indptr.shape[0] - 1):
        begin, end = indptr[f], indptr[f + 1]
        measure_trees(order[begin:end], parent, end - begin, scratch, out[f])


@kernel
def count_generations(order, parent, n_members, depth, sizes):
    """Count the members at each depth; the reproduction number of generation g is sizes[g + 1] / sizes[g].

    Parameters
    ----------
    order, parent, n_members   see `measure_trees`
    depth : int32 (n,)         zero, and left so
    sizes : int64 (width,)     overwritten: members at depth 0 .. width - 1; deeper ones are not written

    Returns
    -------
    int
        Number of generations, those beyond `width` included; 0 for an empty forest.
    """
    sizes[:] = 0
    n_generations = 0
    for i in range(n_members):
        v = order[i]
        if parent[v] >= 0:
            depth[v] = depth[parent[v]] + 1
        if depth[v] < sizes.shape[0]:
            sizes[depth[v]] += 1
        n_generations = max(n_generations, np.int64(depth[v]) + 1)
    for i in range(n_members):
        depth[order[i]] = 0
    return n_generations


@kernel
def find_generations(parent, generation):
    """Find each one's number of steps from its root, whatever the order in which they stand.

    Parameters
    ----------
    parent : int32 (n,)       -1 for a root, otherwise in 0 .. n - 1; not checked here
    generation : int32 (n,)   overwritten; means nothing where there is a cycle

    Returns
    -------
    int
        NO_CYCLE, or the number of somebody who is an ancestor of their own.

    Cost: O(n), each link being walked twice.
    """
    generation[:] = _UNSEEN
    for v in range(parent.shape[0]):
        u, n_steps = v, 0
        while u >= 0 and generation[u] == _UNSEEN:
            generation[u] = _ON_THE_WAY
            u = np.int64(parent[u])
            n_steps += 1
        if u >= 0 and generation[u] == _ON_THE_WAY:
            return u
        depth = n_steps - 1 if u < 0 else np.int64(generation[u]) + n_steps
        u = v
        while u >= 0 and generation[u] == _ON_THE_WAY:
            generation[u] = depth
            depth -= 1
            u = np.int64(parent[u])
    return NO_CYCLE
