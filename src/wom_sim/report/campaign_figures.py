"""Pictures of a campaign over time: reached, beyond the first audience, bought, content, believed, known and done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from matplotlib.figure import Figure

from ..metrics.campaign import took_off
from ..metrics.table import curve_mean
from ..results.results import Results
from .business_figures import brands, cost_and_return, has_money
from .campaign_bars import draw_origins, funnel, percent
from .frame import bands, day_zero, dress, key, mean_of, per_cent_axis, sheet, themed, times
from .theme import BLUE, GREEN, GREY, INK, ORANGE, PURPLE, SKY, VERMILION

WITHOUT = "without an answer, same luck"
BAND = "medians; shaded: middle 90 % of replicas"


def pictures(results: Results) -> dict[str, Figure]:
    """Return the pictures that a campaign's sections call for, by the name of the file.

    Raises
    ------
    ResultError
        When the run kept no curves.
    """
    facts = results.facts
    habit = facts["outcome"] == "habit"
    wanted: dict[str, tuple[bool, Callable[[Results], Figure]]] = {
        "reach_curve": (True, reach_curve),
        "beyond_audience": (facts["content"], beyond_audience),
        "funnel": (facts["content"], funnel),
        "conversions": (not habit, conversions),
        "sentiment": (not habit, sentiment),
        "belief": (facts["crises"], belief),
        "cost_and_return": (has_money(results), cost_and_return),
        "brands": ("brand" in results.groups, brands),
        "knowing_and_doing": (habit, knowing_and_doing),
    }
    return {name: draw(results) for name, (applies, draw) in wanted.items() if applies}


@themed
def reach_curve(results: Results) -> Figure:
    """Draw people reached: by content or by others; in a habit by content, without any those who know of it."""
    kept = [name for name in ("reached", "reach", "aware") if name in results.curve_names]
    name, label = kept[0], "people who know of it" if kept[0] == "aware" else "people reached"
    if kept == ["reached"]:
        label = "people reached by word of mouth"
    figure = sheet(results, label.capitalize(), said=f"{mean_of(label, results.counts[name])}; {BAND}", right=0.9)
    axes: Any = figure.add_subplot()
    highest = bands(axes, results, name, color=BLUE, label="median")
    if name == "reached" and "reach" in results.curve_names:
        highest = max(highest, bands(axes, results, "reach", color=INK, label="saw content", shaded=False))
        axes.get_lines()[0].set_label("saw content or were told")
    dress(axes, results, label=label, highest=highest)
    if len(axes.get_lines()) > 1:
        key(axes, "upper left", n_columns=3)
    per_cent_axis(axes, results)
    return figure


@themed
def beyond_audience(results: Results) -> Figure:
    """Draw mean reach in two layers that add up: those whom ads, own posts or creators showed it, and the rest."""
    beyond = curve_mean(results, name="reach_beyond_audience")
    within = curve_mean(results, name="reach") - beyond
    said = mean_of("reach beyond the first audience", results.counts["reach_beyond_audience"])
    figure = sheet(results, "Who saw content: the first audience and beyond", said=said, right=0.9)
    axes: Any = figure.add_subplot()
    x = times(results)
    axes.stackplot(
        x,
        within,
        beyond,
        colors=(SKY, ORANGE),
        labels=("first audience: shown it by ads, own posts, creators", "beyond: saw it from friends alone"),
        linewidth=0,
    )
    dress(axes, results, label="people who saw content (mean)", highest=float((within + beyond).max()) * 1.15)
    handles, labels = axes.get_legend_handles_labels()
    axes.legend(handles[::-1], labels[::-1], loc="upper left")
    per_cent_axis(axes, results)
    return figure


@themed
def conversions(results: Results) -> Figure:
    """Draw first purchases over time beside a run without the campaign, and where they came from."""
    count = results.counts
    said, beside = f"{mean_of('first purchases', count['conversions'])}; {BAND}", "conversions_no_campaign"
    if beside in count:
        said += f"\n{mean_of('more than without the campaign', count['conversions'] - count[beside])}, on the same luck"
    figure = sheet(results, "First purchases: when, won by what, begun by what", said=said)
    left, right = figure.subplots(1, 2, width_ratios=(1.15, 1.0))
    highest = bands(left, results, "conversions", color=BLUE, label="with the campaign")
    if beside in results.curve_names:
        bands(left, results, beside, color=INK, label="without it, same luck", shaded=False)
        key(left, "upper left")
    head = 1.2 if beside in count else 1.0
    dress(left, results, label="people who bought (median)", highest=highest * head, most_ticks=5)
    draw_origins(right, results)
    return figure


@themed
def sentiment(results: Results) -> Figure:
    """Draw satisfied customers above, dissatisfied ones and rejecters below: they are too few for one scale."""
    said = f"{mean_of('satisfied at the end', results.counts['satisfied'])}; {BAND}"
    figure = sheet(results, "What people think of the brand", said=said)
    upper, lower = figure.subplots(2, 1, sharex=True)
    highest = bands(upper, results, "satisfied", color=GREEN, label="satisfied customers")
    dress(upper, results, label="people", highest=highest, time=False)
    highest = max(
        bands(lower, results, "dissatisfied", color=ORANGE, label="dissatisfied customers"),
        bands(lower, results, "rejecters", color=VERMILION, label="decided against it"),
    )
    dress(lower, results, label="people", highest=highest)
    for axes in (upper, lower):
        key(axes, "upper left", n_columns=2)
    return figure


@themed
def belief(results: Results) -> Figure:
    """Draw who believes a claim, with the answer and without, and when claim and answer came."""
    said = f"{mean_of('ever believers', results.counts['believers_ever'])}; took off in {_took_off(results)}; {BAND}"
    figure = sheet(results, "Who believes the claim", said=said, right=0.9)
    axes: Any = figure.add_subplot()
    answered = "believers_no_answer" in results.curve_names
    label = "believers, with the answer" if answered else "believers"
    highest = bands(axes, results, "believers", color=BLUE, label=label)
    if answered:
        highest = max(highest, bands(axes, results, "believers_no_answer", color=VERMILION, label=WITHOUT))
    dress(axes, results, label="people who believe it now", highest=highest)
    facts = results.facts
    marks = [(claim["start"], "claim", "right") for claim in facts["claims"]]
    marks += [(start, "answer", "left") for start in facts["answer_starts"]]
    for at, what, side in marks:
        if at < facts["n_steps"]:
            x = day_zero(results) + at * facts["step"]
            axes.axvline(x, color=GREY, linewidth=1.0, linestyle=":")
            text = f" {what} "
            axes.text(x, 0.99, text, color=INK, fontsize=9.0, ha=side, va="top", transform=axes.get_xaxis_transform())
    key(axes, "upper right")
    per_cent_axis(axes, results)
    return figure


@themed
def knowing_and_doing(results: Results) -> Figure:
    """Draw who knows of a habit and who does it: news spreads easily, the habit needs company."""
    said = f"{mean_of('people who do it at the end', results.counts['doing'])}; {BAND}"
    few = float((results.counts["doing"] < 0.01 * results.n_people).mean())
    if 0.0 < few < 1.0:
        said += f"\nin {percent(few)} of replicas fewer than 1 % of the people do it at the end"
    figure = sheet(results, "Knowing and doing", said=said, right=0.9)
    axes: Any = figure.add_subplot()
    highest = bands(axes, results, "aware", color=PURPLE, label="know of it")
    highest = max(highest, bands(axes, results, "doing", color=GREEN, label="do it"))
    beside = "doing_no_campaign"
    if beside in results.curve_names and results.counts[beside].any():
        bands(axes, results, beside, color=INK, label="do it without the campaign", shaded=False)
    dress(axes, results, label="people", highest=highest * 1.12)
    per_cent_axis(axes, results)
    key(axes, "upper center", n_columns=3)
    return figure


def _took_off(results: Results) -> str:
    return f"{percent(float(took_off(results, results.counts['believers_ever']).mean()))} of replicas"
