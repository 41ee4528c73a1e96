"""Talk to a few listeners among very many people: branching processes and self-exciting models.

MODELS.md 18.5 L10, L11, L16, 18.6 and section 13. Tolerance 4 s / sqrt(R), plus the bias that the test states: among n
people a telling meets one who has decided already with the chance (decided) / n.
"""

import math
from pathlib import Path

import numpy as np
import pytest

import wom_sim as wom
from campaign_runner import (
    above,
    agrees,
    lines_of,
    people_in,
    poisson_network,
    process_of,
    run_campaign,
    run_process,
)
from kernel_runner import compiled_only
from wom_sim.durations import Duration
from wom_sim.engine.plan import plan_scenario
from wom_sim.graph.csr import complete_graph
from wom_sim.kernels.campaign import codes
from wom_sim.models.campaign import Campaign, Limits, Starting, WordOfMouth

pytestmark = compiled_only

CONTRACT = Path(__file__).parents[1] / "contract"
MANY = complete_graph(1_000_000)
SATISFIED, DISSATISFIED = Starting(start_as="satisfied"), Starting(start_as="dissatisfied")


def talk(*, step="1d", limits=None, **keys):
    return Campaign(step=step, word_of_mouth=WordOfMouth(**keys), limits=Limits(**(limits or {})))


# L10: the big seed.


@pytest.mark.parametrize(
    ("reproduction", "printed"), [(0.041, 0.010423), (0.5, 0.0197071), (0.7, 0.0317812)], ids=["R=.041", "R=.5", "R=.7"]
)
def test_big_seed(reproduction, printed):
    """L10, k = 1, a = R: F = 1 - (1 - f0) exp(-R F), f0 = 2,000 of 200,000; endless people: n0 / (1 - R).

    Bias: distinct listeners and one's own place, O(1 / n) of each telling: below one person in 200,000 * F.
    """
    n, n0 = 200_000, 2000
    share = 0.01
    for _ in range(500):
        share = 1 - 0.99 * math.exp(-reproduction * share)
    assert share == pytest.approx(printed, abs=6e-7)
    assert n * share < n0 / (1 - reproduction)
    campaign = talk(dissatisfied_fraction=0.0, persuasion_prob=reproduction)
    runs = run_campaign(
        campaign, complete_graph(n), range(n0), days=100, n_replicas=150, rng_seed=81, starting=SATISFIED
    )

    assert agrees(runs.total("satisfied"), n * share, bias=1.0)


@pytest.mark.parametrize("distribution", ["poisson", "fixed", "geometric"])
def test_big_seed_by_any_distribution_of_tells(distribution):
    """L10: n0 / (1 - k a) holds for every distribution of tells, k = 2.5, a = .2: 2 n0. Bias: 200^2 / n = .04."""
    campaign = talk(
        dissatisfied_fraction=0.0, persuasion_prob=0.2, satisfied_tells=2.5, tells_distribution=distribution
    )
    runs = run_campaign(campaign, MANY, range(100), days=90, n_replicas=1500, rng_seed=82, starting=SATISFIED)

    assert agrees(runs.total("satisfied"), 200.0, bias=0.04)
    assert agrees(runs.total("positive_tells"), 500.0, bias=0.1)


# L11: two-type branching.


def branching(*, good, bad, d, tells, rejecter_talks):
    """Mean (S, D, X) from one S: 1 / (1 - R), k+ a+ d / (1 - R), E[D] k- a- / (1 - R_x); X from one D."""
    k_good, k_bad, k_rejecter = tells
    reproduction = k_good * good * (1 - d)
    dissatisfied = k_good * good * d / (1 - reproduction)
    below_one = k_bad * bad / (1 - k_rejecter * rejecter_talks * bad)
    return 1 / (1 - reproduction), dissatisfied, dissatisfied * below_one, below_one


