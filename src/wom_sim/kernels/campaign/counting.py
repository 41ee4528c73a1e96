"""What is counted, noted in the log and remembered of a person: shown, aware, reached, told; and of ties examined."""

from __future__ import annotations

from .._jit import inner_kernel
from .codes import (
    AWARE,
    FIRST,
    HEARD,
    N_AWARE,
    N_BEYOND,
    N_FIRST,
    N_HEARD,
    N_REACH,
    N_REACHED,
    REACHED,
    TIES_N,
)
from .events import touch


@inner_kernel
def count(tally, segment, what, step, amount):
    """Add to a count of the replica, of a segment, and to its series."""
    tally.counts[segment, what] += amount
    tally.series[step, what] += amount


@inner_kernel
def note(tally, time, step, person, source, what, item, root):
    """Add a line to the replica's log, if one is kept and has room."""
    place = tally.log_n[0]
    if place < tally.log.shape[0]:
        line = tally.log[place]
        line["time"] = time
        line["step"] = step
        line["person"] = person
        line["source"] = source
        line["what"] = what
        line["item"] = item
        line["root"] = root
        tally.log_n[0] = place + 1


@inner_kernel
def ties_of(world, state, u):
    """Return the first of a person's ties and one more than the last, all of which are going to be examined."""
    first, last = world.indptr[u], world.indptr[u + 1]
    state.numbers[TIES_N] += last - first
    return first, last


@inner_kernel
def joins_first_audience(world, state, tally, step, v):
    """The person is shown content by an ad, the brand or a creator."""
    touch(state, v)
    person = state.people[v]
    if person["flags"] & FIRST == 0:
        person["flags"] |= FIRST
        count(tally, world.segment[v], N_FIRST, step, 1)
        if person["flags"] & REACHED != 0:
            count(tally, world.segment[v], N_BEYOND, step, -1)


@inner_kernel
def becomes_aware(world, state, tally, step, v, time):
    """The person has met the brand, now."""
    person = state.people[v]
    touch(state, v)
    person["last_exposure"] = max(person["last_exposure"], time)
    if person["flags"] & AWARE == 0:
        person["flags"] |= AWARE
        count(tally, world.segment[v], N_AWARE, step, 1)


@inner_kernel
def reached_by_content(world, state, tally, step, v, time):
    """The person has seen content."""
    becomes_aware(world, state, tally, step, v, time)
    person = state.people[v]
    if person["flags"] & REACHED == 0:
        segment = world.segment[v]
        count(tally, segment, N_REACH, step, 1)
        if person["flags"] & HEARD == 0:
            count(tally, segment, N_REACHED, step, 1)
        if person["flags"] & FIRST == 0:
            count(tally, segment, N_BEYOND, step, 1)
        person["flags"] |= REACHED


@inner_kernel
def told(world, state, tally, step, v, time):
    """The person has been told by someone."""
    becomes_aware(world, state, tally, step, v, time)
    person = state.people[v]
    if person["flags"] & HEARD == 0:
        segment = world.segment[v]
        count(tally, segment, N_HEARD, step, 1)
        if person["flags"] & REACHED == 0:
            count(tally, segment, N_REACHED, step, 1)
        person["flags"] |= HEARD
