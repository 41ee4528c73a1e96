"""Who is next, in continuous time: a radix heap of (time, person) whose last few are kept in order.

Times never fall behind who was taken last. The bits of a positive float64, read as an integer, grow with it; a waiting
entry stands in the page given by the highest four of its bits that differ from those of `ref`, a time no later than any
that waits. So an entry moves only to lower pages, a few times in all; a page with few entries is put in order at once,
into the run, from which people are taken (Ahuja, Mehlhorn, Orlin & Tarjan 1990, section 3).

An entry holds while `time[v]` is its time; nobody looks for one that no longer holds, it is dropped when met.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ._jit import inner_kernel

N_LEVELS, N_PAGES = 16, 256
ROOM = 32
"""Entries of a block; as many at most are put in order at once."""

LONG = 96
"""A run longer than this goes back to pages."""

_FREE, _LEFT = 256, 257
_BEGIN, _END, _SHIFT = 0, 1, 2


class Queue(NamedTuple):
    """Memory of a queue for n people, made by `new_queue`; between replicas it is empty.

    when : float64, who : int32 (blocks * ROOM,)   entries of a page's blocks    after : int32 (blocks,)   next or -1
    head, tail : int32 (256,)   first and last block of a page, -1: none
    filled : int32 (258,)       entries of each page's last block; the first free block; how many are free
    pages : int32 (16,)         how many pages of each level hold something
    run_when : float64, run_who : int32 (n + 2 LONG,)   who is next, in order
    run : int64 (3,)            first and end of the run; how many low bits of `ref` and of a time of the run may differ
    ref : uint64 (1,)
    """

    when: NDArray[np.float64]
    who: NDArray[np.int32]
    after: NDArray[np.int32]
    head: NDArray[np.int32]
    tail: NDArray[np.int32]
    filled: NDArray[np.int32]
    pages: NDArray[np.int32]
    run_when: NDArray[np.float64]
    run_who: NDArray[np.int32]
    run: NDArray[np.int64]
    ref: NDArray[np.uint64]


def new_queue(n_people: int) -> Queue:
    """Make an empty queue; room for twice as many entries as people, so that tidying it up is rare."""
    n_blocks = 2 * (n_people // ROOM + 1) + 3 * N_PAGES
    filled = np.zeros(N_PAGES + 2, np.int32)
    filled[_LEFT] = n_blocks
    return Queue(
        when=np.zeros(n_blocks * ROOM),
        who=np.zeros(n_blocks * ROOM, np.int32),
        after=np.append(np.arange(1, n_blocks, dtype=np.int32), np.int32(-1)),
        head=np.full(N_PAGES, -1, np.int32),
        tail=np.full(N_PAGES, -1, np.int32),
        filled=filled,
        pages=np.zeros(N_LEVELS, np.int32),
        run_when=np.zeros(n_people + 2 * LONG),
        run_who=np.zeros(n_people + 2 * LONG, np.int32),
        run=np.zeros(3, np.int64),
        ref=np.zeros(1, np.uint64),
    )


@inner_kernel
def bits_of(time):
    """Return the bits of a float64 that is not negative; they grow with it."""
    return np.float64(time).view(np.uint64)


@inner_kernel
def put(queue, time, v, due):
    """Let v, not yet taken, wait until `due`, sooner than `time[v]`."""
    time[v] = due
    if queue.filled[_LEFT] <= N_PAGES:
        _tidy(queue, time)
    bits, shift = bits_of(due), queue.run[_SHIFT]
    if shift > 0 and (bits ^ queue.ref[0]) >> np.uint64(shift) == 0 and queue.run[_END] - queue.run[_BEGIN] >= LONG:
        _spill(queue)
    ref = queue.ref[0]
    if bits <= ref or (bits ^ ref) >> np.uint64(queue.run[_SHIFT]) == 0:
        _into_run(queue, time, v, due)
    else:
        _into_page(queue, v, due, bits)


@inner_kernel
def take(queue, time):
    """Take out who is due first and return that person, -1 if nobody waits."""
    run, run_when, run_who = queue.run, queue.run_when, queue.run_who
    while True:
        while run[_BEGIN] < run[_END]:
            i = run[_BEGIN]
            run[_BEGIN] += 1
            if time[run_who[i]] == run_when[i]:
                return np.int64(run_who[i])
        run[_BEGIN] = 0
        run[_END] = 0
        page = _first_page(queue)
        if page < 0:
            return np.int64(-1)
        _open(queue, time, page)


@inner_kernel
def clear(queue, time):
    """Take everybody off and let their times be infinite."""
    for i in range(queue.run[_BEGIN], queue.run[_END]):
        time[queue.run_who[i]] = np.inf
    page = _first_page(queue)
    while page >= 0:
        block = np.int64(queue.head[page])
        while block >= 0:
            for i in range(block * ROOM, block * ROOM + _entries(queue, page, block)):
                time[queue.who[i]] = np.inf
            block = np.int64(queue.after[block])
        _empty(queue, page)
        page = _first_page(queue)
    for i in range(3):
        queue.run[i] = 0
    queue.ref[0] = np.uint64(0)


@inner_kernel
def _into_run(queue, time, v, due):
    run_when, run_who = queue.run_when, queue.run_who
    if queue.run[_END] == run_when.shape[0]:  # drop those taken and those that no longer hold
        kept = 0
        for i in range(queue.run[_BEGIN], queue.run[_END]):
            run_when[kept] = run_when[i]
            run_who[kept] = run_who[i]
            kept += time[run_who[i]] == run_when[i]
        queue.run[_BEGIN] = 0
        queue.run[_END] = kept
    i, begin = queue.run[_END], queue.run[_BEGIN]
    queue.run[_END] += 1
    while i > begin and (run_when[i - 1] > due or (run_when[i - 1] == due and run_who[i - 1] > v)):
        run_when[i] = run_when[i - 1]
        run_who[i] = run_who[i - 1]
        i -= 1
    run_when[i] = due
    run_who[i] = v


@inner_kernel
def _into_page(queue, v, due, bits):
    x = bits ^ queue.ref[0]
    level = 0
    for half in (8, 4, 2, 1):
        if x >> np.uint64(4 * (level + half)) != 0:
            level += half
    page = 16 * level + np.int64((bits >> np.uint64(4 * level)) & np.uint64(15))
    if queue.tail[page] < 0 or queue.filled[page] == ROOM:
        _add_block(queue, page)
    place = queue.tail[page] * ROOM + queue.filled[page]
    queue.when[place] = due
    queue.who[place] = v
    queue.filled[page] += 1


@inner_kernel
def _add_block(queue, page):
    block = queue.filled[_FREE]
    queue.filled[_FREE] = queue.after[block]
    queue.filled[_LEFT] -= 1
    queue.after[block] = -1
    if queue.tail[page] < 0:
        queue.head[page] = block
        queue.pages[page >> 4] += 1
    else:
        queue.after[queue.tail[page]] = block
    queue.tail[page] = block
    queue.filled[page] = 0


@inner_kernel
def _first_page(queue):
    """Return the first page that holds something, -1 if none does."""
    for level in range(N_LEVELS):
        if queue.pages[level] > 0:
            for page in range(16 * level, 16 * level + 16):
                if queue.head[page] >= 0:
                    return np.int64(page)
    return np.int64(-1)


@inner_kernel
def _entries(queue, page, block):
    return np.int64(queue.filled[page]) if block == queue.tail[page] else np.int64(ROOM)


@inner_kernel
def _free(queue, block):
    queue.after[block] = queue.filled[_FREE]
    queue.filled[_FREE] = block
    queue.filled[_LEFT] += 1


@inner_kernel
def _empty(queue, page):
    """Make all blocks of a page free."""
    block = np.int64(queue.head[page])
    while block >= 0:
        following = np.int64(queue.after[block])
        _free(queue, block)
        block = following
    queue.head[page] = -1
    queue.tail[page] = -1
    queue.pages[page >> 4] -= 1


@inner_kernel
def _open(queue, time, page):
    """Put the first page in order, into the run, or divide it among lower pages where it is long."""
    when, who, shift = queue.when, queue.who, 4 * (page >> 4)
    block, tail, filled = np.int64(queue.head[page]), np.int64(queue.tail[page]), np.int64(queue.filled[page])
    first = np.inf
    for i in range(block * ROOM, block * ROOM + (filled if block == tail else ROOM)):
        first = min(first, when[i])
    if block == tail or shift == 0:
        queue.ref[0] = bits_of(first)
        queue.run[_SHIFT] = shift
        while block >= 0:
            for i in range(block * ROOM, block * ROOM + (filled if block == tail else ROOM)):
                if time[who[i]] == when[i]:
                    _into_run(queue, time, np.int64(who[i]), when[i])
            block = np.int64(queue.after[block])
        _empty(queue, page)
        return
    while block >= 0:
        for i in range(block * ROOM, block * ROOM + (filled if block == tail else ROOM)):
            first = min(first, when[i])
        block = np.int64(queue.after[block])
    block = np.int64(queue.head[page])
    queue.head[page] = -1
    queue.tail[page] = -1
    queue.pages[page >> 4] -= 1
    queue.ref[0] = bits_of(first)
    queue.run[_SHIFT] = 0
    while block >= 0:
        for i in range(block * ROOM, block * ROOM + (filled if block == tail else ROOM)):
            if time[who[i]] == when[i]:
                if when[i] == first:
                    _into_run(queue, time, np.int64(who[i]), first)
                else:
                    _into_page(queue, np.int64(who[i]), when[i], bits_of(when[i]))
        following = np.int64(queue.after[block])
        _free(queue, block)
        block = following


@inner_kernel
def _spill(queue):
    """Put a run that has become long on pages, but for those who are first."""
    begin, end = queue.run[_BEGIN], queue.run[_END]
    first = queue.run_when[begin]
    queue.ref[0] = bits_of(first)
    queue.run[_SHIFT] = 0
    kept = begin
    while kept < end and queue.run_when[kept] == first:
        kept += 1
    for i in range(kept, end):
        _into_page(queue, np.int64(queue.run_who[i]), queue.run_when[i], bits_of(queue.run_when[i]))
    queue.run[_END] = kept


@inner_kernel
def _tidy(queue, time):
    """Drop the entries of all pages that no longer hold."""
    for page in range(N_PAGES):
        block = np.int64(queue.head[page])
        if block < 0:
            continue
        tail, filled = np.int64(queue.tail[page]), np.int64(queue.filled[page])
        queue.head[page] = -1
        queue.tail[page] = -1
        queue.pages[page >> 4] -= 1
        while block >= 0:
            for i in range(block * ROOM, block * ROOM + (filled if block == tail else ROOM)):
                if time[queue.who[i]] == queue.when[i]:
                    _into_page(queue, np.int64(queue.who[i]), queue.when[i], bits_of(queue.when[i]))
            following = np.int64(queue.after[block])
            _free(queue, block)
            block = following
