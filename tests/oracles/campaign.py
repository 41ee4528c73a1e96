"""The campaign model from docs/campaign.md: naive, a function a paragraph, never optimised.

Shared with the kernel are the draws alone. This file holds a step's beginning (sections 3 and 7), the run and
the end of a step; section 4 is in campaign_events, 5, 6 and 9 in campaign_talk, the contacts of 9 in campaign_contacts,
1, 2 and 8 in campaign_people, 10 in campaign_counts.
"""

from math import floor
from typing import NamedTuple

from oracles.campaign_contacts import makes_contacts
from oracles.campaign_counts import COUNTS, ITEM_COUNTS, counted, remembers
from oracles.campaign_draws import rate_per_step
from oracles.campaign_events import (
    becomes_customer,
    buys,
    decides,
    lives_through_step,
    role_of,
    satisfaction,
    starts_sharing,
    visits,
)
from oracles.campaign_people import (
    AD,
    BACKGROUND,
    CORRECTED,
    DISSATISFIED,
    GOOD,
    LOST,
    POST,
    SATISFIED,
    UNDECIDED,
    Event,
    World,
    half_life_mean,
    mean_of,
)
from oracles.campaign_talk import becomes_talker, crowd_met, starts_answer, starts_claim
from wom_sim.kernels.campaign import draws


class Outcome(NamedTuple):
    """counts: name -> list by segment; items: name -> list by item; series: name -> list by step (change in the step).

    status: one number a person; belief: belief[v][c] of person v about claim c.
    """

    counts: dict
    items: dict
    series: dict
    status: list
    belief: list


def run(campaign, starting, segments, graph, starters, *, rng_seed, replica, start, horizon_days):
    """One replica from beginning to end."""
    w = World(
        campaign,
        starting,
        segments,
        graph,
        starters,
        rng_seed=rng_seed,
        replica=replica,
        start=start,
        horizon_days=horizon_days,
    )
    series = {name: [] for name in COUNTS}
    before = dict.fromkeys(COUNTS, 0)
    for step in range(w.n_steps):
        w.now = step
        step_begins(w)
        events = {person.number: [] for person in w.people}
        for event in w.to_come.pop(step, []):
            events[event.person].append(event)
        for person in w.people:
            lives_through_step(w, person, events[person.number])
        step_ends(w)
        now = {name: sum(numbers) for name, numbers in counted(w).items()}
        for name in COUNTS:
            series[name].append(now[name] - before[name])
        before = now
    return Outcome(
        counted(w),
        {name: list(w.items[name]) for name in ITEM_COUNTS},
        series,
        [person.status for person in w.people],
        [list(person.belief) for person in w.people],
    )


# Section 3: what happens at the start of a step.


def step_begins(w):
    if w.campaign.limits.talk == "contacts" and w.now > 0:
        makes_contacts(w)
    if w.now == 0:
        run_begins(w)
        background_clocks(w)
    for c in range(len(w.campaign.crises)):
        starts_claim(w, c)
    for a in range(len(w.campaign.responses)):
        starts_answer(w, a)
    for number, post in enumerate(all_posts(w)):
        publishes(w, number, *post)
    for c, item in enumerate(w.campaign.content):
        if item.channel == "paid":
            shows_ads(w, c, item)
    if w.campaign.decision is not None:
        decide_by_company(w)
    if w.mixes:
        crowd_decides(w)


def run_begins(w):
    """Section 3, 1: customers of day 0; starters; then those customers talk, if they do."""
    customers = sorted(w.customers_of_day_0())
    for v in customers:
        person = w.people[v]
        person.customer_of_day_0 = person.bought = person.aware = True
        becomes_customer(w, person, satisfaction(w, person), 0.0, ("customers", None))
    talk_already = set()
    for v in w.starters:
        if w.starting is None or w.luck.uniform(draws.SEED_TAKES_PART, v) < w.starting.participation_prob:
            starts(w, w.people[v], talk_already)
    if w.campaign.brand.customers_talk:
        for v in customers:
            if v not in talk_already:
                becomes_talker(w, w.people[v], role_of(w.people[v]), 0.0, ("customers", None))


def starts(w, person, talk_already):
    root = ("seeding", None)
    person.starter = person.aware = True
    person.paid = w.starting is not None and w.starting.paid_credibility < 1
    as_what = ("adopter" if w.habit else "customer") if w.starting is None else w.starting.role(w.campaign.outcome)
    if as_what == "sharer":
        c = [item.name for item in w.campaign.content].index(w.starting.item)
        person.reached = True
        person.engaged.add(c)
        person.started_with.add(c)
        w.items.add("reach", c)
        starts_sharing(w, person, c, 0.0, root)
    elif as_what == "adopter":
        if person.status != SATISFIED:
            becomes_customer(w, person, SATISFIED, 0.0, root)
    elif as_what != "aware":
        fixed = {"satisfied": SATISFIED, "dissatisfied": DISSATISFIED}
        status = fixed[as_what] if as_what in fixed else satisfaction(w, person)
        becomes_customer(w, person, status, 0.0, root)
        becomes_talker(w, person, role_of(person), 0.0, root)
        talk_already.add(person.number)


