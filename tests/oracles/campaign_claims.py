"""Claims and answers: section 6 of docs/campaign.md."""

from math import inf

from oracles.campaign_dialogue import asks_about_claim
from oracles.campaign_draws import rate_per_step
from oracles.campaign_people import (
    ANSWER,
    BELIEVER,
    CLAIM,
    INOCULATED,
    LOST,
    NOT_BELIEVING,
    NOT_HEARD,
    Event,
    becomes_aware,
    half_life_mean,
    mean_of,
)
from oracles.campaign_rivals import is_customer, leaves_rival
from wom_sim.kernels.campaign import draws

# Section 6: claims.


def starts_claim(w, c):
    """Section 3, 3: the first distinct people of a sequence of draws believe and show it to all contacts for sure."""
    crisis = w.claims[c]
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
        if w.side_of_claim[c] == 0:
            becomes_aware(w.people[v], time)
        believes(w, w.people[v], c, time, starts_it=True)


def believes(w, person, c, time, *, starts_it=False):
    crisis, v, b = w.claims[c], person.number, w.side_of_claim[c]
    person.belief[c] = BELIEVER
    w.count("believers_ever", person, b)
    w.by_side.add("believers_ever", b)
    if is_customer(w, person, b) and w.luck.uniform(draws.LOSS, c, v) < crisis.customer_loss_prob:
        if b == 0:
            person.status = LOST
        else:
            leaves_rival(person)
    if b == 0 and not starts_it:
        asks_about_claim(w, person, c, time)
    ready = min(1.0, crisis.share_prob * crisis.claim_spread_factor)
    if starts_it or w.luck.uniform(draws.PASS_ON, c, v) < ready:
        mean = half_life_mean(w.steps(crisis.half_life))
        for e, x in w.contacts[v]:
            if w.luck.claim_coin(c, e)(crisis.seen_prob):
                at = time + w.luck.exponential(mean, draws.CLAIM_DELAY, c, e)
                w.happens_later(Event(at, CLAIM, x, c, e, v))


def sees_claim_over_tie(w, person, event):
    if w.people[event.source].belief[event.item] == BELIEVER:
        sees_claim(w, person, event.item, event.time)


def sees_claim(w, person, c, time):
    if w.side_of_claim[c] == 0:
        becomes_aware(person, time)
    if person.belief[c] == NOT_HEARD:
        if w.luck.uniform(draws.BELIEVE, c, person.number) < w.claims[c].believe_prob:
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
