"""One person's step: all that happens to her, in order, and then her decision."""

from __future__ import annotations

import numpy as np

from .._jit import inner_kernel
from ..rng import uniform_at, word
from ..wide import prefetch
from .belief import believes, view_answer, view_claim
from .brands import RIVAL_ROOT, switch_factor
from .choosing import decide, forget_met
from .codes import (
    BACKGROUND_CLOCK,
    BAD_TELLING,
    BAD_TELLING_REJECTER,
    BY_BACKGROUND,
    BY_EARNED,
    DOING,
    GOOD_TELLING,
    N_NEGATIVE_TELLS,
    N_POSITIVE_TELLS,
    N_ROLES,
    N_VISITS_BACKGROUND,
    PURCHASE_DUE,
    RELAPSE_DUE,
    REPEAT_DUE,
    RIVALS_WON,
    ROLE_BAD,
    ROLE_GOOD,
    ROLE_REJECTER,
    ROOT_BACKGROUND,
    ROOT_WIDTH,
    STEP_N,
    TALK_ONE_SHOT,
    UNDECIDED,
    VIEW_CLAIM,
    VIEW_SHARE,
)
from .content import ADOPTION, NOTHING, VISIT, damage_of, view, visit_wins
from .counting import count, note, told
from .customers import is_customer
from .deciding import adopt, leave, log_missed, relapse
from .dialogue import has_lapsed
from .draws import BUY_DELAY, LEAVES, THINNED
from .events import exponential, free_event, schedule, sort_chain
from .living import live_on
from .persuading import (
    bad_chance,
    base_coin,
    favoured,
    good_chance,
    persuasion_draw,
    talks_until_it_works,
    telling_key,
)
from .rivals import meet_rival

_SOON, _LATER = 6, 16
"""How many people ahead the first event of one, and the memory of another, are asked for."""


@inner_kernel
def handle_people(world, state, tally, step):
    """Handle everybody to whom something happens in this step."""
    n = state.numbers[STEP_N]
    for i in range(n):
        if state.halt[0] == 1:
            return
        _ask_for(world, state, min(i + _SOON, n - 1), min(i + _LATER, n - 1))
        handle_person(world, state, tally, step, np.int64(state.step_people[i]))


@inner_kernel
def _ask_for(world, state, soon, later):
    """Ask the memory for what two of the step's next people need: people stand there in no order."""
    people, step_people = state.people, state.step_people
    prefetch(people, np.int64(step_people[later]))
    v = np.int64(step_people[soon])
    prefetch(state.events, np.int64(people[v]["head"]) - 1)
    prefetch(world.segment, v)
    prefetch(state.views, v * state.views.shape[1])


@inner_kernel
def handle_person(world, state, tally, step, v):
    """Handle a person's events in order of time, then let an undecided person decide."""
    events = state.events
    person = state.people[v]
    link = sort_chain(events, np.int64(person["head"]))
    person["head"] = 0
    undecided = not world.rules.habit and person["status"] == UNDECIDED
    rivals = world.brands.shape[0] > 0
    if rivals:
        forget_met(state)
    n_good, n_bad, missed_good, missed_bad = 0, 0, 0.0, 0.0
    good_time, good_exposure, good_root, good_item, good_source = 0.0, 0, 0, -1, -1
    bad_time, bad_root, bad_source = 0.0, 0, -1
    while link != 0:
        e = link - 1
        event = events[e]
        link = np.int64(event["next"])
        kind, time, source, root = event["kind"], event["time"], np.int64(event["source"]), np.int64(event["root"])
        chance, won, exposure, item = -1.0, False, 0, -1
        if kind == BAD_TELLING and root < RIVAL_ROOT and has_lapsed(state, source, event["item"]):
            free_event(state, e)
            continue
        outcome, to_buy = NOTHING, 0.0
        if kind <= VIEW_SHARE:
            outcome, exposure, to_buy = view(world, state, tally, step, v, event)
        if rivals and root >= RIVAL_ROOT:
            meet_rival(world, state, tally, step, v, event, outcome, exposure, to_buy)
        elif kind <= VIEW_SHARE:
            item = np.int64(event["item"])
            if outcome == ADOPTION and person["status"] != DOING:
                adopt(world, state, tally, step, v, time, root, source)
            if outcome == VISIT and undecided:
                chance = favoured(world, state, v, to_buy * (1.0 - damage_of(world, state, v, 0)))
                chance *= switch_factor(world, state, v)
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
                chance = good_chance(world, state, source, v, damage_of(world, state, v, 0))
                chance *= switch_factor(world, state, v)
                won = _telling_works(
                    world, state, ROLE_GOOD + N_ROLES * np.int64(event["item"]), source, event["place"], chance
                )
                exposure = BY_EARNED
        elif kind in (BAD_TELLING, BAD_TELLING_REJECTER):
            told(world, state, tally, step, v, time)
            count(tally, world.segment[v], N_NEGATIVE_TELLS, step, 1)
            note(tally, time, step, v, source, kind, 0, root)
            role = (ROLE_BAD if kind == BAD_TELLING else ROLE_REJECTER) + N_ROLES * np.int64(event["item"])
            against = bad_chance(world, source, v)
            if undecided:
                missed_bad += log_missed(against)
                if _telling_works(world, state, role, source, event["place"], against):
                    if n_bad == 0:
                        bad_time, bad_root, bad_source = time, root, source
                    n_bad += 1
            elif is_customer(state, v):
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
                chance = favoured(world, state, v, 1.0 - damage_of(world, state, v, 0))
                chance *= switch_factor(world, state, v)
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
        elif kind >= REPEAT_DUE:
            live_on(world, state, tally, step, v, event)
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
    if n_good == 0 and n_bad == 0 and state.numbers[RIVALS_WON] == 0:
        return
    own = state.met[0]
    own["n_good"], own["n_bad"], own["missed_good"], own["missed_bad"] = n_good, n_bad, missed_good, missed_bad
    own["good_time"], own["good_exposure"], own["good_root"] = good_time, good_exposure, good_root
    own["good_item"], own["good_source"] = good_item, good_source
    own["bad_time"], own["bad_root"], own["bad_source"] = bad_time, bad_root, bad_source
    decide(world, state, tally, step, v)


@inner_kernel
def _telling_works(world, state, role, u, place, chance):
    if talks_until_it_works(world):
        return True
    if world.rules.talk == TALK_ONE_SHOT:
        return base_coin(state, place, chance)
    return persuasion_draw(world, state, role, u, place) < chance
