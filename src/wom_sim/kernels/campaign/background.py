"""Purchases for reasons outside the model: a clock for everybody who has no brand at the start, for each brand."""

from __future__ import annotations

import math

from .._jit import inner_kernel
from ..rng import uniform_at, word
from .brands import RIVAL_ROOT, has_rival
from .codes import BACKGROUND_CLOCK, ROOT_BACKGROUND, ROOT_WIDTH, UNDECIDED
from .draws import BACKGROUND, BACKGROUND_RIVAL
from .events import exponential, schedule
from .persuading import talks_until_it_works


@inner_kernel
def start_background(world, state):
    """Set the chance a day of each brand and start the clocks, where they are not part of the mixed talk."""
    without = 0  # people without a brand, counted when a brand has such purchases
    for brand in range(state.background.shape[0]):
        baseline = world.rules.baseline_per_day if brand == 0 else world.brands[brand]["baseline_per_day"]
        if baseline <= 0.0:
            continue
        if without == 0:
            for v in range(world.n_people):
                if state.people[v]["status"] == UNDECIDED and not has_rival(state, v):
                    without += 1
        if without > 0:
            state.background[brand] = min(1.0, baseline / without)
            if not (world.complete and talks_until_it_works(world)):
                _start_clocks(world, state, brand)


@inner_kernel
def _start_clocks(world, state, brand):
    per_day = state.background[brand]
    n_steps = float(state.bucket.shape[0])
    mean = 0.0 if per_day >= 1.0 else -1.0 / (math.log1p(-per_day) * world.rules.step_days)
    rings = 1.0 if mean == 0.0 else -math.expm1(-n_steps / mean)
    key, root = state.keys[BACKGROUND], ROOT_BACKGROUND * ROOT_WIDTH
    if brand > 0:
        key, root = word(state.keys[BACKGROUND_RIVAL], brand), RIVAL_ROOT + brand
    for v in range(world.n_people):
        u = uniform_at(key, v)
        if u < rings and state.people[v]["status"] == UNDECIDED and not has_rival(state, v):
            schedule(state, 0, 0, exponential(mean, u), BACKGROUND_CLOCK, v, -1, brand, 0, root)


@inner_kernel
def background_chance(world, state, brand):
    """Chance a step that one without a brand buys this one for reasons outside the model."""
    per_day = state.background[brand]
    if per_day >= 1.0:
        return 1.0
    return -math.expm1(math.log1p(-per_day) * world.rules.step_days)
