"""Running plans: each as given, and each in every draw of what is not known exactly, on the same people and luck."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..engine.run import run_case
from ..errors import ScenarioError
from ..metrics.at_time import AT, moment_of
from ..metrics.intervals import Floats
from ..metrics.table import replica_table
from ..scenario.schema import Scenario
from .asking import Ask, Columns, Outcome, column
from .designs import PlansDesign
from .odds import Draws, goal_columns
from .planned import ApartDesign, planned
from .uncertain import UncertainDesign
from .work import Asked, Work, make_ready

MONEY = ("spend", "extra_spend", "margin")
"""Columns of money that a comparison looks at, where a plan has them."""


@dataclass(frozen=True)
class PlanRun:
    """A plan and its replicas.

    columns : as given     facts : see `conduct.Outcome.facts`     draws : over what is not known exactly; None: not run
    """

    name: str
    scenario: Scenario
    columns: Columns
    facts: Mapping[str, Any]
    draws: Draws | None = None


def default_metric(scenario: Scenario) -> str:
    """Return what plans are compared by where no metric is named: that of the goal, or what the model is about."""
    if scenario.goal is not None:
        return goal_columns(scenario.goal, scenario.run.horizon).metric
    model: Any = scenario.model
    if model.kind != "campaign":
        return "reach"
    if model.outcome == "habit":
        return "kept"
    return "believers_ever" if model.crises and not model.content else "conversions"


@dataclass(frozen=True)
class Tried:
    """What one replica of a plan says before all are run.

    known : metrics, curves and counts it gives     n_people : in the network     seconds : the replica took
    notes : of the case, whatever its replicas do
    """

    known: frozenset[str]
    n_people: int
    seconds: float
    notes: tuple[str, ...] = ()


def try_plan(scenario: Scenario) -> Tried:
    """Run two replicas of a plan: what it lacks is known before all others are run.

    Raises
    ------
    WomSimError
        When it cannot be run.
    """
    ready = make_ready(Asked("tried"), Work(0, 0, {}), scenario)
    case, _ = ready.case(1, 0)
    results = run_case(case, threads=1)
    timed = run_case(ready.case(2, 0)[0], threads=1, first=1)  # the first one also waits for what is made once
    known = frozenset((*replica_table(results), *results.curve_names, *results.counts))
    return Tried(known, case.graph.n_people, float(timed.timings["kernel_s"]), case.notes)


def columns_wanted(
    scenarios: Sequence[Scenario], names: Sequence[str], metrics: Sequence[str], tried: Sequence[Tried]
) -> tuple[str, ...]:
    """Return the names of all columns that a comparison looks at and that some plan gives.

    Raises
    ------
    ScenarioError
        A line for each metric asked for that a plan does not give; it names the nearest that all have.
    """
    shared = frozenset.intersection(*(each.known for each in tried))
    problems = []
    for metric in metrics:
        moment = moment_of(metric, key="--metric")
        plain = metric if moment is None else moment[0]
        lacking = [name for name, each in zip(names, tried, strict=True) if plain not in each.known]
        if lacking:
            near = difflib.get_close_matches(plain, sorted(shared), n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"all have {', '.join(sorted(shared)[:20])}"
            where = "no plan has" if len(lacking) == len(names) else f"{lacking[0]!r} does not have"
            problems.append(f"--metric {metric}: {where} {plain!r}; {hint}")
    if problems:
        raise ScenarioError(problems)
    wanted = [*metrics, *(without_campaign(metric) for metric in metrics), *MONEY]
    for scenario in scenarios:
        if scenario.goal is not None:
            wanted += [name for name in goal_columns(scenario.goal, scenario.run.horizon) if name]
    some = frozenset.union(*(each.known for each in tried))
    return tuple(name for name in dict.fromkeys(wanted) if name.partition(AT)[0] in some)


def run_plans(
    ask: Ask,
    names: Sequence[str],
    scenarios: Sequence[Scenario],
    *,
    wanted: Sequence[str],
    tried: Sequence[Tried],
    n_replicas: int,
    drawn: UncertainDesign | None = None,
    replicas_a_draw: int = 1,
) -> tuple[PlanRun, ...]:
    """Run every plan as given and, where there are any, in every draw of what is not known exactly.

    Parameters
    ----------
    wanted : columns, from `columns_wanted`     tried : each plan, from `try_plan`
    drawn : draws of what is not known exactly, of these plans; None: none

    Raises
    ------
    ScenarioError
        When one of them cannot be run.
    """
    as_given = ask(scenarios, PlansDesign(tuple(names)), n_replicas=n_replicas, metrics=wanted, what="plans")
    if as_given.failures:
        raise ScenarioError(
            [
                f"plan {names[int(failed['case'])]!r} could not be run: {failed['message']}"
                for failed in as_given.failures
            ]
        )
    over = [] if drawn is None else _run_draws(ask, scenarios, wanted, drawn, replicas_a_draw, as_given, n_replicas)
    # What replicas say of themselves is known of the first part alone, which is as long as time allowed.
    facts = [{**as_given.facts(i), "warnings": list(plan.notes)} for i, plan in enumerate(tried)]
    return tuple(
        PlanRun(name, scenario, as_given.columns(i), facts[i], over[i] if over else None)
        for i, (name, scenario) in enumerate(zip(names, scenarios, strict=True))
    )


def _run_draws(
    ask: Ask,
    scenarios: Sequence[Scenario],
    wanted: Sequence[str],
    drawn: UncertainDesign,
    each: int,
    as_given: Outcome,
    n_replicas: int,
) -> list[Draws]:
    n_plans, inputs, n = len(scenarios), inputs_of(drawn), drawn.n_draws
    apart = ApartDesign(drawn, n_plans, min(each, n_replicas), n_replicas)
    design = planned(apart, scenarios, [as_given.columns(i) for i in range(n_plans)])
    outcome = ask(scenarios, design, n_replicas=apart.each, metrics=wanted, what="draws")
    firsts = np.array([apart.first(d) for d in range(n)], np.int64)
    return [Draws(inputs, [outcome.columns(d * n_plans + i) for d in range(n)], firsts) for i in range(n_plans)]


def inputs_of(drawn: UncertainDesign) -> dict[str, Floats]:
    """Return what each key is in each draw, as a number: float64 (D,) each."""
    before = len(drawn.keys) - len(drawn.uncertain_keys)
    shown = [drawn[d * len(drawn.names)].shown[before:] for d in range(drawn.n_draws)]
    columns = zip(*shown, strict=True)
    return {
        key: np.array([drawn.spans[key].number(value) for value in column], np.float64)
        for key, column in zip(drawn.uncertain_keys, columns, strict=True)
    }


def why_unpaired(one: PlanRun, other: PlanRun) -> str:
    """Say why the replicas of two plans cannot be paired; empty where they can: the same people, the same luck."""
    if one.facts["graph_hash"] != other.facts["graph_hash"]:
        return "different people: another network, or another numbering of it"
    if one.facts["rng_seed"] != other.facts["rng_seed"]:
        return f"different luck: rng_seed {one.facts['rng_seed']} and {other.facts['rng_seed']}"
    return ""


def without_campaign(metric: str) -> str:
    """Return the name of a metric in the run without the campaign, at the same moment."""
    name, at, moment = metric.partition("@")
    return f"{name}_no_campaign{at}{moment}"


def money_of(plan: PlanRun, name: str) -> Floats | None:
    """Return a column of money; a campaign that spends nothing spends 0."""
    found = column(plan.columns, name)
    if found is not None or plan.scenario.model.kind != "campaign":
        return found
    return np.zeros(len(next(iter(plan.columns.values()))))
