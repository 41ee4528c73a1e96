"""Dialogue in the campaign's oracle where the answer is known without it."""

import datetime

import pytest

from campaign_case import START
from oracles import campaign as oracle
from oracles.campaign_dialogue import places
from oracles.campaign_people import DISSATISFIED, SATISFIED, World
from wom_sim.durations import Duration
from wom_sim.graph.csr import complete_graph
from wom_sim.models.campaign import Brand, Campaign, Crisis, Dialogue, Item, Value, WordOfMouth

SURE = {"engage_prob": 1.0, "click_prob": 1.0, "seen_prob": 1.0, "half_life": Duration(0.001)}
PATIENT = Duration("1000y")
AT_ONCE = {"answered_fraction": 1.0, "answer_time": Duration("0d"), "patience": PATIENT}
UNHAPPY = {"dissatisfied_fraction": 1.0, "tells_distribution": "fixed"}


def post(name, day=0, **given):
    start = START + datetime.timedelta(days=day)
    return Item(name=name, channel="owned", start=start, follower_reach=1.0, **{**SURE, **given})


SOLD = (post("p", buy_prob=1.0),)


def run(n, talk=None, items=SOLD, days=20, replica=0, **sections):
    """All follow the brand, and engage with its posts as soon as they come."""
    talk = talk or WordOfMouth(**UNHAPPY, dissatisfied_tells=0.0)
    campaign = Campaign(content=items, brand=Brand(followers_fraction=1.0), word_of_mouth=talk, **sections)
    keys = {"rng_seed": 3, "replica": replica, "start": START, "horizon_days": days}
    outcome = oracle.run(campaign, None, (), complete_graph(n), [], **keys)
    for name, numbers in outcome.counts.items():
        assert sum(outcome.series[name]) == sum(numbers), name
    return outcome


def test_all_who_complain_and_are_answered_at_once_are_content_again():
    dialogue = Dialogue(complain_prob=1.0, question_prob=0.0, recovery_prob=1.0, **AT_ONCE)
    outcome = run(30, dialogue=dialogue)
    names = ("purchases", "complaints", "answered", "recovered", "satisfied")
    assert [outcome.counts[name] for name in names] == [[30]] * 5
    assert outcome.series["recovered"][:3] == [0, 30, 0]
    assert outcome.amounts["waited"] == [0.0]
    assert outcome.status == [SATISFIED] * 30


def test_answers_that_come_too_late_help_nobody():
    late = {"answered_fraction": 1.0, "answer_time": Duration("5d"), "patience": Duration("0.01d")}
    outcome = run(30, dialogue=Dialogue(complain_prob=1.0, question_prob=1.0, recovery_prob=1.0, **late))
    assert outcome.counts["questions"] == outcome.counts["complaints"] == [30]
    assert outcome.counts["answered"][0] > 40
    assert outcome.counts["recovered"][0] <= 1
    assert outcome.amounts["waited"][0] / outcome.counts["answered"][0] == pytest.approx(5, abs=2)


def test_half_the_answers_work_after_the_patience():
    """One answer in eight days: the first is on the eighth, seven days after the complaint."""
    dialogue = Dialogue(
        complain_prob=1.0,
        question_prob=0.0,
        recovery_prob=0.8,
        answered_fraction=1.0,
        answer_time=Duration("0d"),
        answers_per_day=1 / 8,
        patience=Duration("7d"),
    )
    outcome = run(1, days=9, dialogue=dialogue)
    assert outcome.series["answered"][7] == 1
    assert outcome.amounts["waited"][0] == pytest.approx(7, abs=0.1)
    recovered = [run(1, days=9, replica=r, dialogue=dialogue).counts["recovered"][0] for r in range(400)]
    assert abs(sum(recovered) - 400 * 0.4) < 4 * 10


