"""Rivals in the campaign's oracle where the answer is known without it."""

import datetime
from dataclasses import replace
from random import Random

import pytest

from campaign_case import START
from campaign_cases import draw_case
from kernel_runner import store
from oracles import campaign as oracle
from oracles.campaign_people import LOST, SATISFIED, UNDECIDED
from wom_sim.durations import Duration
from wom_sim.graph.csr import complete_graph
from wom_sim.models.campaign import Brand, Campaign, Competitor, Crisis, Item, Limits, RivalTalk, Starting, WordOfMouth

SILENT = WordOfMouth(satisfied_tells=0.0, dissatisfied_tells=0.0, rejecter_tells=0.0, dissatisfied_fraction=0.0)
SURE = {"engage_prob": 1.0, "click_prob": 1.0, "seen_prob": 1.0, "half_life": Duration(0.001), "follower_reach": 1.0}


def post(name, day=0, buy_prob=1.0, **given):
    """All who follow see it at once, engage and visit the shop."""
    start = START + datetime.timedelta(days=day)
    return Item(name=name, channel="owned", start=start, buy_prob=buy_prob, **{**SURE, **given})


def rival(name="x", **given):
    return Competitor(name=name, **{"followers_fraction": 1.0, **given})


def run(n, graph=None, starters=(), starting=None, days=20, replica=0, **sections):
    campaign = Campaign(**{"word_of_mouth": SILENT, **sections})
    keys = {"rng_seed": 3, "replica": replica, "start": START, "horizon_days": days}
    outcome = oracle.run(campaign, starting, (), graph or complete_graph(n), list(starters), **keys)
    for name, numbers in outcome.counts.items():
        assert sum(outcome.series[name]) == sum(numbers), name
    return outcome


def test_each_brand_has_its_customers_on_day_0():
    rivals = (rival("x", customers_fraction=0.2), rival("y", customers_fraction=0.1))
    outcome = run(50, brand=Brand(customers_fraction=0.7), competitors=rivals)
    assert outcome.brands["customers"] == [35, 10, 5]
    assert outcome.counts["aware"] == outcome.counts["satisfied"] == [35]
    assert sum(outcome.brands["buyers"]) == 0


@pytest.mark.parametrize(("switch", "won"), [(0.0, 0), (1.0, 20)])
def test_customers_of_a_rival_are_won_as_far_as_they_switch(switch, won):
    rivals = (rival(customers_fraction=0.4, switch_prob=switch),)
    outcome = run(50, content=(post("p"),), brand=Brand(followers_fraction=1.0), competitors=rivals)
    assert outcome.brands["won_from"] == [0, won]
    assert outcome.brands["customers"] == [30 + won, 20 - won]
    assert outcome.brands["buyers"] == [30 + won, 0]
    assert outcome.counts["visits_owned"] == outcome.counts["views"] == [50]


def test_half_of_them_are_won_where_half_switch():
    rivals = (rival(customers_fraction=1.0, switch_prob=0.5),)
    outcome = run(400, content=(post("p", buy_prob=0.8),), brand=Brand(followers_fraction=1.0), competitors=rivals)
    assert abs(outcome.brands["won_from"][1] - 160) < 4 * 10


@pytest.mark.parametrize(("switch", "lost"), [(0.0, 0), (1.0, 30)])
def test_own_customers_are_lost_to_a_rival_as_far_as_they_switch(switch, lost):
    brand = Brand(customers_fraction=1.0, switch_prob=switch)
    outcome = run(30, brand=brand, competitors=(rival(content=(post("p"),)),))
    assert outcome.brands["lost_to"] == outcome.brands["buyers"] == [0, lost]
    assert outcome.counts["lost"] == [lost]
    assert outcome.counts["retained"] == [30 - lost]
    assert outcome.status == [LOST if lost else SATISFIED] * 30
    assert outcome.items["conversions"] == [lost]
    assert outcome.items["views"] == outcome.items["reach"] == outcome.items["clicks"] == [30]


def test_nobody_comes_back_to_the_own_brand():
    brand = Brand(customers_fraction=1.0, followers_fraction=1.0, switch_prob=1.0)
    rivals = (rival(content=(post("away"),), switch_prob=1.0),)
    outcome = run(30, brand=brand, content=(post("back", day=3),), competitors=rivals)
    assert outcome.brands["customers"] == [0, 30]
    assert outcome.counts["purchases"] == [0]


def test_what_rivals_do_is_not_counted_for_the_own_brand():
    rivals = (rival(content=(post("p"),), crises=(crisis(),), word_of_mouth=RivalTalk(satisfied_tells=3.0)),)
    outcome = run(30, competitors=rivals)
    assert {name for name, numbers in outcome.counts.items() if sum(numbers)} == set()
    assert outcome.brands["views_owned"] == outcome.brands["impressions"] == [0, 30]
    assert outcome.brands["tells"][1] > 10
    assert outcome.brands["believers_ever"] == [0, 30]
    assert outcome.status == [UNDECIDED] * 30


def crisis(**given):
    return Crisis(name="c", start=START, **{"starts_with": 30, "share_prob": 0.0, **given})


def test_a_claim_about_a_rival_costs_it_customers_for_good():
    keys = {"customers_fraction": 1.0, "content": (post("p", day=3),)}
    outcome = run(30, competitors=(rival(crises=(crisis(customer_loss_prob=1.0),), **keys),))
    assert outcome.brands["customers"] == outcome.brands["buyers"] == [0, 0]
    assert outcome.counts["lost"] == [0]


