"""Tellings: who is told, how many and when."""

from __future__ import annotations

import math

import numpy as np

from .._jit import inner_kernel, kernel
from ..rng import below, uniform_at, word
from .brands import RIVAL_ROOT, ROLE_WIDTH
from .codes import (
    GOOD_TELLING,
    N_ROLES,
    N_TALK_NUMBERS,
    N_TELLS_PLANNED,
    N_TELLS_WANTED,
    ROLE_GOOD,
    TALK_CONTACTS,
    TALK_LISTENERS,
    TALK_ONE_SHOT,
    TALK_RECOVER,
    TALKS_FIRST,
    TELLS_FIXED,
    TELLS_POISSON,
    TIES_N,
)
from .contacts import start_contacts
from .counting import count, ties_of
from .draws import FIRST_SUCCESS, LISTENER, STOPS, TALKS, TELLING_DELAY, TELLS
from .events import exponential, free_event, schedule
from .living import follow_up
from .persuading import bad_chance, is_strong, persuasion, telling_key

# The memory kernel of retweets (Zhao et al. 2015, SEISMIC): constant up to s0, then a power law.
_THETA = 0.2314843


@kernel
def number_of_tellings(distribution, mean, u):
    """Return the quantile u of the number of people told in all."""
    if mean <= 0.0:
        return 0
    if distribution == TELLS_FIXED:
        whole = np.int64(math.floor(mean))
        return whole + 1 if u < mean - whole else whole
    if distribution == TELLS_POISSON:
        # From 14 standard deviations below the mean on: what lies before is nothing, and exp(-mean) may be 0.
        k = np.int64(max(0.0, mean - 14.0 * math.sqrt(mean)))
        chance = math.exp(k * math.log(mean) - mean - math.lgamma(k + 1.0))
        total = chance
        while u >= total and chance > 0.0:
            k += 1
            chance *= mean / k
            total += chance
            if k > 10.0 * mean + 100.0:
                break
        return k
    return np.int64(math.floor(math.log1p(-u) / math.log(mean / (1.0 + mean))))


@inner_kernel
def telling_delay(world, u):
    """Return the quantile u of the time between deciding and a telling."""
    scale = world.rules.mean_telling_delay
    if not world.rules.power_law_delay:
        return exponential(scale, u)
    # Density c up to `scale`, c (s / scale)^-(1 + theta) beyond, with c * scale * (1 + 1 / theta) = 1.
    flat = 1.0 / (1.0 + 1.0 / _THETA)
    if u < flat:
        return scale * u / flat
    return scale * ((1.0 - u) * (1.0 + _THETA)) ** (-1.0 / _THETA)


@inner_kernel
def start_talks(world, state, tally, step):
    """Let all who have decided in this step tell others."""
    link = state.numbers[TALKS_FIRST]
    state.numbers[TALKS_FIRST] = 0
    while link != 0:
        e = link - 1
        event = state.events[e]
        link = np.int64(event["next"])
        u, time, role, root = np.int64(event["person"]), event["time"], np.int64(event["kind"]), event["root"]
        talk, part = np.int64(event["item"]), follow_up(world, state, tally, step, u, event)
        free_event(state, e)
        if part > 0.0:
            start_talking(world, state, tally, step, u, time, role, root, talk, part)


@inner_kernel
def start_talking(world, state, tally, step, u, time, role, root, talk, part):
    """Let a person who has just decided tell others, as satisfied customer, dissatisfied customer or rejecter.

    Parameters
    ----------
    talk : number of the talk, of which the draws' role number is made; `part` of the role's tellings are told
    """
    rules, brand = world.rules, max(0, root - RIVAL_ROOT)
    told, kind = world.roles[3 * brand + role], GOOD_TELLING + role
    number = ROLE_WIDTH * brand + role + N_ROLES * talk
    if uniform_at(word(state.keys[TALKS], number), u) >= told["talk"]:
        return
    if rules.talk == TALK_ONE_SHOT:
        _tell_everyone_once(world, state, step, u, kind, root)
    elif rules.talk == TALK_LISTENERS:
        draw = uniform_at(word(state.keys[TELLS], number), u)
        k = number_of_tellings(rules.tells_distribution, told["tells"] * part, draw)
        if k > 0:
            if brand == 0:
                count(tally, world.segment[u], N_TELLS_WANTED, step, k)
                contacts = world.n_people - 1 if world.complete else world.indptr[u + 1] - world.indptr[u]
                count(tally, world.segment[u], N_TELLS_PLANNED, step, min(k, contacts))
            if world.complete:
                _tell_strangers(world, state, step, u, time, number, kind, root, k)
            else:
                _tell_contacts(world, state, step, u, time, number, kind, root, k)
    elif rules.talk == TALK_CONTACTS:
        start_contacts(world, state, u, time, role, root)
    elif world.complete:
        _join_talkers(world, state, step, u, brand, role)
    else:
        _talk_until_it_works(world, state, step, u, role, kind, root)


