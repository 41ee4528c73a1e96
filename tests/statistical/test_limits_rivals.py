"""Rivals: MODELS.md 18.5 L8 (Libai, Muller & Peres 2013), a rival's ad, switching. Tolerance 4 s / sqrt(R), no bias."""

import numpy as np
import pytest

from campaign_runner import SILENT, ad, agrees, run_campaign
from kernel_runner import compiled_only
from wom_sim.graph.csr import Graph, complete_graph
from wom_sim.models.campaign import Brand, Campaign, Limits, Starting, WordOfMouth
from wom_sim.models.campaign.rival import Competitor, RivalTalk

pytestmark = compiled_only

SURE = {"seen_prob": 1.0, "engage_prob": 1.0, "click_prob": 1.0, "buy_prob": 1.0}


def ever_shown(n, n_impressions, chance=1.0):
    """People of n to whom something of this chance a showing happens in I impressions at random."""
    return n * (1 - (1 - chance / n) ** n_impressions)


# L8: two brands that both talk to one person who has none.


def chances(delta, q, n):
    """P = 1 - (1 - delta) (1 - q)^N of each brand."""
    return [1 - (1 - d) * (1 - p) ** k for d, p, k in zip(delta, q, n, strict=True)]


def proportional(a, b):
    return a * (1 - b) + a * b * a / (a + b), b * (1 - a) + a * b * b / (a + b)


def uniform_success(a, b):
    return a * (1 - b) + a * b / 2, b * (1 - a) + a * b / 2


def test_the_printed_chances():
    p_a, p_b = proportional(*chances((0.02, 0.01), (0.1, 0.16), (2, 1)))
    assert (p_a, p_b, 1 - p_a - p_b) == pytest.approx((0.1905899, 0.1492860, 0.6601241), abs=5e-8)


@pytest.mark.parametrize("rule", [proportional, uniform_success])
@pytest.mark.parametrize(
    ("delta", "q", "n", "n_replicas"),
    [
        ((0.02, 0.01), (0.1, 0.16), (2, 1), 40_000),
        ((0.01, 0.04), (0.16, 0.04), (3, 2), 20_000),
        ((0.005, 0.02), (0.3, 0.45), (4, 1), 20_000),
    ],
)
def test_two_brands_among_the_undecided(delta, q, n, n_replicas, rule):
    """L8: a step after the rival's first N_B buyers, with N_A customers who talk, each undecided person chooses so.

    Customers of rivals have told already on day 0, so the rival's talkers are those whom step 0 won from outside:
    of 50 undecided people, replicas where they are as many as wanted and nobody has bought the own brand.
    """
    without, talkers = 50, n[0]
    own = Brand(
        customers_fraction=talkers / (without + talkers),
        customers_talk=True,
        baseline_sales_per_day=without * delta[0],
    )
    rival = Competitor(
        name="B", baseline_sales_per_day=without * delta[1], word_of_mouth=RivalTalk(persuasion_prob=q[1])
    )
    campaign = Campaign(
        brand=own,
        word_of_mouth=WordOfMouth(persuasion_prob=q[0], dissatisfied_fraction=0.0),
        competitors=[rival],
        limits=Limits(talk="persistent", conflict=rule.__name__),
    )
    graph = complete_graph(without + talkers)
    before, after = (
        run_campaign(campaign, graph, days=days, n_replicas=n_replicas, rng_seed=301).by_brand["buyers"]
        for days in (1, 2)
    )
    fit = (before[:, 0] == 0) & (before[:, 1] == n[1])
    asked, expected = without - n[1], rule(*chances(delta, q, n))
    assert fit.sum() > 1000
    assert agrees(after[fit, 0], asked * expected[0])
    assert agrees(after[fit, 1] - n[1], asked * expected[1])
    assert agrees(asked + n[1] - after[fit].sum(axis=1), asked * (1 - sum(expected)))


def test_purchases_from_outside_are_shared_among_people_without_a_brand():
    """Of 2000 people 300 are customers and 500 a rival's: 6 and 9 people a day among 1200, in clocks at two rates."""
    campaign = Campaign(
        brand=Brand(customers_fraction=0.15, baseline_sales_per_day=6.0),
        word_of_mouth=SILENT,
        competitors=[Competitor(name="B", customers_fraction=0.25, baseline_sales_per_day=9.0, switch_prob=0.0)],
    )
    runs = run_campaign(campaign, complete_graph(2000), days=1, n_replicas=4000, rng_seed=302)
    for brand, part in enumerate(proportional(6 / 1200, 9 / 1200)):
        assert agrees(runs.by_brand["buyers"][:, brand], 1200 * part)


