"""Complaints and questions, and the queue in which the brand takes them up; see docs/business.md, 2.

A matter waits for its step's end as an event of the pool, whose place is (person, number, purchase) in one number: the
order of matters of one time.
"""

from __future__ import annotations

import math

import numpy as np

from .._jit import inner_kernel
from ..rng import uniform_at, word
from .codes import (
    A_WAITED,
    ABOUT_CLAIM,
    ANSWER_DUE,
    COMPLAINT,
    LOG_ASKED,
    LOG_COMPLAINED,
    MATTERS_FIRST,
    N_COMPLAINTS,
    N_MATTERS,
    N_PURCHASE_NUMBERS,
    N_QUESTIONS,
    N_TALK_NUMBERS,
    QUEUE_DAY,
    QUEUE_USED,
    RECOVERED_FIRST,
)
from .counting import count, note
from .draws import ANSWER_TIME, ASKS, COMPLAINS, RECOVERS
from .draws import ANSWERED as ANSWERED_DRAW
from .events import exponential, free_event, put_aside, schedule, sort_chain, step_of


@inner_kernel
def raises(world, state, tally, step, v, time, number, complains):
    """Let a person complain of purchase `number`, which dissatisfied her, or ask about item or claim, if she does.

    Return whether she complains.
    """
    life, n = world.life, 0
    draw, chance, what, line = ASKS, life.question, N_QUESTIONS, LOG_ASKED
    drawn_by = number
    if complains:
        draw, chance, what, line = COMPLAINS, life.complain, N_COMPLAINTS, LOG_COMPLAINED
        n, drawn_by = number, number % N_TALK_NUMBERS
        number = COMPLAINT + drawn_by
    elif number >= ABOUT_CLAIM:
        chance = life.claim_question
    if uniform_at(word(state.keys[draw], drawn_by), v) >= chance:
        return False
    count(tally, world.segment[v], what, step, 1)
    note(tally, time, step, v, -1, line, 0, number)
    if uniform_at(word(state.keys[ANSWERED_DRAW], number), v) < life.answered:
        place = (v * N_MATTERS + number) * N_PURCHASE_NUMBERS + n
        put_aside(state, MATTERS_FIRST, time, ANSWER_DUE, v, place, 0, 0)
    return complains


@inner_kernel
def take_up_matters(world, state, tally, step):
    """Give the matters of this step their places in the queue and plan their answers."""
    life, n_steps = world.life, state.bucket.shape[0]
    link = sort_chain(state.events, state.numbers[MATTERS_FIRST])
    state.numbers[MATTERS_FIRST] = 0
    while link != 0:
        e = link - 1
        event = state.events[e]
        link = np.int64(event["next"])
        v, time, place = np.int64(event["person"]), event["time"], event["place"]
        free_event(state, e)
        number, n = place // N_PURCHASE_NUMBERS % N_MATTERS, place % N_PURCHASE_NUMBERS
        begins = _taken_up(world, state, time)
        at = begins + exponential(life.answer_mean, uniform_at(word(state.keys[ANSWER_TIME], number), v))
        if at >= n_steps or step_of(at, step + 1) >= n_steps:
            continue
        wait = at - time
        works = 2.0 ** (-wait / life.patience)
        if number >= COMPLAINT:
            works *= life.recovery
        root = 1 if uniform_at(word(state.keys[RECOVERS], number), v) < works else 0
        tally.amounts[world.segment[v], A_WAITED] += wait
        schedule(state, -1, step + 1, at, ANSWER_DUE, v, n, number, 0, root)


@inner_kernel
def _taken_up(world, state, time):
    """Take the first free place in the queue and return when its turn comes; inf where that is after the run."""
    per_day, step_days, numbers = world.life.answers_per_day, world.rules.step_days, state.numbers
    if per_day == math.inf:
        return time
    day = np.int64(math.floor(time * step_days))
    if day > numbers[QUEUE_DAY]:
        numbers[QUEUE_DAY], numbers[QUEUE_USED] = day, 0
    n_days = state.bucket.shape[0] * step_days
    while True:
        day = numbers[QUEUE_DAY]
        if day >= n_days:
            return math.inf
        if numbers[QUEUE_USED] < math.floor((day + 1) * per_day) - math.floor(day * per_day):
            numbers[QUEUE_USED] += 1
            return max(time, day / step_days)
        numbers[QUEUE_DAY], numbers[QUEUE_USED] = day + 1, 0


@inner_kernel
def will_lapse(state, v, talk):
    """Let a person's tellings as a dissatisfied customer lapse from the next step on, up to a talk number."""
    put_aside(state, RECOVERED_FIRST, 0.0, ANSWER_DUE, v, talk + 1, 0, 0)


@inner_kernel
def settle_recoveries(state):
    """Let the tellings of those who recovered in this step lapse, now that all its people have been handled."""
    link = state.numbers[RECOVERED_FIRST]
    state.numbers[RECOVERED_FIRST] = 0
    while link != 0:
        e = link - 1
        event = state.events[e]
        link = np.int64(event["next"])
        state.recovered[event["person"]] = event["place"]
        free_event(state, e)


@inner_kernel
def has_lapsed(state, u, talk):
    """Say whether tellings of u as a dissatisfied customer with this talk number are void."""
    return state.recovered.shape[0] > 0 and state.recovered[u] > talk


@inner_kernel
def speaks_again(state, u, talk):
    """Forget what lapsed once a talk number comes round again."""
    if has_lapsed(state, u, talk):
        state.recovered[u] = 0
