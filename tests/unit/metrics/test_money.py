"""What a campaign cost and brought, on numbers made by hand; docs/business.md, 5."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign_results import made_by_hand
from wom_sim.metrics.campaign import columns
from wom_sim.metrics.money import SPEND_PARTS

ADS_AND_POSTS = {
    "content": True,
    "items": [
        {"name": "a", "channel": "paid", "spend": 100.0, "like_fraction": 0.0, "comment_fraction": 0.0},
        {"name": "b", "channel": "owned", "spend": 20.0, "like_fraction": 0.0, "comment_fraction": 0.0},
    ],
    "spends_on": ["ads", "content"],
}
PRICES = {"price": 10.0, "margin": 4.0, "referred_margin_factor": 1.5}
NO_ENGAGEMENTS = {"engagements": [[0, 0]]}


def first(facts, items=NO_ENGAGEMENTS, **counts):
    """The metrics of the one replica that has these counts."""
    found = columns(made_by_hand(facts=facts, items=items, **{name: [count] for name, count in counts.items()}))
    return {name: float(values[0]) for name, values in found.items()}


def test_spend_is_the_sum_of_its_parts():
    facts = {
        **ADS_AND_POSTS,
        "spends_on": [*SPEND_PARTS],
        "answers_spend": 7.0,
        "cost_per_answer": 2.0,
        "creator_fees": [2.5],
        "dialogue": True,
    }
    results = made_by_hand(
        facts=facts, items=NO_ENGAGEMENTS, creators={"posts": [[3]]}, answered=[4], seeding_cost=[1.25], **DIALOGUE
    )
    found = {name: float(values[0]) for name, values in columns(results).items()}
    assert [found[f"spend_{part}"] for part in SPEND_PARTS] == [100.0, 20.0, 7.5, 1.25, 7.0, 8.0]
    assert found["spend"] == 143.75


DIALOGUE = {"complaints": [5], "questions": [3], "waited": [6.0]}


def test_rules_may_spend_more_or_less_in_some_replicas():
    counts = {"spent_more_ads": [0.0, 40.0, -25.0], "spent_more_content": [0.0, 5.0, 0.0]}
    found = columns(made_by_hand(facts=ADS_AND_POSTS, items={"engagements": [[0, 0]] * 3}, **counts))
    assert found["spend_ads"].tolist() == [100.0, 140.0, 75.0]
    assert found["spend"].tolist() == [120.0, 165.0, 95.0]


def test_nothing_is_spent_where_nothing_has_a_price():
    found = first({**ADS_AND_POSTS, "spends_on": []})
    assert not [name for name in found if "spend" in name or "cost_per" in name or name in ("roi", "revenue")]


def test_a_customer_won_by_another_brings_more_margin():
    found = first(PRICES, items=(), purchases=6, purchases_referred=2, purchases_no_campaign=5)
    assert found["revenue"] == 60.0
    assert found["margin"] == 4.0 * (4 + 2 * 1.5)
    assert found["extra_revenue"] == 10.0
    assert found["extra_margin"] == found["margin"] - 20.0


def test_what_would_be_spent_anyway_is_no_cost_of_the_campaign():
    """Answers to claims and to complaints come without the campaign too."""
    facts = {**ADS_AND_POSTS, **PRICES, "spends_on": ["ads", "content", "answers", "dialogue"]}
    facts |= {"answers_spend": 9.0, "cost_per_answer": 2.0, "dialogue": True}
    counts = {"answered": 10, "answered_no_campaign": 7, "complaints": 20, "questions": 5, "waited": 3.0}
    sold = {"conversions": 50, "conversions_no_campaign": 40, "purchases": 50, "purchases_no_campaign": 40}
    found = first(facts, **counts, **sold)
    assert found["spend"] == 120.0 + 9.0 + 20.0
    assert found["extra_spend"] == 120.0 + 6.0
    assert found["cost_per_conversion"] == found["spend"] / 50
    assert found["cost_per_extra_conversion"] == 12.6
    assert found["roi"] == pytest.approx((40.0 - 126.0) / 126.0)


def test_prices_of_clicks_and_of_what_ads_sold():
    facts = {**ADS_AND_POSTS, **PRICES, "spends_on": ["ads", "content", "creators"], "creator_fees": [10.0]}
    results = made_by_hand(
        facts=facts, items=NO_ENGAGEMENTS, creators={"posts": [[2]]}, conversions_paid=[30], visits_paid=[60]
    )
    found = columns(results)
    assert found["return_on_ad_spend"].tolist() == [10.0 * 30 / 100.0]
    assert found["cost_per_click"].tolist() == [(100.0 + 20.0) / 60]


def test_ratios_without_a_meaning_are_missing():
    """No visit, no purchase, no more customers than without, nothing spent."""
    facts = {**ADS_AND_POSTS, **PRICES}
    found = first(facts, conversions_no_campaign=3, purchases_no_campaign=3)
    assert all(math.isnan(found[name]) for name in ("cost_per_click", "cost_per_conversion"))
    assert math.isnan(found["cost_per_extra_conversion"])
    free = {**facts, "items": [{**item, "spend": 0.0} for item in ADS_AND_POSTS["items"]]}
    found = first(free, conversions=4, purchases=4, purchases_no_campaign=3, **EQUITY)
    assert all(math.isnan(found[name]) for name in ("return_on_ad_spend", "roi", "social_equity"))
    assert found["cost_per_conversion"] == 0.0


EQUITY = {
    "discounted_direct": 3.0,
    "discounted_referred": 1.0,
    "future_direct": 10.0,
    "future_referred": 4.0,
    "discounted_direct_no_campaign": 2.0,
    "discounted_referred_no_campaign": 0.5,
    "future_direct_no_campaign": 9.0,
    "future_referred_no_campaign": 1.5,
    "conversions_no_campaign": 0,
}


def test_the_value_of_customers_is_split_by_who_won_them():
    found = first({**ADS_AND_POSTS, **PRICES}, purchases_no_campaign=0, **EQUITY)
    assert found["equity_direct"] == 4.0 * 13.0
    assert found["equity_referred"] == 4.0 * 1.5 * 5.0
    assert found["customer_equity"] == 82.0
    assert found["direct_value"] == 4.0 * 2.0
    assert found["referred_value"] == 4.0 * 1.5 * 3.0
    assert found["extra_customer_equity"] == 26.0
    assert found["social_equity"] == pytest.approx((26.0 - 120.0) / 120.0)


def test_results_without_these_sums_have_no_value_of_customers():
    assert "customer_equity" not in first(PRICES, items=(), purchases=3)
    assert "customer_equity" not in first({"price": 10.0}, items=(), purchases_no_campaign=3, **EQUITY)


sums = st.floats(0.0, 1e9)


@given(st.tuples(*[sums] * 8), st.floats(0.0, 1e6), st.floats(0.0, 10.0))
def test_parts_sum_to_the_increase_and_equal_runs_give_none(values, margin, factor):
    names = [name for name in EQUITY if name != "conversions_no_campaign"]
    facts = {**PRICES, "margin": margin, "referred_margin_factor": factor}
    found = first(facts, items=(), purchases_no_campaign=0, **dict(zip(names, values, strict=True)))
    scale = 1e-9 * (1.0 + found["customer_equity"] + found["customer_equity_no_campaign"])
    assert abs(found["direct_value"] + found["referred_value"] - found["extra_customer_equity"]) <= scale
    assert abs(found["equity_direct"] + found["equity_referred"] - found["customer_equity"]) <= scale
    twice = dict(zip(names, values[:4] * 2, strict=True))
    same = first(facts, items=(), purchases=3, purchases_no_campaign=3, **twice)
    gains = ("extra_margin", "extra_customer_equity", "direct_value", "referred_value")
    assert [same[name] for name in gains] == [0.0] * 4


def test_dialogue_follows_its_definitions():
    facts = {"dialogue": True, "step": 0.5}
    found = columns(made_by_hand(facts=facts, complaints=[6, 0], questions=[2, 0], answered=[4, 0], waited=[24.0, 0.0]))
    assert (found["complaints"][0], found["questions"][0], found["answered"][0]) == (6, 2, 4)
    assert found["answered_fraction"][0] == 0.5
    assert found["response_time"][0] == 24.0 * 0.5 / 4
    assert np.isnan(found["answered_fraction"][1])
    assert np.isnan(found["response_time"][1])
    assert "answered" not in columns(made_by_hand(answered=[4]))


def test_customers_follow_their_definitions():
    counts = {"repeat_purchases": [9], "loyal": [4], "churned": [3], "retained": [15]}
    found = columns(made_by_hand(facts={"buys_again": True, "churns": True, "n_customers": 20}, **counts))
    assert {name: int(found[name][0]) for name in counts} == {name: values[0] for name, values in counts.items()}
    assert found["retention_rate"][0] == 0.75
    assert not counts.keys() & columns(made_by_hand(**counts)).keys()


def test_interactions_are_tellings_and_shares_beside_what_the_brand_shows_and_answers():
    found = first(
        {**ADS_AND_POSTS, "dialogue": True},
        views=50,
        views_earned=20,
        positive_tells=7,
        negative_tells=2,
        answered=3,
        complaints=3,
        questions=0,
        waited=0.0,
    )
    assert found["interactions_customer_to_customer"] == 29
    assert found["interactions_firm_to_customer"] == 33
    assert "interactions_firm_to_customer" not in first({}, items=(), positive_tells=1)
