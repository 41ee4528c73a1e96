"""What a step begins with: the start of the run, claims, answers, posts and advertisements."""

from __future__ import annotations

import math

import numpy as np

from .._jit import inner_kernel
from ..rng import below, uniform_at, word
from .belief import believe
from .codes import (
    AS_ADOPTER,
    AS_AWARE,
    AS_CUSTOMER,
    AS_DISSATISFIED,
    AS_SHARER,
    BACKGROUND_CLOCK,
    BOUGHT,
    C_POSTS,
    DISSATISFIED,
    DOING,
    ENGAGED,
    I_REACH,
    LOG_STARTED,
    N_CAPPED,
    N_DISSATISFIED,
    N_SATISFIED,
    PAID,
    POSTS_N,
    ROLE_BAD,
    ROLE_GOOD,
    ROOT_BACKGROUND,
    ROOT_CUSTOMERS,
    ROOT_PAID,
    ROOT_SEEDING,
    ROOT_WIDTH,
    SATISFIED,
    STARTER,
    UNDECIDED,
    UNHEARD,
    VIEW_AD,
    VIEW_ANSWER,
    VIEW_POST,
)
from .content import share
from .deciding import adopt, changes, is_dissatisfied, set_customer
from .draws import (
    ANSWER_OWNED,
    ANSWER_OWNED_DELAY,
    ANSWER_PAID,
    ANSWER_PRESS,
    ANSWER_TARGET,
    BACKGROUND,
    CLAIM_STARTERS,
    PAID_TARGET,
    PAID_VIEW,
    POST_DELAY,
    POST_VIEW,
    SEED_TAKES_PART,
    TAKES_PART,
)
from .events import (
    becomes_aware,
    count,
    exponential,
    joins_first_audience,
    note,
    reached_by_content,
    schedule,
    shown,
    step_of,
    touch,
    will_talk,
)
from .persuading import talks_until_it_works


@inner_kernel
def start_run(world, state, tally):
    """Step 0: customers of day 0, starters, creators who take part, clocks of background purchases."""
    rules = world.rules
    for i in range(world.customers.shape[0]):
        v = np.int64(world.customers[i])
        if rules.habit:
            adopt(world, state, tally, 0, v, 0.0, ROOT_CUSTOMERS * ROOT_WIDTH, -1)
            continue
        becomes_aware(world, state, tally, 0, v, 0.0)
        state.people[v]["flags"] |= BOUGHT
        state.people[v]["root"] = ROOT_CUSTOMERS * ROOT_WIDTH
        set_customer(world, state, tally, 0, v, is_dissatisfied(world, state, v))
        changes(world, state, v)
    for i in range(world.starters.shape[0]):
        v = np.int64(world.starters[i])
        if uniform_at(state.keys[SEED_TAKES_PART], v) < rules.seeds_take_part:
            _start_person(world, state, tally, v)
    if rules.customers_talk and not rules.habit:
        for i in range(world.customers.shape[0]):
            v = np.int64(world.customers[i])
            talks_already = state.people[v]["flags"] & STARTER != 0 and rules.start_as <= AS_DISSATISFIED
            if not talks_already:
                role = ROLE_BAD if state.people[v]["status"] == DISSATISFIED else ROLE_GOOD
                will_talk(state, v, 0.0, role, ROOT_CUSTOMERS * ROOT_WIDTH)
    for i in range(world.takes_part.shape[0]):
        state.taken[i] = 1 if uniform_at(state.keys[TAKES_PART], i) < world.takes_part[i] else 0
    if rules.baseline_per_day > 0.0:
        undecided = 0
        for v in range(world.n_people):
            if state.people[v]["status"] == UNDECIDED:
                undecided += 1
        if undecided > 0:
            state.background[0] = min(1.0, rules.baseline_per_day / undecided)
            if not (world.complete and talks_until_it_works(world)):
                _start_clocks(world, state)


@inner_kernel
def _start_person(world, state, tally, v):
    rules = world.rules
    person, segment = state.people[v], world.segment[v]
    root = ROOT_SEEDING * ROOT_WIDTH
    touch(state, v)
    becomes_aware(world, state, tally, 0, v, 0.0)
    person["flags"] |= STARTER
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
    person["root"] = root
    set_customer(world, state, tally, 0, v, dissatisfied)
    if not was_customer:
        changes(world, state, v)
    will_talk(state, v, 0.0, ROLE_BAD if dissatisfied else ROLE_GOOD, root)


@inner_kernel
def _start_clocks(world, state):
    per_day = state.background[0]
    n_steps = float(state.bucket.shape[0])
    mean = 0.0 if per_day >= 1.0 else -1.0 / (math.log1p(-per_day) * world.rules.step_days)
    rings = 1.0 if mean == 0.0 else -math.expm1(-n_steps / mean)
    root = ROOT_BACKGROUND * ROOT_WIDTH
    for v in range(world.n_people):
        u = uniform_at(state.keys[BACKGROUND], v)
        if u < rings and state.people[v]["status"] == UNDECIDED:
            schedule(state, 0, 0, exponential(mean, u), BACKGROUND_CLOCK, v, -1, 0, 0, root)


@inner_kernel
def start_claims(world, state, tally, step):
    """Let the people who post a claim believe and show it, in the step of its start."""
    for claim in range(world.claims.shape[0]):
        facts = world.claims[claim]
        if step_of(facts["start"], 0) != step:
            continue
        key = word(state.keys[CLAIM_STARTERS], claim)
        found, draw = 0, 0
        while found < facts["n_starters"]:
            v = below(key, draw, world.n_people)
            draw += 1
            if state.belief[v, claim] == UNHEARD:
                becomes_aware(world, state, tally, step, v, facts["start"])
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
        facts = world.items[item]
        views, delays = word(state.keys[POST_VIEW], p), word(state.keys[POST_DELAY], p)
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
            joins_first_audience(world, state, tally, step, v)
            if u < seen:
                schedule(state, step, step, at, VIEW_POST, v, -1, p, item, post["root"])


@inner_kernel
def show_advertisements(world, state, tally, step):
    """Deliver the paid impressions of this step."""
    for item in range(world.items.shape[0]):
        facts = world.items[item]
        j, n = state.cursor[item], facts["n_impressions"]
        if j == n or facts["start"] >= step + 1:
            continue
        start, length, first, cap = facts["start"], facts["length"], facts["first_target"], facts["cap"]
        targets, views = word(state.keys[PAID_TARGET], item), word(state.keys[PAID_VIEW], item)
        root = ROOT_PAID * ROOT_WIDTH + item
        while j < n:
            at = start + (j + 0.5) / n * length
            if at >= step + 1:
                break
            place = below(targets, j, facts["n_targets"])
            v = place if first < 0 else np.int64(world.targets[first + place])
            if cap == 0 or _below_cap(state, v, item, np.int64((at - start) / facts["week"]), cap):
                shown(world, tally, step, v, item)
                joins_first_audience(world, state, tally, step, v)
                if uniform_at(views, j) < facts["seen"]:
                    schedule(state, step, step, at, VIEW_AD, v, -1, j, item, root)
            else:
                count(tally, world.segment[v], N_CAPPED, step, 1)
            j += 1
        state.cursor[item] = j


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
