"""Talkers, claims and answers of docs/campaign.md (sections 5, 6 and 9): what people cause in others, later."""

from math import inf

from oracles.campaign_draws import exponential, first_success, number_of_tells, power_law, rate_per_step
from oracles.campaign_people import (
    ANSWER,
    BACKGROUND,
    BAD_CUSTOMER,
    BAD_REJECTER,
    BELIEVER,
    CLAIM,
    DISSATISFIED,
    GOOD,
    INOCULATED,
    LOST,
    NOT_BELIEVING,
    NOT_HEARD,
    ROLE_SATISFIED,
    SATISFIED,
    Event,
    GoodOrBad,
    becomes_aware,
    half_life_mean,
    mean_of,
)
from wom_sim.kernels.campaign import draws

KIND_OF_ROLE = (GOOD, BAD_CUSTOMER, BAD_REJECTER)
MEAN_TELLS = ("satisfied_tells", "dissatisfied_tells", "rejecter_tells")
TALK_PROB = ("satisfied_talk_prob", "dissatisfied_talk_prob", "rejecter_talk_prob")


# Section 5: talkers.


def becomes_talker(w, person, role, time, root):
    """A new talker; nobody where the outcome is a habit."""
    talk = w.campaign.word_of_mouth
    if w.habit:
        return
    if not w.luck.uniform(draws.TALKS, role, person.number) < getattr(talk, TALK_PROB[role]):
        return
    if w.campaign.limits.talk == "listeners":
        tells_listeners(w, person, role, time, root)
    elif w.campaign.limits.talk == "one_shot":
        tells_all_once(w, person, role, root)
    elif w.graph.complete:
        talks_to_the_crowd(w, person, role)
    else:
        tells_until_it_works(w, person, role, root)


def tells_listeners(w, person, role, time, root):
    talk, u = w.campaign.word_of_mouth, person.number
    share = w.luck.uniform(draws.TELLS, role, u)
    k = number_of_tells(talk.tells_distribution, getattr(talk, MEAN_TELLS[role]), share)
    w.counts.add("tells_wanted", person.segment, k)
    w.counts.add("tells_planned", person.segment, min(k, len(w.contacts[u])))
    listeners = strangers(w, u, role, k) if w.graph.complete else chosen_contacts(w, u, role, k)
    for place, x, draw in listeners:
        delay = telling_delay(w, w.luck.uniform(draws.TELLING_DELAY, *draw))
        below = lambda chance, draw=draw: w.luck.uniform(draws.PERSUADE, *draw) < chance
        w.happens_later(telling(w, u, x, place, role, time + delay, root, draw, below))


def chosen_contacts(w, u, role, k):
    """On a network: the k contacts with the smallest Exp(1) / weight; (place, person, indices of the draws)."""

    def lot(contact):
        e, _ = contact
        return w.luck.exponential(1.0, draws.LISTENER, role, e) / w.weight(e), e

    return [(e, x, (role, e)) for e, x in sorted(w.contacts[u], key=lot)[:k]]


def strangers(w, u, role, k):
    """In complete mixing: the first k distinct people of a sequence of draws, or all others."""
    if k >= w.n - 1:
        return [(i, other(u, i), (role, u, i)) for i in range(w.n - 1)]
    found, met, i = [], set(), 0
    while len(found) < k:
        x = other(u, w.luck.below(draws.LISTENER, role, u, i, bound=w.n - 1))
        if x not in met:
            met.add(x)
            found.append((i, x, (role, u, i)))
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


def telling(w, u, x, place, role, time, root, draw, below, given=None):
    return Event(time, KIND_OF_ROLE[role], x, 0, place, u, root, "earned", below, draw=draw, given=given)


# Section 9: the other ways to talk.


def tells_all_once(w, person, role, root):
    """One shot: every contact, one step after deciding, over a tie whose coin is below the chance."""
    u = person.number
    for e, x in w.contacts[u]:
        draw = (role, u, e) if w.graph.complete else (role, e)
        w.happens_later(telling(w, u, x, e, role, w.now + 1.0, root, draw, w.luck.item_coin(0, e)))


