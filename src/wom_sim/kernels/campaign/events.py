"""Events: kept in a pool, chained by the step they happen in, then by the person they happen to."""

from __future__ import annotations

import math

import numpy as np

from .._jit import inner_kernel, kernel
from ..wide import prefetch
from .codes import (
    FREE,
    FULL,
    N_PURCHASE_NUMBERS,
    N_SPELLS,
    N_TALK_NUMBERS,
    STEP_N,
    TALKS,
    TALKS_FIRST,
    TOUCHED,
    TOUCHED_N,
    USED,
)

AHEAD = 8
"""How many people ahead of the one at hand their memory is asked for: they stand there in no order."""


@kernel
def step_of(time, earliest):
    """Return the step that handles an event: its own, but never before `earliest`."""
    return max(np.int64(math.floor(time)), earliest)


@kernel
def exponential(mean, u):
    """Return the quantile u of an exponential delay."""
    return -mean * math.log1p(-u)


@inner_kernel
def touch(state, v):
    """Remember that a person's memory is to be cleared after the replica."""
    person = state.people[v]
    if person["flags"] & TOUCHED == 0:
        person["flags"] |= TOUCHED
        state.touched[state.numbers[TOUCHED_N]] = v
        state.numbers[TOUCHED_N] += 1


@inner_kernel
def touched_person(state, i):
    """Return the number of the i-th person touched, and ask for those who come after her."""
    last = state.numbers[TOUCHED_N] - 1
    prefetch(state.people, np.int64(state.touched[min(i + AHEAD, last)]))
    return np.int64(state.touched[i])


@inner_kernel
def new_event(state, time, kind, person, source, place, item, root):
    """Take an event from the pool and fill it; -1 when the pool is full, which abandons the replica."""
    numbers, events = state.numbers, state.events
    e = numbers[FREE] - 1
    if e >= 0:
        numbers[FREE] = events[e]["next"]
        prefetch(events, numbers[FREE] - 1)
    else:
        e = numbers[USED]
        if e == events.shape[0]:
            numbers[FULL] = 1
            return -1
        numbers[USED] = e + 1
    event = events[e]
    event["time"] = time
    event["place"] = place
    event["next"] = 0
    event["person"] = person
    event["source"] = source
    event["root"] = root
    event["kind"] = kind
    event["item"] = item
    return e


@inner_kernel
def free_event(state, e):
    """Give an event back to the pool."""
    state.events[e]["next"] = state.numbers[FREE]
    state.numbers[FREE] = e + 1


@inner_kernel
def will_talk(state, v, time, role, root):
    """Remember a person who has decided; whom she tells is drawn at the step's end: nobody hears it before the next."""
    follows(state, v, time, role, root, 0, 0, TALKS)


@inner_kernel
def follows(state, v, time, role, root, n, spell, what):
    """Remember what follows at the step's end; see `living.follow_up`.

    Parameters
    ----------
    role : as what she has decided          n : number of the purchase, or of the question
    spell : number of the clock of leaving  what : TALKS, HAS_BOUGHT and the like together
    """
    place = (what * N_SPELLS + spell) * N_PURCHASE_NUMBERS + n
    put_aside(state, TALKS_FIRST, time, role, v, place, n % N_TALK_NUMBERS, root)


@inner_kernel
def put_aside(state, first, time, kind, person, place, item, root):
    """Keep something for the step's end, in the chain that begins in `state.numbers[first]`."""
    e = new_event(state, time, kind, person, -1, place, item, root)
    if e >= 0:
        state.events[e]["next"] = state.numbers[first]
        state.numbers[first] = e + 1


@inner_kernel
def attach(state, e):
    """Put an event of this step into its person's chain."""
    v = state.events[e]["person"]
    person = state.people[v]
    if person["head"] == 0:
        touch(state, v)
        state.step_people[state.numbers[STEP_N]] = v
        state.numbers[STEP_N] += 1
    state.events[e]["next"] = person["head"]
    person["head"] = e + 1


@inner_kernel
def schedule(state, now, earliest, time, kind, person, source, place, item, root):
    """Let something happen at a time, in no step before `earliest`; after the end of the run it does not happen.

    Parameters
    ----------
    now : int64        the step being prepared, whose events go straight to their people; -1 while people are handled
    """
    if time >= state.bucket.shape[0]:
        return
    step = step_of(time, earliest)
    if step >= state.bucket.shape[0]:
        return
    e = new_event(state, time, kind, person, source, place, item, root)
    if e < 0:
        return
    if step == now:
        attach(state, e)
    else:
        state.events[e]["next"] = state.bucket[step]
        state.bucket[step] = e + 1


@inner_kernel
def open_step(state, step):
    """Hand the events scheduled for a step to their people."""
    link = np.int64(state.bucket[step])
    ahead = link
    for _ in range(AHEAD):
        ahead = _ask_for_person(state, ahead)
    state.bucket[step] = 0
    while link != 0:
        ahead = _ask_for_person(state, ahead)
        e = link - 1
        link = np.int64(state.events[e]["next"])
        attach(state, e)


@inner_kernel
def _ask_for_person(state, link):
    """Ask for the person of an event in a chain, if there is one, and return the next one."""
    if link == 0:
        return np.int64(0)
    event = state.events[link - 1]
    prefetch(state.people, np.int64(event["person"]))
    return np.int64(event["next"])


@kernel
def _before(events, a, b):
    x, y = events[a], events[b]
    if x["time"] != y["time"]:
        return x["time"] < y["time"]
    if x["kind"] != y["kind"]:
        return x["kind"] < y["kind"]
    if x["item"] != y["item"]:
        return x["item"] < y["item"]
    if x["place"] != y["place"]:
        return x["place"] < y["place"]
    return x["source"] < y["source"]


@kernel
def sort_chain(events, head):
    """Sort a chain by (time, kind, item, place, source) and return its new head; merge sort, nothing is allocated."""
    if head == 0 or events[head - 1]["next"] == 0:
        return head
    width = 1
    while True:
        left, tail, merges = np.int64(head), np.int64(0), 0
        head = np.int64(0)
        while left != 0:
            merges += 1
            right, n_left = left, 0
            while n_left < width and right != 0:
                n_left += 1
                right = np.int64(events[right - 1]["next"])
            n_right = width
            while n_left > 0 or (n_right > 0 and right != 0):
                if n_left == 0:
                    take_left = False
                elif n_right == 0 or right == 0:
                    take_left = True
                else:
                    take_left = not _before(events, right - 1, left - 1)
                if take_left:
                    taken = left
                    left = np.int64(events[left - 1]["next"])
                    n_left -= 1
                else:
                    taken = right
                    right = np.int64(events[right - 1]["next"])
                    n_right -= 1
                if tail == 0:
                    head = taken
                else:
                    events[tail - 1]["next"] = taken
                tail = taken
            left = right
        events[tail - 1]["next"] = 0
        if merges <= 1:
            return head
        width *= 2
