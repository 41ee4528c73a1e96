"""Times of a campaign held against its steps: what is too far off a step is refused, as it would be moved."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...durations import Duration
from .rival import labelled

if TYPE_CHECKING:
    from .model import Campaign

MAX_OFF = 0.1
"""A date or a fixed length may be moved by this part of itself to fall on a step."""


def off_grid(key: str, days: float, step: Duration, shown: str) -> Iterator[str]:
    """Say that a time falls off the grid of steps by more than a tenth of itself, if it does.

    Parameters
    ----------
    days : from the start of the run, or of what the time is a length of
    shown : the time as the user wrote it
    """
    n_steps = days / step
    off = abs(n_steps - round(n_steps))
    if off > MAX_OFF * n_steps + 1e-9:
        yield (
            f"{key}: must be a whole number of steps of model.step = {step}, within 10 %; {shown} is {n_steps:.3g}; "
            "shorten model.step or change it"
        )


def grid_problems(campaign: Campaign) -> list[str]:
    """Return one line for each fixed length of time that falls off the grid; half-lives and means do not count."""
    lengths = []
    for label, brand in labelled(campaign):
        for item in brand.content:
            key = f"{label}content.{item.name}"
            if item.every:
                lengths.append((f"{key}.every", item.every, str(item.every)))
            if item.channel == "paid" and item.start and item.end and item.end >= item.start:
                days = (item.end - item.start).days + 1
                lengths.append((f"{key}.end", Duration(days), f"{days}d, the length of the ad,"))
    for i, response in enumerate(campaign.responses):
        left_out = ", the default," if "delay" not in response.model_fields_set else ""
        lengths.append((f"responses.{i}.delay", response.delay, f"{response.delay}{left_out}"))
        if "lasts" not in response.unused():
            lengths.append((f"responses.{i}.lasts", response.lasts, str(response.lasts)))
    return [problem for key, length, shown in lengths for problem in off_grid(key, length, campaign.step, shown)]
