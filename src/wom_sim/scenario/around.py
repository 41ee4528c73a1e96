"""What only some models take from a scenario: as what people start, the horizon, segments' factors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from ..models.base import Model
from ..models.campaign import Campaign, Starting
from ..models.campaign.surroundings import problems_around, problems_with_curves, problems_with_goal
from ..spec import Spec, explain, unknown_key
from .schema import Scenario, written_factors


def split_seeding(
    given: Mapping[str, Any], strategy: type[Spec], *, is_campaign: bool
) -> tuple[dict[str, Any], Starting | None, list[str]]:
    """Take the keys that say as what people start out of a `[seeding]` table.

    Returns
    -------
    dict, Starting or None, list of str
        The keys left for the strategy; the others, None where they are wrong; one line for each problem.
    """
    apart = {key: value for key, value in given.items() if key in Starting.model_fields}
    left = {key: value for key, value in given.items() if key not in apart}
    if not is_campaign:
        return left, None, [f'seeding.{key}: only with [model] kind = "campaign"; remove it' for key in apart]
    known = [*strategy.model_fields, *Starting.model_fields]
    unknown = [key for key in left if key not in known]
    problems = [unknown_key(key, known, where=" in [seeding]") for key in unknown]
    left = {key: value for key, value in left.items() if key not in unknown}
    try:
        return left, Starting.model_validate(apart), problems
    except ValidationError as error:
        return left, None, problems + explain(error, Starting, apart, section="seeding")


def cross_problems(scenario: Scenario) -> Iterator[str]:
    """Yield one line for each thing that does not fit between sections that are right by themselves."""
    model, run = scenario.model, scenario.run
    if isinstance(model, Campaign):
        if run.max_steps is not None:
            yield "run.max_steps: not with a campaign, which takes horizon, a length of time; remove it"
        yield from problems_around(model, scenario.surroundings())
        yield from problems_with_curves(scenario.output.curves)
        if scenario.output.trees:
            yield "output.trees: not with a campaign, which measures its trees anyway; remove it"
        yield from problems_with_goal(model, scenario.goal, run.horizon)
        return
    if scenario.goal is not None:
        yield 'goal: only with [model] kind = "campaign"; remove it'
    if scenario.output.curves:
        yield f"output.curves: only of a campaign; of {model.kind} the one curve there is, is kept; remove it"
    if run.horizon is not None and model.step_length() is None:
        yield f"run.horizon: steps of {model.kind} have no length; it takes max_steps, a number of steps"
    if model.may_go_on() and run.horizon is None and run.max_steps is None:
        yield must_end(model)
    for key in written_factors(scenario.segments):
        yield f'{key}: only with [model] kind = "campaign"; remove it'


def must_end(model: Model) -> str:
    """Say that a model needs an end."""
    if model.step_length() is None:
        return f"run.max_steps: is missing; {model.kind} may go on for ever, say after how many steps it is stopped"
    return f'run.horizon: is missing; {model.kind} may go on for ever, say how long it is followed, such as "90d"'
