"""Content among people, without talk: MODELS.md 18.5 L13, L14 and 18.8 C3. Tolerance 4 s / sqrt(R), no bias."""

import datetime
import math

import numpy as np
import pytest

from campaign_runner import SILENT, START, agrees, process_of, run_campaign
from kernel_runner import compiled_only
from wom_sim.graph.csr import complete_graph
from wom_sim.models.campaign import Brand, Campaign, Item

pytestmark = compiled_only


def ad(n_impressions, **keys):
    keys = {"seen_prob": 1.0, "engage_prob": 0.0} | keys
    return Item(
        name="ad",
        channel="paid",
        start=START,
        end=START + datetime.timedelta(days=9),
        spend=n_impressions / 100.0,
        cost_per_mille=10.0,
        **keys,
    )


@pytest.mark.parametrize(("grp", "printed"), [(0.5, 0.393469), (1.0, 0.632121), (2.0, 0.864665), (3.0, 0.950213)])
@pytest.mark.parametrize("seen", [1.0, 0.7])
def test_reach_of_an_ad(grp, printed, seen):
    """L13: I = g N / s impressions reach N (1 - (1 - s / N)^I), about N (1 - e^-g); frequency g / (1 - e^-g)."""
    n, n_impressions = 2000, round(2000 * grp / seen)
    campaign = Campaign(content=[ad(n_impressions, seen_prob=seen)], word_of_mouth=SILENT)
    runs = run_campaign(campaign, complete_graph(n), days=12, n_replicas=400, rng_seed=101)

    exact = n * (1 - (1 - seen / n) ** n_impressions)
    assert exact / n == pytest.approx(printed, abs=3e-4)
    assert (runs.total("impressions") == n_impressions).all()
    assert agrees(runs.total("reach"), exact)
    views = runs.total("views")
    if seen == 1.0:
        assert (views == n_impressions).all()
    else:
        assert agrees(views, seen * n_impressions)
    assert agrees(views - grp / (1 - math.exp(-grp)) * runs.total("reach"), 0.0, bias=3e-4 * n * grp)


def test_an_ad_from_view_to_purchase():
    """C3: engaged N (1 - (1 - s e / N)^I), of whom click_prob visit and buy_prob of those buy; wear_out = 1."""
    n, n_impressions, s, e, click, buy = 3000, 9000, 0.7, 0.25, 0.4, 0.3
    item = ad(n_impressions, seen_prob=s, engage_prob=e, wear_out=1.0, click_prob=click, buy_prob=buy)
    campaign = Campaign(content=[item], word_of_mouth=SILENT)
    runs = run_campaign(campaign, complete_graph(n), days=12, n_replicas=800, rng_seed=102)

    engaged = n * (1 - (1 - s * e / n) ** n_impressions)
    assert engaged == pytest.approx(n * (1 - math.exp(-s * e * n_impressions / n)), abs=0.1)
    assert agrees(runs.total("views"), s * n_impressions)
    assert agrees(runs.total("engagements"), engaged)
    assert agrees(runs.total("visits_paid"), engaged * click)
    assert agrees(runs.total("conversions_paid"), engaged * click * buy)
    assert np.array_equal(runs.total("caused_by_paid"), runs.total("purchases"))


def test_wear_out_of_an_ad():
    """Chance e w^(k - 1) at view k, w = .5: N sum_k P(k views) (1 - prod_(i<k) (1 - e w^i)) engage, k binomial."""
    n, n_impressions, s, e = 3000, 12_000, 0.8, 0.3
    item = ad(n_impressions, seen_prob=s, engage_prob=e, wear_out=0.5)
    campaign = Campaign(content=[item], word_of_mouth=SILENT)
    runs = run_campaign(campaign, complete_graph(n), days=12, n_replicas=500, rng_seed=103)

    exact, never = 0.0, 1.0
    for k in range(60):
        p = math.comb(n_impressions, k) * (s / n) ** k * (1 - s / n) ** (n_impressions - k)
        exact += n * p * (1 - never)
        never *= 1 - e * 0.5**k
    assert agrees(runs.total("engagements"), exact)


@pytest.mark.parametrize(("half_life", "steps"), [("6h", 6), ("20h", 20), ("3d", 72)])
def test_a_post_by_its_half_life(half_life, steps):
    """L14: F followers, reach r: F r / 2 impressions by age half_life, F r (1 - 2^-k) by k of them."""
    n, reach = 4000, 0.3
    post = Item(name="post", channel="owned", start=START, follower_reach=reach, half_life=half_life, engage_prob=0.0)
    campaign = Campaign(step="1h", brand=Brand(followers_fraction=0.5), content=[post], word_of_mouth=SILENT)
    runs = run_campaign(campaign, complete_graph(n), days=15, n_replicas=500, rng_seed=104, curves=["impressions"])
    assert len(process_of(campaign, complete_graph(n), days=15, rng_seed=104).world.followers) == n / 2

    for k in (0.5, 1.0, 2.0, 3.0):
        by_age = runs.curves["impressions"][:, round(k * steps) - 1]
        assert agrees(by_age, n / 2 * reach * (1 - 2.0**-k))
    left = 2.0 ** (-15 * 24 / steps)
    assert agrees(runs.total("impressions"), n / 2 * reach * (1 - left))
