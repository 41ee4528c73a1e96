"""Talkers of docs/campaign.md (sections 5 and 9): what people tell others, later."""

from dataclasses import dataclass
from math import inf

from oracles.campaign_draws import exponential, first_success, number_of_tells, power_law
from oracles.campaign_people import BACKGROUND, BAD_CUSTOMER, BAD_REJECTER, GOOD, ROLE_SATISFIED, Event, GoodOrBad
from oracles.campaign_sides import Word
from wom_sim.kernels.campaign import draws

KIND_OF_ROLE = (GOOD, BAD_CUSTOMER, BAD_REJECTER)
MEAN_TELLS = ("satisfied_tells", "dissatisfied_tells", "rejecter_tells")
TALK_PROB = ("satisfied_talk_prob", "dissatisfied_talk_prob", "rejecter_talk_prob")


@dataclass
class Contacting:
    """Who talks by contacts (section 9): what campaign_contacts needs to make them one after another."""

    person: int
    word: Word
    root: tuple
    decided_in: int
    latest_at: float
    n_contacts: int = 0
    stopped: bool = False


# Section 5: talkers.


def becomes_talker(w, person, word, time, root, times=1.0):
    """A new talker, with so many times the mean of her role; nobody where the outcome is a habit."""
    talk = w.sides[word.side].talk
    if w.habit:
        return
    if not w.luck.uniform(draws.TALKS, word.number, person.number) < getattr(talk, TALK_PROB[word.role]):
        return
    if w.campaign.limits.talk == "listeners":
        tells_listeners(w, person, word, time, root, times)
    elif w.campaign.limits.talk == "one_shot":
        tells_all_once(w, person, word, root)
    elif w.campaign.limits.talk == "contacts":
        w.talkers.append(Contacting(person.number, word, root, w.now, time))
    elif w.graph.complete:
        talks_to_the_crowd(w, person, word)
    else:
        tells_until_it_works(w, person, word, root)


def tells_listeners(w, person, word, time, root, times):
    talk, u = w.sides[word.side].talk, person.number
    share = w.luck.uniform(draws.TELLS, word.number, u)
    k = number_of_tells(talk.tells_distribution, times * getattr(talk, MEAN_TELLS[word.role]), share)
    w.count("tells_wanted", person, word.side, k)
    w.count("tells_planned", person, word.side, min(k, len(w.contacts[u])))
    listeners = strangers(w, u, word.number, k) if w.graph.complete else chosen_contacts(w, u, word.number, k)
    for place, x, draw in listeners:
        delay = telling_delay(w, w.luck.uniform(draws.TELLING_DELAY, *draw))
        below = lambda chance, draw=draw: w.luck.uniform(draws.PERSUADE, *draw) < chance
        w.happens_later(telling(w, u, x, place, word, time + delay, root, draw, below))


def chosen_contacts(w, u, number, k):
    """On a network: the k contacts with the smallest Exp(1) / weight; (place, person, indices of the draws)."""

    def lot(contact):
        e, _ = contact
        return w.luck.exponential(1.0, draws.LISTENER, number, e) / w.weight(e), e

    return [(e, x, (number, e)) for e, x in sorted(w.contacts[u], key=lot)[:k]]


def strangers(w, u, number, k):
    """In complete mixing: the first k distinct people of a sequence of draws, or all others."""
    if k >= w.n - 1:
        return [(i, other(u, i), (number, u, i)) for i in range(w.n - 1)]
    found, met, i = [], set(), 0
    while len(found) < k:
        x = other(u, w.luck.below(draws.LISTENER, number, u, i, bound=w.n - 1))
        if x not in met:
            met.add(x)
            found.append((i, x, (number, u, i)))
        i += 1
    return found


def other(u, i):
    """Person i of all others than u."""
    return i + 1 if i >= u else i


def telling_delay(w, u):
    scale = w.steps(w.campaign.word_of_mouth.telling_delay)
    if w.campaign.limits.telling_delay_distribution == "power_law":
        return power_law(scale, u)
    return exponential(scale, u)


def telling(w, u, x, place, word, time, root, draw, below, given=None, tie=None):
    tie, kind = place if tie is None else tie, KIND_OF_ROLE[word.role]
    return Event(
        time, kind, x, word.m, place, u, root, "earned", below, tie=tie, draw=draw, given=given, side=word.side
    )


# Section 9: the other ways to talk.


def tells_all_once(w, person, word, root):
    """One shot: every contact, one step after deciding, over a tie whose coin is below the chance."""
    u = person.number
    for e, x in w.contacts[u]:
        draw = (word.number, u, e) if w.graph.complete else (word.number, e)
        w.happens_later(telling(w, u, x, e, word, w.now + 1.0, root, draw, w.luck.item_coin(0, e)))


def base_chance(w, e, word):
    """What persistent talk tries with: the tie's persuasion, times the power of bad word where it is bad."""
    side = w.sides[word.side]
    if word.role == ROLE_SATISFIED:
        return min(1.0, w.persuasion(side, e))
    return min(1.0, w.persuasion(side, e) * side.talk.negative_power)


def tells_until_it_works(w, person, word, root):
    """Persistent and recover, on a network: only the first success over each tie is an event."""
    u = person.number
    for e, x in w.contacts[u]:
        chance = base_chance(w, e, word)
        after = first_success(chance, w.luck.uniform(draws.FIRST_SUCCESS, word.number, e))
        if after < inf and after <= last_try(w, u, word):
            draw = (word.number, e)
            w.happens_later(telling(w, u, x, e, word, w.now + after, root, draw, None, given=(chance, True)))


def last_try(w, u, word):
    """How many steps a talker tries."""
    if w.campaign.limits.talk == "persistent":
        return inf
    return first_success(w.campaign.limits.stop_prob, w.luck.uniform(draws.STOPS, word.number, u))


def talks_to_the_crowd(w, person, word):
    """Persistent and recover, in complete mixing: she counts from the next step on."""
    w.talkers.append((word, w.now, w.now + last_try(w, person.number, word)))


def crowd_met(w, person, side):
    """The good and the bad chance about a brand that a person meets this step in a crowd of talkers."""
    active = [word.role for word, first, last in w.talkers if word.side == side.number and first < w.now <= last]
    n_good = sum(role == ROLE_SATISFIED for role in active)
    n_bad = len(active) - n_good
    talk, v, b = side.talk, person.number, side.number
    a, against = min(1.0, talk.persuasion_prob), min(1.0, talk.persuasion_prob * talk.negative_power)
    background = 1 - (1 - side.background) ** w.step_days
    good, bad = 1 - (1 - background) * (1 - a) ** n_good, 1 - (1 - against) ** n_bad
    u = w.luck.uniform(*((draws.MIXED_GOOD_RIVAL, b) if b else (draws.MIXED_GOOD,)), w.now, v)
    against_u = w.luck.uniform(*((draws.MIXED_BAD_RIVAL, b) if b else (draws.MIXED_BAD,)), w.now, v)
    kind, exposure, root = (BACKGROUND, "background", "background") if u < background else (GOOD, "earned", "seeding")
    good_met = GoodOrBad(good, u < good, Event(w.now, kind, v, root=(root, None), exposure=exposure, side=b))
    bad_event = Event(w.now, BAD_CUSTOMER, v, root=("seeding", None), side=b)
    return [good_met], [GoodOrBad(bad, against_u < bad, bad_event)]
