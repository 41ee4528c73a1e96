"""A customer's life from purchase to purchase: section 1 of docs/business.md."""

from math import inf

from oracles.campaign_dialogue import answer_works, complains
from oracles.campaign_leaving import churns, held_back, leaves_within_a_year, new_spell, year
from oracles.campaign_people import (
    BAD_CUSTOMER,
    DISSATISFIED,
    REPEAT,
    ROLE_DISSATISFIED,
    ROLE_SATISFIED,
    SATISFIED,
    Event,
)
from oracles.campaign_rivals import is_customer
from oracles.campaign_sides import Word
from oracles.campaign_talk import becomes_talker
from wom_sim.kernels.campaign import draws

MOST_PURCHASES = 65536


def role_of(person):
    return ROLE_SATISFIED if person.status == SATISFIED else ROLE_DISSATISFIED


def satisfaction(w, person):
    unhappy = w.luck.uniform(draws.SATISFIED, person.number) < w.campaign.word_of_mouth.dissatisfied_fraction
    return DISSATISFIED if unhappy and not w.habit else SATISFIED


def begins_life(w, person, time, renews_in=1.0):
    """She is a customer from now on; `renews_in`: years to the first renewal where purchases are annual."""
    person.next_purchase = 1
    new_spell(w, person, time)
    schedules_repeat(w, person, time, renews_in)


def life_before_the_run(w):
    """The start of the run, after the starters have started."""
    for person in w.people:
        if is_customer(w, person):
            begins_life(w, person, 0.0, w.luck.uniform(draws.RENEWAL, person.number))


def schedules_repeat(w, person, time, renews_in=1.0):
    value, n = w.campaign.value, person.next_purchase
    if value.purchases == "annual":
        at = time + renews_in * year(w)
    elif value.purchases_per_year > 0:
        at = time + w.luck.exponential(year(w) / value.purchases_per_year, draws.REPEAT, n, person.number)
    else:
        at = inf
    person.next_repeat = at
    w.happens_later(Event(at, REPEAT, person.number, place=n))


def repeats(w, person, event):
    """An occasion to buy again."""
    n, v = person.next_purchase, person.number
    if not is_customer(w, person):
        return
    if w.campaign.value.purchases == "annual":
        leaving = leaves_within_a_year(w, person.status) * held_back(w, person, event.time)
        if w.luck.uniform(draws.CHURN, n, v) < leaving:
            churns(w, person)
            return
    if not w.luck.uniform(draws.REPEAT_BUYS, n, v) < w.damage(person):
        buys_again(w, person, n, event.time)
    person.next_purchase = (n + 1) % MOST_PURCHASES
    schedules_repeat(w, person, event.time)


def buys_again(w, person, n, time):
    counts_purchase(w, person, time)
    w.counts.add("repeat_purchases", person.segment)
    person.loyal = True
    unhappy = w.luck.uniform(draws.SATISFIED_AGAIN, n % 256, person.number) < (
        w.campaign.word_of_mouth.dissatisfied_fraction
    )
    status = DISSATISFIED if unhappy else SATISFIED
    if status != person.status:
        person.status = status
        new_spell(w, person, time)
    times = w.campaign.word_of_mouth.tells_per_repeat
    if unhappy and complains(w, person, n, time):
        times = 1.0
    if w.campaign.limits.talk == "listeners":
        word = Word(0, role_of(person), n % 256)
        becomes_talker(w, person, word, time, person.root, times)
        if word.role == ROLE_DISSATISFIED and word.m <= person.lapsed:
            w.lapses[person.number] = -1


def counts_purchase(w, person, time):
    w.counts.add("purchases", person.segment)
    worth = (1 + w.campaign.value.discount_rate) ** (-time / year(w))
    if person.referred:
        w.counts.add("purchases_referred", person.segment)
        w.amounts.add("discounted_referred", person.segment, worth)
    else:
        w.amounts.add("discounted_direct", person.segment, worth)


# Section 2, answered.


def is_answered(w, person, event):
    matter = event.matter
    w.counts.add("answered", person.segment)
    w.amounts.add("waited", person.segment, event.time - matter.time)
    if not answer_works(w, matter, event.time):
        return
    if matter.purchase is None:
        person.helped = True
    elif person.status == DISSATISFIED and person.next_purchase == (matter.purchase + 1) % MOST_PURCHASES:
        person.status = SATISFIED
        w.counts.add("recovered", person.segment)
        new_spell(w, person, event.time)
        w.lapses[person.number] = matter.purchase % 256


def tellings_lapse(w):
    """At the end of a step: what the recovered were still to tell as dissatisfied customers."""
    for u, m in w.lapses.items():
        w.people[u].lapsed = m
    w.lapses.clear()


def has_lapsed(w, event):
    return event.kind == BAD_CUSTOMER and event.side == 0 and event.item <= w.people[event.source].lapsed
