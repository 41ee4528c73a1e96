"""A person's decision: the brands whose bad chances prevail, and the one that she buys."""

from __future__ import annotations

import math

from .._jit import inner_kernel
from ..rng import uniform_at, word
from .brands import (
    B_BUYERS,
    B_LOST_TO,
    LOG_REJECTED_RIVAL,
    LOG_WON_BY_RIVAL,
    RIVAL_ROOT,
    becomes_customer_of,
)
from .codes import (
    BY_EARNED,
    CONFLICT_UNIFORM,
    DISSATISFIED_IN_LOG,
    N_VISITS_EARNED,
    RIVALS_WON,
    ROLE_BAD,
    ROLE_GOOD,
    ROLE_REJECTER,
)
from .counting import count, note
from .customers import is_customer
from .deciding import buy, conflict_draw, good_wins, leave, reject
from .draws import CONFLICT_RIVAL, SATISFIED_RIVAL, WHICH_BRAND
from .events import touch, will_talk


@inner_kernel
def forget_met(state):
    """Begin a person's step: no chance of any brand met yet."""
    state.numbers[RIVALS_WON] = 0
    for brand in range(state.met.shape[0]):
        met = state.met[brand]
        met["missed_good"] = 0.0
        met["missed_bad"] = 0.0
        met["n_good"] = 0
        met["n_bad"] = 0


@inner_kernel
def decide(world, state, tally, step, v):
    """Let a person reject the brands whose bad chances prevail, and buy one of those whose good ones do.

    Returns
    -------
    int64
        The brand she bought, -1 for none.
    """
    rule, total, chosen = world.rules.conflict, 0.0, -1
    for brand in range(state.met.shape[0]):
        met = state.met[brand]
        met["weight"] = 0.0
        n_good, n_bad, missed_good = met["n_good"], met["n_bad"], met["missed_good"]
        wins = n_good > 0
        if n_good > 0 and n_bad > 0:
            draw = conflict_draw(state, v)
            if brand > 0:
                draw = uniform_at(word(state.keys[CONFLICT_RIVAL], brand), v)
            wins = good_wins(rule, draw, n_good, n_bad, missed_good, met["missed_bad"])
        if wins:
            met["weight"] = n_good if rule == CONFLICT_UNIFORM else -math.expm1(missed_good)
            total += met["weight"]
            chosen = brand
        elif n_bad > 0 and brand == 0:
            reject(world, state, tally, step, v, met["bad_time"], met["bad_root"], met["bad_source"])
        elif n_bad > 0:
            touch(state, v)
            state.shuns[v] |= 1 << (brand - 1)
            note(tally, met["bad_time"], step, v, met["bad_source"], LOG_REJECTED_RIVAL, 0, RIVAL_ROOT + brand)
            will_talk(state, v, met["bad_time"], ROLE_REJECTER, RIVAL_ROOT + brand)
    if chosen < 0:
        return -1
    left = uniform_at(word(state.keys[WHICH_BRAND], step), v) * total
    for brand in range(chosen):
        left -= state.met[brand]["weight"]
        if left < 0.0:
            chosen = brand
            break
    met = state.met[chosen]
    time, exposure, source = met["good_time"], met["good_exposure"], met["good_source"]
    if chosen > 0:
        _buy_rival(world, state, tally, step, v, chosen, time, exposure, source)
        return chosen
    if exposure == BY_EARNED and met["good_item"] < 0:
        count(tally, world.segment[v], N_VISITS_EARNED, step, 1)
    buy(world, state, tally, step, v, time, exposure, met["good_root"], met["good_item"], source)
    return 0


@inner_kernel
def _buy_rival(world, state, tally, step, v, rival, time, exposure, source):
    """The person is won by a rival, leaves the brand that she had, and tells."""
    root = RIVAL_ROOT + rival
    if is_customer(state, v):
        leave(world, state, tally, step, v, time, root, source, False)
        tally.brands[rival, B_LOST_TO] += 1
    becomes_customer_of(state, tally, v, rival)
    tally.brands[rival, B_BUYERS] += 1
    dissatisfied = uniform_at(word(state.keys[SATISFIED_RIVAL], rival), v) < world.brands[rival]["dissatisfied"]
    how = exposure + (DISSATISFIED_IN_LOG if dissatisfied else 0)
    note(tally, time, step, v, source, LOG_WON_BY_RIVAL, how, root)
    will_talk(state, v, time, ROLE_BAD if dissatisfied else ROLE_GOOD, root)
