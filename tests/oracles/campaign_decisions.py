"""Decisions for and against a brand: the end of section 4 of docs/campaign.md; docs/business.md, 3, deciding."""

from oracles.campaign_customers import begins_life, counts_purchase, role_of, satisfaction
from oracles.campaign_dialogue import complains
from oracles.campaign_draws import rate_per_step
from oracles.campaign_people import (
    AD,
    DISSATISFIED,
    DUE,
    GOOD,
    LOST,
    POST,
    REJECTER,
    RELAPSE,
    ROLE_DISSATISFIED,
    ROLE_REJECTER,
    ROLE_SATISFIED,
    SATISFIED,
    SHARE,
    Event,
    becomes_aware,
    mean_of,
)
from oracles.campaign_rivals import chooses, is_customer, is_open, leaves_rival, weight
from oracles.campaign_sides import Word
from oracles.campaign_talk import becomes_talker
from wom_sim.kernels.campaign import draws

DAYS_IN_A_MONTH = 30.4375


def decides(w, person, good, bad):
    """Each brand's chances by themselves: first rejections, then one purchase of those that prevail."""
    prevail = {}
    for side in w.sides:
        b = side.number
        for_it = [met for met in good if met.event.side == b]
        against = [met for met in bad if met.event.side == b]
        won, lost = [met for met in for_it if met.won], [met for met in against if met.won]
        if not is_open(person, b):
            continue
        if won and (not lost or good_prevails(w, person, b, for_it, against)):
            prevail[b] = for_it
        elif lost:
            rejects(w, person, lost[0].event)
    if prevail:
        b = chooses(w, person, prevail)
        first = next(met.event for met in prevail[b] if met.won)
        if first.kind == GOOD:
            visits(w, person, "earned", b)
        if b == 0:
            buys(w, person, first)
        else:
            buys_of_rival(w, person, first)


def good_prevails(w, person, b, good, bad):
    if w.campaign.limits.conflict == "negative_dominates":
        return False
    plus, minus = weight(w, good), weight(w, bad)
    draw = (draws.CONFLICT_RIVAL, b) if b else (draws.CONFLICT,)
    return w.luck.uniform(*draw, person.number) < plus / (plus + minus)


def visits(w, person, exposure, b=0):
    w.count("visits_paid" if exposure == "creators" else f"visits_{exposure}", person, b)


def buys(w, person, event):
    """A purchase, or the beginning of a habit."""
    becomes_aware(person, event.time)
    if w.habit:
        becomes_customer(w, person, SATISFIED, event.time, event.root)
        return
    person.referred = event.exposure == "earned"
    counts_purchase(w, person, event.time)
    w.by_side.add("buyers", 0)
    if not (person.bought or person.starter or person.customer_of_day_0):
        w.counts.add(f"conversions_{event.exposure}", person.segment)
        w.counts.add(f"caused_by_{event.root[0]}", person.segment)
        if event.kind in (AD, POST, SHARE, DUE):
            w.items.add("conversions", event.item)
        if event.root[0] in ("paid", "owned"):
            w.items.add("caused", event.root[1])
    person.bought = True
    if person.rival:
        w.by_side.add("won_from", person.rival)
    becomes_customer(w, person, satisfaction(w, person), event.time, event.root)
    begins_life(w, person, event.time)
    if person.status == DISSATISFIED:
        complains(w, person, 0, event.time)
    becomes_talker(w, person, Word(0, role_of(person)), event.time, event.root)


def becomes_customer(w, person, status, time, root):
    person.status, person.root, person.rival = status, root, 0
    if w.habit:
        person.did_it, person.adopted_in = True, w.now
        schedules_relapse(w, person, time)


def buys_of_rival(w, person, event):
    b, v = event.side, person.number
    if is_customer(w, person):
        person.status = LOST
        w.by_side.add("lost_to", b)
    person.rival = b
    w.by_side.add("buyers", b)
    if event.kind in (AD, POST, SHARE, DUE):
        w.items.add("conversions", event.item)
    unhappy = w.luck.uniform(draws.SATISFIED_RIVAL, b, v) < w.sides[b].talk.dissatisfied_fraction
    role = ROLE_DISSATISFIED if unhappy else ROLE_SATISFIED
    becomes_talker(w, person, Word(b, role), event.time, ("rival", b))


def rejects(w, person, event):
    """By a bad chance that prevailed, or as a customer who leaves."""
    b = event.side
    if b == 0:
        person.status, person.root = REJECTER, event.root
    elif person.rival == b:
        leaves_rival(person)
    else:
        person.shuns.add(b)
    becomes_talker(w, person, Word(b, ROLE_REJECTER), event.time, event.root)


# Relapse: section 7, last paragraph.


def schedules_relapse(w, person, time):
    chance = w.campaign.decision.relapse_per_month if w.campaign.decision else 0.0
    if chance > 0:
        mean = mean_of(rate_per_step(chance, w.step_days / DAYS_IN_A_MONTH))
        at = time + w.luck.exponential(mean, draws.RELAPSE, w.now, person.number)
        w.happens_later(Event(at, RELAPSE, person.number, adoption=w.now))


def relapses(person, event):
    """Ends the adoption that it belongs to, if that still lasts."""
    if person.status == SATISFIED and person.adopted_in == event.adoption:
        person.status = LOST
