"""Timed cascade: an independent cascade in continuous time, in which telling takes a while."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from ..durations import MAX_DAYS, Duration, PositiveDuration
from ..errors import GraphError
from ..graph.csr import Graph
from ..kernels import arrivals, rng
from ..kernels.agenda import new_agenda
from ..kernels.live_edge import CODE_ROOM
from ..kernels.rounds import InRounds
from ..spec import ASSUMPTION, ColumnName, ProbabilityOrColumn, Spec, refuse
from .base import DiffusionModel, Expected, Model, Promises, Setting, network_arrays
from .cascades import coin_ties
from .chances import at_least_one, chances, tie_values
from .coins import CoinTable, coin_table

_SHAPE = (0.01, 100.0)
_EXPONENT = (0.1, 100.0)
_DAYS = (0.0, MAX_DAYS)

# Numbers of the streams of what is drawn once a case.
_SCALE, _SHAPES = 1, 2


def _duration_or_column(value: Duration | str) -> Duration | str:
    if isinstance(value, Duration) and value <= 0.0:
        raise PydanticCustomError("duration", "{said}", {"said": f'must be longer than "0d", got {str(value)!r}'})
    if isinstance(value, str):
        _refuse_number(value, 'a duration such as "6h", "1d" or "2w"')
    return value


def _shape_or_column(value: float | str) -> float | str:
    if isinstance(value, str):
        _refuse_number(value, "a number without quotes")
    return value


def _refuse_number(name: str, wanted: str) -> None:
    """Refuse a name that begins as numbers do: it is no column, but a number or a duration that was miswritten."""
    if name[:1].isdigit():
        said = f"must be {wanted}, or the name of a tie column, got {name!r}"
        raise PydanticCustomError("column", "{said}", {"said": said})


DurationOrColumn = Annotated[
    Duration | ColumnName, Field(union_mode="left_to_right"), AfterValidator(_duration_or_column)
]
ShapeOrColumn = Annotated[
    Annotated[float, Field(ge=_SHAPE[0], le=_SHAPE[1])] | ColumnName, AfterValidator(_shape_or_column)
]

_KEYS = {
    "fixed": ("length",),
    "exponential": ("mean",),
    "weibull": ("scale", "shape"),
    "random_weibull": ("scale_to", "shape_to"),
    "power_law": ("minimum", "exponent"),
}


class Delay(Spec):
    """How long a tie that passes it on takes, drawn for each tie in each replica.

    - fixed: `length`;
    - exponential: density exp(-t / mean) / mean;
    - weibull: longer than t with chance exp(-(t / scale)^shape);
    - random_weibull: a Weibull distribution of its own for each tie, its scale uniform in [0, scale_to), its shape in
      [0, shape_to), at least 0.01, drawn once from the run's rng_seed and the same in all replicas;
    - power_law: longer than t with chance (minimum / t)^exponent for t above `minimum`.
    """

    kind: Literal["fixed", "exponential", "weibull", "random_weibull", "power_law"]
    """Kind of distribution; it says which of the other keys are needed."""
    length: PositiveDuration | None = None
    """fixed: what each telling takes."""
    mean: DurationOrColumn | None = None
    """exponential: mean length, or the name of a tie column of days."""
    scale: DurationOrColumn | None = None
    """weibull: the length that 63 in 100 do not exceed, or the name of a tie column of days."""
    shape: ShapeOrColumn | None = None
    """weibull: below 1 long tails, above 1 a typical length; 0.01 .. 100, or the name of a tie column."""
    scale_to: PositiveDuration | None = None
    """random_weibull: upper end of the scales; IMM uses ten units of time."""
    shape_to: Annotated[float, Field(ge=_SHAPE[0], le=_SHAPE[1])] | None = None
    """random_weibull: upper end of the shapes; IMM uses 10."""
    minimum: PositiveDuration | None = None
    """power_law: the shortest length."""
    exponent: Annotated[float, Field(ge=_EXPONENT[0], le=_EXPONENT[1])] | None = None
    """power_law: the smaller, the longer the tail; the mean is infinite up to 1; 0.1 .. 100."""

    @model_validator(mode="after")
    def _refuse_wrong_keys(self) -> Delay:
        wanted = _KEYS[self.kind]
        given = [key for key in type(self).model_fields if key != "kind" and getattr(self, key) is not None]
        problems = [f"{key}: is missing; kind {self.kind!r} needs it" for key in wanted if key not in given]
        problems += [
            f"{key}: not with kind {self.kind!r}, which takes {' and '.join(wanted)}; remove it"
            for key in given
            if key not in wanted
        ]
        refuse(problems)
        return self

    def unused(self) -> frozenset[str]:
        """Return the keys of other kinds."""
        return frozenset(type(self).model_fields) - {"kind", *_KEYS[self.kind]}

    def tie_columns(self) -> dict[str, tuple[float, float]]:
        """Return the tie columns that keys name, with their ranges."""
        named = {key: getattr(self, key) for key in _KEYS[self.kind]}
        return {name: _SHAPE if key == "shape" else _DAYS for key, name in named.items() if isinstance(name, str)}

    def has_long_tail(self) -> bool:
        """Say whether single delays may be thousands of times as long as most."""
        mild = self.kind == "weibull" and isinstance(self.shape, float) and self.shape >= 0.5
        return self.kind not in ("fixed", "exponential") and not mild


class TimedCascade(Model):
    """Each person reached gets one chance at each listener, and telling takes time: an independent cascade with delays.

    Tie u -> v is live with probability p_uv and takes D_uv days, drawn from `delay`, all independently. v is reached at
    the length of the shortest path from a seed node over live ties, by the person before v on it; seed nodes are
    reached at time 0. The run ends at the horizon: reach is the number reached by then. Without one the people reached
    are those of the independent cascade, on the same luck. Of people reached at the same time the smaller number
    stands first, and of those who tell v at the same time the one who was reached first counts. Where c parallel ties
    are counted, each is live and takes its time by itself: the chance is 1 - (1 - p)^c, the delay the first of those
    that are live. In a network with layers p_uv is multiplied by the strength of the tie's layer, and a telling takes
    the layer's delay on top. Curves are kept on a grid: reached at time t belongs to record ceil(t / record_every).
    """

    source: ClassVar[str] = (
        "Gomez Rodriguez, Balduzzi & Schoelkopf (2011), the continuous-time cascade; "
        "random_weibull: Tang, Shi & Xiao (2015), section 7"
    )
    definitions: ClassVar[Mapping[str, tuple[str, str]]] = {
        "last_time": ("days", "when the last person was reached within the horizon; 0 where nobody was but seed nodes")
    }
    promises: ClassVar[Promises] = Promises(
        never={"share_prob": 0.0}, always={"share_prob": 1.0}, grows_with=("share_prob",)
    )

    takes_layers: ClassVar[bool] = True
    takes_delays: ClassVar[bool] = True

    kind: Literal["timed_cascade"] = "timed_cascade"
    share_prob: ProbabilityOrColumn
    """Chance that a person reached passes it on along a tie: a number in [0, 1], or the name of a tie column."""
    delay: Delay
    """How long a telling takes, such as {kind = "exponential", mean = "1d"}."""
    record_every: PositiveDuration = Field(default=Duration("1d"), json_schema_extra=ASSUMPTION)
    """Length of a step of the curves; results by a deadline are exact where it divides the horizon."""

    def tie_columns(self) -> dict[str, tuple[float, float]]:
        """Return the columns of chances and delays that keys name."""
        chances = {self.share_prob: (0.0, 1.0)} if isinstance(self.share_prob, str) else {}
        return chances | self.delay.tie_columns()

    def step_length(self) -> float:
        """Return the width of the grid of the curves in days."""
        return float(self.record_every)

    def may_go_on(self) -> bool:
        """Say that tails so long that a replica's curve may take millions of records need a horizon."""
        return self.delay.has_long_tail()

    def compile(self, graph: Graph, setting: Setting) -> DiffusionModel:
        """Turn chances into coin thresholds and delays into arrays; see `Model.compile`."""
        one = chances(graph, self.share_prob)
        counts = np.zeros(0) if graph.tie_counts is None else graph.tie_counts.astype(np.float64)
        added = graph.tie_delay()
        form, scale, power = _delays(graph, self.delay, setting)
        world = arrivals.ArrivalWorld(
            **network_arrays(graph),
            **coins(graph, at_least_one(graph, one)),
            form=form,
            scale=scale,
            power=power,
            n_parallel=counts,
            one_prob=one,
            added=np.zeros(1) if added is None else added,
            own_rate=0.0,
            days_per_step=float(self.record_every),
        )
        model = arrival_model(world, counts=("reach",), ends="died_out", expects=arrival_arrays(graph, world))
        return dataclasses.replace(model, in_rounds=_in_rounds(graph, world))


