"""What `wom compare` found as one document, and the tables that are made of it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..metrics.definitions import definition
from ..metrics.table import summarise
from ..report.chances import chance_document, difference_document, known_or_none, ratio_document, summary_of

if TYPE_CHECKING:
    from ..experiments.compare import Comparison, Contest, Gap
    from ..experiments.odds import GoalOdds
    from ..experiments.plan_runs import PlanRun

FORMAT = 1


def comparison_document(
    found: Comparison, *, name: str, study_id: str, rng: str, n_replicas: int, draws: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Return a comparison as a document.

    Parameters
    ----------
    name : of what is compared     study_id : of everything asked
    draws : what is not known exactly, as `draws_document` gives it; None: nothing was drawn
    """
    names = [plan.name for plan in found.plans]
    why = list(dict.fromkeys(gap.why_unpaired for gap in found.contests[0].gaps if gap.why_unpaired))
    return {
        "format": FORMAT,
        "name": name,
        "study_id": study_id,
        "rng": rng,
        "n_replicas": n_replicas,
        "paired": not why,
        "why_unpaired": why,
        "draws": draws,
        "plans": [_plan(plan, goal) for plan, goal in zip(found.plans, found.goals, strict=True)],
        "metrics": [_contest(contest, names) for contest in found.contests],
        "warnings": list(found.warnings),
    }


def _plan(plan: PlanRun, goal: GoalOdds | None) -> dict[str, Any]:
    spend = plan.columns.get("spend")
    facts = ("case_id", "model", "n_people", "n_seed_nodes", "rng_seed", "graph_hash")
    return {
        "plan": plan.name,
        "file": plan.scenario.origin,
        **{key: plan.facts[key] for key in facts},
        "spend": None if spend is None else summary_of(summarise(spend)),
        "goal": None if goal is None else goal_document(goal),
        "warnings": list(plan.facts["warnings"]),
    }


def goal_document(found: GoalOdds) -> dict[str, Any]:
    """Return the odds of a goal: if the numbers are right, and given how unsure they are."""
    goal, unsure = found.goal, found.unsure
    return {
        "metric": goal.metric,
        "uplift": goal.uplift,
        "within": str(goal.within),
        "against": "no_campaign" if goal.number is None else goal.number,
        "target": found.target.value,
        "target_interval": list(found.target.interval),
        "mean": found.mean,
        "odds_if_right": chance_document(found.odds),
        "odds_given_unsure": None if unsure is None else chance_document(unsure.odds),
        "expected_shortfall": known_or_none(found.short.expected),
        "shortfall_when_short": known_or_none(found.short.when_short),
        "movers": [] if unsure is None else [_mover(mover) for mover in unsure.movers],
    }


def _mover(mover: Any) -> dict[str, Any]:
    return {
        "key": mover.name,
        "low": mover.low,
        "high": mover.high,
        "odds_low": mover.odds_low,
        "odds_high": mover.odds_high,
        "part_of_goal_low": mover.outcome_low,
        "part_of_goal_high": mover.outcome_high,
        "rank_correlation": mover.rank_correlation,
        "clear": mover.clear,
    }


def _contest(contest: Contest, names: Sequence[str]) -> dict[str, Any]:
    unit = definition(contest.metric.partition("@")[0]).unit
    plans = []
    for i in contest.order:
        standing = contest.standings[i]
        plans.append(
            {
                "plan": names[i],
                "result": summary_of(standing.result),
                "best": chance_document(standing.best),
                "best_given_unsure": chance_document(standing.best_unsure),
                "cost_per_extra": ratio_document(standing.price),
            }
        )
    return {
        "metric": contest.metric,
        "unit": unit,
        "more_is_better": contest.more_is_better,
        "plans": plans,
        "differences": [_gap(gap, names) for gap in contest.gaps],
    }


