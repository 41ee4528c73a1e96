"""All curves of a model in one picture: who is in which state, step by step."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from ..metrics.table import curve_bands, curve_mean
from ..results.results import Results
from .figures import caption, finish_axes, shorten, step_times
from .theme import BLUE, GREEN, INK, ORANGE, PURPLE, SETTINGS, SKY, VERMILION

_COLOURS = (BLUE, VERMILION, GREEN, ORANGE, PURPLE, SKY, INK)


def states(results: Results) -> Figure:
    """Draw the mean of each curve with the middle 90 % of replicas.

    Raises
    ------
    ResultError
        When the run kept no curves.
    """
    with rc_context(SETTINGS):
        figure = Figure(figsize=(8.0, 5.2))
        figure.subplots_adjust(left=0.1, right=0.9, top=0.86, bottom=0.225)
        FigureCanvasAgg(figure)
        axes: Any = figure.add_subplot()
        highest = 0.0
        for i, name in enumerate(results.curve_names):
            mean = curve_mean(results, name=name)
            x, colour = step_times(results, len(mean)), _COLOURS[i % len(_COLOURS)]
            axes.plot(x, mean, color=colour, linewidth=2.0, label=shorten(name, 24))
            highest = max(highest, float(mean.max()))
            if results.n_replicas > 1:
                low, high = curve_bands(results, (0.05, 0.95), name=name)
                axes.fill_between(x, low, high, color=colour, alpha=0.12, linewidth=0)
                highest = max(highest, float(high.max()))
        figure.text(0.1, 0.965, shorten(results.name, 90), fontsize=12.0, va="center")
        axes.set_ylabel("mean; shaded: middle 90 % of replicas" if results.n_replicas > 1 else "one replica")
        finish_axes(axes, results, highest=highest)
        axes.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=min(5, len(results.curve_names)), fontsize=9.0)
        figure.text(0.02, 0.02, caption(results), fontsize=8.5, color=_COLOURS[-1], va="bottom")
    return figure


def has_states(results: Results) -> bool:
    """Say whether there is more than the main curve to draw."""
    return results.newly is not None and len(results.curve_names) > 1 and bool(np.any(results.last_step > 0))