def _in_rounds(graph: Graph, world: arrivals.ArrivalWorld) -> InRounds | None:
    """Return the plain cascade of a world in which every telling takes as long; None where they differ."""
    if world.form != arrivals.FIXED or (world.added != world.added[:1]).any():
        return None
    table = CoinTable(world.threshold, world.code, bool(world.per_tie))
    return InRounds(coin_ties(graph, table), float(world.scale[0]), float(world.added.max(initial=0.0)))


def coins(graph: Graph, prob: NDArray[np.float64]) -> dict[str, Any]:
    """Return the fields of a world of arrivals that say which ties pass it on."""
    table = coin_table(prob, len(graph.indices))
    return {"threshold": table.threshold, "code": table.code, "per_tie": int(table.per_tie)}


def arrival_arrays(graph: Graph, world: arrivals.ArrivalWorld) -> dict[str, Expected]:
    """Return what the arrays of a world of arrivals must be: an entry a tie, or one for all."""

    def fits(array: NDArray[Any], none: int) -> int:
        return graph.n_ties if len(array) == graph.n_ties and not graph.complete else none

    return {
        "threshold": Expected(np.uint64, len(world.threshold)),
        "code": Expected(
            world.code.dtype, CODE_ROOM + (graph.n_ties if world.per_tie else 1), 0, len(world.threshold) - 1
        ),
        "scale": Expected(np.float64, fits(world.scale, 1), 0.0, np.finfo(np.float64).max),
        "power": Expected(np.float64, fits(world.power, 1), 0.0, 1.0 / _SHAPE[0]),
        "n_parallel": Expected(np.float64, fits(world.n_parallel, 0), 1.0),
        "one_prob": Expected(np.float64, fits(world.one_prob, 1), 0.0, 1.0),
        "added": Expected(np.float64, fits(world.added, 1), 0.0, np.finfo(np.float64).max),
    }


