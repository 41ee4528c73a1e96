"""Money against closed forms: what an ad brings (MODELS 18.8 C3 with 18.9 (2)), what customers are worth (18.5 L12).

Tolerances are 4 standard errors of the mean over replicas. Two events of one customer in the last step of a run are one
too few, which is a part of (rate x step)^2 / 2 of a purchase and stays far below that.
"""

import datetime
import math

import numpy as np
import pytest

import wom_sim as wom
from kernel_runner import compiled_only
from wom_sim.metrics.table import replica_table
from wom_sim.models.campaign.value import Value
from wom_sim.models.campaign.worth import future_purchases, renewals
from wom_sim.scenario.load import scenario_from

pytestmark = compiled_only

START, LAST_DAY = datetime.date(2026, 3, 2), datetime.date(2026, 3, 11)
NOBODY_TALKS = {"satisfied_tells": 0.0, "dissatisfied_tells": 0.0, "rejecter_tells": 0.0}


def metrics_of(model, *, n_people, horizon, n_replicas):
    values = {
        "format": 1,
        "name": "money",
        "start": START,
        "network": {"generate": "everyone", "n_people": n_people},
        "model": {"kind": "campaign", **model},
        "seeding": {"strategy": "random", "n_seed_nodes": 0},
        "run": {"horizon": horizon, "n_replicas": n_replicas, "rng_seed": 31},
    }
    return replica_table(wom.run(scenario_from(values)))


def agrees(found, exact):
    return abs(found.mean() - exact) < 4 * found.std(ddof=1) / math.sqrt(len(found))


def test_what_an_ad_costs_and_brings():
    """C3: N (1 - (1 - s e / N)^I) people engage; they click and buy by chance; all else is arithmetic."""
    n, spend, seen, engage, click, buy = 2000, 48.0, 0.8, 0.2, 0.5, 0.4
    ad = {
        "name": "ad",
        "channel": "paid",
        "start": START,
        "end": LAST_DAY,
        "spend": spend,
        "cost_per_mille": 8.0,
        "seen_prob": seen,
        "engage_prob": engage,
        "wear_out": 1.0,
        "click_prob": click,
        "buy_prob": buy,
    }
    model = {"content": [ad], "word_of_mouth": NOBODY_TALKS, "value": {"price": 10.0, "margin": 4.0}}
    found = metrics_of(model, n_people=n, horizon="12d", n_replicas=400)
    clicks = n * (1 - (1 - seen * engage / n) ** 6000) * click
    assert agrees(found["visits_paid"], clicks)
    assert agrees(found["revenue"], 10.0 * clicks * buy)
    assert agrees(found["extra_margin"], 4.0 * clicks * buy)
    assert agrees(found["return_on_ad_spend"], 10.0 * clicks * buy / spend)
    assert agrees(found["roi"], (4.0 * clicks * buy - spend) / spend)
    assert (found["spend"] == spend).all()
    assert (found["referred_value"] == 0.0).all()
    assert np.allclose(found["cost_per_conversion"] * found["conversions"], spend)
    assert np.allclose(found["cost_per_click"] * found["visits_paid"], spend)


LIVES = {
    "rate": {"purchases_per_year": 3.0, "churn_per_year": 0.3, "churn_factor_dissatisfied": 2.0},
    "annual": {"purchases": "annual", "churn_per_year": 0.3, "churn_factor_dissatisfied": 2.0},
    "no leaving": {"purchases_per_year": 3.0},
}


@pytest.mark.parametrize("life", LIVES.values(), ids=LIVES)
@pytest.mark.parametrize("horizon", ["10d", "200d", "700d"])
def test_customers_are_worth_as_much_whenever_one_looks(life, horizon):
    """L12: what was bought and what is still to come together are the value on day 0, however much of it is over."""
    n, d, margin = 300, 0.25, 7.0
    money = {"price": 10.0, "margin": margin, "discount_rate": 0.2, "value_horizon": "3y", **life}
    model = {
        "brand": {"customers_fraction": 1.0},
        "word_of_mouth": {**NOBODY_TALKS, "dissatisfied_fraction": d},
        "value": money,
    }
    found = metrics_of(model, n_people=n, horizon=horizon, n_replicas=150)
    value, years = Value(**money), 3.0
    if value.purchases == "annual":
        # The first renewal lies anywhere in the first year: at x there are ceil(years - x) of them.
        begins, weights = np.polynomial.legendre.leggauss(200)
        begins, weights = (begins + 1) / 2, weights / 2
        at = [renewals(value, d, math.ceil(years - x)) for x in begins]
        worth = [sum(w * 1.2**-x * pair[i] for x, w, pair in zip(begins, weights, at, strict=True)) for i in (0, 1)]
    else:
        worth = future_purchases(value, d, years)
    assert agrees(found["customer_equity"], margin * n * ((1 - d) * worth[0] + d * worth[1]))
    assert (found["equity_referred"] == 0.0).all()
