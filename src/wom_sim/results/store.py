"""Results as the bytes of files, and back: Parquet, CSV, JSON."""

from __future__ import annotations

import datetime
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq
from numpy.typing import NDArray

from ..errors import FolderError
from .results import Results

Columns = Mapping[str, NDArray[np.int64] | NDArray[np.float64]]
Counts = Mapping[str, NDArray[np.int64]]


def curves_table(results: Results) -> pa.Table:
    """Return the curves as a long table: replica, step, time, then a column a curve, its height at the step.

    Each replica ends at its own last step. `time` is in days, or in steps where these have no dates.
    """
    n_steps = results.last_step + 1
    replica = np.repeat(np.arange(results.n_replicas, dtype=np.int32), n_steps)
    step = (np.arange(len(replica)) - np.repeat(results.offsets[:-1], n_steps)).astype(np.int32)
    time = step * (1.0 if results.days_per_step is None else results.days_per_step)
    heights = {name: results.by_step(name) for name in results.curve_names}
    return _table({"replica": replica, "step": step, "time": time, **heights})


def groups_table(results: Results, kind: str) -> pa.Table:
    """Return what was counted by group as a long table: replica, the group's name under `kind`, a column a count."""
    names = results.group_names[kind]
    replica = np.repeat(np.arange(results.n_replicas, dtype=np.int32), len(names))
    place = np.tile(np.arange(len(names), dtype=np.int32), results.n_replicas)
    group = pa.DictionaryArray.from_arrays(_array(place), _texts(names))
    counts = {name: _array(count.ravel()) for name, count in results.groups[kind].items()}
    columns = {"replica": _array(replica), kind: group, **counts}
    return pa.Table.from_arrays(list(columns.values()), names=list(columns))


def replicas_table(columns: Columns) -> pa.Table:
    """Return the metrics as a table: replica, then a column a metric, in order."""
    n = len(next(iter(columns.values())))
    return _table({"replica": np.arange(n, dtype=np.int32), **columns})


def plain_table(columns: Mapping[str, NDArray[Any] | Sequence[Any]]) -> pa.Table:
    """Return columns as a table: arrays as they are, lists of mixed values as text, None as empty text."""
    arrays = [_array(c) if isinstance(c, np.ndarray) else _texts([_text(v) for v in c]) for c in columns.values()]
    return pa.Table.from_arrays(arrays, names=list(columns))


def parquet_bytes(table: pa.Table) -> bytes:
    """Return a table as a Parquet file; equal tables give equal bytes."""
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd", row_group_size=1 << 20)
    return sink.getvalue()


def read_parquet(content: bytes, columns: Sequence[str] | None = None) -> pa.Table:
    """Return the table of a Parquet file's bytes, or some of its columns."""
    return pq.read_table(io.BytesIO(content), columns=None if columns is None else list(columns))


def csv_bytes(table: pa.Table) -> bytes:
    """Return a table as CSV, undefined values empty."""
    columns = [_plain(column) for column in table.columns]
    sink = io.BytesIO()
    pyarrow.csv.write_csv(pa.Table.from_arrays(columns, names=table.column_names), sink)
    return sink.getvalue()


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_dictionary(column.type):
        return column.cast(pa.string())
    return pc.if_else(pc.is_nan(column), None, column) if pa.types.is_floating(column.type) else column


