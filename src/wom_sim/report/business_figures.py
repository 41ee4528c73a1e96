"""Pictures of the business side: what a campaign cost and brought, how loud and how large each brand is."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from ..metrics.money import money
from ..metrics.rivals import brand, rivals
from ..metrics.table import Summary, summarise
from ..results.results import Results
from .figures import shorten
from .frame import mean_of, sheet, themed, thousands
from .theme import BLUE, GREEN, GREY, INK, ORANGE, PURPLE, SKY

MEANS = "bars: means; lines: 95 % interval of the mean"
GAINS = {
    "extra_spend": ("spent", GREY),
    "extra_margin": ("margin within the run", BLUE),
    "extra_customer_equity": ("worth of customers,\n{horizon} from day 0", GREEN),
    "direct_value": ("of those won by the brand\nor by themselves", SKY),
    "referred_value": ("of those won\nby other people", ORANGE),
}
"""What the campaign cost and brought beside the run without it: its name, and the colour of its bar."""


def has_money(results: Results) -> bool:
    """Say whether there is something to hold against what was spent."""
    facts = results.facts
    priced = bool(facts["spends_on"]) and facts["outcome"] == "purchase" and facts["margin"] is not None
    return priced and "purchases_no_campaign" in results.counts


@themed
def cost_and_return(results: Results) -> Figure:
    """Draw what the campaign cost and what it brought more than the run without it, all on one scale of money."""
    found = money(results)
    gains = [
        f"{100.0 * summary.mean:,.0f} % {when}"
        for name, when in (("roi", "within the run"), ("social_equity", "over the years"))
        if name in found and (summary := summarise(found[name])).mean is not None
    ]
    said = f"{MEANS}\nmean gain on what was spent: {', '.join(gains)}" if gains else MEANS
    figure = sheet(results, "What the campaign cost and brought, beside the same luck without it", said=said)
    figure.subplots_adjust(left=0.25)
    axes: Any = figure.add_subplot()
    shown = [name for name in GAINS if name in found]
    ends = [0.0]
    for place, name in enumerate(shown):
        summary = summarise(found[name])
        ends += _bar(axes, place, summary, color=GAINS[name][1], height=0.45 if name.endswith("_value") else 0.72)
    horizon = results.facts["value_horizon"]
    axes.set_yticks(range(len(shown)), [GAINS[name][0].format(horizon=horizon) for name in shown])
    _dress(axes, n=len(shown), ends=ends)
    axes.xaxis.set_major_formatter(FuncFormatter(thousands))
    axes.set_xlabel("money, more than without the campaign")
    return figure


@themed
def brands(results: Results) -> Figure:
    """Draw each brand's share of voice beside its share of all customers: who is louder than large, and the reverse."""
    moved = rivals(results)
    said = f"{MEANS}\n{mean_of('customers won from rivals', moved['won_from_rivals'])}"
    said += f"; {mean_of('lost to rivals', moved['lost_to_rivals'])}"
    figure = sheet(results, "How loud and how large: share of voice and share of customers", said=said)
    figure.subplots_adjust(left=0.2)
    axes: Any = figure.add_subplot()
    names, ends = results.group_names["brand"], [0.0]
    parts = (("share_of_voice", "of all that is seen and said", PURPLE), ("market_share", "of all customers", BLUE))
    for place in range(len(names)):
        found = brand(results, place)
        for side, (name, label, color) in enumerate(parts):
            values = np.asarray(100.0 * found[name], np.float64)
            at = place + (-0.19, 0.19)[side]
            ends += _bar(axes, at, summarise(values), color=color, height=0.36, label="" if place else label, unit=" %")
    axes.set_yticks(range(len(names)), [shorten(name, 20) for name in names])
    _dress(axes, n=len(names), ends=ends)
    axes.set_ylim(len(names) - 0.4, -0.95)
    axes.legend(loc="upper right", ncols=2)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g} %"))
    axes.set_xlabel("part of all brands")
    return figure


def _bar(
    axes: Any, place: float, summary: Summary, *, color: str, height: float, label: str = "", unit: str = ""
) -> list[float]:
    """Draw a bar with its interval and its number; return how far it reaches."""
    mean = summary.mean or 0.0
    low, high = summary.interval() or (mean, mean)
    axes.barh(place, mean, height=height, color=color, label=label or None)
    axes.plot([low, high], [place, place], color=INK, linewidth=1.4, solid_capstyle="butt")
    digits = 0 if abs(mean) >= 100.0 else 1
    said = "none" if summary.mean is None else f"{mean:,.{digits}f}{unit}"
    axes.annotate(said, (max(mean, high, 0.0), place), (6, 0), textcoords="offset points", va="center", fontsize=9.0)
    return [mean, low, high]


def _dress(axes: Any, *, n: int, ends: list[float]) -> None:
    low, high = min(ends), max(ends)
    room = (high - low) or 1.0
    axes.set_xlim(low - (0.04 * room if low < 0.0 else 0.0), high + 0.16 * room)
    axes.set_ylim(n - 0.4, -0.6)
    axes.axvline(0.0, color=GREY, linewidth=0.8)
    axes.tick_params(axis="y", length=0, labelcolor=INK)
    axes.grid(axis="x", color=GREY, alpha=0.2, linewidth=0.6)
    axes.set_axisbelow(True)
    for side in ("left", "right"):
        axes.spines[side].set_visible(False)
