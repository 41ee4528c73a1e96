"""Dates and days of a campaign as steps since the start of the run."""

from __future__ import annotations

import datetime
import math

from ..base import Setting
from .item import Item, n_posts


class Clock:
    """Turns days and dates into steps since the start of the run."""

    def __init__(self, step: float, setting: Setting) -> None:
        assert setting.horizon is not None
        self.step, self.start = float(step), setting.start
        self.n_steps = round(float(setting.horizon) / self.step)

    def length(self, days: float) -> float:
        """Return a mean duration in steps; not rounded."""
        return days / self.step

    def fixed(self, days: float) -> int:
        """Return a fixed duration in whole steps."""
        return round(days / self.step)

    def at(self, date: datetime.date) -> int:
        """Return the step at which a day begins."""
        assert self.start is not None
        return self.fixed((date - self.start).days)

    def delay(self, half_life: float) -> float:
        """Return the mean, in steps, of the exponential delay with a half-life in days."""
        return self.length(half_life) / math.log(2.0)


def post_dates(item: Item, start: datetime.date | None) -> list[float]:
    """Return the days after the start of the run on which an owned item is posted."""
    assert item.start is not None
    assert start is not None
    first = float((item.start - start).days)
    return [first + k * (item.every or 0.0) for k in range(n_posts(item))]
