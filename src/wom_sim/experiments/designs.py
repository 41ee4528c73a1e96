"""Which cases an experiment has: all combinations, a sample of them, or the plans of a file."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ..errors import ScenarioError
from ..scenario.schema import Scenario
from ..scenario.sweep import Axis, Part
from .points import Design, Point, plain

Sampling = Literal["latin_hypercube", "sobol", "random"]


@dataclass(frozen=True)
class GridDesign:
    """All combinations of the axes' values, the last axis fastest; a case is made from its number alone.

    axes : of lists of values
    """

    axes: tuple[Axis, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """Dotted keys, axis by axis."""
        return keys_of(self.axes)

    def __len__(self) -> int:
        """Return the number of combinations."""
        return math.prod(map(len, self.axes))

    def __getitem__(self, case: int) -> Point:
        """Return a case: the digits of its number, each to the base of its axis' length, are places in the lists."""
        places: list[int] = []
        number = _within(case, len(self))
        for axis in reversed(self.axes):
            number, place = divmod(number, len(axis))
            places.append(place)
        values = {
            part.key: part.values[place]
            for axis, place in zip(self.axes, reversed(places), strict=True)
            for part in axis.parts
        }
        return Point(0, values, tuple(values.values()))

    def document(self) -> dict[str, Any]:
        """Return the axes."""
        return {"design": "grid", "axes": described(self.axes)}


@dataclass(frozen=True)
class CubeDesign:
    """Points of the unit cube, one coordinate for each axis, drawn when the first of them is asked for.

    axes : of ranges or lists; the values of a list are equally likely     number : fixes the draws, in [0, 2^64)
    """

    axes: tuple[Axis, ...]
    number: int

    @property
    def keys(self) -> tuple[str, ...]:
        """Dotted keys, axis by axis."""
        return keys_of(self.axes)

    @property
    def n_cases(self) -> int:
        """Number of cases."""
        raise NotImplementedError

    @cached_property
    def coordinates(self) -> NDArray[np.float64]:
        """Coordinates in [0, 1], float64 (n_cases, n axes)."""
        raise NotImplementedError

    def drawn(self) -> dict[str, Any]:
        """Return what was drawn, ready for JSON: as coordinates, too, as a release of a library may draw otherwise."""
        return {
            "n_cases": self.n_cases,
            "design_seed": self.number,
            "axes": described(self.axes),
            "coordinates": digest(self.coordinates),
        }

    def __len__(self) -> int:
        """Return `n_cases`."""
        return self.n_cases

    def __getitem__(self, case: int) -> Point:
        """Return a case; the keys of an axis share its coordinate."""
        coordinates = self.coordinates[_within(case, self.n_cases)].tolist()
        values = {
            part.key: part.at(coordinate)
            for axis, coordinate in zip(self.axes, coordinates, strict=True)
            for part in axis.parts
        }
        return Point(0, values, tuple(values.values()))


@dataclass(frozen=True)
class SampledDesign(CubeDesign):
    """A sample of what may be.

    sampling : Latin hypercube (McKay, Beckman & Conover 1979: each axis in `n` strata, a case in each), scrambled
        Sobol sequence (Owen 1998; `n` a power of two), or independent draws
    n : cases, of which the first of a longer "sobol" or "random" design are the same
    """

    sampling: Sampling
    n: int

    @property
    def n_cases(self) -> int:
        """Number of cases."""
        return self.n

    @cached_property
    def coordinates(self) -> NDArray[np.float64]:
        """Coordinates in [0, 1), float64 (n_cases, n axes)."""
        return draw(self.sampling, self.n, len(self.axes), number=self.number)

    def document(self) -> dict[str, Any]:
        """Return axes and draws."""
        return {"design": self.sampling, **self.drawn()}


@dataclass(frozen=True)
class PlansDesign:
    """One case for each of several scenarios, such as the plans of a file.

    names : of the scenarios, in their order
    """

    names: tuple[str, ...]
    keys: tuple[str, ...] = ("plan",)

    def __len__(self) -> int:
        """Return the number of plans."""
        return len(self.names)

    def __getitem__(self, case: int) -> Point:
        """Return a plan as it stands."""
        return Point(_within(case, len(self.names)), {}, (self.names[case],))

    def document(self) -> dict[str, Any]:
        """Return the names; what the plans say is the scenarios' own."""
        return {"design": "plans", "plans": list(self.names)}


def design_of(scenario: Scenario) -> Design:
    """Return the cases of a scenario's `[sweep]`.

    Raises
    ------
    ScenarioError
        When it has none.
    """
    sweep = scenario.sweep
    if sweep is None:
        raise ScenarioError(
            f"{scenario.origin}: sweep: is missing; say what is varied, such as [sweep] with "
            '"seeding.n_seed_nodes" = [1, 3, 10] in the line below'
        )
    if sweep.design == "grid":
        return GridDesign(sweep.axes)
    assert sweep.n_cases is not None
    return SampledDesign(sweep.axes, sweep.design_seed, sweep.design, sweep.n_cases)


def draw(sampling: Sampling, n: int, n_axes: int, *, number: int) -> NDArray[np.float64]:
    """Return n points of the unit cube, float64 (n, n_axes) in [0, 1), fixed by a number in [0, 2^64)."""
    from scipy.stats import qmc

    if sampling == "sobol":
        return np.asarray(qmc.Sobol(n_axes, scramble=True, seed=number).random(n))
    if sampling == "latin_hypercube":
        return np.asarray(qmc.LatinHypercube(n_axes, seed=number).random(n))
    # A Latin hypercube of one point has one stratum an axis: its coordinates are independent draws.
    return np.asarray(qmc.LatinHypercube(n * n_axes, seed=number).random(1)).reshape(n, n_axes)


def keys_of(axes: Sequence[Axis]) -> tuple[str, ...]:
    """Return the dotted keys of axes."""
    return tuple(part.key for axis in axes for part in axis.parts)


def described(axes: Sequence[Axis]) -> list[list[dict[str, Any]]]:
    """Return axes as JSON can hold them: each a list of its keys with values or range."""
    return [[_part(part) for part in axis.parts] for axis in axes]


def digest(values: NDArray[np.float64]) -> str:
    """Return the SHA-256 of numbers, the same on every machine with the same numbers."""
    return hashlib.sha256(np.ascontiguousarray(values, "<f8").tobytes()).hexdigest()


def _part(part: Part) -> dict[str, Any]:
    if part.span is not None:
        return {"key": part.key, **part.span.model_dump()}
    return {"key": part.key, "values": plain(part.values)}


def _within(case: int, n: int) -> int:
    if not 0 <= case < n:
        raise IndexError(f"there are {n} cases, from 0 to {n - 1}; got {case}")
    return case
