"""From a checked scenario to a `Case`: network built, model compiled, people chosen, everything resolved."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from ..errors import GraphError, ScenarioError
from ..graph.build import build_graph
from ..graph.columns import PeopleColumn, check_people_columns
from ..graph.csr import Graph
from ..graph.files import FileNetwork
from ..kernels import rng
from ..models.base import Model, Setting, compile_on
from ..models.campaign import Starting
from ..scenario.schema import Scenario
from ..seeding.base import SeedChoice
from ..spec import Spec
from . import limits
from .branching import Ahead, Past
from .case import Case, past_of
from .networks import Networks, network_name, stamp_of
from .prepared import Prepared
from .streams import fresh_rng_seed, purpose_key


def plan_scenario(
    scenario: Scenario,
    *,
    use_any_memory: bool = False,
    threads: int | None = None,
    graph: Graph | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Case:
    """Build everything a scenario names and choose who starts; runs no replica of the case.

    Parameters
    ----------
    use_any_memory : skip the memory check before building the network
    threads : that choosing may use; None: as many as there are
    graph : the network, where it is built already; see `build_network`
    progress : called with (simulations run, simulations at most) while people are chosen by simulation

    Raises
    ------
    GraphError, ScenarioError
        When the network cannot be built or does not fit model or seeding.
    ResourceError
        When the network would not fit in memory.
    """
    return plan_ahead(Ahead(scenario), use_any_memory=use_any_memory, threads=threads, graph=graph, progress=progress)


def plan_ahead(
    ahead: Ahead,
    *,
    use_any_memory: bool = False,
    threads: int | None = None,
    graph: Graph | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Case:
    """Build everything that a scenario names which may go on from a past; see `plan_scenario`.

    Raises
    ------
    GraphError
        When the network is not that of the past, too.
    """
    scenario, past = ahead.scenario, ahead.past
    prepared = prepare_ahead(ahead, use_any_memory=use_any_memory, threads=threads, graph=graph)
    prepared = replace(prepared, progress=progress)
    try:
        if past is None or not scenario.seeding.looks_at_model:
            choice = prepared.choose(scenario.seeding)
        else:
            said = (f"seeding: the people who start are those of the past, case {past.case_id}",)
            choice = scenario.seeding.priced(SeedChoice(past.seed_nodes, said), prepared.graph)
        case = prepared.case(choice, strategy=scenario.seeding)
    except ScenarioError as error:
        raise ScenarioError([f"{scenario.origin}: {problem}" for problem in error.problems]) from None
    return case if past is None else replace(case, marks=past.marks)


def build_network(
    scenario: Scenario,
    *,
    rng_seed: int,
    use_any_memory: bool = False,
    networks: Networks | None = None,
) -> Graph:
    """Read or generate the network of a scenario.

    Parameters
    ----------
    rng_seed : of the run, which a generated network follows unless it has its own
    use_any_memory : skip the memory check
    networks : of this process, where several cases share them: taken from there, or kept there; None: made anew

    Raises
    ------
    GraphError, ScenarioError, ResourceError
        As `plan_scenario`.
    """
    network, around = scenario.network, network_of(scenario, rng_seed)

    def make() -> Graph:
        if not use_any_memory:
            _check_network_fits(scenario)
        return build_graph(network, **around)

    try:
        if networks is None:
            return make()
        return networks.get(network_name(network, **around), stamp_of(network, scenario.folder), make)
    except GraphError as error:
        raise _graph_fault(scenario, error) from None
    except ScenarioError as error:
        raise ScenarioError([f"{scenario.origin}: {problem}" for problem in error.problems]) from None


def prepare_scenario(
    scenario: Scenario,
    *,
    use_any_memory: bool = False,
    threads: int | None = None,
    networks: Networks | None = None,
) -> Prepared:
    """Build the network and compile the model of a scenario; see `plan_scenario`.

    Parameters
    ----------
    networks : see `build_network`
    """
    return prepare_ahead(Ahead(scenario), use_any_memory=use_any_memory, threads=threads, networks=networks)


def prepare_ahead(
    ahead: Ahead,
    *,
    use_any_memory: bool = False,
    threads: int | None = None,
    graph: Graph | None = None,
    networks: Networks | None = None,
) -> Prepared:
    """Build the network and compile the model of a scenario which may go on from a past; see `plan_ahead`.

    Parameters
    ----------
    graph : the network, where it is here already
    networks : see `build_network`
    """
    scenario = ahead.scenario
    rng_seed = fresh_rng_seed() if scenario.run.rng_seed is None else scenario.run.rng_seed
    if graph is None:
        graph = build_network(scenario, rng_seed=rng_seed, use_any_memory=use_any_memory, networks=networks)
    try:
        if ahead.past is not None:
            _check_same(graph, ahead.past)
        check_people_columns(graph, people_columns_of(scenario))
        setting = Setting(
            key=partial(purpose_key, rng_seed),
            start=scenario.start,
            horizon=scenario.run.horizon,
            segments=scenario.segments,
            starting=scenario.starting,
            curves=scenario.output.curves,
            trees=scenario.output.trees,
            goal=scenario.goal,
            past=ahead.eras,
        )
        compiled = compile_on(graph, scenario.model, setting)
    except GraphError as error:
        raise _graph_fault(scenario, error) from None
    except ScenarioError as error:
        raise ScenarioError([f"{scenario.origin}: {problem}" for problem in error.problems]) from None
    resolved = scenario.resolved()
    resolved["run"]["rng_seed"] = rng_seed
    if ahead.eras:
        resolved["past"] = past_of(setting)
    return Prepared(
        name=scenario.name,
        graph=graph,
        model=scenario.model,
        compiled=compiled,
        setting=setting,
        rng_seed=rng_seed,
        max_steps=scenario.run.max_steps,
        n_replicas=scenario.run.n_replicas,
        said=(*ahead.notes, *scenario.notes()),
        resolved=resolved,
        threads=limits.usable_threads(threads)[0],
    )


def network_of(scenario: Scenario, rng_seed: int) -> dict[str, Any]:
    """Return what `graph.build.build_graph` takes beside the `[network]` section."""
    network_seed = None if isinstance(scenario.network, FileNetwork) else scenario.network.rng_seed
    return {
        "folder": scenario.folder,
        "columns": scenario.model.tie_columns(),
        "segments": scenario.segments,
        "key": purpose_key(rng_seed if network_seed is None else network_seed, rng.NETWORK),
    }


def prepare_direct(
    graph: Graph,
    model: Model,
    *,
    rng_seed: int | None,
    max_steps: int | None = None,
    n_replicas: int = 1,
    start: datetime.date | None = None,
    horizon: float | None = None,
    starting: Starting | None = None,
    trees: bool = False,
    threads: int | None = None,
) -> Prepared:
    """Compile a model on a network in memory; see `wom_sim.simulate`."""
    seed = fresh_rng_seed() if rng_seed is None else rng_seed
    setting = Setting(key=partial(purpose_key, seed), start=start, horizon=horizon, starting=starting, trees=trees)
    return Prepared(
        name=model.kind,
        graph=graph,
        model=model,
        compiled=compile_on(graph, model, setting),
        setting=setting,
        rng_seed=seed,
        max_steps=max_steps,
        n_replicas=n_replicas,
        threads=limits.usable_threads(threads)[0],
    )


def people_columns_of(scenario: Scenario) -> dict[str, PeopleColumn]:
    """Return each column of people that a key of the scenario names."""
    sections = {"model": scenario.model.people_columns(), "seeding": scenario.seeding.people_columns()}
    return {f"{section}.{key}": column for section, named in sections.items() for key, column in named.items()}


def _graph_fault(scenario: Scenario, error: GraphError) -> GraphError:
    return GraphError(f"{scenario.origin}: network: {error}{_naming_key(scenario.model, str(error))}")


def _check_same(graph: Graph, past: Past) -> None:
    if graph.hash != past.network_hash:
        raise GraphError(f"is not that of the past in {past.origin}: people or ties differ")


def _naming_key(model: Model, message: str) -> str:
    """Say which key of the model named the column that a message is about."""
    columns = model.tie_columns()
    inside = [(f"{key}.{name}", value) for key, spec in model if isinstance(spec, Spec) for name, value in spec]
    for key, value in [*model, *inside]:
        if isinstance(value, str) and value in columns and (f"{value!r}" in message or f"column {value}:" in message):
            return f" (model.{key} names the column)"
    return ""


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
