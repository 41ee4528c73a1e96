"""From a checked scenario to a `Case`: network built, people chosen, model compiled, everything resolved."""

from __future__ import annotations

import datetime
import hashlib
import json
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..durations import Duration
from ..errors import GraphError, ScenarioError
from ..graph.build import build_graph
from ..graph.columns import PeopleColumn, check_people_columns
from ..graph.csr import Graph
from ..graph.files import FileNetwork
from ..kernels import rng
from ..models.base import CompiledModel, Model, Setting, compile_on
from ..models.campaign import Starting
from ..models.campaign.tracking import needs_target
from ..models.catalogue import origin_of
from ..scenario.schema import MAX_STEPS, Scenario
from ..seeding.base import SeedChoice
from ..spec import Spec, show
from . import limits
from .families import process_of
from .process import Process
from .streams import fresh_rng_seed, purpose_key
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

    @property
    def seed_labels(self) -> tuple[Any, ...]:
        """Labels of the people who start, best first."""
        return tuple(self.graph.labels.take(self.seed_nodes))


def plan_scenario(scenario: Scenario, *, use_any_memory: bool = False) -> Case:
    """Build everything a scenario names; runs nothing.

    Parameters
    ----------
    use_any_memory : skip the memory check before building the network

    Raises
    ------
    GraphError, ScenarioError
        When the network cannot be built or does not fit model or seeding.
    ResourceError
        When the network would not fit in memory.
    """
    rng_seed = fresh_rng_seed() if scenario.run.rng_seed is None else scenario.run.rng_seed
    if not use_any_memory:
        _check_network_fits(scenario)
    network_seed = None if isinstance(scenario.network, FileNetwork) else scenario.network.rng_seed
    try:
        graph = build_graph(
            scenario.network,
            folder=scenario.folder,
            columns=scenario.model.tie_columns(),
            segments=scenario.segments,
            key=purpose_key(rng_seed if network_seed is None else network_seed, rng.NETWORK),
        )
        check_people_columns(graph, _named_columns(scenario))
        chosen = scenario.seeding.choose(graph, key=purpose_key(rng_seed, rng.SEEDING))
        choice = scenario.seeding.priced(chosen, graph)
        setting = Setting(
            key=partial(purpose_key, rng_seed),
            start=scenario.start,
            horizon=scenario.run.horizon,
            segments=scenario.segments,
            starting=scenario.starting,
            curves=scenario.output.curves,
            trees=scenario.output.trees,
            goal=scenario.goal,
        )
        compiled = compile_on(graph, scenario.model, setting)
        resolved = scenario.resolved()
        resolved["run"]["rng_seed"] = rng_seed
        return _case(
            scenario.name,
            graph,
            scenario.model,
            compiled,
            choice,
            setting=setting,
            said=tuple(scenario.notes()),
            rng_seed=rng_seed,
            max_steps=scenario.run.max_steps,
            n_replicas=scenario.run.n_replicas,
            seeding=resolved["seeding"],
            resolved=resolved,
        )
    except GraphError as error:
        raise GraphError(f"{scenario.origin}: network: {error}{_naming_key(scenario.model, str(error))}") from None
    except ScenarioError as error:
        raise ScenarioError([f"{scenario.origin}: {problem}" for problem in error.problems]) from None


def _named_columns(scenario: Scenario) -> dict[str, PeopleColumn]:
    """Return each column of people that a key of the scenario names."""
    sections = {"model": scenario.model.people_columns(), "seeding": scenario.seeding.people_columns()}
    return {f"{section}.{key}": column for section, named in sections.items() for key, column in named.items()}


def _naming_key(model: Model, message: str) -> str:
    """Say which key of the model named the column that a message is about."""
    columns = model.tie_columns()
    inside = [(f"{key}.{name}", value) for key, spec in model if isinstance(spec, Spec) for name, value in spec]
    for key, value in [*model, *inside]:
        if isinstance(value, str) and value in columns and (f"{value!r}" in message or f"column {value}:" in message):
            return f" (model.{key} names the column)"
    return ""


def plan_direct(
    graph: Graph,
    model: Model,
    choice: SeedChoice,
    *,
    rng_seed: int | None,
    max_steps: int | None,
    n_replicas: int,
    start: datetime.date | None = None,
    horizon: float | None = None,
    starting: Starting | None = None,
    trees: bool = False,
) -> Case:
    """Make a case of objects in memory; see `wom_sim.simulate`."""
    people = graph.labels.take(choice.nodes)
    seeding = {"strategy": "nodes", "nodes": [str(label) for label in people]}
    seed = fresh_rng_seed() if rng_seed is None else rng_seed
    run = {"n_replicas": n_replicas, "rng_seed": seed, "max_steps": max_steps}
    resolved = {"model": model.model_dump(mode="json"), "seeding": seeding, "run": run}
    setting = Setting(key=partial(purpose_key, seed), start=start, horizon=horizon, starting=starting, trees=trees)
    return _case(
        model.kind,
        graph,
        model,
        compile_on(graph, model, setting),
        choice,
        setting=setting,
        rng_seed=seed,
        max_steps=max_steps,
        n_replicas=n_replicas,
        seeding=seeding,
        resolved=resolved,
    )


def _case(
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
) -> Case:
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
        rng_seed=rng_seed,
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


def _starting(starting: Starting, outcome: str) -> dict[str, Any]:
    return {**starting.model_dump(mode="json"), "start_as": starting.role(outcome)}


def _check_network_fits(scenario: Scenario) -> None:
    network = scenario.network
    if isinstance(network, FileNetwork):
        try:
            n_bytes = (scenario.folder / network.file).stat().st_size
        except (OSError, ValueError):
            return  # the reader says what is wrong with it
        needed = int(n_bytes * limits.reading_factor(network.file))
        limits.check_memory(needed, f"reading {network.file}", advice="give a smaller network")
        return
    n_ties, n_columns = network.expected_ties(), len(scenario.model.tie_columns())
    needed = limits.graph_bytes(network.n_people, n_ties, n_columns=n_columns, building=True)
    limits.check_memory(needed, f"a network of {network.n_people:,} people", advice="lower network.n_people")
