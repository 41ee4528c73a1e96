"""Customers' lives in the campaign's oracle where the answer is known without it."""

from math import log

import numpy as np
import pytest

from campaign_case import START
from kernel_runner import store
from oracles import campaign as oracle
from wom_sim.durations import Duration
from wom_sim.graph.csr import complete_graph
from wom_sim.models.campaign import Brand, Campaign, Crisis, Dialogue, Item, Limits, Starting, Value, WordOfMouth

ALL = Brand(customers_fraction=1.0)
CONTENT = WordOfMouth(satisfied_tells=0.0, dissatisfied_fraction=0.0)
YEAR = 365.25


def run(campaign, n, starters=(), *, graph=None, starting=None, days=20, replica=0):
    return oracle.run(
        campaign,
        starting,
        (),
        graph or store(n, [(v, (v + 1) % n) for v in range(n)], directed=False),
        list(starters),
        rng_seed=3,
        replica=replica,
        start=START,
        horizon_days=days,
    )


def customers(days=20, n=60, talk=CONTENT, step="1d", replica=0, **value):
    """A run with nothing but customers of day 0."""
    campaign = Campaign(step=Duration(step), brand=ALL, word_of_mouth=talk, value=Value(**value))
    outcome = run(campaign, n, days=days, replica=replica)
    for name, numbers in outcome.counts.items():
        assert sum(outcome.series[name]) == sum(numbers), name
    return {name: numbers[0] for name, numbers in (outcome.counts | outcome.amounts).items()}


def test_without_a_value_nobody_buys_again_or_leaves():
    counts = customers()
    assert counts["retained"] == counts["satisfied"] == 60
    assert counts["purchases"] == counts["loyal"] == counts["churned"] == counts["future_direct"] == 0


def test_annual_customers_renew_once_a_year_until_the_horizon_of_their_value():
    counts = customers(days=731, step="8.5d", purchases="annual", discount_rate=0.0, value_horizon="1461d")
    assert counts["purchases"] == counts["repeat_purchases"] == counts["discounted_direct"] == 120
    assert counts["future_direct"] == 120
    assert counts["loyal"] == counts["retained"] == 60


def test_annual_customers_leave_at_renewals_only():
    counts = customers(days=365, step="5d", n=400, purchases="annual", churn_per_year=0.5)
    assert counts["purchases"] + counts["churned"] == pytest.approx(400, abs=2)
    assert abs(counts["churned"] - 200) < 4 * 10
    assert counts["lost"] == counts["churned"] == 400 - counts["retained"]


def test_customers_buy_again_at_their_rate():
    counts = customers(n=300, purchases_per_year=0.2 * YEAR)
    assert abs(counts["purchases"] - 300 * 4) < 4 * (300 * 4) ** 0.5
    assert counts["loyal"] == pytest.approx(300 * (1 - np.exp(-4)), abs=4 * 2.4)


@pytest.mark.parametrize(("unhappy", "factor", "leave"), [(0.0, 3.0, 0.3), (1.0, 2.0, 0.6), (1.0, 5.0, 0.99)])
def test_as_many_leave_within_a_year_as_is_said(unhappy, factor, leave):
    talk = WordOfMouth(dissatisfied_tells=0.0, dissatisfied_fraction=unhappy)
    counts = customers(365, 400, talk, step="5d", churn_per_year=0.3, churn_factor_dissatisfied=factor)
    assert abs(counts["churned"] - 400 * leave) <= 4 * (400 * leave * (1 - leave)) ** 0.5
    assert counts["retained"] == 400 - counts["churned"]


@pytest.mark.parametrize(("retain", "share"), [(0.0, 0.0), (0.5, 0.5), (1.0, 1.0)])
def test_who_has_just_engaged_leaves_less(retain, share):
    """All engage on the first day, and the effect does not wear off."""
    post = Item(name="p", channel="owned", start=START, follower_reach=1.0, engage_prob=1.0, half_life=Duration(0.001))
    value = Value(churn_per_year=0.9, retain_factor=retain, relationship_half_life=Duration("1000y"))
    brand = Brand(customers_fraction=1.0, followers_fraction=1.0)
    campaign = Campaign(content=(post,), brand=brand, word_of_mouth=CONTENT, value=value, step=Duration("5d"))
    left = run(campaign, 300, days=365).counts["churned"][0]
    expected = 300 * (1 - 0.1**share)
    assert abs(left - expected) <= 4 * (expected * 0.1**share) ** 0.5


def test_the_value_of_a_customer_without_end_is_that_of_the_books():
    rate, churn = 4.0, -log(1 - 0.3)
    given = {"discount_rate": 0.1, "churn_per_year": 0.3, "value_horizon": "1000y", "purchases_per_year": rate}
    counts = customers(days=1, **given)
    expected = (60 - counts["churned"]) * rate / (churn + log(1.1)) * 1.1 ** (-1 / YEAR)
    assert counts["future_direct"] == pytest.approx(expected)


TWO_YEARS = {"churn_per_year": 0.3, "discount_rate": 0.2, "value_horizon": "730d"}


