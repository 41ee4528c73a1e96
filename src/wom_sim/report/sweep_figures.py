"""Pictures of a sweep: how metrics respond to what is varied, the noise of replicas in every bar."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullLocator
from numpy.typing import NDArray

from .figures import shorten
from .plain_sheet import blank, tick
from .theme import BLUE, GREEN, GREY, INK, ORANGE, PURPLE, SETTINGS, SKY, VERMILION

MARGIN = 1.96
COLOURS = (BLUE, ORANGE, GREEN, VERMILION, PURPLE, SKY, INK, GREY)
_LIGHT_TO_DARK: Any = LinearSegmentedColormap.from_list("reach", ["#f2f7fb", SKY, BLUE, "#00304d"])
MOST_CELLS = 15
"""Values of an axis beyond which cells of a heat map have no room for numbers."""


@dataclass(frozen=True)
class Axis:
    """What is varied on one axis of a grid.

    label : its key, with a unit     ticks : its values as text
    at : float64, where they lie, None where they are no numbers     log : whether that is best seen by ratio
    """

    label: str
    ticks: tuple[str, ...]
    at: NDArray[np.float64] | None
    log: bool

    @property
    def places(self) -> NDArray[np.float64]:
        """Where the values lie on the axis: as numbers, or side by side."""
        return np.arange(len(self.ticks), dtype=float) if self.at is None else self.at


@dataclass(frozen=True)
class Measure:
    """A metric at each case: label, mean and its standard error, float64 (C,)."""

    label: str
    mean: NDArray[np.float64]
    error: NDArray[np.float64]


def line_figure(title: str, name: str, axis: Axis, measures: Sequence[Measure], *, said: str) -> Figure:
    """Draw each measure against the one thing that is varied, a panel a measure."""
    with rc_context(SETTINGS):
        figure, panels = _sheet(title, name, said, n=len(measures))
        for axes, measure, colour in zip(panels, measures, COLOURS, strict=False):
            _dress(axes, axis)
            axes.set_title(shorten(measure.label, 44), fontsize=10.0, color=INK)
            _bars(axes, axis.places, measure, colour)
            _from_zero(axes, measure)
        return figure


def lines_figure(title: str, name: str, along: Axis, by: Axis, measure: Measure, *, said: str) -> Figure:
    """Draw one measure against one thing that is varied, a line for each value of the other.

    Parameters
    ----------
    measure : cases in order, `by` the slower of the two
    """
    with rc_context(SETTINGS):
        figure, (axes,) = _sheet(title, name, said, n=1)
        _dress(axes, along)
        axes.set_ylabel(measure.label)
        rows = measure.mean.reshape(len(by.ticks), -1), measure.error.reshape(len(by.ticks), -1)
        picked = np.unique(np.round(np.linspace(0, len(by.ticks) - 1, min(len(by.ticks), len(COLOURS)))).astype(int))
        for i, colour in zip(picked.tolist(), COLOURS, strict=False):
            _bars(axes, along.places, Measure(by.ticks[i], rows[0][i], rows[1][i]), colour, label=by.ticks[i])
        _from_zero(axes, measure)
        figure.subplots_adjust(right=0.8)
        axes.legend(
            title=shorten(by.label, 22), frameon=False, fontsize=8.5, title_fontsize=8.5, reverse=True,
            loc="center left", bbox_to_anchor=(1.01, 0.5), borderaxespad=0.0,
        )  # fmt: skip
        return figure


def heat_figure(title: str, name: str, across: Axis, up: Axis, measure: Measure, *, said: str) -> Figure:
    """Draw a grid of two things that are varied as a map of the mean, with numbers where there is room.

    Parameters
    ----------
    measure : cases in order, `up` the slower of the two
    """
    with rc_context(SETTINGS):
        figure, (axes,) = _sheet(title, name, said, n=1)
        grid = measure.mean.reshape(len(up.ticks), len(across.ticks))
        errors = measure.error.reshape(grid.shape)
        drawn = axes.imshow(grid, origin="lower", aspect="auto", cmap=_LIGHT_TO_DARK)
        for place, axis, set_ticks in (
            (len(across.ticks), across, axes.set_xticks),
            (len(up.ticks), up, axes.set_yticks),
        ):
            every = max(1, -(-place // MOST_CELLS))
            set_ticks(np.arange(0, place, every), [axis.ticks[i] for i in range(0, place, every)])
        axes.set_xlabel(across.label)
        axes.set_ylabel(up.label)
        axes.tick_params(length=0)
        for side in ("left", "bottom", "right"):
            axes.spines[side].set_visible(False)
        if max(grid.shape) <= MOST_CELLS:
            _write_cells(axes, grid, errors)
        bar = figure.colorbar(drawn, ax=axes, fraction=0.04, pad=0.02)
        bar.outline.set_visible(False)
        return figure


def scatter_figure(title: str, name: str, axes_of: Sequence[Axis], measure: Measure, *, said: str) -> Figure:
    """Draw one measure of each sampled case against each of the things that are varied, a panel each, six at most."""
    with rc_context(SETTINGS):
        figure, panels = _sheet(title, name, said, n=min(len(axes_of), 6))
        for panel, axis in zip(panels, axes_of, strict=False):
            _dress(panel, axis)
            panel.errorbar(
                axis.places, measure.mean, yerr=MARGIN * np.nan_to_num(measure.error), fmt="o", markersize=3.0,
                color=BLUE, ecolor=GREY, elinewidth=0.7, alpha=0.8,
            )  # fmt: skip
            panel.set_ylabel(measure.label, fontsize=8.5)
        return figure


def _sheet(title: str, name: str, said: str, *, n: int) -> tuple[Figure, list[Any]]:
    columns = min(n, 3)
    rows = -(-n // columns)
    width, height = (8.0 if columns < 3 else 11.0), 1.6 + 3.6 * rows
    figure = blank(title, name, said, height=height, width=width)
    n_lines = said.count("\n") + 1
    figure.subplots_adjust(
        left=0.95 / width, right=1 - 0.3 / width, top=1 - 1.05 / height, bottom=(0.75 + 0.17 * n_lines) / height,
        wspace=0.32, hspace=0.45,
    )  # fmt: skip
    panels = figure.subplots(rows, columns, squeeze=False).ravel().tolist()
    for panel in panels[n:]:
        panel.set_visible(False)
    return figure, panels[:n]


def _dress(axes: Any, axis: Axis) -> None:
    axes.set_xlabel(axis.label)
    axes.grid(axis="y", color=GREY, alpha=0.2, linewidth=0.6)
    axes.spines["right"].set_visible(False)
    axes.set_axisbelow(True)
    axes.yaxis.set_major_formatter(FuncFormatter(tick))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=6))
    if axis.log:
        axes.set_xscale("log")
    if axis.at is None or len(axis.ticks) <= 9:
        axes.set_xticks(axis.places, axis.ticks)
        axes.xaxis.set_minor_locator(NullLocator())
        _thin_out(axes, axis)
    else:
        axes.xaxis.set_major_formatter(FuncFormatter(tick))


def _thin_out(axes: Any, axis: Axis) -> None:
    """Leave out labels that would be written over each other."""
    places = np.log(axis.places) if axis.log else axis.places
    span = float(np.ptp(places)) or 1.0
    room = axes.get_position().width * axes.figure.get_figwidth()
    last = -np.inf
    for label, place, text in sorted(
        zip(axes.get_xticklabels(), places, axis.ticks, strict=True), key=lambda found: found[1]
    ):
        width = 0.075 * len(text) + 0.08
        x = (place - places.min()) / span * room
        if x - last < width:
            label.set_visible(False)
        else:
            last = x


def _bars(axes: Any, x: NDArray[np.float64], measure: Measure, colour: str, *, label: str | None = None) -> None:
    axes.errorbar(
        x, measure.mean, yerr=MARGIN * np.nan_to_num(measure.error), color=colour, label=label, marker="o",
        markersize=4.0, linewidth=1.8, elinewidth=1.2, capsize=3.0,
    )  # fmt: skip


def _from_zero(axes: Any, measure: Measure) -> None:
    """Begin at nothing unless that hides what is to be seen, or something goes below."""
    low, high = np.nanmin(measure.mean, initial=np.inf), np.nanmax(measure.mean, initial=-np.inf)
    if 0.0 <= low < 0.6 * high:
        axes.set_ylim(bottom=0)


def _write_cells(axes: Any, grid: NDArray[np.float64], errors: NDArray[np.float64]) -> None:
    low, high = np.nanmin(grid), np.nanmax(grid)
    room = grid.shape[0] * grid.shape[1] <= 60
    for row, column in itertools.product(range(grid.shape[0]), range(grid.shape[1])):
        value = grid[row, column]
        if np.isnan(value):
            continue
        dark = value > low + 0.5 * (high - low)
        mean, error = shortly(float(value)), errors[row, column]
        text = mean if np.isnan(error) or not room else f"{mean}\n± {shortly(MARGIN * error)}"
        axes.text(
            column, row, text, ha="center", va="center", fontsize=7.5, color="white" if dark else INK, linespacing=1.1
        )


def shortly(value: float) -> str:
    """Write a number as a summary: thousands apart, few decimals."""
    if abs(value) >= 100.0 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.3g}"
