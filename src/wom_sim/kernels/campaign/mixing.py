"""Talk without end in complete mixing: one chance a step of each brand; see docs/campaign.md, 9."""

from __future__ import annotations

import math

import numpy as np

from .._jit import inner_kernel
from ..rng import uniform_at, word
from .background import background_chance
from .brands import has_rival, is_open_to
from .choosing import decide
from .codes import (
    BAD_TALKERS,
    BY_BACKGROUND,
    BY_EARNED,
    GOOD_TALKERS,
    N_VISITS_BACKGROUND,
    ROOT_BACKGROUND,
    ROOT_SEEDING,
    ROOT_WIDTH,
    UNDECIDED,
)
from .counting import count
from .customers import is_customer
from .deciding import log_missed
from .draws import MIXED_BAD, MIXED_BAD_RIVAL, MIXED_GOOD, MIXED_GOOD_RIVAL
from .events import touch


@inner_kernel
def talkers_come_and_go(state, step):
    """Bring the numbers of good and bad talkers up to a step."""
    for kind in range(2):
        state.numbers[GOOD_TALKERS + kind] += state.talkers[step, kind]
    for kind in range(2, state.talkers.shape[1]):  # of rivals: summed up in the table itself
        if step > 0:
            state.talkers[step, kind] += state.talkers[step - 1, kind]


@inner_kernel
def mix(world, state, tally, step):
    """Give everybody without a brand the step's good and bad chance of each that she would have.

    Good: 1 - (1 - b) (1 - a)^A with A good talkers and b the chance of a background purchase; bad: 1 - (1 - m a)^B.
    Source: Goldenberg, Libai, Moldovan & Muller (2007), with the external chance among the good ones; several brands:
    Libai, Muller & Peres (2013).
    """
    any_chance = False
    for brand in range(state.met.shape[0]):
        _set_chances(world, state, step, brand)
        any_chance = any_chance or state.met[brand]["good"] > 0.0 or state.met[brand]["bad"] > 0.0
    if not any_chance:
        return
    for v in range(world.n_people):
        if has_rival(state, v) or is_customer(state, v):
            continue
        met_any = False
        for brand in range(state.met.shape[0]):
            met_any = _meet(state, step, v, brand) or met_any
        if not met_any:
            continue
        touch(state, v)
        bought = decide(world, state, tally, step, v)
        if bought == 0 and state.met[0]["good_exposure"] == BY_BACKGROUND:
            count(tally, world.segment[v], N_VISITS_BACKGROUND, step, 1)


@inner_kernel
def _set_chances(world, state, step, brand):
    """Fill in what is the same for all: the chances of a step, when they come, from whom."""
    a, power, talkers = world.rules.persuade_weak, world.rules.negative_power, state.numbers[GOOD_TALKERS]
    warners = state.numbers[BAD_TALKERS]
    if brand > 0:
        a, power = world.brands[brand]["persuade_weak"], world.brands[brand]["negative_power"]
        talkers, warners = state.talkers[step, 2 * brand], state.talkers[step, 2 * brand + 1]
    a = min(1.0, a)
    met = state.met[brand]
    missed_background = log_missed(background_chance(world, state, brand))
    met["missed_good"] = missed_background
    if talkers > 0:
        met["missed_good"] += talkers * log_missed(a)
    met["missed_bad"] = warners * log_missed(min(1.0, a * power)) if warners > 0 else 0.0
    met["background"] = -math.expm1(missed_background)
    met["good"] = -math.expm1(met["missed_good"])
    met["bad"] = -math.expm1(met["missed_bad"])
    met["good_time"] = float(step)
    met["bad_time"] = float(step)
    met["good_item"] = -1
    met["good_source"] = -1
    met["bad_source"] = -1
    met["bad_root"] = ROOT_SEEDING * ROOT_WIDTH


@inner_kernel
def _meet(state, step, v, brand):
    """Throw a person's coins about a brand; say whether a chance was won."""
    met = state.met[brand]
    met["n_good"] = 0
    met["n_bad"] = 0
    if not (is_open_to(state, v, brand) if brand > 0 else state.people[v]["status"] == UNDECIDED):
        return False
    good_key, bad_key = word(state.keys[MIXED_GOOD], step), word(state.keys[MIXED_BAD], step)
    if brand > 0:
        good_key = word(word(state.keys[MIXED_GOOD_RIVAL], brand), step)
        bad_key = word(word(state.keys[MIXED_BAD_RIVAL], brand), step)
    draw = uniform_at(good_key, v)
    met["n_good"] = np.int64(draw < met["good"])
    met["n_bad"] = np.int64(uniform_at(bad_key, v) < met["bad"])
    unprompted = draw < met["background"]
    met["good_exposure"] = BY_BACKGROUND if unprompted else BY_EARNED
    met["good_root"] = (ROOT_BACKGROUND if unprompted else ROOT_SEEDING) * ROOT_WIDTH
    return met["n_good"] > 0 or met["n_bad"] > 0
