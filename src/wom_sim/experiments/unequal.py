"""What makes a comparison unfair or its numbers unsure, in lines for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from .plan_runs import PlanRun, money_of

if TYPE_CHECKING:
    from .compare import Contest

UNEQUAL = 0.01
"""Budgets that differ by more than this part of the larger are said to differ."""


def warnings_of(plans: Sequence[PlanRun], contests: Sequence[Contest]) -> Iterator[str]:
    """Yield one line for each thing that a reader of a comparison must know."""
    yield from _unequal_budgets(plans)
    yield from _unequal_people_and_times(plans)
    for contest in contests:
        gaps = contest.gaps
        if any(gap.difference.n_left_out for gap in gaps):
            most = max(gap.difference.n_left_out for gap in gaps)
            yield f"{contest.metric}: up to {most:,} replicas are left out: it is undefined there in one of two plans"
        if any(gap.difference.lopsided for gap in gaps):
            yield (
                f"{contest.metric}: a few replicas carry a difference, so its interval is too short; "
                "more replicas would say"
            )
    failed = sum(not columns for plan in plans if plan.draws for columns in plan.draws.columns)
    if failed:
        yield f"{failed:,} draws of a plan could not be run; the odds given how unsure the numbers are leave them out"


def _unequal_budgets(plans: Sequence[PlanRun]) -> Iterator[str]:
    spends = [money_of(plan, "spend") for plan in plans]
    if any(spend is None for spend in spends):
        starters = {plan.name: int(plan.facts["n_seed_nodes"]) for plan in plans}
        if len(set(starters.values())) > 1:
            said = ", ".join(f"{n:,} in {name!r}" for name, n in starters.items())
            yield f"unequal numbers of people start: {said}; a plan may be ahead because of that alone"
        return
    means = {plan.name: float(spend.mean()) for plan, spend in zip(plans, spends, strict=True) if spend is not None}
    most, least = max(means.values()), min(means.values())
    if most - least > UNEQUAL * most:
        said = ", ".join(f"{mean:,.0f} in {name!r}" for name, mean in means.items())
        yield f"budgets differ: {said}; a plan may be ahead because it spends more: see what one more costs"


def _unequal_people_and_times(plans: Sequence[PlanRun]) -> Iterator[str]:
    people = {plan.name: int(plan.facts["n_people"]) for plan in plans}
    if len(set(people.values())) > 1:
        yield "networks differ: " + ", ".join(f"{n:,} people in {name!r}" for name, n in people.items())
    ends = {plan.name: plan.scenario.run.horizon or plan.scenario.run.max_steps for plan in plans}
    if len(set(ends.values())) > 1:
        said = ", ".join(f"{'no end' if end is None else end} in {name!r}" for name, end in ends.items())
        yield f"plans are followed for different times: {said}"
