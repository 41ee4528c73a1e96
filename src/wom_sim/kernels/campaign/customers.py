"""A customer's life: what is ahead of her from the first purchase on, and what she is worth at the end.

docs/business.md, 1 and 5.
"""

from __future__ import annotations

import math

import numpy as np

from .._jit import inner_kernel
from ..rng import uniform_at, word
from .codes import (
    A_DISCOUNTED,
    A_FUTURE,
    AGAIN_ANNUAL,
    AGAIN_NEVER,
    CHURN_DUE,
    DAY0,
    DISSATISFIED,
    LOYAL,
    MAY_ASK,
    N_LOYAL,
    N_PURCHASES,
    N_PURCHASES_REFERRED,
    N_REPEATS,
    N_RETAINED,
    REFERRED,
    REPEAT_DUE,
    SATISFIED,
    TOUCHED_N,
)
from .counting import count
from .draws import CHURN, RENEWAL, REPEAT
from .events import exponential, follows, schedule, touched_person

_FIRST_MOMENT = 1e-300
"""Stands for time 0 where 0 means never."""


@inner_kernel
def is_customer(state, v):
    """Say whether a person buys the brand now; never asked of a habit."""
    return SATISFIED <= state.people[v]["status"] <= DISSATISFIED


@inner_kernel
def count_purchase(world, state, tally, step, v, time, again):
    """Count a purchase of the run, and what it is worth on day 0."""
    segment, referred = world.segment[v], 0
    count(tally, segment, N_PURCHASES, step, 1)
    if again:
        count(tally, segment, N_REPEATS, step, 1)
    if state.people[v]["flags"] & REFERRED != 0:
        referred = 1
        count(tally, segment, N_PURCHASES_REFERRED, step, 1)
    tally.amounts[segment, A_DISCOUNTED + referred] += math.exp(-world.life.discount * time)


@inner_kernel
def has_life(world):
    """Say whether anything happens to customers after their first purchase."""
    life = world.life
    return life.again != AGAIN_NEVER or life.churn_mean < math.inf or life.churn_mean_dissatisfied < math.inf


@inner_kernel
def plan_repeat(world, state, step, v, time, n, on_day0):
    """Let the person come to buy again, as her purchase n."""
    life = world.life
    if life.again == AGAIN_NEVER:
        return
    if life.again == AGAIN_ANNUAL:
        at = time + life.year * (uniform_at(state.keys[RENEWAL], v) if on_day0 else 1.0)
        state.renewal[v] = at
    else:
        at = time + exponential(life.repeat_mean, uniform_at(word(state.keys[REPEAT], n), v))
    schedule(state, -1, step + 1, at, REPEAT_DUE, v, -1, n, 0, 0)


@inner_kernel
def plan_leaving(world, state, step, v, time, spell, dissatisfied):
    """Set the clock of leaving of a customer whose satisfaction is new."""
    mean = world.life.churn_mean_dissatisfied if dissatisfied else world.life.churn_mean
    if mean < math.inf:
        at = time + exponential(mean, uniform_at(word(state.keys[CHURN], spell), v))
        schedule(state, -1, step + 1, at, CHURN_DUE, v, -1, spell, 0, 0)


@inner_kernel
def may_ask(world, state, v, time, number):
    """Remember a person who may ask the brand about an item of content or a claim."""
    if world.life.dialogue:
        follows(state, v, time, 0, 0, np.int64(number), 0, MAY_ASK)


@inner_kernel
def has_engaged(world, state, v, time, item):
    """Remember that content engaged a customer, for her clock of leaving; who engages may ask."""
    if state.engaged_at.shape[0] > 0 and is_customer(state, v):
        state.engaged_at[v] = max(state.engaged_at[v], time, _FIRST_MOMENT)
    may_ask(world, state, v, time, item)


@inner_kernel
def leaving_factor(world, state, v, time):
    """What is left of a customer's chance to leave, by how long ago content of the brand engaged her."""
    if state.engaged_at.shape[0] == 0 or state.engaged_at[v] == 0.0:
        return 1.0
    since = max(0.0, time - state.engaged_at[v])
    return 1.0 - (1.0 - world.life.retain) * 2.0 ** (-since / world.life.retain_half_life)


@inner_kernel
def no_customer_any_more(world, state, tally, step, v):
    """Take a customer who leaves out of those who stayed and of those who bought again."""
    flags, segment = state.people[v]["flags"], world.segment[v]
    if flags & DAY0 != 0:
        count(tally, segment, N_RETAINED, step, -1)
    if flags & LOYAL != 0:
        count(tally, segment, N_LOYAL, step, -1)


@inner_kernel
def count_worth(world, state, tally):
    """Add up what the customers of the end will still buy, as worth on day 0.

    With the rate `world.worth` holds it for each satisfaction; with annual purchases, by the number of renewals left.
    """
    life, n_steps = world.life, state.bucket.shape[0]
    if life.again == AGAIN_NEVER:
        return
    for i in range(state.numbers[TOUCHED_N]):
        v = touched_person(state, i)
        if not is_customer(state, v):
            continue
        person = state.people[v]
        begins, left = float(n_steps), 0
        if life.again == AGAIN_ANNUAL:
            begins = state.renewal[v]
            left = np.int64(max(0.0, math.ceil((life.value_end - begins) / life.year)))
        row = 1 if person["status"] == DISSATISFIED else 0
        column = A_FUTURE + (1 if person["flags"] & REFERRED != 0 else 0)
        worth = world.worth[row, min(left, world.worth.shape[1] - 1)]
        tally.amounts[world.segment[v], column] += worth * math.exp(-life.discount * begins)
