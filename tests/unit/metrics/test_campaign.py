"""The metrics of a campaign: each definition on numbers made by hand, and what must hold in every replica of a run."""

import math

import numpy as np
import pyarrow.parquet as pq
import pytest

from campaign_results import EVERYTHING, HABIT, TALK, made_by_hand, run_text
from wom_sim.metrics.campaign import CAUSES, EXPOSURES, VISITS, columns
from wom_sim.metrics.columns import ratio
from wom_sim.metrics.groups import group_metrics
from wom_sim.metrics.table import curve_mean, replica_table, with_counts
from wom_sim.models.campaign.facts import due_before
from wom_sim.report.bundle import folder_files, summary_document

TWO_ITEMS = {
    "content": True,
    "items": [
        {"name": "a", "channel": "paid", "spend": 100.0, "like_fraction": 0.5, "comment_fraction": 0.25},
        {"name": "b", "channel": "owned", "spend": 20.0, "like_fraction": 1.0, "comment_fraction": 0.0},
    ],
}


@pytest.fixture(scope="module")
def everything():
    return run_text(EVERYTHING)


def test_a_ratio_of_nothing_is_missing():
    assert np.array_equal(ratio(np.array([0, 3]), np.array([0, 2])), [math.nan, 1.5], equal_nan=True)


def test_ratios_of_content_follow_their_definitions():
    found = columns(
        made_by_hand(
            facts=TWO_ITEMS,
            items={"engagements": [[4, 2], [0, 0]]},
            impressions=[200, 0],
            views=[120, 0],
            reach=[60, 0],
            first_audience=[20, 0],
            engagements=[6, 0],
            shares=[4, 0],
            shares_earned=[3, 0],
            clicks=[10, 0],
        )
    )
    first = {name: float(values[0]) for name, values in found.items()}
    assert first["frequency"] == 2.0
    assert first["amplification"] == 3.0
    assert first["went_viral"] == 1.0
    assert first["reproduction_number"] == 0.75
    assert first["likes"] == 4 * 0.5 + 2 * 1.0
    assert first["comments"] == 1.0
    assert first["share_rate"] == 4 / 60
    assert first["engagement_rate"] == 0.1
    assert first["click_through_rate"] == 0.05
    missing = ("frequency", "amplification", "went_viral", "reproduction_number", "share_rate", "click_through_rate")
    assert all(math.isnan(found[name][1]) for name in missing)


def test_viral_is_more_than_two_for_one():
    found = columns(
        made_by_hand(facts=TWO_ITEMS, items={"engagements": [[0, 0]] * 2}, reach=[40, 41], first_audience=[20, 20])
    )
    assert found["went_viral"].tolist() == [0.0, 1.0]


def test_reach_beyond_segments_sums_those_nobody_aimed_at():
    facts = {**TWO_ITEMS, "targeted_segments": ["young"]}
    items = {"engagements": [[0, 0]]}
    found = columns(made_by_hand(facts=facts, items=items, segments={"reach": [[7, 5]]}, reach=[12]))
    assert found["reach_beyond_segments"].tolist() == [5]
    everybody = columns(made_by_hand(facts=TWO_ITEMS, items=items, segments={"reach": [[7, 5]]}, reach=[12]))
    assert "reach_beyond_segments" not in everybody


def test_purchases_and_talk_follow_their_definitions():
    found = columns(
        made_by_hand(
            facts={"price": 10.0, "margin": -1.5, "n_talking": 3},
            conversions=[5, 0],
            conversions_earned=[4, 0],
            starters=[2, 0],
            visits=[10, 0],
            purchases=[6, 0],
            satisfied=[8, 0],
            dissatisfied=[1, 0],
            positive_tells=[6, 0],
            negative_tells=[2, 0],
            conversions_no_campaign=[7, 0],
            purchases_no_campaign=[7, 0],
        )
    )
    first = {name: float(values[0]) for name, values in found.items()}
    assert first["conversion_rate"] == 0.5
    assert first["referred_conversions"] == 4
    assert first["reproduction_number"] == 4 / (5 + 2 + 3)
    assert first["customers_end"] == 9
    assert first["net_sentiment"] == 0.5
    assert (first["revenue"], first["margin"]) == (60.0, -9.0)
    assert first["extra_conversions"] == -2
    assert math.isnan(found["net_sentiment"][1])
    assert math.isnan(found["conversion_rate"][1])


