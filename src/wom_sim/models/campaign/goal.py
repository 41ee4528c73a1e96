"""What a campaign is to reach."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from ...durations import Duration, PositiveDuration
from ...kernels.campaign.codes import COUNTS, SUMS
from ...spec import Spec, nearest

if TYPE_CHECKING:
    from .model import Campaign


class ObservedSeries(Spec):
    """What was observed over a time as long as the goal's: the last rows of a file."""

    file: Annotated[str, Field(min_length=1)]
    """CSV with a header, a row a day or as `every` says; a path from the scenario's folder."""
    column: Annotated[str, Field(min_length=1)]
    """Name of the column that is summed."""
    every: PositiveDuration = Duration("1d")
    """How long a row stands for."""


class Goal(Spec):
    """What a campaign is to reach: `[goal]`. Rules hold the figures so far against its path (`target`)."""

    metric: str
    """Count that is to rise: `conversions` (new customers), `purchases` (all sales) or any other count."""
    uplift: float = Field(gt=-1.0, le=1e6)
    """By how much, as a part of what it is held against: 0.15 is 15 % more."""
    within: PositiveDuration
    """Time from the start of the run, at most its horizon."""
    against: Literal["no_campaign"] | Annotated[float, Field(gt=0.0)] | ObservedSeries = "no_campaign"
    """Held against the same people and luck without the campaign, or against a number for an equal time, which may
    also be the sum of a column of a file."""

    @property
    def number(self) -> float | None:
        """What the goal is held against where that is a number; None: the run without the campaign."""
        assert not isinstance(self.against, ObservedSeries), "a file becomes a number when the scenario is read"
        return None if self.against == "no_campaign" else float(self.against)

    def problems(self, campaign: Campaign, horizon: Duration | None) -> Iterator[str]:
        """Yield one line for each thing that does not fit the campaign."""
        known = (*COUNTS, *SUMS)
        if self.metric not in known:
            yield f"goal.metric: there is no count {self.metric!r}; {nearest(self.metric, known)}"
        if horizon is not None and self.within > horizon:
            yield f"goal.within: must be at most run.horizon = {horizon}, got {self.within}; lengthen one"
        steps = self.within / campaign.step
        if abs(steps - round(steps)) > 1e-9 * steps:
            yield f"goal.within: must be a whole number of steps of model.step = {campaign.step}, got {self.within}"
