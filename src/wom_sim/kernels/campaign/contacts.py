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
from .codes import FULL, GOOD_TELLING, STEP_N, TIES_N, UNDECIDED, WAITING_N
from .draws import LISTENER, STOPS, TELLING_DELAY
from .events import attach, exponential, free_event, new_event
from .persuading import telling_key


@inner_kernel
def start_contacts(world, state, u, time, role, root):
    """Let a person who has just decided make contacts, if there is anybody to talk to."""
    if _n_listeners(world, u) == 0:
        return
    e = new_event(state, time, role, u, -1, 0, 0, root)
    if e < 0:
        return
    n = state.numbers[WAITING_N]
    state.waiting[n] = e
    state.numbers[WAITING_N] = n + 1
    if not world.rules.sync_clock:
        _wait(world, state, e)
        _rise(state, n)


@inner_kernel
def make_contacts(world, state, step):
    """Make the next contact of this step the only event of its listener; return whether there was one left.

    With the synchronous clock all contacts become events of the step, and none is left.
    """
    numbers, waiting = state.numbers, state.waiting
    if world.rules.sync_clock:
        # From the end, so that the one who takes a dropped talker's place has had her turn.
        place = numbers[WAITING_N]
        while place > 0 and state.halt[0] == 0:
            place -= 1
            e = np.int64(waiting[place])
            comes = _draw(world, state, TELLING_DELAY, e, step) < world.rules.contact_prob
            if comes and not _meets(world, state, e, float(step)):
                _drop(state, place)
        return False
    while numbers[WAITING_N] > 0 and numbers[STEP_N] == 0 and numbers[FULL] == 0:
        e = np.int64(waiting[0])
        time = state.events[e]["time"]
        if time >= step + 1:
            break
        if _meets(world, state, e, time):
            _wait(world, state, e)
        else:
            _drop(state, 0)
        _sink(state)
    return numbers[STEP_N] > 0


@inner_kernel
def _meets(world, state, e, time):
    """Let a talker make her next contact, if she still has her role; return whether she goes on after it.

    That is settled here, before the listener is handled.
    """
    talker, people = state.events[e], state.people
    u, role = np.int64(talker["person"]), np.int64(talker["kind"])
    # Statuses 1, 2 and 3 talk in roles 0, 1 and 2.
    if people[u]["status"] != role + 1:
        return False
    i = talker["place"]
    talker["place"] = i + 1
    state.numbers[TIES_N] += 1
    v = below(telling_key(world, state, LISTENER, role, u), i, _n_listeners(world, u))
    if not world.complete:
        v = np.int64(world.indices[world.indptr[u] + v])
    elif v >= u:
        v += 1
    told = new_event(state, time, GOOD_TELLING + role, v, u, i, 0, talker["root"])
    if told >= 0:
        attach(state, told)
    return people[v]["status"] == UNDECIDED or _draw(world, state, STOPS, e, i) >= world.rules.stifle_prob


@inner_kernel
def _n_listeners(world, u):
    return world.n_people - 1 if world.complete else world.indptr[u + 1] - world.indptr[u]


@inner_kernel
def _draw(world, state, draw, e, i):
    talker = state.events[e]
    return uniform_at(telling_key(world, state, draw, np.int64(talker["kind"]), np.int64(talker["person"])), i)


@inner_kernel
def _wait(world, state, e):
    """Move a talker's time from her latest contact, or her decision, to her next contact."""
    talker = state.events[e]
    talker["time"] += exponential(
        world.rules.mean_telling_delay, _draw(world, state, TELLING_DELAY, e, talker["place"])
    )


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
