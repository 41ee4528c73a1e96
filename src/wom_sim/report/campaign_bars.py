"""Pictures of a campaign's totals: the funnel from impression to purchase, and what purchases came from."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from ..metrics.campaign import CAUSES, EXPOSURES
from ..metrics.table import summarise
from ..results.results import Results
from .frame import sheet, themed, thousands
from .theme import BLUE, GREEN, GREY, INK, ORANGE, PURPLE, SKY, VERMILION

STAGES = {
    "impressions": ("times shown", None, ""),
    "views": ("times seen", "impressions", "of times shown"),
    "reach": ("people who saw it", None, ""),
    "engagements": ("engaged", "reach", "of those people"),
    "shares": ("shared it", "reach", "of those people"),
    "clicks": ("clicked", "engagements", "of engagements"),
    "conversions": ("bought", None, "whatever won them"),
}
"""Counts from the first contact on: what they are, and of which they are a part, so to say."""
FEWEST_BARS = 9
SOURCES = {
    "paid": ("ads", BLUE),
    "owned": ("own posts", SKY),
    "creators": ("creators", PURPLE),
    "earned": ("other people", ORANGE),
    "seeding": ("starters", GREEN),
    "customers": ("customers of day 0", VERMILION),
    "crisis": ("a claim", INK),
    "background": ("own reasons", GREY),
}


@themed
def funnel(results: Results) -> Figure:
    """Draw how many are left at each stage, on a scale of powers of ten: points, as bars would have no foot."""
    said = "points: means; lines: middle 90 % of replicas"
    habit, count = results.facts["outcome"] == "habit", results.counts
    figure = sheet(results, "From being shown to engaging" if habit else "From being shown to buying", said=said)
    figure.subplots_adjust(left=0.2, right=0.76)
    axes: Any = figure.add_subplot()
    found = []
    for name, (label, of, remark) in STAGES.items():
        if habit and name in ("clicks", "conversions"):
            continue
        whole = count[of].sum() if of else 0
        part = f"{percent(count[name].sum() / whole)} {remark}" if whole else "" if of else remark
        found.append((label, summarise(count[name]), part))
    if "conversions_no_campaign" in count and not habit:
        extra = summarise(count["conversions"] - count["conversions_no_campaign"])
        found.append(("bought because\nof the campaign", extra, "more than without it"))
    for place, (_, summary, part) in enumerate(found):
        mean, low, high = summary.mean or 0.0, summary.q05 or 0.0, summary.q95 or 0.0
        text = f"{mean:,.0f}" if mean >= 100.0 else f"{mean:,.1f}"
        if mean > 0.0:
            axes.plot([max(low, 1e-2), max(high, 1e-2)], [place, place], color=BLUE, linewidth=5.0, alpha=0.25)
            axes.plot([mean], [place], "o", color=BLUE, markersize=8.0)
        at = (max(mean, high, 1e-2), place)
        axes.annotate(text, at, (9, 0), textcoords="offset points", va="center")
        axes.text(1.02, place, part, color=GREY, va="center", transform=axes.get_yaxis_transform())
    means = [summary.mean for _, summary, _ in found if summary.mean and summary.mean > 0.0]
    axes.set_xscale("log")
    axes.set_xlim(10.0 ** np.floor(np.log10(min(means, default=1.0)) - 0.2), 12.0 * max(means, default=10.0))
    axes.set_ylim(len(found) - 0.4, -0.6)
    axes.set_yticks(range(len(found)), [label for label, _, _ in found])
    axes.tick_params(axis="y", length=0, labelcolor=INK)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
    axes.set_xlabel("a replica, on a scale of powers of ten")
    axes.grid(axis="x", color=GREY, alpha=0.2, linewidth=0.6)
    for side in ("left", "right"):
        axes.spines[side].set_visible(False)
    return figure


def draw_origins(axes: Any, results: Results) -> None:
    """Draw mean first purchases by the exposure that won them, and by what the chain began with; each adds up."""
    place, ticks, names = 0.0, [], []
    longest = 1.0
    for heading, prefix, keys in (("won by", "conversions_", EXPOSURES), ("begun by", "caused_by_", CAUSES)):
        means = {key: float(results.counts[prefix + key].mean()) for key in keys if results.counts[prefix + key].any()}
        axes.annotate(heading, (0.0, place), (4, 0), textcoords="offset points", fontsize=9.5, color=GREY, va="center")
        place += 1.0
        for key, mean in means.items():
            name, color = SOURCES[key]
            axes.barh(place, mean, height=0.72, color=color)
            text = f"{mean:,.0f}" if mean >= 10.0 else f"{mean:,.2f}"
            axes.annotate(text, (mean, place), (4, 0), textcoords="offset points", va="center", fontsize=9.0)
            ticks.append(place)
            names.append(name)
            longest, place = max(longest, mean), place + 1.0
        place += 0.4
    axes.set_ylim(max(place - 0.6, FEWEST_BARS), -0.8)
    axes.spines["right"].set_visible(False)
    axes.set_yticks(ticks, names)
    axes.tick_params(axis="y", length=0, labelcolor=INK)
    axes.set_xlim(0.0, 1.22 * longest)
    axes.set_xlabel("people who bought (mean)")
    axes.xaxis.set_major_locator(MaxNLocator(nbins=4, integer=True))
    axes.xaxis.set_major_formatter(FuncFormatter(thousands))


def percent(part: float) -> str:
    """Write a part of one in per cent, with decimals where it is small."""
    return f"{100 * part:.{0 if part >= 0.1 or part == 0 else 1 if part >= 0.01 else 2}f} %"
