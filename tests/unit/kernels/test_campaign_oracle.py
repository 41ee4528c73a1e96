"""The campaign's oracle where the answer is known without it: by hand, or from the oracle of the cascades."""

import datetime

import numpy as np
import pytest

from kernel_runner import pairs, store
from oracles import campaign as oracle
from oracles import live_edge
from oracles.campaign_draws import number_of_tells, power_law
from oracles.campaign_people import DISSATISFIED, LOST, REJECTER, SATISFIED, UNDECIDED
from wom_sim.durations import Duration
from wom_sim.engine.streams import purpose_key
from wom_sim.graph.csr import complete_graph
from wom_sim.kernels.rng import LANES, LIVE_TIE, TIE_COIN
from wom_sim.models.campaign import (
    Brand,
    Campaign,
    Creator,
    Crisis,
    Decision,
    Item,
    Limits,
    Response,
    Starting,
    WordOfMouth,
)

START = datetime.date(2026, 3, 2)
PATH = [(0, 1), (1, 2), (2, 3), (3, 4)]
SILENT = WordOfMouth(satisfied_tells=0.0, dissatisfied_tells=0.0, rejecter_tells=0.0)


def run(campaign, graph, starters=(), *, starting=None, days=20, rng_seed=1, replica=0):
    outcome = oracle.run(
        campaign,
        starting,
        (),
        graph,
        list(starters),
        rng_seed=rng_seed,
        replica=replica,
        start=START,
        horizon_days=days,
    )
    for name, numbers in outcome.counts.items():
        assert sum(outcome.series[name]) == sum(numbers), name
    return outcome


def total(outcome, name):
    return sum(outcome.counts[name])


def ring(n):
    return store(n, [(v, (v + 1) % n) for v in range(n)], directed=False)


def ad(**given):
    keys = {"channel": "paid", "start": START, "end": START, "cost_per_mille": 1.0, "spend": 0.1, "seen_prob": 1.0}
    return Item(**{"name": "ad", **keys, **given})


def test_sure_words_in_one_shot_walk_the_path_one_person_a_step():
    talk = WordOfMouth(persuasion_prob=1.0, dissatisfied_fraction=0.0)
    campaign = Campaign(word_of_mouth=talk, limits=Limits(talk="one_shot"))
    outcome = run(campaign, store(6, PATH), [0], starting=Starting(start_as="satisfied"))
    assert outcome.status == [SATISFIED] * 5 + [UNDECIDED]
    assert outcome.series["purchases"][:6] == [0, 1, 1, 1, 1, 0]
    assert outcome.counts["conversions_earned"] == outcome.counts["caused_by_seeding"] == [4]
    assert outcome.counts["heard"] == outcome.counts["positive_tells"] == outcome.counts["visits_earned"] == [4]


def test_sure_words_in_complete_mixing_reach_everybody_in_one_step():
    talk = WordOfMouth(persuasion_prob=1.0, dissatisfied_fraction=0.0)
    campaign = Campaign(word_of_mouth=talk, limits=Limits(talk="one_shot"))
    outcome = run(campaign, complete_graph(7), [3], starting=Starting(start_as="satisfied"))
    assert outcome.series["purchases"][:3] == [0, 6, 0]


