"""How much a telling persuades, and the keys of its draws."""

from __future__ import annotations

import numpy as np

from .._jit import inner_kernel, kernel
from ..rng import coin_passes, uniform_at, word
from .codes import ANSWERED, PAID, TALK_CONTACTS, TALK_PERSISTENT, TALK_RECOVER
from .draws import PERSUADE

_TWO_TO_64 = 18446744073709551616.0
_ALWAYS = np.uint64(0xFFFFFFFFFFFFFFFF)


@kernel
def threshold_of(p):
    """Return floor(p * 2^64), or the number that `coin_passes` reads as "always"."""
    if p >= 1.0:
        return _ALWAYS
    return np.uint64(p * _TWO_TO_64)


@inner_kernel
def is_strong(world, u, v):
    """Say whether a tie is strong: drawn once for the two people, in all replicas."""
    fraction = world.rules.strong_fraction
    if fraction <= 0.0 or world.complete:
        return False
    return uniform_at(word(world.rules.strong_key, min(u, v)), max(u, v)) < fraction


@inner_kernel
def persuasion(world, u, v):
    """Chance that a telling by u about the own brand persuades v, before the listener's own factors."""
    if world.hears.shape[0] > 0:
        return 1.0 / world.hears[v]
    return world.rules.persuade_strong if is_strong(world, u, v) else world.rules.persuade_weak


@inner_kernel
def talks_until_it_works(world):
    """Say whether talkers try in every step, and schedule nothing but successes."""
    return world.rules.talk in (TALK_PERSISTENT, TALK_RECOVER)


@inner_kernel
def good_chance(world, state, u, v, damage):
    """Chance that a good telling by u makes v buy; of persistent talk, the chance that was tried until it worked."""
    if talks_until_it_works(world):
        return min(1.0, persuasion(world, u, v))
    credibility = 1.0
    if u >= 0 and state.people[u]["flags"] & PAID != 0:
        credibility = world.rules.paid_credibility
    factor = world.buy_factor[world.segment[v]]
    return favoured(world, state, v, min(1.0, persuasion(world, u, v) * credibility * factor) * (1.0 - damage))


@inner_kernel
def favoured(world, state, v, chance):
    """Return a good chance of v, more likely once the brand has answered her question."""
    if state.people[v]["flags"] & ANSWERED != 0:
        return min(1.0, chance * world.life.answered_buys)
    return chance


@inner_kernel
def bad_chance(world, u, v):
    """Chance that a bad telling by u turns v away."""
    return min(1.0, persuasion(world, u, v) * world.rules.negative_power)


@inner_kernel
def persuasion_draw(world, state, role, u, place):
    """The uniform number that decides whether a telling works."""
    return uniform_at(telling_key(world, state, PERSUADE, role, u), place)


@inner_kernel
def telling_key(world, state, draw, role, u):
    """Return the key of a draw about u's tellings: the tie tells tellers apart, else u herself does."""
    key = word(state.keys[draw], role)
    return word(key, u) if world.complete or world.rules.talk == TALK_CONTACTS else key


@inner_kernel
def base_coin(state, place, p):
    """Throw the tie's own coin, that of the independent cascade."""
    return coin_passes(state.coins[0], state.lane[0], place, threshold_of(p))
