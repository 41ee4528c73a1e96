"""Degree distributions and their generating functions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Self, SupportsIndex

import numpy as np
from numpy.typing import ArrayLike

from . import ranges
from .ranges import Floats

ROUNDING = 1e-9
"""Chances may sum to this much more or less than 1."""


@dataclass(frozen=True, eq=False)
class DegreeDistribution:
    """How many ties people have, as chances of 0..K, and what follows for somebody met along a tie.

    prob : float (K + 1,)   chance of each degree, summing to 1; some degree above 0 has a chance

    Raises
    ------
    ValueError
        When it is no such distribution.

    Source: Newman, Strogatz & Watts (2001), "Random graphs with arbitrary degree distributions", section II.
    """

    prob: Floats

    def __post_init__(self) -> None:
        prob = np.array(self.prob, np.float64)
        if prob.ndim != 1 or not prob.size or not (prob >= 0).all() or not abs(prob.sum() - 1) <= ROUNDING:
            raise ValueError(f"prob: must be chances of degrees 0, 1, 2, ... that sum to 1, got {self.prob}")
        if not prob[1:].any():
            raise ValueError("prob: must give a degree above 0 a chance, got none")
        prob /= prob.sum()
        prob.flags.writeable = False
        object.__setattr__(self, "prob", prob)

    @classmethod
    def poisson(cls, mean: float) -> Self:
        """Return the degrees of a large Erdos-Renyi network; mean above 0, else ValueError.

        What lies twelve standard deviations and more above the mean is left out: less than rounding.
        """
        from scipy.stats import poisson

        ranges.positive("mean", mean)
        prob = poisson.pmf(np.arange(int(mean + 12 * mean**0.5 + 40)), mean)
        return cls(prob / prob.sum())

    @classmethod
    def regular(cls, degree: SupportsIndex) -> Self:
        """Return one degree for everybody; at least 1, else ValueError."""
        prob = np.zeros(ranges.count("degree", degree, 1) + 1)
        prob[-1] = 1
        return cls(prob)

    @classmethod
    def power_law_cutoff(cls, cutoff: float, *, exponent: float = 2.0) -> Self:
        """Return ``k^-exponent exp(-k / cutoff)``, scaled to sum to 1, for k from 1 to 45 cutoffs.

        cutoff above 0 and exponent at least 0, else ValueError.
        Source: Newman (2002), "Spread of epidemic disease on networks".
        """
        ranges.positive("cutoff", cutoff)
        ranges.at_least("exponent", exponent, 0)
        degrees = np.arange(1.0, 45 * cutoff + 2)
        prob = degrees**-exponent * np.exp(-(degrees - 1) / cutoff)
        return cls(np.concatenate([[0.0], prob / prob.sum()]))

    @classmethod
    def from_counts(cls, counts: ArrayLike) -> Self:
        """Return observed degrees, given how many people have degree 0, 1, 2, ...

        Counts are at least 0 and one of a degree above 0 is more, else ValueError.
        """
        found = np.asarray(counts, np.float64)
        if found.ndim != 1 or not (np.isfinite(found) & (found >= 0)).all() or not found[1:].any():
            raise ValueError(f"counts: must be numbers of people, some with a degree above 0, got {found.tolist()}")
        return cls(found / found.sum())

    @classmethod
    def from_degrees(cls, degrees: ArrayLike) -> Self:
        """Return observed degrees, given each person's: whole numbers, at least 0, not all 0, else ValueError."""
        found = np.asarray(degrees)
        if found.ndim != 1 or found.dtype.kind not in "iu" or (found < 0).any():
            raise ValueError(f"degrees: must be whole numbers of at least 0, got {found.tolist()}")
        if not found.any():
            raise ValueError("degrees: must hold one above 0, got none")
        return cls.from_counts(np.bincount(found))

    @cached_property
    def mean(self) -> float:
        """Mean degree, g0'(1)."""
        return self.g0_slope(1.0)

    @cached_property
    def mean_excess(self) -> float:
        """Mean number of other ties of somebody met along a tie, g1'(1) = <k^2 - k> / <k>."""
        return self.g1_slope(1.0)

    def g0(self, x: float) -> float:
        """Return the sum of p_k x^k."""
        return float(np.polynomial.polynomial.polyval(x, self.prob))

    def g0_slope(self, x: float) -> float:
        """Return the derivative of g0."""
        return float(np.polynomial.polynomial.polyval(x, self._first))

    def g0_curvature(self, x: float) -> float:
        """Return the second derivative of g0."""
        return float(np.polynomial.polynomial.polyval(x, self._second))

    def g1(self, x: float) -> float:
        """Return the generating function of other ties of somebody met along a tie, g0'(x) / g0'(1)."""
        return self.g0_slope(x) / self.mean

    def g1_slope(self, x: float) -> float:
        """Return the derivative of g1."""
        return self.g0_curvature(x) / self.mean

    @cached_property
    def _first(self) -> Floats:
        return _derivative(self.prob)

    @cached_property
    def _second(self) -> Floats:
        return _derivative(self._first)


def _derivative(coefficients: Floats) -> Floats:
    """Return the coefficients of the derivative of a polynomial, constant term first."""
    if len(coefficients) == 1:
        return np.zeros(1)
    found: Floats = coefficients[1:] * np.arange(1.0, len(coefficients))
    return found
