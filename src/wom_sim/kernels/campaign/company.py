"""Company: deciding by how many of those a person hears do it already."""

from __future__ import annotations

import numpy as np

from .._jit import inner_kernel
from ..rng import word
from ..wide import prefetch
from .brands import has_rival
from .codes import (
    BY_EARNED,
    CHANGED_N,
    N_VISITS_EARNED,
    RELAPSED,
    RULE_CHOICE,
    UNDECIDED,
)
from .counting import count, ties_of
from .deciding import adopt, buy
from .draws import N_DRAWS
from .events import AHEAD, touch

_ONE = np.uint64(1)


@inner_kernel
def tell_contacts(world, state):
    """Tell the contacts of all who began or stopped in the step before; return for how many more do it now.

    Before anything of the step happens: who stops at its start is for the step after. Cost: the ties of those people.
    """
    by_choice = world.rules.company == RULE_CHOICE
    indices, people = world.indices, state.people
    first_source, rose, choice = state.first_source, state.rose, state.keys[N_DRAWS]
    n_rose = 0
    for i in range(_net_changes(state)):
        u, amount = np.int64(state.changed[i]), 1
        if u < 0:
            u, amount = -1 - u, -1
        first, last = ties_of(world, state, u)
        for e in range(first, last):
            prefetch(people, np.int64(indices[min(e + AHEAD, last - 1)]))
            v = np.int64(indices[e])
            if by_choice and (word(choice, v) >> _ONE) - world.low[e] >= world.width[e]:
                continue
            touch(state, v)
            people[v]["company"] += amount
            if amount > 0:
                if first_source[v] == 0:
                    rose[n_rose] = v
                    n_rose += 1
                    first_source[v] = u + 1
                else:
                    first_source[v] = min(np.int64(first_source[v]), u + 1)
    state.numbers[CHANGED_N] = 0
    return n_rose


@inner_kernel
def join_company(world, state, tally, step, n_rose):
    """Let those join whose company rose (the first `n_rose` of `state.rose`) and is enough."""
    for i in range(n_rose):
        v = np.int64(state.rose[i])
        u = np.int64(state.first_source[v]) - 1
        state.first_source[v] = 0
        person = state.people[v]
        open_to_it = person["status"] == UNDECIDED and not has_rival(state, v)
        open_to_it = open_to_it or (world.rules.habit and person["status"] == RELAPSED)
        enough = (
            world.rules.company == RULE_CHOICE or person["company"] >= world.need[v if world.need.shape[0] > 1 else 0]
        )
        if not (open_to_it and enough):
            continue
        root = np.int64(state.people[u]["root"])
        if world.rules.habit:
            adopt(world, state, tally, step, v, float(step), root, u)
        else:
            count(tally, world.segment[v], N_VISITS_EARNED, step, 1)
            buy(world, state, tally, step, v, float(step), BY_EARNED, root, -1, u)


@inner_kernel
def _net_changes(state):
    """Drop those who stopped and began, or began and stopped, within the step; return how many changes are left."""
    changed, net = state.changed, state.first_source
    n = state.numbers[CHANGED_N]
    for i in range(n):
        net[changed[i] if changed[i] >= 0 else -1 - changed[i]] += 1 if changed[i] >= 0 else -1
    left = 0
    for i in range(n):
        u = np.int64(changed[i])
        person = u if u >= 0 else -1 - u
        if (net[person] > 0 and u >= 0) or (net[person] < 0 and u < 0):
            net[person] = 0
            changed[left] = u
            left += 1
    for i in range(n):
        u = np.int64(changed[i])
        net[u if u >= 0 else -1 - u] = 0
    return left