@pytest.mark.parametrize("replica", [0, 1, 511, 512])
@pytest.mark.parametrize("complete", [False, True])
def test_one_shot_talk_is_the_independent_cascade_coin_for_coin(replica, complete):
    rng = np.random.default_rng(5)
    graph = complete_graph(9) if complete else store(30, rng.integers(0, 30, (100, 2)).tolist())
    p = 0.15 if complete else 0.35
    talk = WordOfMouth(persuasion_prob=p, dissatisfied_fraction=0.0)
    campaign = Campaign(word_of_mouth=talk, limits=Limits(talk="one_shot"))
    outcome = run(campaign, graph, [0, 3], starting=Starting(start_as="satisfied"), replica=replica, rng_seed=7)
    ties, n = pairs(graph), graph.n_people
    block = live_edge.word(int(purpose_key(7, TIE_COIN)), replica // LANES)
    live = live_edge.live_by_coin(ties, [p] * len(ties), block, replica % LANES)
    steps = live_edge.spread(n, ties, live, [0, 3]).steps
    assert [status == SATISFIED for status in outcome.status] == [step >= 0 for step in steps]
    assert outcome.series["purchases"][1:8] == [steps.count(t) for t in range(1, 8)]


def test_paid_impressions_are_counted_and_nothing_else_happens():
    outcome = run(Campaign(content=(ad(seen_prob=0.5, engage_prob=0.0),)), ring(50))
    assert total(outcome, "impressions") == 100
    assert 30 < total(outcome, "views") < 70
    assert total(outcome, "reach") == total(outcome, "aware") == outcome.items["reach"][0] <= total(outcome, "views")
    assert outcome.series["impressions"][:2] == [100, 0]
    assert total(outcome, "first_audience") >= total(outcome, "reach")
    assert total(outcome, "purchases") == total(outcome, "engagements") == 0


def test_an_ad_that_always_sells_sells_to_all_who_see_it():
    item = ad(engage_prob=1.0, click_prob=1.0, buy_prob=1.0)
    outcome = run(Campaign(content=(item,), word_of_mouth=SILENT), ring(50))
    assert total(outcome, "conversions_paid") == total(outcome, "caused_by_paid") == total(outcome, "reach")
    assert outcome.items["conversions"] == outcome.items["caused"] == outcome.counts["conversions_paid"]
    assert total(outcome, "visits_paid") == total(outcome, "clicks") == total(outcome, "engagements")


def test_the_frequency_cap_holds_within_each_week():
    item = ad(end=START + datetime.timedelta(days=20), spend=1.0, frequency_cap=2)
    outcome = run(Campaign(content=(item,)), ring(5), days=21)
    assert outcome.series["impressions"][0] == 10
    assert total(outcome, "impressions") == 5 * 2 * 3


def test_a_share_reaches_all_contacts_and_theirs():
    item = Item(name="clip", channel="shared", engage_prob=1.0, share_prob=1.0, contact_reach=1.0, seen_prob=1.0)
    starting = Starting(start_as="sharer", item="clip")
    outcome = run(Campaign(content=(item,)), store(6, PATH), [0], starting=starting, days=200)
    assert outcome.counts["reach"] == [5]
    assert outcome.counts["shares"] == [5]
    assert outcome.counts["shares_earned"] == outcome.counts["engagements"] == [4]
    assert outcome.counts["first_audience"] == [0]
    assert outcome.counts["reach_beyond_audience"] == [5]


def test_owned_posts_go_to_followers_and_creators_posts_to_their_audience():
    later = START + datetime.timedelta(days=3)
    item = Item(name="post", channel="owned", start=START, end=later, every=Duration("1d"), follower_reach=1.0)
    creator = Creator(name="c", n=2, followers=4, item="post", dates=[later], reach=1.0)
    brand = Brand(followers_fraction=0.2)
    outcome = run(Campaign(content=(item,), creators=(creator,), brand=brand), ring(30), days=200)
    assert outcome.counts["impressions"] == outcome.counts["views"] == [4 * 6 + 2 * 4]
    assert 6 <= total(outcome, "reach") <= 14


def test_a_claim_that_all_believe_reaches_the_component_and_costs_every_customer():
    crisis = Crisis(name="x", start=START, starts_with=1, believe_prob=1.0, share_prob=1.0, customer_loss_prob=1.0)
    campaign = Campaign(crises=(crisis,), brand=Brand(customers_fraction=1.0))
    outcome = run(campaign, ring(12), days=200)
    assert outcome.counts["believers_ever"] == outcome.counts["believers"] == outcome.counts["lost"] == [12]
    assert outcome.status == [LOST] * 12


def test_an_answer_that_always_convinces_corrects_all_who_believe():
    crisis = Crisis(name="x", start=START, starts_with=12, believe_prob=1.0, share_prob=1.0)
    answer = Response(to="x", delay=Duration("0d"), follower_reach=1.0, efficacy=1.0)
    campaign = Campaign(crises=(crisis,), responses=(answer,), brand=Brand(followers_fraction=1.0))
    outcome = run(campaign, ring(12), days=200)
    assert outcome.counts["believers_ever"] == outcome.counts["corrected"] == [12]
    assert outcome.belief == [[8]] * 12


def test_company_of_two_walks_round_a_ring_of_second_neighbours():
    n = 12
    graph = store(n, [(v, (v + k) % n) for v in range(n) for k in (1, 2)], directed=False)
    campaign = Campaign(outcome="habit", decision=Decision(rule="count", need=2))
    outcome = run(campaign, graph, [0, 1])
    # On each side the next person has two neighbours who do it, the one beyond only one.
    assert outcome.series["doing"][:7] == [2, 2, 2, 2, 2, 2, 0]
    assert outcome.counts["adopters"] == outcome.counts["doing"] == [n]


def test_company_of_two_does_not_move_on_a_plain_ring():
    campaign = Campaign(outcome="habit", decision=Decision(rule="count", need=2))
    assert run(campaign, ring(12), [0, 1]).counts["doing"] == [2]
    assert run(campaign, ring(12), [0, 2]).counts["doing"] == [3]


@pytest.mark.parametrize("replica", [0, 1, 2, 600])
def test_company_by_weight_is_the_linear_threshold_model(replica):
    rng = np.random.default_rng(5)
    graph = store(30, rng.integers(0, 30, (100, 2)).tolist())
    campaign = Campaign(outcome="habit", decision=Decision(rule="weight"))
    outcome = run(campaign, graph, [0, 3], replica=replica, days=40)
    key = live_edge.word(int(purpose_key(1, LIVE_TIE)), replica)
    steps = live_edge.spread(30, pairs(graph), live_edge.live_by_choice(pairs(graph), None, key), [0, 3]).steps
    assert [status == SATISFIED for status in outcome.status] == [step >= 0 for step in steps]


def test_bad_words_make_rejecters_and_drive_customers_away():
    talk = WordOfMouth(
        persuasion_prob=1.0, dissatisfied_fraction=0.0, customer_negative_factor=1.0, rejecter_talk_prob=1.0
    )
    campaign = Campaign(word_of_mouth=talk, limits=Limits(talk="one_shot"))
    outcome = run(campaign, store(6, PATH), [0], starting=Starting(start_as="dissatisfied"))
    assert outcome.status == [DISSATISFIED] + [REJECTER] * 4 + [UNDECIDED]
    assert outcome.counts["negative_tells"] == [4]


def test_background_buyers_come_at_their_rate():
    campaign = Campaign(brand=Brand(baseline_sales_per_day=3.0), word_of_mouth=SILENT)
    bought = [total(run(campaign, ring(60), days=10, replica=r), "conversions_background") for r in range(40)]
    expected = 60 * (1 - (1 - 3 / 60) ** 10)
    assert abs(np.mean(bought) - expected) < 4 * np.std(bought) / np.sqrt(40)


def test_listeners_are_as_many_as_told():
    talk = WordOfMouth(satisfied_tells=3.0, tells_distribution="fixed", persuasion_prob=0.0)
    for graph in (complete_graph(20), ring(20)):
        outcome = run(Campaign(word_of_mouth=talk), graph, [4], starting=Starting(start_as="satisfied"), days=400)
        assert outcome.counts["tells_wanted"] == [3]
        assert outcome.counts["positive_tells"] == outcome.counts["heard"] == [3 if graph.complete else 2]


@pytest.mark.parametrize("mode", ["persistent", "recover"])
@pytest.mark.parametrize("complete", [False, True])
def test_persistent_talk_reaches_all_and_recovering_talk_does_not(mode, complete):
    graph = complete_graph(20) if complete else ring(20)
    talk = WordOfMouth(persuasion_prob=0.02 if complete else 0.3, dissatisfied_fraction=0.0)
    limits = Limits(talk="recover", stop_prob=0.9) if mode == "recover" else Limits(talk="persistent")
    campaign = Campaign(word_of_mouth=talk, limits=limits)
    outcomes = [
        run(campaign, graph, [0], starting=Starting(start_as="satisfied"), days=300, replica=r) for r in range(5)
    ]
    everybody = [outcome.status == [SATISFIED] * 20 for outcome in outcomes]
    assert all(everybody) if mode == "persistent" else not any(everybody)


def test_draws_of_numbers_and_delays_have_their_means():
    uniforms = [(i + 0.5) / 20000 for i in range(20000)]
    for distribution in ("poisson", "fixed", "geometric"):
        mean = np.mean([number_of_tells(distribution, 2.3, u) for u in uniforms])
        assert mean == pytest.approx(2.3, abs=0.01)
    theta = 0.2314843
    assert power_law(5.0, theta / (1 + theta)) == pytest.approx(5.0)
    assert np.all(np.diff([power_law(5.0, u) for u in uniforms]) > 0)


def test_half_the_people_reached_are_forgotten_after_the_half_life():
    item = ad(spend=2.0)
    outcome = run(Campaign(content=(item,), recall_half_life=Duration("10d")), ring(400), days=10)
    assert total(outcome, "recalls") / total(outcome, "aware") == pytest.approx(0.5, abs=0.12)
    assert outcome.series["recalls"][:-1] == [0] * 9


def test_sharers_are_an_independent_cascade_over_the_items_coin():
    graph = store(30, np.random.default_rng(5).integers(0, 30, (100, 2)).tolist())
    item = Item(
        name="clip", channel="shared", engage_prob=0.9, share_prob=1.0, contact_reach=0.8, seen_prob=0.6, wear_out=1.0
    )
    other = item.model_copy(update={"name": "other"})
    campaign = Campaign(content=(other, item), word_of_mouth=SILENT)
    for replica in range(4):
        outcome = run(
            campaign, graph, [0], starting=Starting(start_as="sharer", item="clip"), days=300, replica=replica
        )
        block = live_edge.word(live_edge.word(int(purpose_key(1, TIE_COIN)), 0), 512 + 1)
        live = live_edge.live_by_coin(pairs(graph), [0.8 * 0.6 * 0.9] * graph.n_ties, block, replica)
        assert total(outcome, "shares") == live_edge.spread(30, pairs(graph), live, [0]).reach
        assert outcome.items["shares"] == [0, total(outcome, "shares")]
