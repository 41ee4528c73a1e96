"""Checks of what a model's numbers mean: curves, starters, certain parameters, more of a parameter."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..engine.process import Process
from ..engine.trees import has_trees, who_followed_whom
from ..graph.csr import Graph
from ..kernels.diffusion import AT_MAX_STEPS
from ..models.base import Model
from . import trials
from .faults import hold


def counts_fit_curves(model: Model) -> None:
    """A count is where its curve ends, nothing is below 0, promised curves never fall, promised parts add up."""
    for said, process in trials.each(model):
        chunk = trials.run(process)
        hold(bool((chunk.last_step >= 0).all()), f"{said}: last_step below 0")
        stopped = chunk.last_step[chunk.stop == AT_MAX_STEPS]
        end = trials.last_step_of(process)
        hold(bool((stopped == end).all()), f"{said}: a replica that was stopped ends at another step than {end}")
        hold(bool((chunk.last_step <= end).all()), f"{said}: a replica goes on beyond step {end}")
        for name in process.curve_names:
            heights = trials.heights(chunk, name)
            ends = np.array([curve[-1] for curve in heights])
            hold(bool((ends == chunk.counts[name]).all()), f"{said}: {name} is not where its curve ends")
            lowest = min(int(curve.min()) for curve in heights)
            hold(lowest >= 0, f"{said}: {name} comes to {lowest}")
            if name in model.promised().rises:
                falls = any((np.diff(curve) < 0).any() for curve in heights)
                hold(not falls, f"{said}: {name} falls, and `promises.rises` says it never does")
        parts = model.promised().adds_up
        if parts:
            whole = np.sum([chunk.counts[name] for name in parts], axis=0)
            hold(
                bool((whole == trials.people_of(process)).all()),
                f"{said}: {' + '.join(parts)} is not everybody at the end",
            )
        if parts and set(parts) <= set(process.curve_names):
            steps = [sum(curves) for curves in zip(*(trials.heights(chunk, name) for name in parts), strict=True)]
            everybody = all((np.asarray(height) == trials.people_of(process)).all() for height in steps)
            hold(everybody, f"{said}: {' + '.join(parts)} is not everybody at every step")


def starters_come_first(model: Model) -> None:
    """Those who start are counted at step 0; where nothing happens without them, nothing does; followers come later."""
    for said, graph in trials.networks(model).items():
        seeds = [0] if graph.n_people < 8 else [0, 7]
        process = trials.make_process(model, graph, seeds)
        main = process.curve_names[0]
        if main == "reach":
            at_start = {int(curve[0]) for curve in trials.heights(trials.run(process), main)}
            hold(min(at_start) >= len(seeds), f"{said}: {min(at_start)} reached at step 0, {len(seeds)} start")
        if model.needs_seeding:
            nobody = trials.run(trials.make_process(model, graph, []))
            hold(not nobody.counts[main].any() or main != "reach", f"{said}: people are reached though nobody starts")
        if has_trees(process):
            _check_order(process, said)


def _check_order(process: Process, said: str) -> None:
    for r in range(10):
        seen: set[int] = set()
        for v, followed in who_followed_whom(process, r):
            hold(followed == -1 or followed in seen, f"{said}: {v} follows {followed}, who has not joined before")
            hold(v not in seen, f"{said}: {v} joins twice")
            seen.add(v)


def certain_parameters_do_what_they_promise(model: Model) -> None:
    """With `promises.never` nobody joins but those who start, with `promises.always` all to whom ties lead."""
    promises = model.promised()
    for said, graph in trials.networks(model).items():
        seeds = [0] if graph.n_people < 8 else [0, 7]
        if promises.never is not None:
            found = _reached(_with(model, promises.never), graph, seeds)
            hold(found == {len(seeds)}, f"{said}: {found} people with {dict(promises.never)}, {len(seeds)} start")
        if promises.always is not None:
            found, expected = _reached(_with(model, promises.always), graph, seeds), _within_reach(graph, seeds)
            hold(found == {expected}, f"{said}: {found} people with {dict(promises.always)}, ties lead to {expected}")


def more_never_means_fewer(model: Model) -> None:
    """A larger value of each parameter in `promises.grows_with` loses nobody, replica by replica."""
    for key in model.promised().grows_with:
        value = getattr(model, key)
        if not trials.is_number(value) and not isinstance(value, tuple):
            continue  # left out, or a column
        more = tuple(map(_larger, value)) if isinstance(value, tuple) else _larger(value)
        stronger = _with(model, {key: list(more) if isinstance(more, tuple) else more})
        for said, process in trials.each(model):
            graph = trials.crowds(model)[said]
            weak = trials.run(process).counts[process.count_names[0]]
            other = trials.make_process(stronger, graph, [0, 7])
            strong = trials.run(other).counts[other.count_names[0]]
            fewer = int((strong < weak).sum())
            hold(fewer == 0, f"{said}: {key} = {more} gives fewer than {value} in {fewer} of {len(weak)} replicas")


def _reached(model: Model, graph: Graph, seeds: list[int]) -> set[int]:
    process = trials.make_process(model, graph, seeds, horizon=1e4, max_steps=10_000)
    return set(trials.run(process, 0, 5).counts[process.count_names[0]].tolist())


def _within_reach(graph: Graph, seeds: list[int]) -> int:
    if graph.complete:
        return graph.n_people if seeds else 0
    seen, waiting = set(seeds), list(seeds)
    while waiting:
        u = waiting.pop()
        new = set(graph.indices[graph.indptr[u] : graph.indptr[u + 1]].tolist()) - seen
        seen |= new
        waiting += new
    return len(seen)


def _with(model: Model, changes: Any) -> Model:
    values = {key: getattr(model, key) for key in model.model_fields_set}
    return type(model)(**{**values, **changes})


def _larger(value: float) -> float:
    if value > 1.0:
        return 1.25 * value
    return min(1.0, 1.25 * value) if value > 0.0 else 0.1
