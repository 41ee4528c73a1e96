"""What a step begins with: the start of the run, claims, answers, posts and advertisements."""

from __future__ import annotations

import math

import numpy as np

from .._jit import inner_kernel
from ..rng import below, uniform_at, word
from ..wide import prefetch
from .background import start_background
from .belief import believe
from .brands import RIVAL_ROOT, becomes_customer_of, shown
from .codes import (
    AS_ABSENT,
    AS_ADOPTER,
    AS_AWARE,
    AS_CUSTOMER,
    AS_DISSATISFIED,
    AS_SHARER,
    BOUGHT,
    C_POSTS,
    COMES_AGAIN,
    DAY0,
    DISSATISFIED,
    DOING,
    ENGAGED,
    FROM_DAY0,
    I_REACH,
    LOG_STARTED,
    N_CAPPED,
    N_DISSATISFIED,
    N_RETAINED,
    N_SATISFIED,
    NEW_SPELL,
    PAID,
    POSTS_N,
    ROLE_BAD,
    ROLE_GOOD,
    ROOT_CUSTOMERS,
    ROOT_PAID,
    ROOT_SEEDING,
    ROOT_WIDTH,
    SATISFIED,
    STARTER,
    TALKS,
    UNDECIDED,
    UNHEARD,
    VIEW_AD,
    VIEW_ANSWER,
    VIEW_POST,
)
from .content import share
from .counting import becomes_aware, count, joins_first_audience, note, reached_by_content
from .customers import has_life
from .deciding import adopt, changes, is_dissatisfied, set_customer
from .draws import (
    ANSWER_OWNED,
    ANSWER_OWNED_DELAY,
    ANSWER_PAID,
    ANSWER_PRESS,
    ANSWER_TARGET,
    CLAIM_STARTERS,
    PAID_TARGET,
    PAID_VIEW,
    POST_DELAY,
    POST_VIEW,
    SEED_TAKES_PART,
    TAKES_PART,
)
from .events import exponential, follows, schedule, step_of, touch

_IMPRESSIONS_AHEAD = 12
"""How many impressions ahead of one the memory of those who are shown them is asked for."""


@inner_kernel
def start_run(world, state, tally):
    """Step 0: customers of all brands, starters, creators who take part, clocks of background purchases."""
    rules = world.rules
    for brand in range(1, world.brands.shape[0]):
        first = world.brands[brand]["first_customer"]
        for i in range(first, first + world.brands[brand]["n_customers"]):
            becomes_customer_of(state, tally, np.int64(world.rival_customers[i]), brand)
    for i in range(world.customers.shape[0]):
        v = np.int64(world.customers[i])
        if rules.habit:
            adopt(world, state, tally, 0, v, 0.0, ROOT_CUSTOMERS * ROOT_WIDTH, -1)
            continue
        becomes_aware(world, state, tally, 0, v, 0.0)
        state.people[v]["flags"] |= BOUGHT | DAY0
        state.people[v]["n"] = state.people[v]["spell"] = 1
        count(tally, world.segment[v], N_RETAINED, 0, 1)
        state.people[v]["root"] = ROOT_CUSTOMERS * ROOT_WIDTH
        set_customer(world, state, tally, 0, v, is_dissatisfied(world, state, v))
        changes(world, state, v)
    for i in range(world.starters.shape[0]):
        v = np.int64(world.starters[i])
        if uniform_at(state.keys[SEED_TAKES_PART], v) < rules.seeds_take_part:
            _start_person(world, state, tally, v)
    if (rules.customers_talk or has_life(world)) and not rules.habit:
        what = COMES_AGAIN | NEW_SPELL | FROM_DAY0 | (TALKS if rules.customers_talk else 0)
        for i in range(world.customers.shape[0]):
            v = np.int64(world.customers[i])
            started_already = state.people[v]["flags"] & STARTER != 0 and rules.start_as <= AS_DISSATISFIED
            if not started_already:
                role = ROLE_BAD if state.people[v]["status"] == DISSATISFIED else ROLE_GOOD
                follows(state, v, 0.0, role, ROOT_CUSTOMERS * ROOT_WIDTH, 0, 1, what)
    for i in range(world.takes_part.shape[0]):
        state.taken[i] = 1 if uniform_at(state.keys[TAKES_PART], i) < world.takes_part[i] else 0
    start_background(world, state)


