"""The odds of a scenario's goal from columns of replicas: if the numbers are right, and given how unsure they are."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..durations import Duration
from ..errors import ScenarioError
from ..metrics.at_time import AT
from ..metrics.intervals import Chance, Floats
from ..metrics.odds import Mover, Shortfall, Target, movers, odds_of, odds_over_draws, shortfall, target_above
from ..models.campaign import Goal
from ..scenario.schema import Scenario
from .asking import Columns, column


class GoalColumns(NamedTuple):
    """Names of the columns a goal is judged by: its metric, and the same without the campaign; None of a number."""

    metric: str
    base: str | None


def goal_columns(goal: Goal, horizon: Duration | None) -> GoalColumns:
    """Return which columns a goal looks at: at the end of its time, where that is before the end of the run."""
    at = "" if horizon is None or goal.within >= horizon else f"@{goal.within}"
    return GoalColumns(
        f"{goal.metric}{at}", f"{goal.metric}_no_campaign{at}" if goal.against == "no_campaign" else None
    )


@dataclass(frozen=True)
class Draws:
    """The cases of one plan over draws of what is not known exactly.

    inputs : float64 (D,) each     what each uncertain key is in each draw, as a number
    columns : of each draw; empty where it could not be run
    firsts : int64 (D,)     number of each draw's first replica, which has the luck of that one of the case as given
    """

    inputs: Mapping[str, Floats]
    columns: Sequence[Columns]
    firsts: NDArray[np.int64]


@dataclass(frozen=True)
class Unsure:
    """Odds over draws.

    odds : Chance; n is the number of draws
    parts : float64 (D, m)   metric / target of each replica in each draw; NaN where it could not be run
    movers : what decides, that which moves the outcome most first
    """

    odds: Chance
    parts: Floats
    movers: tuple[Mover, ...]


@dataclass(frozen=True)
class GoalOdds:
    """What becomes of a goal.

    goal, columns : what is asked     n : replicas
    target : to be reached     mean : of the metric
    odds : if the numbers are right     short : how far replicas fall short
    parts : float64 (R,)   metric / target of each replica
    unsure : given how unsure the numbers are; None where that was not asked for
    """

    goal: Goal
    columns: GoalColumns
    target: Target
    mean: float
    odds: Chance
    short: Shortfall
    parts: Floats
    unsure: Unsure | None


def goal_odds(scenario: Scenario, columns: Columns, draws: Draws | None = None) -> GoalOdds:
    """Return the odds of a scenario's goal.

    A replica reaches it when its metric is at least (1 + uplift) times the mean without the campaign; so each draw is
    held against its own run without the campaign.

    Parameters
    ----------
    scenario : with a goal     columns : of the case as given     draws : of the same luck; None: not asked for

    Raises
    ------
    ScenarioError
        When the goal's metric, or what it is held against, is not among the columns.
    """
    goal = scenario.goal
    assert goal is not None
    named = goal_columns(goal, scenario.run.horizon)
    values, base = _values(scenario, goal, named, columns)
    target = target_above(goal.uplift, base)
    if target.value <= 0.0:
        raise ScenarioError(
            f"{scenario.origin}: goal: without the campaign there are no {goal.metric}, and {goal.uplift:.0%} more "
            "than none is none; give a number: goal.against = 100"
        )
    unsure = None if draws is None else _unsure(goal, named, values, target, base, draws)
    return GoalOdds(
        goal=goal,
        columns=named,
        target=target,
        mean=float(np.nanmean(values)),
        odds=odds_of(values, target, target_of=None if isinstance(base, float) else (1.0 + goal.uplift) * base),
        short=shortfall(values, target.value),
        parts=values / target.value,
        unsure=unsure,
    )


def check_judged(scenario: Scenario, known: Collection[str]) -> None:
    """Check that a run gives what its goal looks at, before all of it is run.

    Parameters
    ----------
    known : metrics, curves and counts that it gives

    Raises
    ------
    ScenarioError
        As `goal_odds`; whether curves are kept is seen there.
    """
    assert scenario.goal is not None
    named = goal_columns(scenario.goal, scenario.run.horizon)
    for name, refusal in ((named.metric, _no_metric), (named.base, _no_base)):
        if name is not None and name.partition(AT)[0] not in known:
            raise refusal(scenario, name)


def _values(scenario: Scenario, goal: Goal, named: GoalColumns, columns: Columns) -> tuple[Floats, Floats | float]:
    values = column(columns, named.metric)
    if values is None or np.isnan(values).all():
        raise _no_metric(scenario, named.metric)
    if named.base is None:
        assert goal.number is not None
        return values, goal.number
    base = column(columns, named.base)
    if base is None or np.isnan(base).all():
        raise _no_base(scenario, named.base)
    return values, base


def _no_metric(scenario: Scenario, name: str) -> ScenarioError:
    curve, at, _ = name.partition(AT)
    hint = f'; keep it step by step: [output] curves = ["{curve}"], or let the run end with the goal' if at else ""
    return ScenarioError(f"{scenario.origin}: goal.metric: this run does not give {name!r}{hint}")


def _no_base(scenario: Scenario, name: str) -> ScenarioError:
    return ScenarioError(
        f"{scenario.origin}: goal.against: there is no run without the campaign that gives {name!r}: nothing is spent, "
        "or it is not counted there; give a number, goal.against = 100, or a file of what was observed"
    )


def _unsure(
    goal: Goal, named: GoalColumns, values: Floats, target: Target, base: Floats | float, draws: Draws
) -> Unsure:
    n = max((len(next(iter(columns.values()))) for columns in draws.columns if columns), default=1)
    parts, given = np.full((len(draws.columns), n), np.nan), np.full(len(draws.columns), np.nan)
    for d, (columns, first) in enumerate(zip(draws.columns, draws.firsts.tolist(), strict=True)):
        here = column(columns, named.metric)
        aim = _target_of_draw(goal, named, target, base, columns, first)
        if here is not None and aim is not None and aim > 0.0:
            parts[d] = here / aim
            given[d] = float(values[first : first + n].mean()) / target.value
    hits = np.where(np.isnan(parts), np.nan, parts >= 1.0)
    # Beside the same replicas of the case as given, a draw's mean is free of most of its luck.
    usual = float(values.mean()) / target.value
    outcome = parts.mean(axis=1) * np.divide(usual, given, out=np.full(len(given), np.nan), where=given > 0.0)
    over = odds_over_draws(hits, n_replicas=len(values))
    return Unsure(over, parts, tuple(movers(draws.inputs, outcome, hits.mean(axis=1))))


def _target_of_draw(
    goal: Goal, named: GoalColumns, target: Target, base: Floats | float, columns: Columns, first: int
) -> float | None:
    """Return what a draw is held against.

    Its few replicas have the luck of some of the case as given, of which all are known: by how much those few are above
    all without the campaign there, they are taken to be above here.
    """
    if isinstance(base, float):
        return target.value
    here = None if named.base is None else column(columns, named.base)
    if here is None:
        return None
    same, every = float(np.nanmean(base[first : first + len(here)])), float(np.nanmean(base))
    luck = every / same if same > 0.0 else 1.0
    return (1.0 + goal.uplift) * float(np.nanmean(here)) * luck
