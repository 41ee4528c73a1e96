"""Small networks and runs on which a model is tried."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..engine.case import last_step_allowed
from ..engine.families import process_of
from ..engine.process import Chunk, Process
from ..engine.streams import purpose_key
from ..errors import GraphError, ScenarioError
from ..graph.columns import PeopleColumn
from ..graph.csr import Graph, complete_graph
from ..models.base import Model, Setting, compile_on

RNG_SEED = 2**63 + 11
HORIZON = 12.0
"""Days that models are followed whose steps have a length."""
MAX_STEPS = 40
"""Steps after which other models are stopped."""
N_REPLICAS = 30


def ring_with_shortcuts(model: Model, *, n: int = 24, directed: bool = False, alone: int = 3) -> Graph:
    """Return a small world of n people and a few who know nobody, with the columns that a model reads."""
    u = np.arange(n)
    src = np.concatenate((u, u, u[::5]))
    dst = np.concatenate(((u + 1) % n, (u + 2) % n, (u[::5] + n // 2) % n))
    return network(model, src, dst, n + alone, directed=directed)


def network(
    model: Model, src: NDArray[np.int64], dst: NDArray[np.int64], n_people: int, *, directed: bool = True
) -> Graph:
    """Return a network with the columns that a model reads, in the middle of their ranges or near 0."""
    columns = {name: _within(low, high, len(src)) for name, (low, high) in model.tie_columns().items()}
    times = np.arange(len(src)) * 7 % 20 / 2.0 if model.on_contacts else None
    graph = Graph.from_edges(src, dst, directed=directed, n_people=n_people, tie_columns=columns, times=times)
    people = {asked.name: _column_of(asked, n_people) for asked in model.people_columns().values()}
    if not people:
        return graph
    return replace(graph, people_columns=people)


def networks(model: Model) -> dict[str, Graph]:
    """Return the networks a model is tried on, by what is said of them."""
    none = np.zeros(0, np.int64)
    tried = {
        "an undirected network": ring_with_shortcuts(model),
        "a directed network": ring_with_shortcuts(model, directed=True),
        "one person": network(model, none, none, 1),
        "people without ties": network(model, none, none, 6),
    }
    if not model.tie_columns() and not model.people_columns() and _mixes(model):
        tried["complete mixing"] = complete_graph(9)
    return tried


def _mixes(model: Model) -> bool:
    """Say whether a model runs where everybody is tied to everybody; one that cannot says so when it is compiled."""
    try:
        make_process(model, complete_graph(2), [0])
    except (GraphError, ScenarioError):
        return False
    return True


def _column_of(asked: PeopleColumn, n: int) -> NDArray[np.float64]:
    values = _within(asked.low, asked.high, n)
    return np.clip(np.round(values), asked.low, asked.high) if asked.whole else values


def _within(low: float, high: float, n: int) -> NDArray[np.float64]:
    top = min(high, low + 2.0) if np.isfinite(low) else 1.0
    bottom = low if np.isfinite(low) else 0.0
    spread: NDArray[np.float64] = 0.2 + 0.6 * (np.arange(n, dtype=np.float64) % 7.0) / 7.0
    return bottom + (top - bottom) * spread


def make_process(
    model: Model, graph: Graph, seed_nodes: Sequence[int], *, horizon: float = HORIZON, max_steps: int = MAX_STEPS
) -> Process:
    """Return a checked process of a model, ended by a horizon where its steps have a length, else after some steps."""
    length = model.step_length()
    setting = Setting(key=partial(purpose_key, RNG_SEED), horizon=None if length is None else horizon)
    process = process_of(
        compile_on(graph, model, setting),
        model,
        setting,
        seed_nodes=np.array(seed_nodes, np.int32),
        rng_seed=RNG_SEED,
        max_steps=last_step_allowed(max_steps if length is None else None, setting.horizon, length),
        n_replicas=N_REPLICAS,
    )
    process.check()
    return process


def run(process: Process, first: int = 0, last: int = N_REPLICAS, *, scratch: Any = None) -> Chunk:
    """Run replicas with their curves, in memory of their own unless given."""
    scratch = process.new_scratch(np.zeros(1, np.uint8)) if scratch is None else scratch
    return process.run_chunk(first, last, scratch, curves=True)


def same(one: Chunk, other: Chunk) -> bool:
    """Say whether two chunks hold the same numbers; undefined ones are alike."""
    pairs: list[tuple[NDArray[Any], NDArray[Any]]] = [(one.last_step, other.last_step), (one.stop, other.stop)]
    pairs += [(one.counts[name], other.counts[name]) for name in one.counts]
    pairs += [(one.newly[name], other.newly[name]) for name in one.newly]
    for kind, counts in one.groups.items():
        pairs += [(counts[name], other.groups[kind][name]) for name in counts]
    return all(np.array_equal(a, b, equal_nan=a.dtype.kind == "f") for a, b in pairs)


def heights(chunk: Chunk, name: str) -> list[NDArray[np.int64]]:
    """Return a curve's height at each step, an array a replica."""
    ends = np.cumsum(chunk.last_step + 1)
    return [np.cumsum(part, dtype=np.int64) for part in np.split(chunk.newly[name], ends[:-1])]


def crowds(model: Model) -> dict[str, Graph]:
    """Return the networks of `networks` on which something can happen."""
    return {said: graph for said, graph in networks(model).items() if graph.n_people >= 8}


def each(model: Model) -> Iterator[tuple[str, Process]]:
    """Yield the model on each of these networks, with two people who start."""
    for said, graph in crowds(model).items():
        yield said, make_process(model, graph, [0, 7])


def last_step_of(process: Process) -> int:
    """Return the step at which a process stops its replicas."""
    any_process: Any = process
    return int(any_process.max_steps)


def people_of(process: Process) -> int:
    """Return the number of people in a process of the catalogue."""
    catalogued: Any = process
    return int(catalogued.model.world.n_people)


def is_number(value: Any) -> bool:
    """Say whether a parameter is one number, rather than a choice, a column or left out."""
    return isinstance(value, int | float) and not isinstance(value, bool)
