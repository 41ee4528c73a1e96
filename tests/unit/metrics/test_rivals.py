"""Share of voice, share of customers, who was won and lost, on numbers made by hand; docs/business.md, 3."""

import math

import numpy as np
import pytest

from campaign_results import RIVALS, made_by_hand, run_text
from wom_sim.metrics.campaign import columns
from wom_sim.metrics.groups import group_metrics
from wom_sim.metrics.table import replica_table

BRANDS = {
    "views_paid": [[40, 50, 10], [0, 0, 0]],
    "views_owned": [[5, 0, 0], [0, 0, 0]],
    "views_earned": [[10, 10, 0], [0, 0, 0]],
    "tells": [[5, 10, 60], [0, 0, 0]],
    "customers": [[30, 60, 30], [0, 0, 0]],
    "buyers": [[9, 7, 5], [0, 0, 0]],
    "won_from": [[0, 2, 1], [0, 0, 0]],
    "lost_to": [[0, 4, 3], [0, 0, 0]],
}


@pytest.fixture(scope="module")
def three():
    return made_by_hand(brands=BRANDS, conversions=[9, 0])


def test_share_of_voice_is_the_part_of_all_that_is_seen_and_said(three):
    found = columns(three)
    assert found["share_of_voice"][0] == 60 / 200
    assert found["share_of_voice_paid"][0] == 40 / 100
    assert found["share_of_voice_earned"][0] == 15 / 95
    assert found["market_share"][0] == 30 / 120


def test_who_was_won_and_lost_is_summed_over_rivals(three):
    found = columns(three)
    assert found["won_from_rivals"].tolist() == [3, 0]
    assert found["lost_to_rivals"].tolist() == [7, 0]


def test_parts_of_nothing_are_missing(three):
    found = columns(three)
    parts = ("share_of_voice", "share_of_voice_paid", "share_of_voice_earned", "market_share")
    assert all(math.isnan(found[name][1]) for name in parts)


def test_each_brand_has_its_own_part(three):
    brands = group_metrics(three, "brand", columns(three))
    assert list(brands) == ["the brand", "Loud", "Loved"]
    assert [float(one["share_of_voice"][0]) for one in brands.values()] == [60 / 200, 70 / 200, 70 / 200]
    assert [int(one["views"][0]) for one in brands.values()] == [55, 60, 10]
    assert brands["Loved"]["share_of_voice_earned"][0] == 60 / 95
    assert (brands["Loud"]["won_from"][0], brands["Loud"]["lost_to"][0]) == (2, 4)
    assert not {"won_from", "lost_to"} & brands["the brand"].keys()


def test_without_rivals_there_is_none_of_it():
    found = columns(made_by_hand(conversions=[9]))
    assert not {"share_of_voice", "market_share", "won_from_rivals", "lost_to_rivals"} & found.keys()


def test_brands_add_up_in_every_replica_of_a_run():
    results = run_text(RIVALS)
    found, brands = replica_table(results), group_metrics(results, "brand", {})
    own = results.groups["brand"]
    assert own["buyers"][:, 0].any()
    assert own["lost_to"].any()
    assert np.array_equal(found["customers_end"], brands["the brand"]["customers"])
    assert np.array_equal(found["positive_tells"] + found["negative_tells"], brands["the brand"]["tells"])
    assert np.array_equal(found["views"], brands["the brand"]["views"])
    assert np.allclose(sum(one["share_of_voice"] for one in brands.values()), 1.0)
    assert np.allclose(sum(one["market_share"] for one in brands.values()), 1.0)
    assert (found["lost_to_rivals"] <= results.counts["lost"]).all()
    assert (found["won_from_rivals"] <= brands["the brand"]["buyers"]).all()