def json_bytes(document: Any) -> bytes:
    """Return a document as indented JSON; not-a-number is a fault of ours and refused."""
    return (json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()


class Layout(Protocol):
    """What a kernel family counts, to read its tables back; see `engine.process.Process`."""

    @property
    def count_names(self) -> tuple[str, ...]:
        """Names of counts of a whole replica."""

    @property
    def curve_names(self) -> tuple[str, ...]:
        """Names of curves."""

    @property
    def group_names(self) -> Mapping[str, tuple[str, ...]]:
        """Names of the groups of each kind."""

    @property
    def group_counts(self) -> Mapping[str, tuple[str, ...]]:
        """Names of what is counted in each group, by kind."""

    def stops_of(self, last_step: NDArray[np.int64], counts: Counts) -> NDArray[np.uint8]:
        """Return the stop codes of replicas."""


def missing_parts(folder: Path, layout: Layout) -> list[str]:
    """Return what a committed folder was not asked to keep: ``the curve reach``, ``groups by generation``."""
    held = pq.read_schema(folder / "curves.parquet").names
    missing = [f"the curve {name}" for name in layout.curve_names if name not in held]
    kinds = [kind for kind in layout.group_names if not (folder / f"by_{kind}.parquet").exists()]
    return missing + [f"groups by {kind}" for kind in kinds]


def read_finished(folder: Path, layout: Layout, *, at_most: int) -> dict[str, Any]:
    """Read back the first replicas that a committed folder holds, to go on from there.

    Returns
    -------
    dict
        last_step, stop, counts, newly, groups as in `Results`.

    Raises
    ------
    FolderError
        When the tables do not fit together.
    """
    try:
        table = pq.read_table(folder / "replicas.parquet", columns=list(layout.count_names))
        counts = {name: _counted(table[name].to_numpy()) for name in layout.count_names}
        curves = pq.read_table(folder / "curves.parquet", columns=["replica", *layout.curve_names])
        replica = curves["replica"].to_numpy()
        heights = {name: curves[name].to_numpy() for name in layout.curve_names}
        groups = {
            kind: _read_groups(folder / f"by_{kind}.parquet", kind, names, layout.group_counts[kind])
            for kind, names in layout.group_names.items()
        }
    except (OSError, KeyError, pa.ArrowException) as error:
        first = str(error).splitlines()[0][:120]
        raise FolderError(f"{folder}: its tables cannot be read ({first}); --overwrite makes them anew") from None
    n_replicas = len(table)
    n_steps = np.bincount(replica, minlength=n_replicas)
    ends = np.cumsum(n_steps)
    whole = len(n_steps) == n_replicas and not (n_steps == 0).any()
    # A count that has the name of a curve is where that curve ends.
    if (
        not whole
        or any(not np.array_equal(heights[name][ends - 1], counts[name]) for name in counts.keys() & heights.keys())
        or any(len(count) != n_replicas for of_kind in groups.values() for count in of_kind.values())
    ):
        raise FolderError(f"{folder}: its tables do not fit together; --overwrite makes them anew")
    last_step = (n_steps[:at_most] - 1).astype(np.int64)
    counts = {name: count[:at_most] for name, count in counts.items()}
    return {
        "last_step": last_step,
        "stop": layout.stops_of(last_step, counts),
        "counts": counts,
        "newly": {name: _changes(height, ends[:at_most]) for name, height in heights.items()},
        "groups": {
            kind: {name: count[:at_most] for name, count in of_kind.items()} for kind, of_kind in groups.items()
        },
    }


def _counted(column: NDArray[Any]) -> NDArray[Any]:
    """Return a count as int64; a sum of fractions, such as of money, stays float64."""
    return column if column.dtype == np.float64 else column.astype(np.int64)


def _changes(heights: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.int32]:
    """Return the change at each step of the curves that end before `ends`; each begins from nothing."""
    heights = heights[: ends[-1]]
    newly = np.diff(heights, prepend=0)
    newly[ends[:-1]] = heights[ends[:-1]]
    return newly.astype(np.int32)


def _read_groups(
    file: Path, kind: str, names: tuple[str, ...], count_names: tuple[str, ...]
) -> dict[str, NDArray[np.int64]]:
    """Return name -> int64 (R, G), with no replica where the rows are not those of `groups_table`."""
    table = pq.read_table(file, columns=["replica", kind, *count_names])
    n_replicas = len(table) // max(len(names), 1)
    place = pc.index_in(table[kind].cast(pa.string()), value_set=_texts(names)).to_numpy()
    rows = np.arange(len(table))
    if not (
        len(table) == n_replicas * len(names)
        and np.array_equal(place, rows % len(names))
        and np.array_equal(table["replica"].to_numpy(), rows // len(names))
    ):
        n_replicas, table = 0, table.slice(0, 0)
    return {name: _counted(table[name].to_numpy()).reshape(n_replicas, len(names)) for name in count_names}


def _table(columns: Mapping[str, NDArray[Any]]) -> pa.Table:
    return pa.Table.from_arrays([_array(column) for column in columns.values()], names=list(columns))


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    return value.isoformat(sep=" ") if isinstance(value, datetime.datetime) else str(value)


def _array(column: NDArray[Any]) -> pa.Array:
    if column.dtype == np.dtype("datetime64[D]"):  # Arrow counts days in 32 bits
        days = pa.py_buffer(column.astype(np.int64).astype(np.int32))
        return pa.Array.from_buffers(pa.date32(), len(column), [None, days])
    # Made of the array's own memory: `pa.array` would import pandas, which takes longer than a small run.
    buffer = pa.py_buffer(np.ascontiguousarray(column))
    return pa.Array.from_buffers(pa.from_numpy_dtype(column.dtype), len(column), [None, buffer])


def _texts(names: Sequence[str]) -> pa.Array:
    encoded = [name.encode() for name in names]
    ends = np.cumsum([0, *map(len, encoded)]).astype(np.int32)
    return pa.Array.from_buffers(pa.string(), len(encoded), [None, pa.py_buffer(ends), pa.py_buffer(b"".join(encoded))])
