"""How often people see an item, and how many of them engage; by formula, without a run."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MOST_VIEWS = 4096
"""Views of one person that are told apart; more count as this many, where they wear out."""


@dataclass(frozen=True)
class Views:
    """How often one of the people an item is for sees it.

    chance : float64 (k + 1,)   of 0, 1, ..., k - 1 views, and of k or more
    shown, mean : mean number of times shown, and seen
    """

    chance: NDArray[np.float64]
    shown: float
    mean: float

    @property
    def reached(self) -> float:
        """Chance to see it at least once."""
        return float(1.0 - self.chance[0])


def views_of_ad(a_person: float, seen: float, *, cap: int, n_weeks: float) -> Views:
    """Return the views of an ad whose impressions fall on people at random: a Poisson number each.

    Parameters
    ----------
    a_person : impressions bought for each person targeted, on average
    seen : chance to see what is shown
    cap : most impressions shown to a person in a week; 0: no limit
    n_weeks : length of the flight; the last week may be a part
    """
    if cap == 0:
        return Views(_poisson(a_person * seen, _room(a_person * seen)), a_person, a_person * seen)
    whole = math.floor(n_weeks + 1e-9)
    k = _room(min(a_person, cap * (whole + 1)))
    total, shown = _nothing(k), 0.0
    for weeks, length in ((whole, 1.0), (1, n_weeks - whole)):
        if weeks and length > 1e-9:
            week = _poisson(a_person * length / n_weeks, cap)
            shown += weeks * float(week @ np.arange(cap + 1))
            total = _sum(total, _repeated(_thinned(week, seen, k), weeks))
    return Views(total, shown, shown * seen)


def views_of_posts(n_posts: int, seen: float) -> Views:
    """Return the views of a number of posts, each seen with the same chance: a binomial number each."""
    once = _nothing(_room(min(n_posts, MOST_VIEWS)))
    once[:2] = 1.0 - seen, seen
    return Views(_repeated(once, n_posts), float(n_posts), n_posts * seen)


def engaged_of_reached(
    views: Views, engages: NDArray[np.float64], people: NDArray[np.int64], *, wear_out: float
) -> float:
    """Return the part of those who see an item at least once who engage.

    Parameters
    ----------
    engages : float64 (segments,)   chance at the first view; each further view multiplies it by `wear_out`
    people : (segments,)   how many there are of each
    """
    worn = wear_out ** np.arange(len(views.chance) - 1)
    left = 1.0 - np.minimum(1.0, engages)[:, None] * worn  # chance not to engage at the view 1, 2, ...
    not_yet = np.concatenate([np.ones((len(engages), 1)), np.cumprod(left, axis=1)], axis=1)
    k, mean = len(worn), views.mean
    if mean > k:  # the last place stands for about `mean` views
        rest = mean - k if wear_out == 1.0 else (wear_out**k - wear_out**mean) / (1.0 - wear_out)
        not_yet[:, -1] *= np.exp(-np.minimum(1.0, engages) * rest)
    engaged = 1.0 - not_yet @ views.chance
    return float(np.average(engaged, weights=people) / views.reached)


def _room(most: float) -> int:
    """Return how many views are to be told apart, given their mean or most."""
    return int(min(MOST_VIEWS, math.ceil(most + 12.0 * math.sqrt(most) + 12.0)))


def _nothing(k: int) -> NDArray[np.float64]:
    chance = np.zeros(k + 1)
    chance[0] = 1.0
    return chance


def _poisson(mean: float, k: int) -> NDArray[np.float64]:
    """Return the chance of 0 .. k - 1, and of k or more."""
    if mean == 0.0:
        return _nothing(k)
    counts = np.arange(k)
    logs = counts * math.log(mean) - mean - np.concatenate([[0.0], np.cumsum(np.log(counts[1:]))])
    chance = np.exp(logs)
    return np.append(chance, max(0.0, 1.0 - chance.sum()))


def _thinned(shown: NDArray[np.float64], seen: float, k: int) -> NDArray[np.float64]:
    """Return the chance of 0 .. k - 1 views, and of k or more, where each time shown is seen with the same chance."""
    most = min(k, len(shown) - 1)
    chance, times, once = np.zeros(k + 1), _nothing(most), _nothing(most)
    once[:2] = 1.0 - seen, seen
    for part in shown:
        chance[: most + 1] += part * times
        times = _sum(times, once)
    return chance


def _sum(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the chances of the sum of two numbers of views; the last place holds all that is too large."""
    k = len(one) - 1
    full = np.convolve(one, other)
    return np.append(full[:k], full[k:].sum())


def _repeated(chance: NDArray[np.float64], n: int) -> NDArray[np.float64]:
    """Return the chances of the sum of n such numbers, by doubling."""
    total, power = _nothing(len(chance) - 1), chance
    while n:
        if n & 1:
            total = _sum(total, power)
        n >>= 1
        if n:
            power = _sum(power, power)
    return total
