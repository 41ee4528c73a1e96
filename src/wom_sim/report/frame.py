"""What all pictures of a campaign share: the sheet, time as dates or days, bands over replicas, the caption."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from functools import partial, wraps
from typing import Any

import numpy as np
from matplotlib import dates, rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator
from numpy.typing import NDArray

from ..metrics.table import curve_bands, summarise
from ..results.results import Results
from .figures import shorten
from .theme import GREY, SETTINGS

calendar: Any = dates  # which has no types
LEVELS = (0.05, 0.5, 0.95)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
"""In English whatever the machine's language, so that equal results give equal pictures."""


def themed(draw: Callable[[Results], Figure]) -> Callable[[Results], Figure]:
    """Draw in the look of `theme`."""

    @wraps(draw)
    def drawn(results: Results) -> Figure:
        with rc_context(SETTINGS):
            return draw(results)

    return drawn


def sheet(results: Results, title: str, *, said: str = "", right: float = 0.96) -> Figure:
    """Return an empty picture with its title and caption, margins fixed: finding them takes longer than drawing."""
    figure = Figure(figsize=(8.0, 5.2))
    figure.subplots_adjust(left=0.11, right=right, top=0.87, bottom=0.225, wspace=0.35, hspace=0.25)
    FigureCanvasAgg(figure)
    figure.text(0.02, 0.955, title, fontsize=12.0, va="center")
    figure.text(0.02, 0.91, shorten(results.name, 100), fontsize=9.0, color=GREY, va="center")
    figure.text(0.02, 0.02, caption(results, said), fontsize=8.5, color=GREY, va="bottom")
    return figure


def caption(results: Results, said: str) -> str:
    """Say what a picture rests on: how many people, how long, who started, how often it was run; then lines `said`."""
    facts, n = results.facts, results.n_replicas
    starters = facts["n_seed_nodes"]
    who = f"{starters:,} starter{'' if starters == 1 else 's'}" if starters else "no starters"
    days = f"{facts['n_steps'] * facts['step']:g} days"
    since = f"{days} from {facts['start']}" if facts["start"] else days
    replicas = f"{n:,} replica{'' if n == 1 else 's'}{'' if n > 1 else ': a single one has no bands'}"
    first = f"{results.model}; {results.n_people:,} people; {since}; {who}; {replicas}; rng_seed {results.rng_seed}"
    return "\n".join(shorten(line, 120) for line in (first, *said.splitlines()))


def mean_of(name: str, values: NDArray[Any]) -> str:
    """Say a mean over replicas with its interval."""
    summary = summarise(values)
    if summary.mean is None:
        return f"{name}: none"
    ends = summary.interval()
    return f"mean {name} {summary.mean:,.1f}" + (f" (95 % interval {ends[0]:,.1f} to {ends[1]:,.1f})" if ends else "")


def times(results: Results) -> NDArray[np.float64]:
    """Return the x of each step: a date's number where the run has dates, else days since the start."""
    steps = np.arange(int(results.last_step.max(initial=0)) + 1, dtype=np.float64)
    x: NDArray[np.float64] = steps * results.facts["step"] + day_zero(results)
    return x


def day_zero(results: Results) -> float:
    """Return the x of the start of the run."""
    start = results.facts["start"]
    return 0.0 if start is None else float(calendar.date2num(datetime.date.fromisoformat(start)))


def bands(axes: Any, results: Results, name: str, *, color: str, label: str, shaded: bool = True) -> float:
    """Draw a curve's median, dashed where the middle 90 % of replicas are not shaded; return the highest point."""
    low, median, high = curve_bands(results, LEVELS, name=name)
    x = times(results)
    if len(x) == 1:  # nothing but one step: a level line over it
        x = np.array([x[0], x[0] + results.facts["step"]])
        low, median, high = (np.repeat(band, 2) for band in (low, median, high))
    if shaded and results.n_replicas > 1:
        axes.fill_between(x, low, high, color=color, alpha=0.18, linewidth=0)
    axes.plot(x, median, color=color, linewidth=2.0, linestyle="-" if shaded else (0, (4, 2)), label=label)
    return float((high if shaded else median).max())


ROW_OF_KEY = 0.24
"""Inches that a row of a legend takes, beside 0.2 for its margins."""


def dress(axes: Any, results: Results, *, label: str, highest: float, time: bool = True, most_ticks: int = 8) -> None:
    """Set limits, ticks and labels of a picture over time; `time` says whether it has a time axis of its own."""
    x = times(results)
    axes.set_xlim(x[0], max(x[-1], x[0] + results.facts["step"]))
    axes.set_ylim(0, max(1.0, highest) * 1.06)
    axes.set_ylabel(label)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    axes.yaxis.set_major_formatter(FuncFormatter(thousands))
    axes.grid(axis="y", color=GREY, alpha=0.2, linewidth=0.6)
    axes.spines["right"].set_visible(False)
    axes.set_axisbelow(True)
    if results.facts["start"] is None:
        axes.xaxis.set_major_locator(MaxNLocator(nbins=most_ticks, integer=True))
        axes.set_xlabel("days after the start" if time else "")
    else:
        first, last = calendar.num2date(x[0]), calendar.num2date(x[-1])
        axes.xaxis.set_major_locator(calendar.AutoDateLocator(minticks=3, maxticks=most_ticks))
        axes.xaxis.set_major_formatter(FuncFormatter(partial(_date, n_days=x[-1] - x[0])))
        years = f"{first.year}" if first.year == last.year else f"{first.year} to {last.year}"
        axes.set_xlabel(years if time else "")
    axes.tick_params(labelbottom=time)


def key(axes: Any, where: str, *, n_columns: int = 1) -> None:
    """Add the legend, on white; at the top with room of its own above the curves, which it would hide otherwise."""
    _, labels = axes.get_legend_handles_labels()
    if where.startswith("upper"):
        rows = -(-len(labels) // n_columns)
        bottom, top = axes.get_ylim()
        height = axes.get_position().height * axes.figure.get_figheight()
        axes.set_ylim(bottom, bottom + (top - bottom) / (1.0 - (0.2 + ROW_OF_KEY * rows) / height))
    axes.legend(loc=where, ncols=n_columns, frameon=True, facecolor="white", edgecolor="none", framealpha=0.85)


def _date(value: float, _place: Any = None, *, n_days: float) -> str:
    at = calendar.num2date(value)
    if n_days < 4.0:
        return f"{at.day} {MONTHS[at.month - 1]}\n{at:%H:%M}"
    return f"{MONTHS[at.month - 1]} {at.year}" if n_days > 800.0 else f"{at.day} {MONTHS[at.month - 1]}"


def per_cent_axis(axes: Any, results: Results) -> None:
    """Add the part of all people on the right."""
    n = results.n_people
    share = axes.secondary_yaxis("right", functions=(lambda y: 100.0 * y / n, lambda p: p * n / 100.0))
    share.set_ylabel(f"per cent of {n:,} people")
    share.spines["right"].set_visible(True)


def thousands(value: float, _place: Any = None) -> str:
    """Write a tick of a count."""
    return f"{value:,.0f}" if value == int(value) else ""
