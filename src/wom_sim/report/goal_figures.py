"""Pictures of a goal: where replicas end beside it, which assumptions decide, what a search tried."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator
from numpy.typing import NDArray

from .figures import shorten
from .plain_sheet import Shown, blank, one_panel, tick
from .theme import BLUE, GREY, INK, ORANGE, SETTINGS, SKY


@dataclass(frozen=True)
class Strip:
    """Where replicas end, against the goal.

    name : what is sure and what not, such as "if the numbers are right"
    parts : float64 (n,)   the metric / its target, one value a replica; 1 and more reaches the goal
    said : the odds, as text
    """

    name: str
    parts: NDArray[np.float64]
    said: str


@dataclass(frozen=True)
class Lever:
    """An assumption: its key, the odds in the lower and in the upper third of its draws, and what these are."""

    name: str
    odds: tuple[float, float]
    said: tuple[str, str]


def goal_figure(shown: Shown, strips: Sequence[Strip], levers: Sequence[Lever]) -> Figure:
    """Draw how replicas spread around the goal and, where there are any, which assumptions decide.

    Parameters
    ----------
    strips : one at least, the case as given first     levers : that which moves the odds most first
    """
    with rc_context(SETTINGS):
        above = 1.25 * len(strips) + 0.3
        below = 0.45 * len(levers) + 0.45 if levers else 0.0
        height = above + below + (2.8 if levers else 1.9)
        figure = blank(shown.title, shown.name, shown.said, height=height)
        top = 1.0 - 0.85 / height
        _strips(figure, strips, shown.objective, top, above / height)
        if levers:
            bottom = top - (above + below + 0.85) / height
            _levers(figure.add_axes((0.34, bottom, 0.56, below / height)), levers)
        return figure


def _strips(figure: Figure, strips: Sequence[Strip], label: str, top: float, height: float) -> None:
    every = np.concatenate([strip.parts[np.isfinite(strip.parts)] for strip in strips] or [np.ones(1)])
    low, high = (float(np.quantile(every, q)) for q in (0.005, 0.995)) if len(every) else (0.9, 1.1)
    low, high = min(low, 1.0), max(high, 1.0)
    width = max(1.12 * (high - low), 1e-3) / 40.0
    before, after = (int(np.ceil((reach + 0.5 * width) / width)) for reach in (1.0 - low, high - 1.0))
    edges = 1.0 + width * np.arange(-before, after + 1)  # the goal is between two bars
    each = height / len(strips)
    for i, strip in enumerate(strips):
        axes: Any = figure.add_axes((0.04, top - (i + 1) * each, 0.92, 0.8 * each))
        inside = np.clip(strip.parts[np.isfinite(strip.parts)], edges[0] + 1e-9, edges[-1] - 1e-9)
        short, there = inside[inside < 1.0], inside[inside >= 1.0]
        axes.hist(short, bins=edges, color=SKY, alpha=0.6)
        axes.hist(there, bins=edges, color=BLUE)
        axes.axvline(1.0, color=ORANGE, linewidth=1.6)
        axes.set_yticks([])
        axes.set_xlim(edges[0], edges[-1])
        for side in ("left", "right"):
            axes.spines[side].set_visible(False)
        axes.text(0.0, 1.06, f"{strip.name}: {strip.said}", transform=axes.transAxes, fontsize=9.5, va="bottom")
        axes.xaxis.set_major_formatter(FuncFormatter(_percent))
        axes.xaxis.set_major_locator(MaxNLocator(nbins=7))
        axes.tick_params(labelbottom=i == len(strips) - 1)
        if i == len(strips) - 1:
            axes.set_xlabel(f"{label}, in per cent of the goal (the line): dark reaches it")


def _levers(axes: Any, levers: Sequence[Lever]) -> None:
    for y, lever in zip(range(len(levers) - 1, -1, -1), levers, strict=True):
        axes.plot(lever.odds, (y, y), color=GREY, alpha=0.5, linewidth=6.0, solid_capstyle="butt")
        for end, said, color in zip(lever.odds, lever.said, (SKY, BLUE), strict=True):
            right = end >= max(lever.odds) and end > min(lever.odds)
            axes.plot([end], [y], marker="o", markersize=8.0, color=color)
            axes.annotate(
                said, (end, y), (8 if right else -8, 0), textcoords="offset points", fontsize=8.5, color=GREY,
                va="center", ha="left" if right else "right", annotation_clip=False,
            )  # fmt: skip
    axes.set_yticks(range(len(levers) - 1, -1, -1), [shorten(lever.name, 42) for lever in levers], fontsize=8.5)
    axes.set_ylim(-0.6, len(levers) - 0.4)
    axes.set_xlim(-0.12, 1.12)
    axes.set_xticks(np.linspace(0.0, 1.0, 6))
    axes.xaxis.set_major_formatter(FuncFormatter(_percent))
    axes.tick_params(axis="y", length=0, labelcolor=INK)
    for side in ("left", "right"):
        axes.spines[side].set_visible(False)
    axes.grid(axis="x", color=GREY, alpha=0.2, linewidth=0.6)
    axes.set_xlabel("odds in the lower third of its draws (light) and in the upper third (dark)")


def search_figure(
    shown: Shown,
    at: Sequence[float],
    odds: Sequence[float],
    intervals: Sequence[tuple[float, float]],
    *,
    wanted: float,
    found: float | None,
) -> Figure:
    """Draw the odds at every value a search tried.

    Parameters
    ----------
    at : values, in any order     odds, intervals : at each     wanted : odds that were looked for
    found : the smallest value that has them; None: none has
    """
    with rc_context(SETTINGS):
        figure, axes = one_panel(shown, height=4.8, left=0.1)
        order = np.argsort(np.asarray(at, np.float64), kind="stable")
        x, y = np.asarray(at, np.float64)[order], np.asarray(odds, np.float64)[order]
        low, high = np.asarray(intervals, np.float64)[order].T
        axes.vlines(x, low, high, color=BLUE, alpha=0.35, linewidth=2.0)
        axes.plot(x, y, color=BLUE, linewidth=1.6, marker="o", markersize=5.0)
        axes.axhline(wanted, color=ORANGE, linewidth=1.4, linestyle=(0, (4, 2)))
        if found is not None:
            axes.axvline(found, color=ORANGE, linewidth=1.4)
            axes.annotate(f"{found:,.6g}", (found, 0.02), (4, 0), textcoords="offset points", fontsize=9.0, color=INK)
        axes.set_ylim(-0.03, 1.05)
        axes.set_ylabel("odds of reaching the goal")
        axes.set_xlabel(shown.objective)
        axes.xaxis.set_major_formatter(FuncFormatter(tick))
        axes.xaxis.set_major_locator(MaxNLocator(nbins=7))
        axes.yaxis.set_major_formatter(FuncFormatter(_percent))
        axes.grid(axis="y", color=GREY, alpha=0.2, linewidth=0.6)
        axes.spines["right"].set_visible(False)
        return figure


def _percent(value: float, _place: Any = None) -> str:
    return f"{100.0 * value:,.4g} %"
