"""Rivals: equal brands, who came and went, and brands that change nothing.

Tolerance 4 s / sqrt(R), no bias; what is the same on the same luck is so to the bit.
"""

from collections import Counter

import numpy as np
import pytest

from campaign_runner import START, ad, agrees, lines_of, process_of, regular, run_campaign, run_process
from kernel_runner import compiled_only
from wom_sim.engine.campaign_arms import without_campaign
from wom_sim.graph.csr import complete_graph
from wom_sim.kernels.campaign import brands, codes
from wom_sim.models.campaign import Brand, Campaign, Crisis, Item, Limits, WordOfMouth
from wom_sim.models.campaign.rival import Competitor
from wom_sim.models.campaign.value import Value

pytestmark = compiled_only

SURE = {"seen_prob": 1.0, "engage_prob": 1.0, "click_prob": 1.0, "buy_prob": 1.0}
ANGRY = WordOfMouth(
    satisfied_tells=2.0, dissatisfied_tells=5.0, dissatisfied_fraction=0.2, persuasion_prob=0.2, rejecter_talk_prob=0.5
)


def everything():
    """Content of every kind that a rival can have, and a claim: the same for every brand."""
    post = Item(name="post", channel="owned", start=START, follower_reach=0.5, engage_prob=0.4, share_prob=0.5)
    claim = Crisis(name="claim", start=START, share_prob=0.3, customer_loss_prob=0.4, believe_prob=0.5)
    keys = {"engage_prob": 0.3, "click_prob": 0.8, "buy_prob": 0.5, "share_prob": 0.4, "contact_reach": 0.3}
    return {"content": [ad(600, **keys), post], "crises": [claim]}


START_WITH = {"customers_fraction": 0.1, "followers_fraction": 0.2, "baseline_sales_per_day": 3.0}
ALIKE = tuple(name for name in brands.BRAND_COUNTS if name not in ("won_from", "lost_to"))


def equal(runs, one, other, names):
    """Counts of two brands differ by nothing but luck, and happen."""
    for name in names:
        counts = runs.by_brand[name]
        assert counts.any(), name
        assert agrees(counts[:, one] - counts[:, other], 0.0), name


@pytest.mark.parametrize("conflict", ["proportional", "uniform_success"])
def test_two_rivals_with_equal_keys_are_alike(conflict):
    rivals = [Competitor(name=name, switch_prob=0.5, **START_WITH, **everything()) for name in "BC"]
    own = Brand(switch_prob=0.5, **START_WITH)
    campaign = Campaign(
        brand=own, word_of_mouth=ANGRY, competitors=rivals, limits=Limits(conflict=conflict), **everything()
    )
    runs = run_campaign(campaign, regular(400, 6, 9), days=30, n_replicas=1500, rng_seed=307)
    equal(runs, 1, 2, brands.BRAND_COUNTS)


def test_a_rival_with_the_own_keys_is_like_the_own_brand_where_nobody_switches():
    """Where somebody did, it would not be: who left the own brand never comes back."""
    rival = Competitor(name="B", switch_prob=0.0, **START_WITH, **everything())
    own = Brand(switch_prob=0.0, **START_WITH)
    campaign = Campaign(brand=own, word_of_mouth=ANGRY, competitors=[rival], **everything())
    runs = run_campaign(campaign, regular(400, 6, 9), days=30, n_replicas=1500, rng_seed=308)
    equal(runs, 0, 1, ALIKE)
    assert not runs.by_brand["won_from"].any()
    assert not runs.by_brand["lost_to"].any()


# Sums, and what changes nothing.


def crowded(**own):
    """A campaign with two rivals between whom people switch, who are talked about for good and ill."""
    rivals = [
        Competitor(name="B", switch_prob=0.6, **START_WITH, **everything()),
        Competitor(name="C", switch_prob=0.3, customers_fraction=0.3, content=[ad(900, **SURE)]),
    ]
    brand = Brand(switch_prob=0.7, **START_WITH)
    return Campaign(**{"brand": brand, "word_of_mouth": ANGRY, "competitors": rivals, "step": "12h"} | own)