def _gap(gap: Gap, names: Sequence[str]) -> dict[str, Any]:
    return {
        "plan": names[gap.a],
        "less": names[gap.b],
        "why_unpaired": gap.why_unpaired or None,
        "difference": difference_document(gap.difference),
        "unpaired": difference_document(gap.unpaired),
        "ahead": chance_document(gap.ahead),
        "ahead_given_unsure": chance_document(gap.ahead_unsure),
        "middle_90_of_draws": None if gap.over_draws is None else list(gap.over_draws),
        "spend": difference_document(gap.spend),
        "margin_less_spend": difference_document(gap.left),
        "cost_per_extra": ratio_document(gap.price),
        "says": verdict(gap),
    }


def verdict(gap: Gap) -> str:
    """Say what the difference in money means beside that in the metric; empty where nothing can be said."""
    spend, difference = gap.spend, gap.difference
    if spend is None or gap.price is None or not math.isfinite(spend.mean):
        return ""
    if not difference.clear:
        return "no clear difference"
    if abs(spend.mean) < 1e-9:
        return "for the same money"
    more = difference.mean > 0.0
    if more and spend.mean < 0.0:
        return "more for less money"
    if not more and spend.mean > 0.0:
        return "less for more money"
    return ""


def csv_tables(document: Mapping[str, Any]) -> dict[str, bytes]:
    """Return the tables of a comparison by file name."""
    from ..report.seeding_document import csv_bytes_of

    plans, gaps = [], []
    spends = {plan["plan"]: plan["spend"] for plan in document["plans"]}
    for found in document["metrics"]:
        for plan in found["plans"]:
            result, price = plan["result"] or {}, plan["cost_per_extra"] or {}
            spend = spends[plan["plan"]] or {}
            plans.append(
                (
                    *(found["metric"], plan["plan"]),
                    *(result.get(key) for key in ("mean", "standard_error", "q05", "q50", "q95", "n")),
                    *((plan[key] or {}).get("p") for key in ("best", "best_given_unsure")),
                    *(spend.get("mean"), price.get("value")),
                )
            )
        for gap in found["differences"]:
            difference, price = gap["difference"] or {}, gap["cost_per_extra"] or {}
            low, high = difference.get("interval") or (None, None)
            gaps.append(
                (
                    *(found["metric"], gap["plan"], gap["less"], int(gap["why_unpaired"] is None)),
                    *(difference.get("mean"), difference.get("standard_error"), low, high),
                    *((gap[key] or {}).get("p") for key in ("ahead", "ahead_given_unsure")),
                    *((gap["spend"] or {}).get("mean"), price.get("value"), difference.get("variance_reduction")),
                )
            )
    heads = (
        *("metric", "plan", "mean", "standard_error", "q05", "q50", "q95", "n", "best", "best_given_unsure"),
        *("spend", "cost_per_extra"),
    )
    gap_heads = (
        *("metric", "plan", "less", "paired", "mean", "standard_error", "low", "high", "ahead", "ahead_given_unsure"),
        *("spend", "cost_per_extra", "variance_reduction"),
    )
    return {"plans.csv": csv_bytes_of(heads, plans), "differences.csv": csv_bytes_of(gap_heads, gaps)}


def replicas_csv(plans: Sequence[PlanRun]) -> bytes:
    """Return every replica of plans as CSV: plan, replica, then the metrics that were looked at."""
    from ..report.seeding_document import csv_bytes_of

    names = list(dict.fromkeys(name for plan in plans for name in plan.columns))
    rows = []
    for plan in plans:
        columns = [plan.columns.get(name) for name in names]
        n = len(next(iter(plan.columns.values())))
        for r in range(n):
            cells = [None if column is None else known_or_none(float(column[r])) for column in columns]
            rows.append(
                (plan.name, r, *(int(cell) if cell is not None and cell.is_integer() else cell for cell in cells))
            )
    return csv_bytes_of(("plan", "replica", *names), rows)
