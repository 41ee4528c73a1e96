"""Complaints, questions and the queue of those who wait for an answer: section 2 of docs/business.md."""

from dataclasses import dataclass
from math import floor

from oracles.campaign_people import ANSWERED, Event
from wom_sim.kernels.campaign import draws

COMPLAINT, ABOUT_CLAIM = 1024, 256


@dataclass
class Matter:
    """What somebody wants answered; `purchase`: the number of the purchase complained about, None of a question."""

    time: float
    person: int
    number: int
    purchase: int | None = None


def complains(w, person, purchase, time):
    """Whether she who was just dissatisfied by this purchase complains; she does so here."""
    dialogue = w.campaign.dialogue
    if dialogue is None:
        return False
    if not w.luck.uniform(draws.COMPLAINS, purchase % 256, person.number) < dialogue.complain_prob:
        return False
    arises(w, person, "complaints", Matter(time, person.number, COMPLAINT + purchase % 256, purchase))
    return True


def asks_about_item(w, person, c, time):
    asks(w, person, c, time, "question_prob")


def asks_about_claim(w, person, c, time):
    asks(w, person, ABOUT_CLAIM + c, time, "crisis_question_prob")


def asks(w, person, number, time, key):
    dialogue = w.campaign.dialogue
    if dialogue is None or w.habit:
        return
    if w.luck.uniform(draws.ASKS, number, person.number) < getattr(dialogue, key):
        arises(w, person, "questions", Matter(time, person.number, number))


def arises(w, person, name, matter):
    w.counts.add(name, person.segment)
    if w.luck.uniform(draws.ANSWERED, matter.number, matter.person) < w.campaign.dialogue.answered_fraction:
        w.arisen.append(matter)


def joins_the_queue(w):
    """At the end of a step: what arose while it was handled, in order, each with its answer."""
    for matter in sorted(w.arisen, key=lambda matter: (matter.time, matter.person, matter.number)):
        mean = w.steps(w.campaign.dialogue.answer_time)
        draw = (draws.ANSWER_TIME, matter.number, matter.person)
        at = taken_up(w, matter.time) + w.luck.exponential(mean, *draw)
        w.happens_later(Event(at, ANSWERED, matter.person, place=matter.number, matter=matter))
    w.arisen.clear()


def taken_up(w, time):
    """When the next matter in the queue is taken up: on the first day with a place left."""
    if w.campaign.dialogue.answers_per_day is None:
        return time
    day = max(floor(time * w.step_days), w.last_day)
    while w.places_taken[day] == places(w, day):
        day += 1
    w.last_day = day
    w.places_taken[day] += 1
    return max(time, day / w.step_days)


def places(w, day):
    q = w.campaign.dialogue.answers_per_day
    return floor((day + 1) * q) - floor(day * q)


def answer_works(w, matter, at):
    """Say whether an answer that comes at this time works."""
    dialogue = w.campaign.dialogue
    worth = 2 ** (-(at - matter.time) / w.steps(dialogue.patience))
    chance = worth if matter.purchase is None else dialogue.recovery_prob * worth
    return w.luck.uniform(draws.RECOVERS, matter.number, matter.person) < chance
