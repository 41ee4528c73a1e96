"""Replicas of the campaign model, one after another, step by step."""

from __future__ import annotations

from .._jit import inner_kernel, kernel
from .._pack import pack
from ..rng import set_lane_keys, uniform_at, word
from .belief import settle_corrections
from .codes import (
    AT_HORIZON,
    AWARE,
    FULL,
    HALTED,
    N_RECALLS,
    POOL_FULL,
    RULE_NONE,
    STEP_N,
    TALK_CONTACTS,
    TIES_N,
    TOUCHED_N,
)
from .company import join_company, tell_contacts
from .contacts import make_contacts
from .counting import count
from .customers import count_worth
from .dialogue import settle_recoveries, take_up_matters
from .draws import ANSWER_COIN, CLAIM_COIN, ITEM_COIN, N_DRAWS, RECALL
from .events import open_step, touched_person
from .mixing import mix, talkers_come_and_go
from .opening import publish_posts, show_advertisements, start_answers, start_claims, start_run
from .people import handle_people
from .persuading import talks_until_it_works
from .tables import CampaignOut, Keys, State, Tally, World
from .talking import start_talks
from .trees import measure_trees


def run_chunk(world: World, keys: Keys, state: State, out: CampaignOut) -> None:
    """Run the replicas of a chunk one after another, from beginning to end; see `run_part`."""
    run_part(world, keys, 0, keys.own.shape[0], 0, state.bucket.shape[0], state, out)


@kernel
def run_part(world, keys, first, last, step_from, step_to, state, out):
    """Run the replicas `first` .. `last` - 1 of a chunk one after another, from one step up to another.

    Parameters
    ----------
    world : World         the same in all replicas
    keys : Keys           one entry a replica
    step_from : 0, or where a part of the one replica `first` ended in this same memory; the world may have changed
    step_to : the run's last step plus one, or less for a part of one replica
    state : State         memory of this thread; clean before and, after the last step, behind
    out : CampaignOut     comes in all zero

    A replica that needs more events than the pool holds, and all after it, have the stop code POOL_FULL: they are to
    be run again with a larger pool, which changes nothing.
    """
    everything, memory = pack(world), pack(state)
    for r in range(first, last):
        _run_once(everything, keys, r, step_from, step_to, memory, out)
        if out.stop[r] != AT_HORIZON:
            return


@inner_kernel
def _run_once(world, keys, r, step_from, step_to, state, out):
    if step_from == 0:
        set_keys(keys, r, world, state)
    counts, items, series, trees, creators = out.counts[r], out.items[r], out.series[r], out.trees[r], out.creators[r]
    amounts, brands = out.amounts[r], out.brands[r]
    tally = pack(Tally(counts, items, series, trees, creators, brands, out.log, out.log_n, amounts))
    advance(world, state, tally, step_from, step_to)
    out.stop[r] = AT_HORIZON
    if state.halt[0] == 1:
        out.stop[r] = HALTED
    elif state.numbers[FULL] == 1:
        for later in range(r, out.stop.shape[0]):
            out.stop[later] = POOL_FULL
    elif step_to < state.bucket.shape[0]:
        return
    else:
        count_recalls(world, state, tally)
        count_worth(world, state, tally)
        out.ties[r] = state.numbers[TIES_N]
    measure_trees(state, tally.trees)
    clear(state)


@inner_kernel
def advance(world, state, tally, step_from, step_to):
    """Run the steps from `step_from` up to `step_to`, or until the pool is full or the run is halted."""
    mixed = world.complete and talks_until_it_works(world)
    for step in range(step_from, step_to):
        state.numbers[STEP_N] = 0
        n_rose = 0
        if step == 0:
            start_run(world, state, tally)
        elif world.rules.company != RULE_NONE:
            n_rose = tell_contacts(world, state)
        # One round for each contact made alone, a last one for all else: a second place where people are handled would
        # be compiled once more.
        contact_alone = step > 0 and world.rules.talk == TALK_CONTACTS
        while True:
            contact_alone = contact_alone and make_contacts(world, state, step)
            if not contact_alone:
                start_claims(world, state, tally, step)
                start_answers(world, state, step)
                publish_posts(world, state, tally, step)
                show_advertisements(world, state, tally, step)
                join_company(world, state, tally, step, n_rose)
                if mixed:
                    talkers_come_and_go(state, step)
                    mix(world, state, tally, step)
                open_step(state, step)
            handle_people(world, state, tally, step)
            settle_recoveries(state)
            start_talks(world, state, tally, step)
            if not contact_alone:
                take_up_matters(world, state, tally, step)
            settle_corrections(world, state)
            if state.numbers[FULL] == 1 or state.halt[0] == 1:
                return
            if not contact_alone:
                break
            state.numbers[STEP_N] = 0