@inner_kernel
def _start_person(world, state, tally, v):
    rules = world.rules
    person, segment = state.people[v], world.segment[v]
    root = ROOT_SEEDING * ROOT_WIDTH
    touch(state, v)
    person["flags"] |= STARTER
    if rules.start_as == AS_ABSENT:
        return
    becomes_aware(world, state, tally, 0, v, 0.0)
    note(tally, 0.0, 0, v, -1, LOG_STARTED, 0, root)
    if rules.paid_credibility < 1.0:
        person["flags"] |= PAID
    if rules.start_as == AS_AWARE:
        return
    if rules.start_as == AS_SHARER:
        item = rules.start_item
        reached_by_content(world, state, tally, 0, v, 0.0)
        state.views[v, item] |= ENGAGED
        tally.items[item, I_REACH] += 1
        share(world, state, tally, 0, v, 0.0, item, root, -1)
        return
    if rules.start_as == AS_ADOPTER:
        if person["status"] != DOING:
            adopt(world, state, tally, 0, v, 0.0, root, -1)
        return
    was_customer = person["status"] != UNDECIDED
    if was_customer:
        count(tally, segment, N_SATISFIED if person["status"] == SATISFIED else N_DISSATISFIED, 0, -1)
    dissatisfied = rules.start_as == AS_DISSATISFIED
    if rules.start_as == AS_CUSTOMER:
        dissatisfied = is_dissatisfied(world, state, v)
    person["flags"] |= BOUGHT
    person["n"] = person["spell"] = 1
    person["root"] = root
    set_customer(world, state, tally, 0, v, dissatisfied)
    if not was_customer:
        changes(world, state, v)
    role = ROLE_BAD if dissatisfied else ROLE_GOOD
    follows(state, v, 0.0, role, root, 0, 1, TALKS | COMES_AGAIN | NEW_SPELL | FROM_DAY0)


@inner_kernel
def start_claims(world, state, tally, step):
    """Let the people who post a claim believe and show it, in the step of its start."""
    for claim in range(world.claims.shape[0]):
        facts = world.claims[claim]
        if step_of(facts["start"], 0) != step:
            continue
        key = word(state.keys[CLAIM_STARTERS], facts["number"])
        found, draw = 0, 0
        while found < facts["n_starters"]:
            v = below(key, draw, world.n_people)
            draw += 1
            if state.belief[v, claim] == UNHEARD:
                if facts["brand"] == 0:
                    becomes_aware(world, state, tally, step, v, facts["start"])
                touch(state, v)
                believe(world, state, tally, step, v, claim, facts["start"], -1, True)
                found += 1


@inner_kernel
def start_answers(world, state, step):
    """Schedule who sees an answer when, in the step of its start; its advertisements go out step by step."""
    for a in range(world.answers.shape[0]):
        facts = world.answers[a]
        start, end = facts["start"], facts["end"]
        if step_of(start, 0) == step:
            if facts["follower_reach"] > 0.0:
                reach, delays = word(state.keys[ANSWER_OWNED], a), word(state.keys[ANSWER_OWNED_DELAY], a)
                mean = world.claims[facts["claim"]]["mean_delay"]
                for i in range(world.followers.shape[0]):
                    v = np.int64(world.followers[i])
                    if uniform_at(reach, v) < facts["follower_reach"]:
                        at = start + exponential(mean, uniform_at(delays, v))
                        schedule(state, step, step, at, VIEW_ANSWER, v, -1, v, a, 0)
            if facts["press_mean"] < math.inf:
                key = word(state.keys[ANSWER_PRESS], a)
                for v in range(world.n_people):
                    at = start + exponential(facts["press_mean"], uniform_at(key, v))
                    if at < end:
                        schedule(state, step, step, at, VIEW_ANSWER, v, -1, v, a, 0)
        j, n = state.answer_cursor[a], facts["n_impressions"]
        if j < n and step >= step_of(start, 0):
            targets, views = word(state.keys[ANSWER_TARGET], a), word(state.keys[ANSWER_PAID], a)
            while j < n:
                at = start + (j + 0.5) / n * (end - start)
                if at >= step + 1:
                    break
                if uniform_at(views, j) < facts["seen"]:
                    v = below(targets, j, world.n_people)
                    schedule(state, step, step, at, VIEW_ANSWER, v, -1, j, a, 0)
                j += 1
            state.answer_cursor[a] = j