@pytest.mark.parametrize(
    ("per_day", "answered"),
    [(None, [0, 5]), (1.0, [0, 2, 1, 1, 1]), (0.5, [0, 1, 0, 1, 0, 1, 0, 1, 0, 1]), (2.5, [0, 5]), (2.0, [0, 4, 1])],
)
def test_the_queue_moves_as_fast_as_it_may(per_day, answered):
    """Five complain on day 0: the first ones are answered at once, the others when the next days begin."""
    limit = {} if per_day is None else {"answers_per_day": per_day}
    dialogue = Dialogue(complain_prob=1.0, question_prob=0.0, **AT_ONCE, **limit)
    outcome = run(5, dialogue=dialogue)
    assert outcome.series["answered"] == answered + [0] * (20 - len(answered))
    waited = sum(day * number for day, number in enumerate(answered[2:], 2))
    assert outcome.amounts["waited"][0] == pytest.approx(waited + (0 if per_day is None else answered[1] / 2), abs=3)


def test_days_have_places_in_steps_of_any_length():
    campaign = Campaign(dialogue=Dialogue(answers_per_day=2.5), step=Duration("6h"))
    keys = {"rng_seed": 1, "replica": 0, "start": START, "horizon_days": 4}
    w = World(campaign, None, (), complete_graph(2), [], **keys)
    assert [places(w, day) for day in range(4)] == [2, 3, 2, 3]


def test_the_recovered_tell_no_more_bad_words():
    words = WordOfMouth(**UNHAPPY, dissatisfied_tells=29.0, telling_delay=Duration("4d"), persuasion_prob=0.0)
    dialogue = Dialogue(complain_prob=1.0, question_prob=0.0, recovery_prob=1.0, **AT_ONCE)
    told = run(30, words, days=60, dialogue=dialogue).series["negative_tells"]
    assert told[0] == 0
    assert told[1] > 100
    assert sum(told[2:]) == 0
    assert sum(run(30, words, days=60).series["negative_tells"][2:]) > 500


def test_who_bought_again_does_not_recover_from_an_older_complaint():
    """Every purchase dissatisfies and is complained about; answers take long, purchases come often."""
    slow = {"answered_fraction": 1.0, "answer_time": Duration("30d"), "patience": PATIENT}
    dialogue = Dialogue(complain_prob=1.0, question_prob=0.0, recovery_prob=1.0, **slow)
    outcome = run(30, dialogue=dialogue, value=Value(purchases_per_year=365.25 * 2), days=40)
    assert outcome.counts["complaints"] == outcome.counts["purchases"]
    assert outcome.counts["answered"][0] > 500
    assert outcome.counts["recovered"][0] < 0.1 * outcome.counts["answered"][0]
    assert outcome.status.count(DISSATISFIED) > 20


@pytest.mark.parametrize(("factor", "share"), [(0.0, 0.0), (0.5, 0.25), (1.0, 0.5), (2.0, 1.0), (9.0, 1.0)])
def test_an_answered_question_changes_every_later_chance(factor, share):
    items = (post("asked", buy_prob=0.0), post("sold", day=3, buy_prob=0.5))
    dialogue = Dialogue(complain_prob=0.0, question_prob=1.0, answered_buys=factor, **AT_ONCE)
    outcome = run(200, items=items, dialogue=dialogue)
    assert outcome.counts["questions"] == [400]
    assert outcome.items["conversions"][0] == 0
    assert abs(outcome.counts["purchases"][0] - 200 * share) <= 4 * (200 * share * (1 - share)) ** 0.5


def test_believers_ask_but_not_those_who_started_the_claim():
    crisis = Crisis(name="x", start=START, starts_with=4, believe_prob=1.0, share_prob=1.0)
    dialogue = Dialogue(crisis_question_prob=1.0, **AT_ONCE)
    outcome = run(20, items=(), crises=(crisis,), dialogue=dialogue, days=60)
    assert outcome.counts["believers_ever"] == [20]
    assert outcome.counts["questions"] == outcome.counts["answered"] == [16]
