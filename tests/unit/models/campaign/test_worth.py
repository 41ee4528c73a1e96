"""What a customer will buy: closed forms (MODELS L12), plain recursions, and a crowd of customers drawn by lot."""

import math

import numpy as np
import pytest
from scipy.integrate import quad

from wom_sim import ScenarioError
from wom_sim.models.campaign import Campaign
from wom_sim.models.campaign.value import Value
from wom_sim.models.campaign.worth import future_purchases, renewals

YEARLY = Value(purchases_per_year=1.0, churn_per_year=0.2, discount_rate=0.1)
ANNUAL = Value(purchases="annual", churn_per_year=0.2, discount_rate=0.1)


def test_with_a_rate_the_value_is_the_published_one():
    """L12: m + m lambda / (chi + ln(1 + i)) = 414.02 for m = 100, lambda = 1, chi = -ln .8, i = .1."""
    assert 100.0 + 100.0 * future_purchases(YEARLY, 0.0, 1000.0)[0] == pytest.approx(414.02, abs=0.005)


def test_at_anniversaries_the_value_is_the_published_one():
    """L12 and Gupta & Lehmann (2003): m (1 + i) / (1 + i - r) = 366.67 for m = 100, r = .8, i = .1."""
    assert 100.0 + 100.0 * renewals(ANNUAL, 0.0, 1000)[0] / 1.1 == pytest.approx(366.67, abs=0.005)


@pytest.mark.parametrize("years", [0.01, 1.0, 5.0, 40.0])
def test_a_finite_horizon_is_an_integral(years):
    """Satisfied for ever: she is there at s with e^(-chi s), and what she buys then is worth e^(-delta s)."""
    fade = -math.log(0.8) + math.log(1.1)
    expected, _ = quad(lambda s: math.exp(-fade * s), 0.0, years)
    assert future_purchases(YEARLY, 0.0, years)[0] == pytest.approx(expected, rel=1e-9)


def test_one_who_is_dissatisfied_once_is_so_until_she_buys():
    """With d = 0 the dissatisfied leaves at 3 times the satisfied's yearly part, or buys and is satisfied."""
    fade, leave, delta = -math.log(0.8) + math.log(1.1), -math.log1p(-0.6), math.log(1.1)
    buys = 1.0 / (1.0 + leave + delta)
    assert future_purchases(YEARLY, 0.0, 1000.0)[1] == pytest.approx(buys * (1.0 + 1.0 / fade), rel=1e-9)


def test_two_states_mix_as_the_linear_system_says():
    """Without end V = -A^-1 b; in between V' = A V + b by small steps of Runge and Kutta."""
    value, d = Value(purchases_per_year=2.0, churn_per_year=0.3, discount_rate=0.05), 0.25
    leave = np.array([-math.log1p(-0.3), -math.log1p(-0.9)])
    matrix = 2.0 * np.array([[1.0 - d, d]] * 2) - np.diag(leave + math.log(1.05) + 2.0)
    assert future_purchases(value, d, 500.0) == pytest.approx(np.linalg.solve(-matrix, [2.0, 2.0]), rel=1e-9)

    def slope(v):
        return matrix @ v + 2.0

    v, h = np.zeros(2), 1.5 / 2000
    for _ in range(2000):
        a = slope(v)
        b = slope(v + h / 2 * a)
        c = slope(v + h / 2 * b)
        v = v + h / 6 * (a + 2 * b + 2 * c + slope(v + h * c))
    assert future_purchases(value, d, 1.5) == pytest.approx(v, rel=1e-9)


@pytest.mark.parametrize("start", [0, 1])
def test_customers_drawn_by_lot_buy_as_much_on_average(start):
    """Each lives three years by two clocks; purchases are discounted one by one. Tolerance: 4 standard errors."""
    value, d, years, n = Value(purchases_per_year=1.5, churn_per_year=0.2, discount_rate=0.2), 0.3, 3.0, 20_000
    leave = np.array([-math.log1p(-0.2), -math.log1p(-0.6)])
    lots = np.random.default_rng(7 + start)
    bought, time, state = np.zeros(n), np.zeros(n), np.full(n, start)
    there = np.ones(n, bool)
    while there.any():
        rate = leave[state] + 1.5
        time += lots.exponential(1.0, n) / rate
        there &= (time < years) & (lots.uniform(size=n) < 1.5 / rate)
        bought += there * 1.2**-time
        state = (lots.uniform(size=n) < d).astype(int)
    expected = future_purchases(value, d, years)[start]
    assert abs(bought.mean() - expected) < 4 * bought.std(ddof=1) / math.sqrt(n)


def test_renewals_count_down_one_by_one():
    value, d = Value(purchases="annual", churn_per_year=0.2, discount_rate=0.1), 0.25
    assert renewals(value, d, 0) == (0.0, 0.0)
    assert renewals(value, d, 1) == pytest.approx((0.8, 0.4))
    after = 0.75 * 0.8 + 0.25 * 0.4
    assert renewals(value, d, 2) == pytest.approx((0.8 * (1 + after / 1.1), 0.4 * (1 + after / 1.1)))


@pytest.mark.parametrize("years", [-1.0, 0.0])
def test_nothing_is_bought_after_the_horizon(years):
    assert future_purchases(YEARLY, 0.1, years) == (0.0, 0.0)


def test_without_repeats_nothing_is_bought_and_without_fading_all_counts():
    assert future_purchases(Value(churn_per_year=0.2), 0.1, 5.0) == (0.0, 0.0)
    kept = Value(purchases_per_year=2.0, discount_rate=0.0)
    assert future_purchases(kept, 0.5, 5.0) == pytest.approx((10.0, 10.0))
    assert renewals(Value(purchases="annual", discount_rate=0.0), 0.5, 7) == (7.0, 7.0)


def test_the_fastest_buyers_cost_no_digits():
    """10 000 purchases a year over 50 years: a stiff system."""
    value = Value(purchases_per_year=10_000.0, churn_per_year=0.2, discount_rate=0.1)
    fade = -math.log(0.8) + math.log(1.1)
    expected = 10_000.0 * -math.expm1(-50.0 * fade) / fade
    assert future_purchases(value, 0.0, 50.0)[0] == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"price": 3.0, "margin": 4.0}, "value.margin: must be at most the price, 3, got 4"),
        (
            {"purchases": "annual", "purchases_per_year": 2.0},
            (
                'value.purchases_per_year: must be 1 with purchases = "annual", got 2; '
                'remove it, or take purchases = "rate"'
            ),
        ),
    ],
)
def test_prices_and_rates_that_contradict_each_other_are_refused(value, said):
    with pytest.raises(ScenarioError) as error:
        Campaign(value=value)
    assert error.value.problems == (said,)
    assert Campaign(value={"price": 4.0, "margin": 4.0, "purchases": "annual", "purchases_per_year": 1.0})
