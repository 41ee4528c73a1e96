"""The tidy table of a study: a row a replica, put together of its parts in order of cases, a group at a time."""

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

from ..errors import FolderError
from ..results.files import written_anew
from ..results.store import plain_table
from .adaptive import blocks_of
from .parts import Layout, Parts
from .study import Study

ROWS_OF_A_GROUP = 1 << 16
"""Rows of a group of rows in Parquet: fixed, so that equal tables are equal files."""

Rows = Mapping[str, NDArray[Any]]


class Table:
    """The rows of a study, read from its parts.

    first : replicas of each case and set that count; parts may hold more
    """

    def __init__(self, study: Study, parts: Parts, layout: Layout) -> None:
        """Look at the parts that there are."""
        self.study, self.parts, self.layout = study, parts, layout

    def groups(self, *, curves: bool = False) -> Iterator[dict[str, NDArray[Any]]]:
        """Yield the rows of a group of cases after another: case, set, replica and metrics, in this order."""
        for group in range(len(self.layout.groups) - 1):
            yield self.group(group, curves=curves)

    def group(self, group: int, *, curves: bool = False) -> dict[str, NDArray[Any]]:
        """Return the rows of one group of cases, ordered by case, set, replica."""
        blocks = []
        for block, _ in blocks_of(self.study, self.parts, self.layout, group):
            table = self.parts.table(block, curves=curves)
            if len(table):
                blocks.append((len(table), {name: table[name].to_numpy() for name in table.column_names}))
        if not blocks:
            return {}
        rows = _joined(blocks)
        # A stable sort keeps each replica's steps in order; most tables are in order already but for the rounds.
        order = np.lexsort((rows["replica"], rows["set"], rows["case"]))
        return {name: column[order] for name, column in rows.items()}

    def types(self, *, curves: bool = False) -> dict[str, np.dtype[Any]]:
        """Return the columns that there are, in the order in which cases show them first, and their types.

        Whole numbers where every case has the column and has whole numbers in it.
        """
        found: dict[str, np.dtype[Any]] = {}
        n_tables, n_with = 0, dict[str, int]()
        for group in range(len(self.layout.groups) - 1):
            for block, _ in blocks_of(self.study, self.parts, self.layout, group):
                schema = self.parts.schema(block, curves=curves)
                if "replica" not in schema.names:  # nothing but failures
                    continue
                n_tables += 1
                for name in schema.names:
                    dtype = np.dtype(schema.field(name).type.to_pandas_dtype())
                    found[name] = np.result_type(found.get(name, dtype), dtype)
                    n_with[name] = n_with.get(name, 0) + 1
        return {name: dtype if n_with[name] == n_tables else np.dtype(float) for name, dtype in found.items()}

    def of_case(self, case: int, *, set: int = 0, curves: bool = False) -> dict[str, NDArray[Any]]:
        """Return the metrics of a case's replicas in one set, in order of replicas; empty where it was not run."""
        group = int(np.searchsorted(self.layout.groups, case, side="right")) - 1
        rows = self.group(group, curves=curves)
        if not rows:
            return {}
        here = (rows["case"] == case) & (rows["set"] == set)
        columns = {name: column[here] for name, column in rows.items() if name not in ("case", "set")}
        return {name: column for name, column in columns.items() if name == "replica" or known(column)}

    def facts(self, case: int) -> dict[str, Any]:
        """Return what is known of a case beside its numbers; empty where it was not run."""
        group = int(np.searchsorted(self.layout.groups, case, side="right")) - 1
        for block, record in blocks_of(self.study, self.parts, self.layout, group):
            place = [number for number in block.cases if number not in {f["case"] for f in record["failures"]}]
            if case in place and len(record["facts"]) == len(place):
                return dict(record["facts"][place.index(case)])
        return {}

    def failures(self) -> Iterator[dict[str, Any]]:
        """Yield the cases that could not be run, each once: case, error, message, at."""
        for group in range(len(self.layout.groups) - 1):
            seen = set()
            for _, record in blocks_of(self.study, self.parts, self.layout, group):
                for failure in record["failures"]:
                    if failure["case"] not in seen:
                        seen.add(failure["case"])
                        yield failure

    def write(self, path: Path, *, curves: bool = False) -> None:
        """Write the tidy table: keys of the case, set where there are several, replica, metrics.

        Equal studies give equal bytes, however they were run. Memory is that of one group of cases.

        Raises
        ------
        ResourceError, FolderError
            As `results.files.written_anew`.
        """
        types = self.types(curves=curves)
        kinds = kinds_of_keys(self.study)
        with written_anew(path) as file:
            self._write(file, types, kinds, curves=curves)

    def _write(self, file: Any, types: Mapping[str, np.dtype[Any]], kinds: Sequence[str], *, curves: bool) -> None:
        writer, waiting, n_waiting = None, list[pa.Table](), 0
        for rows in self.groups(curves=curves):
            if not rows:
                continue
            table = self._tidy(rows, types, kinds)
            if writer is None:
                writer = pq.ParquetWriter(file, table.schema, compression="zstd")
            waiting.append(table)
            n_waiting += len(table)
            while n_waiting >= ROWS_OF_A_GROUP:
                together = pa.concat_tables(waiting)
                writer.write_table(together.slice(0, ROWS_OF_A_GROUP).combine_chunks(), row_group_size=ROWS_OF_A_GROUP)
                rest = together.slice(ROWS_OF_A_GROUP)
                waiting, n_waiting = [rest], len(rest)
        if writer is None:
            raise FolderError(f"{self.parts.folder}: no case could be run, so there is no table")
        if n_waiting:
            writer.write_table(pa.concat_tables(waiting).combine_chunks(), row_group_size=ROWS_OF_A_GROUP)
        writer.close()

    def _tidy(self, rows: Rows, types: Mapping[str, np.dtype[Any]], kinds: Sequence[str]) -> pa.Table:
        cases, place = np.unique(rows["case"], return_inverse=True)
        shown = [self.study.design[int(case)].shown for case in cases]
        columns: dict[str, Any] = {}
        for k, (key, kind) in enumerate(zip(self.study.design.keys, kinds, strict=True)):
            columns[key] = as_column([values[k] for values in shown], kind, place)
        if self.study.n_sets > 1:
            columns["set"] = rows["set"]
        columns["replica"] = rows["replica"]
        n = len(rows["replica"])
        for name, dtype in types.items():
            if name not in ("case", "set", "replica"):
                columns[name] = rows.get(name, np.full(n, np.nan)).astype(dtype, copy=False)
        return plain_table(columns)


def _joined(blocks: list[tuple[int, dict[str, NDArray[Any]]]]) -> dict[str, NDArray[Any]]:
    from .work import join_columns

    return join_columns(blocks)


def known(column: NDArray[Any]) -> bool:
    """Say whether a metric is defined in some replica."""
    return column.dtype.kind != "f" or not bool(np.isnan(column).all())


def kinds_of_keys(study: Study) -> list[str]:
    """Return of each key whether its values are "int", "float", "bool" or, in any other case, "text"."""
    kinds: list[str] = [""] * len(study.design.keys)
    for case in range(len(study.design)):
        for k, value in enumerate(study.design[case].shown):
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


def csv_of_failures(study: Study, failures: Iterable[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Return the columns of `failures.csv`: case, its keys, error, message, at."""
    columns: dict[str, list[Any]] = {name: [] for name in ("case", *study.design.keys, "error", "message", "at")}
    for failure in failures:
        shown = study.design[int(failure["case"])].shown
        row = (failure["case"], *map(as_text, shown), failure["error"], failure["message"], failure["at"])
        for name, value in zip(columns, row, strict=True):
            columns[name].append(value)
    return columns
