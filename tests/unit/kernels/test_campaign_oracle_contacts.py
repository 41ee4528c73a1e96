"""The campaign's oracle of talk by contacts where the answer is known without it."""

import datetime
from fractions import Fraction
from random import Random

import numpy as np
import pytest

from campaign_case import START, Case
from campaign_cases import draw_contact_case
from kernel_runner import store
from oracles.campaign_people import SATISFIED, UNDECIDED
from wom_sim.durations import Duration
from wom_sim.graph.csr import complete_graph
from wom_sim.models.campaign import Campaign, Crisis, Limits, Starting, WordOfMouth

CLOCKS = ["gillespie", "sync"]
PATH = [(0, 1), (1, 2), (2, 3), (3, 4)]


def case_of(graph, starters, *, clock, every, stifle_prob, sure=True, days=20, **sections):
    """All are satisfied who buy, and talk; and a word that is sure always sells."""
    words = WordOfMouth(
        satisfied_talk_prob=1.0,
        dissatisfied_fraction=0.0,
        persuasion_prob=1.0 if sure else 0.0,
        telling_delay=Duration(every),
    )
    limits = Limits(talk="contacts", clock=clock, stifle_prob=stifle_prob)
    return Case(
        campaign=Campaign(word_of_mouth=words, limits=limits, **sections),
        graph=graph,
        segments=(),
        starting=Starting(start_as="satisfied"),
        starters=starters,
        days=days,
        rng_seed=1,
        replicas=range(1),
    )


def contacts_by_step(case, replica=0):
    return case.by_oracle(replica).series["positive_tells"]


def never_told(n_people):
    """How many of n people the rumour of one never reaches: number -> chance, from the chain of Maki & Thompson.

    The next contact, whoever makes it, is with each of the n - 1 others alike.
    """
    reached = {(n_people - 1, 1): Fraction(1)}
    left = {}
    while reached:
        ignorants, spreaders = max(reached)
        chance = reached.pop((ignorants, spreaders))
        if spreaders == 0:
            left[ignorants] = left.get(ignorants, 0) + chance
            continue
        tells = Fraction(ignorants, n_people - 1)
        for state, p in (((ignorants - 1, spreaders + 1), tells), ((ignorants, spreaders - 1), 1 - tells)):
            if p:
                reached[state] = reached.get(state, 0) + chance * p
    return left


def test_one_of_three_is_left_out_in_a_quarter_of_rumours():
    """The second contact stops one of the two who know, or ends it; so does the third."""
    assert never_told(3) == {1: Fraction(1, 4), 0: Fraction(3, 4)}


@pytest.mark.parametrize("n_people", [3, 8])
def test_a_rumour_leaves_out_as_many_as_maki_and_thompson_say(n_people):
    case = case_of(complete_graph(n_people), [1], clock="gillespie", every="30min", stifle_prob=1.0, days=4)
    left = [case.by_oracle(replica).status.count(UNDECIDED) for replica in range(400)]
    expected = never_told(n_people)
    mean = sum(number * chance for number, chance in expected.items())
    variance = sum(number**2 * chance for number, chance in expected.items()) - mean**2
    assert set(left) <= set(expected)
    assert abs(np.mean(left) - mean) < 4 * np.sqrt(float(variance) / 400)


@pytest.mark.parametrize("complete", [False, True])
@pytest.mark.parametrize("clock", CLOCKS)
def test_two_customers_who_meet_both_fall_silent(clock, complete):
    graph = complete_graph(2) if complete else store(2, [(0, 1), (1, 0)])
    outcome = case_of(graph, [0, 1], clock=clock, every="1d", stifle_prob=1.0, days=60).by_oracle(0)
    assert outcome.counts["positive_tells"] == [2]
    assert outcome.counts["tells_wanted"] == outcome.counts["tells_planned"] == [0]


def test_the_sure_beat_never_stops_those_whom_nothing_stops():
    case = case_of(complete_graph(2), [0, 1], clock="sync", every="1d", stifle_prob=0.0)
    assert contacts_by_step(case) == [0] + [2] * 19


