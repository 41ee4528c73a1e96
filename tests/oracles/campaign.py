"""The campaign model from docs/campaign.md and docs/business.md: naive, a function a paragraph, never optimised.

Shared with the kernel are the draws alone. This file holds the run, the beginning of a step (section 3 of the first
page) and its end, and company (7). Of the rest, posts and ads are in campaign_showing, 1 and 8 in campaign_people, 2
there and in campaign_ties, 4 in campaign_events, campaign_content and campaign_decisions, 5 and 9 in campaign_talk, the
contacts of 9 in campaign_contacts, 6 in campaign_claims, 10 in campaign_counts. Of the second page, section 1 is in
campaign_customers and campaign_leaving, 2 in campaign_dialogue, the value of a customer (5) in campaign_worth; 3 begins
in campaign_sides and campaign_rivals and goes on wherever `side` is read.
"""

from typing import NamedTuple

from oracles.campaign_claims import starts_answer, starts_claim
from oracles.campaign_contacts import makes_contacts
from oracles.campaign_content import starts_sharing
from oracles.campaign_counts import COUNTS, ITEM_COUNTS, by_brand, counted, remembers
from oracles.campaign_customers import life_before_the_run, role_of, satisfaction, tellings_lapse
from oracles.campaign_decisions import becomes_customer, buys, decides, visits
from oracles.campaign_dialogue import joins_the_queue
from oracles.campaign_draws import rate_per_step
from oracles.campaign_events import lives_through_step
from oracles.campaign_people import (
    BACKGROUND,
    CORRECTED,
    DISSATISFIED,
    GOOD,
    LOST,
    SATISFIED,
    UNDECIDED,
    Event,
    World,
    mean_of,
)
from oracles.campaign_rivals import customers_of_rivals, is_customer, is_open
from oracles.campaign_showing import publishes_all, shows_all_ads
from oracles.campaign_sides import Word
from oracles.campaign_talk import becomes_talker, crowd_met
from oracles.campaign_worth import AMOUNTS, looks_ahead
from wom_sim.kernels.campaign import draws


class Outcome(NamedTuple):
    """counts: name -> list by segment; items: name -> list by item; series: name -> list by step (change in the step).

    status: one number a person; belief: belief[v][c] of person v about claim c; amounts: name -> sums by segment;
    brands: name -> list by brand. Items and brands: the own first.
    """

    counts: dict
    items: dict
    series: dict
    status: list
    belief: list
    amounts: dict
    brands: dict


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
    looks_ahead(w)
    return Outcome(
        counted(w),
        {name: list(w.items[name]) for name in ITEM_COUNTS},
        series,
        [person.status for person in w.people],
        [[person.belief[c] for c in w.sides[0].claims] for person in w.people],
        {name: list(w.amounts[name]) for name in AMOUNTS},
        by_brand(w),
    )


# Section 3: what happens at the start of a step.


def step_begins(w):
    if w.campaign.limits.talk == "contacts" and w.now > 0:
        makes_contacts(w)
    if w.now == 0:
        run_begins(w)
        background_clocks(w)
    for c in w.claims:
        starts_claim(w, c)
    for a in range(len(w.campaign.responses)):
        starts_answer(w, a)
    publishes_all(w)
    shows_all_ads(w)
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
    for v, b in customers_of_rivals(w):
        w.people[v].rival = b
    talk_already = set()
    for v in w.starters:
        if w.starting is None or w.luck.uniform(draws.SEED_TAKES_PART, v) < w.starting.participation_prob:
            starts(w, w.people[v], talk_already)
    life_before_the_run(w)
    if w.campaign.brand.customers_talk:
        for v in customers:
            if v not in talk_already:
                becomes_talker(w, w.people[v], Word(0, role_of(w.people[v])), 0.0, ("customers", None))


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
        becomes_talker(w, person, Word(0, role_of(person)), 0.0, root)
        talk_already.add(person.number)


def background_clocks(w):
    """Section 3, 2."""
    people = [person for person in w.people if person.status == UNDECIDED and not person.rival]
    for side in w.sides if people else []:
        side.background = min(1.0, side.baseline / len(people))
        if side.background == 0 or w.mixes:
            continue
        mean, b = mean_of(rate_per_step(side.background, w.step_days)), side.number
        root = ("rival", b) if b else ("background", None)
        draw = (draws.BACKGROUND_RIVAL, b) if b else (draws.BACKGROUND,)
        for person in people:
            at = w.luck.exponential(mean, *draw, person.number)
            w.happens_in_its_step(Event(at, BACKGROUND, person.number, root=root, exposure="background", side=b))


# Section 7: company.


def decide_by_company(w):
    started = w.doing_now - w.doing_before
    chosen = w.chosen_ties() if w.campaign.decision.rule == "weight" else set()
    for person in w.people:
        who = sorted(u for e, u in w.hears[person.number] if u in started)
        if not who or person.rival or person.status not in ((UNDECIDED, LOST) if w.habit else (UNDECIDED,)):
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
    """One good and one bad chance this step about each brand, for each person who has none and may take it."""
    for person in w.people:
        if is_customer(w, person) or person.rival:
            continue
        met = [crowd_met(w, person, side) for side in w.sides if is_open(person, side.number)]
        bought = person.bought
        decides(w, person, [good for goods, _ in met for good in goods], [bad for _, bads in met for bad in bads])
        if person.bought > bought and met[0][0][0].event.exposure == "background":
            visits(w, person, "background")


# The end of a step.


def step_ends(w):
    """Corrections take effect; who does it now is seen by others in the next step."""
    for person in w.people:
        for c, a in person.corrections.items():
            person.belief[c] = CORRECTED + a
        person.corrections.clear()
    tellings_lapse(w)
    joins_the_queue(w)
    w.roots_at_end = [person.root for person in w.people]
    w.doing_before, w.doing_now = w.doing_now, {person.number for person in w.people if w.does_it(person)}
    if w.now == w.n_steps - 1:
        for person in w.people:
            if person.aware and remembers(w, person):
                w.counts.add("recalls", person.segment)
