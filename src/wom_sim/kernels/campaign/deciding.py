"""Deciding: to buy, to turn away, to take a habit up, and what follows for the person at once."""

from __future__ import annotations

import math

import numpy as np

from .._jit import inner_kernel, kernel
from ..rng import uniform_at, word
from .brands import B_BUYERS, B_WON_FROM, LEFT_FOR_OWN, LOG_LEFT_RIVAL, RIVAL_ROOT, becomes_customer_of, has_rival
from .codes import (
    BOUGHT,
    BY_CREATOR,
    BY_EARNED,
    C_CAUSED,
    C_CONVERSIONS,
    CHANGED_N,
    COMES_AGAIN,
    CONFLICT_NEGATIVE,
    CONFLICT_UNIFORM,
    DISSATISFIED,
    DISSATISFIED_IN_LOG,
    DOING,
    HAS_BOUGHT,
    I_CAUSED,
    I_CONVERSIONS,
    LOG_ADOPTED,
    LOG_BOUGHT,
    LOG_LEFT,
    LOG_REJECTED,
    LOG_RELAPSED,
    LOST,
    N_ADOPTERS,
    N_CAUSED,
    N_CONVERSIONS,
    N_DISSATISFIED,
    N_DOING,
    N_LOST,
    N_REJECTERS,
    N_RELAPSED,
    N_SATISFIED,
    NEW_SPELL,
    REFERRED,
    REJECTER,
    RELAPSE_DUE,
    RELAPSED,
    ROLE_BAD,
    ROLE_GOOD,
    ROLE_REJECTER,
    ROOT_CREATORS,
    ROOT_OWNED,
    ROOT_WIDTH,
    RULE_NONE,
    SATISFIED,
    STARTER,
    TALKS,
)
from .counting import becomes_aware, count, note
from .customers import no_customer_any_more
from .draws import CONFLICT, RELAPSE
from .draws import SATISFIED as SATISFIED_DRAW
from .events import exponential, follows, schedule, will_talk
from .trees import join_tree


@kernel
def good_wins(rule, u, n_good, n_bad, missed_good, missed_bad):
    """Say whether good chances win over bad ones that were won in the same step.

    Parameters
    ----------
    u : uniform number of the person
    n_good, n_bad : chances won, at least one each
    missed_good, missed_bad : log of the product of (1 - chance) over all chances met, won or not
    """
    if rule == CONFLICT_NEGATIVE:
        return False
    if rule == CONFLICT_UNIFORM:
        return u < n_good / (n_good + n_bad)
    good, bad = -math.expm1(missed_good), -math.expm1(missed_bad)
    return u < good / (good + bad)


@kernel
def log_missed(chance):
    """Return log(1 - chance): -inf for a sure chance, of which Python would not take the logarithm."""
    return math.log1p(-chance) if chance < 1.0 else -math.inf


@inner_kernel
def conflict_draw(state, v):
    """The uniform number that decides between good and bad chances won in one step."""
    return uniform_at(state.keys[CONFLICT], v)


@inner_kernel
def set_customer(world, state, tally, step, v, dissatisfied):
    """Make a person a customer in a status, and count it; she leaves a rival."""
    person, segment = state.people[v], world.segment[v]
    if has_rival(state, v):
        becomes_customer_of(state, tally, v, 0)
    person["status"] = DISSATISFIED if dissatisfied else SATISFIED
    count(tally, segment, N_DISSATISFIED if dissatisfied else N_SATISFIED, step, 1)


@inner_kernel
def changes(world, state, v):
    """Remember a person who began (v) or stopped (-1 - v) doing it, for the contacts' next step, if they care."""
    if world.rules.company == RULE_NONE:
        return
    state.changed[state.numbers[CHANGED_N]] = v
    state.numbers[CHANGED_N] += 1


@inner_kernel
def is_dissatisfied(world, state, v):
    """Draw whether a purchase dissatisfies."""
    return uniform_at(state.keys[SATISFIED_DRAW], v) < world.rules.dissatisfied


