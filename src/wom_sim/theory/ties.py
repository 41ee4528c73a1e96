"""Small networks as lists of ties: checks, parallel ties in one, who can be reached at all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from math import fsum

import numpy as np
from numpy.typing import ArrayLike

from . import ranges

Tie = tuple[int, int]
"""(u, v): u influences v."""

ROUNDING = 1e-12
"""Weights into one person may sum to this much more than 1: three times a third is more than 1 in binary."""


def checked_ties(n_people: int, ties: Sequence[Tie]) -> list[Tie]:
    """Return the ties as pairs of Python integers.

    Raises
    ------
    ValueError
        When a tie names somebody who is not there, or joins a person to themselves.
    """
    ranges.count("n_people", n_people, 1)
    pairs = [(int(u), int(v)) for u, v in ties]
    for e, (u, v) in enumerate(pairs):
        if not (0 <= u < n_people and 0 <= v < n_people):
            raise ValueError(f"ties[{e}]: must name people from 0 to {n_people - 1}, got ({u}, {v})")
        if u == v:
            raise ValueError(f"ties[{e}]: must join two people, got ({u}, {v})")
    return pairs


def checked_seed_nodes(n_people: int, seed_nodes: Iterable[int]) -> list[int]:
    """Return the seed nodes in order, each once.

    Raises
    ------
    ValueError
        When there are none, or one is not there.
    """
    seeds = sorted({int(u) for u in seed_nodes})
    if not seeds:
        raise ValueError("seed_nodes: must name at least one person, got none")
    if seeds[0] < 0 or seeds[-1] >= n_people:
        wrong = seeds[0] if seeds[0] < 0 else seeds[-1]
        raise ValueError(f"seed_nodes: must name people from 0 to {n_people - 1}, got {wrong}")
    return seeds


def one_a_tie(name: str, values: ArrayLike, n_ties: int) -> list[float]:
    """Return one number a tie, each in [0, 1], from one number for all ties or a sequence of them.

    Raises
    ------
    ValueError
        When there are too many or too few, or one is outside [0, 1].
    """
    numbers = np.asarray(values, np.float64)
    if numbers.ndim and numbers.shape != (n_ties,):
        raise ValueError(f"{name}: must be one number or one for each of {n_ties} ties, got shape {numbers.shape}")
    wrong = numbers[~((numbers >= 0) & (numbers <= 1))]
    if wrong.size:
        raise ValueError(f"{name}: must be in [0, 1], got {wrong.flat[0]}")
    found: list[float] = np.broadcast_to(numbers, n_ties).tolist()
    return found


def combined_chances(ties: list[Tie], chances: list[float]) -> dict[Tie, float]:
    """Return one chance a pair of people: parallel ties fail together with the product of their chances to fail."""
    passes: dict[Tie, float] = defaultdict(float)
    for tie, chance in zip(ties, chances, strict=True):
        passes[tie] += (1 - passes[tie]) * chance
    return {tie: chance for tie, chance in passes.items() if chance > 0}


def combined_weights(ties: list[Tie], weights: list[float]) -> dict[Tie, float]:
    """Return one weight a pair of people, the sum of its parallel ties.

    Raises
    ------
    ValueError
        When the weights into one person sum to more than 1.
    """
    weight_of: dict[Tie, list[float]] = defaultdict(list)
    into: dict[int, list[float]] = defaultdict(list)
    for (u, v), weight in zip(ties, weights, strict=True):
        weight_of[u, v].append(weight)
        into[v].append(weight)
    for v, shares in into.items():
        if fsum(shares) > 1 + ROUNDING:
            raise ValueError(f"weights: must sum to at most 1 into each person, got {fsum(shares)} into person {v}")
    return {tie: fsum(shares) for tie, shares in weight_of.items() if fsum(shares) > 0}


def reachable(ties: Iterable[Tie], seed_nodes: list[int]) -> set[int]:
    """Return everybody whom a chain of ties leads to, seed nodes included."""
    listeners: dict[int, list[int]] = defaultdict(list)
    for u, v in ties:
        listeners[u].append(v)
    found, waiting = set(seed_nodes), list(seed_nodes)
    while waiting:
        new = set(listeners[waiting.pop()]) - found
        found |= new
        waiting += new
    return found
