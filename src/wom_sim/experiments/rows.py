"""Rows of several cases in one table, whose columns may differ."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..results import store


class SomeRows:
    """Rows of several cases, whose columns may differ: what a case does not have is NaN."""

    def __init__(self) -> None:
        """Begin with none."""
        self._blocks: list[tuple[int, dict[str, Any]]] = []
        self.names: list[tuple[int, list[str]]] = []

    def add(self, keys: Mapping[str, Any], columns: Mapping[str, NDArray[Any]]) -> None:
        """Add a case's rows.

        Parameters
        ----------
        keys : case and set     columns : the rest, in order
        """
        n = len(next(iter(columns.values())))
        self.put({**{name: np.full(n, value) for name, value in keys.items()}, **columns})
        if list(columns) not in [names for _, names in self.names]:
            self.names.append((int(keys["case"]), list(columns)))

    def put(self, columns: dict[str, NDArray[Any]]) -> None:
        """Add rows that have all their columns."""
        self._blocks.append((len(columns["case"]), columns))

    def parquet(self) -> bytes:
        """Return all rows as the bytes of a table."""
        columns = join_columns(self._blocks) or {"case": np.zeros(0, np.int64)}
        return store.parquet_bytes(store.plain_table(columns))


def join_columns(blocks: list[tuple[int, dict[str, Any]]]) -> dict[str, NDArray[Any]]:
    """Return blocks of rows one after another; a column that a block lacks is NaN there, and float64 in all.

    Parameters
    ----------
    blocks : number of rows, then columns by name
    """
    names = list(dict.fromkeys(name for _, columns in blocks for name in columns))
    joined = {}
    for name in names:
        parts = [columns.get(name, np.full(n, np.nan)) for n, columns in blocks]
        joined[name] = np.concatenate(parts)
    return joined
