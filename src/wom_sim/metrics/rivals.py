"""How loud and how large each brand is, and who moved between them, where there are rivals; docs/business.md, 3."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..results.results import Results
from .columns import Columns, Counts, ratio

VIEWS = ("views_paid", "views_owned", "views_earned")
VOICES = {
    "share_of_voice": (*VIEWS, "tells"),
    "share_of_voice_paid": ("views_paid",),
    "share_of_voice_earned": ("views_earned", "tells"),
}
"""Parts of all that people see and hear of any brand: what is counted for each."""


def rivals(results: Results) -> Columns:
    """Return the own brand's part of what is seen and said and of all customers; nothing where there are no rivals."""
    counts = results.groups.get("brand")
    if counts is None:
        return {}
    found = _parts(counts, 0)
    # The own brand wins nobody from itself: its column is 0.
    found["won_from_rivals"] = counts["won_from"].sum(axis=1)
    found["lost_to_rivals"] = counts["lost_to"].sum(axis=1)
    return found


def brand(results: Results, place: int) -> Columns:
    """Return the metrics of one brand, the own one at place 0."""
    counts = results.groups["brand"]
    found: Columns = {"customers": counts["customers"][:, place], "buyers": counts["buyers"][:, place]}
    if place > 0:
        found |= {name: counts[name][:, place] for name in ("won_from", "lost_to")}
    found["impressions"] = counts["impressions"][:, place]
    found["views"] = _sum(counts, VIEWS)[:, place]
    found |= {name: counts[name][:, place] for name in (*VIEWS, "tells", "believers_ever")}
    return found | _parts(counts, place)


def _parts(counts: Counts, place: int) -> Columns:
    """Return a brand's parts of the voices and customers of all."""
    every = {name: _sum(counts, parts) for name, parts in VOICES.items()} | {"market_share": counts["customers"]}
    return {name: ratio(table[:, place], table.sum(axis=1)) for name, table in every.items()}


def _sum(counts: Counts, names: tuple[str, ...]) -> NDArray[np.int64]:
    """Return the sum of some counts by brand: int64 (R, brands)."""
    total: NDArray[np.int64] = np.sum([counts[name] for name in names], axis=0, dtype=np.int64)
    return total
