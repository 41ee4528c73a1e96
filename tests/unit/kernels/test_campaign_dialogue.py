"""The queue of complaints and questions held against one computed by hand, and what a full one costs."""

import datetime
import math
from itertools import pairwise

import numpy as np
import pytest

from campaign_runner import START, above, lines_of, poisson_network, process_of, run_process
from kernel_runner import compiled_only
from wom_sim.durations import Duration
from wom_sim.engine.campaign_memory import new_out
from wom_sim.engine.streams import campaign_keys
from wom_sim.graph.csr import complete_graph
from wom_sim.kernels.campaign import codes, run
from wom_sim.models.campaign import Brand, Campaign, Crisis, Dialogue, Item, WordOfMouth

AT_ONCE = Duration("0d")
SILENT = {"satisfied_tells": 0.0, "dissatisfied_tells": 0.0, "rejecter_tells": 0.0}
ANSWERS_A_DAY = [None, 0.02, 0.3, 0.5, 1.0, 1.7, 2.5, 40.0]


def unhappy(n_people, *, days, per_day, sales=1e9, step="1d", **dialogue):
    """All who buy complain, and are answered when their turn comes."""
    talk = {"complain_prob": 1.0, "answered_fraction": 1.0, "answer_time": AT_ONCE, "answers_per_day": per_day}
    campaign = Campaign(
        step=Duration(step),
        brand=Brand(baseline_sales_per_day=sales),
        word_of_mouth=WordOfMouth(**SILENT, dissatisfied_fraction=1.0),
        dialogue=Dialogue(**(talk | dialogue)),
    )
    return process_of(campaign, complete_graph(n_people), days=days, rng_seed=131)


def first_come_first_served(arrivals, *, per_day, step_days, n_steps):
    """When each matter is taken up: person -> time, of those whose answer is handled within the run.

    arrivals : (step, time, person), each step's in any order
    """
    last_day = math.ceil(n_steps * step_days) + 1
    q = math.inf if per_day is None else per_day
    free = [math.inf if per_day is None else math.floor((d + 1) * q) - math.floor(d * q) for d in range(last_day)]
    taken_up, day = {}, 0
    for step, time, person in sorted(arrivals):
        if per_day is None:
            at = time
        else:
            day = max(day, math.floor(time * step_days))
            while day < last_day and free[day] == 0:
                day += 1
            if day >= last_day:
                continue
            free[day] -= 1
            at = max(time, day / step_days)
        if max(step + 1, math.floor(at)) < n_steps:
            taken_up[person] = at
    return taken_up


def log_of(process):
    lines = lines_of(process, 0, 1)
    return [lines[lines["what"] == what] for what in (codes.LOG_COMPLAINED, codes.LOG_ANSWERED)]


@pytest.mark.parametrize("step", ["1d", "6h", "36h"])
@pytest.mark.parametrize("per_day", ANSWERS_A_DAY)
def test_waits_are_those_of_a_queue(per_day, step):
    """About 40 people buy, at times of their own; each is answered when the days' places say."""
    process = unhappy(120, days=30, per_day=per_day, sales=1.6, step=step)
    complained, answered = log_of(process)
    step_days = float(Duration(step))
    arrivals = [(int(line["step"]), float(line["time"]), int(line["person"])) for line in complained]
    expected = first_come_first_served(arrivals, per_day=per_day, step_days=step_days, n_steps=process.n_steps)

    assert len(arrivals) > 25
    assert {int(line["person"]): float(line["time"]) for line in answered} == expected
    runs = run_process(process, 1)
    assert runs.total("answered")[0] == len(expected)
    assert runs.total("complaints")[0] == len(arrivals)
    out = new_out(process.world, 1, process.n_steps)
    scratch = process.new_scratch(np.zeros(1, np.uint8))
    run.run_chunk(process.world, campaign_keys(process.rng_seed, 0, 1), scratch.state, out)
    waits = [expected[person] - time for _, time, person in arrivals if person in expected]
    assert out.amounts[0, :, codes.A_WAITED].sum() == pytest.approx(sum(waits))


@pytest.mark.parametrize(
    ("per_day", "days"),
    [
        (2.0, [0, 0, 1, 1, 2, 2, 3]),
        (0.5, [1, 3, 5, 7, 9]),
        (2.5, [0, 0, 1, 1, 1, 2, 2]),
        (1 / 3, [2, 5, 8]),
        (0.05, []),
        (None, [0] * 7),
    ],
)
def test_seven_complaints_of_one_moment(per_day, days):
    """Places of a day are floor((d + 1) q) - floor(d q); in one moment the smaller number of a person comes first."""
    complained, answered = log_of(unhappy(7, days=10, per_day=per_day))
    assert complained["time"].tolist() == [0.0] * 7
    served = np.sort(answered, order="person")
    assert served["person"].tolist() == list(range(len(days)))
    assert served["time"].tolist() == days
    assert served["step"].tolist() == [max(1, day) for day in days]  # what step 0 caused comes in step 1


