"""What a person meets of rivals in a step, and her decision among the brands that have won her."""

from __future__ import annotations

import numpy as np

from .._jit import inner_kernel
from ..rng import uniform_at, word
from .brands import (
    B_TELLS,
    RIVAL_ROOT,
    ROLE_WIDTH,
    is_open_to,
    leave_rival,
    switch_factor,
)
from .codes import (
    BACKGROUND_CLOCK,
    BY_BACKGROUND,
    BY_EARNED,
    GOOD_TELLING,
    PURCHASE_DUE,
    RIVALS_WON,
    VIEW_SHARE,
)
from .content import VISIT, damage_of, visit_wins
from .counting import note
from .deciding import log_missed
from .draws import BUY_DELAY, LEAVES, THINNED_RIVAL
from .events import exponential, schedule
from .persuading import is_strong, persuasion_draw, telling_key


@inner_kernel
def meet_rival(world, state, tally, step, v, event, outcome, exposure, to_buy):
    """Handle an event about a rival: a view of its content, a telling about it, its background, a purchase due.

    Parameters
    ----------
    outcome, exposure, to_buy : what `content.view` returned, if it is a view
    """
    kind, time, root = event["kind"], event["time"], np.int64(event["root"])
    source, place, item = np.int64(event["source"]), event["place"], -1
    brand = root - RIVAL_ROOT
    # Buying changes nothing within a step: what is open to a rival here is so after a view, too.
    if kind <= VIEW_SHARE and outcome != VISIT:
        return
    open_to_it, chance, won = is_open_to(state, v, brand), -1.0, False
    left = (1.0 - damage_of(world, state, v, brand)) * switch_factor(world, state, v)
    if kind <= VIEW_SHARE:
        item = np.int64(event["item"])
        if open_to_it:
            number, mean = world.items[item]["number"], world.rules.mean_buy_delay
            chance = to_buy * left
            won = visit_wins(state, v, number, chance)
            if won and mean > 0.0:
                at = time + exponential(mean, uniform_at(word(state.keys[BUY_DELAY], number), v))
                schedule(state, -1, step + 1, at, PURCHASE_DUE, v, source, exposure, item, root)
                chance = -1.0
    elif kind == BACKGROUND_CLOCK:
        if open_to_it:
            chance, exposure = left, BY_BACKGROUND
            won = uniform_at(word(state.keys[THINNED_RIVAL], brand), v) < chance
    elif kind == PURCHASE_DUE:
        if open_to_it:
            chance, won, exposure, item = 1.0, True, place, np.int64(event["item"])
    else:
        tally.brands[brand, B_TELLS] += 1
        note(tally, time, step, v, source, kind, 0, root)
        facts, number = world.brands[brand], ROLE_WIDTH * brand + kind - GOOD_TELLING
        convinces = facts["persuade_strong"] if is_strong(world, source, v) else facts["persuade_weak"]
        if world.hears.shape[0] > 0:
            convinces = 1.0 / world.hears[v]
        if kind != GOOD_TELLING:
            against = min(1.0, convinces * facts["negative_power"])
            _hear_bad(world, state, tally, step, v, event, brand, number, against)
        elif open_to_it:
            chance, exposure = min(1.0, convinces * world.buy_factor[world.segment[v]]) * left, BY_EARNED
            won = persuasion_draw(world, state, number, source, place) < chance
    if chance < 0.0:
        return
    met = state.met[brand]
    met["missed_good"] += log_missed(chance)
    if won:
        if met["n_good"] == 0:
            met["good_time"], met["good_exposure"], met["good_source"] = time, exposure, source
        met["n_good"] += 1
        state.numbers[RIVALS_WON] += 1


@inner_kernel
def _hear_bad(world, state, tally, step, v, event, brand, number, against):
    u, place, time = np.int64(event["source"]), event["place"], event["time"]
    if state.rival[v] == brand:
        draw = uniform_at(telling_key(world, state, LEAVES, number, u), place)
        if draw < against * world.brands[brand]["customer_negative"]:
            leave_rival(state, tally, step, v, time, u, True)
    elif is_open_to(state, v, brand):
        met = state.met[brand]
        met["missed_bad"] += log_missed(against)
        if persuasion_draw(world, state, number, u, place) < against:
            if met["n_bad"] == 0:
                met["bad_time"], met["bad_source"] = time, u
            met["n_bad"] += 1
            state.numbers[RIVALS_WON] += 1
