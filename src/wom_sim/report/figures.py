"""The reach curve: how many people have been reached by each step, in people and in per cent."""

from __future__ import annotations

import io
import warnings
from typing import Any, Protocol

import numpy as np
from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator
from numpy.typing import NDArray

from ..metrics.table import curve_bands, curve_mean, summarise
from ..results.results import Results
from .theme import BLUE, GREY, INK, SETTINGS

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)


class Line(Protocol):
    """A line that is drawn over a picture: its height at steps 0, 1, ..., and what says so."""

    @property
    def heights(self) -> NDArray[np.float64]:
        """Height at each step."""

    @property
    def says(self) -> str:
        """Which theory, in a few words."""


def reach_curve(results: Results, *, line: Line | None = None) -> Figure:
    """Draw the median curve with the middle 50 % and 90 % of replicas.

    Parameters
    ----------
    results : with curves
    line : what theory says of the mean, drawn dashed beside the mean of the replicas

    Returns
    -------
    matplotlib.figure.Figure
        Not tied to pyplot; save it with `Figure.savefig`.

    Raises
    ------
    ResultError
        When the run kept no curves.
    """
    with rc_context(SETTINGS):
        figure = Figure(figsize=(8.0, 5.2))
        # Fixed margins: finding them by layout takes longer than drawing.
        figure.subplots_adjust(left=0.1, right=0.9, top=0.93, bottom=0.225)
        FigureCanvasAgg(figure)
        _draw(figure, results, line)
    return figure


def image_bytes(figure: Figure, kind: str) -> bytes:
    """Return a figure as a "png" (160 dots an inch) or "svg" file; equal figures give equal bytes."""
    sink = io.BytesIO()
    with rc_context(SETTINGS), warnings.catch_warnings():
        # A name in letters the font lacks is drawn with boxes; the tables have it right.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font", category=UserWarning)
        metadata = {"Date": None, "Creator": "wom_sim"} if kind == "svg" else {"Software": "wom_sim"}
        figure.savefig(sink, format=kind, dpi=160, metadata=metadata)
    return sink.getvalue()


def _draw(figure: Figure, results: Results, line: Line | None) -> None:
    low, lower, median, upper, high = curve_bands(results, LEVELS, name=results.main_curve)
    steps = step_times(results, len(median))
    if len(steps) == 1:  # nothing but the start: draw it as a level line over one step
        steps = step_times(results, 2)
        low, lower, median, upper, high = (np.repeat(band, 2) for band in (low, lower, median, upper, high))
    axes: Any = figure.add_subplot()
    if results.n_replicas > 1:
        axes.fill_between(steps, low, high, color=BLUE, alpha=0.15, linewidth=0, label="middle 90 % of replicas")
        axes.fill_between(steps, lower, upper, color=BLUE, alpha=0.35, linewidth=0, label="middle 50 % of replicas")
    many = len(steps) > 40
    axes.plot(steps, median, color=BLUE, linewidth=2.0, marker="" if many else "o", markersize=3.5, label="median")
    highest = float(high.max())
    if line is not None:
        mean = curve_mean(results, name=results.main_curve)
        axes.plot(steps[: len(mean)], mean, color=INK, linewidth=1.0, label="mean of replicas")
        x = step_times(results, len(line.heights))
        axes.plot(x, line.heights, color=INK, linewidth=1.6, linestyle="--", label=shorten(line.says, 70))
        highest = max(highest, float(line.heights.max()))
    if high.max() == 0:
        nothing = "nobody was reached" if results.main_curve == "reach" else f"{results.main_curve} is 0 throughout"
        axes.text(0.5, 0.5, nothing, transform=axes.transAxes, ha="center", color=GREY)
    axes.set_title(shorten(results.name, 70))
    axes.set_ylabel("people reached" if results.main_curve == "reach" else results.main_curve)
    finish_axes(axes, results, highest=highest)
    axes.legend(loc="lower right" if median[-1] > 0.5 * high.max() else "upper left")
    figure.text(0.02, 0.02, caption(results), fontsize=8.5, color=GREY, va="bottom")


def step_times(results: Results, n_steps: int) -> NDArray[np.float64]:
    """Return the x of the first steps: days, or the steps' numbers where they have no length."""
    return np.arange(n_steps, dtype=np.float64) * (1.0 if results.days_per_step is None else results.days_per_step)


def finish_axes(axes: Any, results: Results, *, highest: float) -> None:
    """Set limits, labels and ticks of a picture over steps or days, with per cent of all people on the right."""
    # The last few replicas may go on for long; nearly all of the picture would be a level line.
    ended = max(1, int(np.ceil(np.quantile(results.last_step, 0.99))))
    longest = int(results.last_step.max())
    end, last = step_times(results, max(ended, longest, 1) + 1)[[ended, max(longest, 1)]]
    axes.set_xlim(0, min(end, last))
    unit = "step" if results.days_per_step is None else "days"
    axes.set_xlabel(unit if longest <= ended else f"{unit} (the longest replica takes {last:,.6g})")
    axes.set_ylim(0, max(1.0, highest) * 1.05)
    axes.xaxis.set_major_locator(MaxNLocator(integer=results.days_per_step is None))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}" if value == int(value) else ""))
    axes.grid(axis="y", color=GREY, alpha=0.2, linewidth=0.6)
    share = axes.secondary_yaxis(
        "right", functions=(lambda y: 100.0 * y / results.n_people, lambda p: p * results.n_people / 100.0)
    )
    share.set_ylabel(f"per cent of {results.n_people:,} people")
    share.spines["right"].set_visible(True)


def caption(results: Results) -> str:
    """Say what a figure of these results shows: who started, how often it was run, the mean with its interval."""
    names = ", ".join(str(label) for label in results.seed_nodes[:8])
    more = f" and {len(results.seed_nodes) - 8:,} more" if len(results.seed_nodes) > 8 else ""
    summary = summarise(results.counts[results.main_curve])
    interval = summary.interval()
    mean = f"mean {results.main_curve} {summary.mean:,.1f}" if summary.mean is not None else "nobody reached"
    spread = f" (95 % interval of the mean {interval[0]:,.1f} to {interval[1]:,.1f})" if interval else ""
    single = "" if results.n_replicas > 1 else ": a single replica has no bands"
    replicas = f"{results.n_replicas:,} replica{'' if results.n_replicas == 1 else 's'}{single}"
    n_seeds = len(results.seed_nodes)
    start = f"{n_seeds:,} seed node{'' if n_seeds == 1 else 's'}: {names}{more}" if n_seeds else "no seed nodes"
    start = shorten(start, 120)
    model = f"{results.model}{', ' if results.parameters else ''}{results.parameters}"
    return "\n".join((shorten(f"{model}; {replicas}; rng_seed {results.rng_seed}", 120), f"{mean}{spread}", start))


def shorten(text: str, length: int) -> str:
    """Return a text as a picture can show it, cut to a length."""
    # A dollar sign would start mathematics; labels are shown as they are.
    clean = "".join(c if c.isprintable() else "?" for c in text).replace("$", r"\$")
    return clean if len(clean) <= length else clean[: length - 1] + "…"
