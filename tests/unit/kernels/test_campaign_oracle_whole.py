"""The campaign's oracle with everything in it at once: what must hold whatever happens."""

import datetime

import numpy as np
import pytest

from kernel_runner import store
from oracles import campaign as oracle
from oracles.campaign_counts import CUSTOMER_COUNTS
from wom_sim.durations import Duration
from wom_sim.graph.csr import complete_graph
from wom_sim.graph.segments import Segment
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
N = 60
SEGMENTS = (Segment(name="a", fraction=0.5, engage_factor=1.4), Segment(name="b", fraction=0.5, buy_factor=1.2))
STARTING = Starting(start_as="sharer", item="clip", participation_prob=0.7, paid_credibility=0.5)


def day(k):
    return START + datetime.timedelta(days=k)


def contents(outcome):
    keys = {"engage_prob": 0.3, "share_prob": 0.5, "contact_reach": 0.6}
    keys |= {"click_prob": 0.6, "buy_prob": 0.5} if outcome == "purchase" else {"adopt_prob": 0.3}
    paid = {"spend": 0.2, "cost_per_mille": 1.0, "frequency_cap": 2, "appeal": {"a": 1.5}}
    owned = {"every": Duration("2d"), "follower_reach": 0.5}
    return (
        Item(name="ad", channel="paid", start=START, end=day(9), **paid, **keys),
        Item(name="post", channel="owned", start=day(1), end=day(8), **owned, **keys),
        Item(name="clip", channel="shared", **keys),
    )


CREATORS = (
    Creator(name="c", n=2, followers=12, segments=["a"], item="clip", dates=[day(2), day(6)], participation_prob=0.6),
    Creator(name="d", followers=100, item="ad", dates=[day(3)], reach=0.4),
)
CRISES = (
    Crisis(name="x", start=day(4), starts_with=3, share_prob=0.3, customer_loss_prob=0.4),
    Crisis(name="y", start=day(5), starts_with=2, share_prob=0.2, seen_prob=0.7, purchase_damage=0.9),
)
ANSWER = {"delay": Duration("1d"), "alerts_prob": 0.3, "shared_by_corrected_prob": 0.5, "efficacy": 0.9}
WAYS = {"through": ["owned", "paid", "press"], "spend": 0.05, "cost_per_mille": 1.0, "press_reach_per_day": 0.1}
RESPONSES = (Response(to="x", follower_reach=0.6, **ANSWER, **WAYS), Response(to="y", **ANSWER))


def talk(complete):
    ties = {} if complete else {"strong_tie_fraction": 0.3}
    return WordOfMouth(
        persuasion_prob=0.4, dissatisfied_fraction=0.3, rejecter_talk_prob=0.7, negative_power=1.5, **ties
    )


def network(complete):
    ties = np.random.default_rng(4).integers(0, N, (150, 2)).tolist()
    graph = complete_graph(N) if complete else store(N, ties, directed=False)
    graph.people_columns["segment"] = np.array(["a", "b"])[np.random.default_rng(3).integers(0, 2, N)]
    return graph


def outcomes(campaign, complete, n_replicas=5):
    return [
        oracle.run(
            campaign,
            STARTING,
            SEGMENTS,
            network(complete),
            [1, 5, 9],
            rng_seed=11,
            replica=replica,
            start=START,
            horizon_days=25,
        )
        for replica in range(n_replicas)
    ]


def total(outcome, name):
    return sum(outcome.counts[name])


def together(outcome, stem):
    return sum(total(outcome, name) for name in outcome.counts if name.startswith(stem))


@pytest.mark.parametrize("conflict", ["proportional", "uniform_success", "negative_dominates"])
@pytest.mark.parametrize("complete", [False, True])
def test_every_conversion_has_one_exposure_and_one_root(conflict, complete):
    campaign = Campaign(
        content=contents("purchase"),
        creators=CREATORS,
        crises=CRISES,
        responses=RESPONSES,
        word_of_mouth=talk(complete),
        brand=Brand(customers_fraction=0.1, customers_talk=True, followers_fraction=0.4, baseline_sales_per_day=0.5),
        limits=Limits(conflict=conflict),
        decision=Decision(rule="fraction", fraction=0.6),
        buy_delay=Duration("1d"),
    )
    happened = set()
    for outcome in outcomes(campaign, complete):
        assert together(outcome, "conversions_") == together(outcome, "caused_by_") <= total(outcome, "purchases")
        states = ("satisfied", "dissatisfied", "rejecters", "lost")
        assert [outcome.status.count(k) for k in range(1, 5)] == [total(outcome, name) for name in states]
        assert total(outcome, "reach") <= total(outcome, "reached") <= total(outcome, "aware")
        happened |= {name for name in outcome.counts if total(outcome, name)}
    rare = {"conversions_background", "caused_by_background", "visits_background"}
    if not complete:  # there a claim reaches everybody before much else can
        never = {"adopters", "doing", "relapsed", "caused_by_crisis"}
        assert set(outcome.counts) - happened <= never | rare | set(CUSTOMER_COUNTS)


@pytest.mark.parametrize("complete", [False, True])
def test_a_habit_spreads_by_content_and_company_and_lapses(complete):
    campaign = Campaign(
        outcome="habit",
        content=contents("habit"),
        crises=CRISES,
        responses=RESPONSES,
        brand=Brand(customers_fraction=0.1, followers_fraction=0.4),
        decision=Decision(rule="count", need=2, relapse_per_month=0.9),
    )
    for outcome in outcomes(campaign, complete):
        assert total(outcome, "doing") + total(outcome, "relapsed") == total(outcome, "adopters")
        assert total(outcome, "relapsed") > 0
        assert total(outcome, "adopters") > 6
        for stem in ("conversions_", "caused_by_", "visits_", "purchases", "positive_tells", "satisfied", "lost"):
            assert together(outcome, stem) == 0
