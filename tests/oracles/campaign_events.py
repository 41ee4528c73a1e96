"""What happens to a person in a step: section 4 of docs/campaign.md."""

from oracles.campaign_claims import sees_answer, sees_claim_over_tie
from oracles.campaign_content import credibility, views_item
from oracles.campaign_customers import has_lapsed, is_answered, repeats
from oracles.campaign_decisions import buys, decides, rejects, relapses, visits
from oracles.campaign_leaving import churn_rings
from oracles.campaign_people import (
    AD,
    ANSWER,
    ANSWERED,
    BACKGROUND,
    BAD_CUSTOMER,
    BAD_REJECTER,
    CHURN,
    CLAIM,
    DUE,
    GOOD,
    POST,
    RELAPSE,
    REPEAT,
    SATISFIED,
    SHARE,
    Event,
    GoodOrBad,
    becomes_aware,
)
from oracles.campaign_rivals import as_met, is_customer, is_open
from wom_sim.kernels.campaign import draws


def lives_through_step(w, person, events):
    """All events of one person in order, then the decision."""
    good, bad = [], []
    for event in sorted(events, key=Event.order):
        if has_lapsed(w, event):
            continue
        if event.kind in (AD, POST, SHARE):
            views_item(w, person, event, good)
        elif event.kind == GOOD:
            hears_good(w, person, event, good)
        elif event.kind in (BAD_CUSTOMER, BAD_REJECTER):
            hears_bad(w, person, event, bad)
        elif event.kind == CLAIM:
            sees_claim_over_tie(w, person, event)
        elif event.kind == ANSWER:
            sees_answer(w, person, event)
        elif event.kind == BACKGROUND:
            background_rings(w, person, event, good)
        elif event.kind == DUE and is_open(person, event.side):
            good.append(GoodOrBad(1.0, True, event))
        elif event.kind == RELAPSE:
            relapses(person, event)
        elif event.kind == REPEAT:
            repeats(w, person, event)
        elif event.kind == CHURN:
            churn_rings(w, person, event)
        elif event.kind == ANSWERED:
            is_answered(w, person, event)
    if good or bad:
        decides(w, person, good, bad)


# Tellings.


def hears_good(w, person, event, good):
    a, b = w.persuasion_of(event), event.side
    chance = min(1.0, a * credibility(w, event) * w.factor(person, "buy_factor")) * (1 - w.damage(person, b))
    chance = as_met(w, person, b, chance)
    chance, won = event.given or (chance, event.below(chance))
    hears(w, person, event, "positive_tells")
    if is_open(person, b):
        good.append(GoodOrBad(chance, won, event))


def hears_bad(w, person, event, bad):
    talk = w.sides[event.side].talk
    chance = min(1.0, w.persuasion_of(event) * talk.negative_power)
    hears(w, person, event, "negative_tells")
    if is_open(person, event.side):
        bad.append(GoodOrBad(*(event.given or (chance, event.below(chance))), event))
    elif is_customer(w, person, event.side):
        leaving = chance * talk.customer_negative_factor
        if w.luck.uniform(draws.LEAVES, *event.draw) < leaving:
            rejects(w, person, event)


def hears(w, person, event, name):
    w.count(name, person, event.side)
    w.by_side.add("tells", event.side)
    if event.side == 0:
        person.heard = True
        becomes_aware(person, event.time)


# Background.


def background_rings(w, person, event, good):
    if w.habit and person.status != SATISFIED:
        buys(w, person, event)
        return
    b = event.side
    if not is_open(person, b):
        return
    chance = as_met(w, person, b, 1 - w.damage(person, b))
    draw = (draws.THINNED_RIVAL, b) if b else (draws.THINNED,)
    won = w.luck.uniform(*draw, person.number) < chance
    good.append(GoodOrBad(chance, won, event))
    if won:
        visits(w, person, "background", b)
