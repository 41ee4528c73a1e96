"""Adoption at the k-th exposure: each new adopter exposes each listener, whose chance depends on how often before."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ._jit import kernel
from .diffusion import AT_MAX_STEPS, FINISHED, HALTED, add_change, listener
from .rng import coin_passes, set_lane_keys

REACH, EXPOSED = 0, 1


class ExposureWorld(NamedTuple):
    """A network and the chances.

    indptr : int64 (n + 1,)   indices : int32 (m,)   n_people : int64   complete : bool     as in `live_edge.LiveTies`
    threshold : uint64 (layers * k,)   floor(p * 2^64) at the first, second, ... exposure over a tie of the first layer,
        then of the second, ...; the last one of a layer stands for all later ones
    n_chances : int64         k
    layer : uint8 (m,) or (1,)   place of each tie's layer, or of all
    """

    indptr: NDArray[np.int64]
    indices: NDArray[np.int32]
    n_people: int
    complete: bool
    threshold: NDArray[np.uint64]
    n_chances: int
    layer: NDArray[np.uint8]


class ExposureScratch(NamedTuple):
    """Memory of one thread; `exposures` and `adopted` are left all zero.

    order : int32 (n,)   adopters in order   parent : int32 (n,)   whose exposure it was, -1: a seed node
    exposures : int32 (n,)   adopted : uint8 (n,)   touched : int32 (n,)   lane_keys : uint64 (64,)   halt : uint8 (1,)
    """

    order: NDArray[np.int32]
    parent: NDArray[np.int32]
    exposures: NDArray[np.int32]
    adopted: NDArray[np.uint8]
    touched: NDArray[np.int32]
    lane_keys: NDArray[np.uint64]
    halt: NDArray[np.uint8]


@kernel
def exposure_chunk(world, seed_nodes, keys, max_steps, scratch, out):
    """Run the replicas of a chunk one after another; see `kernels.diffusion`.

    Counts: people reached, people exposed at least once who were no seed nodes. Curve: reach.
    Cost: O(people reached + ties leaving them) a replica.
    """
    for r in range(keys.own.shape[0]):
        set_lane_keys(keys.block[r], keys.lane[r], scratch.lane_keys)
        n, n_touched, step, stop = _spread_once(world, seed_nodes, keys.lane[r], max_steps, scratch, out, r)
        out.counts[r, REACH] = n
        out.counts[r, EXPOSED] = n_touched
        out.last_step[r] = step
        out.stop[r] = stop
        for i in range(n):
            scratch.adopted[scratch.order[i]] = 0
        for i in range(n_touched):
            scratch.exposures[scratch.touched[i]] = 0


@kernel
def _spread_once(world, seed_nodes, lane, max_steps, scratch, out, r):
    indptr, indices, complete, others = world.indptr, world.indices, world.complete, world.n_people - 1
    threshold, n_chances, layer = world.threshold, world.n_chances, world.layer
    own_layer = np.int64(layer.shape[0] == indices.shape[0])
    order, parent, exposures, adopted = scratch.order, scratch.parent, scratch.exposures, scratch.adopted
    touched, lane_keys, halt = scratch.touched, scratch.lane_keys, scratch.halt
    changes, examined = out.changes[r], out.examined
    n = n_touched = 0
    for s in range(seed_nodes.shape[0]):
        v = seed_nodes[s]
        adopted[v] = 1
        parent[v] = -1
        order[n] = v
        n += 1
    add_change(changes, 0, 0, n)

    step, begin, end = 0, 0, n
    while begin < end:
        if step == max_steps:
            return n, n_touched, step, AT_MAX_STEPS
        for i in range(begin, end):
            if halt[0] == 1:
                return n, n_touched, step, HALTED
            u = np.int64(order[i])
            first = u * others if complete else indptr[u]
            last = first + others if complete else indptr[u + 1]
            examined[0] += last - first
            for e in range(first, last):
                v = listener(indices, complete, u, e, first)
                if adopted[v] == 1:
                    continue
                if exposures[v] == 0:
                    touched[n_touched] = v
                    n_touched += 1
                place = n_chances * np.int64(layer[e * own_layer]) + min(np.int64(exposures[v]), n_chances - 1)
                exposures[v] += 1
                if coin_passes(lane_keys, lane, e, threshold[place]):
                    adopted[v] = 1
                    parent[v] = u
                    order[n] = v
                    n += 1
        begin, end = end, n
        if begin < end:
            step += 1
            add_change(changes, 0, step, end - begin)
    return n, n_touched, step, FINISHED