def test_contacts_come_at_their_rate_in_continuous_time():
    """Every two days; those of step 0 are made up for in step 1."""
    case = case_of(store(2, [(0, 1)]), [0, 1], clock="gillespie", every="2d", stifle_prob=0.0)
    made = np.array([contacts_by_step(case, replica) for replica in range(300)])
    for numbers, mean in ((made[:, 1], 2 / 2), (made[:, 2:].sum(axis=1), 18 / 2)):
        assert abs(numbers.mean() - mean) < 4 * np.sqrt(mean / 300)


def test_contacts_come_at_their_rate_by_the_sync_clock():
    """A chance of a half in each step but the first."""
    case = case_of(store(2, [(0, 1)]), [0, 1], clock="sync", every="2d", stifle_prob=0.0)
    made = np.array([contacts_by_step(case, replica) for replica in range(300)])
    assert made[:, 1:].max() == 1
    assert abs(made[:, 1:].sum(axis=1).mean() - 19 / 2) < 4 * np.sqrt(19 / 4 / 300)


def test_by_the_sync_clock_two_who_meet_one_at_once_both_find_her_undecided():
    pair = store(3, [(0, 2), (1, 2)])
    both = case_of(pair, [0, 1], clock="sync", every="1d", stifle_prob=1.0)
    assert contacts_by_step(both)[:4] == [0, 2, 2, 0]
    in_turn = case_of(pair, [0, 1], clock="gillespie", every="1d", stifle_prob=1.0, days=60)
    assert sum(contacts_by_step(in_turn)) == 3


def test_in_continuous_time_word_walks_a_path_within_one_step():
    outcome = case_of(store(6, PATH), [0], clock="gillespie", every="10min", stifle_prob=1.0).by_oracle(0)
    assert outcome.status == [SATISFIED] * 5 + [UNDECIDED]
    assert outcome.series["purchases"][:3] == [0, 4, 0]
    # Each of the four who have somebody to tell sells to her, meets her again, and stops.
    assert outcome.counts["positive_tells"] == [8]


def test_by_the_sync_clock_word_walks_a_path_one_person_a_step():
    outcome = case_of(store(6, PATH), [0], clock="sync", every="1d", stifle_prob=1.0).by_oracle(0)
    assert outcome.series["purchases"][:6] == [0, 1, 1, 1, 1, 0]
    assert outcome.series["positive_tells"][:7] == [0, 1, 2, 2, 2, 1, 0]


@pytest.mark.parametrize("clock", CLOCKS)
def test_contacts_come_before_a_claim_of_their_step_and_who_is_lost_makes_none(clock):
    start = START + datetime.timedelta(days=3)
    crisis = Crisis(name="x", start=start, starts_with=2, share_prob=0.0, customer_loss_prob=1.0)
    every = "1d" if clock == "sync" else "1h"
    case = case_of(complete_graph(2), [0, 1], clock=clock, every=every, stifle_prob=0.0, crises=(crisis,))
    made = contacts_by_step(case)
    assert all(made[1:4])
    assert made[:1] + made[4:] == [0] * 17


@pytest.mark.parametrize("number", range(40))
def test_nothing_is_planned_and_every_conversion_has_one_exposure_and_one_root(number):
    case = draw_contact_case(Random(number))
    outcome = case.by_oracle(case.replicas.start)
    together = dict.fromkeys(("conversions_", "caused_by_"), 0)
    for name, numbers in outcome.counts.items():
        assert sum(outcome.series[name]) == sum(numbers), name
        for stem in together:
            together[stem] += sum(numbers) if name.startswith(stem) else 0
    assert together["conversions_"] == together["caused_by_"]
    assert sum(outcome.counts["tells_wanted"]) == sum(outcome.counts["tells_planned"]) == 0
    assert outcome.series["positive_tells"][0] == outcome.series["negative_tells"][0] == 0
