"""What the customers at the end will still buy: section 5 of docs/business.md, the value of a customer."""

from math import log, log1p

import numpy as np
from scipy.linalg import expm

from oracles.campaign_leaving import DAYS_IN_A_YEAR, leaves_within_a_year, year
from oracles.campaign_people import DISSATISFIED, SATISFIED
from oracles.campaign_rivals import is_customer

AMOUNTS = ("discounted_direct", "discounted_referred", "future_direct", "future_referred", "waited")


def looks_ahead(w):
    """At the end of the run."""
    for person in w.people:
        if is_customer(w, person):
            name = "future_referred" if person.referred else "future_direct"
            w.amounts.add(name, person.segment, future(w, person))


def future(w, person):
    """Discounted purchases between the end of the run and the horizon of value, seen from day 0."""
    gone = w.n_steps / year(w)
    left = w.campaign.value.value_horizon / DAYS_IN_A_YEAR - gone
    if left <= 0:
        return 0.0
    seen_from_the_end = annual(w, person, left) if w.campaign.value.purchases == "annual" else by_rate(w, person, left)
    return seen_from_the_end * (1 + w.campaign.value.discount_rate) ** -gone


def by_rate(w, person, left):
    """V' = A V + b from V(0) = 0, as one exponential of a matrix with b beside A."""
    value, d = w.campaign.value, w.campaign.word_of_mouth.dissatisfied_fraction
    rate, delta = value.purchases_per_year, log(1 + value.discount_rate)
    m = np.zeros((3, 3))
    for i, status in enumerate((SATISFIED, DISSATISFIED)):
        m[i, :2] = rate * (1 - d), rate * d
        m[i, i] -= -log1p(-leaves_within_a_year(w, status)) + delta + rate
        m[i, 2] = rate
    return float(expm(m * left)[0 if person.status == SATISFIED else 1, 2])


def annual(w, person, left):
    """At each renewal she leaves or buys, and is as content as drawn then."""
    value, d = w.campaign.value, w.campaign.word_of_mouth.dissatisfied_fraction
    stays = {status: 1 - leaves_within_a_year(w, status) for status in (SATISFIED, DISSATISFIED)}
    years = (person.next_repeat - w.n_steps) / year(w)
    still, total = stays[person.status], 0.0
    while years <= left:
        total += still * (1 + value.discount_rate) ** -years
        still *= (1 - d) * stays[SATISFIED] + d * stays[DISSATISFIED]
        years += 1
    return total