def test_who_is_never_answered_takes_no_place():
    complained, answered = log_of(unhappy(400, days=100, per_day=2.0, answered_fraction=0.3))
    assert len(complained) == 400
    assert 80 < len(answered) < 160
    per_day = np.bincount(answered["time"].astype(int))
    assert set(per_day[:-1].tolist()) == {2}


@compiled_only
@pytest.mark.parametrize("patience", [2.0, 8.0])
def test_an_answer_works_by_how_late_it_comes(patience):
    """Of 40 complaints taken up on each day d, .8 * 2^(-d / patience) recover: .8 * 40 at once, and so on."""
    process = unhappy(400, days=12, per_day=40.0, recovery_prob=0.8, patience=Duration(patience))
    runs = run_process(process, 400)
    expected = 0.8 * 40 * sum(2 ** (-d / patience) for d in range(10))
    sample = runs.total("recovered")
    assert abs(sample.mean() - expected) < 4 * sample.std(ddof=1) / 20
    assert np.array_equal(runs.total("satisfied"), sample)
    assert np.array_equal(runs.total("dissatisfied"), 400 - sample)


def test_memory_is_the_same_for_a_second_run():
    """The queue of one replica is forgotten in the next."""
    process = unhappy(60, days=30, per_day=0.7, sales=3.0)
    scratch = process.new_scratch(np.zeros(1, np.uint8))
    once = lines_of(process, 1, 2)
    assert np.array_equal(lines_of(process, 0, 2, scratch=scratch)[-len(once) :], once)
    assert not scratch.state.numbers.any()


# Under a crisis.

N_PEOPLE = 800
DAYS = 40


def under(per_day, *, crisis, n_replicas=200):
    """People ask about one post; an answer in time makes them buy by another one 8 times as often."""
    seen = {"seen_prob": 1.0, "engage_prob": 0.05, "wear_out": 1.0}
    every_day = {"channel": "owned", "start": START, "end": START + datetime.timedelta(DAYS - 1), "every": "1d", **seen}
    news = Item(name="news", **every_day, follower_reach=0.3)
    shop = Item(name="shop", **every_day, follower_reach=0.5, click_prob=1.0, buy_prob=0.1)
    # Of itself the claim neither costs a customer nor a sale.
    claim = Crisis(
        name="claim",
        start=START + datetime.timedelta(4),
        starts_with=30,
        share_prob=0.5,
        believe_prob=0.5,
        purchase_damage=0.0,
        customer_loss_prob=0.0,
    )
    campaign = Campaign(
        content=(news, shop),
        crises=(claim,) if crisis else (),
        brand=Brand(followers_fraction=1.0),
        word_of_mouth=WordOfMouth(**SILENT),
        dialogue=Dialogue(
            question_prob=0.2,
            crisis_question_prob=1.0,
            answered_fraction=1.0,
            answer_time=Duration("2h"),
            answers_per_day=per_day,
            answered_buys=8.0,
            patience=Duration("1d"),
        ),
    )
    process = process_of(campaign, poisson_network(N_PEOPLE, 8.0, 7), days=DAYS, rng_seed=132)
    out = new_out(process.world, n_replicas, process.n_steps)
    scratch = process.new_scratch(np.zeros(1, np.uint8))
    run.run_chunk(process.world, campaign_keys(process.rng_seed, 0, n_replicas), scratch.state, out)
    assert (out.stop == codes.AT_HORIZON).all()
    totals = out.counts.sum(axis=1)
    response = out.amounts[:, :, codes.A_WAITED].sum(axis=1) / totals[:, codes.N_ANSWERED]
    return response, totals[:, codes.N_PURCHASES].astype(np.float64), totals[:, codes.N_ANSWERED]


@compiled_only
def test_a_crisis_fills_a_small_queue():
    """10 answers a day are enough for the posts alone; with a claim people wait longer, and fewer buy."""
    quiet_wait, quiet_sales, _ = under(10.0, crisis=False)
    wait, sales, answered = under(10.0, crisis=True)
    assert quiet_wait.mean() < 1.0
    assert above(wait - quiet_wait - 3.0)
    assert above(quiet_sales - sales)
    assert answered.max() <= 10 * DAYS


@compiled_only
def test_more_answers_a_day_shorten_the_wait_and_sell_more():
    found = [under(per_day, crisis=True)[:2] for per_day in (3.0, 10.0, 30.0, None)]
    for (slower, fewer), (faster, more) in pairwise(found):
        assert above(slower - faster)
        assert above(more - fewer)
