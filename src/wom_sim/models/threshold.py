"""Threshold: a person adopts once the adopters among those listened to are a given part, or number."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, ClassVar, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, SerializerFunctionWrapHandler, model_serializer, model_validator

from ..errors import GraphError
from ..graph.columns import PeopleColumn, values_of
from ..graph.csr import Graph
from ..kernels import rng
from ..kernels.needs import FIXED, NORMAL, UNIFORM, Law
from ..kernels.threshold import THRESHOLDS, ThresholdScratch, ThresholdWorld, Whole, threshold_chunk
from ..spec import ColumnName, Probability, ProbabilityOrColumn, Spec, WholeOrColumn, refuse, show
from .base import DiffusionModel, Expected, Model, Promises, Setting, TheoryLine, network_arrays
from .chances import refuse_in_mixing
from .theory_lines import crowd_line, thresholds_line

_SLACK = 1e-9
"""Taken off before rounding up: 0.2 of 5 contacts is 1, whatever binary fractions say."""

_WHOLE = 2.0**52
"""What the weights into a person sum to, so that sums are exact whole numbers, whatever their order."""


class RandomFraction(Spec):
    """Fractions drawn at random, a person's own; at or below 0 she adopts of her own accord, above 1 never."""

    distribution: Literal["uniform", "normal"]
    """Whether fractions are spread evenly over (low, high], or as a bell curve around mean."""
    low: Probability = 0.0
    """Fractions lie above this, in [0, 1]; with `uniform`."""
    high: Probability = 1.0
    """Fractions are at most this, above low, up to 1; with `uniform`."""
    mean: float | None = Field(default=None, ge=-1e6, le=1e6)
    """Mean of the fractions; with `normal`."""
    sd: float | None = Field(default=None, gt=0.0, le=1e6)
    """Standard deviation of the fractions, above 0; with `normal`."""
    drawn: Literal["replica", "case"] = "replica"
    """How often: anew in each replica; or once, so that the people of all replicas are the same."""

    @model_validator(mode="after")
    def _check(self) -> RandomFraction:
        problems = [
            f"{key}: is missing; a normal distribution has a mean and an sd, such as mean = 0.25, sd = 0.1"
            for key in ("mean", "sd")
            if self.distribution == "normal" and getattr(self, key) is None
        ]
        problems += [
            f"{key}: not for a {self.distribution} distribution, got {show(getattr(self, key))}; leave it out"
            for key in ("low", "high", "mean", "sd")
            if key in self.unused() & self.model_fields_set
        ]
        if self.distribution == "uniform" and self.low >= self.high:
            problems.append(f"low: must be below high, {self.high:g}, got {self.low:g}; lower it")
        refuse(problems)
        return self

    @model_serializer(mode="wrap")
    def _write(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        written: dict[str, Any] = write(self)
        return {key: value for key, value in written.items() if key not in self.unused()}

    def unused(self) -> frozenset[str]:
        """Return the keys of the other distribution."""
        return frozenset({"mean", "sd"} if self.distribution == "uniform" else {"low", "high"})

    def law(self, setting: Setting) -> Law:
        """Return the distribution as the kernel reads it."""
        uniform = self.distribution == "uniform"
        start = self.low if uniform else self.mean or 0.0
        scale = self.high - self.low if uniform else self.sd or 1.0
        once = self.drawn == "case"
        return Law(
            kind=UNIFORM if uniform else NORMAL,
            start=float(start),
            scale=float(scale),
            alone=0.0 if uniform else 0.5 * math.erfc(start / scale / math.sqrt(2.0)),
            once=once,
            case_key=rng.derive_key(setting.key(rng.POPULATION), THRESHOLDS) if once else np.uint64(0),
        )


class Threshold(Model):
    """A person adopts at the step after enough of those she listens to have adopted, and for good.

    v listens to k_v people, those with a tie to v. She adopts at step t + 1 if the m of them who adopted by step t are
    at least need_v; all who can, adopt together. With `count`, need_v is that number. With a fraction phi_v, it is
    ceil(phi_v k_v - 1e-9), and at least 1 where phi_v is above 0. Whose need is 0 (count 0, phi_v at or below 0) adopts
    of her own accord at step 1; anybody else who listens to nobody never does. With `weight` w, v adopts once the w of
    ties from adopters sum to at least phi_v times the w of all ties to v (less 1e-9 of these), and are not all 0. Where
    c parallel ties are counted, a tie has c times the weight, as if all had been kept; `count` counts people.

    Within a step, those of their own accord come first, by number; then the listeners of each adopter of the step
    before, in the order in which these adopted, each one's by number. Whoever completes a need is the one followed.
    Everybody-to-everybody is Granovetter's crowd. Uniform random fractions are the linear threshold model with weights
    1 / k_v, or with w over their sum.
    """

    needs_seeding: ClassVar[bool] = False
    source: ClassVar[str] = (
        "Granovetter (1978); Watts (2002), the model; Centola & Macy (2007), complex contagions; "
        "Kempe, Kleinberg & Tardos (2015), section 2, for uniform fractions"
    )
    definitions: ClassVar[Mapping[str, tuple[str, str]]] = {
        "instigators": ("people", "people who adopted of their own accord, whatever others did; seed nodes not")
    }
    promises: ClassVar[Promises] = Promises(
        never={"count": 2**31 - 1, "fraction": None, "random_fraction": None, "weight": None},
        always={"count": 1, "fraction": None, "random_fraction": None, "weight": None},
    )

    kind: Literal["threshold"] = "threshold"
    fraction: ProbabilityOrColumn | None = None
    """Part of those listened to who must have adopted, in [0, 1]; or a column of people."""
    random_fraction: RandomFraction | None = None
    """In place of fraction."""
    count: WholeOrColumn | None = None
    """How many of those listened to must have adopted, at least 1; or a column of people, 0: of one's own accord."""
    weight: ColumnName | None = None
    """Name of the tie column that says how much each tie counts, at least 0; not with count. Left out: all alike."""
    rule: Literal["count", "fraction"] | None = Field(default=None, exclude=True)
    """With `threshold`, another way to write count or fraction: which of the two it is."""
    threshold: float | ColumnName | None = Field(default=None, exclude=True)
    """With `rule`: the number, the part, or the column of people."""

    @model_validator(mode="before")
    @classmethod
    def _in_two_keys(cls, given: Any) -> Any:
        """Turn ``rule = "count", threshold = 2`` into ``count = 2``, so that both are one case."""
        if not isinstance(given, Mapping) or given.get("rule") not in ("count", "fraction") or "threshold" not in given:
            return given
        if "count" in given or "fraction" in given:
            return given
        rest = {key: value for key, value in given.items() if key not in ("rule", "threshold")}
        return {**rest, given["rule"]: given["threshold"]}

    @model_validator(mode="after")
    def _check(self) -> Threshold:
        problems = []
        if self.rule is not None or self.threshold is not None:
            one = "rule" if self.rule is not None else "threshold"
            other = "threshold" if one == "rule" else "rule"
            problems.append(f"{one}: needs {other} beside it, and neither count nor fraction; or write count = 2 alone")
        given = [key for key in ("fraction", "random_fraction", "count") if getattr(self, key) is not None]
        if not problems and len(given) != 1:
            got = " and ".join(given) or "none"
            problems.append(f"fraction: one of fraction, random_fraction, count must be given, got {got}; write one")
        if self.weight is not None and self.count is not None:
            problems.append(
                f"weight: not with count, which counts people, got {self.weight!r}; give a fraction instead"
            )
        refuse(problems)
        return self

    def tie_columns(self) -> dict[str, tuple[float, float]]:
        """Return the column of weights, if one is named."""
        return {} if self.weight is None else {self.weight: (0.0, np.inf)}

    def people_columns(self) -> dict[str, PeopleColumn]:
        """Return the column of thresholds, if one is named."""
        if isinstance(self.fraction, str):
            return {"fraction": PeopleColumn(self.fraction, low=0.0, high=1.0)}
        if isinstance(self.count, str):
            return {"count": PeopleColumn(self.count, low=0.0, high=2.0**31 - 1, whole=True)}
        return {}

    def compile(self, graph: Graph, setting: Setting) -> DiffusionModel:
        """Work out what everybody needs; see `Model.compile`."""
        n, exposure = graph.n_people, self._exposure(graph)
        dtype, drawn = exposure.share.dtype, self.random_fraction
        need = self._need(graph, exposure) if drawn is None else np.zeros(0, dtype)
        total = np.zeros(0, dtype) if drawn is None else exposure.total
        willing = np.flatnonzero(need == 0).astype(np.int32)
        law = _NOTHING_DRAWN if drawn is None else drawn.law(setting)

        def new_scratch(halt: NDArray[np.uint8]) -> ThresholdScratch:
            return ThresholdScratch(
                order=np.zeros(n + 1, np.int32),
                parent=np.zeros(n, np.int32),
                missing=np.zeros(n, dtype),
                touched=np.zeros(0 if graph.complete else n, np.int32),
                first=np.full(n if graph.complete else 0, -1, np.int32),
                following=np.zeros(n if graph.complete else 0, np.int32),
                halt=halt,
            )

        return DiffusionModel(
            kernel=threshold_chunk,
            world=ThresholdWorld(
                **network_arrays(graph),
                share=exposure.share,
                per_tie=exposure.per_tie,
                need=need,
                willing=willing,
                total=total,
                slack=exposure.slack,
                law=law,
            ),
            expects={
                "share": Expected(dtype, len(graph.indices) if exposure.per_tie else 1, low=0),
                "need": Expected(dtype, len(need), low=0),
                "willing": Expected(np.int32, len(willing), low=0, high=n - 1),
                "total": Expected(dtype, len(total), low=0),
            },
            new_scratch=new_scratch,
            counts=("reach", "instigators"),
            curves=("reach",),
            ties_examined=n if graph.complete else graph.n_ties + n,
        )

    def theory_line(self, graph: Graph, seed_nodes: NDArray[np.int32], n_steps: int) -> TheoryLine | None:
        """Return Granovetter's count in complete mixing, Gleeson & Cahalane's mean on undirected networks."""
        if self.random_fraction is not None:
            return None
        if graph.complete:
            return crowd_line(self._need(graph, self._exposure(graph)), seed_nodes, n_steps)
        if self.people_columns() or self.weight is not None or graph.tie_counts is not None or self.fraction == 0.0:
            return None
        from ..theory import count_need, fraction_need

        most = int(graph.in_degree.max())
        need = count_need(most, int(self.count)) if self.count else fraction_need(most, float(self.fraction or 0.0))
        return thresholds_line(graph, need, seed_nodes, n_steps)

    def _exposure(self, graph: Graph) -> _Exposure:
        if graph.complete:
            if self.weight is not None:
                refuse_in_mixing(graph, self.weight, key="weight")
            return _Exposure(np.ones(1, np.int32), 0, graph.in_degree.astype(np.int32), _SLACK)
        if self.weight is not None:
            return _weighted(graph, self.weight)
        if graph.tie_counts is None or self.count is not None:
            return _Exposure(np.ones(1, np.int32), 0, graph.in_degree.astype(np.int32), _SLACK)
        counts = graph.tie_counts.astype(np.int64)
        total = np.zeros(graph.n_people, np.int64)
        np.add.at(total, graph.indices, counts)
        return _Exposure(counts, 1, total, _SLACK)

    def _need(self, graph: Graph, exposure: _Exposure) -> Whole:
        """Return the exposure at which each person adopts; the largest number there is: never."""
        never = np.iinfo(exposure.share.dtype).max
        named = self.people_columns()
        wanted = np.full(graph.n_people, 0.0 if named else self.count or self.fraction, np.float64)
        for key, column in named.items():
            wanted = values_of(graph, column, key=f"model.{key}")
        if self.count is None:
            wanted = np.where(wanted > 0.0, np.maximum(np.ceil(wanted * exposure.total - exposure.slack), 1.0), 0.0)
        need = np.full(graph.n_people, never)
        need[wanted < never] = wanted[wanted < never]
        return need.astype(exposure.share.dtype)


class _Exposure(NamedTuple):
    """What ties add to their listeners' exposure; see `ThresholdWorld`."""

    share: Whole
    per_tie: int
    total: Whole
    slack: float


_NOTHING_DRAWN = Law(kind=FIXED, start=0.0, scale=0.0, alone=0.0, once=False, case_key=np.uint64(0))


def _weighted(graph: Graph, column: str) -> _Exposure:
    weight = graph.tie_column(column)
    if len(weight) and weight.min() < 0.0:
        raise GraphError(f"tie column {column!r} must not be negative, got {weight.min():g}")
    n, listener, given = graph.n_people, graph.indices, weight > 0.0
    # Relative to each person's largest one, so that no sum overflows.
    largest = np.zeros(n)
    np.maximum.at(largest, listener, weight)
    weight = weight / np.where(largest > 0.0, largest, 1.0)[listener]
    if graph.tie_counts is not None:
        weight = weight * graph.tie_counts
    total = np.bincount(listener, weight, minlength=n)
    share = np.rint(weight / np.where(total > 0.0, total, 1.0)[listener] * _WHOLE).astype(np.int64)
    share[(share == 0) & given] = 1  # next to nothing is more than nothing to whoever needs next to nothing
    whole = np.bincount(listener, share, minlength=n).astype(np.int64)  # 2^52 but for rounding
    return _Exposure(share, 1, whole, _SLACK * _WHOLE)
