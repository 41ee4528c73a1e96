"""Exact spread on small networks, averaged over every set of live ties.

Whoever hears from the seed nodes along live ties is reached, at the step that is their distance in live ties.
Source: Kempe, Kleinberg & Tardos (2015), claims 2.3 and 2.6.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from math import fsum, prod
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import ranges
from .ties import Tie, checked_seed_nodes, checked_ties, combined_chances, combined_weights, one_a_tie, reachable

MAX_WORLDS = 2**24
"""Sets of live ties looked at, at most: some seconds."""

_CHUNK = 2**16


class Exact(NamedTuple):
    """Expectations without sampling error.

    spread : float   expected number of people reached, seed nodes included
    activation : float64 (n_people,)   chance that each person is reached
    curve : float64 (steps + 1,)   expected number reached by each step; it stays at the last number from there on
    """

    spread: float
    activation: NDArray[np.float64]
    curve: NDArray[np.float64]


class ExactOpinions(NamedTuple):
    """Expected numbers of people reached who are content and who are not, seed nodes included."""

    positive: float
    negative: float


class PathSum(NamedTuple):
    """What the paths followed add up to: a lower bound, short of the truth by the paths left out."""

    spread: float
    activation: NDArray[np.float64]


class _Choice(NamedTuple):
    """One thing left to chance: option i makes the ties of options[i] live."""

    options: list[tuple[Tie, ...]]
    chances: list[float]


# Public.


def cascade_exact(
    n_people: int,
    ties: Sequence[Tie],
    *,
    chances: ArrayLike,
    seed_nodes: Sequence[int],
    max_steps: int | None = None,
) -> Exact:
    """Work out the independent cascade: each new adopter has one chance to pass it on along each tie.

    Ties u -> v and v -> u with the same chance share one coin, since only one of them is ever tried; ties that cannot
    matter and ties that surely pass need none. Parallel ties each have their chance.

    Parameters
    ----------
    n_people : int   people are 0 to n_people - 1
    ties : pairs (u, v)   u influences v; give both directions where both are meant
    chances : float, or float (n_ties,)   chance that a tie passes, in [0, 1]
    seed_nodes : people who start; repeats are harmless
    max_steps : int >= 0   whoever is reached at this step tells nobody; None for no end

    Raises
    ------
    ValueError
        When an argument is out of range, or more than `MAX_WORLDS` sets of live ties would have to be looked at.

    Source: Kempe, Kleinberg & Tardos (2015), claim 2.3.
    """
    pairs, seeds = checked_ties(n_people, ties), checked_seed_nodes(n_people, seed_nodes)
    passes = _that_matter(combined_chances(pairs, one_a_tie("chances", chances, len(pairs))), seeds)
    return _average(n_people, seeds, _coins(passes), max_steps)


def linear_threshold_exact(
    n_people: int,
    ties: Sequence[Tie],
    *,
    weights: ArrayLike,
    seed_nodes: Sequence[int],
    max_steps: int | None = None,
) -> Exact:
    """Work out the linear threshold model: people follow once enough weight has, their thresholds uniform in [0, 1].

    In live ties: each person listens to one tie at most, to each with its weight as the chance.

    Parameters
    ----------
    n_people : int   people are 0 to n_people - 1
    ties : pairs (u, v)   u influences v
    weights : float, or float (n_ties,)   in [0, 1], summing to at most 1 into each person
    seed_nodes : people who start; repeats are harmless
    max_steps : int >= 0   whoever is reached at this step moves nobody; None for no end

    Raises
    ------
    ValueError
        When an argument is out of range, or more than `MAX_WORLDS` sets of live ties would have to be looked at.

    Source: Kempe, Kleinberg & Tardos (2015), claim 2.6.
    """
    pairs, seeds = checked_ties(n_people, ties), checked_seed_nodes(n_people, seed_nodes)
    heard = _that_matter(combined_weights(pairs, one_a_tie("weights", weights, len(pairs))), seeds)
    return _average(n_people, seeds, _listeners(heard), max_steps)


def negative_opinion_exact(
    n_people: int,
    ties: Sequence[Tie],
    *,
    chances: ArrayLike,
    quality: float,
    seed_nodes: Sequence[int],
    max_steps: int | None = None,
) -> ExactOpinions:
    """Work out the cascade with negative opinions: who hears from the unhappy is unhappy, others with 1 - quality.

    A person at distance d from the seed nodes is content with chance quality^(d + 1). Of several who succeed in one
    step one counts, drawn alike whatever they think; rules that favour an opinion there come to other numbers.

    Parameters
    ----------
    n_people, ties, chances, seed_nodes, max_steps : as in `cascade_exact`
    quality : float   chance that somebody told good things stays content, in [0, 1]

    Raises
    ------
    ValueError
        As in `cascade_exact`, or when quality is outside [0, 1].

    Source: Chen et al. (2011), "Influence maximization in social networks when negative opinions may emerge and
    propagate".
    """
    ranges.prob("quality", quality)
    found = cascade_exact(n_people, ties, chances=chances, seed_nodes=seed_nodes, max_steps=max_steps)
    newly = np.diff(found.curve, prepend=0.0)
    positive = float(newly @ quality ** np.arange(1.0, len(newly) + 1))
    return ExactOpinions(positive, found.spread - positive)


def linear_threshold_by_paths(
    n_people: int,
    ties: Sequence[Tie],
    *,
    weights: ArrayLike,
    seed_nodes: Sequence[int],
    smallest: float = 1e-8,
) -> PathSum:
    """Sum the linear threshold model over simple paths, for networks with too many ties to enumerate.

    A person is reached with the sum, over simple paths from a seed node that meet no other, of the weights' product.

    Parameters
    ----------
    n_people, ties, weights, seed_nodes : as in `linear_threshold_exact`
    smallest : float > 0   a path is left once its product is below this; smaller is nearer the truth and slower

    Raises
    ------
    ValueError
        When an argument is out of range.

    Source: Chen, Yuan & Zhang (2010), "Scalable influence maximization in social networks under the linear threshold
    model".
    """
    ranges.positive("smallest", smallest)
    pairs, seeds = checked_ties(n_people, ties), checked_seed_nodes(n_people, seed_nodes)
    listeners: list[list[tuple[int, float]]] = [[] for _ in range(n_people)]
    for (u, v), weight in _that_matter(
        combined_weights(pairs, one_a_tie("weights", weights, len(pairs))), seeds
    ).items():
        listeners[u].append((v, weight))
    activation, on_path = [0.0] * n_people, [False] * n_people
    for s in seeds:
        # The path so far: whom it has come to, with what product, and whom it may still turn to from there.
        path = [(s, 1.0, iter(listeners[s]))]
        activation[s], on_path[s] = 1.0, True
        while path:
            u, product, rest = path[-1]
            for v, weight in rest:
                if not on_path[v] and product * weight >= smallest:
                    activation[v] += product * weight
                    on_path[v] = True
                    path.append((v, product * weight, iter(listeners[v])))
                    break
            else:
                on_path[u] = False
                path.pop()
    return PathSum(fsum(activation), np.array(activation))


# What is left to chance.


def _that_matter(numbers: dict[Tie, float], seed_nodes: list[int]) -> dict[Tie, float]:
    """Drop ties from people whom nothing can reach, and into seed nodes."""
    within = reachable(numbers, seed_nodes)
    return {(u, v): number for (u, v), number in numbers.items() if u in within and v not in seed_nodes}


def _coins(passes: dict[Tie, float]) -> list[_Choice]:
    found = []
    for (u, v), chance in passes.items():
        both = passes.get((v, u)) == chance
        if both and u > v:
            continue
        live = ((u, v), (v, u)) if both else ((u, v),)
        found.append(_Choice([live], [1.0]) if chance >= 1 else _Choice([(), live], [1 - chance, chance]))
    return found


def _listeners(heard: dict[Tie, float]) -> list[_Choice]:
    of_person: dict[int, list[Tie]] = defaultdict(list)
    for tie in heard:
        of_person[tie[1]].append(tie)
    found = []
    for into in of_person.values():
        weights = [heard[tie] for tie in into]
        found.append(_Choice([(), *((tie,) for tie in into)], [max(0.0, 1 - fsum(weights)), *weights]))
    return found


# The average.


def _average(n_people: int, seed_nodes: list[int], choices: list[_Choice], max_steps: int | None) -> Exact:
    if max_steps is not None:
        ranges.count("max_steps", max_steps)
    n_worlds = prod(len(choice.options) for choice in choices)
    if n_worlds > MAX_WORLDS:
        raise ValueError(f"ties: must leave at most {MAX_WORLDS} sets of live ties to chance, got {n_worlds:.3g}")
    last_step = n_people - 1 if max_steps is None else min(max_steps, n_people - 1)
    newly = np.zeros((last_step + 1, n_people))
    newly[0, seed_nodes] = 1
    for start in range(0, n_worlds, _CHUNK):
        index = np.arange(start, min(start + _CHUNK, n_worlds))
        chance = np.ones(len(index))
        live: dict[Tie, NDArray[np.bool_]] = {}
        for choice in choices:
            index, option = np.divmod(index, len(choice.options))
            chance *= np.array(choice.chances)[option]
            live |= {tie: option == i for i, ties in enumerate(choice.options) for tie in ties}
        _add_newly(newly, seed_nodes, live, chance)
    newly = newly[: 1 + int(np.flatnonzero(newly.any(axis=1))[-1])]
    activation = newly.sum(axis=0)
    return Exact(float(newly.sum()), activation, newly.sum(axis=1).cumsum())


def _add_newly(
    newly: NDArray[np.float64],
    seed_nodes: list[int],
    live: dict[Tie, NDArray[np.bool_]],
    chance: NDArray[np.float64],
) -> None:
    """Add the chance of each world to whoever is reached in it, at their step; breadth first in all worlds at once."""
    told = np.zeros((newly.shape[1], len(chance)), np.bool_)
    told[seed_nodes] = True
    frontier = told.copy()
    for reached_now in newly[1:]:
        heard = np.zeros_like(told)
        for (u, v), is_live in live.items():
            heard[v] |= frontier[u] & is_live
        frontier = heard & ~told
        if not frontier.any():
            return
        told |= frontier
        reached_now += frontier @ chance