def test_branching_numbers():
    """L11: the printed numbers follow from the formulas."""
    found = branching(good=0.3, bad=0.3, d=0.1, tells=(1, 7, 7), rejecter_talks=0.2)
    assert 1000 * np.array(found[:3]) == pytest.approx([1369.86, 41.10, 148.80], abs=0.005)
    found = branching(good=0.125, bad=0.25, d=0.045, tells=(1, 7, 7), rejecter_talks=0.1)
    assert found == pytest.approx((1.1356, 0.00639, 0.01355, 2.1212), abs=5e-5)


def test_one_against_seven():
    """L11, the scenario itself: 1369.86 satisfied, 41.10 dissatisfied, 148.80 rejecters of 1,000,000.

    Bias: each good telling fails with chance 1560 / 10^6 at most: .0016 of the 370 + 41 won, times 1 / (1 - R): .9 S
    and .07 D; bad tellings likewise .0016 * 148.8 / (1 - .42) = .4 X, and customers who leave, .3 * .25 of the
    1,400 / 10^6 of 500 bad tellings: .05.
    """
    case = plan_scenario(wom.read_scenario(CONTRACT / "one_vs_seven.toml"))
    assert (case.graph.n_people, len(case.seed_nodes), case.n_replicas) == (1_000_000, 1000, 200)
    case.process.check()
    runs = run_process(case.process, case.n_replicas)

    assert agrees(runs.total("satisfied"), 1369.86, bias=0.95)
    assert agrees(runs.total("dissatisfied"), 41.10, bias=0.12)
    assert agrees(runs.total("rejecters"), 148.80, bias=0.45)


@pytest.mark.parametrize("start", ["satisfied", "dissatisfied"])
def test_one_customer_with_the_default_numbers(start):
    """L11, a+ = .125, a- = .25: one S seed S 1.1356, D .00639, X .01355; one D seed X 2.1212, and no S."""
    campaign = talk(negative_power=2.0)
    starting = Starting(start_as=start)
    runs = run_campaign(campaign, MANY, [7], days=80, n_replicas=20_000, rng_seed=83, starting=starting)

    expected = branching(good=0.125, bad=0.25, d=0.045, tells=(1, 7, 7), rejecter_talks=0.1)
    if start == "satisfied":
        for name, exact in zip(("satisfied", "dissatisfied", "rejecters"), expected[:3], strict=True):
            assert agrees(runs.total(name), exact, bias=1e-4)
    else:
        assert agrees(runs.total("rejecters"), expected[3], bias=1e-4)
        assert (runs.total("satisfied") == 0).all()


def test_rejecters_who_all_talk_turn_most_people_away():
    """L11 above the critical point, R_x = 7 * .25 = 1.75: F = 1 - (1 - f0) exp(-1.75 F), .7127 for few D seeds.

    n = 60,000, f0 = .0005; bias O(1 / n) of each telling: 2e-5.
    """
    n, n0 = 60_000, 30
    share = 0.5
    for _ in range(500):
        share = 1 - (1 - n0 / n) * math.exp(-1.75 * share)
    assert share == pytest.approx(0.7127, abs=6e-4)
    campaign = talk(persuasion_prob=0.25, rejecter_talk_prob=1.0, customer_negative_factor=0.0)
    runs = run_campaign(
        campaign, complete_graph(n), range(n0), days=100, n_replicas=16, rng_seed=84, starting=DISSATISFIED
    )

    assert agrees((runs.total("rejecters") + n0) / n, share, bias=2e-5)


# Section 13: one against seven is three to one.


@pytest.mark.parametrize("rejecters_talk", [0.0, 0.1])
def test_three_good_tellings_for_a_bad_one(rejecters_talk):
    """Section 13, defaults: told volume (1 - d) 1 : 7 d = 3.03; with rejecters who talk, times 1 - 7 s_x a = .9125.

    20,000 customers start among 1,000,000. Bias: good tellings are heard whoever hears them; rejecters are fewer by the
    3 % who are customers already, so that the volume they add, .0875 / .9125 of the bad, is smaller by that.
    """
    campaign = talk(rejecter_talk_prob=rejecters_talk)
    runs = run_campaign(
        campaign, MANY, range(20_000), days=60, n_replicas=30, rng_seed=85, starting=Starting(start_as="customer")
    )

    ratio = (1 - 0.045) / (7 * 0.045) * (1 - 7 * rejecters_talk * 0.125)
    assert ratio == pytest.approx(3.0317 if rejecters_talk == 0.0 else 2.7665, abs=1e-4)
    good, bad = runs.total("positive_tells"), runs.total("negative_tells")
    assert agrees(good - ratio * bad, 0.0, bias=0.03 * 0.096 * rejecters_talk * 10 * ratio * bad.mean())


