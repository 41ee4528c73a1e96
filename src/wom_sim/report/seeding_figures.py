"""Pictures of choosing who starts: strategies against each other, what more people add, and who they are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib import rc_context
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator
from numpy.typing import NDArray

from ..metrics.table import Summary
from .figures import shorten
from .plain_sheet import Shown, one_panel, tick
from .theme import BLUE, GREY, ORANGE, SETTINGS

MARGIN = 1.96
"""Standard errors to each side of a mean: 95 %."""


def strategies_figure(shown: Shown, names: Sequence[str], summaries: Sequence[Summary]) -> Figure:
    """Draw the mean of each strategy with its interval, the best at the top."""
    with rc_context(SETTINGS):
        figure, axes = one_panel(shown, height=2.0 + 0.32 * len(names), left=0.22)
        y = np.arange(len(names))[::-1]
        means = np.array([np.nan if s.mean is None else s.mean for s in summaries])
        errors = MARGIN * np.array([s.standard_error or 0.0 for s in summaries])
        axes.barh(y, means, height=0.62, color=[BLUE if i == 0 else "#9fc5e0" for i in range(len(names))])
        axes.errorbar(means, y, xerr=errors, fmt="none", ecolor=GREY, elinewidth=1.2, capsize=3.0)
        axes.set_yticks(y, [shorten(name, 24) for name in names])
        axes.tick_params(axis="y", length=0)
        axes.set_xlabel(shown.objective)
        axes.xaxis.set_major_formatter(FuncFormatter(tick))
        axes.xaxis.set_major_locator(MaxNLocator(nbins=6))
        axes.spines["right"].set_visible(False)
        return figure


def budget_figure(
    shown: Shown,
    at: NDArray[np.float64],
    summaries: Sequence[Summary],
    *,
    label: str,
    others: Sequence[tuple[str, float]],
) -> Figure:
    """Draw the objective against people or money, with intervals, and the other strategies at the full budget."""
    with rc_context(SETTINGS):
        figure, axes = one_panel(shown, height=5.2, left=0.12)
        means = np.array([np.nan if s.mean is None else s.mean for s in summaries])
        errors = MARGIN * np.array([s.standard_error or 0.0 for s in summaries])
        axes.fill_between(at, means - errors, means + errors, color=BLUE, alpha=0.2, linewidth=0)
        axes.plot(at, means, color=BLUE, linewidth=2.0, marker="o", markersize=4.0)
        for i, (name, mean) in enumerate(others):
            axes.plot([at[-1]], [mean], marker="_", markersize=12.0, color=ORANGE, label=name if i == 0 else None)
        if others:
            axes.annotate(
                "the other strategies",
                (at[-1], min(mean for _, mean in others)),
                (-8, -4),
                textcoords="offset points",
                ha="right",
                va="top",
                fontsize=8.5,
                color=GREY,
            )
        axes.set_xlim(0, max(float(at[-1]), 1e-9) * 1.03)
        if axes.get_ylim()[0] > -0.1 * axes.get_ylim()[1]:  # else something goes below nothing
            axes.set_ylim(bottom=0)
        axes.set_xlabel(label)
        axes.xaxis.set_major_locator(MaxNLocator(nbins=9, integer=bool((at == np.round(at)).all())))
        axes.set_ylabel(shown.objective)
        axes.xaxis.set_major_formatter(FuncFormatter(tick))
        axes.yaxis.set_major_formatter(FuncFormatter(tick))
        axes.grid(axis="y", color=GREY, alpha=0.2, linewidth=0.6)
        axes.spines["right"].set_visible(False)
        return figure


def people_figure(
    shown: Shown, places: NDArray[np.float64], ties: NDArray[np.int64], chosen: NDArray[np.int64], labels: Sequence[str]
) -> Figure:
    """Draw a small network with those who were chosen.

    Parameters
    ----------
    places : float64 (n, 2)   ties : int64 (m, 2)   people by number
    chosen : int64 (k,), best first     labels : of the chosen
    """
    with rc_context(SETTINGS):
        figure, axes = one_panel(shown, height=6.6, left=0.02)
        axes.add_collection(LineCollection(list(places[ties]), colors=GREY, linewidths=0.5, alpha=0.3))
        axes.scatter(*places.T, s=14.0, color="#b8c4cc", zorder=2)
        axes.scatter(*places[chosen].T, s=70.0, color=ORANGE, edgecolor="white", linewidth=0.8, zorder=3)
        for rank, (person, label) in enumerate(zip(chosen[:15], labels[:15], strict=False), start=1):
            axes.annotate(
                f"{rank}  {shorten(label, 18)}",
                places[person],
                (5, 4),
                textcoords="offset points",
                fontsize=8.0,
                zorder=4,
            )
        axes.set_axis_off()
        axes.margins(0.06)
        return figure
