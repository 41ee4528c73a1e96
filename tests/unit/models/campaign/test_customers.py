"""Keys of `[model.value]` and `[model.dialogue]` held against each other and the rest of the campaign."""

import math

import pytest

from wom_sim.errors import ScenarioError
from wom_sim.graph.csr import complete_graph
from wom_sim.kernels.campaign import codes
from wom_sim.models.base import Setting
from wom_sim.models.campaign import Campaign

DAY = "2026-03-02"
LEAVING = {"churn_per_year": 0.2}


def problems(**values):
    with pytest.raises(ScenarioError) as caught:
        Campaign(**values)
    return list(caught.value.problems)


def life_of(**values):
    setting = Setting(key=lambda *_: 1, start=None, horizon=30.0)
    return Campaign(**values).compile(complete_graph(10), setting).world


@pytest.mark.parametrize(
    ("section", "given"),
    [("value", {"price": 2.0}), ("dialogue", {}), ("competitors", [{"name": "rival"}])],
)
def test_a_habit_has_no_customers(section, given):
    said = f'{section}: only where outcome = "purchase", this is "habit"; remove it'
    assert problems(outcome="habit", **{section: given}) == [said]


def test_the_margin_is_at_most_the_price():
    assert problems(value={"price": 4.0, "margin": 5.0}) == ["value.margin: must be at most the price, 4, got 5"]
    assert Campaign(value={"price": 4.0, "margin": 4.0}).value.margin == 4.0
    assert Campaign(value={"margin": 4.0}).value.margin == 4.0


def test_annual_purchases_are_one_a_year():
    said = 'value.purchases_per_year: must be 1 with purchases = "annual", got 2; remove it, or take purchases = "rate"'
    assert problems(value={"purchases": "annual", "purchases_per_year": 2.0}) == [said]
    for given in ({}, {"purchases_per_year": 1.0}):
        assert Campaign(value={"purchases": "annual", **given}).value.buys_again


@pytest.mark.parametrize(("key", "value"), [("churn_factor_dissatisfied", 3.0), ("retain_factor", 0.5)])
def test_who_leaves_is_said_before_what_holds_her_back(key, value):
    said = f"value.{key}: without a meaning where value.churn_per_year is left out; write that too, or remove it"
    assert problems(value={key: value}) == [said]
    for churn in (0.0, 0.2):
        assert Campaign(value={key: value, "churn_per_year": churn})


def test_tells_of_repeats_need_repeats():
    said = "word_of_mouth.tells_per_repeat: nobody buys again; write value.purchases_per_year, or remove it"
    words = {"tells_per_repeat": 0.2}
    assert problems(word_of_mouth=words) == [said]
    for value in ({"purchases_per_year": 0.0}, {"purchases_per_year": 3.0}, {"purchases": "annual"}):
        assert Campaign(word_of_mouth=words, value=value)


@pytest.mark.parametrize("talk", ["one_shot", "persistent", "recover", "contacts"])
def test_only_listeners_hear_of_purchases_again(talk):
    found = problems(limits={"talk": talk}, word_of_mouth={"tells_per_repeat": 0.1}, value={"purchases_per_year": 2.0})
    assert len(found) == 1
    assert found[0].startswith(f'word_of_mouth.tells_per_repeat: not with limits.talk = "{talk}", ')


@pytest.mark.parametrize(
    ("section", "key", "value"),
    [
        ("value", "churn_per_year", 1.0),
        ("value", "retain_factor", 1.1),
        ("value", "purchases_per_year", -1.0),
        ("dialogue", "answers_per_day", 0.0),
        ("dialogue", "patience", "0d"),
        ("dialogue", "recovery_prob", 1.5),
    ],
)
def test_numbers_beyond_their_range_are_refused(section, key, value):
    found = problems(**{section: {**(LEAVING if key == "retain_factor" else {}), key: value}})
    assert len(found) == 1
    assert found[0].startswith(f"{section}.{key}: must be ")


def test_means_need_no_whole_steps():
    """Answers and patience are means and half-lives, which no step has to divide."""
    assert Campaign(step="1d", dialogue={"answer_time": "6.5h", "patience": "7h"})


def test_times_and_chances_as_the_kernel_reads_them():
    value = {"purchases_per_year": 4.0, "churn_per_year": 0.2, "churn_factor_dissatisfied": 10.0}
    dialogue = {"answer_time": "12h", "answers_per_day": 2.5, "patience": "3d"}
    life = life_of(step="2d", value=value, dialogue=dialogue).life
    year = 365.25 / 2
    assert (life.again, life.year, life.repeat_mean) == (codes.AGAIN_RATE, year, year / 4)
    assert life.churn_mean == pytest.approx(year / -math.log(0.8))
    assert life.churn_mean_dissatisfied == pytest.approx(year / -math.log(0.01))
    assert life.discount * year == pytest.approx(math.log(1.1))
    assert (life.answer_mean, life.answers_per_day, life.patience) == (0.25, 2.5, 1.5)


def test_nothing_is_scheduled_by_default():
    world = life_of()
    life = world.life
    assert (life.again, life.dialogue, life.churn_mean, life.answers_per_day) == (0, False, math.inf, math.inf)
    assert life.complain == life.question == life.claim_question == 0.0
    assert world.worth.tolist() == [[0.0], [0.0]]


def test_members_have_no_clock_of_leaving_and_a_worth_by_renewals_left():
    world = life_of(value={"purchases": "annual", "value_horizon": "3y", **LEAVING})
    assert (world.life.again, world.life.churn_mean) == (codes.AGAIN_ANNUAL, math.inf)
    assert (world.life.churn, world.life.churn_dissatisfied) == pytest.approx((0.2, 0.6))
    assert world.worth.shape == (2, 4)
    assert world.worth[:, :2].tolist() == [[0.0, 0.8], [0.0, pytest.approx(0.4)]]
