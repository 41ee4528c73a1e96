"""How customers leave by themselves: section 1 of docs/business.md."""

from math import inf, log1p

from oracles.campaign_people import CHURN, DISSATISFIED, LOST, Event
from oracles.campaign_rivals import is_customer
from wom_sim.kernels.campaign import draws

DAYS_IN_A_YEAR = 365.25


def year(w):
    """A year in steps."""
    return DAYS_IN_A_YEAR / w.step_days


def leaves_within_a_year(w, status):
    """The fraction c of those in this status who do."""
    value = w.campaign.value
    if status == DISSATISFIED:
        return min(0.99, value.churn_per_year * value.churn_factor_dissatisfied)
    return value.churn_per_year


def new_spell(w, person, time):
    """She became a customer, or changed between satisfied and dissatisfied, or stayed when her clock rang."""
    if w.campaign.value.purchases == "annual":
        return
    person.spell = (person.spell + 1) % 256
    c = leaves_within_a_year(w, person.status)
    if c > 0:
        mean = year(w) / -log1p(-c)
        at = time + w.luck.exponential(mean, draws.CHURN, person.spell, person.number)
        w.happens_later(Event(at, CHURN, person.number, place=person.spell))


def churn_rings(w, person, event):
    if not is_customer(w, person) or person.spell != event.place:
        return
    if w.luck.uniform(draws.LEAVES_FOR_GOOD, person.spell, person.number) < held_back(w, person, event.time):
        churns(w, person)
    else:
        new_spell(w, person, event.time)


def held_back(w, person, time):
    """The factor k of engaging content."""
    since = max(0.0, time - person.engaged_at)
    if since == inf:
        return 1.0
    value = w.campaign.value
    return 1 - (1 - value.retain_factor) * 2 ** (-since / w.steps(value.relationship_half_life))


def churns(w, person):
    person.status = LOST
    w.counts.add("churned", person.segment)