# L16: self-exciting models.


def test_descendants_by_time():
    """L16, one starter, n* = .5, exponential delays of a mean of a day: n* / (1 - n*) (1 - exp(-(1 - n*) t)).

    Purchases keep their real times whatever the length of a step, so that there is no bias: the log is read.
    """
    times, printed = np.array([1.0, 2.0, 5.0, 10.0]), (0.39347, 0.63212, 0.91792, 0.99326)
    descendants = np.array([np.searchsorted(bought, times) / 100 for bought in bought_at("1d", 200)])

    for i, exact in enumerate(printed):
        assert exact == pytest.approx(1 - math.exp(-0.5 * times[i]), abs=6e-6)
        assert agrees(descendants[:, i], exact)
    for day, quarter in zip(bought_at("1d", 3), bought_at("6h", 3), strict=True):
        assert day == pytest.approx(quarter, rel=1e-12)


def bought_at(step, n_batches):
    """The days of all purchases, sorted, of each batch of 100 replicas."""
    campaign = talk(step=step, dissatisfied_fraction=0.0, persuasion_prob=0.5)
    process = process_of(campaign, MANY, [3], days=60, rng_seed=86, starting=SATISFIED)
    scratch = process.new_scratch(np.zeros(1, np.uint8))
    for batch in range(n_batches):
        lines = lines_of(process, 100 * batch, 100 * (batch + 1), scratch=scratch)
        yield np.sort(lines["time"][lines["what"] == codes.LOG_BOUGHT]) * process.days_per_step


def test_descendants_by_step():
    """L16 by the curves, dt = .05: a purchase counts in a step no earlier than its own time, and dt g later at most.

    g is the generation, so that the mean falls short by less than dt n* (1 + n* t) exp(-(1 - n*) t).
    """
    campaign = talk(step="1.2h", dissatisfied_fraction=0.0, persuasion_prob=0.5)
    runs = run_campaign(
        campaign, MANY, [3], days=11, n_replicas=20_000, rng_seed=87, starting=SATISFIED, curves=["conversions_earned"]
    )

    for t, exact in ((1, 0.39347), (2, 0.63212), (5, 0.91792), (10, 0.99326)):
        bias = 0.05 * 0.5 * (1 + 0.5 * t) * math.exp(-0.5 * t)
        assert agrees(runs.curves["conversions_earned"][:, 20 * t - 1], exact - bias / 2, bias=bias / 2)


def test_borel_sizes():
    """L16, one starter, Poisson(1) tells times .5: P(N = n) = e^(-mu n) (mu n)^(n - 1) / n!, mean 2, variance 4.

    P(1) = .60653, P(2) = .18394, P(>= 10) = .013616. Bias: N^2 / 10^6.
    """
    campaign = talk(dissatisfied_fraction=0.0, persuasion_prob=0.5)
    runs = run_campaign(campaign, MANY, [3], days=80, n_replicas=40_000, rng_seed=88, starting=SATISFIED)
    sizes = runs.total("satisfied")

    def borel(n):
        return math.exp(-0.5 * n) * (0.5 * n) ** (n - 1) / math.factorial(n)

    assert borel(1) == pytest.approx(0.60653, abs=6e-6)
    assert borel(2) == pytest.approx(0.18394, abs=6e-6)
    assert 1 - sum(map(borel, range(1, 10))) == pytest.approx(0.013616, abs=6e-7)
    for n in (1, 2, 3, 5):
        assert agrees(sizes == n, borel(n), bias=1e-5)
    assert agrees(sizes >= 10, 0.013616, bias=1e-5)
    assert agrees(sizes, 2.0, bias=1e-5)
    assert agrees((sizes - 2.0) ** 2, 4.0, bias=1e-4)


