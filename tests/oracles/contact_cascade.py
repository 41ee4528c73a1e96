"""A cascade over contacts from its definition: whoever is reached next is looked for among all contacts."""

from math import inf
from typing import NamedTuple

from .live_edge import LANES, block_key, threshold, tie_number
from .steps import step_by


class Contact(NamedTuple):
    """u meets v at `time`, in days since the start; what is passed on arrives `delay` later."""

    u: int
    v: int
    time: float
    chance: float = 1.0
    delay: float = 0.0


class Outcome(NamedTuple):
    joined: list[tuple[int, int]]
    newly: list[int]
    last_time: float
    last_step: int
    unfinished: int


def contact_cascade(n, contacts, seed_nodes, rng_key, replica, *, attention=inf, every=1.0, max_steps=10**9):
    """`contacts`: in order of their ties' numbers; those before the start have negative times."""
    key, lane = block_key(rng_key, replica), replica % LANES
    since, joined, newly = dict.fromkeys(seed_nodes, 0.0), [(v, -1) for v in seed_nodes], {0: len(seed_nodes)}

    def can_pass(contact):
        u, v, time = contact.u, contact.v, contact.time
        if u not in since or v in since or time < 0 or contact.chance == 0:
            return False
        after = time >= 0 if u in seed_nodes else time > since[u]
        return after and time <= since[u] + attention

    def step(time):
        return step_by(time, every)

    while True:
        passed = [
            (contact.time + contact.delay, contact.time, e)
            for e, contact in enumerate(contacts)
            if can_pass(contact) and tie_number(key, lane, e) < threshold(contact.chance)
        ]
        if not passed or step(min(passed)[0]) > max_steps:
            break
        arrival, _, e = min(passed)
        since[contacts[e].v] = arrival
        joined.append((contacts[e].v, contacts[e].u))
        newly[step(arrival)] = newly.get(step(arrival), 0) + 1
    later = any(can_pass(contact) and step(contact.time) > max_steps for contact in contacts)
    unfinished = int(bool(passed) or later)
    last_time = max(since.values(), default=0.0)
    last_step = max_steps if unfinished else step(last_time)
    return Outcome(joined, [newly.get(s, 0) for s in range(last_step + 1)], last_time, last_step, unfinished)


def reachable(contacts, seed_nodes):
    """Who can be reached over contacts that follow each other in time, at chance 1, without delays."""
    since = dict.fromkeys(seed_nodes, -1.0)
    by_time = {}
    for contact in contacts:
        by_time.setdefault(contact.time, []).append(contact)
    for time in sorted(by_time):
        new = {contact.v for contact in by_time[time] if contact.u in since and contact.v not in since}
        since.update(dict.fromkeys(new, time))
    return set(since)
