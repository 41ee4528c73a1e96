"""A cascade over contacts: whoever has it passes it on when meeting somebody, and people meet at given times."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ._jit import inner_kernel, kernel
from .diffusion import AT_MAX_STEPS, FINISHED, HALTED, add_change, step_of
from .rng import coin_passes, set_lane_keys

REACH = 0
LAST_TIME = 0

_CHECK_EVERY = 4095
"""Contacts between two looks at whether the replica is to be abandoned, less one: a number of ones in binary."""


class ContactWorld(NamedTuple):
    """Contacts in order of time, those at the same time in order of their ties' numbers. Times are in days.

    n_people : int64
    src, dst : int32 (k,)       who meets whom: src may pass it on to dst
    tie : int64 (k,)            number of the tie, to which the coin belongs
    time : float64 (k,)         never falls, since the start, not negative
    landing : int64 (k,)        places of contacts in the order in which what they pass on arrives
    landing_time : float64 (k,) when that is: never falls, not before the contact
    threshold : uint64 (k,) or (1,)   floor(p * 2^64) of each contact, or of all
    attention : float64         days after being reached in which a person passes it on; infinity: for ever
    days_per_step : float64
    """

    n_people: int
    src: NDArray[np.int32]
    dst: NDArray[np.int32]
    tie: NDArray[np.int64]
    time: NDArray[np.float64]
    landing: NDArray[np.int64]
    landing_time: NDArray[np.float64]
    threshold: NDArray[np.uint64]
    attention: float
    days_per_step: float


class ContactScratch(NamedTuple):
    """Memory of one thread; `reached` and `passed` are left zero.

    order : int32 (n,)   who was reached, in order   parent : int32 (n,)   by whom, -1: nobody
    reached : uint8 (n,)   since : float64 (n,)   passed : uint8 (k,)   lane_keys : uint64 (64,)   halt : uint8 (1,)
    """

    order: NDArray[np.int32]
    parent: NDArray[np.int32]
    reached: NDArray[np.uint8]
    since: NDArray[np.float64]
    passed: NDArray[np.uint8]
    lane_keys: NDArray[np.uint64]
    halt: NDArray[np.uint8]


@kernel
def contact_chunk(world, seed_nodes, keys, max_steps, scratch, out):
    """Run the replicas of a chunk one after another; see `kernels.diffusion`.

    What is passed on arrives after all contacts of the same time, so that these see the state before it.

    Count: people reached. Curve: the same. Amount: when the last of them was reached, in days since the start.
    Cost: O(contacts) a replica.
    """
    for r in range(keys.own.shape[0]):
        set_lane_keys(keys.block[r], keys.lane[r], scratch.lane_keys)
        n, n_landed, stop = _meet_once(world, seed_nodes, keys.lane[r], max_steps, scratch, out.changes[r])
        last_time = scratch.since[scratch.order[n - 1]] if n > 0 else 0.0
        out.examined[0] += n_landed
        out.counts[r, REACH] = n
        out.amounts[r, LAST_TIME] = last_time
        out.last_step[r] = max_steps if stop == AT_MAX_STEPS else step_of(last_time, world.days_per_step, max_steps)
        out.stop[r] = stop
        for i in range(n):
            scratch.reached[scratch.order[i]] = 0
        for j in range(n_landed, world.landing.shape[0]):
            scratch.passed[world.landing[j]] = 0


@inner_kernel
def _meet_once(world, seed_nodes, lane, max_steps, scratch, changes):
    src, dst, tie, time, threshold = world.src, world.dst, world.tie, world.time, world.threshold
    landing, landing_time, attention, per_step = (
        world.landing,
        world.landing_time,
        world.attention,
        world.days_per_step,
    )
    order, parent, reached, since = scratch.order, scratch.parent, scratch.reached, scratch.since
    passed, lane_keys, halt = scratch.passed, scratch.lane_keys, scratch.halt
    n_contacts = src.shape[0]
    own_chance = np.int64(threshold.shape[0] == n_contacts)
    n = 0
    for s in range(seed_nodes.shape[0]):
        v = seed_nodes[s]
        reached[v] = 1
        parent[v] = -1
        since[v] = 0.0
        order[n] = v
        n += 1
    add_change(changes, REACH, 0, n)

    i = j = 0
    while j < n_contacts:
        if j & _CHECK_EVERY == 0 and halt[0] == 1:
            return n, j, HALTED
        if n == world.n_people:  # nobody is left to reach
            break
        if i < n_contacts and time[i] <= landing_time[j]:
            u, v = src[i], dst[i]
            if reached[u] == 1 and reached[v] == 0 and time[i] - since[u] <= attention:
                chance = threshold[i * own_chance]
                if chance > np.uint64(0):
                    if step_of(time[i], per_step, max_steps) > max_steps:
                        return n, j, AT_MAX_STEPS
                    passed[i] = np.uint8(coin_passes(lane_keys, lane, tie[i], chance))
            i += 1
            continue
        place = landing[j]
        if passed[place] == 1:
            v = dst[place]
            if reached[v] == 0:
                step = step_of(landing_time[j], per_step, max_steps)
                if step > max_steps:
                    return n, j, AT_MAX_STEPS
                reached[v] = 1
                parent[v] = src[place]
                since[v] = landing_time[j]
                order[n] = v
                n += 1
                add_change(changes, REACH, step, 1)
            passed[place] = 0
        j += 1
    return n, j, FINISHED
