"""Rumours in a small crowd, exactly: how many never hear, by recursion over all states."""

from __future__ import annotations

import numpy as np

from . import ranges
from .ranges import Floats


def maki_thompson_left(n_ignorants: int, *, n_spreaders: int = 1) -> Floats:
    """Return the distribution of how many never hear when a caller falls silent on calling somebody informed.

    Each spreader calls any of the others with equal chance: with x ignorants among N people the next call tells one
    with chance x / (N - 1), else its caller falls silent.

    Parameters
    ----------
    n_ignorants : int   people who have not heard at the start, at least 0
    n_spreaders : int   people who tell at the start, at least 1; nobody is silent yet

    Returns
    -------
    float64 (n_ignorants + 1,)   chance that 0, 1, ... never hear

    Raises
    ------
    ValueError   an argument is out of its range, or one spreader is alone and meets nobody

    Source: Gani (2000), the Maki-Thompson model as a chain. Cost: O((n_ignorants + n_spreaders)^2).
    """
    n_people = _crowd(n_ignorants, n_spreaders)
    chance = _start(n_ignorants, n_spreaders)
    left = np.empty(n_ignorants + 1)
    for x in range(n_ignorants, -1, -1):
        for y in range(n_people - x, 0, -1):
            told = chance[x, y] * x / (n_people - 1)
            if x:
                chance[x - 1, y + 1] += told
            chance[x, y - 1] += chance[x, y] - told
        left[x] = chance[x, 0]
    return left


def daley_kendall_left(n_ignorants: int, *, n_spreaders: int = 1) -> Floats:
    """Return the distribution of how many never hear when both fall silent of two spreaders who meet.

    Every two people meet at the same rate: of y spreaders among N people, y x meetings tell one of x ignorants,
    y (N - x - y) silence one spreader, and y (y - 1) / 2 silence two.

    Parameters
    ----------
    n_ignorants : int   people who have not heard at the start, at least 0
    n_spreaders : int   people who tell at the start, at least 1; nobody is silent yet

    Returns
    -------
    float64 (n_ignorants + 1,)   chance that 0, 1, ... never hear

    Raises
    ------
    ValueError   an argument is out of its range, or one spreader is alone and meets nobody

    Source: Daley & Kendall (1965), the stochastic rumour. Cost: O((n_ignorants + n_spreaders)^2).
    """
    n_people = _crowd(n_ignorants, n_spreaders)
    chance = _start(n_ignorants, n_spreaders)
    left = np.empty(n_ignorants + 1)
    for x in range(n_ignorants, -1, -1):
        for y in range(n_people - x, 0, -1):
            each = chance[x, y] / (n_people - y + (y - 1) / 2)
            if x:
                chance[x - 1, y + 1] += each * x
            chance[x, y - 1] += each * (n_people - x - y)
            if y > 1:
                chance[x, y - 2] += each * (y - 1) / 2
        left[x] = chance[x, 0]
    return left


def _crowd(n_ignorants: int, n_spreaders: int) -> int:
    n_people = ranges.count("n_ignorants", n_ignorants) + ranges.count("n_spreaders", n_spreaders, 1)
    if n_people < 2:
        raise ValueError("n_ignorants + n_spreaders: must be at least 2, got 1: nobody to meet")
    return n_people


def _start(n_ignorants: int, n_spreaders: int) -> Floats:
    chance = np.zeros((n_ignorants + 1, n_ignorants + n_spreaders + 1))
    chance[n_ignorants, n_spreaders] = 1.0
    return chance
