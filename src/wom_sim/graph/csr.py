"""The network in memory: compressed sparse rows, one way of building it, one place that checks it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import GraphError
from .labels import Labels

if TYPE_CHECKING:
    import networkx
    import pandas
    import scipy.sparse

ParallelTies = Literal["first", "max", "sum", "count", "error"]
SelfLoops = Literal["drop", "error"]

MAX_PEOPLE = 2**31 - 1


@dataclass(frozen=True, eq=False)
class Graph:
    """A network of people; a tie u -> v means that u influences v.

    Build one with `from_edges`, `from_networkx`, `from_scipy`, `from_pandas` or `wom_sim.read_edges`. All arrays are
    read-only.

    Attributes
    ----------
    indptr : int64 (n + 1,)    ties of person u are numbers indptr[u] .. indptr[u + 1] - 1
    indices : int32 (m,)       the listener v of each tie; ties are sorted by (u, v)
    directed : bool            False: each undirected edge is stored as two ties
    labels : Labels            what people are called outside
    tie_columns : mapping of name to float64 (m,)      attributes of ties
    people_columns : mapping of name to array (n,)     attributes of people
    tie_counts : int32 (m,) or None    how many parallel ties were merged into each, with ``parallel_ties="count"``
    complete : bool            everybody is tied to everybody and no tie is stored (m = 0)
    notes : tuple of str       what was dropped or merged while building, a line each
    """

    indptr: NDArray[np.int64]
    indices: NDArray[np.int32]
    directed: bool
    labels: Labels
    tie_columns: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    people_columns: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    tie_counts: NDArray[np.int32] | None = None
    complete: bool = False
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        arrays: list[NDArray[Any]] = [self.indptr, self.indices]
        arrays += [*self.tie_columns.values(), *self.people_columns.values()]
        for array in arrays:
            array.flags.writeable = False
        if self.tie_counts is not None:
            self.tie_counts.flags.writeable = False

    def __repr__(self) -> str:
        kind = "directed" if self.directed else "undirected"
        return f"<Graph of {self.n_people:,} people, {self.n_ties:,} ties, {kind}>"

    @property
    def n_people(self) -> int:
        """Number of people, isolated ones included."""
        return len(self.labels)

    @property
    def n_ties(self) -> int:
        """Number of ties; an undirected edge counts twice, complete mixing has n (n - 1)."""
        return self.n_people * (self.n_people - 1) if self.complete else len(self.indices)

    @cached_property
    def out_degree(self) -> NDArray[np.int64]:
        """Number of listeners of each person: int64 (n,)."""
        return np.full(self.n_people, self.n_people - 1) if self.complete else np.diff(self.indptr)

    @cached_property
    def in_degree(self) -> NDArray[np.int64]:
        """Number of people each person listens to: int64 (n,)."""
        if self.complete or not self.directed:
            return self.out_degree
        return np.bincount(self.indices, minlength=self.n_people)

    @cached_property
    def hash(self) -> str:
        """SHA-256 over numbering, ties, attributes and labels, as 64 hex digits."""
        digest = hashlib.sha256(b"wom_sim graph 1")
        digest.update(f"{self.n_people} {self.directed} {self.complete}".encode())
        digest.update(np.ascontiguousarray(self.indptr, "<i8").data)
        digest.update(np.ascontiguousarray(self.indices, "<i4").data)
        if self.tie_counts is not None:
            digest.update(b"counts")
            digest.update(np.ascontiguousarray(self.tie_counts, "<i4").data)
        for name in sorted(self.tie_columns):
            digest.update(f"tie column {name!r}".encode())
            digest.update(np.ascontiguousarray(self.tie_columns[name], "<f8").data)
        for name in sorted(self.people_columns):
            column = self.people_columns[name]
            digest.update(f"people column {name!r} {column.dtype.kind}".encode())
            digest.update(json.dumps([str(value) for value in column.tolist()]).encode())
        self.labels.add_to_hash(digest)
        return digest.hexdigest()

    def tie_column(self, name: str) -> NDArray[np.float64]:
        """Return an attribute of ties as float64 (m,).

        Raises
        ------
        GraphError
            When the network has no such column; the message lists those it has.
        """
        if name in self.tie_columns:
            return self.tie_columns[name]
        known = ", ".join(map(repr, self.tie_columns)) or "none"
        raise GraphError(f"the network has no tie column {name!r}; columns read with it: {known}")

    @classmethod
    def from_edges(
        cls,
        src: ArrayLike,
        dst: ArrayLike,
        *,
        directed: bool = True,
        n_people: int | None = None,
        tie_columns: Mapping[str, ArrayLike] | None = None,
        parallel_ties: ParallelTies = "first",
        self_loops: SelfLoops = "drop",
    ) -> Graph:
        """Build a network from two arrays of people's numbers.

        Parameters
        ----------
        src, dst : integer arrays (rows,)   numbers from 0; a row means src influences dst (and back, if undirected)
        directed : bool
        n_people : int, optional            people without ties count too; default: the largest number plus one
        tie_columns : mapping of name to numbers (rows,)   finite
        parallel_ties : how equal rows are merged: keep the "first" row's values, the "max", the "sum", "count" them
            (models then use 1 - (1 - p)^c and weight c), or raise an "error"
        self_loops : "drop" them (noted) or raise an "error"

        Raises
        ------
        GraphError
            When the arrays differ in length, are no whole numbers, are negative or too large, or hold no people.
        """
        u, v = _person_numbers(src, "src"), _person_numbers(dst, "dst")
        if len(u) != len(v):
            raise GraphError(f"src and dst must be equally long, got {len(u):,} and {len(v):,}")
        largest = int(max(u.max(), v.max())) if len(u) else -1
        n = largest + 1 if n_people is None else n_people
        if largest >= n:
            raise GraphError(f"n_people is {n:,}, but person {largest:,} occurs")
        return assemble(
            u,
            v,
            Labels(n),
            directed=directed,
            columns=tie_columns or {},
            parallel_ties=parallel_ties,
            self_loops=self_loops,
        )

    @classmethod
    def from_networkx(cls, network: networkx.Graph[Any], *, attributes: tuple[str, ...] = ()) -> Graph:
        """Build a network from a NetworkX graph; see `wom_sim.graph.convert.from_networkx`."""
        from .convert import from_networkx

        return from_networkx(network, attributes=attributes)

    @classmethod
    def from_scipy(cls, matrix: scipy.sparse.sparray, *, directed: bool = True, attribute: str | None = None) -> Graph:
        """Build a network from a SciPy sparse matrix; see `wom_sim.graph.convert.from_scipy`."""
        from .convert import from_scipy

        return from_scipy(matrix, directed=directed, attribute=attribute)

    @classmethod
    def from_pandas(
        cls,
        table: pandas.DataFrame,
        *,
        source: str | None = None,
        target: str | None = None,
        directed: bool = True,
        attributes: tuple[str, ...] = (),
    ) -> Graph:
        """Build a network from a table with a row a tie; see `wom_sim.graph.convert.from_pandas`."""
        from .convert import from_pandas

        return from_pandas(table, source=source, target=target, directed=directed, attributes=attributes)


def complete_graph(n_people: int) -> Graph:
    """Return complete mixing: everybody tied to everybody, nothing stored."""
    return Graph(np.zeros(1, np.int64), np.zeros(0, np.int32), directed=False, labels=Labels(n_people), complete=True)


def assemble(
    src: NDArray[np.int32],
    dst: NDArray[np.int32],
    labels: Labels,
    *,
    directed: bool,
    columns: Mapping[str, ArrayLike] | None = None,
    people_columns: Mapping[str, NDArray[Any]] | None = None,
    parallel_ties: ParallelTies = "first",
    self_loops: SelfLoops = "drop",
    notes: tuple[str, ...] = (),
) -> Graph:
    """Sort rows into a `Graph`: drop self-loops, merge parallel ties, mirror undirected edges. Every reader ends here.

    Parameters
    ----------
    src, dst : int32 (rows,)   people's numbers, each in [0, len(labels))
    columns : mapping of name to numbers (rows,)
    notes : lines said before those of this function

    Raises
    ------
    GraphError
        When there are no people or too many, a column is not finite, or self-loops or parallel ties are refused.
    """
    n = len(labels)
    if n == 0:
        raise GraphError("the network has no people")
    if n > MAX_PEOPLE:
        raise GraphError(f"a network has at most {MAX_PEOPLE:,} people, got {n:,}")
    values = {name: _finite_column(name, column, len(src)) for name, column in (columns or {}).items()}
    lines = list(notes)

    loops = src == dst
    if n_loops := int(loops.sum()):
        if self_loops == "error":
            row = int(loops.argmax()) + 1
            raise GraphError(f"{_count(n_loops, 'tie')} from a person to the same person, first in data row {row:,}")
        lines.append(f"{_count(n_loops, 'self-loop')} dropped")
        src, dst = src[~loops], dst[~loops]
        values = {name: column[~loops] for name, column in values.items()}
    del loops

    keys = _pair_keys(src, dst) if directed else _pair_keys(np.minimum(src, dst), np.maximum(src, dst))
    del src, dst
    order = None
    if values:
        order = _stable_order(keys)
        keys = keys[order]
    else:
        keys.sort()
    starts = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1]))) if len(keys) else np.zeros(0, np.int64)
    counts = None
    if n_parallel := len(keys) - len(starts):
        if parallel_ties == "error":
            repeats = _count(n_parallel, "tie")
            raise GraphError(f'{repeats} repeating an earlier one; merge with parallel_ties = "first"')
        kind = "tie" if directed else "edge"
        how = "counted as parallel" if parallel_ties == "count" else "merged"
        lines.append(f"{_count(n_parallel, f'repeated {kind}')} {how}")
    if parallel_ties == "count":
        counts = np.diff(np.append(starts, len(keys))).astype(np.int32)
    values = {name: _merge(column[order], starts, parallel_ties) for name, column in values.items()}
    if n_parallel:
        keys = keys[starts]
    del starts, order

    if not directed:
        keys = np.concatenate((keys, (keys << np.uint64(32)) | (keys >> np.uint64(32))))
        if values or counts is not None:
            order = np.argsort(keys)  # no two are equal any more
            keys = keys[order]
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
        indptr, indices, directed, labels, values, dict(people_columns or {}), tie_counts=counts, notes=tuple(lines)
    )


def _pair_keys(first: NDArray[np.int32], second: NDArray[np.int32]) -> NDArray[np.uint64]:
    keys = first.astype(np.uint64)
    keys <<= np.uint64(32)
    keys |= second.astype(np.uint64)
    return keys


def _stable_order(keys: NDArray[np.uint64]) -> NDArray[np.int64]:
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
        return np.add.reduceat(column, starts)
    return column[starts]


def _person_numbers(values: ArrayLike, name: str) -> NDArray[np.int32]:
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


def _finite_column(name: str, column: ArrayLike, n_rows: int) -> NDArray[np.float64]:
    array = np.asarray(column)
    if array.dtype.kind not in "iuf":
        raise GraphError(f"tie column {name!r} must hold numbers, got {array.dtype}")
    if array.shape != (n_rows,):
        raise GraphError(f"tie column {name!r} must have {n_rows:,} rows, got shape {array.shape}")
    values = array.astype(np.float64)
    if not np.isfinite(values).all():
        row = int(np.flatnonzero(~np.isfinite(values))[0])
        raise GraphError(f"tie column {name!r} must be finite, got {values[row]} in row {row + 1:,}")
    return values


def _count(n: int, thing: str) -> str:
    return f"{n:,} {thing}{'' if n == 1 else 's'}"
