"""The tables of two runs against each other: which columns differ, in how many replicas, where first."""

from __future__ import annotations

import io
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from ..errors import FolderError

TOLERANCE = 1e-12
"""Relative difference allowed between fractions computed by different versions of NumPy."""


@dataclass(frozen=True)
class Difference:
    """A column that is not the same in two tables.

    column : str
    problem : str          "differs"; "missing now" or "new now", where only one of the tables has it
    n_replicas : int       replicas in which it differs
    replica : int or None  the first of them
    at : dict              where in that replica: step, or the group's name under its kind; empty where it has one row
    then, now : the values there
    """

    column: str
    problem: str = "differs"
    n_replicas: int = 0
    replica: int | None = None
    at: dict[str, Any] | None = None
    then: Any = None
    now: Any = None

    def document(self) -> dict[str, Any]:
        """Return this ready for JSON; NaN, an undefined metric, is null."""
        return {key: value for key, value in asdict(self).items() if value is not None or key in ("then", "now")}


@dataclass(frozen=True)
class Comparison:
    """What came of comparing a table: its name, its rows and columns now, and what differs."""

    table: str
    n_rows: int
    n_columns: int
    differences: tuple[Difference, ...]


def read_table(content: bytes, *, shown: str) -> pa.Table:
    """Read a table of a results folder from the bytes of its file.

    Raises
    ------
    FolderError
        When it is no Parquet or has no sorted column ``replica`` of whole numbers.
    """
    try:
        table = pq.read_table(io.BytesIO(content))
        replica = table["replica"].to_numpy()
    except (OSError, KeyError, pa.ArrowException) as error:
        raise FolderError(f"{shown}: is damaged: {str(error).splitlines()[0][:120]}") from None
    if replica.dtype.kind not in "iu" or (np.diff(replica) < 0).any():
        raise FolderError(f"{shown}: is damaged: its column 'replica' is not in order")
    return table


def compare_tables(name: str, then: pa.Table, now: pa.Table, *, tolerance: float) -> Comparison:
    """Compare two tables replica by replica.

    Whole numbers and texts must be equal, fractions within `tolerance`, relative to the larger; NaN equals NaN. Where
    a replica has more rows in one table than in the other, that is said as a difference in ``rows``, and its columns
    are not compared.

    Parameters
    ----------
    then, now : with the sorted column ``replica``, and in each replica as many rows as it has steps or groups
    tolerance : 0: fractions must be equal
    """
    first, second = (table["replica"].to_numpy() for table in (then, now))
    n = int(max(first.max(initial=-1), second.max(initial=-1))) + 1
    lengths = np.bincount(first, minlength=n), np.bincount(second, minlength=n)
    ragged = lengths[0] != lengths[1]
    kept = ~ragged[first], ~ragged[second]
    replica = first[kept[0]]
    differences = []
    if ragged.any():
        at = int(np.argmax(ragged))
        differences.append(
            Difference("rows", "differs", int(ragged.sum()), at, {}, *(int(side[at]) for side in lengths))
        )
    for column in dict.fromkeys([*then.column_names, *now.column_names]):
        if column not in now.column_names or column not in then.column_names:
            problem = "missing now" if column in then.column_names else "new now"
            differences.append(Difference(column, problem))
            continue
        values = _values(then[column])[kept[0]], _values(now[column])[kept[1]]
        apart = np.flatnonzero(_apart(*values, tolerance))
        if len(apart):
            row = int(apart[0])
            place = {key: _plain(_values(then[key])[kept[0]][row]) for key in _place_keys(name, then)}
            n_apart = len(np.unique(replica[apart]))
            found = Difference(column, "differs", n_apart, int(replica[row]), place, *(_plain(v[row]) for v in values))
            differences.append(found)
    return Comparison(name, len(now), now.num_columns, tuple(differences))


def _place_keys(name: str, table: pa.Table) -> list[str]:
    """Return the columns that say which row of a replica it is."""
    key = "step" if name == "curves" else name.removeprefix("by_")
    return [key] if key in table.column_names else []


def _values(column: pa.ChunkedArray) -> NDArray[Any]:
    if pa.types.is_dictionary(column.type):
        column = column.cast(pa.string())
    values: NDArray[Any] = column.to_numpy(zero_copy_only=False)
    return values


def _apart(then: NDArray[Any], now: NDArray[Any], tolerance: float) -> NDArray[np.bool_]:
    """Say in which rows two columns differ: bool (rows,)."""
    apart = np.asarray(then != now, np.bool_)
    if then.dtype.kind == "f" and now.dtype.kind == "f":
        apart &= ~(np.isnan(then) & np.isnan(now))
        if tolerance:
            finite = np.isfinite(then) & np.isfinite(now)  # infinity is close to nothing else
            with np.errstate(invalid="ignore"):
                apart &= ~(finite & (np.abs(then - now) <= tolerance * np.maximum(np.abs(then), np.abs(now))))
    return apart


def _plain(value: Any) -> Any:
    """Return a value as JSON has it; undefined is None."""
    plain = value.item() if isinstance(value, np.generic) else value
    return None if isinstance(plain, float) and not np.isfinite(plain) else plain
