"""The business side of a campaign's answer: customers, dialogue, what it cost and brought."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..metrics.money import SPEND_PARTS
from .numbers import Metrics, Row, number
from .tables import count

PART_NAMES = {
    "ads": "ads",
    "content": "content",
    "creators": "creators",
    "seeding": "starters",
    "answers": "answers to claims",
    "dialogue": "answers to people",
}
MONEY = "what it cost and brought"


def customer_rows(metrics: Metrics, facts: Mapping[str, Any]) -> Iterator[Row]:
    """Say who stayed, left and bought again; nothing where customers do neither."""
    if not facts["buys_again"] and not facts["churns"]:
        return
    kept = metrics.rate("retention_rate", "of the customers of day 0") if facts["n_customers"] else ""
    yield metrics.row("customers_end", "customers at the end")
    yield metrics.row("retained", "  of them from day 0 on without a break", kept)
    yield metrics.row("loyal", "  of them bought again in the run", metrics.part("loyal", "customers_end"))
    yield metrics.row("repeat_purchases", "purchases after the first")
    yield metrics.row("churned", "customers who left by themselves")


def rival_rows(metrics: Metrics) -> Iterator[Row]:
    """Say how loud and how large the brand is beside its rivals, and who changed sides; nothing without rivals."""
    if "market_share" not in metrics:
        return
    yield metrics.percent_row("share_of_voice", "share of voice: of all that is seen and said")
    yield metrics.percent_row("share_of_voice_paid", "  of ads and creators seen")
    yield metrics.percent_row("share_of_voice_earned", "  of what people share and tell")
    yield metrics.percent_row("market_share", "market share: of all brands' customers at the end")
    yield metrics.row("won_from_rivals", "customers won from rivals")
    yield metrics.row("lost_to_rivals", "customers lost to rivals")


def dialogue_rows(metrics: Metrics) -> Iterator[Row]:
    """Say what people wrote to the brand and how it answered; nothing where it has no dialogue."""
    if "answered" not in metrics:
        return
    yield metrics.row("complaints", "complaints")
    yield metrics.row("questions", "questions")
    yield metrics.row("answered", "answered within the run", metrics.rate("answered_fraction", "of both"))
    yield metrics.row("response_time", "  after so many days, on average")
    yield metrics.row("recovered", "  content again after the answer", metrics.part("recovered", "complaints"))
    yield metrics.row("interactions_customer_to_customer", "met the brand through other people, times")
    yield metrics.row("interactions_firm_to_customer", "met it through the brand itself, times")


def money_rows(metrics: Metrics, facts: Mapping[str, Any]) -> Iterator[Row]:
    """Say what was spent, what that brought within the run, and what customers are worth in the years to come."""
    parts = {part: metrics.mean(f"spend_{part}") for part in SPEND_PARTS}
    spent = [f"{PART_NAMES[part]} {number(mean)}" for part, mean in parts.items() if mean]
    yield metrics.row("spend", "spent within the run", ", ".join(spent) if len(spent) > 1 else "")
    price = f"{number(metrics.mean('purchases'))} purchases at {number(facts['price'])}" if facts["price"] else ""
    yield metrics.row("revenue", "revenue", price)
    yield metrics.row("extra_revenue", "  because of the campaign")
    yield metrics.row("margin", "margin before that spending")
    extra, cost = metrics.mean("extra_margin"), metrics.mean("extra_spend")
    said = f"{number(extra - cost)} after spending" if extra is not None and cost is not None else ""
    yield metrics.row("extra_margin", "  because of the campaign", said)
    yield metrics.percent_row("roi", "gain within the run on what was spent")
    yield metrics.row("return_on_ad_spend", "revenue of first purchases for 1 spent on ads")
    yield metrics.row("cost_per_click", "cost of a visit through ads and creators")
    yield metrics.row("cost_per_conversion", "cost of a new customer")
    missing = _missing(metrics, "cost_per_extra_conversion", "extra_conversions")
    yield metrics.row("cost_per_extra_conversion", "  of one who would not have come without it", missing)
    yield metrics.row("customer_equity", f"worth of all customers, {facts['value_horizon']} from day 0")
    yield metrics.row("extra_customer_equity", "  because of the campaign")
    yield metrics.row("direct_value", "    of those won by the brand or by themselves")
    yield metrics.row("referred_value", "    of those won by other people")
    yield metrics.percent_row("social_equity", "gain over these years on what was spent")


def _missing(metrics: Metrics, name: str, always: str) -> str:
    """Say in how many replicas a ratio has no value though the count it divides by is known in all."""
    if metrics.mean(name) is None or always not in metrics:
        return ""
    left_out = metrics[always]["n"] - metrics[name]["n"]
    return f"without {count(left_out, 'replica')} that won nobody" if left_out else ""
