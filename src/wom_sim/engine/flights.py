"""Flights of ads whose money or end changes in the middle: what was shown stays, what is left goes on evenly."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..kernels.campaign.tables import World
from ..models.campaign.facts import due_before

FLIGHT = ("start", "length", "n_impressions", "first_impression")
"""What of an item says when it is shown how often."""


def shown_by(row: np.void, step: int) -> int:
    """Return how many impressions of an item come before a step, those of an earlier part of its flight included."""
    start, length, n = float(row["start"]), float(row["length"]), int(row["n_impressions"])
    return int(row["first_impression"]) + due_before(step, start=start, length=length, n=n)


def go_on(before: NDArray[np.void], after: NDArray[np.void], step: int) -> NDArray[np.void]:
    """Return the items as they go on from a step: a flight whose money or end changed spends what is left evenly.

    Parameters
    ----------
    before : the items so far     after : with their new numbers, flights as though from the beginning
    """
    items = after.copy()
    for row, old in zip(items, before, strict=True):
        bought = int(old["first_impression"]) + int(old["n_impressions"])
        end, new_end = float(old["start"] + old["length"]), float(row["start"] + row["length"])
        begun = old["flight_start"] < step
        if begun and end == new_end and (row["n_impressions"] == bought or end <= step):
            for key in FLIGHT:
                row[key] = old[key]
        elif begun:
            shown = shown_by(old, step)
            row["first_impression"], row["start"], row["length"] = shown, float(step), max(0.0, new_end - step)
            row["n_impressions"] = max(0, int(row["n_impressions"]) - shown) if new_end > step else 0
    return items


def turn_cursors(cursor: NDArray[np.int64], before: World, after: World) -> None:
    """Let flights that began anew count from their own first impression."""
    anew = before.items["first_impression"] != after.items["first_impression"]
    cursor[: len(anew)][anew] = 0