@inner_kernel
def publish_posts(world, state, tally, step):
    """Show the posts of this step to their audiences, over the half-life of the item."""
    n_steps = state.bucket.shape[0]
    while state.numbers[POSTS_N] < world.posts.shape[0]:
        p = world.post_order[state.numbers[POSTS_N]]
        post = world.posts[p]
        if step_of(post["time"], 0) > step:
            return
        state.numbers[POSTS_N] += 1
        if post["account"] >= 0 and state.taken[post["account"]] == 0:
            continue
        if post["account"] >= 0:
            tally.creators[post["root"] % ROOT_WIDTH, C_POSTS] += 1
        item = post["item"]
        facts, own = world.items[item], item < tally.items.shape[0]
        views, delays = word(state.keys[POST_VIEW], post["number"]), word(state.keys[POST_DELAY], post["number"])
        reach, seen = post["reach"], post["reach"] * facts["seen"]
        for i in range(post["first"], post["first"] + post["count"]):
            v = np.int64(world.audiences[i])
            u = uniform_at(views, v)
            if u >= reach:
                continue
            at = post["time"] + exponential(facts["mean_delay"], uniform_at(delays, v))
            if at >= n_steps:
                continue
            shown(world, tally, step_of(at, step), v, item)
            if own:
                joins_first_audience(world, state, tally, step, v)
            if u < seen:
                schedule(state, step, step, at, VIEW_POST, v, -1, p, item, post["root"])


@inner_kernel
def show_advertisements(world, state, tally, step):
    """Deliver the paid impressions of this step."""
    n_items = world.items.shape[0]
    for item in range(n_items):
        facts = world.items[item]
        j, n = state.cursor[item], facts["n_impressions"]
        if j == n or facts["start"] >= step + 1:
            continue
        start, length, cap = facts["start"], facts["length"], facts["cap"]
        number, own = facts["number"], item < tally.items.shape[0]
        targets, views = word(state.keys[PAID_TARGET], number), word(state.keys[PAID_VIEW], number)
        root = ROOT_PAID * ROOT_WIDTH + item if own else RIVAL_ROOT + facts["brand"]
        while j < n:
            at, k = start + (j + 0.5) / n * length, j + facts["first_impression"]
            if at >= step + 1:
                break
            v, ahead = _target(world, facts, targets, k), _target(world, facts, targets, k + _IMPRESSIONS_AHEAD)
            prefetch(state.people, ahead)
            prefetch(world.segment, ahead)
            if cap > 0:
                prefetch(state.capped, ahead * n_items + item)
                prefetch(state.capped_week, ahead * n_items + item)
            if cap == 0 or _below_cap(state, v, item, np.int64((at - facts["flight_start"]) / facts["week"]), cap):
                shown(world, tally, step, v, item)
                if own:
                    joins_first_audience(world, state, tally, step, v)
                if uniform_at(views, k) < facts["seen"]:
                    schedule(state, step, step, at, VIEW_AD, v, -1, k, item, root)
            elif own:
                count(tally, world.segment[v], N_CAPPED, step, 1)
            j += 1
        state.cursor[item] = j


@inner_kernel
def _target(world, facts, targets, k):
    """Return to whom the k-th impression of an item is shown."""
    place, first = below(targets, k, facts["n_targets"]), facts["first_target"]
    return place if first < 0 else np.int64(world.targets[first + place])


@inner_kernel
def _below_cap(state, v, item, week, cap):
    """Count a paid impression against the person's cap of the week; False when the cap is reached."""
    touch(state, v)
    if state.capped_week[v, item] != week % 256:
        state.capped_week[v, item] = week % 256
        state.capped[v, item] = 0
    if state.capped[v, item] >= cap:
        return False
    state.capped[v, item] += 1
    return True