@pytest.mark.parametrize("buying", [{"purchases": "annual"}, {"purchases_per_year": 6.0}])
@pytest.mark.parametrize("unhappy", [0.0, 0.4])
def test_what_customers_are_expected_to_buy_is_what_they_buy(buying, unhappy):
    talk = WordOfMouth(satisfied_tells=0.0, dissatisfied_tells=0.0, dissatisfied_fraction=unhappy)
    expected = customers(1, 400, talk, **buying, **TWO_YEARS)["future_direct"]
    bought = [customers(730, 400, talk, "10d", r, **buying, **TWO_YEARS)["discounted_direct"] for r in range(4)]
    assert np.mean(bought) == pytest.approx(expected, rel=0.05)
    assert 0 < expected < 400 * 12


def test_all_that_is_left_of_a_talk_is_its_part_for_buying_again():
    talk = WordOfMouth(satisfied_tells=4.0, tells_distribution="fixed", tells_per_repeat=0.5, dissatisfied_fraction=0.0)
    campaign = Campaign(brand=ALL, word_of_mouth=talk, value=Value(purchases_per_year=YEAR / 5))
    outcome = run(campaign, 20, graph=complete_graph(20), days=60)
    repeats = outcome.counts["repeat_purchases"][0]
    assert repeats > 100
    assert outcome.counts["tells_wanted"] == outcome.counts["tells_planned"] == [2 * repeats]


def test_who_complains_tells_as_many_as_after_a_first_purchase():
    talk = WordOfMouth(
        dissatisfied_tells=3.0, tells_distribution="fixed", tells_per_repeat=0.0, dissatisfied_fraction=1.0
    )
    campaign = Campaign(
        brand=ALL,
        word_of_mouth=talk,
        value=Value(purchases_per_year=YEAR / 5),
        dialogue=Dialogue(complain_prob=0.5, answered_fraction=0.0),
    )
    counts = run(campaign, 20, graph=complete_graph(20)).counts
    assert counts["tells_wanted"][0] == 3 * counts["complaints"][0]
    assert 0 < counts["complaints"][0] < counts["repeat_purchases"][0]


@pytest.mark.parametrize(("who", "root"), [("day 0", "customers"), ("starters", "seeding")])
def test_words_of_those_who_buy_again_lead_back_to_where_they_came_from(who, root):
    talk = WordOfMouth(satisfied_tells=0.0, dissatisfied_fraction=0.0, tells_per_repeat=1.0)
    talk = talk.model_copy(update={"satisfied_tells": 5.0, "satisfied_talk_prob": 1.0, "persuasion_prob": 1.0})
    brand = Brand(customers_fraction=0.1) if who == "day 0" else Brand()
    campaign = Campaign(brand=brand, word_of_mouth=talk, value=Value(purchases_per_year=YEAR))
    counts = run(campaign, 20, [] if who == "day 0" else [3], graph=complete_graph(20)).counts
    assert counts["conversions_earned"] == counts[f"caused_by_{root}"]
    assert counts["conversions_earned"][0] == 20 - (2 if who == "day 0" else 1)
    assert counts["purchases_referred"][0] >= counts["conversions_earned"][0]


def test_who_was_told_is_referred_and_so_is_all_she_buys():
    talk = WordOfMouth(persuasion_prob=1.0, dissatisfied_fraction=0.0)
    limits, starting = Limits(talk="one_shot"), Starting(start_as="satisfied")
    campaign = Campaign(word_of_mouth=talk, limits=limits, value=Value(discount_rate=0.0))
    path = store(6, [(0, 1), (1, 2), (2, 3), (3, 4)])
    outcome = run(campaign, 6, [0], graph=path, starting=starting)
    assert outcome.counts["purchases"] == outcome.counts["purchases_referred"] == [4]
    assert outcome.amounts["discounted_referred"] == [4.0]
    again = run(campaign.model_copy(update={"value": Value(purchases_per_year=100.0)}), 6, [0], graph=path)
    assert 4 < again.counts["purchases_referred"][0] < again.counts["purchases"][0]


def test_believers_pass_every_occasion_by():
    crisis = Crisis(name="x", start=START, starts_with=20, share_prob=0.0, purchase_damage=1.0)
    value = Value(purchases_per_year=YEAR)
    campaign = Campaign(brand=ALL, crises=(crisis,), word_of_mouth=CONTENT, value=value)
    assert run(campaign, 20).counts["repeat_purchases"] == [0]
    half = crisis.model_copy(update={"purchase_damage": 0.5})
    bought = run(campaign.model_copy(update={"crises": (half,)}), 20).counts["repeat_purchases"][0]
    assert abs(bought - 20 * 20 / 2) < 4 * (20 * 20 / 2) ** 0.5


def test_talk_after_more_than_256_purchases_goes_on():
    """Numbers of talks begin again at 0, those of purchases do not."""
    talk = WordOfMouth(satisfied_tells=1.0, tells_distribution="fixed", tells_per_repeat=1.0, dissatisfied_fraction=0.0)
    value = Value(purchases_per_year=10_000.0)
    campaign = Campaign(brand=ALL, word_of_mouth=talk, value=value, step=Duration("1h"))
    outcome = run(campaign, 3, graph=complete_graph(3), days=15)
    assert outcome.counts["repeat_purchases"][0] > 3 * 260
    assert outcome.counts["tells_wanted"] == outcome.counts["repeat_purchases"]