def base_chance(w, e, role):
    """What persistent talk tries with: the tie's persuasion, times the power of bad word where it is bad."""
    if role == ROLE_SATISFIED:
        return min(1.0, w.persuasion(e))
    return min(1.0, w.persuasion(e) * w.campaign.word_of_mouth.negative_power)


def tells_until_it_works(w, person, role, root):
    """Persistent and recover, on a network: only the first success over each tie is an event."""
    u = person.number
    for e, x in w.contacts[u]:
        chance = base_chance(w, e, role)
        after = first_success(chance, w.luck.uniform(draws.FIRST_SUCCESS, role, e))
        if after < inf and after <= last_try(w, u, role):
            w.happens_later(telling(w, u, x, e, role, w.now + after, root, (role, e), None, given=(chance, True)))


def last_try(w, u, role):
    """How many steps a talker tries."""
    if w.campaign.limits.talk == "persistent":
        return inf
    return first_success(w.campaign.limits.stop_prob, w.luck.uniform(draws.STOPS, role, u))


def talks_to_the_crowd(w, person, role):
    """Persistent and recover, in complete mixing: she counts from the next step on."""
    w.talkers.append((role, w.now, w.now + last_try(w, person.number, role)))


def crowd_met(w, person):
    """The good and the bad chance that an undecided person meets this step in a crowd of talkers."""
    active = [role for role, first, last in w.talkers if first < w.now <= last]
    n_good = sum(role == ROLE_SATISFIED for role in active)
    n_bad = len(active) - n_good
    talk, v = w.campaign.word_of_mouth, person.number
    a, against = min(1.0, talk.persuasion_prob), min(1.0, talk.persuasion_prob * talk.negative_power)
    background = 1 - (1 - w.background) ** w.step_days
    good, bad = 1 - (1 - background) * (1 - a) ** n_good, 1 - (1 - against) ** n_bad
    u = w.luck.uniform(draws.MIXED_GOOD, w.now, v)
    kind, exposure, root = (BACKGROUND, "background", "background") if u < background else (GOOD, "earned", "seeding")
    good_met = GoodOrBad(good, u < good, Event(w.now, kind, v, root=(root, None), exposure=exposure))
    bad_won = w.luck.uniform(draws.MIXED_BAD, w.now, v) < bad
    return [good_met], [GoodOrBad(bad, bad_won, Event(w.now, BAD_CUSTOMER, v, root=("seeding", None)))]


# Section 6: claims.


def starts_claim(w, c):
    """Section 3, 3: the first distinct people of a sequence of draws believe and show it to all contacts for sure."""
    crisis = w.campaign.crises[c]
    time = w.nearest_step(w.day_of(crisis.start))
    if time != w.now:
        return
    found, i = [], 0
    while len(found) < min(crisis.starts_with, w.n):
        v = w.luck.below(draws.CLAIM_STARTERS, c, i, bound=w.n)
        if v not in found:
            found.append(v)
        i += 1
    for v in found:
        becomes_aware(w.people[v], time)
        believes(w, w.people[v], c, time, passes_on=True)


def believes(w, person, c, time, *, passes_on=False):
    crisis, v = w.campaign.crises[c], person.number
    person.belief[c] = BELIEVER
    w.counts.add("believers_ever", person.segment)
    customer = not w.habit and person.status in (SATISFIED, DISSATISFIED)
    if customer and w.luck.uniform(draws.LOSS, c, v) < crisis.customer_loss_prob:
        person.status = LOST
    ready = min(1.0, crisis.share_prob * crisis.claim_spread_factor)
    if passes_on or w.luck.uniform(draws.PASS_ON, c, v) < ready:
        mean = half_life_mean(w.steps(crisis.half_life))
        for e, x in w.contacts[v]:
            if w.luck.claim_coin(c, e)(crisis.seen_prob):
                at = time + w.luck.exponential(mean, draws.CLAIM_DELAY, c, e)
                w.happens_later(Event(at, CLAIM, x, c, e, v))


