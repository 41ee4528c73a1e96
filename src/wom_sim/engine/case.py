"""A case: one complete set of parameters on one network, with everything that decides its result."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..durations import Duration
from ..errors import ScenarioError
from ..graph.csr import Graph
from ..models.base import CompiledModel, Model, Setting
from ..models.campaign import Starting
from ..models.campaign.tracking import needs_target
from ..models.catalogue import origin_of
from ..scenario.schema import MAX_STEPS
from ..seeding.base import SeedChoice
from ..spec import show
from .families import process_of
from .marks import Marks
from .process import Process
from .trees import TreeProcess


@dataclass(frozen=True, eq=False)
class Case:
    """One complete set of parameters on one network, ready to run.

    name, model, parameters : str    for tables and pictures
    case_id : str                first 12 hex digits of the SHA-256 of everything that decides the result
    graph : Graph
    process : Process            the model on the network, ready to run
    seed_nodes : int32 (k,)      distinct people who start
    rng_seed : int
    max_steps : int              steps after which a replica is stopped
    n_replicas : int             as asked; not part of the case_id
    resolved : dict              the case with every default written out, JSON-ready
    notes : tuple of str         what was dropped, merged or assumed on the way
    marks : Marks                of the past that its replicas must have; None where they go on from none
    """

    name: str
    model: str
    parameters: str
    case_id: str
    graph: Graph
    process: Process
    seed_nodes: NDArray[np.int32]
    rng_seed: int
    max_steps: int
    n_replicas: int
    resolved: dict[str, Any]
    notes: tuple[str, ...]
    marks: Marks | None = None

    @property
    def seed_labels(self) -> tuple[Any, ...]:
        """Labels of the people who start, best first."""
        return tuple(self.graph.labels.take(self.seed_nodes))


def make_case(
    name: str,
    graph: Graph,
    model: Model,
    compiled: CompiledModel,
    choice: SeedChoice,
    *,
    setting: Setting,
    said: tuple[str, ...] = (),
    rng_seed: int,
    max_steps: int | None,
    n_replicas: int,
    seeding: dict[str, Any],
    resolved: dict[str, Any],
    luck: int | None = None,
) -> Case:
    """Put a case together.

    Parameters
    ----------
    said : what else to tell the user     max_steps : as asked; None: as many as are allowed
    seeding : who starts, as it stands in the case     resolved : sections with every default
    luck : number that the replicas' draws come from; None: `rng_seed`

    Raises
    ------
    ScenarioError
        When the run is shorter than a step.
    """
    decides = {
        "network": graph.hash,
        "model": model.model_dump(mode="json"),
        "seeding": seeding,
        "rng_seed": rng_seed,
        "max_steps": max_steps,
        **_decides(setting, getattr(model, "outcome", "")),
    }
    if setting.goal is not None and needs_target(getattr(model, "rules", ())):
        decides["goal"] = setting.goal.model_dump(mode="json")
    if setting.past:
        decides["past"] = past_of(setting)
    if package := origin_of(model.kind):
        decides["package"] = package
        resolved = {**resolved, "package": package}
    canonical = json.dumps(decides, sort_keys=True, separators=(",", ":"), allow_nan=False)
    notes = [f"network: {note}" for note in graph.notes] + list(choice.notes) + list(compiled.notes)
    notes += said
    if len(choice.nodes) == 0 and model.needs_seeding:
        notes.append("seeding: no seed nodes, so nobody can be reached")
    seed_nodes = np.ascontiguousarray(choice.nodes, np.int32)
    length = model.step_length()
    step_limit = last_step_allowed(max_steps, setting.horizon, length)
    notes += _whole_steps(setting.horizon, length, step_limit)
    process = process_of(
        compiled,
        model,
        setting,
        seed_nodes=seed_nodes,
        seed_costs=choice.costs,
        rng_seed=rng_seed if luck is None else luck,
        max_steps=step_limit,
        n_replicas=1 if setting.trees else n_replicas,  # trees are measured one replica at a time
    )
    given = sorted(model.model_fields_set - {"kind"})
    return Case(
        name=name,
        model=model.kind,
        parameters=", ".join(f"{key} = {show(getattr(model, key))}" for key in given),
        case_id=hashlib.sha256(canonical.encode()).hexdigest()[:12],
        graph=graph,
        process=TreeProcess(process, graph.n_people, kind=model.kind) if setting.trees else process,
        seed_nodes=seed_nodes,
        rng_seed=rng_seed,
        max_steps=step_limit,
        n_replicas=n_replicas,
        resolved={**resolved, "network_hash": graph.hash},
        notes=tuple(notes),
    )


def last_step_allowed(max_steps: int | None, horizon: float | None, step_length: float | None) -> int:
    """Return the step at which a replica is stopped: the last one that ends within the horizon."""
    allowed = MAX_STEPS if max_steps is None else max_steps
    if horizon is None or step_length is None:
        return allowed
    return min(allowed, int(horizon / step_length * (1.0 + 1e-12)))


def _whole_steps(horizon: float | None, length: float | None, allowed: int) -> list[str]:
    """Return a note where a horizon is no whole number of steps.

    Raises
    ------
    ScenarioError
        When it is shorter than one.
    """
    if horizon is None or length is None:
        return []
    if allowed == 0 and horizon < length:
        raise ScenarioError(
            [f"run.horizon: must be at least one step, {Duration(length)}, got {Duration(horizon)}; shorten the steps"]
        )
    followed = allowed * length
    if horizon - followed <= 1e-9 * horizon or allowed < int(horizon / length):
        return []
    whole = f"{allowed:,} whole step{'' if allowed == 1 else 's'} of {Duration(length)}"
    return [f"run: followed for {whole}, {Duration(followed)} of {Duration(horizon)}"]


def _decides(setting: Setting, outcome: str) -> dict[str, Any]:
    """Return what of a setting decides the result: nothing where the model has no clock."""
    if setting.horizon is None:
        return {}
    return {
        "start": None if setting.start is None else setting.start.isoformat(),
        "horizon": str(Duration(setting.horizon)),
        "segments": [segment.model_dump(mode="json") for segment in setting.segments],
        "starting": None if setting.starting is None else _starting(setting.starting, outcome),
    }


def past_of(setting: Setting) -> list[dict[str, Any]]:
    """Return as what a campaign ran before, ready for JSON: until which time, under which model and goal."""
    return [
        {
            "until": str(Duration(era.until * float(era.campaign.step))),
            "model": era.campaign.model_dump(mode="json"),
            "goal": era.goal.model_dump(mode="json") if era.goal and needs_target(era.campaign.rules) else None,
        }
        for era in setting.past
    ]


def _starting(starting: Starting, outcome: str) -> dict[str, Any]:
    return {**starting.model_dump(mode="json"), "start_as": starting.role(outcome)}