def test_large_borel_sizes():
    """L16, mu = .9: mean 10, P(>= 100) = .017420. Bias: N^2 / 10^6, E[N^2] = 1000, so .001 times 1 / (1 - mu)."""
    campaign = talk(dissatisfied_fraction=0.0, persuasion_prob=0.9)
    runs = run_campaign(campaign, MANY, [3], days=300, n_replicas=6000, rng_seed=89, starting=SATISFIED)

    assert agrees(runs.total("satisfied"), 10.0, bias=0.01)
    assert agrees(runs.total("satisfied") >= 100, 0.017420, bias=1e-4)


def test_power_law_delays():
    """L16, SEISMIC: density c to s0 = 5 min, c (s / s0)^-(1 + .2314843) after.

    Later than 1 h .4568, 1 d .2189, 7 d .1395; median 40.6 min. The times of 500 tellings
    of one starter in each of 200 replicas; those after the horizon of 8 days are the rest.
    """
    campaign = talk(
        step="1h",
        persuasion_prob=0.0,
        satisfied_tells=500.0,
        tells_distribution="fixed",
        telling_delay=Duration(300 / 86_400),
        limits={"telling_delay_distribution": "power_law"},
    )
    process = process_of(campaign, complete_graph(5000), [3], days=8, rng_seed=90, starting=SATISFIED)
    hours = np.sort(lines_of(process, 0, 200, n_lines=1 << 18)["time"])
    n = 100_000

    assert hours.max() < 8 * 24
    for after, later in ((1.0, 0.4568), (24.0, 0.2189), (168.0, 0.1395), (40.6 / 60.0, 0.5)):
        assert abs(1 - np.searchsorted(hours, after) / n - later) < 4 * math.sqrt(later * (1 - later) / n) + 5e-5


# 18.6, 18.9 (18): what is so in every replica, and what in the mean.

CITY = poisson_network(1500, 12.0, 1)


@pytest.mark.parametrize("key", ["satisfied_tells", "persuasion_prob"])
def test_more_good_talk_never_loses_a_customer(key):
    """Every replica, d = 0: the customers at 1.0 tells (.1) are among those at 2.5 (.25); all waits are over."""
    values = (1.0, 2.5, 4.0) if key == "satisfied_tells" else (0.1, 0.25, 0.4)
    processes = [
        process_of(
            talk(**({"dissatisfied_fraction": 0.0, "satisfied_tells": 3.0} | {key: value})),
            CITY,
            range(0, 100, 10),
            days=150,
            rng_seed=91,
            starting=SATISFIED,
        )
        for value in values
    ]
    grown = 0
    for r in range(60):
        before = set()
        for process in processes:
            bought = people_in(lines_of(process, r, r + 1), codes.LOG_BOUGHT)
            assert before <= bought
            grown += len(bought) > len(before)
            before = bought
    assert grown > 100


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("dissatisfied_fraction", (0.0, 0.05, 0.15, 0.4)),
        ("dissatisfied_tells", (1.0, 4.0, 10.0)),
        ("rejecter_tells", (2.0, 7.0, 14.0)),
        ("negative_power", (0.5, 1.0, 2.0)),
    ],
)
def test_more_bad_talk_means_fewer_satisfied_customers(key, values):
    """In the paired mean, by more than 4 standard errors; single replicas may go the other way."""
    base = {
        "dissatisfied_fraction": 0.1,
        "satisfied_tells": 6.0,
        "persuasion_prob": 0.25,
        "rejecter_talk_prob": 0.3,
    }
    found = [
        run_campaign(
            talk(**(base | {key: value})), CITY, range(10), days=40, n_replicas=80, rng_seed=92, starting=SATISFIED
        ).total("satisfied")
        for value in values
    ]
    for less, more in zip(found[1:], found[:-1], strict=True):
        assert above(more - less)
