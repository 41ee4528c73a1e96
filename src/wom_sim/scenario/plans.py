"""Variants of one file, and what in it is not known exactly."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, ValidationError

from ..errors import ScenarioError
from ..spec import Spec, explain, nearest, repeated, show
from .override import apply_overrides, first_problem, overlaps, problem_with
from .ranges import Range, Span, find_span

if TYPE_CHECKING:
    from .schema import Scenario

MAX_PLANS = 100


class Plan(Spec):
    """A variant of the file: `[[plans]]`; `wom run --plan NAME` runs one."""

    name: Annotated[str, Field(min_length=1, max_length=60)]
    """What the plan is called; unique."""
    set: dict[str, Any] = Field(default={})
    """Dotted keys and their values in this plan."""
    model: dict[str, Any] | None = None
    """Replaces the whole `[model]`."""

    def applied(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return a scenario's values with this plan's."""
        return apply_overrides(self.base(values), self.set)

    def base(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return a scenario's values with this plan's model, before its keys are set."""
        return dict(values) if self.model is None else {**values, "model": self.model}


def read_plans(given: Any) -> tuple[Plan, ...]:
    """Read `[[plans]]`.

    Raises
    ------
    ScenarioError
        One line for each problem.
    """
    if not isinstance(given, list):
        raise ScenarioError(f"plans: must be tables, write [[plans]], got {show(given)}")
    if len(given) > MAX_PLANS:
        raise ScenarioError(f"plans: must be at most {MAX_PLANS}, got {len(given)}")
    problems: list[str] = []
    plans = []
    for i, entry in enumerate(given):
        named = entry.get("name") if isinstance(entry, Mapping) else None
        label = f"plans.{named if isinstance(named, str) and named.isprintable() and named else i}"
        try:
            plans.append(Plan.model_validate(entry))
        except ValidationError as error:
            problems += explain(error, Plan, entry if isinstance(entry, Mapping) else {}, section=label)
    problems += repeated([plan.name for plan in plans], section="plans")
    if problems:
        raise ScenarioError(problems)
    return tuple(plans)


def plan_named(plans: tuple[Plan, ...], name: str) -> Plan:
    """Return the plan of this name, or raise ScenarioError saying which there are."""
    for plan in plans:
        if plan.name == name:
            return plan
    raise ScenarioError(f"plans: there is no plan {name!r}; {nearest(name, [plan.name for plan in plans])}")


def check_plans(values: Mapping[str, Any], plans: tuple[Plan, ...], check: Callable[[Mapping[str, Any]], Any]) -> None:
    """Check that each plan makes a valid scenario.

    Raises
    ------
    ScenarioError
        One line for each plan that is wrong, with the first thing that is wrong in it.
    """
    problems = [
        f"plans.{plan.name}: {_hint(plan)}{problem}"
        for plan in plans
        if (problem := first_problem(plan.base(values), plan.set, check))
    ]
    if problems:
        raise ScenarioError(problems)


def _hint(plan: Plan) -> str:
    """Say first that a section is replaced as a whole, which a dotted key without quotes does, too."""
    for key, value in plan.set.items():
        if isinstance(value, Mapping) and "." not in key:
            return f'set replaces the whole [{key}] (to change one key, write it in quotes, "{key}. ..."): '
    return ""


def check_uncertain(
    values: Mapping[str, Any], given: Any, scenario: Scenario, check: Callable[[Mapping[str, Any]], Any]
) -> dict[str, Span]:
    """Read `[uncertain]`: each key's ends must make valid scenarios.

    Parameters
    ----------
    values : the scenario's sections without variants
    scenario : what `values` make
    check : raises ScenarioError where a scenario is wrong

    Raises
    ------
    ScenarioError
        One line for each key or end that is wrong.
    """
    if not isinstance(given, Mapping):
        raise ScenarioError(f"uncertain: must be a table, write [uncertain], got {show(given)}")
    problems = list(overlaps(values, list(given), "uncertain"))
    spans = {}
    for key, entry in given.items():
        label = f"uncertain.{key}"
        try:
            found = Range.model_validate(entry)
        except ValidationError as error:
            problems += explain(error, Range, entry if isinstance(entry, Mapping) else {}, section=label)
            continue
        if problem := found.problem():
            problems.append(f"{label}: {problem}")
            continue
        span = find_span(found, partial(problem_with, values, check, key), step=scenario.step_length())
        if isinstance(span, Span):
            spans[key] = span
        else:
            problems.append(f"{label}, value {show(span[0])}: {span[1]}")
    if problems:
        raise ScenarioError(problems)
    return spans
