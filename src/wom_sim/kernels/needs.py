"""How much exposure people need before they adopt: given, or drawn from a distribution of thresholds."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ._jit import inner_kernel
from .normal import MIDDLE, middle_normal_from, normal_from
from .rng import uniform_at

FIXED, UNIFORM, NORMAL = 0, 1, 2

UNTOUCHED = 0
"""What a person misses whose need is not drawn yet."""


class Law(NamedTuple):
    """How thresholds come about, as parts phi of the exposure of a person whose contacts have all adopted.

    kind : FIXED: nothing is drawn; UNIFORM: phi = start + scale (1 - u); NORMAL: phi = start + scale Phi^-1(u)
    start, scale : float64
    alone : float64     NORMAL: people with u below it adopt of their own accord, P(phi <= 0)
    once : bool         draws are of `case_key`, the same in all replicas; otherwise of each replica's own key
    case_key : uint64
    """

    kind: int
    start: float
    scale: float
    alone: float
    once: bool
    case_key: np.uint64


@inner_kernel
def draw_needs(world, key, missing):
    """Give everybody who has neither a need nor adopted her need, eight at a time in vector registers where it can be.

    Of normal needs those far from the mean come first: the formula of all others does not hold for them.
    """
    law, need, total, slack = world.law, world.need, world.total, world.slack
    start, scale, n_people = law.start, law.scale, world.n_people
    if law.kind == FIXED:
        for v in range(n_people):
            missing[v] = need[v] if missing[v] == UNTOUCHED else missing[v]
    elif law.kind == UNIFORM:
        for v in range(n_people):
            drawn = _rounded_up(start + scale * (1.0 - uniform_at(key, v)), total[v], slack)
            missing[v] = drawn if missing[v] == UNTOUCHED else missing[v]
    else:
        for v in range(n_people):
            if missing[v] == UNTOUCHED and abs(uniform_at(key, v) - 0.5) > MIDDLE:
                missing[v] = drawn_need(law, key, v, total[v], slack)
        for v in range(n_people):
            phi = start + scale * middle_normal_from(uniform_at(key, v))
            drawn = _rounded_up(phi, total[v], slack)
            missing[v] = drawn if missing[v] == UNTOUCHED else missing[v]


@inner_kernel
def need_of(world, key, v):
    """Return the exposure at which a person adopts who does not do so of her own accord, above 0."""
    law = world.law
    return np.int64(world.need[v]) if law.kind == FIXED else drawn_need(law, key, v, world.total[v], world.slack)


@inner_kernel
def drawn_need(law, key, v, total, slack):
    """Draw the exposure at which a person adopts, an int64; above `total`: never, 0: of her own accord."""
    u = uniform_at(key, v)
    if law.kind == UNIFORM:
        phi = law.start + law.scale * (1.0 - u)
    elif u < law.alone:
        return np.int64(0)
    else:
        phi = law.start + law.scale * normal_from(u)
    return _rounded_up(phi, total, slack)


@inner_kernel
def _rounded_up(phi, total, slack):
    """Return the part phi of an exposure as a whole number from 1 to total + 1."""
    return np.int64(min(max(np.ceil(phi * total - slack), 1.0), total + 1.0))
