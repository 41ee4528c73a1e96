"""The picture of a comparison: what each plan brings, and how sure the differences are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from .figures import shorten
from .plain_sheet import Shown, blank, tick
from .theme import BLUE, GREY, INK, ORANGE, SETTINGS

_ROW = 0.42
"""Inches that a plan or a difference takes."""


@dataclass(frozen=True)
class Bar:
    """A plan: mean, 95 % interval of the mean, middle 90 % of replicas, and what is said beside it."""

    name: str
    mean: float
    interval: tuple[float, float]
    middle: tuple[float, float]
    said: str


@dataclass(frozen=True)
class Gap:
    """A difference of two plans: mean, 95 % interval, the interval it would have unpaired, what is said beside it."""

    name: str
    mean: float
    interval: tuple[float, float]
    unpaired: tuple[float, float]
    said: str


def compare_figure(shown: Shown, bars: Sequence[Bar], gaps: Sequence[Gap], *, target: float | None = None) -> Figure:
    """Draw plans at the top, their differences below, the best first.

    Parameters
    ----------
    bars, gaps : one at least     target : of the goal, drawn as a line; None: there is none
    """
    with rc_context(SETTINGS):
        above, below = 0.45 + _ROW * len(bars), 0.45 + _ROW * len(gaps)
        height = above + below + 2.35
        figure = blank(shown.title, shown.name, shown.said, height=height)
        top = 1.0 - 0.78 / height
        _plans(_panel(figure, top - above / height, above / height), bars, shown.objective, target)
        lower: Any = _panel(figure, top - (above + below + 0.62) / height, below / height)
        _differences(lower, gaps, f"difference in {shown.objective}")
        return figure


def _panel(figure: Figure, bottom: float, height: float) -> Any:
    axes: Any = figure.add_axes((0.26, bottom, 0.48, height))
    axes.spines["right"].set_visible(False)
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x", color=GREY, alpha=0.2, linewidth=0.6)
    axes.set_axisbelow(True)
    return axes


def _plans(axes: Any, bars: Sequence[Bar], label: str, target: float | None) -> None:
    for y, bar in _from_the_top(bars):
        axes.plot(bar.middle, (y, y), color=BLUE, alpha=0.25, linewidth=9.0, solid_capstyle="butt")
        axes.plot(bar.interval, (y, y), color=BLUE, linewidth=2.4, solid_capstyle="butt")
        axes.plot([bar.mean], [y], marker="o", markersize=6.0, color=BLUE)
    if target is not None:
        axes.axvline(target, color=ORANGE, linewidth=1.4, linestyle=(0, (4, 2)))
        axes.annotate(
            "goal", (target, 1.0), (3, -2), xycoords=("data", "axes fraction"), textcoords="offset points",
            fontsize=8.5, color=ORANGE, va="top",
        )  # fmt: skip
    _dress(axes, bars, label)


def _differences(axes: Any, gaps: Sequence[Gap], label: str) -> None:
    for y, gap in _from_the_top(gaps):
        if np.isfinite(gap.unpaired).all():
            axes.plot(gap.unpaired, (y, y), color=GREY, alpha=0.35, linewidth=7.0, solid_capstyle="butt")
        if np.isfinite(gap.interval).all():
            axes.plot(gap.interval, (y, y), color=INK, linewidth=2.4, solid_capstyle="butt")
        axes.plot([gap.mean], [y], marker="o", markersize=5.0, color=INK)
    axes.axvline(0.0, color=GREY, linewidth=1.0)
    _dress(axes, gaps, label)


def _dress(axes: Any, rows: Sequence[Bar] | Sequence[Gap], label: str) -> None:
    axes.set_yticks(range(len(rows) - 1, -1, -1), [shorten(row.name, 26) for row in rows])
    axes.set_ylim(-0.6, len(rows) - 0.4)
    axes.tick_params(axis="y", length=0, labelcolor=INK)
    axes.set_xlabel(label)
    axes.xaxis.set_major_formatter(FuncFormatter(tick))
    axes.xaxis.set_major_locator(MaxNLocator(nbins=5))
    axes.margins(x=0.06)
    for y, row in _from_the_top(rows):
        axes.annotate(
            shorten(row.said, 34), (1.03, y), xycoords=("axes fraction", "data"), fontsize=8.5, color=GREY, va="center",
            annotation_clip=False,
        )  # fmt: skip


def _from_the_top(rows: Sequence[Any]) -> list[tuple[int, Any]]:
    return [(len(rows) - 1 - i, row) for i, row in enumerate(rows)]
