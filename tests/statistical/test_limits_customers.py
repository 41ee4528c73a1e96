"""Customers over the years: purchases again, leaving, what content holds back, and what they are worth.

docs/business.md 1 and 5; MODELS.md 15 L12 and 18.9(13). Tolerance 4 s / sqrt(R), plus the bias that the test states:
what is caused within a step is handled in the next, so that of two events of one step the later can come first.
"""

import math

import numpy as np
import pytest

from campaign_runner import START, agrees, process_of, run_process, standard_error
from kernel_runner import compiled_only
from wom_sim.durations import Duration
from wom_sim.engine.campaign_memory import run_world
from wom_sim.engine.streams import campaign_keys
from wom_sim.graph.csr import complete_graph
from wom_sim.kernels.campaign import codes
from wom_sim.models.campaign import Brand, Campaign, Item, Value, WordOfMouth
from wom_sim.models.campaign.worth import future_purchases, renewals

pytestmark = compiled_only

N_PEOPLE = 2000
YEAR = 365.25
CHURN, INTEREST = 0.2, 0.1
ALL_AT_ONCE = Brand(baseline_sales_per_day=1e9)
ALL_CUSTOMERS = Brand(customers_fraction=1.0)
FOR_EVER = Duration("300y")


def silent(dissatisfied=0.0):
    return WordOfMouth(
        satisfied_tells=0.0, dissatisfied_tells=0.0, rejecter_tells=0.0, dissatisfied_fraction=dissatisfied
    )


def process(days, *, step="30d", brand=ALL_AT_ONCE, dissatisfied=0.0, content=(), **value):
    campaign = Campaign(
        step=Duration(step), brand=brand, word_of_mouth=silent(dissatisfied), content=content, value=Value(**value)
    )
    return process_of(campaign, complete_graph(N_PEOPLE), days=days, rng_seed=121)


def worth_of_one(made, n_replicas):
    """Discounted purchases of the run and after it, a customer: (R,)."""
    scratch = made.new_scratch(np.zeros(1, np.uint8))
    out = run_world(made.world, campaign_keys(made.rng_seed, 0, n_replicas), scratch)
    return out.amounts.sum(axis=1)[:, : codes.A_WAITED].sum(axis=1) / N_PEOPLE


# L12: the worth of one customer.


def test_the_numbers_of_the_books():
    """L12: m + m lambda / (chi + ln(1 + i)) = 414.02 with a rate; m (1 + i) / (c + i) = 366.67 at anniversaries."""
    value = {"margin": 100.0, "price": 100.0, "churn_per_year": CHURN, "discount_rate": INTEREST}
    chi = -math.log(1 - CHURN)
    assert 100 + 100 / (chi + math.log(1 + INTEREST)) == pytest.approx(414.02, abs=0.005)
    at_anniversaries = (1 + INTEREST) / (CHURN + INTEREST)
    assert 100 * at_anniversaries == pytest.approx(366.67, abs=0.005)
    after = future_purchases(Value(**value, purchases_per_year=1.0), 0.0, 300.0)[0]
    assert 100 * (1 + after) == pytest.approx(414.02, abs=0.005)
    after = renewals(Value(**value, purchases="annual"), 0.0, 300)[0]
    assert 100 * (1 + after / (1 + INTEREST)) == pytest.approx(366.67, abs=0.005)


@pytest.mark.parametrize(
    ("purchases", "expected", "bias"),
    [
        ({"purchases_per_year": 1.0}, 414.02, 0.3),
        ({"purchases": "annual"}, 366.67, 0.0),
    ],
    ids=["rate", "annual"],
)
@pytest.mark.parametrize(("days", "step"), [(30, "1d"), (120 * 360, "30d")], ids=["by formula", "by purchases"])
def test_worth_of_a_customer(purchases, expected, bias, days, step):
    """L12: all buy at time 0; after a month what they will still buy is a formula, after 118 years it has happened.

    Bias of steps of 30 days, with a rate: of two purchases of one step (1 in 12) the second is lost where she leaves
    later in it (1 in 54 / 2): below .1 % of 314.
    """
    found = worth_of_one(process(days, step=step, churn_per_year=CHURN, value_horizon=FOR_EVER, **purchases), 60)
    if days == 30 and purchases == {"purchases": "annual"}:
        assert found == pytest.approx(expected / 100, abs=5e-5)
        return
    assert agrees(100 * found, expected, bias=bias)


