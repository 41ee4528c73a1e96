"""How much each key matters: Morris' elementary effects and Sobol indices of case means, with honest intervals.

A case's mean over R replicas is the model's expectation and a rest of luck. All cases share that luck, replica by
replica, so that what it adds to all of them alike falls out of every difference; what it adds to some more than to
others stays. It inflates the variance between cases, total indices and elementary effects, and no analysis of the means
alone can tell it from an effect. Two things are reported instead of guessed:

- `Luck.noise`, the part of the variance between cases that is the luck of these R replicas. With y the metric of case c
  in replica r, and d the difference from the mean over cases in the same replica, it is mean_c var_r(d) / R over the
  variance of the means. Where it is small the indices are those of the expectation.
- Intervals from 200 resamples of both, the points of the design (blocks or trajectories drawn with replacement) and the
  replicas (Bayesian bootstrap, Rubin 1981: the same random weights in every case, so that pairs stay pairs). An
  interval is the value and 1.96 standard deviations of the resamples on each side: quantiles of them would lie too high
  for total indices, as each resample has noise twice. Intervals are on the safe side: points of a Sobol sequence fill
  the cube more evenly than a resample knows, and luck that one case does not share with others is counted up to three
  times in the variance (Owen 2007, The pigeonhole bootstrap, Annals of Applied Statistics 1, 386-411).
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..engine.streams import purpose_key
from ..errors import ResultError
from ..kernels import rng
from .points import Design
from .sensitivity_designs import LEVELS, MorrisDesign, SaltelliDesign, problem_of, salib

RESAMPLES = 200
MARGIN = 1.96

Floats = NDArray[np.float64]


class Estimate(NamedTuple):
    """A number with its standard error, which covers the design and the replicas."""

    value: float
    error: float

    def interval(self) -> tuple[float, float]:
        """Return the 95 % interval."""
        return self.value - MARGIN * self.error, self.value + MARGIN * self.error


@dataclass(frozen=True)
class Luck:
    """What replicas add to what is varied.

    mean, spread : of the case means, the second their standard deviation
    noise : part of the variance of the means that is the luck of these replicas; None of a single replica
    part : of the variance of single replicas, what luck makes, the rest being made by what is varied; None likewise
    """

    mean: float
    spread: float
    noise: float | None
    part: float | None


@dataclass(frozen=True)
class Means:
    """Case means of a metric.

    of_cases : float64 (C,)     resampled : float64 (C, RESAMPLES), with random weights of replicas, equal in all cases
    """

    of_cases: Floats
    resampled: Floats
    luck: Luck


@dataclass(frozen=True)
class SobolIndices:
    """Parts of the variance of the expectation, axis by axis.

    first : made by an axis alone     total : by it and with others     second : by two together, beyond each alone
    """

    first: tuple[Estimate, ...]
    total: tuple[Estimate, ...]
    second: dict[tuple[int, int], Estimate]


@dataclass(frozen=True)
class MorrisEffects:
    """Change of the metric for a step through the whole range of an axis, axis by axis.

    mu : its mean over the design     mu_star : the mean of its size     sigma : its standard deviation, above 0 where
    the change depends on where the step is taken: through a curve, or through others
    """

    mu: tuple[Estimate, ...]
    mu_star: tuple[Estimate, ...]
    sigma: tuple[Estimate, ...]


def case_means(cases: Iterable[tuple[int, Floats]], design: Design, *, metric: str, number: int) -> Means:
    """Return the means of a metric over replicas, those that do not define it left out.

    Parameters
    ----------
    cases : number and values, float64 (R,), of every case, in order of replicas; held in memory one at a time
    number : fixes the resamples, in [0, 2^64)

    Raises
    ------
    ResultError
        When a case is missing, has fewer replicas than others or none that defines the metric; the message names it.
    """
    n_cases = len(design)
    means, resampled = np.full(n_cases, np.nan), np.full((n_cases, RESAMPLES), np.nan)
    weights, sums, within, n_done, paired = np.empty((0, 0)), np.empty(0), 0.0, 0, True
    for case, values in cases:
        known = ~np.isnan(values)
        if not known.any():
            break
        if len(weights) == 0:
            weights, sums = _weights(len(values), number), np.zeros(len(values))
        if case != n_done or len(values) != len(weights):
            break
        filled = np.where(known, values, 0.0)
        means[case] = filled.sum() / known.sum()
        resampled[case] = (filled @ weights) / (known @ weights)
        within += float(np.var(values[known], ddof=1)) if known.sum() > 1 else 0.0
        sums += filled
        paired = paired and bool(known.all())
        n_done += 1
    if n_done < n_cases:
        raise ResultError(
            f"{metric}: case {n_done} ({_said(design, n_done)}) lacks it, in some replicas or all; indices need every "
            "case: run it again, narrow the ranges, or take another metric"
        )
    return Means(means, resampled, _luck(means, within / n_cases, sums / n_cases, paired=paired))


def sobol_indices(design: SaltelliDesign, means: Means, *, metric: str, number: int) -> SobolIndices:
    """Return first-order, total and, where the design has them, second-order indices.

    Raises
    ------
    ResultError
        When the metric is the same in all cases.

    Source: Saltelli et al. (2010), Computer Physics Communications 181, 259-270, table 2, (b) and (f), by SALib.
    """
    _check_varies(means, metric)
    n_axes, analyze = len(design.axes), salib("analyze.sobol").analyze
    pairs = list(combinations(range(n_axes), 2)) if design.second else []

    def indices(values: Floats, _: Floats) -> Floats:
        # Its own intervals know nothing of replicas; two resamples are the fewest it makes without complaint.
        found = analyze(problem_of(n_axes), values, calc_second_order=design.second, num_resamples=2, seed=1)
        return np.array([*found["S1"], *found["ST"], *(found["S2"][pair] for pair in pairs)])

    found = _estimates(indices, design.coordinates, means, design.block, number)
    return SobolIndices(
        tuple(found[:n_axes]), tuple(found[n_axes : 2 * n_axes]), dict(zip(pairs, found[2 * n_axes :], strict=True))
    )


def morris_effects(design: MorrisDesign, means: Means, *, metric: str, number: int) -> MorrisEffects:
    """Return elementary effects.

    Raises
    ------
    ResultError
        When the metric is the same in all cases.

    Source: Morris (1991); mu* of Campolongo, Cariboni & Saltelli (2007); by SALib.
    """
    _check_varies(means, metric)
    n_axes, analyze = len(design.axes), salib("analyze.morris").analyze

    def effects(values: Floats, coordinates: Floats) -> Floats:
        found = analyze(problem_of(n_axes), coordinates, values, num_resamples=2, num_levels=LEVELS, seed=1)
        return np.concatenate([np.asarray(found[name], np.float64) for name in ("mu", "mu_star", "sigma")])

    found = _estimates(effects, design.coordinates, means, n_axes + 1, number)
    return MorrisEffects(tuple(found[:n_axes]), tuple(found[n_axes : 2 * n_axes]), tuple(found[2 * n_axes :]))


def _estimates(
    analyse: Callable[[Floats, Floats], Floats], coordinates: Floats, means: Means, block: int, number: int
) -> list[Estimate]:
    """Return what an analysis finds, with its spread over resamples of blocks of cases and of replicas."""
    n_blocks = len(coordinates) // block
    rows = np.arange(len(coordinates)).reshape(n_blocks, block)
    lots = _uniforms(number, 1, RESAMPLES * n_blocks).reshape(RESAMPLES, n_blocks)
    drawn = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a resample may be constant, of which SALib warns
        found = analyse(means.of_cases, coordinates)
        for k in range(RESAMPLES):
            picked = rows[(lots[k] * n_blocks).astype(np.int64)].ravel()
            values = means.resampled[picked, k]
            if np.ptp(values) > 0.0:
                drawn.append(analyse(values, coordinates[picked]))
    errors = np.std(drawn, axis=0, ddof=1) if len(drawn) > 1 else np.full(len(found), np.nan)
    return [Estimate(float(value), float(error)) for value, error in zip(found, errors, strict=True)]


def _luck(means: Floats, within: float, over_cases: Floats, *, paired: bool) -> Luck:
    """Return what replicas add; `over_cases` is the mean over cases of each replica, all of which define the metric."""
    n, between = len(over_cases), float(np.var(means))
    if n < 2:
        return Luck(float(means.mean()), between**0.5, None, None)
    # Where some replicas do not define the metric, what cases have in common is not taken off: noise is at most that.
    shared = float(np.var(over_cases, ddof=1)) if paired else 0.0
    noise = max(0.0, within - shared) / n
    made = max(0.0, between - noise)
    part = within / (within + made) if within + made > 0.0 else 0.0
    return Luck(float(means.mean()), between**0.5, min(1.0, noise / between) if between > 0.0 else 0.0, part)


def _check_varies(means: Means, metric: str) -> None:
    if np.ptp(means.of_cases) == 0.0:
        raise ResultError(
            f"{metric}: is {means.of_cases[0]:g} in all {len(means.of_cases):,} cases: nothing that is varied changes "
            "it; widen the ranges or take another metric"
        )


def _weights(n_replicas: int, number: int) -> Floats:
    """Return random weights of replicas that sum to 1: float64 (n_replicas, RESAMPLES)."""
    uniforms = _uniforms(number, 0, n_replicas * RESAMPLES).reshape(n_replicas, RESAMPLES)
    weights = -np.log1p(-uniforms) + np.finfo(float).tiny
    return np.asarray(weights / weights.sum(axis=0))


def _uniforms(number: int, stream: int, n: int) -> Floats:
    drawn = np.empty(n)
    key = rng.derive_key(purpose_key(number, rng.RESAMPLING), stream)
    rng.set_uniforms_at(key, np.arange(n, dtype=np.int64), drawn)
    return drawn


def _said(design: Any, case: int) -> str:
    return ", ".join(f"{key} = {value}" for key, value in zip(design.keys, design[case].shown, strict=True))
