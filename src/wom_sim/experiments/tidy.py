"""The tidy table of a study: keys of the case, replica, metrics; equal bytes however the study was run."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from ..errors import ResultError
from ..results.files import written_anew
from ..results.store import plain_table
from .points import Design
from .table import KEYS, Columns, Rows

ROWS_OF_A_GROUP = 1 << 16
"""Rows of a group of rows in Parquet: fixed, so that equal tables are equal files."""


def write_tidy(path: Path, design: Design, columns: Columns, rows: Iterable[Rows], *, n_sets: int) -> int:
    """Write the tidy table: keys of the case, set where there are several, replica, metrics; return its rows.

    Parameters
    ----------
    columns : which there are
    rows : of some cases after others, in order; held in memory one at a time

    Raises
    ------
    ResultError
        When there is no row.
    ResourceError, FolderError
        As `results.files.written_anew`.
    """
    types, kinds = columns.ordered(), kinds_of_keys(design)
    if not columns.types:
        raise ResultError("no case could be run, so there is no table")
    n_rows = 0
    with written_anew(path) as file:
        writer = None
        for table in _even(_tidy(design, some, types, kinds, n_sets) for some in rows if some):
            if writer is None:
                writer = pq.ParquetWriter(file, table.schema, compression="zstd")
            writer.write_table(table, row_group_size=ROWS_OF_A_GROUP)
            n_rows += len(table)
        assert writer is not None
        writer.close()
    return n_rows


def _even(tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Yield the same rows in tables of `ROWS_OF_A_GROUP` rows, the last one shorter."""
    waiting: list[pa.Table] = []
    n_waiting = 0
    for table in tables:
        waiting.append(table)
        n_waiting += len(table)
        if n_waiting < ROWS_OF_A_GROUP:
            continue
        together = pa.concat_tables(waiting)
        n_whole = n_waiting // ROWS_OF_A_GROUP * ROWS_OF_A_GROUP
        for first in range(0, n_whole, ROWS_OF_A_GROUP):
            yield together.slice(first, ROWS_OF_A_GROUP).combine_chunks()
        waiting = [together.slice(n_whole).combine_chunks()]
        n_waiting -= n_whole
    if rest := pa.concat_tables(waiting) if waiting else None:
        yield rest.combine_chunks()


def _tidy(
    design: Design, rows: Rows, types: Mapping[str, np.dtype[Any]], kinds: Sequence[str], n_sets: int
) -> pa.Table:
    cases, place = np.unique(rows["case"], return_inverse=True)
    shown = [design[int(case)].shown for case in cases]
    columns: dict[str, Any] = {}
    for k, (key, kind) in enumerate(zip(design.keys, kinds, strict=True)):
        columns[key] = as_column([values[k] for values in shown], kind, place)
    if n_sets > 1:
        columns["set"] = rows["set"]
    columns["replica"] = rows["replica"]
    n = len(rows["replica"])
    for name, dtype in types.items():
        columns[name] = rows.get(name, np.full(n, np.nan)).astype(dtype, copy=False)
    return plain_table(columns)


def kinds_of_keys(design: Design) -> list[str]:
    """Return of each key whether its values are "int", "float", "bool" or, in any other case, "text"."""
    kinds: list[str] = [""] * len(design.keys)
    for case in range(len(design)):
        for k, value in enumerate(design[case].shown):
            kinds[k] = _wider(kinds[k], _kind(value))
        if all(kind == "text" for kind in kinds):
            break
    return kinds


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int):
        return "int" if -(2**63) <= value < 2**63 else "text"
    return "float" if type(value) is float else "text"


def _wider(one: str, other: str) -> str:
    if one in ("", other):
        return other
    return "float" if {one, other} == {"int", "float"} else "text"


def as_column(values: Sequence[Any], kind: str, place: NDArray[np.int64]) -> Any:
    """Return the values of a key at each row: an array, or texts."""
    if kind in ("int", "float", "bool"):
        dtype = {"int": np.int64, "float": np.float64, "bool": np.bool_}[kind]
        return np.array(values, dtype)[place]
    texts = [as_text(value) for value in values]
    return [texts[i] for i in place.tolist()]


def as_text(value: Any) -> str:
    """Return a key's value as text: lists and tables as JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, datetime.date):
        return value.isoformat()
    return json.dumps(value, default=str, ensure_ascii=False) if isinstance(value, list | dict | tuple) else str(value)


def failures_table(design: Design, failures: Iterable[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Return the columns of `failures.csv`: case, its keys, error, message, at."""
    columns: dict[str, list[Any]] = {name: [] for name in ("case", *design.keys, "error", "message", "at")}
    for failure in failures:
        shown = design[int(failure["case"])].shown
        row = (failure["case"], *map(as_text, shown), failure["error"], failure["message"], failure["at"])
        for name, value in zip(columns, row, strict=True):
            columns[name].append(value)
    return columns


def without_keys(names: Iterable[str]) -> list[str]:
    """Return names of metrics, without those that say which row it is."""
    return [name for name in names if name not in KEYS]