@pytest.mark.parametrize("purchases", [{"purchases_per_year": 2.0}, {"purchases": "annual"}], ids=["rate", "annual"])
def test_worth_of_customers_of_day_0_who_may_be_dissatisfied(purchases):
    """A run of 40 years finds what one of 10 days expects of the same 40 years; nothing is left to expect behind them.

    The dissatisfied leave with .6 a year, and satisfaction is drawn anew at each purchase. Bias of steps of 10 days:
    below .3 % of the worth, as above.
    """
    years = {"value_horizon": Duration("40y"), "churn_per_year": CHURN, "brand": ALL_CUSTOMERS, "dissatisfied": 0.3}
    short = worth_of_one(process(10, step="1d", **years, **purchases), 50)
    long = worth_of_one(process(14_610, step="10d", **years, **purchases), 50)

    assert agrees(long, short.mean(), stated=standard_error(short), bias=0.003 * short.mean())


# Leaving.


@pytest.mark.parametrize("horizon", [120, 365])
@pytest.mark.parametrize(
    ("dissatisfied", "factor", "leaving"), [(0.0, 3.0, 0.2), (1.0, 3.0, 0.6), (1.0, 4.9, 0.98), (1.0, 10.0, 0.99)]
)
def test_part_of_the_customers_who_leave_within_years(dissatisfied, factor, leaving, horizon):
    """(1 - c)^years stay, c = `churn_per_year` or min(.99, that times the factor)."""
    made = process(
        horizon,
        step="5d",
        brand=ALL_CUSTOMERS,
        dissatisfied=dissatisfied,
        churn_per_year=CHURN,
        churn_factor_dissatisfied=factor,
    )
    runs = run_process(made, 40)

    assert agrees(runs.total("retained"), N_PEOPLE * (1 - leaving) ** (horizon / YEAR))
    assert np.array_equal(runs.total("retained") + runs.total("churned"), np.full(40, N_PEOPLE))
    assert np.array_equal(runs.total("churned"), runs.total("lost"))


def test_members_leave_only_when_they_renew():
    """Days of renewal are spread evenly over the year: of 292 days' renewals a fifth leaves, and all others buy."""
    made = process(292, step="4d", brand=ALL_CUSTOMERS, purchases="annual", churn_per_year=CHURN)
    runs = run_process(made, 60)
    renewing = N_PEOPLE * 292 / YEAR

    assert agrees(runs.total("churned"), CHURN * renewing)
    assert agrees(runs.total("repeat_purchases"), (1 - CHURN) * renewing)
    assert np.array_equal(runs.total("loyal"), runs.total("repeat_purchases"))


@pytest.mark.parametrize("retain_factor", [0.0, 0.5])
def test_content_holds_customers_back(retain_factor):
    """All engage in the first hours: the hazard is chi (1 - (1 - f) 2^(-t / h)) a year from then on.

    Stays: exp(-chi (T - (1 - f) h / ln 2 (1 - 2^(-T / h)))). Bias: an hour's half-life of the post, .06 days before it
    is seen: chi (1 - f) .06 / 365 of the customers.
    """
    post = Item(
        name="post",
        channel="owned",
        start=START,
        follower_reach=1.0,
        seen_prob=1.0,
        engage_prob=1.0,
        half_life=Duration("1h"),
    )
    brand = Brand(customers_fraction=1.0, followers_fraction=1.0)
    half_life, days, churn = 90.0, 200, 0.6
    value = {
        "churn_per_year": churn,
        "retain_factor": retain_factor,
        "relationship_half_life": Duration(half_life),
    }
    runs = run_process(process(days, step="1d", brand=brand, content=(post,), **value), 60)
    chi = -math.log(1 - churn) / YEAR
    held_back = (1 - retain_factor) * half_life / math.log(2) * (1 - 2 ** (-days / half_life))

    assert agrees(runs.total("retained"), N_PEOPLE * math.exp(-chi * (days - held_back)), bias=1e-3 * N_PEOPLE * chi)


# Talk in connection with purchases.


@pytest.mark.parametrize(
    ("dissatisfied", "tells", "expected"), [(0.0, 2.0, 1.0), (1.0, 3.0, 1.5), (0.25, 2.0, 0.75 * 1.0 + 0.25 * 3.5)]
)
def test_a_purchase_again_is_told_of_in_part(dissatisfied, tells, expected):
    """`tells_per_repeat` .5 of the tells of her satisfaction for each purchase again; nobody is persuaded."""
    words = WordOfMouth(
        satisfied_tells=tells,
        dissatisfied_tells=3.0 if dissatisfied == 1.0 else 7.0,
        dissatisfied_fraction=dissatisfied,
        tells_per_repeat=0.5,
        persuasion_prob=0.0,
    )
    campaign = Campaign(
        step=Duration("10d"), brand=ALL_CUSTOMERS, word_of_mouth=words, value=Value(purchases_per_year=2.0)
    )
    runs = run_process(process_of(campaign, complete_graph(500), days=3650, rng_seed=122), 60)
    again, wanted = runs.total("repeat_purchases"), runs.total("tells_wanted")

    assert agrees(again, 500 * 2 * 3650 / YEAR, bias=500 * 2 * 10 / YEAR)
    assert agrees(wanted - expected * again, 0.0)
