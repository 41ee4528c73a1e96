"""What a campaign cost and brought: spend, revenue, margin, the value of customers; docs/business.md, 5."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..results.results import Results
from .columns import Column, Columns, Counts, none_of, ratio, ratio_to_gain

SPEND_PARTS = ("ads", "content", "creators", "seeding", "answers", "dialogue")
"""What money goes to: `spend_ads` and so on; they sum to `spend`."""


def money(results: Results) -> Columns:
    """Return what was spent, earned and won for the years to come; only what the scenario gives prices for."""
    found = _spent(results) | _sold(results)
    if results.facts["outcome"] == "purchase":
        found |= _prices_of_success(results, found)
    return found


def spend_of(results: Results, part: str, *, no_campaign: bool = False) -> NDArray[np.float64]:
    """Return the money that went to a part within the run, in each replica: float64 (R,).

    Parameters
    ----------
    part : one of `SPEND_PARTS`
    no_campaign : in the run without the campaign, where claims and questions are answered all the same
    """
    facts, n = results.facts, results.n_replicas
    if part == "answers":
        return np.full(n, float(facts["answers_spend"]))
    if part == "dialogue":
        answered = results.counts.get("answered_no_campaign" if no_campaign else "answered", none_of(results.counts))
        return answered * float(facts["cost_per_answer"])
    if no_campaign:
        return np.zeros(n)
    if part == "creators":
        spend = np.zeros(n)
        for i, fee in enumerate(facts["creator_fees"]):
            spend = spend + results.groups["creator"]["posts"][:, i] * fee
        return spend
    if part == "seeding":
        return results.counts.get("seeding_cost", none_of(results.counts)).astype(np.float64)
    paid = [item["spend"] for item in facts["items"] if (item["channel"] == "paid") == (part == "ads")]
    more = results.counts.get(f"spent_more_{part}", none_of(results.counts))  # because of rules
    return float(sum(paid)) + more.astype(np.float64)


def _spent(results: Results) -> Columns:
    parts = results.facts["spends_on"]
    if not parts:
        return {}
    spend, otherwise = np.zeros(results.n_replicas), np.zeros(results.n_replicas)
    by_part: Columns = {}
    for part in parts:
        by_part[f"spend_{part}"] = spend_of(results, part)
        spend = spend + by_part[f"spend_{part}"]
        otherwise = otherwise + spend_of(results, part, no_campaign=True)
    found: Columns = {"spend": spend, **by_part}
    if "purchases_no_campaign" in results.counts or "doing_no_campaign" in results.counts:
        found["extra_spend"] = spend - otherwise
    return found


def worth_of(facts: Mapping[str, Any], count: Counts, *, arm: str = "") -> Columns:
    """Return what purchases brought and what customers are worth, of everybody or of a segment.

    Parameters
    ----------
    count : int64 or float64 (R,) each
    arm : what names of counts end in: nothing, or "_no_campaign"
    """
    found: Columns = {}
    if facts["outcome"] != "purchase":
        return found
    if facts["price"] is not None:
        found["revenue"] = count[f"purchases{arm}"] * float(facts["price"])
    if facts["margin"] is None:
        return found
    # Customers won by others bring more.
    margin, factor = float(facts["margin"]), float(facts["referred_margin_factor"])
    referred = count.get(f"purchases_referred{arm}", none_of(count))
    found["margin"] = margin * (count[f"purchases{arm}"] + (factor - 1.0) * referred)
    if f"discounted_direct{arm}" in count:
        for by, brings in (("direct", margin), ("referred", margin * factor)):
            found[f"equity_{by}"] = brings * (count[f"discounted_{by}{arm}"] + count[f"future_{by}{arm}"])
        found["customer_equity"] = found["equity_direct"] + found["equity_referred"]
    return found


def _sold(results: Results) -> Columns:
    """Return what was brought within the run and what customers are worth, and how much more than without campaign."""
    found = worth_of(results.facts, results.counts)
    if not found or "purchases_no_campaign" not in results.counts:
        return found
    otherwise = worth_of(results.facts, results.counts, arm="_no_campaign")
    extra = {name: found[name] - otherwise[name] for name in found if name in otherwise}
    found |= {f"extra_{name}": extra[name] for name in ("revenue", "margin", "customer_equity") if name in extra}
    if "customer_equity" in extra:
        found["customer_equity_no_campaign"] = otherwise["customer_equity"]
        found["direct_value"], found["referred_value"] = extra["equity_direct"], extra["equity_referred"]
    return found


def _prices_of_success(results: Results, found: Columns) -> Columns:
    """Return money by what it bought: clicks, customers, margin, value."""
    facts, count = results.facts, results.counts
    priced: Columns = {}
    clicked = [found[name] for name in ("spend_ads", "spend_creators") if name in found]
    if "spend_ads" in found and facts["price"] is not None:
        sales: Column = count["conversions_paid"] * float(facts["price"])
        priced["return_on_ad_spend"] = ratio(sales, found["spend_ads"])
    if clicked:
        priced["cost_per_click"] = ratio(sum(clicked, np.zeros(results.n_replicas)), count["visits_paid"])
    if "spend" in found:
        priced["cost_per_conversion"] = ratio(found["spend"], count["conversions"])
    if "extra_spend" in found:
        extra = found["extra_spend"]
        more = count["conversions"] - count["conversions_no_campaign"]
        priced["cost_per_extra_conversion"] = ratio_to_gain(extra, more)
        for name, gain in (("roi", "extra_margin"), ("social_equity", "extra_customer_equity")):
            if gain in found:
                priced[name] = ratio_to_gain(found[gain] - extra, extra)
    return priced