def arrival_model(
    world: arrivals.ArrivalWorld, *, counts: tuple[str, ...], ends: str, expects: Mapping[str, Expected]
) -> DiffusionModel:
    """Return the model of a world of arrivals."""
    n = world.n_people

    def new_scratch(halt: NDArray[np.uint8]) -> arrivals.ArrivalScratch:
        return arrivals.ArrivalScratch(
            order=np.zeros(n, np.int32),
            parent=np.zeros(n, np.int32),
            time=np.full(n, np.inf),
            late=np.zeros(n, np.int32),
            agenda=new_agenda(n),
            live=np.zeros(arrivals.BATCH + 1, np.int64),
            lane_keys=np.zeros(64, np.uint64),
            halt=halt,
        )

    return DiffusionModel(
        kernel=arrivals.arrivals_chunk,
        world=world,
        expects=expects,
        new_scratch=new_scratch,
        counts=counts,
        curves=counts,
        amounts=("last_time",),
        ends=ends,
        days_per_step=world.days_per_step,
        ties_examined=n * (n - 1.0) if world.complete else float(len(world.indices) + n),
        typical_steps=64,
    )


def _delays(graph: Graph, delay: Delay, setting: Setting) -> tuple[int, NDArray[np.float64], NDArray[np.float64]]:
    """Return form, scale and power as `kernels.arrivals` takes them."""

    def values(key: str, bounds: tuple[float, float]) -> NDArray[np.float64]:
        given = getattr(delay, key)
        if isinstance(given, float):
            return np.array([float(given)])
        return tie_values(graph, given, key=f"delay.{key}", low=bounds[0], high=bounds[1])

    any_power = np.ones(1)
    if delay.kind == "fixed":
        return arrivals.FIXED, values("length", _DAYS), any_power
    if delay.kind == "exponential":
        return arrivals.EXPONENTIAL, values("mean", _DAYS), any_power
    if delay.kind == "power_law":
        return arrivals.POWER_LAW, values("minimum", _DAYS), 1.0 / values("exponent", _EXPONENT)
    if delay.kind == "weibull":
        return arrivals.WEIBULL, values("scale", _DAYS), 1.0 / values("shape", _SHAPE)
    if graph.complete:
        raise GraphError("delay.kind: 'random_weibull' draws for each tie, but everybody-to-everybody stores none")
    assert delay.scale_to is not None
    assert delay.shape_to is not None
    key, ties = setting.key(rng.POPULATION), np.arange(graph.n_ties, dtype=np.int64)
    scale, shape = np.empty(graph.n_ties), np.empty(graph.n_ties)
    rng.set_uniforms_at(rng.derive_key(key, _SCALE), ties, scale)
    rng.set_uniforms_at(rng.derive_key(key, _SHAPES), ties, shape)
    return arrivals.WEIBULL, float(delay.scale_to) * scale, 1.0 / np.maximum(delay.shape_to * shape, _SHAPE[0])
