"""Who has which brand, and what a chance is worth to whom: section 3 of docs/business.md."""

from math import prod

from oracles.campaign_people import DISSATISFIED, SATISFIED, UNDECIDED
from wom_sim.kernels.campaign import draws


def customers_of_rivals(w):
    """The end of the shuffle of customers, rival by rival: (person, rival's number)."""
    order, found = w.shuffle(draws.CUSTOMERS), []
    end, own = w.n, len(w.customers_of_day_0())
    for side in w.sides[1:]:
        first = max(own, end - round(side.customers_fraction * w.n))
        found += [(v, side.number) for v in order[first:end]]
        end = first
    return found


def is_customer(w, person, b=0):
    if b:
        return person.rival == b
    return not w.habit and person.status in (SATISFIED, DISSATISFIED)


def is_open(person, b):
    """Whether good and bad chances of a brand concern a person."""
    if b:
        return person.rival != b and b not in person.shuns
    return person.status == UNDECIDED


def as_met(w, person, b, chance):
    """A good chance of a brand with what the person makes of it: an answered question, then the brand she has."""
    if b == 0 and person.helped:
        chance = min(1.0, chance * w.campaign.dialogue.answered_buys)
    return chance * switch_factor(w, person)


def switch_factor(w, person):
    if person.rival:
        return w.sides[person.rival].switch_prob
    return w.sides[0].switch_prob if is_customer(w, person) else 1.0


def leaves_rival(person):
    person.shuns.add(person.rival)
    person.rival = 0


def weight(w, met):
    """What chances met weigh against others: the chance that one of them is won, or how many were."""
    if w.campaign.limits.conflict == "uniform_success":
        return sum(one.won for one in met)
    return 1 - prod(1 - one.chance for one in met)


def chooses(w, person, good):
    """Which of the brands whose good chances prevailed she takes; `good`: the chances met, by brand."""
    if len(good) == 1:
        return next(iter(good))
    weights = {b: weight(w, met) for b, met in good.items()}
    point = w.luck.uniform(draws.WHICH_BRAND, w.now, person.number) * sum(weights.values())
    so_far = 0.0
    for b in sorted(weights):
        so_far += weights[b]
        if point < so_far:
            return b
    return max(weights)
