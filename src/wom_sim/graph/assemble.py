"""From rows of ties to a `Graph`: sorted, merged, mirrored, checked. Every reader and generator ends here."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import GraphError
from .csr import MAX_PEOPLE, Graph, ParallelTies, SelfLoops
from .labels import Labels
from .layers import Layer, TieLayers, TimeUnit, days_since_first


def assemble(
    src: NDArray[np.int32],
    dst: NDArray[np.int32],
    labels: Labels,
    *,
    directed: bool,
    columns: Mapping[str, ArrayLike] | None = None,
    people_columns: Mapping[str, NDArray[Any]] | None = None,
    layers: TieLayers | None = None,
    times: ArrayLike | None = None,
    time_unit: TimeUnit = "d",
    parallel_ties: ParallelTies = "first",
    self_loops: SelfLoops = "drop",
    notes: tuple[str, ...] = (),
) -> Graph:
    """Sort rows into a `Graph`: drop self-loops, merge parallel ties, mirror undirected edges.

    Parameters
    ----------
    src, dst : int32 (rows,)   people's numbers, each in [0, len(labels))
    columns : mapping of name to numbers (rows,)
    layers, times : of each row; ties that differ in one of them are not parallel     time_unit : in what times count
    notes : lines said before those of this function

    Raises
    ------
    GraphError
        When there are no people or too many, a column or a time is not finite, self-loops or parallel ties are refused,
        or `parallel_ties` or `self_loops` is no word that is known.
    """
    _check_choice("parallel_ties", parallel_ties, get_args(ParallelTies))
    _check_choice("self_loops", self_loops, get_args(SelfLoops))
    n = len(labels)
    if n == 0:
        raise GraphError("the network has no people")
    if n > MAX_PEOPLE:
        raise GraphError(f"a network has at most {MAX_PEOPLE:,} people, got {n:,}")
    values = {name: _finite(column, len(src), name=f"tie column {name!r}") for name, column in (columns or {}).items()}
    apart = _apart(layers, times, len(src))
    lines = list(notes)

    loops = src == dst
    if n_loops := int(loops.sum()):
        if self_loops == "error":
            row = int(loops.argmax()) + 1
            raise GraphError(f"{_count(n_loops, 'tie')} from a person to the same person, first in data row {row:,}")
        lines.append(f"{_count(n_loops, 'self-loop')} dropped")
        src, dst = src[~loops], dst[~loops]
        values = {name: column[~loops] for name, column in values.items()}
        apart = {name: column[~loops] for name, column in apart.items()}
    del loops
    time_origin = 0.0
    if "time" in apart:
        apart["time"], time_origin = days_since_first(apart["time"], time_unit)

    keys = _pair_keys(src, dst) if directed else _pair_keys(np.minimum(src, dst), np.maximum(src, dst))
    del src, dst
    order = None
    if values or apart:
        order = _stable_order(keys, *apart.values())
        keys = keys[order]
        apart = {name: column[order] for name, column in apart.items()}
    else:
        keys.sort()
    starts = _starts(keys, *apart.values())
    counts = None
    if n_parallel := len(keys) - len(starts):
        if parallel_ties == "error":
            repeats = _count(n_parallel, "tie")
            raise GraphError(f'{repeats} repeating an earlier one; merge with parallel_ties = "first"')
        kind = "contact" if "time" in apart else "tie" if directed else "edge"
        how = "counted as parallel" if parallel_ties == "count" else "merged"
        lines.append(f"{_count(n_parallel, f'repeated {kind}')} {how}")
        if order is not None and parallel_ties in ("first", "count"):
            lines += _lost_values(values, order, starts, kind)
    if parallel_ties == "count":
        counts = np.diff(np.append(starts, len(keys))).astype(np.int32)
    values = {name: _merge(column[order], starts, parallel_ties) for name, column in values.items()}
    for name, column in values.items():
        if not np.isfinite(column).all():
            raise GraphError(f"tie column {name!r}: the sum of repeated ties is too large for a number")
    if n_parallel:
        keys = keys[starts]
        apart = {name: column[starts] for name, column in apart.items()}
    del starts, order

    if not directed:
        keys = np.concatenate((keys, (keys << np.uint64(32)) | (keys >> np.uint64(32))))
        if values or apart or counts is not None:
            apart = {name: np.concatenate((column, column)) for name, column in apart.items()}
            # No two are equal any more.
            order = np.lexsort((*reversed(apart.values()), keys)) if apart else np.argsort(keys)
            keys = keys[order]
            apart = {name: column[order] for name, column in apart.items()}
            values = {name: np.concatenate((column, column))[order] for name, column in values.items()}
            counts = None if counts is None else np.concatenate((counts, counts))[order]
        else:
            keys.sort()
    indices = keys.astype(np.uint32).view(np.int32)
    keys >>= np.uint64(32)
    indptr = np.zeros(n + 1, np.int64)
    np.cumsum(np.bincount(keys.view(np.int64), minlength=n), out=indptr[1:])
    if len(indices) == 0:
        lines.append("the network has no ties: nobody can be reached but the seed nodes")
    return Graph(
        indptr,
        indices,
        directed,
        labels,
        values,
        dict(people_columns or {}),
        tie_counts=counts,
        notes=tuple(lines),
        tie_layers=apart.get("layer"),
        layers=() if layers is None else tuple(Layer(name=name) for name in layers.names),
        tie_times=apart.get("time"),
        time_origin=time_origin,
    )


def _apart(layers: TieLayers | None, times: ArrayLike | None, n_rows: int) -> dict[str, NDArray[Any]]:
    """Return what makes parallel rows ties of their own, in the order in which ties are sorted."""
    apart: dict[str, NDArray[Any]] = {}
    if layers is not None:
        if len(layers.number) != n_rows:
            raise GraphError(f"layers must have {n_rows:,} rows, got {len(layers.number):,}")
        apart["layer"] = layers.number
    if times is not None:
        apart["time"] = _finite(times, n_rows, name="times")
    return apart


def _starts(keys: NDArray[np.uint64], *apart: NDArray[Any]) -> NDArray[np.int64]:
    """Return where runs of equal rows begin."""
    if not len(keys):
        return np.zeros(0, np.int64)
    is_new = keys[1:] != keys[:-1]
    for column in apart:
        is_new |= column[1:] != column[:-1]
    return np.flatnonzero(np.concatenate(([True], is_new)))


def _check_choice(name: str, value: Any, known: tuple[str, ...]) -> None:
    if value not in known:
        near = difflib.get_close_matches(str(value), known, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise GraphError(f"{name} must be one of {', '.join(map(repr, known))}, got {value!r}{hint}")


def _pair_keys(first: NDArray[np.int32], second: NDArray[np.int32]) -> NDArray[np.uint64]:
    keys = first.astype(np.uint64)
    keys <<= np.uint64(32)
    keys |= second.astype(np.uint64)
    return keys


def _lost_values(
    values: Mapping[str, NDArray[np.float64]], order: NDArray[np.int64], starts: NDArray[np.int64], kind: str
) -> list[str]:
    """Say where merging rows drops numbers that differ from those kept."""
    lines = []
    for name, column in values.items():
        ordered = column[order]
        kept = np.repeat(ordered[starts], np.diff(np.append(starts, len(ordered))))
        if n_lost := int((ordered != kept).sum()):
            lines.append(
                f"column {name!r}: {_count(n_lost, f'repeated {kind}')} had another value than the first, which is kept"
            )
    return lines


def _stable_order(keys: NDArray[np.uint64], *then: NDArray[Any]) -> NDArray[np.int64]:
    if then:
        return np.lexsort((*reversed(then), keys))
    # NumPy's fast sort does not keep equal keys in order; they are few, so they alone are put in order afterwards.
    order = np.argsort(keys)
    ordered = keys[order]
    same = ordered[1:] == ordered[:-1]
    if same.any():
        in_group = np.concatenate((same, [False])) | np.concatenate(([False], same))
        places = np.flatnonzero(in_group)
        order[places] = order[places][np.lexsort((order[places], ordered[places]))]
    return order


def _merge(column: NDArray[np.float64], starts: NDArray[np.int64], how: ParallelTies) -> NDArray[np.float64]:
    if len(starts) == len(column):
        return column
    if how == "max":
        return np.maximum.reduceat(column, starts)
    if how == "sum":
        with np.errstate(over="ignore"):  # looked for by the caller
            return np.add.reduceat(column, starts)
    return column[starts]


def person_numbers(values: ArrayLike, name: str) -> NDArray[np.int32]:
    """Return people's numbers as int32 (rows,), or raise GraphError naming the argument."""
    array = np.asarray(values)
    if array.ndim != 1:
        raise GraphError(f"{name} must be a one-dimensional array, got {array.ndim} dimensions")
    if len(array) == 0:
        return np.zeros(0, np.int32)
    if array.dtype.kind not in "iu":
        raise GraphError(f"{name} must hold whole numbers, got {array.dtype}")
    if int(array.min()) < 0:
        raise GraphError(f"{name} must not be negative, got {int(array.min())}")
    if int(array.max()) >= MAX_PEOPLE:
        raise GraphError(f"{name} must be below {MAX_PEOPLE:,}, got {int(array.max()):,}")
    return array.astype(np.int32)


def whole_number(name: str, value: Any) -> int:
    """Return a number of people as an int, or raise GraphError naming the argument."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 0:
        raise GraphError(f"{name} must be a whole number, not negative, got {value!r}")
    return int(value)


def _finite(column: ArrayLike, n_rows: int, *, name: str) -> NDArray[np.float64]:
    array = np.asarray(column)
    if array.dtype.kind not in "iuf":
        raise GraphError(f"{name} must hold numbers, got {array.dtype}")
    if array.shape != (n_rows,):
        raise GraphError(f"{name} must have {n_rows:,} rows, got shape {array.shape}")
    values = array.astype(np.float64)
    if not np.isfinite(values).all():
        row = int(np.flatnonzero(~np.isfinite(values))[0])
        raise GraphError(f"{name} must be finite, got {values[row]} in row {row + 1:,}")
    return values


def _count(n: int, thing: str) -> str:
    return f"{n:,} {thing}{'' if n == 1 else 's'}"
