"""The functions a user calls from Python."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import fields, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from .engine import limits
from .engine.branching import ahead_of, past_document
from .engine.case import Case
from .engine.plan import plan_ahead, prepare_direct
from .engine.run import check_fits, run_case
from .engine.trees import has_trees, who_followed_whom
from .errors import ScenarioError
from .graph.convert import remembered_networkx
from .graph.csr import Graph
from .models.base import Model
from .models.campaign import Campaign, Starting
from .models.campaign.surroundings import Surroundings, problems_around
from .result import Result
from .results.results import Results
from .scenario.around import must_end
from .scenario.schema import MAX_REPLICAS, MAX_STEPS, Run, Scenario
from .scenario.settings import settings_in_use, settings_of
from .seeding.base import SeedChoice
from .seeding.people import find_people
from .spec import MAX_RNG_SEED, show


def simulate(
    graph: Any,
    model: Model,
    *,
    seed_nodes: Iterable[Any] = (),
    n_replicas: int = 1000,
    rng_seed: int | None = None,
    threads: int | None = None,
    curves: bool = True,
    max_steps: int | None = None,
    horizon: str | None = None,
    start: datetime.date | None = None,
    starting: Mapping[str, Any] | None = None,
    trees: bool = False,
) -> Result:
    """Run a model on a network many times.

    Parameters
    ----------
    graph : `Graph`, or a NetworkX graph
    model : such as ``IndependentCascade(share_prob=0.1)``; a NetworkX attribute is read only if the model names it
    seed_nodes : labels of the people who start, in an order that few models heed; repeats count once; a campaign needs
        none, nor does a model in which people join of themselves
    n_replicas : random runs, 1 .. 10^9
    rng_seed : fixes all luck, 0 .. 2^64 - 1; left out: made, and found in ``result.rng_seed``
    threads : default: as many as this process may use; results do not depend on it
    curves : keep how many were reached at each step (4 bytes a replica and step); cascades run about twice as fast
        without, but then nobody knows the step at which one died out
    max_steps : steps after which a replica is stopped; default: until nothing more can happen; not for a campaign
    horizon : how long a campaign, or another model whose steps have a length, is followed, such as "90d"
    start : date of day 0, for these
    starting : as what a campaign's seed nodes start, such as ``{"start_as": "satisfied"}``; see `wom models campaign`
    trees : measure who followed whom in every replica: depth, breadth, structural virality, people by generation; not
        for a campaign, which measures its trees anyway

    Returns
    -------
    Result

    Raises
    ------
    GraphError
        When the network is empty or lacks what the model reads.
    ScenarioError
        When a number is out of range, or a seed node is nobody's label.
    ResourceError
        When the replicas would not fit in memory.
    """
    if not isinstance(model, Model):
        raise ScenarioError(f"model must be a model such as IndependentCascade(share_prob=0.1), got {show(model)}")
    people = as_graph(graph, model)
    check_whole("n_replicas", n_replicas, 1, MAX_REPLICAS)
    if rng_seed is not None:
        check_whole("rng_seed", rng_seed, 0, MAX_RNG_SEED)
    if max_steps is not None:
        check_whole("max_steps", max_steps, 0, MAX_STEPS)
    if isinstance(seed_nodes, str) or not isinstance(seed_nodes, Iterable):
        raise ScenarioError(f"seed_nodes must be a list of labels, got {seed_nodes!r}; write [{seed_nodes!r}]")
    chosen = SeedChoice(*find_people(people, seed_nodes, key="seed_nodes"))
    if isinstance(seed_nodes, AbstractSet):  # which comes in another order in every process
        chosen = replace(chosen, nodes=np.sort(chosen.nodes))
    around = what_surrounds(model, people, horizon, start, starting, max_steps)
    if not isinstance(trees, bool):
        raise ScenarioError(f"trees: must be True or False, got {show(trees)}")
    if trees and isinstance(model, Campaign):
        raise ScenarioError("trees: not for a campaign, which measures its trees anyway; leave it out")
    prepared = prepare_direct(
        people,
        model,
        **around,
        rng_seed=None if rng_seed is None else int(rng_seed),
        max_steps=None if max_steps is None else int(max_steps),
        n_replicas=int(n_replicas),
        trees=trees,
        threads=threads,
    )
    case = prepared.case(chosen)
    return _run(case, model, settings_of(model, "model"), threads=threads, curves=curves)


def what_surrounds(
    model: Model,
    people: Graph,
    horizon: str | None,
    start: datetime.date | None,
    starting: Mapping[str, Any] | None,
    max_steps: int | None,
) -> dict[str, Any]:
    """Check what surrounds a model, and that a model that knows no days has none of it."""
    if start is not None and (not isinstance(start, datetime.date) or isinstance(start, datetime.datetime)):
        raise ScenarioError(f"start: must be a date, such as datetime.date(2026, 3, 2), got {start!r}")
    run_keys: dict[str, Any] = {"horizon": horizon}
    length = None if horizon is None else Run(**run_keys).horizon
    if not isinstance(model, Campaign):
        given: dict[str, Any] = {"starting": starting}
        if model.step_length() is None:
            given |= {"horizon": horizon, "start": start}
        for name, value in given.items():
            if value is not None:
                what = "a campaign" if name == "starting" else "a model with days"
                raise ScenarioError(f"{name}: only for {what}, this is {model.kind!r}; leave it out")
        if model.may_go_on() and length is None and max_steps is None:
            raise ScenarioError(must_end(model).removeprefix("run."))
        return {"horizon": length, "start": start}
    if max_steps is not None:
        raise ScenarioError('max_steps: not for a campaign, whose end is its horizon; write horizon="90d"')
    segments = people.people_columns.get("segment", np.zeros(0, np.str_))
    around = Surroundings(
        start=start,
        horizon=length,
        segments=tuple(np.unique(segments).tolist()),
        factors=(),
        complete=people.complete,
        starting=Starting(**(starting or {})),
    )
    if problems := problems_around(model, around):
        raise ScenarioError(problems)
    return {"horizon": around.horizon, "start": start, "starting": around.starting}


def run(
    scenario: Scenario,
    *,
    threads: int | None = None,
    curves: bool = True,
    until: str | datetime.date | None = None,
    from_state: str | Path | None = None,
) -> Result:
    """Run a scenario from `read_scenario`; writes nothing.

    Parameters
    ----------
    threads, curves : as in `simulate`
    until : date, or length of time such as "9d", at which the run ends before its horizon
    from_state : results folder or file with a saved state that the run goes on from; see `Result.save_state`

    Raises
    ------
    GraphError, ScenarioError, ResourceError
        As `simulate`; ScenarioError when the scenario contradicts the past that it is to go on from.
    FolderError
        When there is no sound state.
    """
    if not isinstance(scenario, Scenario):
        raise ScenarioError(f"run takes a scenario, got {scenario!r}; write run(read_scenario({scenario!r}))")
    ahead = ahead_of(scenario, until=None if until is None else str(until), from_state=from_state)
    case = plan_ahead(ahead)
    result = _run(case, ahead.scenario.model, settings_in_use(ahead.scenario), threads=threads, curves=curves)
    return replace(result, past=partial(past_document, case, ahead))


def as_graph(graph: Any, model: Model | None) -> Graph:
    """Return a `Graph` as it is, or build one from a NetworkX graph with the attributes the model names.

    A NetworkX graph that has not changed since the last time is not built again.

    Raises
    ------
    GraphError
        When it is neither, or lacks an attribute.
    """
    if isinstance(graph, Graph):
        return graph
    return remembered_networkx(graph, attributes=model.tie_columns() if model is not None else ())


def _run(
    case: Case, model: Model, settings: Sequence[tuple[str, Any, str]], *, threads: int | None, curves: bool
) -> Result:
    if threads is not None:
        check_whole("threads", threads, 1, 100_000)
    n_threads, _ = limits.usable_threads(None if threads is None else int(threads))
    check_fits(case, threads=n_threads, curves=curves)
    results = run_case(case, threads=n_threads, curves=curves, max_memory=limits.usable_memory())
    return Result(
        **{f.name: getattr(results, f.name) for f in fields(Results)},
        settings=tuple(settings),
        follow=partial(_labelled_trail, case) if has_trees(case.process) else None,
        expect=partial(model.theory_line, case.graph, case.seed_nodes),
    )


def _labelled_trail(case: Case, replica: int) -> Iterator[tuple[Any, Any]]:
    for person, followed in who_followed_whom(case.process, replica):
        yield case.graph.labels[person], None if followed < 0 else case.graph.labels[followed]


def check_whole(name: str, value: Any, low: int, high: int) -> None:
    """Raise ScenarioError unless a value is a whole number from `low` to `high`."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise ScenarioError(f"{name}: must be a whole number, got {show(value)}")
    if not low <= value <= high:
        raise ScenarioError(f"{name}: must be from {low} to {high:,}, got {value:,}")