def test_customers_of_each_brand_are_who_came_less_who_went():
    """The log replayed: who is whose at the end, was won, lost, won from whom; who turned away never comes back."""
    process = process_of(crowded(**everything()), regular(400, 6, 9), days=30, rng_seed=309)
    runs, n = run_process(process, 20), 400
    table, first = process.world.brands, process.world.rival_customers
    for r in range(20):
        whose = np.full(n, -1)
        whose[process.world.customers] = 0
        for b in (1, 2):
            whose[first[table[b]["first_customer"] :][: table[b]["n_customers"]]] = b
        seen = {name: Counter() for name in ("buyers", "won_from", "lost_to")}
        left_own, gone, never_again = 0, -1, set()
        for line in lines_of(process, r, r + 1):
            v, what, b = line["person"], line["what"], int(line["root"]) - brands.RIVAL_ROOT
            if what == brands.LOG_WON_BY_RIVAL:
                assert (v, b) not in never_again
                seen["buyers"][b] += 1
                seen["lost_to"][b] += v == gone
                whose[v] = b
            elif what == brands.LOG_LEFT_RIVAL:
                assert whose[v] == b
                seen["won_from"][b] += line["item"] == brands.LEFT_FOR_OWN
                if line["item"] != brands.LEFT_FOR_OWN:
                    never_again.add((v, b))
                whose[v] = -1
            elif what == codes.LOG_BOUGHT:
                assert whose[v] == -1
                assert (v, 0) not in never_again
                seen["buyers"][0] += 1
                whose[v] = 0
            elif what == codes.LOG_LEFT:
                assert whose[v] == 0
                left_own += 1
                never_again.add((v, 0))
                whose[v] = -1
            elif what in (codes.LOG_REJECTED, brands.LOG_REJECTED_RIVAL):
                never_again.add((v, max(b, 0)))
            gone = v if what == codes.LOG_LEFT and b > 0 else -1  # to a rival: its line comes next
        held = {name: counts[r] for name, counts in runs.by_brand.items()}
        for b in range(3):
            assert held["customers"][b] == np.count_nonzero(whose == b)
            assert [held[name][b] for name in seen] == [counter[b] for counter in seen.values()]
        assert runs.customers[r] == held["customers"][0] == len(process.world.customers) + held["buyers"][0] - left_own
    for name in ("won_from", "lost_to"):
        assert (runs.by_brand[name].sum(axis=0) > 0).tolist() == [False, True, True]


@pytest.mark.parametrize("conflict", ["proportional", "negative_dominates"])
def test_without_the_campaign_nothing_is_different_where_there_is_none(conflict):
    """An own ad without money shifts the tables of rivals and nothing else: uplift 0 in every replica."""
    keys = {"crises": everything()["crises"], "brand": Brand(**START_WITH), "limits": Limits(conflict=conflict)}
    graph = regular(400, 6, 9)
    process = process_of(crowded(content=[ad(0)], **keys), graph, days=30, rng_seed=310)
    chunk = process.run_chunk(0, 30, process.new_scratch(np.zeros(1, np.uint8)), curves=False)
    for name in process.arm_counts:
        assert np.array_equal(chunk.counts[name], chunk.counts[f"{name}_no_campaign"]), name
    assert chunk.counts["purchases"].any()

    main = run_process(process, 30)
    process.world = without_campaign(process.world)
    twin = run_process(process, 30)
    never = run_campaign(crowded(**keys), graph, days=30, n_replicas=30, rng_seed=310)
    for name, counts in main.by_brand.items():
        assert np.array_equal(counts, twin.by_brand[name]), name
        assert np.array_equal(counts, never.by_brand[name]), name
        assert counts.any(), name


NOBODY_BUYS = {"seen_prob": 1.0, "engage_prob": 0.5, "share_prob": 0.5, "buy_prob": 0.0}
HARM = Crisis(name="harm", start=START, share_prob=0.5, purchase_damage=1.0, customer_loss_prob=1.0)
IN_VAIN = Competitor(name="C", followers_fraction=0.5, content=[ad(500, **NOBODY_BUYS)], crises=[HARM])


@pytest.mark.parametrize(
    "rivals",
    [
        [Competitor(name="B")],
        [Competitor(name="B"), IN_VAIN],
    ],
    ids=["nothing", "heard in vain"],
)
def test_a_rival_that_wins_nobody_changes_nothing(rivals):
    own = {
        "step": "12h",
        "brand": Brand(**START_WITH, customers_talk=True),
        "word_of_mouth": ANGRY,
        "value": Value(price=10.0, margin=4.0, purchases_per_year=12.0, churn_per_year=0.5),
        **everything(),
    }
    alone, beside = (
        run_campaign(
            Campaign(**own, competitors=competitors),
            regular(400, 6, 9),
            [3, 5],
            days=30,
            n_replicas=30,
            rng_seed=311,
            curves=codes.COUNTS,
        )
        for competitors in ([], rivals)
    )
    assert alone.total("purchases").any()
    for kept in ("by_segment", "by_item", "curves"):
        for name, counts in getattr(alone, kept).items():
            assert np.array_equal(counts, getattr(beside, kept)[name]), name
    assert not beside.by_brand["buyers"][:, 1:].any()


def test_a_rival_that_wins_nobody_changes_nothing_in_mixed_talk():
    own = {
        "brand": Brand(baseline_sales_per_day=1.0),
        "word_of_mouth": WordOfMouth(persuasion_prob=0.002, dissatisfied_fraction=0.1),
        "limits": Limits(talk="persistent"),
    }
    alone, beside = (
        run_campaign(
            Campaign(**own, competitors=competitors),
            complete_graph(300),
            days=30,
            n_replicas=30,
            rng_seed=312,
            curves=codes.COUNTS,
        )
        for competitors in ([], [Competitor(name="B")])
    )
    assert alone.total("rejecters").any()
    for name, counts in alone.curves.items():
        assert np.array_equal(counts, beside.curves[name]), name
