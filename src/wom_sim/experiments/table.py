"""The rows of a study, read from its parts in order of cases, a group at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .adaptive import blocks_of
from .parts import Layout, Parts
from .rows import join_columns
from .study import Study

Rows = dict[str, NDArray[Any]]
KEYS = ("case", "set", "replica")


class Columns(NamedTuple):
    """What columns there are.

    names : first case with a set of columns, and the columns, in order of cases
    types : by name; float64 where a case lacks the column
    """

    names: list[tuple[int, list[str]]]
    types: dict[str, np.dtype[Any]]

    def ordered(self) -> dict[str, np.dtype[Any]]:
        """Return names and types in the order in which cases show them first."""
        order = dict.fromkeys(name for _, names in sorted(self.names) for name in names if name not in KEYS)
        return {name: self.types[name] for name in order}


class Table:
    """The rows of a study, as far as there are parts."""

    def __init__(self, study: Study, parts: Parts, layout: Layout) -> None:
        """Look at the parts of a study."""
        self.study, self.parts, self.layout = study, parts, layout
        self._latest: tuple[tuple[int, bool], Rows] | None = None

    @property
    def n_groups(self) -> int:
        """Number of groups of cases."""
        return len(self.layout.groups) - 1

    def groups(self, *, curves: bool = False) -> Iterator[Rows]:
        """Yield the rows of a group of cases after another: case, set, replica and metrics, in this order."""
        for group in range(self.n_groups):
            yield self.group(group, curves=curves)

    def group(self, group: int, *, curves: bool = False) -> Rows:
        """Return the rows of one group of cases, ordered by case, set, replica; empty where there are none."""
        if self._latest is not None and self._latest[0] == (group, curves):
            return self._latest[1]
        blocks = []
        for block, _ in blocks_of(self.study, self.parts, self.layout, group):
            table = self.parts.table(block, curves=curves)
            if len(table):
                blocks.append((len(table), {name: table[name].to_numpy() for name in table.column_names}))
        rows = join_columns(blocks)
        if rows:
            # A stable sort: the steps of a replica stay in order.
            order = np.lexsort((rows["replica"], rows["set"], rows["case"]))
            rows = {name: column[order] for name, column in rows.items()}
        self._latest = ((group, curves), rows)
        return rows

    def cases(self, *, curves: bool = False) -> Iterator[tuple[int, Rows]]:
        """Yield each case with its rows, in order; empty rows where it could not be run."""
        for group, rows in enumerate(self.groups(curves=curves)):
            first, end = self.layout.groups[group : group + 2]
            ends = np.searchsorted(rows["case"], np.arange(first, end + 1)) if rows else np.zeros(end - first + 1, int)
            for k in range(end - first):
                yield first + k, {name: column[ends[k] : ends[k + 1]] for name, column in rows.items()}

    def columns(self, *, curves: bool = False) -> Columns:
        """Return which columns there are."""
        names: list[tuple[int, list[str]]] = []
        types: dict[str, np.dtype[Any]] = {}
        n_tables, n_with = 0, dict[str, int]()
        for group in range(self.n_groups):
            for block, record in blocks_of(self.study, self.parts, self.layout, group):
                schema = self.parts.schema(block, curves=curves)
                if "replica" not in schema.names:  # nothing but failures
                    continue
                n_tables += 1
                names += [(block.case, schema.names)] if curves else [(int(c), list(n)) for c, n in record["names"]]
                for name in schema.names:
                    dtype = np.dtype(schema.field(name).type.to_pandas_dtype())
                    types[name] = np.result_type(types.get(name, dtype), dtype)
                    n_with[name] = n_with.get(name, 0) + 1
        whole = {name: dtype if n_with[name] == n_tables else np.dtype(float) for name, dtype in types.items()}
        return Columns(names, whole)

    def of_case(self, case: int, *, set: int = 0, curves: bool = False) -> Rows:
        """Return the metrics of a case's replicas in one set, in order of replicas; empty where it was not run."""
        rows = self.group(self._group_of(case), curves=curves)
        if not rows:
            return {}
        here = (rows["case"] == case) & (rows["set"] == set)
        columns = {name: column[here] for name, column in rows.items() if name not in ("case", "set")}
        return {name: column for name, column in columns.items() if name == "replica" or is_known(column)}

    def facts(self, case: int) -> dict[str, Any]:
        """Return what is known of a case beside its numbers; empty where it was not run."""
        for _, record in blocks_of(self.study, self.parts, self.layout, self._group_of(case)):
            for facts in record["facts"]:
                if facts["case"] == case:
                    return dict(facts)
        return {}

    def records(self) -> Iterator[dict[str, Any]]:
        """Yield the records of all parts."""
        for group in range(self.n_groups):
            for _, record in blocks_of(self.study, self.parts, self.layout, group):
                yield record

    def n_sound(self) -> int:
        """Return how many replicas there are in parts whose tables are as their records say."""
        return sum(
            len(block.cases) * (block.last - block.first) * self.study.n_sets
            for group in range(self.n_groups)
            for block, _ in blocks_of(self.study, self.parts, self.layout, group)
            if self.parts.record(block, whole=True) is not None
        )

    def failures(self) -> Iterator[dict[str, Any]]:
        """Yield the cases that could not be run, each once: case, error, message, at."""
        for group in range(self.n_groups):
            found: dict[int, dict[str, Any]] = {}
            for _, record in blocks_of(self.study, self.parts, self.layout, group):
                for failure in record["failures"]:
                    found.setdefault(int(failure["case"]), failure)
            yield from (found[case] for case in sorted(found))

    def _group_of(self, case: int) -> int:
        return int(np.searchsorted(self.layout.groups, case, side="right")) - 1


def is_known(column: NDArray[Any]) -> bool:
    """Say whether a metric is defined in some replica."""
    return column.dtype.kind != "f" or not bool(np.isnan(column).all())