def test_starters_who_do_not_buy_are_not_among_those_who_could_win_buyers():
    one = {"conversions": [4], "conversions_earned": [2], "starters": [9]}
    assert columns(made_by_hand(facts={"start_as": "aware"}, **one))["reproduction_number"].tolist() == [0.5]


def test_a_crisis_takes_off_above_ten_believers_a_starter_of_claims_within_the_run():
    claims = [{"name": "a", "start": 0.0, "n_starters": 2}, {"name": "b", "start": 99.0, "n_starters": 0}]
    found = columns(
        made_by_hand(
            facts={"crises": True, "claims": claims},
            believers_ever=[20, 21],
            believers=[3, 4],
            believers_ever_no_answer=[21, 0],
            believers_no_answer=[9, 0],
            conversions_no_answer=[0, 0],
            purchases_no_answer=[0, 0],
            lost_no_answer=[0, 0],
        )
    )
    assert found["crisis_took_off"].tolist() == [0, 1]
    assert found["crisis_took_off_no_answer"].tolist() == [1, 0]
    assert found["believers_end"].tolist() == [3, 4]
    assert found["believers_end_no_answer"].tolist() == [9, 0]


def test_a_habit_has_its_own_metrics_and_none_of_purchases():
    found = columns(made_by_hand(facts={"outcome": "habit"}, aware=[9], adopters=[5], doing=[3], relapsed=[2]))
    assert (found["knows"][0], found["adopters"][0], found["kept"][0], found["relapsed"][0]) == (9, 5, 3, 2)
    assert not {"conversions", "visits", "satisfied", "impressions", "believers_ever", "revenue"} & found.keys()


def test_timing_is_that_of_the_main_curve():
    found = columns(made_by_hand(newly={"reached": [1, 2, 5, 0, 4, 1, 0, 0], "conversions": [0] * 8}, reached=[8, 5]))
    assert found["time_to_half"].tolist() == [2.0, 0.0]
    assert found["peak_step"].tolist() == [2.0, 1.0]
    assert found["peak_size"].tolist() == [5, 1]
    assert "time_to_half" not in columns(made_by_hand(reached=[8]))


def test_mean_curves_are_means_at_each_step():
    results = made_by_hand(newly={"reached": [1, 2, 0, 4, -1, 3]}, reached=[3, 6])
    assert curve_mean(results, name="reached").tolist() == [2.5, 3.0, 4.5]


@pytest.mark.parametrize(
    ("end", "due"), [(0, 0), (10, 0), (11, 10), (12, 20), (15, 50), (19.5, 95), (20, 100), (99, 100)]
)
def test_impressions_due_before_the_end(end, due):
    """100 impressions over steps 10 to 20, the first at 10.05: ten a step."""
    assert due_before(end, start=10.0, length=10.0, n=100) == due
    assert due == sum(10.0 + (j + 0.5) / 100 * 10.0 < end for j in range(100))


def test_parts_add_up_in_every_replica(everything):
    found = replica_table(everything)
    assert found["conversions"].any()
    assert np.array_equal(sum(found[f"conversions_{key}"] for key in EXPOSURES), found["conversions"])
    assert np.array_equal(sum(found[f"caused_by_{key}"] for key in CAUSES), found["conversions"])
    assert np.array_equal(sum(found[name] for name in VISITS), found["visits"])
    for name in ("reach", "conversions", "satisfied", "reached"):
        assert np.array_equal(everything.groups["segment"][name].sum(axis=1), everything.counts[name])
    for name in ("impressions", "views", "engagements", "shares", "clicks"):
        assert np.array_equal(everything.groups["item"][name].sum(axis=1), everything.counts[name])


