"""A small empty picture for pages that draw their own."""

from __future__ import annotations

from typing import Any

from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from .theme import SETTINGS


def small_sheet() -> tuple[Figure, Any]:
    """Return a figure of five by three and a half inches, not tied to pyplot, and its axes."""
    with rc_context(SETTINGS):
        figure = Figure(figsize=(5.4, 3.6), layout="constrained")
        FigureCanvasAgg(figure)
        return figure, figure.add_subplot()
