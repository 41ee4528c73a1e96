"""The metrics of a campaign: seen, viral, engaged, bought, told, believed, done, paid; docs/metrics.md defines each."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..results.results import Results
from .columns import Columns, Counts, pick, ratio
from .customers import customers, dialogue, interactions
from .money import money
from .rivals import rivals
from .timing import peak, time_to_half

VISITS = ("visits_paid", "visits_owned", "visits_earned", "visits_background")
EXPOSURES = ("paid", "owned", "creators", "earned", "background")
CAUSES = ("paid", "owned", "creators", "seeding", "customers", "crisis", "background")
VIRAL_FROM = 2.0
"""`went_viral`: more than this many people reached for one in the first audience."""
TOOK_OFF_FROM = 10
"""`crisis_took_off`: more than this many believers for one who posted the claim first."""


def columns(results: Results) -> Columns:
    """Return the metrics of each replica of a campaign, those of sections that it has; see docs/metrics.md.

    A ratio is taken in each replica and is NaN where it is 0 / 0.
    """
    facts, count = results.facts, results.counts
    habit, content = facts["outcome"] == "habit", facts["content"]
    found: Columns = _seen(count, content=content, habit=habit)
    if content:
        found |= _viral(results)
    found |= _reproduction(results)
    found["structural_virality"] = ratio(count["tree_distance"], count["tree_pairs"])
    if results.newly is not None:
        found["time_to_half"] = time_to_half(results, name=results.main_curve)
        found["peak_step"], found["peak_size"] = peak(results, name=results.main_curve)
    if content:
        found |= _engaged(results)
    if habit:
        found |= {"knows": count["aware"], "adopters": count["adopters"], "relapsed": count["relapsed"]}
        found["kept"] = count["doing"]
    else:
        found |= _bought(count) | customers(results) | rivals(results)
        found |= _told(count) | interactions(results)
    if facts["crises"]:
        found |= _believed(results)
    return found | dialogue(results) | money(results) | _beside(results)


def _seen(count: Counts, *, content: bool, habit: bool) -> Columns:
    found = pick(count, "impressions", "views", "reach") if content else {}
    found |= {} if habit else pick(count, "heard", "reached")
    if content:
        found["frequency"] = ratio(count["views"], count["reach"])
    return found | pick(count, "aware", "recalls")


def _viral(results: Results) -> Columns:
    count = results.counts
    found = pick(count, "first_audience", "reach_beyond_audience")
    targeted, groups = results.facts["targeted_segments"], results.groups.get("segment")
    if targeted is not None and groups is not None:
        beyond = [i for i, name in enumerate(results.group_names["segment"]) if name not in targeted]
        found["reach_beyond_segments"] = groups["reach"][:, beyond].sum(axis=1)
    amplification = ratio(count["reach"], count["first_audience"])
    viral = np.where(np.isnan(amplification), np.nan, amplification > VIRAL_FROM)
    return found | {"amplification": amplification, "went_viral": viral}


def _reproduction(results: Results) -> Columns:
    """Return people won by a person like them, for one who could win some; none in a habit without content."""
    facts, count = results.facts, results.counts
    if facts["content"]:
        return {"reproduction_number": ratio(count["shares_earned"], count["shares"])}
    if facts["outcome"] == "habit":
        return {}
    talkers = count["conversions"] + facts["n_talking"]
    if facts["start_as"] in ("satisfied", "dissatisfied", "customer"):
        talkers = talkers + count["starters"]
    return {"reproduction_number": ratio(count["conversions_earned"], talkers)}


def _engaged(results: Results) -> Columns:
    facts, count = results.facts, results.counts
    found = pick(count, "engagements")
    by_item = results.groups["item"]["engagements"]
    for name, key in (("likes", "like_fraction"), ("comments", "comment_fraction")):
        found[name] = np.zeros(results.n_replicas)
        for i, item in enumerate(facts["items"]):
            found[name] = found[name] + by_item[:, i] * item[key]
    found["shares"] = count["shares"]
    found["share_rate"] = ratio(count["shares"], count["reach"])
    found["engagement_rate"] = ratio(count["engagements"], count["reach"])
    if facts["outcome"] == "purchase":
        found["clicks"] = count["clicks"]
        found["click_through_rate"] = ratio(count["clicks"], count["impressions"])
    return found


def _bought(count: Counts) -> Columns:
    found = pick(count, "visits", *VISITS, "conversions")
    found |= pick(count, *(f"conversions_{exposure}" for exposure in EXPOSURES))
    found |= pick(count, *(f"caused_by_{cause}" for cause in CAUSES))
    found["purchases"] = count["purchases"]
    found["referred_conversions"] = count["conversions_earned"]
    found["conversion_rate"] = ratio(count["conversions"], count["visits"])
    found["customers_end"] = count["satisfied"] + count["dissatisfied"]
    return found


def _told(count: Counts) -> Columns:
    found = pick(count, "satisfied", "dissatisfied", "rejecters", "positive_tells", "negative_tells")
    good, bad = count["positive_tells"], count["negative_tells"]
    return found | {"net_sentiment": ratio(good - bad, good + bad)}


def _believed(results: Results) -> Columns:
    count = results.counts
    return {
        "believers_ever": count["believers_ever"],
        "believers_end": count["believers"],
        "corrected": count["corrected"],
        "inoculated": count["inoculated"],
        "lost": count["lost"],
        "crisis_took_off": took_off(results, count["believers_ever"]),
    }


def took_off(results: Results, believers_ever: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return 1 where more than ten people came to believe for each who posted a claim first, else 0."""
    starters = sum(int(claim["n_starters"]) for claim in results.facts["claims"])
    return (believers_ever > TOOK_OFF_FROM * starters).astype(np.int64)


def _beside(results: Results) -> Columns:
    """Return what the runs without the campaign and without an answer gave on the same luck."""
    count, habit = results.counts, results.facts["outcome"] == "habit"
    found: Columns = {}
    if habit and "doing_no_campaign" in count:
        found["adopters_no_campaign"] = count["adopters_no_campaign"]
        found["kept_no_campaign"] = count["doing_no_campaign"]
        found["extra_kept"] = count["doing"] - count["doing_no_campaign"]
    elif "conversions_no_campaign" in count:
        found["conversions_no_campaign"] = count["conversions_no_campaign"]
        found["extra_conversions"] = count["conversions"] - count["conversions_no_campaign"]
        found["purchases_no_campaign"] = count["purchases_no_campaign"]
    if "believers_ever_no_answer" in count:
        found["believers_ever_no_answer"] = count["believers_ever_no_answer"]
        found["believers_end_no_answer"] = count["believers_no_answer"]
        found["crisis_took_off_no_answer"] = took_off(results, count["believers_ever_no_answer"])
        if not habit:
            found |= pick(count, "conversions_no_answer", "purchases_no_answer", "lost_no_answer")
    return found