def test_money_is_what_is_spent_within_the_run(everything):
    """The ad runs 20 days from day 2, the run ends on day 12: half; the answer runs days 7 to 11: all of it."""
    found = replica_table(everything)
    posts = everything.groups["creator"]["posts"][:, 0]
    assert set(posts.tolist()) <= {0, 2, 4, 6}
    assert len(set(posts.tolist())) > 1
    assert np.allclose(found["spend"], 20.0 / 2 + 7.0 + 8.0 + 2.5 * posts)
    assert found["revenue"].tolist() == (10.0 * everything.counts["purchases"]).tolist()


def test_an_ad_cut_short_and_an_answer_that_never_comes_cost_less():
    facts = run_text(EVERYTHING, run__horizon="7d").facts
    assert facts["items"][0]["spend"] == pytest.approx(20.0 * 5 / 20)
    assert facts["answers_spend"] == 0.0


def test_the_cost_of_an_answer_falls_on_its_day():
    """The claim starts on day 6, its answer a day later."""
    paid = run_text(EVERYTHING, **COST).facts
    assert paid["answers_spend"] == 8.0 + 30.0
    assert run_text(EVERYTHING, **COST, run__horizon="7d").facts["answers_spend"] == 0.0
    late = run_text(EVERYTHING, **COST, run__horizon="8d")
    assert late.facts["answers_spend"] == pytest.approx(8.0 / 4 + 30.0)
    assert late.facts["spends_on"] == ["ads", "content", "creators", "answers"]


COST = {"model__responses__0__cost": 30.0, "run__n_replicas": 1}


def test_starters_are_counted_as_they_take_part(everything):
    starters = everything.counts["starters"]
    assert 0 < starters.mean() < 10
    assert len(set(starters.tolist())) > 1
    assert (starters <= everything.counts["shares"]).all()


def test_the_targets_are_the_segments_named(everything):
    assert everything.facts["targeted_segments"] == ["students"]
    assert sum(everything.facts["segment_people"]) == 600
    to_all = {"model.content.0.segments": ["students", "families"]}
    assert run_text(EVERYTHING, **to_all, run__n_replicas=1).facts["targeted_segments"] == ["students", "families"]


def test_what_resuming_needs_is_in_the_table_behind_the_metrics(everything, tmp_path):
    metrics = replica_table(everything)
    table = with_counts(metrics, everything)
    assert list(table)[: len(metrics)] == list(metrics)
    assert everything.counts.keys() <= table.keys()
    for name in metrics.keys() & everything.counts.keys():
        assert np.array_equal(metrics[name], everything.counts[name])
    summary = summary_document(everything, metrics, rng="r")
    files = folder_files(everything, metrics, scenario_text="", case={}, summary=summary, plots=False)
    (tmp_path / "replicas.parquet").write_bytes(files["replicas.parquet"])
    assert pq.read_table(tmp_path / "replicas.parquet").column_names == ["replica", *table]
    assert list(summary["metrics"]) == list(metrics)
    assert not {"tells_wanted", "believers", "doing"} & summary["metrics"].keys()


def test_groups_have_the_metrics_they_know(everything):
    names = replica_table(everything)
    items = group_metrics(everything, "item", names)
    video = items["video"]
    count = {name: everything.groups["item"][name][:, 0] for name in everything.groups["item"]}
    assert np.array_equal(video["click_through_rate"], ratio(count["clicks"], count["impressions"]), equal_nan=True)
    assert np.array_equal(video["conversion_rate"], ratio(count["conversions"], count["clicks"]), equal_nan=True)
    assert (video["spend"] == 10.0).all()
    people = group_metrics(everything, "segment", names)
    assert set(people) == {"students", "families"}
    assert {"reach", "frequency", "believers_end", "net_sentiment"} & people["students"].keys() == {
        "reach",
        "frequency",
        "believers_end",
    }
    accounts = group_metrics(everything, "creator", names)["accounts"]
    assert np.array_equal(accounts["spend"], accounts["posts"] * 2.5)


def test_campaigns_without_a_section_do_not_have_its_metrics():
    talk = replica_table(run_text(TALK))
    assert not {"impressions", "likes", "believers_ever", "spend", "revenue", "kept"} & talk.keys()
    habit = replica_table(run_text(HABIT))
    assert {"knows", "adopters", "relapsed", "kept", "extra_kept"} <= habit.keys()
    assert not {"conversions", "reproduction_number", "impressions"} & habit.keys()