@inner_kernel
def buy(world, state, tally, step, v, time, exposure, root, item, source):
    """The person buys for the first time, is satisfied or not, and tells."""
    person, segment = state.people[v], world.segment[v]
    becomes_aware(world, state, tally, step, v, time)
    if tally.brands.shape[0] > 0:
        tally.brands[0, B_BUYERS] += 1
    if has_rival(state, v):
        tally.brands[state.rival[v], B_WON_FROM] += 1
        note(tally, time, step, v, -1, LOG_LEFT_RIVAL, LEFT_FOR_OWN, RIVAL_ROOT + np.int64(state.rival[v]))
    if exposure == BY_EARNED:
        person["flags"] |= REFERRED
    if person["flags"] & (STARTER | BOUGHT) == 0:
        count(tally, segment, N_CONVERSIONS + exposure, step, 1)
        count(tally, segment, N_CAUSED + root // ROOT_WIDTH, step, 1)
        if item >= 0:
            tally.items[item, I_CONVERSIONS] += 1
        if root // ROOT_WIDTH <= ROOT_OWNED:
            tally.items[root % ROOT_WIDTH, I_CAUSED] += 1
        elif root // ROOT_WIDTH == ROOT_CREATORS:
            tally.creators[root % ROOT_WIDTH, C_CAUSED] += 1
            if exposure == BY_CREATOR:  # whose view has that creator as its root
                tally.creators[root % ROOT_WIDTH, C_CONVERSIONS] += 1
    person["flags"] |= BOUGHT
    person["n"] = person["spell"] = 1
    person["root"] = root
    dissatisfied = is_dissatisfied(world, state, v)
    set_customer(world, state, tally, step, v, dissatisfied)
    changes(world, state, v)
    if tally.items.shape[0] == 0:
        join_tree(state, v, source if exposure == BY_EARNED else -1)
    how = exposure + (DISSATISFIED_IN_LOG if dissatisfied else 0)
    note(tally, time, step, v, source, LOG_BOUGHT, how, root)
    role = ROLE_BAD if dissatisfied else ROLE_GOOD
    follows(state, v, time, role, root, 0, 1, TALKS | HAS_BOUGHT | COMES_AGAIN | NEW_SPELL)


@inner_kernel
def reject(world, state, tally, step, v, time, root, source):
    """The person turns away without having bought, and may warn others."""
    person = state.people[v]
    person["status"] = REJECTER
    person["root"] = root
    count(tally, world.segment[v], N_REJECTERS, step, 1)
    note(tally, time, step, v, source, LOG_REJECTED, 0, root)
    will_talk(state, v, time, ROLE_REJECTER, root)


@inner_kernel
def end_customer(world, state, tally, step, v, status):
    """Turn a customer into a rejecter or a lost one, and count it."""
    person, segment = state.people[v], world.segment[v]
    count(tally, segment, N_SATISFIED if person["status"] == SATISFIED else N_DISSATISFIED, step, -1)
    count(tally, segment, N_REJECTERS if status == REJECTER else N_LOST, step, 1)
    no_customer_any_more(world, state, tally, step, v)
    person["status"] = status
    changes(world, state, -1 - v)


@inner_kernel
def leave(world, state, tally, step, v, time, root, source, warns):
    """A customer leaves: as a rejecter who may warn others, or lost to a claim."""
    end_customer(world, state, tally, step, v, REJECTER if warns else LOST)
    note(tally, time, step, v, source, LOG_LEFT, 1 if warns else 0, root)
    if warns:
        will_talk(state, v, time, ROLE_REJECTER, root)


@inner_kernel
def adopt(world, state, tally, step, v, time, root, source):
    """The person takes the habit up, until it lapses."""
    person, segment = state.people[v], world.segment[v]
    becomes_aware(world, state, tally, step, v, time)
    if person["status"] == RELAPSED:
        count(tally, segment, N_RELAPSED, step, -1)
    if person["flags"] & BOUGHT == 0:
        person["flags"] |= BOUGHT
        count(tally, segment, N_ADOPTERS, step, 1)
    person["status"] = DOING
    person["root"] = root
    count(tally, segment, N_DOING, step, 1)
    changes(world, state, v)
    note(tally, time, step, v, source, LOG_ADOPTED, 0, root)
    if world.items.shape[0] == 0:
        join_tree(state, v, source)
    mean = world.rules.relapse_mean
    if mean < math.inf:
        at = time + exponential(mean, uniform_at(word(state.keys[RELAPSE], step), v))
        schedule(state, -1, step + 1, at, RELAPSE_DUE, v, -1, step, 0, 0)


@inner_kernel
def relapse(world, state, tally, step, v, time):
    """The habit lapses."""
    person, segment = state.people[v], world.segment[v]
    person["status"] = RELAPSED
    count(tally, segment, N_DOING, step, -1)
    count(tally, segment, N_RELAPSED, step, 1)
    changes(world, state, -1 - v)
    note(tally, time, step, v, -1, LOG_RELAPSED, 0, 0)
