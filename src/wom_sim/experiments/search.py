"""The smallest change of one thing that gives a goal the odds wanted: outward by steps, then halving what is left."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from ..metrics.intervals import Chance

PRECISE = 0.02
"""A search ends where the value is known to this part of itself, or to one whole number."""
MOST_TRIED = 20
PATIENCE = 2


class Tried(NamedTuple):
    """A value, the odds with it, and what is spent then (NaN where nothing is known of money)."""

    value: float
    odds: Chance
    spend: float


@dataclass(frozen=True)
class Way:
    """Where values may go.

    start : as things are
    outward : values farther and farther to where the goal is easier, the last one as far as makes sense
    inward : values nearer and nearer to nothing, tried where the goal is reached from the start
    whole : whole numbers only
    """

    start: float
    outward: Sequence[float]
    inward: Sequence[float] = ()
    whole: bool = False


@dataclass(frozen=True)
class Found:
    """What a search found.

    value : the one nearest to nothing, or to where things are, that has the odds; None: none of those tried has
    tried : everything that was tried, in order of the values
    uneven : a value between others that have the odds does not have them, or the reverse
    """

    value: float | None
    tried: tuple[Tried, ...]
    uneven: bool

    @property
    def at(self) -> Tried | None:
        """What was found where the odds are reached."""
        return next((each for each in self.tried if each.value == self.value), None)


def search(way: Way, evaluate: Callable[[float], Tried | None], *, wanted: float, precise: float = PRECISE) -> Found:
    """Find the smallest change that has the odds wanted.

    Parameters
    ----------
    evaluate : runs a value, on the same people and luck each time; None where it cannot be run: as if not reached
    wanted : odds, in [0, 1]     precise : part of the value at which the search ends

    Notes
    -----
    Halving assumes that the odds change one way only. On paired replicas they nearly do; `uneven` says where not.
    """
    tried: dict[float, Tried | None] = {}

    def reached(value: float) -> bool:
        if value not in tried:
            tried[value] = evaluate(value)
        found = tried[value]
        return found is not None and found.odds.p >= wanted

    good, bad = _bracket(way, reached, lambda value: 0.0 if (at := tried[value]) is None else at.odds.p)
    while good is not None and bad is not None and len(tried) < MOST_TRIED:
        middle = _between(good, bad, whole=way.whole)
        if middle in (good, bad) or abs(good - bad) <= precise * max(abs(good), abs(bad)):
            break
        if reached(middle):
            good = middle
        else:
            bad = middle
    steps = sorted((found for found in tried.values() if found is not None), key=lambda each: each.value)
    return Found(good, tuple(steps), _uneven(steps, wanted))


def _bracket(
    way: Way, reached: Callable[[float], bool], odds: Callable[[float], float]
) -> tuple[float | None, float | None]:
    """Return a value that has the odds and the next one that has not; None where there is none.

    Outward it leaves off where odds above 0 have not risen for `PATIENCE` values: going on would cost more and more.
    """
    if reached(way.start):
        good = way.start
        for value in way.inward:
            if not reached(value):
                return good, value
            good = value
        return good, None
    bad, best, in_vain = way.start, odds(way.start), 0
    for value in way.outward:
        if reached(value):
            return value, bad
        bad, in_vain = value, 0 if odds(value) > best or odds(value) == 0.0 else in_vain + 1
        best = max(best, odds(value))
        if in_vain == PATIENCE:
            break
    return None, bad


def _between(a: float, b: float, *, whole: bool) -> float:
    low, high = min(a, b), max(a, b)
    # By ratio where the two are far apart, else by difference.
    middle = math.sqrt(low * high) if low > 0.0 and high > 2.0 * low else 0.5 * (low + high)
    if not whole:
        return float(f"{middle:.4g}") if low < float(f"{middle:.4g}") < high else middle
    return float(round(middle))


def _uneven(steps: Sequence[Tried], wanted: float) -> bool:
    crossings = [each.odds.p >= wanted for each in steps]
    return sum(a != b for a, b in pairwise(crossings)) > 1
