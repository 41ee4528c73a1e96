"""What happens to customers later on: they come to buy again, leave, are answered; see docs/business.md, 1 and 2."""

from __future__ import annotations

import numpy as np

from .._jit import inner_kernel
from ..rng import uniform_at, word
from .codes import (
    AGAIN_ANNUAL,
    ANSWER_DUE,
    ANSWERED,
    CHURN_DUE,
    COMES_AGAIN,
    COMPLAINT,
    DISSATISFIED,
    FROM_DAY0,
    HAS_BOUGHT,
    LATER,
    LOG_ANSWERED,
    LOG_BOUGHT_AGAIN,
    LOG_LEFT_FOR_GOOD,
    LOST,
    LOYAL,
    MAY_ASK,
    N_ANSWERED,
    N_CHURNED,
    N_DISSATISFIED,
    N_LOYAL,
    N_PURCHASE_NUMBERS,
    N_RECOVERED,
    N_SATISFIED,
    N_SPELLS,
    N_TALK_NUMBERS,
    NEW_SPELL,
    ROLE_BAD,
    ROLE_GOOD,
    TALK_LISTENERS,
    TALKS,
)
from .content import damage_of
from .counting import count, note
from .customers import count_purchase, is_customer, leaving_factor, plan_leaving, plan_repeat
from .deciding import end_customer, set_customer
from .dialogue import raises, speaks_again, will_lapse
from .draws import CHURN, LEAVES_FOR_GOOD, REPEAT_BUYS, SATISFIED_AGAIN
from .events import follows


@inner_kernel
def follow_up(world, state, tally, step, v, event):
    """Begin what follows a person's step, but for talk; return the part of her role's tells she makes.

    Everything is here, not where it comes from: the compiler meets it once.
    """
    time, dissatisfied, talk = event["time"], event["kind"] == ROLE_BAD, np.int64(event["item"])
    n, rest = event["place"] % N_PURCHASE_NUMBERS, event["place"] // N_PURCHASE_NUMBERS
    spell, what = rest % N_SPELLS, rest // N_SPELLS
    in_full, bought = what & LATER == 0, what & HAS_BOUGHT != 0
    if bought:
        count_purchase(world, state, tally, step, v, time, not in_full)
    if world.life.dialogue and (what & MAY_ASK != 0 or (bought and dissatisfied)):
        in_full = raises(world, state, tally, step, v, time, n, bought) or in_full
    if what & COMES_AGAIN != 0:
        plan_repeat(world, state, step, v, time, (n + 1) % N_PURCHASE_NUMBERS, what & FROM_DAY0 != 0)
    if what & NEW_SPELL != 0:
        plan_leaving(world, state, step, v, time, spell, dissatisfied)
    if what & TALKS == 0:
        return 0.0
    if bought and dissatisfied:
        speaks_again(state, v, talk)
    return 1.0 if in_full else world.life.tells_again


@inner_kernel
def live_on(world, state, tally, step, v, event):
    """Handle an event of a customer's life: she comes to buy again, her clock of leaving rings, or she is answered."""
    person, segment, time, kind = state.people[v], world.segment[v], event["time"], event["kind"]
    n, was_dissatisfied = np.int64(person["n"]), person["status"] == DISSATISFIED
    dissatisfied, what, line, how, matter = was_dissatisfied, 0, 0, 0, 0
    if kind == ANSWER_DUE:
        line, matter = LOG_ANSWERED, event["place"]
        count(tally, segment, N_ANSWERED, step, 1)
        if _helps(state, v, event):
            how = 1
            if matter >= COMPLAINT:
                dissatisfied = False
                count(tally, segment, N_RECOVERED, step, 1)
                will_lapse(state, v, np.int64(event["source"]) % N_TALK_NUMBERS)
            else:
                person["flags"] |= ANSWERED
    elif not is_customer(state, v) or (kind == CHURN_DUE and person["spell"] != event["place"]):
        return
    elif _leaves(world, state, v, event, n):
        line = LOG_LEFT_FOR_GOOD
        end_customer(world, state, tally, step, v, LOST)
        count(tally, segment, N_CHURNED, step, 1)
    elif kind == CHURN_DUE:
        what = NEW_SPELL
    else:
        person["n"] = (n + 1) % N_PURCHASE_NUMBERS
        what = COMES_AGAIN | LATER
        if uniform_at(word(state.keys[REPEAT_BUYS], n), v) >= damage_of(world, state, v, 0):
            line = LOG_BOUGHT_AGAIN
            what |= HAS_BOUGHT | (TALKS if world.rules.talk == TALK_LISTENERS else 0)
            if person["flags"] & LOYAL == 0:
                person["flags"] |= LOYAL
                count(tally, segment, N_LOYAL, step, 1)
            draw = uniform_at(word(state.keys[SATISFIED_AGAIN], n % N_TALK_NUMBERS), v)
            dissatisfied = draw < world.rules.dissatisfied
            how = 1 if dissatisfied else 0
    if line != 0:
        note(tally, time, step, v, -1, line, how, matter)
    if dissatisfied != was_dissatisfied:
        count(tally, segment, N_SATISFIED if dissatisfied else N_DISSATISFIED, step, -1)
        set_customer(world, state, tally, step, v, dissatisfied)
        what |= NEW_SPELL
    if what & NEW_SPELL != 0:
        person["spell"] = (np.int64(person["spell"]) + 1) % N_SPELLS
    if what != 0:
        role, spell = ROLE_BAD if dissatisfied else ROLE_GOOD, np.int64(person["spell"])
        follows(state, v, time, role, np.int64(person["root"]), n, spell, what)


@inner_kernel
def _helps(state, v, event):
    """Say whether an answer works; of a complaint, only while nothing was bought after what it was about."""
    if event["place"] >= COMPLAINT:
        person, n = state.people[v], np.int64(event["source"])
        if person["status"] != DISSATISFIED or person["n"] != (n + 1) % N_PURCHASE_NUMBERS:
            return False
    return event["root"] != 0


@inner_kernel
def _leaves(world, state, v, event, n):
    """Say whether a customer leaves whose clock rings, or who is to renew with purchase n."""
    life, draw, number, chance = world.life, LEAVES_FOR_GOOD, event["place"], 1.0
    if event["kind"] != CHURN_DUE:
        draw, number, chance = CHURN, n, 0.0
        if life.again == AGAIN_ANNUAL:
            chance = life.churn_dissatisfied if state.people[v]["status"] == DISSATISFIED else life.churn
    if chance <= 0.0:
        return False
    chance *= leaving_factor(world, state, v, event["time"])
    return uniform_at(word(state.keys[draw], number), v) < chance
