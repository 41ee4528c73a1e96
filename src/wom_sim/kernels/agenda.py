"""Who is next, of many: times and people side by side in a heap, outdated entries left until they come up.

An entry holds while `time[v]` is its time: bringing somebody forward is a second entry, and the first is dropped when
met. So nobody need know where a person stands, and what is compared lies side by side: `heap` looks each time up by its
person, which misses the cache on large networks. Four entries stand below each, not two: half the levels.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ._jit import inner_kernel

NEVER = np.inf


class Agenda(NamedTuple):
    """Memory for n people, made by `new_agenda`.

    due : float64 (2 n + 1,)   who : int32 (2 n + 1,)   entries, those in use first; nobody is due before whoever stands
                               above, and of two due at the same time the smaller number is first
    size : int64 (1,)          entries in use
    """

    due: NDArray[np.float64]
    who: NDArray[np.int32]
    size: NDArray[np.int64]


def new_agenda(n_people: int) -> Agenda:
    """Make an empty agenda."""
    room = 2 * n_people + 1
    return Agenda(due=np.zeros(room, np.float64), who=np.zeros(room, np.int32), size=np.zeros(1, np.int64))


@inner_kernel
def note_down(agenda, time, v, due):
    """Let v be due at a time, for the first time or sooner than before. Cost: O(log n)."""
    time[v] = due
    if agenda.size[0] == agenda.due.shape[0]:
        _tidy(agenda, time)
    _rise(agenda, agenda.size[0], v, due)
    agenda.size[0] += 1


@inner_kernel
def someone_waits(agenda, time):
    """Say whether anybody is due; then entry 0 is who is due first, and when."""
    while agenda.size[0] > 0 and time[agenda.who[0]] != agenda.due[0]:
        strike_first(agenda)
    return agenda.size[0] > 0


@inner_kernel
def strike_first(agenda):
    """Take out entry 0, which there must be. Cost: O(log n)."""
    dues, who = agenda.due, agenda.who
    agenda.size[0] -= 1
    size = agenda.size[0]
    due, v = dues[size], np.int64(who[size])
    i = 0
    below = 1
    while below < size:
        least, first, w = below, dues[below], np.int64(who[below])
        for j in range(below + 1, min(below + 4, size)):
            if dues[j] < first or (dues[j] == first and who[j] < w):
                least, first, w = j, dues[j], np.int64(who[j])
        if due < first or (due == first and v < w):
            break
        dues[i] = first
        who[i] = w
        i = least
        below = 4 * i + 1
    dues[i] = due
    who[i] = v


@inner_kernel
def clear(agenda, time):
    """Strike everybody off who is due, and let them be due never."""
    for i in range(agenda.size[0]):
        if time[agenda.who[i]] == agenda.due[i]:
            time[agenda.who[i]] = NEVER
    agenda.size[0] = 0


@inner_kernel
def _rise(agenda, i, v, due):
    dues, who = agenda.due, agenda.who
    while i > 0:
        above = (i - 1) >> 2
        if dues[above] < due or (dues[above] == due and who[above] < v):
            break
        dues[i] = dues[above]
        who[i] = who[above]
        i = above
    dues[i] = due
    who[i] = v


@inner_kernel
def _tidy(agenda, time):
    """Drop the entries that no longer hold, so that there is at most one a person."""
    size = agenda.size[0]
    agenda.size[0] = 0
    for i in range(size):
        v, due = np.int64(agenda.who[i]), agenda.due[i]
        if time[v] == due:
            _rise(agenda, agenda.size[0], v, due)
            agenda.size[0] += 1
