"""Where a run is to be cut: a date or a length of time, held against its steps."""

from __future__ import annotations

import datetime

from ..durations import Duration
from ..errors import ScenarioError
from ..models.base import Model
from ..models.campaign import Campaign
from ..scenario.schema import Scenario


def step_of(model: Model, *, asked: str = "until") -> Duration:
    """Return the length of a model's steps.

    Raises
    ------
    ScenarioError
        When they have none, naming what was asked for.
    """
    step = model.step if isinstance(model, Campaign) else model.step_length()
    if step is None:
        raise ScenarioError(
            f"{asked}: only for a campaign or another model whose steps have a length, this is {model.kind!r}; "
            "see run.max_steps"
        )
    return Duration(step)


def time_until(scenario: Scenario, text: str) -> Duration:
    """Return a time from the start of a run, given as a date or a length of time.

    Raises
    ------
    ScenarioError
        When it is neither, lies outside of the run or falls within a step.
    """
    step, horizon = step_of(scenario.model), scenario.run.horizon
    length = _length(scenario.start, text)
    if length <= 0.0:
        raise ScenarioError(f"until: must be after the start of the run, {scenario.start or 'day 0'}, got {text}")
    if horizon is not None and length > horizon * (1.0 + 1e-12):
        raise ScenarioError(f"until: must be within run.horizon = {horizon}, got {text}, {length} after the start")
    if abs(length / step - round(length / step)) > 1e-9 * length / step:
        raise ScenarioError(f"until: must fall on the end of a step, of {step}; {text} is {length / step:.6g} of them")
    return Duration(round(length / step) * float(step))


def _length(start: datetime.date | None, text: str) -> Duration:
    try:
        return Duration(text.strip())
    except ValueError as error:
        if "at most" in str(error):
            raise ScenarioError(f"until: {error}") from None
    try:
        date = datetime.datetime.fromisoformat(text.strip())
    except ValueError:
        raise ScenarioError(
            f"until: must be a date such as 2026-06-10, or a length of time such as 9d, got {text!r}"
        ) from None
    if start is None:
        raise ScenarioError(f"until: the scenario has no start, so it has no dates; give a time such as 9d, got {text}")
    seconds = (date.replace(tzinfo=None) - datetime.datetime.combine(start, datetime.time())).total_seconds()
    return Duration(seconds / 86_400)
