"""One person's step: all that happens to her, in order, and then her decision."""

from __future__ import annotations

import numpy as np

from .._jit import inner_kernel, merged_kernel
from ..rng import uniform_at, word
from .belief import view_answer, view_claim
from .codes import (
    BACKGROUND_CLOCK,
    BAD_TELLING,
    BAD_TELLING_REJECTER,
    BY_BACKGROUND,
    BY_EARNED,
    DISSATISFIED,
    DOING,
    GOOD_TELLING,
    N_NEGATIVE_TELLS,
    N_POSITIVE_TELLS,
    N_VISITS_BACKGROUND,
    N_VISITS_EARNED,
    PURCHASE_DUE,
    RELAPSE_DUE,
    ROLE_BAD,
    ROLE_GOOD,
    ROLE_REJECTER,
    ROOT_BACKGROUND,
    ROOT_WIDTH,
    SATISFIED,
    STEP_N,
    TALK_ONE_SHOT,
    UNDECIDED,
    VIEW_CLAIM,
    VIEW_SHARE,
)
from .content import ADOPTION, VISIT, damage_of, view, visit_wins
from .deciding import adopt, buy, conflict_draw, good_wins, leave, log_missed, reject, relapse
from .draws import BUY_DELAY, LEAVES, THINNED
from .events import believes, count, exponential, free_event, note, schedule, sort_chain, told
from .persuading import bad_chance, base_coin, good_chance, persuasion_draw, talks_until_it_works, telling_key


@merged_kernel
def handle_people(world, state, tally, step):
    """Handle everybody to whom something happens in this step."""
    for i in range(state.numbers[STEP_N]):
        if state.halt[0] == 1:
            return
        handle_person(world, state, tally, step, np.int64(state.step_people[i]))


@inner_kernel
def handle_person(world, state, tally, step, v):
    """Handle a person's events in order of time, then let an undecided person decide."""
    events = state.events
    person = state.people[v]
    link = sort_chain(events, np.int64(person["head"]))
    person["head"] = 0
    undecided = not world.rules.habit and person["status"] == UNDECIDED
    n_good, n_bad, missed_good, missed_bad = 0, 0, 0.0, 0.0
    good_time, good_exposure, good_root, good_item, good_source = 0.0, 0, 0, -1, -1
    bad_time, bad_root, bad_source = 0.0, 0, -1
    while link != 0:
        e = link - 1
        event = events[e]
        link = np.int64(event["next"])
        kind, time, source, root = event["kind"], event["time"], np.int64(event["source"]), np.int64(event["root"])
        chance, won, exposure, item = -1.0, False, 0, -1
        if kind <= VIEW_SHARE:
            outcome, exposure, chance = view(world, state, tally, step, v, event)
            item = np.int64(event["item"])
            if outcome == ADOPTION and person["status"] != DOING:
                adopt(world, state, tally, step, v, time, root, source)
            if outcome == VISIT and undecided:
                chance *= 1.0 - damage_of(world, state, v)
                won = visit_wins(state, v, item, chance)
                mean = world.rules.mean_buy_delay
                if won and mean > 0.0:
                    at = time + exponential(mean, uniform_at(word(state.keys[BUY_DELAY], item), v))
                    schedule(state, -1, step + 1, at, PURCHASE_DUE, v, source, exposure, item, root)
                    chance = -1.0
            else:
                chance = -1.0
        elif kind == GOOD_TELLING:
            told(world, state, tally, step, v, time)
            count(tally, world.segment[v], N_POSITIVE_TELLS, step, 1)
            note(tally, time, step, v, source, kind, 0, root)
            if undecided:
                chance = good_chance(world, state, source, v, damage_of(world, state, v))
                won = _telling_works(world, state, ROLE_GOOD, source, event["place"], chance)
                exposure = BY_EARNED
        elif kind in (BAD_TELLING, BAD_TELLING_REJECTER):
            told(world, state, tally, step, v, time)
            count(tally, world.segment[v], N_NEGATIVE_TELLS, step, 1)
            note(tally, time, step, v, source, kind, 0, root)
            role = ROLE_BAD if kind == BAD_TELLING else ROLE_REJECTER
            against = bad_chance(world, source, v)
            if undecided:
                missed_bad += log_missed(against)
                if _telling_works(world, state, role, source, event["place"], against):
                    if n_bad == 0:
                        bad_time, bad_root, bad_source = time, root, source
                    n_bad += 1
            elif person["status"] in (SATISFIED, DISSATISFIED):
                draw = uniform_at(telling_key(world, state, LEAVES, role, source), event["place"])
                if draw < against * world.rules.customer_negative:
                    leave(world, state, tally, step, v, time, root, source, True)
        elif kind == VIEW_CLAIM:
            claim = np.int64(event["item"])
            if believes(state, source, claim):
                view_claim(world, state, tally, step, v, claim, time, source)
        elif kind == BACKGROUND_CLOCK:
            if world.rules.habit:
                if person["status"] != DOING:
                    adopt(world, state, tally, step, v, time, root, source)
            elif undecided:
                chance = 1.0 - damage_of(world, state, v)
                won = uniform_at(state.keys[THINNED], v) < chance
                exposure, root = BY_BACKGROUND, ROOT_BACKGROUND * ROOT_WIDTH
                if won:
                    count(tally, world.segment[v], N_VISITS_BACKGROUND, step, 1)
        elif kind == PURCHASE_DUE:
            if undecided:
                chance, won, exposure, item = 1.0, True, np.int64(event["place"]), np.int64(event["item"])
        elif kind == RELAPSE_DUE:
            if person["status"] == DOING:
                relapse(world, state, tally, step, v, time)
        else:
            view_answer(world, state, tally, step, v, np.int64(event["item"]), time, source)
        if chance >= 0.0:
            missed_good += log_missed(chance)
            if won:
                if n_good == 0:
                    good_time, good_exposure, good_root = time, exposure, root
                    good_item, good_source = item, source
                n_good += 1
        free_event(state, e)
    if n_good == 0 and n_bad == 0:
        return
    buys = n_good > 0
    if n_good > 0 and n_bad > 0:
        rule, u = world.rules.conflict, conflict_draw(state, v)
        buys = good_wins(rule, u, n_good, n_bad, missed_good, missed_bad)
    if buys:
        if good_exposure == BY_EARNED and good_item < 0:
            count(tally, world.segment[v], N_VISITS_EARNED, step, 1)
        buy(world, state, tally, step, v, good_time, good_exposure, good_root, good_item, good_source)
    else:
        reject(world, state, tally, step, v, bad_time, bad_root, bad_source)


@inner_kernel
def _telling_works(world, state, role, u, place, chance):
    if talks_until_it_works(world):
        return True
    if world.rules.talk == TALK_ONE_SHOT:
        return base_coin(state, place, chance)
    return persuasion_draw(world, state, role, u, place) < chance
