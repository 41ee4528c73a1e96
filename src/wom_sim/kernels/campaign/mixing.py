"""Talk without end in complete mixing: one chance a step for everybody undecided; see docs/campaign.md, 9."""

from __future__ import annotations

import math

import numpy as np

from .._jit import inner_kernel, kernel
from ..rng import uniform_at, word
from .codes import (
    BAD_TALKERS,
    BY_BACKGROUND,
    BY_EARNED,
    GOOD_TALKERS,
    N_VISITS_BACKGROUND,
    N_VISITS_EARNED,
    ROOT_BACKGROUND,
    ROOT_SEEDING,
    ROOT_WIDTH,
    UNDECIDED,
)
from .deciding import buy, conflict_draw, good_wins, log_missed, reject
from .draws import MIXED_BAD, MIXED_GOOD
from .events import count, touch


@inner_kernel
def talkers_come_and_go(state, step):
    """Bring the numbers of good and bad talkers up to a step."""
    for kind in range(2):
        state.numbers[GOOD_TALKERS + kind] += state.talkers[step, kind]


@inner_kernel
def mix(world, state, tally, step):
    """Give each undecided person the step's good and bad chance.

    Good: 1 - (1 - b) (1 - a)^A with A good talkers and b the chance of a background purchase; bad: 1 - (1 - m a)^B.
    Source: Goldenberg, Libai, Moldovan & Muller (2007), with the external chance among the good ones.
    """
    rules = world.rules
    a = min(1.0, rules.persuade_weak)
    against = min(1.0, a * rules.negative_power)
    missed_background = log_missed(background_chance(world, state))
    missed_good = missed_background + _all_missed(state.numbers[GOOD_TALKERS], a)
    missed_bad = _all_missed(state.numbers[BAD_TALKERS], against)
    good, bad, background = -math.expm1(missed_good), -math.expm1(missed_bad), -math.expm1(missed_background)
    if good <= 0.0 and bad <= 0.0:
        return
    good_key, bad_key = word(state.keys[MIXED_GOOD], step), word(state.keys[MIXED_BAD], step)
    for v in range(world.n_people):
        if state.people[v]["status"] != UNDECIDED:
            continue
        draw = uniform_at(good_key, v)
        n_good, n_bad = np.int64(draw < good), np.int64(uniform_at(bad_key, v) < bad)
        if n_good == 0 and n_bad == 0:
            continue
        touch(state, v)
        buys = n_good > 0
        if n_good > 0 and n_bad > 0:
            buys = good_wins(rules.conflict, conflict_draw(state, v), n_good, n_bad, missed_good, missed_bad)
        if not buys:
            reject(world, state, tally, step, v, float(step), ROOT_SEEDING * ROOT_WIDTH, -1)
        elif draw < background:
            count(tally, world.segment[v], N_VISITS_BACKGROUND, step, 1)
            buy(world, state, tally, step, v, float(step), BY_BACKGROUND, ROOT_BACKGROUND * ROOT_WIDTH, -1, -1)
        else:
            count(tally, world.segment[v], N_VISITS_EARNED, step, 1)
            buy(world, state, tally, step, v, float(step), BY_EARNED, ROOT_SEEDING * ROOT_WIDTH, -1, -1)


@kernel
def _all_missed(n, chance):
    return n * log_missed(chance) if n > 0 else 0.0


@inner_kernel
def background_chance(world, state):
    """Chance a step that an undecided person buys for reasons outside the model."""
    per_day = state.background[0]
    if per_day >= 1.0:
        return 1.0
    return -math.expm1(math.log1p(-per_day) * world.rules.step_days)
