"""Programs that take turns: on a machine that drifts, only what runs alternately can be compared."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from statistics import median

from .bench_peers import Run, Turn

FEWEST = 16
"""Replicas of a turn at least, for a mean and a variance."""

ERRORS_APART = 4.0
"""Standard errors by which two programs' means may differ."""


def in_turns(
    runs: Mapping[str, Run], *, rounds: int, seconds: float, grain: Mapping[str, int]
) -> dict[str, list[Turn]]:
    """Let each program run about as long as the others, round by round, after one turn to warm up.

    Parameters
    ----------
    seconds : of a turn, about
    grain : by program, what its number of replicas is a multiple of; 1 unless given
    """
    n_replicas = {}
    for name, run in runs.items():
        run(2, 1)
        unit, n = grain.get(name, 1), 8
        while (turn := run(-(-n // unit) * unit, 2)).ms * turn.n < 100.0 * seconds:  # a tenth of a turn tells enough
            n = 4 * turn.n
        wanted = max(FEWEST, math.ceil(1000.0 * seconds / turn.ms))
        n_replicas[name] = -(-wanted // unit) * unit
    turns: dict[str, list[Turn]] = {name: [] for name in runs}
    for number in range(rounds):
        for name, run in runs.items():
            turns[name].append(run(n_replicas[name], 1000 + number))
    return turns


def ms_of(turns: Sequence[Turn]) -> float:
    """Return the median of milliseconds a replica."""
    return median(turn.ms for turn in turns)


def ratio_of(peer: Sequence[Turn], ours: Sequence[Turn]) -> float:
    """Return how many times faster we are: the median over neighbouring turns."""
    return median(theirs.ms / own.ms for theirs, own in zip(peer, ours, strict=True))


def mean_of(turns: Sequence[Turn]) -> float:
    """Return the mean reach of all replicas."""
    return sum(turn.n * turn.mean for turn in turns) / sum(turn.n for turn in turns)


def errors_apart(peer: Sequence[Turn], ours: Sequence[Turn]) -> float:
    """Return by how many standard errors of their difference two means differ.

    A program that tells no variance is given ours: if both are right, both have the same.
    """
    own = _variance(ours)
    theirs = own if any(turn.variance is None for turn in peer) else _variance(peer)
    square = theirs / sum(turn.n for turn in peer) + own / sum(turn.n for turn in ours)
    difference = abs(mean_of(peer) - mean_of(ours))
    if square == 0.0:
        return 0.0 if difference < 1e-9 else math.inf
    return difference / math.sqrt(square)


def _variance(turns: Sequence[Turn]) -> float:
    """Return the variance of all replicas of turns that know theirs."""
    mean = mean_of(turns)
    square = sum((turn.n - 1) * (turn.variance or 0.0) + turn.n * (turn.mean - mean) ** 2 for turn in turns)
    return square / (sum(turn.n for turn in turns) - 1)
