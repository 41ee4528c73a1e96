"""Plans against each other: each run on the same people and the same luck, differences taken replica by replica."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from ..errors import ScenarioError
from ..metrics.definitions import definition
from ..metrics.direction import more_is_better
from ..metrics.intervals import Chance, Floats, Ratio, ratio_of_means
from ..metrics.odds import odds_over_draws
from ..metrics.paired import Difference, ahead, odds_of_being_best, paired_difference, unpaired_difference
from ..metrics.table import Summary, summarise
from .asking import column
from .odds import GoalOdds, goal_odds
from .plan_runs import PlanRun, money_of, why_unpaired, without_campaign
from .unequal import warnings_of

MOST_IN_PAIRS = 4
"""Plans up to which every two are set against each other; of more, each against the best."""


@dataclass(frozen=True)
class Standing:
    """What a plan brings of one metric.

    result : over replicas     price : extra spend for each one more than without the campaign; None where that is not
    known     best : in how many replicas it is the best     best_unsure : the same over draws; None: not run
    """

    result: Summary
    price: Ratio | None
    best: Chance
    best_unsure: Chance | None


@dataclass(frozen=True)
class Gap:
    """One plan less another.

    a, b : which plans     why_unpaired : empty where replicas are paired
    difference : of the metric; paired where that can be     unpaired : what it would be without pairing
    ahead : in how many replicas a is ahead     ahead_unsure : over draws; None: not run
    over_draws : middle 90 % of draws of the mean difference; None: not run
    spend, left : difference of spend, and of margin less spend, within the run; None where there is none
    price : difference of spend for each one of the metric more; None where that is not known
    """

    a: int
    b: int
    why_unpaired: str
    difference: Difference
    unpaired: Difference
    ahead: Chance
    ahead_unsure: Chance | None
    over_draws: tuple[float, float] | None
    spend: Difference | None
    left: Difference | None
    price: Ratio | None


@dataclass(frozen=True)
class Contest:
    """One metric: what each plan brings and every difference, in the plans' order."""

    metric: str
    more_is_better: bool
    standings: tuple[Standing, ...]
    gaps: tuple[Gap, ...]
    order: tuple[int, ...]


@dataclass(frozen=True)
class Comparison:
    """Everything about some plans: `goals` of each plan that has one, None of the others."""

    plans: tuple[PlanRun, ...]
    contests: tuple[Contest, ...]
    goals: tuple[GoalOdds | None, ...]
    warnings: tuple[str, ...]


def compare(plans: Sequence[PlanRun], metrics: Sequence[str]) -> Comparison:
    """Compare plans that were run.

    Parameters
    ----------
    metrics : the first one decides which plan is the best
    """
    contests = tuple(_contest(plans, metric) for metric in metrics)
    goals, unjudged = _goals(plans)
    return Comparison(tuple(plans), contests, goals, (*unjudged, *warnings_of(plans, contests)))


def _goals(plans: Sequence[PlanRun]) -> tuple[tuple[GoalOdds | None, ...], list[str]]:
    """Return the odds of each plan's goal, and a line for each that cannot be judged."""
    goals: list[GoalOdds | None] = []
    unjudged = []
    for plan in plans:
        found = None
        if plan.scenario.goal is not None:
            try:
                found = goal_odds(plan.scenario, plan.columns, plan.draws)
            except ScenarioError as error:
                unjudged.append(f"the goal of {plan.name!r} is not judged: {error.problems[0]}")
        goals.append(found)
    return tuple(goals), unjudged


