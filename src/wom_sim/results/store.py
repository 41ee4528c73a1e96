"""Results as the bytes of files, and back: Parquet, CSV, JSON."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq
from numpy.typing import NDArray

from ..errors import FolderError
from .results import Results

Columns = Mapping[str, NDArray[np.int64] | NDArray[np.float64]]


def curves_table(results: Results) -> pa.Table:
    """Return the curves as a long table: replica, step, time, reach; each replica ends at its own last step.

    `time` is in steps, as nothing here has dates.
    """
    counts = results.last_step + 1
    replica = np.repeat(np.arange(results.n_replicas, dtype=np.int32), counts)
    step = (np.arange(len(replica)) - np.repeat(results.offsets[:-1], counts)).astype(np.int32)
    return _table({"replica": replica, "step": step, "time": step.astype(np.float64), "reach": results.reached_by_step})


def replicas_table(columns: Columns) -> pa.Table:
    """Return the metrics as a table: replica, then a column a metric, in order."""
    n = len(next(iter(columns.values())))
    return _table({"replica": np.arange(n, dtype=np.int32), **columns})


def parquet_bytes(table: pa.Table) -> bytes:
    """Return a table as a Parquet file; equal tables give equal bytes."""
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd", row_group_size=1 << 20)
    return sink.getvalue()


def csv_bytes(table: pa.Table) -> bytes:
    """Return a table as CSV, undefined values empty."""
    columns = [pc.if_else(pc.is_nan(c), None, c) if pa.types.is_floating(c.type) else c for c in table.columns]
    sink = io.BytesIO()
    pyarrow.csv.write_csv(pa.Table.from_arrays(columns, names=table.column_names), sink)
    return sink.getvalue()


def json_bytes(document: Any) -> bytes:
    """Return a document as indented JSON; not-a-number is a fault of ours and refused."""
    return (json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()


def read_finished(folder: Path, *, max_steps: int, at_most: int) -> dict[str, NDArray[Any]]:
    """Read back the first replicas that a committed folder holds, to go on from there.

    Returns
    -------
    dict
        reach, last_step, stop, newly as in `Results`.

    Raises
    ------
    FolderError
        When the tables do not fit together.
    """
    try:
        reach = pq.read_table(folder / "replicas.parquet", columns=["reach"])["reach"].to_numpy()
        curves = pq.read_table(folder / "curves.parquet", columns=["replica", "reach"])
        replica, reached = curves["replica"].to_numpy(), curves["reach"].to_numpy()
    except (OSError, KeyError, pa.ArrowException) as error:
        raise FolderError(f"{folder}: its tables cannot be read ({error}); --overwrite makes them anew") from None
    counts = np.bincount(replica, minlength=len(reach))
    ends = np.cumsum(counts)
    if len(counts) != len(reach) or (counts == 0).any() or not np.array_equal(reached[ends - 1], reach):
        raise FolderError(f"{folder}: its tables do not fit together; --overwrite makes them anew")
    reach, counts, ends = reach[:at_most], counts[:at_most], ends[:at_most]
    reached = reached[: ends[-1]]
    newly = np.diff(reached, prepend=0)
    newly[ends[:-1]] = reached[ends[:-1]]
    last_step = (counts - 1).astype(np.int64)
    # A replica that reached somebody in the last step allowed was stopped there; the kernel says the same.
    stop = ((last_step == max_steps) & (reach > 0)).astype(np.uint8)
    return {"reach": reach.astype(np.int64), "last_step": last_step, "stop": stop, "newly": newly.astype(np.int32)}


def _table(columns: Mapping[str, NDArray[Any]]) -> pa.Table:
    # Made of the arrays' own memory: `pa.array` would import pandas, which takes longer than a small run.
    arrays = [
        pa.Array.from_buffers(pa.from_numpy_dtype(c.dtype), len(c), [None, pa.py_buffer(np.ascontiguousarray(c))])
        for c in columns.values()
    ]
    return pa.Table.from_arrays(arrays, names=list(columns))