def sees_claim_over_tie(w, person, event):
    if w.people[event.source].belief[event.item] == BELIEVER:
        sees_claim(w, person, event.item, event.time)


def sees_claim(w, person, c, time):
    becomes_aware(person, time)
    if person.belief[c] == NOT_HEARD:
        if w.luck.uniform(draws.BELIEVE, c, person.number) < w.campaign.crises[c].believe_prob:
            believes(w, person, c, time)
        else:
            person.belief[c] = NOT_BELIEVING


# Section 6: answers.


def claim_of(w, a):
    return [crisis.name for crisis in w.campaign.crises].index(w.campaign.responses[a].to)


def starts_answer(w, a):
    """Section 3, 4: schedules all sightings."""
    answer, crisis = w.campaign.responses[a], w.campaign.crises[claim_of(w, a)]
    time = w.nearest_step(w.day_of(crisis.start)) + w.nearest_step(answer.delay)
    if time != w.now:
        return
    lasts = w.nearest_step(answer.lasts)
    if "owned" in answer.through:
        for v in w.followers():
            if w.luck.uniform(draws.ANSWER_OWNED, a, v) < answer.follower_reach:
                mean = half_life_mean(w.steps(crisis.half_life))
                at = time + w.luck.exponential(mean, draws.ANSWER_OWNED_DELAY, a, v)
                w.happens_in_its_step(Event(at, ANSWER, v, a, v))
    if "paid" in answer.through and answer.spend and answer.cost_per_mille:
        n_impressions = round(answer.spend / answer.cost_per_mille * 1000)
        for j in range(n_impressions):
            v = w.luck.below(draws.ANSWER_TARGET, a, j, bound=w.n)
            if w.luck.uniform(draws.ANSWER_PAID, a, j) < answer.seen_prob:
                w.happens_in_its_step(Event(time + (j + 0.5) / n_impressions * lasts, ANSWER, v, a, j))
    if "press" in answer.through:
        mean = mean_of(rate_per_step(answer.press_reach_per_day or 0.0, w.step_days))
        for v in range(w.n):
            at = time + w.luck.exponential(mean, draws.ANSWER_PRESS, a, v) if mean < inf else inf
            if at < time + lasts:
                w.happens_in_its_step(Event(at, ANSWER, v, a, v))


def sees_answer(w, person, event):
    """Only the first sight of each answer counts."""
    a, v = event.item, person.number
    answer, c = w.campaign.responses[a], claim_of(w, a)
    if a in person.answers_seen:
        return
    person.answers_seen.add(a)
    person.last_exposure = max(person.last_exposure, event.time)
    if person.belief[c] != NOT_HEARD:
        person.aware = True
    if person.belief[c] == BELIEVER and c not in person.corrections:
        efficacy = answer.efficacy * 2 ** (-answer.delay / answer.efficacy_half_life)
        if w.luck.uniform(draws.EFFECT, a, v) < efficacy:
            person.corrections[c] = a
            shares_answer(w, person, a, c, event.time)
    elif person.belief[c] == NOT_HEARD:
        if w.luck.uniform(draws.INOCULATE, a, v) < answer.inoculation_prob:
            person.belief[c] = INOCULATED
        elif w.luck.uniform(draws.ALERT, a, v) < answer.alerts_prob:
            sees_claim(w, person, c, event.time)


def shares_answer(w, person, a, c, time):
    answer, crisis, v = w.campaign.responses[a], w.campaign.crises[c], person.number
    if w.luck.uniform(draws.ANSWER_SHARED, a, v) < answer.shared_by_corrected_prob:
        mean = half_life_mean(w.steps(crisis.half_life))
        for e, x in w.contacts[v]:
            if w.luck.answer_coin(a, e)(crisis.seen_prob):
                at = time + w.luck.exponential(mean, draws.ANSWER_SHARE_DELAY, a, e)
                w.happens_later(Event(at, ANSWER, x, a, e, v))
