"""Runs a model of the catalogue as the engine does, and lets a test look at each replica."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from hypothesis import strategies as st

from networks import NO_SETTING
from wom_sim.engine.families import process_of
from wom_sim.graph.csr import Graph
from wom_sim.models.base import Model
from wom_sim.scenario.schema import MAX_STEPS


class Replica(NamedTuple):
    """One replica: counts and amounts by name, curves as changes by name, and who joined after whom."""

    counts: dict[str, Any]
    last_step: int
    stop: int
    changes: dict[str, list[int]]
    joined: list[tuple[int, int]]


def make_process(graph: Graph, model: Model, seed_nodes: Sequence[int], *, rng_seed=1, max_steps=MAX_STEPS):
    process = process_of(
        model.compile(graph, NO_SETTING),
        model,
        NO_SETTING,
        seed_nodes=np.array(seed_nodes, np.int32),
        rng_seed=rng_seed,
        max_steps=max_steps,
    )
    process.check()
    return process


def replicas(
    graph: Graph, model: Model, seed_nodes: Sequence[int], n_replicas: int, *, rng_seed=1, max_steps=MAX_STEPS, first=0
) -> list[Replica]:
    """Run replicas first .. first + n_replicas - 1, each alone, in the same scratch."""
    process = make_process(graph, model, seed_nodes, rng_seed=rng_seed, max_steps=max_steps)
    scratch = process.new_scratch(np.zeros(1, np.uint8))
    if hasattr(scratch, "parent") and not len(scratch.parent):  # kept only for those who ask for trees
        scratch = scratch._replace(parent=np.zeros_like(scratch.order))
    found = []
    for r in range(first, first + n_replicas):
        chunk = process.run_chunk(r, r + 1, scratch, curves=True)
        joined = []
        if hasattr(scratch, "order"):
            order = scratch.order[: int(chunk.counts[process.count_names[0]][0])]
            joined = [(int(v), int(scratch.parent[v])) for v in order]
        found.append(
            Replica(
                counts={name: count[0].item() for name, count in chunk.counts.items()},
                last_step=int(chunk.last_step[0]),
                stop=int(chunk.stop[0]),
                changes={name: change.tolist() for name, change in chunk.newly.items()},
                joined=joined,
            )
        )
    return found


def columns(graph: Graph, model: Model, seed_nodes: Sequence[int], n_replicas: int, **options) -> dict[str, np.ndarray]:
    """Run replicas at once; return each count and amount, and the last step."""
    process = make_process(graph, model, seed_nodes, **options)
    chunk = process.run_chunk(0, n_replicas, process.new_scratch(np.zeros(1, np.uint8)), curves=False)
    return {**chunk.counts, "last_step": chunk.last_step}


@st.composite
def small_networks(draw, *, max_people=7, directed=None):
    """A network of few people with any ties, isolated people among them, and some who start."""
    n = draw(st.integers(1, max_people))
    pairs = [(u, v) for u in range(n) for v in range(n) if u != v]
    ties = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=20)) if pairs else []
    is_directed = draw(st.booleans()) if directed is None else directed
    src, dst = np.array(ties, np.int64).reshape(-1, 2).T
    graph = Graph.from_edges(src, dst, directed=is_directed, n_people=n)
    seeds = draw(st.lists(st.integers(0, n - 1), unique=True, max_size=min(n, 3)))
    return graph, seeds
