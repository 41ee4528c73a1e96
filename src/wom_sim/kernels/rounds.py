"""Timed cascades in which every telling takes as long: plain cascades, and when each of their rounds ends."""

from __future__ import annotations

from typing import NamedTuple

from ._jit import kernel
from .diffusion import step_of
from .live_edge import LiveTies


class InRounds(NamedTuple):
    """The plain cascade that a timed one is, as every telling takes as long.

    ties : LiveTies     length : days a telling takes, above 0     added : days on top, not negative
    """

    ties: LiveTies
    length: float
    added: float


@kernel
def set_clock(length, added, per_step, max_steps, days, steps):
    """Fill in when rounds 0, 1, ... end, summed up as `arrivals` does, so that not a bit differs.

    Parameters
    ----------
    length, added : float64     days a telling takes, and days on top
    per_step : float64          days of a step     max_steps : int64   see `diffusion.step_of`
    days : float64 (k,)         overwritten: when the people of each round are reached
    steps : int64 (k,)          overwritten: the step to which that belongs, max_steps + 1: after the end
    """
    now = 0.0
    for i in range(days.shape[0]):
        days[i] = now
        steps[i] = step_of(now, per_step, max_steps)
        now = now + length + added