@inner_kernel
def _tell_contacts(world, state, step, u, time, number, kind, root, k):
    indices = world.indices
    first, last = ties_of(world, state, u)
    n_chosen = last - first
    chosen, best = state.chosen, state.best
    if k < n_chosen:
        n_chosen = _choose_listeners(world, word(state.keys[LISTENER], number), u, first, last, k, best, chosen)
    else:
        for i in range(n_chosen):
            chosen[i] = first + i
    key = word(state.keys[TELLING_DELAY], number)
    for i in range(n_chosen):
        e = chosen[i]
        at = time + telling_delay(world, uniform_at(key, e))
        schedule(state, -1, step + 1, at, kind, indices[e], u, e, number // N_ROLES % N_TALK_NUMBERS, root)


@inner_kernel
def _choose_listeners(world, key, u, first, last, k, best, chosen):
    """Fill `chosen` with the ties of the k smallest Exp(1) / weight, smallest first; return k."""
    n, strong, alike = 0, world.rules.strong_power, world.rules.strong_fraction <= 0.0
    for e in range(first, last):
        value = uniform_at(key, e)
        if not alike:
            weight = strong if is_strong(world, u, world.indices[e]) else 1.0
            # -log(1 - x) is at least x: most ties are out of the question before the logarithm.
            if n == k and value >= best[n - 1] * weight:
                continue
            value = -math.log1p(-value) / weight
        if n == k:
            if value >= best[n - 1]:
                continue
            n -= 1
        i = n
        while i > 0 and best[i - 1] > value:
            best[i] = best[i - 1]
            chosen[i] = chosen[i - 1]
            i -= 1
        best[i] = value
        chosen[i] = e
        n += 1
    return n


@inner_kernel
def _tell_strangers(world, state, step, u, time, number, kind, root, k):
    others, talk = world.n_people - 1, number // N_ROLES % N_TALK_NUMBERS
    key = telling_key(world, state, LISTENER, number, u)
    delays = telling_key(world, state, TELLING_DELAY, number, u)
    state.numbers[TIES_N] += min(k, others)
    if k >= others:
        for i in range(others):
            v = i + 1 if i >= u else i
            at = time + telling_delay(world, uniform_at(delays, i))
            schedule(state, -1, step + 1, at, kind, v, u, i, talk, root)
        return
    n, draw, chosen = 0, 0, state.chosen
    while n < k:
        v = below(key, draw, others)
        v = v + 1 if v >= u else v
        new = True
        for i in range(n):
            if chosen[i] == v:
                new = False
        if new:
            chosen[n] = v
            n += 1
            at = time + telling_delay(world, uniform_at(delays, draw))
            schedule(state, -1, step + 1, at, kind, v, u, draw, talk, root)
        draw += 1


@inner_kernel
def _tell_everyone_once(world, state, step, u, kind, root):
    if world.complete:
        others = world.n_people - 1
        state.numbers[TIES_N] += others
        for i in range(others):
            v = i + 1 if i >= u else i
            schedule(state, -1, step + 1, step + 1.0, kind, v, u, u * others + i, 0, root)
        return
    first, last = ties_of(world, state, u)
    for e in range(first, last):
        schedule(state, -1, step + 1, step + 1.0, kind, world.indices[e], u, e, 0, root)


@inner_kernel
def _talk_until_it_works(world, state, step, u, role, kind, root):
    """Try every contact in every step until it works, or until the talker stops; see docs/campaign.md, 9."""
    longest = _steps_of_talk(world, state, u, role)
    key = word(state.keys[FIRST_SUCCESS], role)
    first, last = ties_of(world, state, u)
    for e in range(first, last):
        v = world.indices[e]
        p = min(1.0, persuasion(world, u, v)) if role == ROLE_GOOD else bad_chance(world, u, v)
        tries = _trials(uniform_at(key, e), p)
        if tries <= longest:
            schedule(state, -1, step + 1, step + tries, kind, v, u, e, 0, root)


@inner_kernel
def _steps_of_talk(world, state, u, role):
    if world.rules.talk != TALK_RECOVER:
        return math.inf
    return _trials(uniform_at(word(state.keys[STOPS], role), u), world.rules.stop_prob)


@inner_kernel
def _join_talkers(world, state, step, u, brand, role):
    kind, last = 2 * brand + (0 if role == ROLE_GOOD else 1), state.talkers.shape[0] - 1
    state.talkers[min(step + 1, last), kind] += 1
    until = step + 1 + _steps_of_talk(world, state, u, ROLE_WIDTH * brand + role)
    if until < last:
        state.talkers[np.int64(until), kind] -= 1


@kernel
def _trials(u, p):
    """Return the quantile u of the number of trials up to the first success, as a float64; inf where p is 0."""
    if p >= 1.0:
        return 1.0
    if p <= 0.0:
        return math.inf
    return 1.0 + np.floor(math.log1p(-u) / math.log1p(-p))
