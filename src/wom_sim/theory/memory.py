"""How long people take to react: the delay from an event to those it sets off, as distributions over time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from . import ranges
from .ranges import Floats


class Memory(Protocol):
    """A distribution of reaction delays."""

    def pdf(self, delays: ArrayLike) -> Floats:
        """Return the density at each delay, per unit time."""

    def ccdf(self, delays: ArrayLike) -> Floats:
        """Return the chance to react later than each delay."""

    def mean_within(self, delays: ArrayLike) -> Floats:
        """Return the mean of the delay cut off at each of these: the integral of `ccdf` from 0."""


@dataclass(frozen=True, slots=True)
class ExponentialMemory:
    """Reactions at a constant rate: density nu e^(-nu t).

    rate : nu, per unit time, above 0. Raises ValueError else.
    Source: Hawkes (1971), the exponential kernel, as a density.
    """

    rate: float

    def __post_init__(self) -> None:
        ranges.positive("rate", self.rate)

    def pdf(self, delays: ArrayLike) -> Floats:
        """Return the density at each delay, float64 (n,), per unit time. Raises ValueError below 0."""
        return self.rate * self.ccdf(delays)

    def ccdf(self, delays: ArrayLike) -> Floats:
        """Return the chance to react later than each delay, float64 (n,). Raises ValueError below 0."""
        return np.asarray(np.exp(-self.rate * ranges.times("delays", delays)))

    def mean_within(self, delays: ArrayLike) -> Floats:
        """Return the mean of the delay cut off at each of these, float64 (n,). Raises ValueError below 0."""
        return np.asarray(-np.expm1(-self.rate * ranges.times("delays", delays)) / self.rate)


@dataclass(frozen=True, slots=True)
class PowerLawMemory:
    """Reactions that thin out as a power of time: density theta c^theta (t + c)^-(1 + theta).

    c : time after which the power law sets in, above 0
    theta : exponent of the tail, above 0; the mean delay is finite above 1
    Both raise ValueError else.
    Source: Mishra, Rizoiu & Xie (2016), the power-law kernel, as a density.
    """

    c: float
    theta: float

    def __post_init__(self) -> None:
        ranges.positive("c", self.c)
        ranges.positive("theta", self.theta)

    def pdf(self, delays: ArrayLike) -> Floats:
        """Return the density at each delay, float64 (n,), per unit time. Raises ValueError below 0."""
        return self.theta / (ranges.times("delays", delays) + self.c) * self.ccdf(delays)

    def ccdf(self, delays: ArrayLike) -> Floats:
        """Return the chance to react later than each delay, float64 (n,). Raises ValueError below 0."""
        return np.asarray(np.exp(-self.theta * np.log1p(ranges.times("delays", delays) / self.c)))

    def mean_within(self, delays: ArrayLike) -> Floats:
        """Return the mean of the delay cut off at each of these, float64 (n,). Raises ValueError below 0."""
        return self.c * _power_integral(np.log1p(ranges.times("delays", delays) / self.c), self.theta)


@dataclass(frozen=True, slots=True)
class SeismicMemory:
    """Reactions at a constant density up to s0 and as the power (t / s0)^-(1 + theta) after it.

    s0 : length of the flat part, above 0; published 300 seconds
    theta : exponent of the tail, above 0; published .2314843
    Both raise ValueError else. The height of the flat part makes it a distribution: 1 / (s0 (1 + 1 / theta)).
    Source: Zhao et al. (2015), the memory kernel; the values of its R package `seismic`.
    """

    s0: float = 300.0
    theta: float = 0.2314843

    def __post_init__(self) -> None:
        ranges.positive("s0", self.s0)
        ranges.positive("theta", self.theta)

    @property
    def flat_density(self) -> float:
        """Density up to s0, per unit time; 6.2657e-4 per second as published."""
        return self.theta / (self.s0 * (1 + self.theta))

    @property
    def median(self) -> float:
        """Delay within which half of the reactions come; 40.6 minutes as published."""
        if self.theta >= 1:
            return 0.5 / self.flat_density
        return float(self.s0 * (2 / (1 + self.theta)) ** (1 / self.theta))

    def pdf(self, delays: ArrayLike) -> Floats:
        """Return the density at each delay, float64 (n,), per unit time. Raises ValueError below 0."""
        in_tail = np.maximum(ranges.times("delays", delays) / self.s0, 1)
        return np.asarray(self.flat_density * in_tail ** -(1 + self.theta))

    def cdf(self, delays: ArrayLike) -> Floats:
        """Return the chance to react by each delay, float64 (n,). Raises ValueError below 0."""
        return 1 - self.ccdf(delays)

    def ccdf(self, delays: ArrayLike) -> Floats:
        """Return the chance to react later than each delay, float64 (n,). Raises ValueError below 0."""
        when = ranges.times("delays", delays)
        tail = np.maximum(when / self.s0, 1) ** -self.theta / (1 + self.theta)
        return np.asarray(np.where(when < self.s0, 1 - self.flat_density * when, tail))

    def mean_within(self, delays: ArrayLike) -> Floats:
        """Return the mean of the delay cut off at each of these, float64 (n,). Raises ValueError below 0."""
        when = ranges.times("delays", delays)
        flat = np.minimum(when, self.s0)
        tail = self.s0 / (1 + self.theta) * _power_integral(np.log(np.maximum(when / self.s0, 1)), self.theta)
        return np.asarray(flat - self.flat_density * flat**2 / 2 + tail)


def _power_integral(log_end: Floats, theta: float) -> Floats:
    """Integrate x^-theta from 1 to e^log_end, for theta = 1 too."""
    from scipy.special import exprel

    return np.asarray(log_end * exprel((1 - theta) * log_end))
