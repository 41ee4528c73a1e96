"""Fixed points of convex and concave functions on [0, 1], by Newton's method from where it cannot overshoot."""

from __future__ import annotations

from collections.abc import Callable
from math import expm1

ENOUGH = 10_000
"""Newton's steps at most; tens are needed, but halfway closer each time where two fixed points nearly meet."""


def smallest_fixed_point(function: Callable[[float], float], slope: Callable[[float], float]) -> float:
    """Return the smallest x in [0, 1] with ``function(x) = x``, for a probability generating function.

    Such a function is convex, at least 0 at 0 and 1 at 1, with `slope` its derivative; with slope(1) <= 1 it is 1.
    """
    if slope(1.0) <= 1:
        return 1.0
    x = 0.0
    for _ in range(ENOUGH):
        # Left of the smallest fixed point the function lies above x with a slope below 1: the tangent falls short.
        rise = function(x) - x
        if rise <= 0 or slope(x) >= 1:
            break
        closer = x + rise / (1 - slope(x))
        if closer <= x:
            break
        x = closer
    return min(x, 1.0)


def final_share(seed_share: float, reproduction: float) -> float:
    """Return the largest F in [0, 1] with ``F = 1 - (1 - seed_share) exp(-reproduction * F)``.

    It is 0 without seeds unless reproduction is above 1. The right side is concave: Newton's method from 1 falls to F.
    """
    if seed_share == 0 and reproduction <= 1:
        return 0.0
    x = 1.0
    for _ in range(ENOUGH):
        spared = (1 - seed_share) * -expm1(-reproduction * x)
        steepness = 1 - reproduction * (1 - seed_share - spared)
        fall = x - (seed_share + spared)
        if fall <= 0 or steepness <= 0:
            break
        closer = x - fall / steepness
        if closer >= x:
            break
        x = closer
    return max(x, 0.0)
