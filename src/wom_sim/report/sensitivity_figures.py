"""The picture of a sensitivity analysis: a bar a key, the largest at the top, each with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from .figures import shorten
from .plain_sheet import Shown, one_panel, tick
from .theme import BLUE, GREY, INK, SETTINGS

MARGIN = 1.96
_LIGHT = "#9fc5e0"
MOST_BARS = 20


class Bars(NamedTuple):
    """A number of each key with its standard error.

    label : of the legend     values, errors : a number a key
    """

    label: str
    values: Sequence[float]
    errors: Sequence[float]


def sensitivity_figure(shown: Shown, keys: Sequence[str], sets: Sequence[Bars]) -> Figure:
    """Draw one or two numbers of each key, side by side; of many keys the first `MOST_BARS`.

    Parameters
    ----------
    keys : in the order of the picture, from the top
    """
    n = min(len(keys), MOST_BARS)
    with rc_context(SETTINGS):
        figure, axes = one_panel(shown, height=2.4 + (0.26 + 0.16 * len(sets)) * n, left=0.36)
        y, thick = np.arange(n)[::-1].astype(float), 0.72 / len(sets)
        for i, (bars, colour) in enumerate(zip(sets, (BLUE, _LIGHT), strict=False)):
            at = y + ((len(sets) - 1) / 2 - i) * thick
            errors = MARGIN * np.nan_to_num(np.array(bars.errors[:n], float))
            axes.barh(at, bars.values[:n], height=0.92 * thick, color=colour, label=bars.label)
            axes.errorbar(bars.values[:n], at, xerr=errors, fmt="none", ecolor=GREY, elinewidth=1.2, capsize=2.5)
        axes.set_yticks(y, [shorten(key, 40) for key in keys[:n]])
        axes.tick_params(axis="y", length=0)
        axes.axvline(0.0, color=INK, linewidth=0.8)
        axes.set_xlabel(shown.objective)
        axes.xaxis.set_major_formatter(FuncFormatter(tick))
        axes.xaxis.set_major_locator(MaxNLocator(nbins=6))
        axes.grid(axis="x", color=GREY, alpha=0.2, linewidth=0.6)
        axes.set_axisbelow(True)
        for side in ("right", "left"):
            axes.spines[side].set_visible(False)
        if len(sets) > 1:
            axes.legend(frameon=False, fontsize=8.5, loc="lower right")
        return figure
