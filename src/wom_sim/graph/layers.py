"""Layers of a network, such as platforms, and times of contacts: what makes parallel ties ties of their own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import ArrayLike, NDArray
from pydantic import Field

from ..durations import MAX_DAYS, UNITS, Duration
from ..errors import GraphError
from ..spec import Spec, nearest, repeated
from .rows import BLANKS, RowFaultError, control_character

if TYPE_CHECKING:
    from .csr import Graph

MAX_LAYERS = 255
MAX_STRENGTH = 1e6

TimeUnit = Literal["s", "min", "h", "d", "w", "y"]
"""In what times count; a year has 365.25 days."""


class Layer(Spec):
    """A layer of a network, such as a platform, and how ties in it differ from others."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    """What the layer is called in the network's data."""
    strength: Annotated[float, Field(ge=0.0, le=MAX_STRENGTH)] = 1.0
    """Multiplies the chance, or the weight, of each tie in this layer; at least 0. A chance above 1 is an error."""
    delay: Duration = Duration("0d")
    """What each telling in this layer takes beside the model's own delay, for models with a clock."""


class TieLayers(NamedTuple):
    """In which layer each tie is.

    number : uint8 (rows,)     names : of the layers, in the order of their numbers
    """

    number: NDArray[np.uint8]
    names: tuple[str, ...]


def number_layers(values: ArrayLike) -> TieLayers:
    """Number layers that are given by name, in alphabetical order, or by whole numbers, in theirs.

    Raises
    ------
    GraphError
        When they are neither, a name is empty, or there are more than 255.
    """
    given = np.asarray(values)
    if given.ndim != 1:
        raise GraphError(f"layers must be a one-dimensional array, got {given.ndim} dimensions")
    if given.dtype.kind == "O" and all(isinstance(value, str) for value in given.tolist()):
        given = given.astype(np.str_)
    if given.dtype.kind not in "Uiu" and len(given):
        raise GraphError(f"layers must hold names or whole numbers, got {given.dtype}")
    known, number = np.unique(given, return_inverse=True)
    names = tuple(str(name) for name in known.tolist())
    if "" in names:
        raise GraphError(f"layers: a name is empty, in row {int(np.argmax(given == '')) + 1:,}")
    return TieLayers(_as_bytes(number, names), names)


def layers_of(column: pa.ChunkedArray, *, where: str) -> TieLayers:
    """Number the layers of a column of text, to be trimmed, or whole numbers, without nulls; see `number_layers`.

    Raises
    ------
    GraphError
        When there are more than 255 layers.
    RowFaultError
        At a name that is empty or has control characters.
    """
    if pa.types.is_integer(column.type):
        known, number = np.unique(column.to_numpy(), return_inverse=True)
        names = tuple(map(str, known.tolist()))
        return TieLayers(_as_bytes(number, names, f"{where}: "), names)
    coded = pc.utf8_trim(column.cast(pa.large_string()), characters=BLANKS).combine_chunks().dictionary_encode()
    texts: list[str] = coded.dictionary.to_pylist()
    codes = coded.indices.to_numpy()
    for name in texts:
        if not name or not name.isprintable():
            row = int(np.argmax(codes == texts.index(name)))
            raise RowFaultError(row, control_character(name) if name else "a layer is empty")
    names = tuple(sorted(texts))
    place = {name: number for number, name in enumerate(names)}
    number = np.array([place[name] for name in texts], np.int64)[codes]
    return TieLayers(_as_bytes(number, names, f"{where}: "), names)


def _as_bytes(number: NDArray[np.int64], names: Sequence[str], where: str = "") -> NDArray[np.uint8]:
    if len(names) > MAX_LAYERS:
        shown = ", ".join(map(repr, names[:3]))
        raise GraphError(f"{where}a network has at most {MAX_LAYERS} layers, got {len(names):,}, such as {shown}")
    return number.astype(np.uint8)


def days_since_first(times: NDArray[np.float64], unit: TimeUnit) -> tuple[NDArray[np.float64], float]:
    """Return times in days since the first one, and that one in days of its own count.

    Parameters
    ----------
    times : float64 (rows,)   finite

    Raises
    ------
    GraphError
        When the unit is none, or they span more than 1000 years.
    """
    if unit not in UNITS:
        raise GraphError(f"time_unit must be one of {', '.join(map(repr, UNITS))}, got {unit!r}")
    if not len(times):
        return times, 0.0
    first = float(times.min())
    with np.errstate(over="ignore"):
        days = _in_days(times - first, unit)
    if not days.max() <= MAX_DAYS:
        raise GraphError(f"times span {days.max():,.0f} days, more than 1000 years; is their unit {unit!r}?")
    return days, float(_in_days(np.array(first), unit))


def _in_days(times: NDArray[np.float64], unit: TimeUnit) -> NDArray[np.float64]:
    # Multiplied or divided by a number without rounding: whole days stay whole.
    seconds, day = UNITS[unit], UNITS["d"]
    return times * (seconds / day) if seconds >= day else times / (day / seconds)


def with_layers(graph: Graph, layers: Iterable[Layer]) -> Graph:
    """Return the network with strengths and delays of layers; those not named keep theirs.

    Raises
    ------
    GraphError
        When the network lacks a layer, or one stands twice.
    """
    chosen = tuple(layers)
    given = {layer.name: layer for layer in chosen}
    if not chosen:
        return graph
    names = [layer.name for layer in graph.layers]
    if not names:
        raise GraphError("layers: the network has none; name the column that says which layer a tie is in, `layer`")
    if twice := repeated([layer.name for layer in chosen], section="layers"):
        raise GraphError(twice[0])
    for name in given:
        if name not in names:
            known = ", ".join(map(repr, names))
            near = nearest(name, names)
            hint = f"; {near}" if near.startswith("did you mean") else ""
            raise GraphError(f"layers.{name}: the network has no such layer; layers: {known}{hint}")
    return replace(graph, layers=tuple(given.get(layer.name, layer) for layer in graph.layers))
