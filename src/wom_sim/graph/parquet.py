"""Edge lists as Parquet tables."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet
from numpy.typing import NDArray

from ..errors import GraphError
from .layers import layers_of
from .raw import MAX_BYTES, MAX_RATIO, FileBytes
from .rows import (
    Ranges,
    RowFaultError,
    Rows,
    column_number,
    first_outside,
    number_people,
    range_fault,
    source_and_target,
)


def read_parquet(
    file: FileBytes, *, source: str | None, target: str | None, ranges: Ranges, layer: str | None = None
) -> Rows:
    """Read rows of source, target and numeric columns from a Parquet table.

    Labels are text or whole numbers, plain or categorical; they become trimmed text.

    Parameters
    ----------
    source, target : names of columns; default: the first two
    ranges : the numeric columns to read, with the range each allows
    layer : the column that says in which layer a tie is

    Raises
    ------
    GraphError
        When the file is no Parquet, unpacks to too much, lacks a column or rows, or, naming the row (from 1): a label
        is null, empty, neither text nor a whole number, or a number is missing or out of range.
    """
    if not file.content:
        raise GraphError(f"{file.shown}: the file is empty: the graph has no nodes")
    try:
        parquet = pa.parquet.ParquetFile(pa.BufferReader(file.content))
    except (pa.ArrowException, OSError) as error:
        raise GraphError(f"{file.shown}: not a Parquet file, or damaged: {_first_line(error)}") from None
    names = parquet.schema_arrow.names
    ends = source_and_target(source, target, names, where=file.shown)
    named = [*ranges] if layer is None else [*ranges, layer]
    wanted = [*ends, *(column_number(name, names, where=file.shown) for name in named)]
    # A run of equal values takes a few bytes however long it is, so rows rather than bytes bound what is unpacked.
    n_rows = parquet.metadata.num_rows
    if n_rows == 0:
        raise GraphError(f"{file.shown}: no rows: the graph has no nodes")
    if (unpacked := 8 * n_rows * len(wanted)) > MAX_BYTES and unpacked > MAX_RATIO * len(file.content):
        raise GraphError(f"{file.shown}: {n_rows:,} rows in {len(file.content):,} bytes: unpacks to too much")
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise GraphError(f"{file.shown}: {names.count(twice)} columns are called {twice!r}")
    try:
        table = parquet.read(columns=list(dict.fromkeys(names[number] for number in wanted)))
    except (pa.ArrowException, OSError) as error:
        raise GraphError(f"{file.shown}: damaged: {_first_line(error)}") from None
    source_labels, target_labels = (_labels(table.column(names[number]), names[number], file.shown) for number in ends)
    columns = {name: _numbers(table.column(name), name, limits, file.shown) for name, limits in ranges.items()}
    text = None if layer is None else _labels(table.column(layer), layer, file.shown)
    try:
        rows = number_people(source_labels, target_labels)
        layers = None if text is None else layers_of(text, where=file.shown)
    except RowFaultError as fault:
        raise GraphError(f"{file.shown}: row {fault.row + 1:,}: {fault.problem}") from None
    except (pa.ArrowException, UnicodeDecodeError) as error:
        raise GraphError(f"{file.shown}: a label is not UTF-8 text: {_first_line(error)}") from None
    return Rows(rows.src, rows.dst, rows.labels, columns, rows.notes, layers)


def _labels(column: pa.ChunkedArray, name: str, shown: str) -> pa.ChunkedArray:
    values = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    kinds = (pa.types.is_integer, pa.types.is_string, pa.types.is_large_string)
    if not any(is_kind(values) for is_kind in kinds):
        first = next((value for value in column.to_pylist()[:1000] if value is not None), None)
        row = column.to_pylist()[:1000].index(first) + 1
        raise GraphError(
            f"{shown}: row {row:,}: column {name}: labels must be text or whole numbers, got {values} ({first!r})"
        )
    if column.null_count:
        raise GraphError(f"{shown}: row {_first(pc.is_null(column)):,}: column {name}: a label is missing (null)")
    return column


def _numbers(column: pa.ChunkedArray, name: str, limits: tuple[float, float], shown: str) -> NDArray[np.float64]:
    kind = column.type
    if not (pa.types.is_integer(kind) or pa.types.is_floating(kind)):
        raise GraphError(f"{shown}: column {name}: must hold numbers, got {kind}")
    if column.null_count:
        raise GraphError(f"{shown}: row {_first(pc.is_null(column)):,}: column {name}: {range_fault(None, limits)}")
    values: NDArray[np.float64] = column.to_numpy().astype(np.float64)
    if (row := first_outside(values, limits)) is not None:
        raise GraphError(f"{shown}: row {row + 1:,}: column {name}: {range_fault(values[row].item(), limits)}")
    return values


def _first(mask: Any) -> int:
    return int(pc.index(mask, value=True).as_py()) + 1


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