def background_clocks(w):
    """Section 3, 2."""
    undecided = [person for person in w.people if person.status == UNDECIDED]
    if not undecided or w.campaign.brand.baseline_sales_per_day == 0:
        return
    w.background = min(1.0, w.campaign.brand.baseline_sales_per_day / len(undecided))
    if w.mixes:
        return
    mean = mean_of(rate_per_step(w.background, w.step_days))
    for person in undecided:
        at = w.luck.exponential(mean, draws.BACKGROUND, person.number)
        w.happens_in_its_step(Event(at, BACKGROUND, person.number, root=("background", None), exposure="background"))


def all_posts(w):
    """(date in steps, item, audience, chance to be shown, who posts): owned ones in order, then those of creators."""
    posts = []
    for c, item in enumerate(w.campaign.content):
        if item.channel == "owned":
            posts += [(date, c, "followers", item.follower_reach, "owned") for date in post_dates(w, item)]
    account = 0
    for creator in w.campaign.creators:
        c = [item.name for item in w.campaign.content].index(creator.item)
        for _ in range(creator.n):
            for day in creator.dates:
                date = w.nearest_step(w.day_of(day))
                posts.append((date, c, (account, creator), creator.reach, "creators"))
            account += 1
    return posts


def post_dates(w, item):
    if item.every is None:
        return [w.nearest_step(w.day_of(item.start))]
    days, k = [], 0
    end = w.n_steps * w.step_days if item.end is None else w.day_of(item.end) + 1
    while w.day_of(item.start) + k * item.every < end:
        days.append(w.day_of(item.start) + k * item.every)
        k += 1
    return [w.nearest_step(day) for day in days]


def publishes(w, number, date, c, audience, reach, who):
    """Section 3, 5."""
    if date != w.now:
        return
    if audience == "followers":
        people, root = w.followers(), ("owned", c)
    else:
        account, creator = audience
        if not w.luck.uniform(draws.TAKES_PART, account) < creator.participation_prob:
            return
        people, root = w.audience(account, creator), ("creators", None)
    mean = half_life_mean(w.steps(w.campaign.content[c].half_life))
    for v in people:
        u = w.luck.uniform(draws.POST_VIEW, number, v)
        if u < reach:
            at = date + w.luck.exponential(mean, draws.POST_DELAY, number, v)
            if at < w.n_steps:
                w.people[v].first_audience = True
            below = lambda chance, u=u: u < chance
            w.happens_in_its_step(Event(at, POST, v, c, number, -1, root, who, below, reach=reach))


def shows_ads(w, c, item):
    """Section 3, 6."""
    if not item.spend or not item.cost_per_mille:
        return
    n_impressions = round(item.spend / item.cost_per_mille * 1000)
    start, length = w.flight(item)
    targets = w.targets(item.segments)
    for j in range(n_impressions if targets else 0):
        at = start + (j + 0.5) / n_impressions * length
        if not w.now <= at < w.now + 1:
            continue
        v = targets[w.luck.below(draws.PAID_TARGET, c, j, bound=len(targets))]
        week = floor((at - start) / w.steps(7))
        if item.frequency_cap is not None and w.shown_ads[v, c, week] >= item.frequency_cap:
            w.counts.add("impressions_capped", w.people[v].segment)
            continue
        w.shown_ads[v, c, week] += 1
        below = lambda chance, j=j: w.luck.uniform(draws.PAID_VIEW, c, j) < chance
        w.happens_in_its_step(Event(at, AD, v, c, j, -1, ("paid", c), "paid", below))


# Section 7: company.


def decide_by_company(w):
    started = w.doing_now - w.doing_before
    chosen = w.chosen_ties() if w.campaign.decision.rule == "weight" else set()
    for person in w.people:
        who = sorted(u for e, u in w.hears[person.number] if u in started)
        if not who or person.status not in ((UNDECIDED, LOST) if w.habit else (UNDECIDED,)):
            continue
        if w.campaign.decision.rule == "weight":
            who = [u for e, u in w.hears[person.number] if u in started and e in chosen]
            ready = len(who) == 1
        else:
            ready = sum(u in w.doing_now for _, u in w.hears[person.number]) >= w.need(person.number)
        if ready:
            if not w.habit:
                visits(w, person, "earned")
            buys(w, person, Event(float(w.now), GOOD, person.number, root=w.roots_at_end[who[0]]))


# Section 9: persistent talk in complete mixing.


def crowd_decides(w):
    """One good and one bad chance this step for each undecided person."""
    for person in w.people:
        if person.status == UNDECIDED:
            good, bad = crowd_met(w, person)
            decides(w, person, good, bad)
            if person.bought and good[0].event.exposure == "background":
                visits(w, person, "background")


# The end of a step.


def step_ends(w):
    """Corrections take effect; who does it now is seen by others in the next step."""
    for person in w.people:
        for c, a in person.corrections.items():
            person.belief[c] = CORRECTED + a
        person.corrections.clear()
    w.roots_at_end = [person.root for person in w.people]
    w.doing_before, w.doing_now = w.doing_now, {person.number for person in w.people if w.does_it(person)}
    if w.now == w.n_steps - 1:
        for person in w.people:
            if person.aware and remembers(w, person):
                w.counts.add("recalls", person.segment)
