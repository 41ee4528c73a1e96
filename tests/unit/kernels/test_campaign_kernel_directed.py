"""The campaign's kernel against the oracle in worlds made for what random ones rarely bring about."""

from collections import Counter
from datetime import timedelta

import pytest

from campaign_case import START, Case
from campaign_differences import differences
from kernel_runner import store
from wom_sim.durations import Duration
from wom_sim.graph.csr import complete_graph
from wom_sim.models.campaign import (
    Brand,
    Campaign,
    Competitor,
    Dialogue,
    Item,
    Limits,
    RivalTalk,
    Starting,
    Value,
    WordOfMouth,
)


@pytest.mark.parametrize("talk", ["persistent", "one_shot", "contacts"])
def test_good_and_bad_words_of_paid_people_meet_as_in_the_oracle(talk):
    """Six tell the same six others at once: many a step has a conflict, which their credibility may decide."""
    words = WordOfMouth(persuasion_prob=0.4, dissatisfied_fraction=0.5)
    at_once = {"clock": "sync"} if talk == "contacts" else {}
    case = Case(
        campaign=Campaign(word_of_mouth=words, limits=Limits(talk=talk, **at_once)),
        graph=store(12, [(u, v) for u in range(6) for v in range(6, 12)]),
        segments=(),
        starting=Starting(start_as="customer", paid_credibility=0.1),
        starters=list(range(6)),
        days=4,
        rng_seed=1,
        replicas=range(20),
    )
    assert differences(case, Counter()) == {}


@pytest.mark.parametrize("telling_delay", ["2h", "40d"])
@pytest.mark.parametrize("people", [2, 5])
def test_agrees_with_the_oracle_after_256_purchases(people, telling_delay):
    """Talk numbers and spells begin again; who recovers is silent only until she talks with the same number."""
    words = WordOfMouth(dissatisfied_fraction=0.5, tells_per_repeat=1.0, telling_delay=Duration(telling_delay))
    value = Value(purchases_per_year=10_000.0, churn_per_year=0.9, relationship_half_life=Duration("9d"))
    dialogue = Dialogue(complain_prob=0.7, answered_fraction=0.9, answer_time=Duration("1h"), recovery_prob=0.9)
    sections = {"word_of_mouth": words, "value": value, "dialogue": dialogue, "brand": Brand(customers_fraction=0.8)}
    case = Case(
        campaign=Campaign(step=Duration("1h"), **sections),
        graph=complete_graph(people),
        segments=(),
        starting=Starting(),
        starters=[0],
        days=25,
        rng_seed=5,
        replicas=range(3),
    )
    happened = Counter()
    assert differences(case, happened) == {}
    assert happened["repeat_purchases"] > 300 * 3
    assert happened["recovered"] > 100


@pytest.mark.parametrize("answered_buys", [0.3, 1.5, 4.0])
def test_answered_questions_meet_words_as_in_the_oracle(answered_buys):
    """All ask on day 0; words and most answers come at whole days: an answer counts after the words of its time."""
    post = Item(name="p", channel="owned", start=START, follower_reach=1.0, engage_prob=1.0, half_life=Duration("1h"))
    talk = WordOfMouth(persuasion_prob=0.35, dissatisfied_fraction=0.4, rejecter_talk_prob=0.5)
    dialogue = {"question_prob": 1.0, "answered_fraction": 1.0, "answer_time": Duration("0d"), "answers_per_day": 4.0}
    case = Case(
        campaign=Campaign(
            content=(post,),
            brand=Brand(followers_fraction=1.0),
            word_of_mouth=talk,
            limits=Limits(talk="one_shot"),
            dialogue=Dialogue(**dialogue, answered_buys=answered_buys, patience=Duration("100d")),
        ),
        graph=store(20, [(u, v) for u in range(20) for v in range(20) if (v - u) % 20 in (1, 2, 5, 7)]),
        segments=(),
        starting=Starting(start_as="customer"),
        starters=[0, 4, 9, 15],
        days=8,
        rng_seed=1,
        replicas=range(30),
    )
    assert differences(case, Counter()) == {}


@pytest.mark.parametrize("retain_factor", [0.0, 0.4])
def test_customers_who_engage_and_leave_in_one_long_step_do_so_as_in_the_oracle(retain_factor):
    """Friends show it later in the step than it is handled: the latest view is not always the one handled last."""
    seen = {"follower_reach": 0.5, "engage_prob": 0.5, "share_prob": 0.8, "contact_reach": 0.5}
    days = range(0, 300, 30)
    posts = [Item(name=f"p{day}", channel="owned", start=START + timedelta(day), **seen) for day in days]
    value = {"churn_per_year": 1 - 1e-6, "retain_factor": retain_factor, "relationship_half_life": Duration("20d")}
    case = Case(
        campaign=Campaign(
            step=Duration("30d"),
            content=tuple(post.model_copy(update={"half_life": Duration("15d")}) for post in posts),
            brand=Brand(customers_fraction=1.0, followers_fraction=1.0),
            value=Value(**value, purchases_per_year=10.0),
        ),
        graph=store(120, [(u, (u + k) % 120) for u in range(120) for k in (1, 7, 31)]),
        segments=(),
        starting=Starting(),
        starters=[],
        days=300,
        rng_seed=1,
        replicas=range(5),
    )
    happened = Counter()
    assert differences(case, happened) == {}
    assert happened["churned"] > 200


@pytest.mark.parametrize("conflict", ["proportional", "uniform_success"])
def test_purchases_due_compete_with_rivals_as_in_the_oracle(conflict):
    """All rivals win in one long step; those who have one of them are won by the others with a factor."""
    post = Item(name="p", channel="owned", start=START, follower_reach=1.0, engage_prob=1.0, buy_prob=0.9, wear_out=1.0)
    again = post.model_copy(update={"name": "q", "start": START + timedelta(15)})
    talk = {"satisfied_tells": 9.0, "dissatisfied_tells": 9.0, "dissatisfied_fraction": 0.3, "persuasion_prob": 0.7}
    rivals = (
        Competitor(name="x", customers_fraction=0.5, followers_fraction=0.5, content=(again,), switch_prob=0.6),
        Competitor(name="y", baseline_sales_per_day=4.0, word_of_mouth=RivalTalk(**talk), switch_prob=0.4),
    )
    case = Case(
        campaign=Campaign(
            step=Duration("5d"),
            content=(post, again.model_copy(update={"name": "r"})),
            buy_delay=Duration("6d"),
            brand=Brand(followers_fraction=1.0, switch_prob=0.5),
            word_of_mouth=WordOfMouth(**talk),
            limits=Limits(conflict=conflict),
            competitors=rivals,
        ),
        graph=complete_graph(60),
        segments=(),
        starting=Starting(),
        starters=[],
        days=50,
        rng_seed=1,
        replicas=range(6),
    )
    happened = Counter()
    assert differences(case, happened) == {}
    assert min(happened["lost_to of rivals"], happened["won_from of rivals"]) > 20
