"""Several futures of one past: a run until a date, kept as what it was, and runs that go on from there.

Every draw is a function of key and index, so that a past need not be kept as memory: it is the campaign as it stood,
and the date. A run that goes on runs it again, in its own world, and holds it against marks; docs/branching.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..durations import Duration
from ..errors import FolderError, ScenarioError
from ..kernels.rng import RNG_NAME
from ..models.base import Model
from ..models.campaign import Campaign, Goal
from ..models.campaign.differences import changes_of
from ..models.campaign.eras import Era
from ..models.campaign.futures import Turn, notes_on_future, problems_with_future, with_rivals_as_before
from ..models.campaign.tracking import needs_target
from ..models.catalogue import MODELS
from ..results.results import Results
from ..results.state import read_state
from ..scenario.schema import Scenario
from ..spec import show
from .marks import LOOKS_AHEAD, Marks, marks_of
from .until import step_of, time_until

if TYPE_CHECKING:
    from .case import Case

_WHO = {
    "start": "the past begins then",
    "network": "it says who the people are",
    "segments": "it says who the people are",
    "seeding": "who starts has started",
}
"""Sections that say who the people are and who starts, and why they stay as they are."""

_NAMES_OF_FILES = ("file", "people")
"""Where a network lies may change; what it is, is known by its hash."""


@dataclass(frozen=True)
class Past:
    """What a run was until a step.

    origin : the path as given     case_id : of the run that was saved
    model : as it stood at the end     until : steps     step : days
    eras : the parts of the past, the last of which is `model`'s; empty where it is no campaign
    who : the sections that say who the people are, as they stand in a resolved scenario
    rng_seed, max_steps : of the run     network_hash, seed_nodes : of its network
    """

    origin: str
    case_id: str
    model: Model
    until: int
    step: float
    eras: tuple[Era, ...]
    who: Mapping[str, Any]
    rng_seed: int
    max_steps: int | None
    network_hash: str
    seed_nodes: NDArray[np.int32]
    marks: Marks


@dataclass(frozen=True)
class Ahead:
    """A scenario with how it is to go on.

    scenario : as it is run     past : what it goes on from, None where it begins at its beginning
    eras : campaigns it was before that were others; empty where the past was the same
    notes : what to tell the user: keys that differ, changes with more or less effect than it seems
    """

    scenario: Scenario
    past: Past | None = None
    eras: tuple[Era, ...] = ()
    notes: tuple[str, ...] = ()


def ahead_of(scenario: Scenario, *, until: str | None = None, from_state: str | Path | None = None) -> Ahead:
    """Return a scenario as it goes on from a past, or until a date.

    Parameters
    ----------
    until : a date such as "2026-06-10", or a length of time from the start such as "9d"
    from_state : results folder, or file, in which a state was saved

    Raises
    ------
    ScenarioError
        One line for each thing that fits neither the past nor the steps.
    FolderError
        When there is no sound state.
    """
    ahead = Ahead(scenario) if from_state is None else _from(read_past(from_state), scenario)
    if until is None:
        return ahead
    scenario = ahead.scenario
    length = time_until(scenario, until)
    if ahead.past is not None and length <= ahead.past.until * ahead.past.step * (1.0 + 1e-12):
        raise ScenarioError(f"until: must be after {_turn_of(ahead.past, scenario)}, where the past ends, got {until}")
    return replace(ahead, scenario=_with_run(scenario, horizon=length))


def read_past(path: str | Path) -> Past:
    """Read a saved state; see `results.state.read_state`.

    Raises
    ------
    FolderError
        When there is none, or it cannot be gone on from here.
    """
    document = read_state(path)
    if document.get("rng") != RNG_NAME:
        raise FolderError(f"{path}: was saved with the random stream {document.get('rng')}, this is {RNG_NAME}")
    try:
        eras = tuple(
            Era(_model(era["model"]), None if era["goal"] is None else Goal(**era["goal"]), int(era["until"]))
            for era in document["eras"]
        )
        marks = {name: tuple(marks) for name, marks in document["marks"].items()}
        return Past(
            origin=str(path),
            case_id=document["case_id"],
            model=eras[-1].campaign,
            until=eras[-1].until,
            step=float(document["step_days"]),
            eras=eras if isinstance(eras[-1].campaign, Campaign) else (),
            who=document["who"],
            rng_seed=int(document["rng_seed"]),
            max_steps=document["max_steps"],
            network_hash=document["network_hash"],
            seed_nodes=np.array(document["seed_nodes"], np.int32),
            marks=Marks(str(path), int(document["n_marked_steps"]), marks),
        )
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        said = str(error).splitlines()[0][:100]
        raise FolderError(f"{path}: this version cannot go on from it ({said}); save the state again") from None


def past_document(case: Case, ahead: Ahead, results: Results) -> dict[str, Any]:
    """Return the state of a run at its end, for `results.state.state_bytes`.

    Raises
    ------
    ScenarioError, ResultError
        As `check_saves`; when the results have no curves.
    """
    check_saves(ahead.scenario)
    scenario = ahead.scenario
    step = step_of(scenario.model)
    assert scenario.run.horizon is not None  # as was just checked
    until = round(scenario.run.horizon / step)
    now = Era(scenario.model, scenario.goal, until)  # type: ignore[arg-type]  # or another model, of one part
    n_steps = until if isinstance(scenario.model, Campaign) else case.max_steps + 1
    return {
        "rng": RNG_NAME,
        "name": scenario.name,
        "case_id": case.case_id,
        "until": str(Duration(until * step)),
        "step_days": float(step),
        "rng_seed": case.rng_seed,
        "max_steps": scenario.run.max_steps,
        "who": {key: case.resolved[key] for key in _WHO if key in case.resolved},
        "network_hash": case.graph.hash,
        "seed_nodes": case.seed_nodes.tolist(),
        "eras": [
            {
                "until": era.until,
                "goal": None if era.goal is None else era.goal.model_dump(exclude_unset=True),
                "model": {"kind": era.campaign.kind, **era.campaign.model_dump(exclude_unset=True)},
            }
            for era in (*ahead.eras, now)
        ],
        "n_marked_steps": n_steps,
        "marks": {name: list(marks) for name, marks in marks_of(results, n_steps, origin="").by_curve.items()},
    }


def check_saves(scenario: Scenario) -> None:
    """Refuse to save a state from which nothing could go on.

    Raises
    ------
    ScenarioError
        When the model's steps have no length, or the run has no horizon; when a rule that was judged looks at a count
        that depends on when the run ends.
    """
    step = step_of(scenario.model, asked="save_state")
    if scenario.run.horizon is None:
        raise ScenarioError("save_state: needs a date at which the state is saved; give --until or run.horizon")
    end = Turn(scenario.start, step, round(scenario.run.horizon / step))
    for i, rule in enumerate(getattr(scenario.model, "rules", ())):
        for comparison in rule.comparisons if end.is_over(rule.at) else ():
            for name in {comparison.metric, comparison.below} & set(LOOKS_AHEAD):
                raise ScenarioError(
                    f"save_state: not while model.rules.{i} looks at {name}, which depends on when the run ends; "
                    "let it look at another count, such as reach"
                )


def _from(past: Past, scenario: Scenario) -> Ahead:
    if problems := list(_other_people(past, scenario)):
        raise ScenarioError(problems)
    scenario = _with_run(scenario, rng_seed=past.rng_seed)
    turn, horizon = _turn_of(past, scenario), scenario.run.horizon
    if horizon is None or horizon <= past.until * past.step * (1.0 + 1e-12):
        now = "none is given" if horizon is None else f"got {horizon}"
        raise ScenarioError(f"run.horizon: must be after {turn}, where the past ends, {now}; lengthen it")
    before, after = past.model, scenario.model
    ahead = Ahead(scenario, past)
    if not isinstance(before, Campaign) or not isinstance(after, Campaign):
        if before.model_dump(mode="json") != after.model_dump(mode="json"):
            differs = _first_difference("model", before.model_dump(mode="json"), after.model_dump(mode="json"))
            raise ScenarioError(
                f"{differs}: only a campaign can go on in another way; another model can go on for longer (run.horizon)"
            )
        return ahead
    if problems := list(problems_with_future(before, after, turn)):
        raise ScenarioError([f"{scenario.origin}: {problem}" for problem in problems])
    earlier, filled = past.eras[:-1], with_rivals_as_before(before, after)
    same = filled.model_dump(mode="json") == before.model_dump(mode="json")
    if same and (past.eras[-1].goal == scenario.goal or not needs_target(after.rules)):
        return ahead if not earlier else replace(ahead, scenario=_with(scenario, model=filled), eras=earlier)
    said = "; ".join(changes_of(before, after)) or "another goal"
    notes = (
        f"past: until {turn} that of case {past.case_id}; since then {said}",
        *notes_on_future(before, after, turn),
    )
    return replace(ahead, scenario=_with(scenario, model=filled), eras=past.eras, notes=notes)


def _other_people(past: Past, scenario: Scenario) -> Iterator[str]:
    """Yield one line for each key that says that the people, or those who start, are others."""
    resolved = scenario.resolved()
    for section, why in _WHO.items():
        before, after = past.who.get(section), resolved.get(section)
        for name in _NAMES_OF_FILES if section == "network" else ():
            before, after = ({k: v for k, v in (it or {}).items() if k != name} for it in (before, after))
        if before != after:
            where = _first_difference(section, before, after)
            yield f"{scenario.origin}: {where}: {why}"
    if scenario.run.rng_seed not in (None, past.rng_seed):
        yield f"run.rng_seed: must be {past.rng_seed}, as in the past, got {scenario.run.rng_seed}; leave it out"
    if scenario.run.max_steps != past.max_steps:
        yield f"run.max_steps: must be {past.max_steps}, as in the past, got {scenario.run.max_steps}"


def _first_difference(where: str, before: Any, after: Any) -> str:
    if isinstance(before, dict) and isinstance(after, dict):
        key = next(key for key in (*before, *after) if before.get(key, "") != after.get(key, ""))
        return _first_difference(f"{where}.{key}", before.get(key), after.get(key))
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        i = next(i for i in range(len(before)) if before[i] != after[i])
        return _first_difference(f"{where}.{i}", before[i], after[i])
    old, new = ("left out" if value is None else show(value) for value in (before, after))
    return f"{where}: must be {old}, as in the past, got {new}"


def _turn_of(past: Past, scenario: Scenario) -> Turn:
    starting = scenario.starting
    return Turn(scenario.start, Duration(past.step), past.until, None if starting is None else starting.item)


def _with(scenario: Scenario, **changed: Any) -> Scenario:
    return scenario.model_copy(update=changed)


def _with_run(scenario: Scenario, **changed: Any) -> Scenario:
    return _with(scenario, run=scenario.run.model_copy(update=changed))


def _model(values: Mapping[str, Any]) -> Any:
    kind = values["kind"]
    if kind not in MODELS:
        raise ValueError(f"no model {kind!r} is installed")
    given = {key: value for key, value in values.items() if key != "kind"}
    return MODELS[kind](**given)
