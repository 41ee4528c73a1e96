"""Several brands: their numbers, what is counted of each, who has which rival and whom she shuns.

Brand 0 is the own, 1, 2, ... are the rivals. Where there are none, `World.brands` and all that goes with it is empty.
"""

from __future__ import annotations

import numpy as np

from .._jit import inner_kernel
from .codes import (
    I_IMPRESSIONS,
    N_IMPRESSIONS,
    ROLE_REJECTER,
    ROOT_RIVAL,
    ROOT_WIDTH,
)
from .counting import count, note
from .customers import is_customer
from .events import touch, will_talk

RIVAL_ROOT = ROOT_RIVAL * ROOT_WIDTH
"""With a rival's number added: the root of all that begins with that rival."""

# A rival's content, claims, posts and roles have numbers of their own in draws.
RIVAL_ITEMS = 256
RIVAL_CLAIMS = 512
RIVAL_POSTS = 1 << 24
ROLE_WIDTH = 1024

BRAND_COUNTS = (
    "impressions",
    "views_paid",
    "views_owned",
    "views_earned",
    "tells",
    "buyers",
    "customers",
    "won_from",
    "lost_to",
    "believers_ever",
)
"""What is counted by brand, in the order of the columns of `Tally.brands`."""
(
    B_IMPRESSIONS,
    B_VIEWS_PAID,
    B_VIEWS_OWNED,
    B_VIEWS_EARNED,
    B_TELLS,
    B_BUYERS,
    B_CUSTOMERS,
    B_WON_FROM,
    B_LOST_TO,
    B_BELIEVERS_EVER,
) = range(len(BRAND_COUNTS))

# Lines of the log about rivals; which one, their root says. The item of LOG_LEFT_RIVAL says why.
LOG_WON_BY_RIVAL = 50
LOG_REJECTED_RIVAL = 51
LOG_LEFT_RIVAL = 52
LEFT_FOR_CLAIM = 0
LEFT_FOR_WORDS = 1
LEFT_FOR_OWN = 2


@inner_kernel
def count_item(world, tally, v, step, item, what, of_item):
    """Count what v did with an item of the own brand, whose rows come first; of a rival's none of this is counted."""
    if item < tally.items.shape[0]:
        count(tally, world.segment[v], what, step, 1)
        tally.items[item, of_item] += 1


@inner_kernel
def shown(world, tally, step, v, item):
    """Count an impression."""
    count_item(world, tally, v, step, item, N_IMPRESSIONS, I_IMPRESSIONS)
    if tally.brands.shape[0] > 0:
        tally.brands[world.items[item]["brand"], B_IMPRESSIONS] += 1


@inner_kernel
def has_rival(state, v):
    """Say whether a person is the customer of a rival."""
    return state.rival.shape[0] > 0 and state.rival[v] > 0


@inner_kernel
def is_open_to(state, v, rival):
    """Say whether a rival could win a person: she is not its customer and does not shun it."""
    return state.rival[v] != rival and (state.shuns[v] >> (rival - 1)) & 1 == 0


@inner_kernel
def switch_factor(world, state, v):
    """Return the factor of every chance to win a person from the brand that she has; 1 where she has none."""
    if world.brands.shape[0] == 0:
        return 1.0
    if is_customer(state, v):
        return world.brands[0]["switch"]
    rival = np.int64(state.rival[v])
    return world.brands[rival]["switch"] if rival > 0 else 1.0


@inner_kernel
def becomes_customer_of(state, tally, v, rival):
    """Make a person the customer of a rival, or of none (0), and no longer of the one before."""
    touch(state, v)
    before = np.int64(state.rival[v])
    if before > 0:
        tally.brands[before, B_CUSTOMERS] -= 1
    if rival > 0:
        tally.brands[rival, B_CUSTOMERS] += 1
    state.rival[v] = rival


@inner_kernel
def leave_rival(state, tally, step, v, time, source, warns):
    """A customer leaves her rival and shuns it: because of what she was told, which she may pass on, or of a claim."""
    rival = np.int64(state.rival[v])
    becomes_customer_of(state, tally, v, 0)
    state.shuns[v] |= 1 << (rival - 1)
    why = LEFT_FOR_WORDS if warns else LEFT_FOR_CLAIM
    note(tally, time, step, v, source, LOG_LEFT_RIVAL, why, RIVAL_ROOT + rival)
    if warns:
        will_talk(state, v, time, ROLE_REJECTER, RIVAL_ROOT + rival)
