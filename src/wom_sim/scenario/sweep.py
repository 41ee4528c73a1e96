"""What is varied in a sweep, and how: the `[sweep]` section."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from ..models.campaign.fields import Listed
from ..spec import RngSeed, Spec, refuse
from .ranges import Range, Span

MAX_SWEPT = 1000
"""Values in a `[sweep]`: each is checked when the file is read."""

MAX_CASES = 10**12
"""Cases of a grid, which are counted and not listed."""


class SweptRange(Range):
    """A range of `[sweep]`: `{ low, high, scale }`."""

    levels: Annotated[int, Field(ge=2, le=MAX_SWEPT)] | None = None
    """On a grid: how many values from `low` to `high` it takes."""


class Precision(Spec):
    """Until when replicas are added to a case: `[sweep.precision]`."""

    metric: Annotated[str, Field(min_length=1)]
    """Whose mean is to be known."""
    relative: Annotated[float, Field(gt=0.0, lt=1.0)] | None = None
    """Half the width of the mean's 95 % interval, as a part of the mean; this or `half_width`."""
    half_width: Annotated[float, Field(gt=0.0)] | None = None
    """Half the width of the mean's 95 % interval, in the metric's unit."""
    at_most: Annotated[int, Field(ge=2, le=10**9)] = 10_000
    """Replicas after which a case goes on no longer, narrow or not."""

    @model_validator(mode="after")
    def _one_width(self) -> Precision:
        if self.relative is None and self.half_width is None:
            refuse(["relative: is missing; say how precise, such as relative = 0.02, or half_width = 5.0"])
        if self.relative is not None and self.half_width is not None:
            refuse(["relative: not together with half_width; remove one of them"])
        return self


class Options(Spec):
    """How the keys are varied: what stands in `[sweep]` beside them."""

    design: Literal["grid", "latin_hypercube", "sobol", "random"] | None = None
    """All combinations, or a sample of `n_cases`; left out: a grid."""
    n_cases: Annotated[int, Field(ge=1, le=10**9)] | None = None
    """Cases of a sampled design; a power of two with `sobol`."""
    design_seed: RngSeed | None = None
    """Number that fixes which cases are sampled; left out: `run.rng_seed`, or 0 where there is none."""
    replica_sets: Annotated[int, Field(ge=1, le=100)] = 1
    """Independent sets of replicas of each case: what is chosen on one can be judged on another."""
    metrics: Annotated[Listed[Annotated[str, Field(min_length=1)]], Field(min_length=1)] | None = None
    """Metrics that the table keeps; left out: all."""
    precision: Precision | None = None
    """Until when replicas are added to each case; left out: `run.n_replicas` for all."""


class Part(Spec):
    """A key that is varied, with the values it takes or the range they are from."""

    key: str
    """Dotted key."""
    values: tuple[Any, ...] = ()
    """Its values, one after another; empty with a span."""
    span: Span | None = None
    """The range its values are from, in a sampled design."""

    def at(self, coordinate: float) -> Any:
        """Return the value at a coordinate in [0, 1]; the values of a list are equally wide."""
        if self.span is not None:
            return self.span.at(coordinate)
        return self.values[min(int(coordinate * len(self.values)), len(self.values) - 1)]


class Axis(Spec):
    """What is varied together: one key, or several of a table of `[[sweep.together]]`."""

    parts: tuple[Part, ...]
    """Its keys; lists are of equal length."""

    def __len__(self) -> int:
        """Return how many values it takes on a grid."""
        return len(self.parts[0].values)


class Sweep(Options):
    """The `[sweep]` section, checked."""

    design: Literal["grid", "latin_hypercube", "sobol", "random"] = "grid"
    """All combinations, the last axis fastest, or a sample of `n_cases`."""
    design_seed: RngSeed = 0
    """Number that fixes which cases are sampled."""
    axes: tuple[Axis, ...]
    """What is varied, in the file's order."""

    @property
    def keys(self) -> tuple[str, ...]:
        """Dotted keys that are varied, axis by axis."""
        return tuple(part.key for axis in self.axes for part in axis.parts)
