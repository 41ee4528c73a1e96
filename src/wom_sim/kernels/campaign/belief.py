"""Claims and answers: who believes, who passes it on, who is corrected, inoculated or alerted."""

from __future__ import annotations

from .._jit import inner_kernel
from ..rng import coin_passes, uniform_at, word
from .brands import B_BELIEVERS_EVER, leave_rival
from .codes import (
    ABOUT_CLAIM,
    BELIEVER,
    CORRECTED,
    INOCULATED,
    LOG_ALERTED,
    LOG_BELIEVED,
    LOG_CORRECTED,
    LOG_INOCULATED,
    N_BELIEVERS,
    N_BELIEVERS_EVER,
    N_CORRECTED,
    N_INOCULATED,
    PENDING,
    PENDING_N,
    ROOT_CRISIS,
    ROOT_WIDTH,
    STEP_N,
    UNBELIEVING,
    UNHEARD,
    VIEW_ANSWER,
    VIEW_CLAIM,
)
from .counting import becomes_aware, count, note, ties_of
from .customers import is_customer, may_ask
from .deciding import leave
from .draws import (
    ALERT,
    ANSWER_SHARE_DELAY,
    ANSWER_SHARED,
    BELIEVE,
    CLAIM_DELAY,
    EFFECT,
    INOCULATE,
    LOSS,
    PASS_ON,
)
from .events import exponential, schedule
from .persuading import threshold_of


@inner_kernel
def view_claim(world, state, tally, step, v, claim, time, source):
    """Handle a view of a claim; only the first can convince."""
    if world.claims[claim]["brand"] == 0:
        becomes_aware(world, state, tally, step, v, time)
    if state.belief[v, claim] != UNHEARD:
        return
    if uniform_at(word(state.keys[BELIEVE], world.claims[claim]["number"]), v) < world.claims[claim]["believe"]:
        believe(world, state, tally, step, v, claim, time, source, False)
    else:
        state.belief[v, claim] = UNBELIEVING


@inner_kernel
def believe(world, state, tally, step, v, claim, time, source, posts):
    """The person believes the claim; one who `posts` it shows it for sure, others pass it on by chance."""
    facts, segment = world.claims[claim], world.segment[v]
    number = facts["number"]
    state.belief[v, claim] = BELIEVER
    note(tally, time, step, v, source, LOG_BELIEVED, claim, 0)
    if facts["brand"] > 0:
        _believe_of_rival(world, state, tally, step, v, claim, time, source)
    else:
        count(tally, segment, N_BELIEVERS_EVER, step, 1)
        count(tally, segment, N_BELIEVERS, step, 1)
        if not posts:
            may_ask(world, state, v, time, ABOUT_CLAIM + claim)
        customer = not world.rules.habit and is_customer(state, v)
        if customer and uniform_at(word(state.keys[LOSS], number), v) < facts["loss"]:
            leave(world, state, tally, step, v, time, ROOT_CRISIS * ROOT_WIDTH + claim, source, False)
    if posts or uniform_at(word(state.keys[PASS_ON], number), v) < facts["pass_on"]:
        delays = word(state.keys[CLAIM_DELAY], number)
        coin = 1 + world.items.shape[0] + claim
        _show(world, state, step, v, time, VIEW_CLAIM, claim, facts["seen"], facts["mean_delay"], delays, coin)


@inner_kernel
def _believe_of_rival(world, state, tally, step, v, claim, time, source):
    facts = world.claims[claim]
    tally.brands[facts["brand"], B_BELIEVERS_EVER] += 1
    if state.rival[v] == facts["brand"] and uniform_at(word(state.keys[LOSS], facts["number"]), v) < facts["loss"]:
        leave_rival(state, tally, step, v, time, source, False)


@inner_kernel
def _show(world, state, step, u, time, kind, number, seen, mean_delay, delays, coin):
    if world.complete:
        return
    coins, lane, below = state.coins[coin], state.lane[0], threshold_of(seen)
    first, last = ties_of(world, state, u)
    for e in range(first, last):
        if coin_passes(coins, lane, e, below):
            at = time + exponential(mean_delay, uniform_at(delays, e))
            schedule(state, -1, step + 1, at, kind, world.indices[e], u, e, number, 0)


@inner_kernel
def view_answer(world, state, tally, step, v, answer, time, source):
    """Handle a view of an answer; only the first view of each answer counts."""
    if state.answered[v, answer] != 0:
        return
    state.answered[v, answer] = 1
    facts = world.answers[answer]
    claim = facts["claim"]
    belief = state.belief[v, claim]
    segment, person = world.segment[v], state.people[v]
    person["last_exposure"] = max(person["last_exposure"], time)
    if belief != UNHEARD:
        becomes_aware(world, state, tally, step, v, time)
    if belief == BELIEVER:
        if uniform_at(word(state.keys[EFFECT], answer), v) < facts["effect"]:
            state.belief[v, claim] = PENDING + answer
            state.numbers[PENDING_N] += 1
            count(tally, segment, N_BELIEVERS, step, -1)
            count(tally, segment, N_CORRECTED, step, 1)
            note(tally, time, step, v, source, LOG_CORRECTED, answer, 0)
            if uniform_at(word(state.keys[ANSWER_SHARED], answer), v) < facts["shared"]:
                delays = word(state.keys[ANSWER_SHARE_DELAY], answer)
                coin = 1 + world.items.shape[0] + world.claims.shape[0] + answer
                about = world.claims[claim]
                _show(
                    world, state, step, v, time, VIEW_ANSWER, answer, about["seen"], about["mean_delay"], delays, coin
                )
    elif belief == UNHEARD:
        if uniform_at(word(state.keys[INOCULATE], answer), v) < facts["inoculate"]:
            state.belief[v, claim] = INOCULATED
            count(tally, segment, N_INOCULATED, step, 1)
            note(tally, time, step, v, source, LOG_INOCULATED, answer, 0)
        elif uniform_at(word(state.keys[ALERT], answer), v) < facts["alert"]:
            note(tally, time, step, v, source, LOG_ALERTED, answer, 0)
            view_claim(world, state, tally, step, v, claim, time, source)


@inner_kernel
def settle_corrections(world, state):
    """Let the corrections of this step take effect, now that all its people have been handled."""
    if state.numbers[PENDING_N] == 0:
        return
    for i in range(state.numbers[STEP_N]):
        v = state.step_people[i]
        for claim in range(world.claims.shape[0]):
            belief = state.belief[v, claim]
            if belief >= PENDING:
                state.belief[v, claim] = belief - PENDING + CORRECTED
    state.numbers[PENDING_N] = 0


@inner_kernel
def believes(state, u, claim):
    """Say whether a person believes a claim; a correction of this step takes effect after it."""
    belief = state.belief[u, claim]
    return belief == BELIEVER or belief >= PENDING
