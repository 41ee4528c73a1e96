"""The sheet of pictures that are not of one run over time: title, what it is of, a caption, margins fixed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from .figures import shorten
from .theme import GREY


@dataclass(frozen=True)
class Shown:
    """What a picture says of itself: its title, the scenario, the unit of the objective, a line below."""

    title: str
    name: str
    objective: str
    said: str


def blank(title: str, name: str, said: str, *, height: float, width: float = 8.0) -> Figure:
    """Return an empty sheet with title, name and caption; sizes are inches."""
    figure = Figure(figsize=(width, height))
    FigureCanvasAgg(figure)
    figure.text(0.02, 1.0 - 0.24 / height, title, fontsize=12.0, va="center")
    figure.text(0.02, 1.0 - 0.48 / height, shorten(name, 100), fontsize=9.0, color=GREY, va="center")
    caption = "\n".join(shorten(line, int(125 * width / 8.0)) for line in said.splitlines())
    figure.text(0.02, 0.1 / height, caption, fontsize=8.5, color=GREY, va="bottom")
    return figure


def one_panel(shown: Shown, *, height: float, left: float) -> tuple[Figure, Any]:
    """Return a sheet and axes that fill it."""
    figure = blank(shown.title, shown.name, shown.said, height=height)
    figure.subplots_adjust(left=left, right=0.96, top=1.0 - 0.72 / height, bottom=0.95 / height)
    return figure, figure.add_subplot()


def tick(value: float, _place: Any = None) -> str:
    """Write a tick of a number."""
    return f"{value:,.10g}"
