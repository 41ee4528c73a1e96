"""Small tables by segment, item, creator and brand: the columns that mean something there, as means over replicas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .numbers import number, percent
from .tables import aligned

COLUMNS = {
    "segment": {
        "n_people": "people",
        "reach": "saw it",
        "reached": "reached",
        "knows": "know",
        "engagements": "engaged",
        "engagement_rate": "rate",
        "visits": "visits",
        "conversions": "bought",
        "satisfied": "satisfied",
        "dissatisfied": "dissatisfied",
        "rejecters": "against",
        "believers_ever": "believed",
        "kept": "do it",
    },
    "item": {
        "impressions": "shown",
        "views": "seen",
        "reach": "people",
        "engagements": "engaged",
        "engagement_rate": "rate",
        "shares": "shared",
        "clicks": "clicked",
        "click_through_rate": "rate",
        "conversions": "bought",
        "caused": "caused",
        "spend": "spent",
    },
    "creator": {"posts": "posts", "conversions": "bought", "caused": "caused", "spend": "spent"},
    "brand": {
        "customers": "customers",
        "market_share": "of all",
        "buyers": "won",
        "won_from": "we won from it",
        "lost_to": "we lost to it",
        "views_paid": "paid views",
        "views_owned": "post views",
        "views_earned": "shared views",
        "tells": "tellings",
        "share_of_voice": "of all voices",
        "believers_ever": "believed",
    },
    "rule": {"fired": "held in"},
}
"""Columns of each kind's table, in order: metric -> its heading."""
IF_ANY = {"brand": ("views_owned", "views_earned", "believers_ever")}
"""Columns that are left out where they are 0 throughout."""
PARTS = ("share_of_voice", "market_share", "fired")
"""Metrics written in per cent, as rates are."""


def group_lines(groups: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> list[str]:
    """Return a table for each kind of groups of a summary."""
    lines: list[str] = []
    for kind, columns in COLUMNS.items():
        found = groups.get(kind, {})
        names = [name for name in columns if any(name in metrics for metrics in found.values())]
        if not names:
            continue
        if "reach" in names and kind == "segment":
            names = [name for name in names if name != "reached"]
        names = [name for name in names if name not in IF_ANY.get(kind, ()) or _any(found, name)]
        rows = [[f"by {kind}", *(columns[name] for name in names)]]
        rows += [[f"  {group}", *(_cell(name, metrics) for name in names)] for group, metrics in found.items()]
        lines += [*aligned(rows), ""]
    return lines


def _cell(name: str, metrics: Mapping[str, Any]) -> str:
    mean = metrics[name]["mean"] if name in metrics else None
    return percent(mean) if name.endswith("_rate") or name in PARTS else number(mean)


def _any(found: Mapping[str, Mapping[str, Any]], name: str) -> bool:
    return any(metrics[name]["mean"] for metrics in found.values() if name in metrics)
