"""Counting in 512 lanes at once: binary digit i of all lanes' counts is one value of 512 bits, a plane."""

from __future__ import annotations

import numpy as np

from ._jit import inner_kernel
from .wide import N_WORDS, any_lane, load_lanes, same_lanes, store_lanes

PLANES = 32
"""Binary digits of a count a lane."""

COUNT_WORDS = N_WORDS * PLANES
"""Words (uint64) of a count a lane: digit i of all lanes at 8 i .. 8 i + 7."""

_ZERO, _ONE = np.uint64(0), np.uint64(1)
_EVERY = np.uint64(0xFFFFFFFFFFFFFFFF)


@inner_kernel
def lane_mask(first, n, room):
    """Return the lanes first .. first + n - 1.

    room : uint64 (8,) or longer   overwritten
    """
    for g in range(N_WORDS):
        low, high = max(first - 64 * g, 0), min(first + n - 64 * g, 64)
        room[g] = _ZERO
        if low < high:
            room[g] = (_EVERY >> np.uint64(64 - (high - low))) << np.uint64(low)
    return load_lanes(room, 0)


@inner_kernel
def count(planes, at, lanes):
    """Add 1 to the count, which begins at planes[at], of each of these lanes."""
    while any_lane(lanes):
        digit = load_lanes(planes, at)
        store_lanes(planes, at, digit ^ lanes)
        lanes = lanes & digit
        at += N_WORDS


@inner_kernel
def counted(planes, at, n_planes, lane):
    """Return one lane's count, which begins at planes[at] and has no more than so many digits: int64."""
    total, group, place = _ZERO, at + (lane >> 6), np.uint64(lane & 63)
    for i in range(n_planes):
        total |= ((planes[N_WORDS * i + group] >> place) & _ONE) << np.uint64(i)
    return np.int64(total)


@inner_kernel
def clear(planes):
    """Set all counts to 0."""
    for i in range(0, planes.shape[0], N_WORDS):
        store_lanes(planes, i, same_lanes(_ZERO))