# What a rival's content does, and what switching takes.


def test_a_rivals_ad_from_view_to_purchase():
    """As C3 of the own: N (1 - (1 - s e / N)^I) engage, click_prob * buy_prob of them are the rival's; own: nothing."""
    n, n_impressions, s, e, click, buy = 3000, 9000, 0.7, 0.25, 0.4, 0.3
    item = ad(n_impressions, seen_prob=s, engage_prob=e, wear_out=1.0, click_prob=click, buy_prob=buy)
    campaign = Campaign(word_of_mouth=SILENT, competitors=[Competitor(name="B", content=[item])])
    runs = run_campaign(campaign, complete_graph(n), days=12, n_replicas=500, rng_seed=303)

    of_rival = {name: counts[:, 1] for name, counts in runs.by_brand.items()}
    assert (of_rival["impressions"] == n_impressions).all()
    assert agrees(of_rival["views_paid"], s * n_impressions)
    assert agrees(of_rival["buyers"], ever_shown(n, n_impressions, s * e) * click * buy)
    assert np.array_equal(of_rival["customers"], of_rival["buyers"])
    assert not any(counts.any() for counts in runs.by_segment.values())
    assert not any(counts[:, 0].any() for counts in runs.by_brand.values())


@pytest.mark.parametrize("s", [0.2, 0.65])
def test_sure_ads_win_the_part_of_a_rivals_customers_that_switch(s):
    """Everybody is the rival's: s of those who saw the ad buy, and the rest never do."""
    n, n_impressions = 2000, 3000
    rival = Competitor(name="B", customers_fraction=1.0, switch_prob=s)
    campaign = Campaign(content=[ad(n_impressions, **SURE)], word_of_mouth=SILENT, competitors=[rival])
    runs = run_campaign(campaign, complete_graph(n), days=12, n_replicas=400, rng_seed=304)

    won = runs.by_brand["won_from"][:, 1]
    assert agrees(won, s * ever_shown(n, n_impressions))
    assert np.array_equal(won, runs.total("purchases"))
    assert np.array_equal(runs.by_brand["customers"][:, 1], n - won)
    assert not runs.by_brand["lost_to"].any()


@pytest.mark.parametrize("s", [0.2, 0.65])
def test_a_rivals_sure_ads_win_the_part_of_the_own_customers_that_switch(s):
    n, n_impressions = 2000, 3000
    rival = Competitor(name="B", content=[ad(n_impressions, **SURE)])
    own = Brand(customers_fraction=1.0, switch_prob=s)
    campaign = Campaign(brand=own, word_of_mouth=SILENT, competitors=[rival])
    runs = run_campaign(campaign, complete_graph(n), days=12, n_replicas=400, rng_seed=305)

    lost = runs.by_brand["lost_to"][:, 1]
    assert agrees(lost, s * ever_shown(n, n_impressions))
    assert np.array_equal(lost, runs.total("lost"))
    assert np.array_equal(runs.by_brand["customers"][:, 1], lost)
    assert np.array_equal(runs.customers, n - lost)


@pytest.mark.parametrize("s", [0.2, 0.65])
def test_sure_tellings_win_the_part_that_switches(s):
    """The middle of a star tells its 40 leaves, all of them the rival's: s of them buy."""
    leaves = 40
    star = Graph.from_edges([0] * leaves, list(range(1, leaves + 1)), directed=False)
    talk = WordOfMouth(
        satisfied_tells=float(leaves), tells_distribution="fixed", persuasion_prob=1.0, dissatisfied_fraction=0.0
    )
    rival = Competitor(name="B", customers_fraction=1.0, switch_prob=s)
    campaign = Campaign(word_of_mouth=talk, competitors=[rival])
    starting = Starting(start_as="satisfied")
    runs = run_campaign(campaign, star, [0], days=60, n_replicas=4000, rng_seed=306, starting=starting)
    assert agrees(runs.total("conversions_earned"), leaves * s)
    assert agrees(runs.by_brand["won_from"][:, 1], leaves * s)
