"""Who is next, in whole steps: people put down for a step, and put down again when it becomes a sooner one.

An entry is a step and a person. It holds while `due[v]` is its step; nobody looks for an entry that no longer holds,
it is dropped when met. Entries of steps 256 apart share a page, in the order in which they were made; a page is a chain
of blocks, so that what is written one after the other lies side by side, whoever it is about: on a network larger than
the cache that is what counts.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ._jit import inner_kernel

N_PAGES = 256
ROOM = 32
"""Entries of a block."""

LATE = 2**31 - 1
"""The step of what never happens."""

_PERSON = np.int64(0xFFFFFFFF)


class Calendar(NamedTuple):
    """Memory of a calendar for n people, made by `new_calendar`; between replicas all pages are empty.

    entry : int64 (blocks * ROOM,)   step * 2^32 + person     after : int32 (blocks,)   the next block of a chain, or -1
    head, tail : int32 (256,)   first and last block of a page, -1: none
    filled : int32 (257,)       entries of each page's last block; last: the first free block, all others behind it
    """

    entry: NDArray[np.int64]
    after: NDArray[np.int32]
    head: NDArray[np.int32]
    tail: NDArray[np.int32]
    filled: NDArray[np.int32]


def new_calendar(n_people: int) -> Calendar:
    """Make an empty calendar; room for twice as many entries as people, so that tidying it up is rare."""
    n_blocks = 2 * (n_people // ROOM + 1) + 2 * N_PAGES
    return Calendar(
        entry=np.zeros(n_blocks * ROOM, np.int64),
        after=np.append(np.arange(1, n_blocks, dtype=np.int32), np.int32(-1)),
        head=np.full(N_PAGES, -1, np.int32),
        tail=np.full(N_PAGES, -1, np.int32),
        filled=np.zeros(N_PAGES + 1, np.int32),
    )


@inner_kernel
def put_down(calendar, due, v, step):
    """Let v be due at a step, sooner than before; what `due` held before no longer does."""
    page = step & (N_PAGES - 1)
    due[v] = step
    if calendar.tail[page] < 0 or calendar.filled[page] == ROOM:
        make_room(calendar, due, page)
    calendar.entry[calendar.tail[page] * ROOM + calendar.filled[page]] = (np.int64(step) << 32) | np.int64(v)
    calendar.filled[page] += 1


@inner_kernel
def make_room(calendar, due, page):
    """Let the last block of a page have room for an entry; when no block is free, tidy all pages first."""
    if calendar.filled[N_PAGES] < 0:
        for other in range(N_PAGES):
            _tidy(calendar, due, other)
    if calendar.tail[page] < 0 or calendar.filled[page] == ROOM:
        _add_block(calendar, page)


@inner_kernel
def _add_block(calendar, page):
    block = calendar.filled[N_PAGES]
    calendar.filled[N_PAGES] = calendar.after[block]
    calendar.after[block] = -1
    if calendar.tail[page] < 0:
        calendar.head[page] = block
    else:
        calendar.after[calendar.tail[page]] = block
    calendar.tail[page] = block
    calendar.filled[page] = 0


@inner_kernel
def next_step(calendar, due, step):
    """Return the first step from `step` on for which an entry holds, LATE if there is none."""
    for s in range(step, step + N_PAGES):
        if _soonest(calendar, due, s & (N_PAGES - 1), s) == s:
            return np.int64(s)
    first = np.int64(LATE)
    for page in range(N_PAGES):
        first = min(first, _soonest(calendar, due, page, step))
    return first


@inner_kernel
def _soonest(calendar, due, page, enough):
    """Return the soonest step of a page, or the first one met that is `enough`; LATE where no entry holds."""
    first = np.int64(LATE)
    block = np.int64(calendar.head[page])
    while block >= 0:
        last = block == calendar.tail[page]
        for i in range(block * ROOM, block * ROOM + (np.int64(calendar.filled[page]) if last else ROOM)):
            step = calendar.entry[i] >> 32
            if step < first and due[calendar.entry[i] & _PERSON] == step:
                first = step
                if first == enough:
                    return first
        block = np.int64(calendar.after[block])
    return first


@inner_kernel
def take_due(calendar, due, step, order, n):
    """Take those due at a step off the calendar, into `order` from place n on; return the new n."""
    page = step & (N_PAGES - 1)
    block = np.int64(calendar.head[page])
    others = 0
    while block >= 0:
        last = block == calendar.tail[page]
        for i in range(block * ROOM, block * ROOM + (np.int64(calendar.filled[page]) if last else ROOM)):
            entry = calendar.entry[i]
            v = entry & _PERSON
            if entry >> 32 != step:
                others += 1
            elif due[v] == step:
                order[n] = v
                n += 1
                calendar.entry[i] = 0  # who starts is due at step 0 and never put down
        block = np.int64(calendar.after[block])
    if others == 0:
        _give_back(calendar, page)
    else:
        _tidy(calendar, due, page)
    return n


@inner_kernel
def _give_back(calendar, page):
    """Make all blocks of a page free."""
    if calendar.head[page] >= 0:
        calendar.after[calendar.tail[page]] = calendar.filled[N_PAGES]
        calendar.filled[N_PAGES] = calendar.head[page]
        calendar.head[page] = -1
        calendar.tail[page] = -1


@inner_kernel
def _tidy(calendar, due, page):
    """Drop the entries of a page that no longer hold; the others keep their order."""
    block = np.int64(calendar.head[page])
    if block < 0:
        return
    into, place, n_kept = block, 0, 0
    while block >= 0:
        last = block == calendar.tail[page]
        for i in range(block * ROOM, block * ROOM + (np.int64(calendar.filled[page]) if last else ROOM)):
            entry = calendar.entry[i]
            if entry != 0 and due[entry & _PERSON] == entry >> 32:
                if place == ROOM:
                    into, place = np.int64(calendar.after[into]), 0
                calendar.entry[into * ROOM + place] = entry
                place += 1
                n_kept += 1
        block = np.int64(calendar.after[block])
    if n_kept == 0:
        _give_back(calendar, page)
        return
    rest = calendar.after[into]
    if rest >= 0:
        calendar.after[calendar.tail[page]] = calendar.filled[N_PAGES]
        calendar.filled[N_PAGES] = rest
    calendar.after[into] = -1
    calendar.tail[page] = into
    calendar.filled[page] = place


@inner_kernel
def clear(calendar, due):
    """Take everybody off and let them be due never."""
    for page in range(N_PAGES):
        block = np.int64(calendar.head[page])
        while block >= 0:
            last = block == calendar.tail[page]
            for i in range(block * ROOM, block * ROOM + (np.int64(calendar.filled[page]) if last else ROOM)):
                due[calendar.entry[i] & _PERSON] = LATE
            block = np.int64(calendar.after[block])
        _give_back(calendar, page)