def _contest(plans: Sequence[PlanRun], metric: str) -> Contest:
    larger, priced = more_is_better(metric), definition(metric.partition("@")[0]).unit != "money"
    values = [np.asarray(plan.columns[metric], np.float64) for plan in plans]
    tables = [_table(plan, metric) for plan in plans]
    best = odds_of_being_best(values, larger=larger)
    unsure = _best_over_draws(tables, len(values[0]), larger=larger)
    standings = tuple(
        Standing(summarise(values[i]), _price_of(plan, metric), best[i], unsure[i]) for i, plan in enumerate(plans)
    )
    order = sorted(range(len(plans)), key=lambda i: _place(standings[i].result, larger=larger))
    pairs = list(combinations(order, 2)) if len(plans) <= MOST_IN_PAIRS else [(order[0], i) for i in order[1:]]
    gaps = tuple(_gap(plans, values, tables, a, b, larger=larger, priced=priced) for a, b in pairs)
    return Contest(metric, larger, standings, gaps, tuple(order))


def _place(result: Summary, *, larger: bool) -> float:
    if result.mean is None:
        return float("inf")
    return -result.mean if larger else result.mean


def _gap(
    plans: Sequence[PlanRun],
    values: Sequence[Floats],
    tables: Sequence[Floats | None],
    a: int,
    b: int,
    *,
    larger: bool,
    priced: bool,
) -> Gap:
    why_not = why_unpaired(plans[a], plans[b])
    one, other = values[a], values[b]
    differ = unpaired_difference if why_not else paired_difference
    spends = [money_of(plan, "spend") for plan in (plans[a], plans[b])]
    left = [_left(plan) for plan in (plans[a], plans[b])]
    money, apart = spends[0], spends[1]
    spend = None if money is None or apart is None else differ(money, apart)
    price = None
    if money is not None and apart is not None and priced and not why_not:
        price = ratio_of_means(money - apart, one - other)
    cells, over_draws = None, None
    left_table, right_table = tables[a], tables[b]
    if left_table is not None and right_table is not None:
        gap = left_table - right_table
        sign = 1.0 if larger else -1.0
        cells = odds_over_draws(np.where(np.isnan(gap), np.nan, 0.5 * (np.sign(sign * gap) + 1.0)), n_replicas=len(one))
        means = gap.mean(axis=1)
        if not np.isnan(means).all():
            over_draws = (float(np.nanquantile(means, 0.05)), float(np.nanquantile(means, 0.95)))
    return Gap(
        a=a,
        b=b,
        why_unpaired=why_not,
        difference=differ(one, other),
        unpaired=unpaired_difference(one, other),
        ahead=ahead(one, other, paired=not why_not, larger=larger),
        ahead_unsure=cells,
        over_draws=over_draws,
        spend=spend,
        left=None if left[0] is None or left[1] is None else differ(left[0], left[1]),
        price=price,
    )


def _table(plan: PlanRun, metric: str) -> Floats | None:
    """Return a metric in every draw and replica: float64 (D, m), NaN where a draw could not be run."""
    if plan.draws is None:
        return None
    n = max((len(next(iter(columns.values()))) for columns in plan.draws.columns if columns), default=0)
    table = np.full((len(plan.draws.columns), n), np.nan)
    for d, columns in enumerate(plan.draws.columns):
        if metric in columns:
            table[d] = columns[metric]
    return table if n else None


def _best_over_draws(tables: Sequence[Floats | None], n_replicas: int, *, larger: bool) -> list[Chance | None]:
    if any(table is None for table in tables):
        return [None] * len(tables)
    stacked = np.stack([table for table in tables if table is not None]) * (1.0 if larger else -1.0)
    first = (stacked == stacked.max(axis=0)).astype(np.float64)
    shares = np.where(np.isnan(stacked).any(axis=0), np.nan, first / np.maximum(first.sum(axis=0), 1.0))
    return [odds_over_draws(share, n_replicas=n_replicas) for share in shares]


def _price_of(plan: PlanRun, metric: str) -> Ratio | None:
    spent, otherwise = column(plan.columns, "extra_spend"), column(plan.columns, without_campaign(metric))
    if spent is None or otherwise is None:
        return None
    return ratio_of_means(spent, np.asarray(plan.columns[metric], np.float64) - otherwise)


def _left(plan: PlanRun) -> Floats | None:
    margin, spend = column(plan.columns, "margin"), money_of(plan, "spend")
    return None if margin is None or spend is None else margin - spend
