"""Whose patience ends decides: who was met, how strong praise and warnings were, and which of them won."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from ._jit import inner_kernel
from .rng import uniform_at, word
from .talk_of_the_network import ACQUAINTANCE, CHOICE, MEETING, OWN_TIES, SATISFACTION, acquaintance, contacts, hazard

UNDECIDED, SATISFIED, DISSATISFIED, REJECTER = 0, 1, 2, 3
"""States of a person."""


class Period(NamedTuple):
    """What a period offers everybody: hazards of contacts, fractions of talkers, and what all meet alike.

    strong, weak : hazard of one positive contact     against_strong, against_weak : of one negative contact
    good, bad : fraction of positive and negative talkers among all others
    certain : hazard of advertising, and of everybody where all are strong ties
    met_strong, met_weak : hazard of one meeting with anybody; n_strong, n_weak : meetings
    spent : hazard that all have met before the period
    """

    strong: float
    weak: float
    against_strong: float
    against_weak: float
    good: float
    bad: float
    certain: float
    met_strong: float
    met_weak: float
    n_strong: int
    n_weak: int
    spent: float


class Voices(NamedTuple):
    """Positive and negative contacts of one person in one period."""

    strong: int
    against_strong: int
    weak: int
    against_weak: int


@inner_kernel
def blame_prob_of(world, prob):
    """Return the chance of a negative contact where a positive one has `prob`."""
    return min(1.0, world.negative_power * prob)


@inner_kernel
def period_of(world, tally, spent):
    """Gather what a period offers everybody, from who talks when it begins."""
    others = max(world.n_people - 1, 1)
    n_good, n_bad = tally[SATISFIED], tally[DISSATISFIED] + tally[REJECTER]
    good, bad = n_good / others, n_bad / others
    by_strong, by_weak = world.strong_prob, world.weak_prob
    strong, against_strong = hazard(by_strong), hazard(blame_prob_of(world, by_strong))
    certain, n_strong, met_strong = hazard(world.advertise_prob), 0, 0.0
    if world.complete and world.strong_ties == OWN_TIES:
        certain += contacts(n_good, strong) + contacts(n_bad, against_strong)
    elif world.complete:
        n_strong = world.strong_ties
        met_strong = hazard(by_strong * good + blame_prob_of(world, by_strong) * bad)
    return Period(
        strong,
        hazard(by_weak),
        against_strong,
        hazard(blame_prob_of(world, by_weak)),
        good,
        bad,
        certain,
        met_strong,
        hazard(by_weak * good + blame_prob_of(world, by_weak) * bad),
        n_strong,
        0 if world.fixed else world.weak_ties,
        spent,
    )


@inner_kernel
def own_voices(world, scratch, v, acquaintances):
    """Return the contacts that v alone has in a period: strong ties, and weak ones where these are fixed."""
    good = bad = 0
    if world.fixed:
        state, others = scratch.state, world.n_people - 1
        for i in range(world.weak_ties):
            said = state[acquaintance(acquaintances, v, i, others)]
            good += np.int64(said == SATISFIED)
            bad += np.int64(said > SATISFIED)
    return Voices(scratch.praise[v], scratch.blame[v], good, bad)


@inner_kernel
def hazard_of(voices, period):
    """Return the hazard of a person's own contacts, float64, at least 0."""
    strong = contacts(voices.strong, period.strong) + contacts(voices.against_strong, period.against_strong)
    return strong + (contacts(voices.weak, period.weak) + contacts(voices.against_weak, period.against_weak))


@inner_kernel
def satisfaction(world, key, v):
    """Return the state of one who adopts."""
    return DISSATISFIED if uniform_at(word(key, SATISFACTION), v) < world.dissatisfied_prob else SATISFIED


@inner_kernel
def decide(world, scratch, v, key, period):
    """Return the state in which v, whose patience ended in this period, goes on."""
    if period.bad == 0.0:  # nobody warns
        return satisfaction(world, key, v)
    own = own_voices(world, scratch, v, word(key, ACQUAINTANCE))
    strong, against_strong, weak, against_weak = own.strong, own.against_strong, own.weak, own.against_weak
    if world.complete and world.strong_ties == OWN_TIES:
        strong, against_strong = scratch.tally[SATISFIED], world.n_people - scratch.tally[UNDECIDED]
        against_strong -= scratch.tally[SATISFIED]
    n_met = period.n_strong + period.n_weak
    if n_met > 0:
        at = _moved_by(period, scratch.left[v] - period.spent, hazard_of(own, period))
        meetings = word(word(key, MEETING), v)
        for i in range(n_met):
            of_strong = i < period.n_strong
            prob = world.strong_prob if of_strong else world.weak_prob
            met = _who_is_met(period, uniform_at(meetings, i), i - at, at >= 0, prob, blame_prob_of(world, prob))
            good, bad = np.int64(met == SATISFIED), np.int64(met == REJECTER)
            if of_strong:
                strong, against_strong = strong + good, against_strong + bad
            else:
                weak, against_weak = weak + good, against_weak + bad
    praise = hazard(world.advertise_prob) + contacts(strong, period.strong) + contacts(weak, period.weak)
    blame = contacts(against_strong, period.against_strong) + contacts(against_weak, period.against_weak)
    for_it, against = -math.expm1(-praise), -math.expm1(-blame)
    share = for_it / (for_it + against)
    adopts = for_it * (1.0 - against + share * against)
    if uniform_at(word(key, CHOICE), v) * (for_it + against - for_it * against) < adopts:
        return satisfaction(world, key, v)
    return REJECTER


@inner_kernel
def _moved_by(period, rest, own):
    """Return the number of the meeting that ended a person's patience, or -1: something before all meetings.

    rest : float64   patience when the period began     own : float64   hazard of the person's own contacts
    """
    rest -= period.certain + own
    if rest < 0.0:
        return -1
    by_strong = contacts(period.n_strong, period.met_strong)
    if rest < by_strong:
        return min(np.int64(rest / period.met_strong), period.n_strong - 1)
    if period.n_weak == 0 or period.met_weak == 0.0:  # rounding alone comes here
        return period.n_strong - 1
    return period.n_strong + min(np.int64((rest - by_strong) / period.met_weak), period.n_weak - 1)


@inner_kernel
def _who_is_met(period, x, after, by_meeting, prob, blame_prob):
    """Return whom a person meets, x uniform in [0, 1): given that meetings before a certain one moved nobody, it did.

    after : int64   places after that meeting, negative: before it     by_meeting : bool   there is such a meeting
    """
    good, bad, total = period.good, period.bad, 1.0
    if by_meeting and after < 0:
        good, bad = good * (1.0 - prob), bad * (1.0 - blame_prob)
        total = 1.0 - prob * period.good - blame_prob * period.bad
    elif by_meeting and after == 0:
        good, bad = good * prob, bad * blame_prob
        total = good + bad
    if x * total < good:
        return SATISFIED
    return REJECTER if x * total < good + bad else UNDECIDED
