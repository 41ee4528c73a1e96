"""A goal: its odds as things are, what has to be spent for odds of nine in ten, what else would do."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ..errors import ScenarioError, WomSimError
from ..scenario.schema import Scenario
from .asking import Ask, Columns, column
from .levers import Lever, less_of
from .odds import GoalOdds, check_judged, goal_odds
from .plan_runs import PlanRun, Tried, columns_wanted, money_of, run_plans
from .planned import planned
from .points import ListedDesign, Point
from .search import Found, search
from .search import Tried as TriedValue
from .uncertain import UncertainDesign


@dataclass(frozen=True)
class Searched:
    """What a search of one lever found; `less`: less of it was tried, as more did not help."""

    lever: Lever
    found: Found


class Judge:
    """Runs a scenario with changes and judges its goal, on the same people and luck each time."""

    def __init__(self, ask: Ask, scenario: Scenario, tried: Tried, *, n_replicas: int) -> None:
        """Begin; the scenario has a goal, see `check`."""
        self._ask, self.scenario, self._tried, self._n = ask, scenario, tried, n_replicas
        self._wanted = self.wanted(scenario, tried)
        self._as_given: Columns = {}

    @staticmethod
    def check(scenario: Scenario) -> None:
        """Check that there is a goal.

        Raises
        ------
        ScenarioError
            When there is none, or nothing of which there may be one.
        """
        if scenario.model.kind != "campaign":
            raise ScenarioError(
                f'{scenario.origin}: goal: only [model] kind = "campaign" may have one, got {scenario.model.kind!r}; '
                "`wom compare` holds plans of any model against each other"
            )
        if scenario.goal is None:
            raise ScenarioError(
                f"{scenario.origin}: goal: is missing; write [goal] with metric, uplift and within, such as "
                'metric = "conversions", uplift = 0.15, within = "90d"'
            )

    @staticmethod
    def wanted(scenario: Scenario, tried: Tried) -> tuple[str, ...]:
        """Return the columns that are looked at.

        Raises
        ------
        ScenarioError
            When the run does not give what the goal looks at.
        """
        check_judged(scenario, tried.known)
        return columns_wanted([scenario], [scenario.name], [], [tried])

    def as_given(self, drawn: UncertainDesign | None, *, each: int) -> tuple[PlanRun, GoalOdds]:
        """Run the scenario as it is and in every draw; see `plan_runs.run_plans`."""
        (plan,) = run_plans(
            self._ask,
            [self.scenario.name],
            [self.scenario],
            wanted=self._wanted,
            tried=[self._tried],
            n_replicas=self._n,
            drawn=drawn,
            replicas_a_draw=each,
        )
        self._as_given = plan.columns
        return plan, goal_odds(self.scenario, plan.columns, plan.draws)

    def search(self, lever: Lever, *, wanted: float, precise: float) -> Searched:
        """Search the smallest change of a lever that has the odds wanted."""

        def evaluate(value: float) -> TriedValue | None:
            return self._with(lever, value)

        found = search(lever.way, evaluate, wanted=wanted, precise=precise)
        worse = found.value is None and not lever.less and bool(lever.way.inward)
        if worse and _falls(found, lever.way.start):
            other = less_of(lever)
            below = search(other.way, evaluate, wanted=wanted, precise=precise)
            if below.value is not None:
                return Searched(other, below)
            every = {each.value: each for each in (*found.tried, *below.tried)}
            found = Found(None, tuple(each for _, each in sorted(every.items())), found.uneven or below.uneven)
        return Searched(lever, found)

    def _with(self, lever: Lever, value: float) -> TriedValue | None:
        listed = ListedDesign((lever.name,), [Point(0, lever.changes(value), (value,))])
        design = planned(listed, [self.scenario], [self._as_given])
        try:
            outcome = self._ask(
                [self.scenario], design, n_replicas=self._n, metrics=self._wanted, what=f"{lever.name} = {value:,.6g}"
            )
            columns = outcome.columns(0)
            if not columns:
                return None
            odds = goal_odds(self.scenario, columns).odds
        except WomSimError:
            return None
        spend = column(columns, "spend")
        return TriedValue(value, odds, math.nan if spend is None else float(spend.mean()))


def _falls(found: Found, start: float) -> bool:
    """Say whether the odds are lower far from the start than at it."""
    at = {each.value: each.odds.p for each in found.tried}
    return start in at and len(at) > 1 and found.tried[-1].odds.p <= at[start]


def mean_spend(plan: PlanRun) -> float:
    """Return the mean spend of a plan; NaN where nothing is known of money."""
    spend = money_of(plan, "spend")
    return math.nan if spend is None else float(np.mean(spend))
