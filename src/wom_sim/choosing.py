"""Choosing who starts, from Python."""

from __future__ import annotations

import contextlib
import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from .api import as_graph, check_whole, what_surrounds
from .engine.plan import prepare_direct
from .engine.streams import fresh_rng_seed, purpose_key
from .errors import GraphError, ResourceError, ScenarioError
from .graph.columns import check_people_columns
from .kernels.rng import SEEDING
from .models.base import Model
from .scenario.schema import MAX_STEPS
from .seeding.base import Strategy
from .seeding.catalogue import STRATEGIES
from .seeding.certificate import Certificate
from .spec import MAX_RNG_SEED


@dataclass(frozen=True)
class Seeds:
    """People chosen to start.

    nodes : list of labels, best first, after those who start already
    strategy : name of the strategy that chose
    rng_seed : the number its draws came from
    costs : float64 (k,), money for each; None: nobody costs anything
    certificate : how good the choice is at least, where the strategy knows; ``certificate.ratio``, ``.sentence()``
    notes : what to know about the choice, a line each
    """

    nodes: list[Any]
    strategy: str
    rng_seed: int
    costs: np.ndarray[Any, np.dtype[np.float64]] | None = None
    certificate: Certificate | None = None
    notes: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Any]:
        return iter(self.nodes)


def choose_seed_nodes(
    graph: Any,
    model: Model | None = None,
    *,
    k: int | None = None,
    strategy: str = "degree",
    rng_seed: int | None = None,
    threads: int | None = None,
    max_steps: int | None = None,
    horizon: str | None = None,
    start: datetime.date | None = None,
    starting: Mapping[str, Any] | None = None,
    **keys: Any,
) -> Seeds:
    """Choose the people who start.

    Parameters
    ----------
    graph : `Graph`, or a NetworkX graph
    model : what will spread; strategies such as "degree" look at the network alone, "opim" needs it
    k : how many; may be left out with a `budget`, and for "neighbourhood": a person and all contacts
    strategy : one of docs/seeding.md, such as "degree", "random" or "opim"
    rng_seed : fixes the draws of strategies that draw
    threads, max_steps, horizon, start, starting : as in `simulate`, for strategies that look at the model
    keys : those of `[seeding]` in a scenario file: ``budget``, ``cost_per_person``, ``among``, ``epsilon``, ...

    Raises
    ------
    GraphError
        When the network lacks what the model reads.
    ScenarioError
        When there is no such strategy or key, or the network has fewer than `k` people who may be chosen.
    """
    if model is not None and not isinstance(model, Model):
        raise ScenarioError(f"model must be a model or left out, got {model!r}; name the strategy: strategy={model!r}")
    known = [name for name in STRATEGIES if name != "nodes"]
    if strategy not in known:
        raise ScenarioError(f"strategy must be one of {', '.join(known)}, got {strategy!r}")
    if rng_seed is not None:
        check_whole("rng_seed", rng_seed, 0, MAX_RNG_SEED)
    if threads is not None:
        check_whole("threads", threads, 1, 100_000)
    if max_steps is not None:
        check_whole("max_steps", max_steps, 0, MAX_STEPS)
    seed = fresh_rng_seed() if rng_seed is None else int(rng_seed)
    people = as_graph(graph, model)
    if "n_seed_nodes" in keys:
        raise ScenarioError(f"n_seed_nodes is called k here; write k={keys['n_seed_nodes']!r}")
    if k is None and strategy != "neighbourhood" and "budget" not in keys:
        raise ScenarioError(f"k is missing: how many people shall {strategy!r} choose?")
    if k is not None:
        check_whole("k", k, 0, people.n_people)
        keys["n_seed_nodes"] = int(k)
    for name in ("among", "already", "segments", "except_segments"):
        if isinstance(keys.get(name), list | np.ndarray):
            keys[name] = tuple(keys[name])
    with _in_python_words():
        chosen: Strategy = STRATEGIES[strategy](**keys)
        check_people_columns(people, {f"seeding.{key}": column for key, column in chosen.people_columns().items()})
        if model is None:
            choice = chosen.priced(chosen.choose(people, key=purpose_key(seed, SEEDING)), people)
        else:
            around = what_surrounds(model, people, horizon, start, starting, max_steps)
            prepared = prepare_direct(people, model, rng_seed=seed, max_steps=max_steps, threads=threads, **around)
            choice = prepared.choose(chosen)
    return Seeds(
        nodes=people.labels.take(choice.nodes),
        strategy=strategy,
        rng_seed=seed,
        costs=choice.costs,
        certificate=choice.certificate,
        notes=tuple(_as_given(note) for note in choice.notes),
    )


@contextlib.contextmanager
def _in_python_words() -> Iterator[None]:
    """Name in messages what the caller gave, not the key of `[seeding]` that it becomes."""
    try:
        yield
    except ScenarioError as error:
        raise ScenarioError([_as_given(problem) for problem in error.problems]) from None
    except (GraphError, ResourceError) as error:
        error.args = (_as_given(str(error)),)
        raise


def _as_given(message: str) -> str:
    return re.sub(r"\bn_seed_nodes\b", "k", re.sub(r"\bseeding\.(?=[a-z])", "", message))
