"""The odds of a goal: over luck, and over what is not known exactly; how far off one is, and what decides it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .intervals import Chance, Floats, Interval, Z, chance, known, t_quantile, wilson


class Target(NamedTuple):
    """What is to be reached.

    value : reached by a replica that has as much or more
    interval : 95 %, where it comes from the mean of a run without the campaign; else the value twice
    """

    value: float
    interval: Interval


def target_above(uplift: float, base: Floats | float) -> Target:
    """Return (1 + uplift) times the mean of replicas without the campaign, or times a number.

    Parameters
    ----------
    base : float64 (R,), or a number that is known exactly

    Raises
    ------
    ValueError
        When the base is defined in no replica.
    """
    if isinstance(base, float):
        return Target((1.0 + uplift) * base, Interval((1.0 + uplift) * base, (1.0 + uplift) * base))
    found = known(base)
    if len(found) == 0:
        raise ValueError("no replica defines what the goal is held against")
    mean = float(found.mean())
    margin = (
        t_quantile(len(found) - 1) * float(np.std(found, ddof=1)) / math.sqrt(len(found)) if len(found) > 1 else 0.0
    )
    return Target((1.0 + uplift) * mean, Interval((1.0 + uplift) * (mean - margin), (1.0 + uplift) * (mean + margin)))


def odds_of(values: Floats, target: Target, *, target_of: Floats | None = None) -> Chance:
    """Return the odds that a replica reaches a target.

    Parameters
    ----------
    values : float64 (R,)   the goal's metric; NaN where it is undefined
    target_of : float64 (R,)   each replica's part in the target, which is their mean; None: the target is known exactly

    Notes
    -----
    A target that is a mean of the same replicas is high where these have luck, and so are they: the two errors cancel
    in part. Replica r moves the odds by 1{x_r >= t} - p - f(t) (t_r - t), with f the density of x at the target (the
    influence function of p at an estimated t; van der Vaart, Asymptotic Statistics, section 19.4), f by the replicas
    within 1.06 sd n^(-1/5) on both sides. Wilson's interval is taken for the number of independent trials of the same
    variance, at most R.
    """
    if target_of is None:
        found = known(values)
        return chance(found >= target.value)
    both = ~(np.isnan(values) | np.isnan(target_of))
    x, parts = values[both], target_of[both]
    n = len(x)
    plain = chance(x >= target.value)
    if n < 2 or plain.p in (0.0, 1.0):
        return plain
    width = 1.06 * float(np.std(x, ddof=1)) * n**-0.2
    density = float((np.abs(x - target.value) <= width).mean()) / (2.0 * width) if width > 0.0 else 0.0
    moved = (x >= target.value) - plain.p - density * (parts - target.value)
    variance = float(np.var(moved, ddof=1))
    alike = min(float(n), n * plain.p * (1.0 - plain.p) / variance) if variance > 0.0 else float(n)
    return Chance(plain.p, wilson(plain.p * alike, alike), n)


class Shortfall(NamedTuple):
    """How far below a target replicas end.

    expected : mean over all replicas, those that reach it falling short by nothing
    when_short : mean over those that fall short; NaN where none does
    """

    expected: float
    when_short: float


def shortfall(values: Floats, target: float) -> Shortfall:
    """Return by how much replicas fall short of a target: values float64 (R,), NaN where undefined."""
    gap = np.maximum(0.0, target - known(values))
    if len(gap) == 0:
        return Shortfall(math.nan, math.nan)
    return Shortfall(float(gap.mean()), float(gap[gap > 0.0].mean()) if (gap > 0.0).any() else math.nan)


def odds_over_draws(hits: Floats, *, n_replicas: int) -> Chance:
    """Return the odds over draws of what is not known exactly, with an interval that covers draws and luck.

    Parameters
    ----------
    hits : float64 (D, m)   1 where a draw reached the goal in one of its replicas, else 0; each draw has replicas of
           its own; draws with an undefined replica (NaN) are left out
    n_replicas : that there are: if draws need more, they use some again

    Returns
    -------
    Chance
        p: mean over draws of the odds in each; n: draws.

    Notes
    -----
    The variance between the draws' own odds holds both that of draws and that of luck (one-way table of random
    effects: Searle, Casella & McCulloch, Variance Components, chapter 3). Wilson's interval is taken for the number of
    independent replicas that would be as exact: no more than D m, nor than `n_replicas`. Where all agree, it is D.
    """
    table = hits[~np.isnan(hits).any(axis=1)] if len(hits) else np.zeros((0, 1))
    n_draws, m = table.shape
    if n_draws == 0 or m == 0:
        return Chance(math.nan, Interval(0.0, 1.0), 0)
    p = float(table.mean())
    alike = float(min(n_draws, n_replicas))
    if 0.0 < p < 1.0 and n_draws > 1:
        wider = (t_quantile(n_draws - 1) / Z) ** 2
        variance = float(np.var(table.mean(axis=1), ddof=1)) / n_draws
        most = float(min(n_draws * m, n_replicas))
        alike = max(1.0, min(most, p * (1.0 - p) / (variance * wider)) if variance > 0.0 else most)
    return Chance(p, wilson(p * alike, alike), n_draws)


@dataclass(frozen=True)
class Mover:
    """What one assumption does to the outcome, over draws of all of them together.

    name : its key
    low, high : mean of its lower and upper third of draws
    outcome_low, outcome_high : mean outcome in these thirds
    odds_low, odds_high : odds in these thirds
    rank_correlation : Spearman's, of the assumption with the outcome, in [-1, 1]
    clear : more than the largest of as many would be by chance in one of 20 cases
    """

    name: str
    low: float
    high: float
    outcome_low: float
    outcome_high: float
    odds_low: float
    odds_high: float
    rank_correlation: float
    clear: bool


def movers(inputs: Mapping[str, Floats], outcome: Floats, odds: Floats) -> list[Mover]:
    """Return what each assumption does to the outcome, that which moves it most first.

    Parameters
    ----------
    inputs : float64 (D,) each     what each assumption is in each draw
    outcome : float64 (D,)     mean of a metric in each draw     odds : float64 (D,)   odds in each draw

    Notes
    -----
    Assumptions are ranked by rank correlation, which a few wild draws cannot rule; NaN draws are left out. By chance
    alone it is about normal with standard deviation 1 / sqrt(D - 1); `clear` allows for the number of assumptions
    (Bonferroni). Fewer than six draws say nothing: none.
    """
    kept = ~(np.isnan(outcome) | np.isnan(odds))
    n = int(kept.sum())
    if n < 6:
        return []
    bound = _normal_quantile(1.0 - 0.025 / max(1, len(inputs))) / math.sqrt(n - 1)
    found = [_mover(name, values[kept], outcome[kept], odds[kept], bound) for name, values in inputs.items()]
    return sorted(found, key=lambda mover: -abs(mover.rank_correlation))


def _mover(name: str, values: Floats, outcome: Floats, odds: Floats, bound: float) -> Mover:
    order, third = np.argsort(values, kind="stable"), len(values) // 3
    low, high = order[:third], order[-third:]
    correlation = rank_correlation(values, outcome)
    return Mover(
        name=name,
        low=float(values[low].mean()),
        high=float(values[high].mean()),
        outcome_low=float(outcome[low].mean()),
        outcome_high=float(outcome[high].mean()),
        odds_low=float(odds[low].mean()),
        odds_high=float(odds[high].mean()),
        rank_correlation=correlation,
        clear=abs(correlation) > bound,
    )


def rank_correlation(a: Floats, b: Floats) -> float:
    """Return Spearman's rank correlation, equal values sharing their ranks; 0 where one of the two does not vary."""
    one, other = _ranks(a), _ranks(b)
    spread = float(np.std(one) * np.std(other))
    return 0.0 if spread == 0.0 else float(np.mean((one - one.mean()) * (other - other.mean())) / spread)


def _ranks(values: Floats) -> Floats:
    distinct, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    del distinct
    ends = np.cumsum(counts)
    middle: NDArray[np.float64] = ends - 0.5 * (counts - 1)
    return middle[inverse.reshape(-1)]


def _normal_quantile(p: float) -> float:
    from scipy.special import ndtri

    return float(ndtri(p))
