"""Talk as one contact after another until the talker stops; see docs/campaign.md, 9.

Who is talking waits as an event of the pool: its person is the talker, its kind her role, its place the number of her
next contact, its time that contact's. `state.waiting` holds the numbers of these events: for the clock of Gillespie a
binary heap by (time, person, role), for the synchronous one a list without order. Everybody stands in it twice at most,
as a customer and as the rejecter she became. Source: Maki & Thompson (1973).
"""

from __future__ import annotations

import numpy as np

from .._jit import inner_kernel, kernel
from ..rng import below, uniform_at
from .codes import GOOD_TELLING, UNDECIDED, WAITING_N
from .draws import LISTENER, STOPS, TELLING_DELAY
from .events import exponential, free_event, new_event, schedule
from .persuading import telling_key


@inner_kernel
def start_contacts(world, state, u, time, role, root):
    """Let a person who has just decided make contacts, if there is anybody to talk to."""
    if _n_listeners(world, u) == 0:
        return
    n, sync = state.numbers[WAITING_N], world.rules.sync_clock
    at = time if sync else _after(world, state, u, role, 0, time)
    if at >= state.bucket.shape[0]:
        return
    e = new_event(state, at, role, u, -1, 0, 0, root)
    if e < 0:
        return
    state.waiting[n] = e
    state.numbers[WAITING_N] = n + 1
    if not sync:
        _rise(state, n)


@inner_kernel
def next_contact(world, state, step):
    """Make the next contact of this step the only event of its listener, and return her: -1 when there is none left.

    Whether the talker goes on is settled before the listener hears her. A full pool ends the step's contacts too.
    """
    while state.numbers[WAITING_N] > 0:
        talker = state.events[state.waiting[0]]
        time = talker["time"]
        if time >= step + 1:
            return -1
        u, role, i = np.int64(talker["person"]), np.int64(talker["kind"]), talker["place"]
        v, goes_on = -1, _in_role(state, u, role)
        if goes_on:
            v = _listener(world, state, u, role, i)
            e = new_event(state, time, GOOD_TELLING + role, v, u, i, 0, talker["root"])
            if e < 0:
                return -1
            state.people[v]["head"] = e + 1
            goes_on = not _stops(world, state, u, role, i, v)
        if goes_on:
            talker["place"] = i + 1
            talker["time"] = _after(world, state, u, role, i + 1, time)
            goes_on = talker["time"] < state.bucket.shape[0]
        if not goes_on:
            _drop(state, 0)
        _sink(state)
        if v >= 0:
            return v
    return -1


@inner_kernel
def make_contacts_together(world, state, step):
    """Let each talker make a contact by chance, all on the statuses at the start of the step, whose events they are."""
    place = state.numbers[WAITING_N]
    # From the end, so that the one who takes a dropped talker's place has had her turn.
    while place > 0 and state.halt[0] == 0:
        place -= 1
        talker = state.events[state.waiting[place]]
        u, role, i = np.int64(talker["person"]), np.int64(talker["kind"]), talker["place"]
        if not _in_role(state, u, role):
            _drop(state, place)
        elif uniform_at(telling_key(world, state, TELLING_DELAY, role, u), step) < world.rules.contact_prob:
            v = _listener(world, state, u, role, i)
            schedule(state, step, step, float(step), GOOD_TELLING + role, v, u, i, 0, talker["root"])
            talker["place"] = i + 1
            if _stops(world, state, u, role, i, v):
                _drop(state, place)


@inner_kernel
def _n_listeners(world, u):
    return world.n_people - 1 if world.complete else world.indptr[u + 1] - world.indptr[u]


@inner_kernel
def _listener(world, state, u, role, i):
    place = below(telling_key(world, state, LISTENER, role, u), i, _n_listeners(world, u))
    if world.complete:
        return place + 1 if place >= u else place
    return np.int64(world.indices[world.indptr[u] + place])


@inner_kernel
def _after(world, state, u, role, i, time):
    """Return when contact i comes, the one before it, or the decision, having come at `time`."""
    draw = uniform_at(telling_key(world, state, TELLING_DELAY, role, u), i)
    return time + exponential(world.rules.mean_telling_delay, draw)


@inner_kernel
def _in_role(state, u, role):
    # Statuses 1, 2 and 3 talk in roles 0, 1 and 2. Who has left a status never comes back to it.
    return state.people[u]["status"] == role + 1


@inner_kernel
def _stops(world, state, u, role, i, v):
    if state.people[v]["status"] == UNDECIDED:
        return False
    return uniform_at(telling_key(world, state, STOPS, role, u), i) < world.rules.stifle_prob


@inner_kernel
def _drop(state, place):
    """Forget a talker; the last one takes her place."""
    free_event(state, np.int64(state.waiting[place]))
    last = state.numbers[WAITING_N] - 1
    state.waiting[place] = state.waiting[last]
    state.numbers[WAITING_N] = last


@kernel
def _sooner(events, a, b):
    x, y = events[a], events[b]
    if x["time"] != y["time"]:
        return x["time"] < y["time"]
    if x["person"] != y["person"]:
        return x["person"] < y["person"]
    return x["kind"] < y["kind"]


@inner_kernel
def _rise(state, place):
    """Move the last of the heap up to its place."""
    events, waiting = state.events, state.waiting
    e = np.int64(waiting[place])
    while place > 0:
        above = (place - 1) // 2
        if not _sooner(events, e, np.int64(waiting[above])):
            break
        waiting[place] = waiting[above]
        place = above
    waiting[place] = e


@inner_kernel
def _sink(state):
    """Move the first of the heap down to its place."""
    events, waiting, n = state.events, state.waiting, state.numbers[WAITING_N]
    if n == 0:
        return
    e, place = np.int64(waiting[0]), 0
    while 2 * place + 1 < n:
        child = 2 * place + 1
        if child + 1 < n and _sooner(events, np.int64(waiting[child + 1]), np.int64(waiting[child])):
            child += 1
        if not _sooner(events, np.int64(waiting[child]), e):
            break
        waiting[place] = waiting[child]
        place = child
    waiting[place] = e
