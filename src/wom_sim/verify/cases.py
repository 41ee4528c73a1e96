"""What a case of the verification is: something expected, something found, and how unlikely their distance is.

Each case gives one p-value: the chance that a right program is as far off or farther. A case may state a bias, such as
that of a finite network against a limit, which is then taken off the distance; it is printed with the case.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..results.results import Results

Level = Literal["quick", "full"]

NEEDS_DATA = "--data"
"""What a case needs that reads files which are not part of the package."""


@dataclass(frozen=True)
class Drawing:
    """What a page may draw of a case: simulated points with their standard errors over what theory says.

    x, expected, got, error : float64 (points,)
    label : str   of the x axis
    """

    x: NDArray[np.float64]
    expected: NDArray[np.float64]
    got: NDArray[np.float64]
    error: NDArray[np.float64]
    label: str


@dataclass(frozen=True)
class Outcome:
    """What one case found.

    expected, got : as printed; of several numbers those farthest apart
    off : distance in standard errors, the stated bias taken off; infinite where something exact differs
    p_value : chance that a right program is as far off or farther
    n : replicas, or numbers compared exactly
    fault : what was raised instead of an answer
    """

    expected: float
    got: float
    off: float
    p_value: float
    n: int
    drawing: Drawing | None = None
    fault: str = ""


@dataclass(frozen=True)
class Budget:
    """How much a case may spend, and its luck.

    level : a quick run, or a full one
    rng_seed : the case's own, from its name and the number that the whole verification was given
    data : folder of real networks, if one was given
    """

    level: Level
    rng_seed: int
    data: Path | None = None

    def replicas(self, quick: int, *, full: int | None = None) -> int:
        """Return the number of replicas: as many as named, in a full run ten times as many or as named."""
        return quick if self.level == "quick" else (10 * quick if full is None else full)


@dataclass(frozen=True)
class Case:
    """One line of the table.

    name : str       what is held against what; unique
    kind : str       the model
    against : str    where the expected number comes from: a formula, an enumeration, a publication, a program
    try_it : Budget -> Outcome
    bias : str       the deviation that is stated and allowed, in words; empty where none is
    level : "full"   where it is too long for a quick run
    needs : str      a package without which the case is skipped; `NEEDS_DATA`: a folder of data
    """

    name: str
    kind: str
    against: str
    try_it: Callable[[Budget], Outcome]
    bias: str = field(default="", kw_only=True)
    level: Level = field(default="quick", kw_only=True)
    needs: str = field(default="", kw_only=True)

    def budget(self, level: Level, rng_seed: int, data: Path | None = None) -> Budget:
        """Return what this case may spend; its luck does not depend on which others are run."""
        digest = hashlib.sha256(f"{rng_seed} {self.name}".encode()).digest()
        return Budget(level, int.from_bytes(digest[:8], "big"), data)


def mean_against(sample: ArrayLike, expected: float, *, expected_error: float = 0.0, margin: float = 0.0) -> Outcome:
    """Compare the mean of independent replicas with a number.

    Parameters
    ----------
    sample : (R,), a value a replica
    expected_error : standard error of the expected number itself, where it was estimated
    margin : stated bias, at least 0

    The distance is (|mean - expected| - margin) / sqrt(sd^2 / R + expected_error^2), its chance two-sided normal.
    """
    values = np.asarray(sample, np.float64)
    mean = float(values.mean())
    error = float(np.hypot(values.std(ddof=1) / np.sqrt(len(values)), expected_error)) if len(values) > 1 else 0.0
    off, p_value = _distance(abs(mean - expected) - margin, error, size=expected)
    return Outcome(expected, mean, off, p_value, len(values))


def means_agree(ours: ArrayLike, theirs: ArrayLike) -> Outcome:
    """Compare the means of two independent samples: distance over the root of the sum of their squared errors."""
    other = np.asarray(theirs, np.float64)
    error = float(other.std(ddof=1) / np.sqrt(len(other)))
    return mean_against(ours, float(other.mean()), expected_error=error)


def curve_against(
    samples: ArrayLike, expected: ArrayLike, x: ArrayLike, *, margin: ArrayLike = 0.0, label: str = "step"
) -> Outcome:
    """Compare the mean of a curve with theory at several points.

    Parameters
    ----------
    samples : (R, points), a curve a replica     expected, x : (points,)
    margin : stated bias, of all points or of each (points,)

    The chance is the smallest of the points times their number (Bonferroni), at most 1.
    """
    values, wanted = np.asarray(samples, np.float64), np.asarray(expected, np.float64)
    mean = values.mean(axis=0)
    error = values.std(axis=0, ddof=1) / np.sqrt(len(values))
    beyond = np.abs(mean - wanted) - np.asarray(margin, np.float64)
    found = [_distance(float(b), float(s), size=float(e)) for b, s, e in zip(beyond, error, wanted, strict=True)]
    worst = int(np.argmin([p for _, p in found]))
    p_value = min(1.0, found[worst][1] * len(found))
    drawing = Drawing(np.asarray(x, np.float64), wanted, mean, error, label)
    return Outcome(float(wanted[worst]), float(mean[worst]), found[worst][0], p_value, len(values), drawing)


def heights_at(result: Results, steps: ArrayLike, *, name: str = "") -> NDArray[np.int64]:
    """Return a curve's height at each of the steps: int64 (R, steps); after a replica's last step that of its end."""
    curve = result.curve_of(name or result.main_curve)
    return curve[:, np.minimum(np.asarray(steps, np.int64), curve.shape[1] - 1)]


def frequencies_against(counts: Sequence[int] | NDArray[np.int64], chances: ArrayLike) -> Outcome:
    """Compare how often each outcome came with its chance: Pearson's chi-square, outcomes expected below 5 joined.

    The number printed is the share of the most frequent outcome; what cannot be must not have come.
    """
    from scipy.stats import chi2, norm

    seen, prob = np.asarray(counts, np.float64), np.asarray(chances, np.float64)
    total = seen.sum()
    if (seen[prob == 0.0] > 0).any():
        impossible = int(np.argmax((prob == 0.0) & (seen > 0)))
        return Outcome(0.0, float(seen[impossible] / total), np.inf, 0.0, int(total))
    seen, prob = seen[prob > 0.0], prob[prob > 0.0]
    order = np.argsort(prob)
    groups = _groups_of_five(prob[order] * total)
    joined_seen = np.bincount(groups, weights=seen[order])
    joined_prob = np.bincount(groups, weights=prob[order])
    wanted = joined_prob / joined_prob.sum() * total
    statistic = float(((joined_seen - wanted) ** 2 / wanted).sum())
    p_value = float(chi2.sf(statistic, max(len(wanted) - 1, 1)))
    top = int(np.argmax(prob))
    return Outcome(
        float(prob[top]), float(seen[top] / total), float(norm.isf(max(p_value, 1e-300) / 2)), p_value, int(total)
    )


def equal(expected: Any, got: Any) -> Outcome:
    """Compare numbers that must be equal: integers, arrays of integers."""
    wanted, found = np.atleast_1d(np.asarray(expected)), np.atleast_1d(np.asarray(got))
    same = wanted.shape == found.shape and bool((wanted == found).all())
    if same:
        return Outcome(float(wanted.flat[0]), float(found.flat[0]), 0.0, 1.0, wanted.size)
    differ = int(np.argmax(wanted != found)) if wanted.shape == found.shape else 0
    return Outcome(float(wanted.flat[differ]), float(found.flat[differ]), np.inf, 0.0, wanted.size)


def close(expected: ArrayLike, got: ArrayLike, *, tolerance: float) -> Outcome:
    """Compare numbers that are not random, within a tolerance of rounding."""
    wanted, found = np.atleast_1d(np.asarray(expected, np.float64)), np.atleast_1d(np.asarray(got, np.float64))
    worst = int(np.argmax(np.abs(wanted - found)))
    inside = bool(np.abs(wanted - found)[worst] <= tolerance)
    e, g = float(wanted[worst]), float(found[worst])
    return Outcome(e, g, 0.0 if inside else np.inf, 1.0 if inside else 0.0, wanted.size)


def _groups_of_five(wanted: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the group of each outcome, the rarest first: a group is closed once 5 or more are expected in it."""
    groups, within, group = np.empty(len(wanted), np.int64), 0.0, 0
    for i, expected in enumerate(wanted):
        groups[i] = group
        within += expected
        if within >= 5.0:
            within, group = 0.0, group + 1
    groups[groups == group] = max(group - 1, 0)  # what is left over is too little for a group of its own
    return groups


def _distance(beyond: float, error: float, *, size: float) -> tuple[float, float]:
    """Return a distance in standard errors and its two-sided chance; without an error anything off is impossible.

    Parameters
    ----------
    size : the number compared with; a billionth of it is rounding
    """
    if beyond <= 1e-9 * max(1.0, abs(size)):
        return 0.0, 1.0
    if error <= 0.0:
        return np.inf, 0.0
    from scipy.stats import norm

    off = beyond / error
    return float(off), float(2.0 * norm.sf(off))
