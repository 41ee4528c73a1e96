"""Which cases a sensitivity analysis needs: trajectories that change one key at a time, or crossed samples."""

from __future__ import annotations

import datetime
import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..durations import Duration
from ..errors import ScenarioError
from ..scenario.schema import Scenario
from ..scenario.sweep import Axis, Part
from .designs import CubeDesign
from .uncertain import FACTOR, known_in

LEVELS = 4
"""Values that a coordinate takes in Morris' design: 0, 1/3, 2/3, 1; a step goes over two thirds of the range."""

TRAJECTORIES = 20
BASE_SAMPLES = 256
_FEWEST_TRAJECTORIES = 4
_FEWEST_SAMPLES = 8


class Varied(NamedTuple):
    """What a sensitivity analysis varies.

    axes : each key, or keys that move together, with its range or list     notes : what is to be said of that
    """

    axes: tuple[Axis, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class MorrisDesign(CubeDesign):
    """Trajectories through the cube that change one coordinate at a time, each once, by 2/3 up or down.

    n_trajectories : each of n axes + 1 cases

    Source: Morris (1991), Technometrics 33(2), 161-174; drawn by SALib.
    """

    n_trajectories: int

    @property
    def n_cases(self) -> int:
        """Number of cases."""
        return self.n_trajectories * (len(self.axes) + 1)

    @cached_property
    def coordinates(self) -> NDArray[np.float64]:
        """Coordinates in [0, 1], float64 (n_cases, n axes), trajectory by trajectory."""
        drawn = salib("sample.morris").sample(
            problem_of(len(self.axes)), self.n_trajectories, num_levels=LEVELS, seed=self.number
        )
        return np.ascontiguousarray(drawn, np.float64)

    def document(self) -> dict[str, Any]:
        """Return axes and draws."""
        return {"design": "morris", **self.drawn()}


@dataclass(frozen=True)
class SaltelliDesign(CubeDesign):
    """Two samples of the cube, A and B, and A with one column after another from B: what Sobol indices are made of.

    n_base : points of A, a power of two; each gives n axes + 2 cases
    second : B with columns from A, too, for second-order indices: 2 n axes + 2 cases a point

    Source: Saltelli (2002), Computer Physics Communications 145, 280-297; from a scrambled Sobol sequence, by SALib.
    """

    n_base: int
    second: bool = False

    @property
    def n_cases(self) -> int:
        """Number of cases."""
        return self.n_base * self.block

    @property
    def block(self) -> int:
        """Cases that belong to one point of A."""
        return (2 if self.second else 1) * len(self.axes) + 2

    @cached_property
    def coordinates(self) -> NDArray[np.float64]:
        """Coordinates in [0, 1), float64 (n_cases, n axes), block by block."""
        drawn = salib("sample.sobol").sample(
            problem_of(len(self.axes)), self.n_base, calc_second_order=self.second, seed=self.number
        )
        return np.ascontiguousarray(drawn, np.float64)

    def document(self) -> dict[str, Any]:
        """Return axes and draws."""
        return {"design": "saltelli", "second": self.second, **self.drawn()}


def varied_of(scenario: Scenario, file: Scenario | None = None) -> Varied:
    """Return what is varied: the axes of `[sweep]`, or what is `[uncertain]`, or else every assumption in use.

    The values of a list are equally likely, whatever design the sweep has.

    Parameters
    ----------
    file : whose plan the scenario is; None: it is the file itself

    Raises
    ------
    ScenarioError
        When there is nothing to vary, or a key has one value only.
    """
    sweep = (file or scenario).sweep
    if sweep is not None:
        if single := [label_of(axis) for axis in sweep.axes if _is_fixed(axis)]:
            said = "has one value only; give it two or more, or a range, or remove it"
            raise ScenarioError([f"{scenario.origin}: sweep.{label}: {said}" for label in single])
        return Varied(sweep.axes)
    spans, notes = known_in(scenario, file)
    if not spans:
        raise ScenarioError(
            f"{scenario.origin}: there is nothing to vary; add [sweep] or [uncertain] with ranges, such as "
            '"model.share_prob" = { low = 0.01, high = 0.05 }'
        )
    if not (file or scenario).uncertain:
        said = f"without [sweep] and [uncertain] every default that is an assumption varies by a factor of {FACTOR}"
        notes = (said, *notes)
    return Varied(tuple(Axis(parts=(Part(key=key, span=span),)) for key, span in spans.items()), notes)


def _is_fixed(axis: Axis) -> bool:
    return all(part.span is None and len(part.values) == 1 for part in axis.parts)


def morris_design(axes: Sequence[Axis], *, number: int, n_cases: int | None = None) -> MorrisDesign:
    """Return trajectories of at most `n_cases` cases; None: `TRAJECTORIES` of them.

    Raises
    ------
    ScenarioError
        When these are too few, or a list has no order, so that no step through it has a length.
    """
    for axis in axes:
        for part in axis.parts:
            if part.span is None and not _ordered(part.values):
                raise ScenarioError(
                    f"{part.key}: its values have no order, which Morris' steps need; use --method sobol"
                )
    each = len(axes) + 1
    n = TRAJECTORIES if n_cases is None else n_cases // each
    if n < _FEWEST_TRAJECTORIES:
        raise ScenarioError(
            f"--cases {n_cases}: {_with_keys(axes)} a trajectory has {each} cases, and at least "
            f"{_FEWEST_TRAJECTORIES} are needed: {_FEWEST_TRAJECTORIES * each} cases"
        )
    return MorrisDesign(tuple(axes), number, n)


def saltelli_design(
    axes: Sequence[Axis], *, number: int, n_cases: int | None = None, second: bool = False
) -> SaltelliDesign:
    """Return crossed samples of at most `n_cases` cases, of a power of two of points; None: `BASE_SAMPLES` points.

    Raises
    ------
    ScenarioError
        When these are too few.
    """
    design = SaltelliDesign(tuple(axes), number, BASE_SAMPLES, second)
    if n_cases is None:
        return design
    points = n_cases // design.block
    if points < _FEWEST_SAMPLES:
        raise ScenarioError(
            f"--cases {n_cases}: {_with_keys(axes)} a point takes {design.block} cases, and at least "
            f"{_FEWEST_SAMPLES} are needed: {_FEWEST_SAMPLES * design.block} cases"
        )
    return SaltelliDesign(tuple(axes), number, 1 << (points.bit_length() - 1), second)


def _with_keys(axes: Sequence[Axis]) -> str:
    return f"with {len(axes)} key{'' if len(axes) == 1 else 's'}"


def label_of(axis: Axis) -> str:
    """Return the key of an axis, or those that move together."""
    return " + ".join(part.key for part in axis.parts)


def problem_of(n_axes: int) -> dict[str, Any]:
    """Return SALib's description of the unit cube."""
    return {"num_vars": n_axes, "names": [f"x{i}" for i in range(n_axes)], "bounds": [[0.0, 1.0]] * n_axes}


def salib(module: str) -> Any:
    """Return a module of SALib, whose types are unknown here: it is an extra.

    Raises
    ------
    ScenarioError
        When it is not installed.
    """
    try:
        return importlib.import_module(f"SALib.{module}")
    except ImportError:
        raise ScenarioError(
            "wom sensitivity needs SALib, which is not installed: pip install 'wom-sim[sensitivity]'"
        ) from None


def _ordered(values: Sequence[Any]) -> bool:
    kinds = {_kind(value) for value in values}
    return len(values) <= 2 or (len(kinds) == 1 and kinds != {"other"})


def _kind(value: Any) -> str:
    if isinstance(value, str):
        try:
            Duration(value)
        except ValueError:
            return "other"
        return "duration"
    if isinstance(value, datetime.date):
        return "date"
    return "number" if isinstance(value, int | float) else "other"
