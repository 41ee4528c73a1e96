"""One look for all figures: colours that colour-blind people tell apart, thin axes, no chart junk."""

from __future__ import annotations

from typing import Any

# Okabe & Ito (2008): distinguishable with every common colour vision deficiency, and by lightness in grey.
BLUE = "#0072B2"
ORANGE = "#E69F00"
GREEN = "#009E73"
VERMILION = "#D55E00"
SKY = "#56B4E9"
PURPLE = "#CC79A7"
INK = "#222222"
GREY = "#6b6b6b"

SETTINGS: Any = {
    "font.family": "DejaVu Sans",
    "font.size": 10.0,
    "axes.edgecolor": GREY,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.labelcolor": INK,
    "axes.titlesize": 12.0,
    "axes.titlelocation": "left",
    "xtick.color": GREY,
    "ytick.color": GREY,
    "text.color": INK,
    "legend.frameon": False,
    "svg.hashsalt": "wom_sim",
    "svg.fonttype": "path",
}
