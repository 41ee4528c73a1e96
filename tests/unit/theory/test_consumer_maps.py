"""Maps of consumers who all mix: talk of the network, bad news, and two brands."""

import math

import numpy as np
import pytest

from wom_sim.theory import consumer_maps as maps

MIDDLE = {"n_strong": 17, "n_weak": 17, "advertising": 0.00525, "strong_prob": 0.04, "weak_prob": 0.01}
FEW = {"n_strong": 5, "n_weak": 5, "advertising": 0.0005, "strong_prob": 0.01, "weak_prob": 0.005}
MANY = {"n_strong": 29, "n_weak": 29, "advertising": 0.01, "strong_prob": 0.07, "weak_prob": 0.015}
NEWS = {"advertising": 0.005, "intensity": 0.3, "negative_power": 2.0}


@pytest.mark.parametrize(("ties", "sixteen", "ninety_five"), [(MIDDLE, 6, 12), (FEW, 47, 108), (MANY, 4, 6)])
def test_steps_until_most_are_informed(ties, sixteen, ninety_five):
    informed = maps.informed_by_step(200, **ties)
    assert maps.first_step_at(informed, 0.16) == sixteen
    assert maps.first_step_at(informed, 0.95) == ninety_five


def test_the_first_steps_of_the_middle_of_the_ranges():
    wanted = [0, 0.00525, 0.01488, 0.03237, 0.06359, 0.11756]
    assert maps.informed_by_step(5, **MIDDLE) == pytest.approx(wanted, abs=5e-6)


def test_one_step_is_the_mean_over_ties():
    """A person with 2 strong and 1 weak tie, each informed with chance x, averaged over all eight cases."""
    x, alpha, strong, weak = 0.3, 0.1, 0.4, 0.2
    mean = 0.0
    for informed in np.ndindex(2, 2, 2):
        chance = math.prod(x if yes else 1 - x for yes in informed)
        mean += chance * (1 - (1 - alpha) * (1 - strong) ** (informed[0] + informed[1]) * (1 - weak) ** informed[2])
    ties = {"n_strong": 2, "n_weak": 1, "strong_prob": strong, "weak_prob": weak}
    # The first step informs alpha = x, so the second starts from it.
    second = maps.informed_by_step(2, advertising=x, **ties)[2]
    at_x = 1 - (1 - second) / (1 - x)
    assert 1 - (1 - at_x) * (1 - alpha) / (1 - x) == pytest.approx(mean)


def test_a_level_may_never_come():
    assert maps.first_step_at(maps.informed_by_step(3, **FEW), 0.9) == -1
    assert maps.first_step_at([0.0, 0.5], 0.5) == 1


@pytest.mark.parametrize(
    ("unhappy", "shares", "value"),
    [
        (0.0, (1, 0, 0), 0.8787),
        (0.02, (0.6889, 0.0141, 0.2970), 0.6150),
        (0.05, (0.4862, 0.0256, 0.4882), 0.4390),
        (0.10, (0.3283, 0.0365, 0.6352), 0.2995),
    ],
)
def test_a_few_dissatisfied_cost_much(unhappy, shares, value):
    curves = maps.opinions_by_step(500, dissatisfied_fraction=unhappy, **NEWS)
    assert [curve[-1] for curve in curves] == pytest.approx(shares, abs=6e-5)
    assert maps.net_present_value(curves.satisfied, discount_rate=0.1 / 12) == pytest.approx(value, abs=6e-5)


def test_bad_news_on_the_way():
    curves = maps.opinions_by_step(20, dissatisfied_fraction=0.05, **NEWS)
    assert [curve[10] for curve in curves] == pytest.approx((0.1602, 0.0084, 0.0501), abs=6e-5)
    assert [curve[20] for curve in curves] == pytest.approx((0.4677, 0.0246, 0.4470), abs=6e-5)


def test_without_dissatisfied_news_is_talk_of_many_faint_ties():
    """d = 0 is the map of informed people with n ties of chance A / n."""
    satisfied = maps.opinions_by_step(40, dissatisfied_fraction=0, **NEWS).satisfied
    ties = {"n_strong": 10**7, "n_weak": 0, "strong_prob": 0.3 / 10**7, "weak_prob": 0}
    assert satisfied == pytest.approx(maps.informed_by_step(40, advertising=0.005, **ties), abs=1e-6)


def test_weaker_bad_news_does_less_harm():
    ends = [
        maps.opinions_by_step(300, **(NEWS | {"negative_power": m}), dissatisfied_fraction=0.05).satisfied[-1]
        for m in (0, 0.5, 1, 2, 4)
    ]
    assert ends == sorted(ends, reverse=True)
    assert ends[0] == pytest.approx(0.95)


def test_two_brands():
    one = maps.brand_prob(2, advertising=0.02, wom_prob=0.1)
    two = maps.brand_prob(1, advertising=0.01, wom_prob=0.16)
    assert maps.choice(one, two) == pytest.approx((0.1905899, 0.1492860, 0.6601241), abs=5e-8)


@pytest.mark.parametrize(("one", "two"), [(0, 0), (0, 0.4), (0.3, 0), (1, 1), (0.2, 0.9), (1e-300, 1e-300)])
def test_a_choice_adds_up_and_does_not_care_for_order(one, two):
    found = maps.choice(one, two)
    assert sum(found) == pytest.approx(1)
    assert maps.choice(two, one) == pytest.approx((found.second, found.first, found.neither))
    assert found.neither == pytest.approx((1 - one) * (1 - two))


def test_value_discounts_by_step():
    assert maps.net_present_value([1, 3, 3, 7], discount_rate=1.0, margin=2.0) == pytest.approx(2 * (1 + 2 / 2 + 4 / 8))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: maps.informed_by_step(-1, **FEW), "n_steps: must be at least 0, got -1"),
        (lambda: maps.informed_by_step(1, **(FEW | {"weak_prob": 2})), r"weak_prob: must be in \[0, 1\], got 2"),
        (lambda: maps.informed_by_step(1, **(FEW | {"n_weak": 1.5})), "n_weak: must be a whole number, got 1.5"),
        (lambda: maps.first_step_at([0], 95), r"level: must be in \[0, 1\], got 95"),
        (lambda: maps.choice(-0.1, 0), r"first_prob: must be in \[0, 1\], got -0.1"),
        (lambda: maps.brand_prob(-1, advertising=0, wom_prob=0), "n_adopters: must be at least 0, got -1"),
        (
            lambda: maps.opinions_by_step(1, dissatisfied_fraction=0, **(NEWS | {"intensity": -1})),
            "intensity: must be at least 0",
        ),
        (lambda: maps.net_present_value([[0]], discount_rate=0), "adopted: must have one entry per step, got shape"),
        (lambda: maps.net_present_value([0], discount_rate=-1), "discount_rate: must be at least 0"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(call, message):
    with pytest.raises(ValueError, match=message) as error:
        call()
    assert "\n" not in str(error.value)
