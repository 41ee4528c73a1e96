"""Changes to the cases of a design: a target that was planned, replicas of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..engine.goals import PILOT_REPLICAS
from ..models.campaign.tracking import needs_target
from ..scenario.schema import Scenario
from .asking import Columns, column
from .odds import goal_columns
from .points import Design, Point


@dataclass(frozen=True)
class PlannedDesign:
    """A design in whose cases rules hold figures against a target that is planned with the numbers as given.

    Else each case would run its own pilot without the campaign, which takes longer than its few replicas.

    against : of each base the number that `goal.against` is in its cases; None: left as it is
    """

    whole: Design
    against: tuple[float | None, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """See `points.Design`."""
        return self.whole.keys

    def __len__(self) -> int:
        """Return the number of cases."""
        return len(self.whole)

    def __getitem__(self, case: int) -> Point:
        """Return a case."""
        point = self.whole[case]
        number = self.against[point.base]
        return point if number is None else point._replace(changes={**point.changes, "goal.against": number})

    def document(self) -> dict[str, Any]:
        """See `points.Design`."""
        return {"whole": self.whole.document(), "planned": list(self.against)}


def planned(design: Design, scenarios: Sequence[Scenario], as_given: Sequence[Columns]) -> Design:
    """Return a design whose rules, where they look at a target, look at that of the scenario as given.

    Parameters
    ----------
    as_given : columns of each scenario
    """
    against = tuple(_planned(one, columns) for one, columns in zip(scenarios, as_given, strict=True))
    return design if all(number is None for number in against) else PlannedDesign(design, against)


def _planned(scenario: Scenario, columns: Columns) -> float | None:
    goal = scenario.goal
    if goal is None or goal.number is not None or not needs_target(getattr(scenario.model, "rules", ())):
        return None
    name = goal_columns(goal, scenario.run.horizon).base
    base = None if name is None else column(columns, name)
    mean = 0.0 if base is None else float(np.nanmean(base[:PILOT_REPLICAS]))
    return mean if mean > 0.0 else None


@dataclass(frozen=True)
class ApartDesign:
    """A design whose cases have replicas of their own, a group of cases after another.

    Were all draws to use the first few replicas, these few would decide the odds.

    group : cases that share replicas, such as the plans of a draw     each : replicas of a case
    n_replicas : that there are: after the last whole share the first ones are used again
    """

    whole: Design
    group: int
    each: int
    n_replicas: int

    @property
    def keys(self) -> tuple[str, ...]:
        """See `points.Design`."""
        return self.whole.keys

    def __len__(self) -> int:
        """Return the number of cases."""
        return len(self.whole)

    def __getitem__(self, case: int) -> Point:
        """Return a case."""
        return self.whole[case]._replace(first=self.first(case // self.group))

    def first(self, number: int) -> int:
        """Return the first replica of a group of cases."""
        return number % max(1, self.n_replicas // self.each) * self.each

    def document(self) -> dict[str, Any]:
        """See `points.Design`."""
        apart = {"group": self.group, "each": self.each, "n_replicas": self.n_replicas}
        return {"whole": self.whole.document(), "apart": apart}