@pytest.mark.parametrize(("damage", "bought"), [(1.0, 0), (0.0, 30)])
def test_believers_buy_less_of_the_rival_alone(damage, bought):
    keys = {"crises": (crisis(purchase_damage=damage),), "content": (post("p", day=3),), "switch_prob": 0.0}
    brand = Brand(followers_fraction=1.0)
    competitors = (rival(**keys),)
    assert run(30, competitors=competitors).brands["buyers"] == [0, bought]
    both = run(30, brand=brand, content=(post("own", day=6),), competitors=competitors)
    assert both.brands["buyers"][0] == 30 - bought


def test_bad_words_make_people_shun_a_rival():
    """All buy, are dissatisfied and tell all others, who leave; nobody buys there again."""
    words = {"dissatisfied_fraction": 1.0, "dissatisfied_tells": 100.0, "satisfied_tells": 0.0}
    talk = RivalTalk(**words, persuasion_prob=1.0, customer_negative_factor=1.0, rejecter_talk_prob=0.0)
    items = (post("p"), post("again", day=10))
    outcome = run(30, competitors=(rival(content=items, word_of_mouth=talk),), days=200)
    assert outcome.brands["buyers"] == [0, 30]
    assert outcome.brands["customers"] == [0, 0]
    assert outcome.brands["tells"] == [0, 30 * 29]
    assert outcome.items["conversions"] == [30, 0]
    assert outcome.counts["rejecters"] == outcome.counts["negative_tells"] == [0]


@pytest.mark.parametrize(("own", "other"), [(1.0, 1.0), (1.0, 0.5), (0.25, 0.25), (0.9, 0.3)])
def test_of_two_brands_that_win_one_is_taken_by_weight(own, other):
    """Chances p and q: the own brand is taken with p (1 - q) + p q p / (p + q)."""
    brand = Brand(followers_fraction=1.0)
    rivals = (rival(content=(post("q", buy_prob=other),)),)
    outcome = run(800, brand=brand, content=(post("p", buy_prob=own),), competitors=rivals)
    expected = own * (1 - other) + own * other * own / (own + other)
    assert abs(outcome.brands["buyers"][0] - 800 * expected) < 4 * (800 * expected * (1 - expected)) ** 0.5


def test_background_of_each_brand_comes_at_its_rate():
    """Of 40 people without a brand each wins a tenth a day; nobody switches."""
    keys = {"baseline_sales_per_day": 4.0, "switch_prob": 0.0}
    brand, rivals = Brand(**keys), tuple(rival(name, customers_fraction=0.25, **keys) for name in "xy")
    outcomes = [run(80, brand=brand, competitors=rivals, days=10, replica=r) for r in range(30)]
    buyers = [sum(outcome.brands["buyers"][b] for outcome in outcomes) / 30 for b in range(3)]
    expected = 40 * (1 - 0.9**30) / 3
    assert all(abs(mean - expected) < 4 * (expected / 30) ** 0.5 for mean in buyers)


@pytest.mark.parametrize("talk", ["persistent", "recover"])
def test_a_crowd_divides_among_brands_that_are_alike(talk):
    words = WordOfMouth(persuasion_prob=0.01, dissatisfied_fraction=0.0)
    limits = Limits(talk="persistent") if talk == "persistent" else Limits(talk="recover", stop_prob=0.1)
    keys = {"word_of_mouth": words, "limits": limits, "brand": Brand(baseline_sales_per_day=2.0)}
    rivals = (rival(baseline_sales_per_day=2.0),)
    outcomes = [run(60, competitors=rivals, days=40, replica=r, **keys) for r in range(40)]
    customers = [sum(outcome.brands["customers"][b] for outcome in outcomes) for b in (0, 1)]
    assert sum(customers) > 40 * 55
    assert abs(customers[0] - customers[1]) < 0.2 * sum(customers)
    assert all(sum(outcome.brands["lost_to"]) == 0 for outcome in outcomes)


def test_starters_who_become_customers_leave_their_rival():
    keys = {"starters": range(5), "starting": Starting(start_as="satisfied")}
    outcome = run(20, competitors=(rival(customers_fraction=1.0),), **keys)
    assert outcome.brands["customers"] == [5, 15]
    assert outcome.brands["won_from"] == [0, 0]


def test_a_rival_without_anything_changes_nothing():
    for number in range(60):
        case = draw_case(Random(number))
        if case.campaign.limits.talk != "listeners" or case.campaign.outcome == "habit":
            continue
        beside = case.campaign.model_copy(update={"competitors": (rival(),)})
        alone, both = case.by_oracle(0), replace(case, campaign=beside).by_oracle(0)
        assert both.counts == alone.counts
        assert both.series == alone.series
        assert both.brands == {name: [*numbers, 0] for name, numbers in alone.brands.items()}


def test_words_about_a_rival_go_over_ties_like_those_about_the_own_brand():
    """Each tells the next one on the path, who buys unless she has by herself."""
    talk = RivalTalk(satisfied_tells=1.0, dissatisfied_fraction=0.0, persuasion_prob=1.0)
    words = SILENT.model_copy(update={"tells_distribution": "fixed"})
    path = store(6, [(0, 1), (1, 2), (2, 3), (3, 4)])
    rivals = (rival(baseline_sales_per_day=0.3, word_of_mouth=talk),)
    outcome = run(6, path, competitors=rivals, word_of_mouth=words, days=400)
    assert outcome.brands["buyers"] == outcome.brands["customers"] == [0, 6]
    assert 0 < outcome.brands["tells"][1] <= 4
