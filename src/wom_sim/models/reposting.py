"""What posts are like: how their reposts are spread over time, and how many people follow those who post."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from ..durations import PositiveDuration
from ..kernels import self_exciting as kernels
from ..spec import Spec, refuse

if TYPE_CHECKING:
    from .. import theory

MAX_FOLLOWERS = 1e12

Floats = NDArray[np.float64]

_SECONDS_A_DAY = 86_400.0
_SEISMIC_FLAT, _SEISMIC_EXPONENT = 300.0 / _SECONDS_A_DAY, 0.2314843


class Memory(Spec):
    """How reposts of one post are spread over the time after it.

    - exponential: a rate nu, as `rate_per_day` or as `half_life`; later than t with chance e^(-nu t);
    - power_law: a kernel (t + c)^-(1 + theta), t in seconds, c the `cutoff` and theta the `exponent`; later than t with
      chance (1 + t / c)^-theta;
    - seismic: the kernel measured on Twitter (Zhao et al. 2015): constant for 300 seconds, then falling as
      t^-(1 + 0.2314843). Half of the reposts come within 41 minutes, one in seven later than a week.
    """

    kind: Literal["exponential", "power_law", "seismic"]
    """Kind of memory; it says which of the other keys are needed."""
    rate_per_day: float | None = Field(default=None, gt=0.0, le=1e9)
    """exponential: nu, per day, above 0; the mean delay is 1 / nu."""
    half_life: PositiveDuration | None = None
    """exponential, in place of the rate: the time by which half of the reposts have come."""
    cutoff: PositiveDuration | None = None
    """power_law: c, the time after which the power law sets in; published: about 251 seconds for one cascade."""
    exponent: float | None = Field(default=None, ge=0.01, le=100.0)
    """power_law: theta, the smaller, the longer the tail; the mean delay is infinite up to 1; 0.01 .. 100."""

    @model_validator(mode="after")
    def _refuse_wrong_keys(self) -> Memory:
        given = [key for key in _given(self) if key != "kind"]
        if self.kind == "exponential":
            problems = []
            if ("rate_per_day" in given) == ("half_life" in given):
                came = "both" if "rate_per_day" in given else "neither"
                problems = [f"rate_per_day: kind 'exponential' needs this or half_life, got {came}; give one"]
        else:
            problems = [
                f"{key}: is missing; kind {self.kind!r} needs it" for key in self._keys() if getattr(self, key) is None
            ]
        problems += [f"{key}: not with kind {self.kind!r}; remove it" for key in given if key not in self._keys()]
        refuse(problems)
        return self

    def _keys(self) -> tuple[str, ...]:
        wanted = {"exponential": ("rate_per_day", "half_life"), "power_law": ("cutoff", "exponent"), "seismic": ()}
        return wanted[self.kind]

    def unused(self) -> frozenset[str]:
        """Return the keys that are not given: each belongs to another kind, or has one given in its place."""
        return frozenset(type(self).model_fields) - set(_given(self))

    def log_mass(self) -> float:
        """Return the logarithm of what the kernel adds up to over all time: 0 but for the power law."""
        if self.kind != "power_law":
            return 0.0
        assert self.cutoff is not None
        assert self.exponent is not None
        return -math.log(self.exponent) - self.exponent * math.log(self.cutoff * _SECONDS_A_DAY)

    def delays(self) -> tuple[int, float, float]:
        """Return form, scale and theta as `kernels.self_exciting` takes them."""
        if self.kind == "seismic":
            return kernels.SEISMIC, _SEISMIC_FLAT, _SEISMIC_EXPONENT
        if self.kind == "power_law":
            assert self.cutoff is not None
            assert self.exponent is not None
            return kernels.POWER_LAW, float(self.cutoff), self.exponent
        if self.half_life is not None:
            return kernels.EXPONENTIAL, float(self.half_life) / math.log(2.0), 1.0
        assert self.rate_per_day is not None
        return kernels.EXPONENTIAL, 1.0 / self.rate_per_day, 1.0

    def known(self) -> theory.Memory:
        """Return the distribution of delays, in days."""
        from .. import theory

        _, scale, exponent = self.delays()
        if self.kind == "exponential":
            return theory.ExponentialMemory(rate=1.0 / scale)
        if self.kind == "power_law":
            return theory.PowerLawMemory(c=scale, theta=exponent)
        return theory.SeismicMemory(s0=scale, theta=exponent)


class Marks(Spec):
    """How many followers they have who post.

    - power_law: density in proportion to m^-exponent from `minimum` on, up to `maximum` where that is given;
    - constant: `value`, for everybody;
    - network: as many as a person drawn from the network at random has listeners; starters have their own.
    """

    kind: Literal["power_law", "constant", "network"]
    """Kind of marks; it says which of the other keys are needed."""
    exponent: float | None = Field(default=None, gt=1.0, le=100.0)
    """power_law: alpha, above 1; published: 2.016 on Twitter."""
    minimum: float | None = Field(default=None, ge=1e-6, le=MAX_FOLLOWERS)
    """power_law: the fewest followers, 0.000001 or more; left out: 1."""
    maximum: float | None = Field(default=None, gt=0.0, le=MAX_FOLLOWERS)
    """power_law: the most followers, above `minimum`; left out: no limit."""
    value: float | None = Field(default=None, ge=0.0, le=MAX_FOLLOWERS)
    """constant: followers of everybody who posts, 0 or more."""

    @model_validator(mode="after")
    def _refuse_wrong_keys(self) -> Marks:
        needed = {"power_law": ("exponent",), "constant": ("value",), "network": ()}[self.kind]
        allowed = {"power_law": ("exponent", "minimum", "maximum"), "constant": ("value",), "network": ()}[self.kind]
        given = [key for key in _given(self) if key != "kind"]
        problems = [f"{key}: is missing; kind {self.kind!r} needs it" for key in needed if key not in given]
        problems += [f"{key}: not with kind {self.kind!r}; remove it" for key in given if key not in allowed]
        if self.maximum is not None and self.maximum <= self.fewest:
            problems.append(f"maximum: must be above minimum = {self.fewest:g}, got {self.maximum:g}")
        refuse(problems)
        return self

    @property
    def fewest(self) -> float:
        """The fewest followers under a power law."""
        return 1.0 if self.minimum is None else self.minimum

    def unused(self) -> frozenset[str]:
        """Return the keys that are not given."""
        return frozenset(type(self).model_fields) - set(_given(self))

    def log_mean_power(self, beta: float, followers: Floats) -> float:
        """Return ln E[m^beta]; infinity where the power law is too heavy, minus infinity where nobody has followers.

        Parameters
        ----------
        followers : float64 (k,)   numbers that are alike likely, for the other kinds than the power law
        """
        if self.kind != "power_law":
            mean = float((followers**beta).mean())
            return math.log(mean) if mean > 0.0 else -math.inf
        assert self.exponent is not None
        slope = self.exponent - 1.0
        excess = beta - slope
        if self.maximum is None:
            tail = math.log(slope / -excess) if excess < 0.0 else math.inf
        else:
            length = math.log(self.maximum / self.fewest)
            spread = math.expm1(excess * length) / excess if excess != 0.0 else length
            tail = math.log(slope * spread / -math.expm1(-slope * length))
        return beta * math.log(self.fewest) + tail


def _given(spec: Spec) -> list[str]:
    return [key for key in type(spec).model_fields if getattr(spec, key) is not None]