@inner_kernel
def set_keys(keys, r, world, state):
    """Prepare every key of replica number r of the chunk."""
    own = keys.own[r]
    for d in range(N_DRAWS):
        state.keys[d] = word(own, d)
    state.keys[N_DRAWS] = keys.choice[r]
    block, lane = keys.block[r], keys.lane[r]
    state.lane[0] = lane
    items, claims = world.items, world.claims
    n_items, n_claims, n_answers = items.shape[0], claims.shape[0], world.answers.shape[0]
    set_lane_keys(block, lane, state.coins[0])
    for c in range(n_items):
        number = items[c]["number"]
        set_lane_keys(block if number == 0 else word(block, ITEM_COIN + number), lane, state.coins[1 + c])
    for c in range(n_claims):
        set_lane_keys(word(block, CLAIM_COIN + claims[c]["number"]), lane, state.coins[1 + n_items + c])
    for a in range(n_answers):
        set_lane_keys(word(block, ANSWER_COIN + a), lane, state.coins[1 + n_items + n_claims + a])


@inner_kernel
def count_recalls(world, state, tally):
    """Count those who are aware at the end and have not forgotten."""
    n_steps = state.bucket.shape[0]
    for i in range(state.numbers[TOUCHED_N]):
        v = touched_person(state, i)
        person = state.people[v]
        if person["flags"] & AWARE != 0:
            kept = 2.0 ** (-(n_steps - person["last_exposure"]) / world.rules.recall_half_life)
            if uniform_at(state.keys[RECALL], v) < kept:
                count(tally, world.segment[v], N_RECALLS, n_steps - 1, 1)


@inner_kernel
def clear(state):
    """Make the memory clean again, at the cost of the people touched."""
    people, numbers = state.people, state.numbers
    for i in range(numbers[TOUCHED_N]):
        v = touched_person(state, i)
        person = people[v]
        person["last_exposure"] = 0.0
        person["head"] = 0
        person["company"] = 0
        person["root"] = 0
        person["status"] = 0
        person["flags"] = 0
        person["n"] = 0
        person["spell"] = 0
        if state.recovered.shape[0] > 0:
            state.recovered[v] = 0
        if state.engaged_at.shape[0] > 0:
            state.engaged_at[v] = 0.0
        if state.renewal.shape[0] > 0:
            state.renewal[v] = 0.0
        for c in range(state.views.shape[1]):
            state.views[v, c] = 0
        if state.capped.shape[0] > 0:
            for c in range(state.capped.shape[1]):
                state.capped[v, c] = 0
                state.capped_week[v, c] = 0
        for c in range(state.belief.shape[1]):
            state.belief[v, c] = 0
        for c in range(state.answered.shape[1]):
            state.answered[v, c] = 0
        if state.first_source.shape[0] > 0:
            state.first_source[v] = 0
        if state.rival.shape[0] > 0:
            state.rival[v] = 0
            state.shuns[v] = 0
    for i in range(numbers.shape[0]):
        numbers[i] = 0
    for i in range(state.bucket.shape[0]):
        state.bucket[i] = 0
    for i in range(state.cursor.shape[0]):
        state.cursor[i] = 0
    for i in range(state.answer_cursor.shape[0]):
        state.answer_cursor[i] = 0
    for i in range(state.talkers.shape[0]):
        for kind in range(state.talkers.shape[1]):
            state.talkers[i, kind] = 0
    for i in range(state.background.shape[0]):
        state.background[i] = 0.0
