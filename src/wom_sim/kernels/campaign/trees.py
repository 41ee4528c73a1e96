"""Who brought whom: the trees of a replica, and the distances in them, in time linear in their size.

Structural virality is the mean distance between two members of one tree: about 2 in a broadcast, large in a long
chain. Over a forest it is taken over all pairs that share a tree. An edge below which w of a tree's n members lie is on
the way of w (n - w) pairs, so that one pass from the leaves up and one from the roots down are enough. Source: Goel,
Anderson, Hofman & Watts (2016).
"""

from __future__ import annotations

import numpy as np

from .._jit import inner_kernel
from .codes import MEMBERS_N


@inner_kernel
def join_tree(state, v, source):
    """Make v a member, below `source`, or the root of a new tree where that is -1; only the first time counts."""
    if state.parent[v] != 0:
        return
    if source >= 0 and state.parent[source] == 0:  # a customer of day 0, or one who starts as a customer
        _add(state, source, source)
    _add(state, v, source if source >= 0 else v)


@inner_kernel
def _add(state, v, parent):
    state.parent[v] = parent + 1
    state.members[state.numbers[MEMBERS_N]] = v
    state.numbers[MEMBERS_N] += 1


@inner_kernel
def measure_trees(state, trees):
    """Fill `trees` (int64 (2,)) with the number of pairs that share a tree and the sum of their distances; clear all.

    Members stand in the order in which they joined, parents before children.
    """
    members, parent, below, total = state.members, state.parent, state.below, state.step_people
    n = state.numbers[MEMBERS_N]
    for i in range(n - 1, -1, -1):
        v = members[i]
        below[v] += 1
        if parent[v] - 1 != v:
            below[parent[v] - 1] += below[v]
    for i in range(n):
        v = members[i]
        if parent[v] - 1 == v:
            total[v] = below[v]
            trees[0] += np.int64(below[v]) * (below[v] - 1) // 2
        else:
            total[v] = total[parent[v] - 1]
            trees[1] += np.int64(below[v]) * (total[v] - below[v])
    for i in range(n):
        parent[members[i]] = 0
        below[members[i]] = 0
