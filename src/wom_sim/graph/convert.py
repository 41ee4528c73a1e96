"""Networks held by NetworkX, SciPy or pandas, made ours; what is given is never altered."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..durations import UNITS
from ..errors import GraphError
from .assemble import assemble
from .csr import MAX_PEOPLE, Graph, ParallelTies, SelfLoops
from .labels import Labels
from .layers import TimeUnit, number_layers
from .rows import Ranges, column_number, first_outside, range_fault, source_and_target

if TYPE_CHECKING:
    import networkx
    import pandas
    import scipy.sparse

UNBOUNDED = (-math.inf, math.inf)
"""The range of an attribute of which nothing is known but that it is a finite number."""


def from_networkx(
    network: networkx.Graph[Any],
    *,
    attributes: Iterable[str] | Ranges = (),
    layer: str | None = None,
    time: str | None = None,
    time_unit: TimeUnit | None = None,
    parallel_ties: ParallelTies = "first",
    self_loops: SelfLoops = "drop",
) -> Graph:
    """Build a network from a NetworkX graph: directed as it is, people in its order, labels kept as they are.

    Node attributes called by text become people's columns where their values are text, numbers or booleans; others are
    noted and left out. Edge attributes are taken only when named.

    Parameters
    ----------
    network : Graph, DiGraph, MultiGraph or MultiDiGraph
    attributes : names of numeric edge attributes, or a mapping of each to the range it allows
    layer : name of the edge attribute that says in which layer a tie is
    time, time_unit : name of the edge attribute that says when two people meet, and in what it counts
    parallel_ties, self_loops : see `Graph.from_edges`

    Raises
    ------
    GraphError
        When it is no NetworkX graph or has no nodes, an edge lacks an attribute or has no number in range there, or
        self-loops or parallel edges are refused.
    """
    import networkx as nx

    if not isinstance(network, nx.Graph):
        raise GraphError(f"expected a NetworkX graph, got {type(network).__name__}")
    ranges = as_ranges(attributes)
    person = {node: i for i, node in enumerate(network)}
    n_rows = network.number_of_edges()
    src = np.fromiter((person[u] for u, _ in network.edges()), np.int32, n_rows)
    dst = np.fromiter((person[v] for _, v in network.edges()), np.int32, n_rows)
    people_columns, ignored = _people_columns(network)
    notes = (f"node attributes that are no text or numbers are left out: {', '.join(ignored)}",) if ignored else ()
    unit = unit_of(time, time_unit)
    return assemble(
        src,
        dst,
        Labels(list(network)),
        directed=network.is_directed(),
        columns={name: _edge_column(network, name, limits) for name, limits in ranges.items()},
        people_columns=people_columns,
        layers=None if layer is None else number_layers(_edge_layers(network, layer)),
        times=None if time is None else _edge_column(network, time, UNBOUNDED),
        time_unit=unit,
        parallel_ties=parallel_ties,
        self_loops=self_loops,
        notes=notes,
    )


def from_scipy(
    matrix: scipy.sparse.sparray | scipy.sparse.spmatrix, *, directed: bool = True, attribute: str | None = None
) -> Graph:
    """Build a network from a sparse matrix: an entry (u, v) other than 0 is a tie u -> v; people are called 0 .. n - 1.

    Parameters
    ----------
    matrix : sparse array or matrix (n, n)   entries given twice are added up, as SciPy does; explicit zeros are no ties
    directed : False needs a symmetric matrix
    attribute : name of the tie column that gets the values; None: they are not kept

    Raises
    ------
    GraphError
        When the matrix is not sparse, square, real and finite, or not symmetric although the network is undirected.
    """
    import scipy.sparse

    if not scipy.sparse.issparse(matrix):
        raise GraphError(
            f"expected a SciPy sparse matrix, got {type(matrix).__name__}; wrap it in scipy.sparse.csr_array"
        )
    if len(matrix.shape) != 2 or matrix.shape[0] != matrix.shape[1]:
        raise GraphError(f"the matrix must be square, got shape {matrix.shape}")
    if matrix.shape[0] > MAX_PEOPLE:
        raise GraphError(f"a network has at most {MAX_PEOPLE:,} people, got {matrix.shape[0]:,}")
    if matrix.dtype.kind not in "biuf":
        raise GraphError(f"the matrix must hold real numbers, got {matrix.dtype}")
    entries = scipy.sparse.csr_array(matrix, dtype=np.float64, copy=True)
    entries.sum_duplicates()
    entries.eliminate_zeros()
    coordinates = entries.tocoo()
    src, dst, values = coordinates.row, coordinates.col, coordinates.data
    if not np.isfinite(values).all():
        at = int(np.argmin(np.isfinite(values)))
        raise GraphError(f"the matrix must be finite, got {values[at]} at ({src[at]}, {dst[at]})")
    if not directed:
        difference = scipy.sparse.coo_array(entries != entries.T)
        if difference.nnz:
            u, v = int(difference.row[0]), int(difference.col[0])
            raise GraphError(
                f"directed=False needs a symmetric matrix, but ({u}, {v}) is {entries[u, v]:g} and ({v}, {u}) is "
                f"{entries[v, u]:g}"
            )
        upper = src <= dst
        src, dst, values = src[upper], dst[upper], values[upper]
    columns = {} if attribute is None else {attribute: values}
    labels = Labels(int(matrix.shape[0]))
    return assemble(src.astype(np.int32), dst.astype(np.int32), labels, directed=directed, columns=columns)


def from_pandas(
    table: pandas.DataFrame,
    *,
    source: str | None = None,
    target: str | None = None,
    directed: bool = True,
    attributes: Iterable[str] | Ranges = (),
    layer: str | None = None,
    time: str | None = None,
    time_unit: TimeUnit | None = None,
    parallel_ties: ParallelTies = "first",
    self_loops: SelfLoops = "drop",
) -> Graph:
    """Build a network from a table with a row a tie; people are numbered by first appearance, labels kept as they are.

    Parameters
    ----------
    source, target : names of columns; default: the first two
    attributes : names of numeric columns to keep, or a mapping of each to the range it allows
    layer : column that says in which layer a tie is, by name or number
    time, time_unit : column that says when two people meet, and in what it counts
    parallel_ties, self_loops : see `Graph.from_edges`

    Raises
    ------
    GraphError
        When it is no table, a column is missing, or, naming the row (from 1): a label is missing or unhashable, or a
        number missing or out of range.
    """
    import pandas as pd

    if not isinstance(table, pd.DataFrame):
        raise GraphError(f"expected a pandas DataFrame, got {type(table).__name__}")
    known = list(table.columns)
    ends = source_and_target(source, target, known, where="table")
    labels = np.empty(2 * len(table), object)
    for offset, number in enumerate(ends):
        labels[offset::2] = table.iloc[:, number].tolist()
    try:
        codes, people = pd.factorize(labels)
    except TypeError:
        at = next(i for i, label in enumerate(labels) if not _is_hashable(label))
        raise GraphError(
            f"table: row {at // 2 + 1:,}: column {known[ends[at % 2]]}: unhashable label {labels[at]!r}"
        ) from None
    if len(codes) and codes.min() < 0:
        at = int(np.argmin(codes))
        raise GraphError(f"table: row {at // 2 + 1:,}: column {known[ends[at % 2]]}: a label is missing")
    columns = {}
    ranges, unit = as_ranges(attributes), unit_of(time, time_unit)
    for name, limits in with_time(ranges, time).items():
        series = table.iloc[:, column_number(name, known, where="table")]
        if not pd.api.types.is_numeric_dtype(series) or pd.api.types.is_bool_dtype(series):
            raise GraphError(f"table: column {name}: must hold numbers, got {series.dtype}")
        columns[name] = series.to_numpy(np.float64, na_value=np.nan)
        if (row := first_outside(columns[name], limits)) is not None:
            raise GraphError(f"table: row {row + 1:,}: column {name}: {range_fault(columns[name][row].item(), limits)}")
    src, dst = codes[0::2].astype(np.int32), codes[1::2].astype(np.int32)
    return assemble(
        src,
        dst,
        Labels(list(people)),
        directed=directed,
        columns={name: columns[name] for name in ranges},
        layers=None if layer is None else number_layers(table.iloc[:, column_number(layer, known, where="table")]),
        times=None if time is None else columns[time],
        time_unit=unit,
        parallel_ties=parallel_ties,
        self_loops=self_loops,
    )


def as_ranges(attributes: Iterable[str] | Ranges) -> Ranges:
    """Return the attributes asked for as a mapping of name to the range allowed; a bare name allows any number."""
    if isinstance(attributes, Mapping):
        return attributes
    return dict.fromkeys((attributes,) if isinstance(attributes, str) else attributes, UNBOUNDED)


def with_time(ranges: Ranges, time: str | None) -> Ranges:
    """Return the numeric columns to read: those asked for, and the time."""
    return ranges if time is None or time in ranges else {**ranges, time: UNBOUNDED}


def unit_of(time: str | None, unit: TimeUnit | None) -> TimeUnit:
    """Return in what times count, which must be said where there are any, and nowhere else."""
    if time is None and unit is not None:
        raise GraphError(f'time_unit: only with `time`, the column of times; name it, or remove time_unit = "{unit}"')
    if time is not None and unit is None:
        raise GraphError(f"time_unit: is missing; say in what {time!r} counts: {', '.join(map(repr, UNITS))}")
    return unit or "d"


def _edge_layers(network: networkx.Graph[Any], name: str) -> NDArray[Any]:
    values = []
    for u, v, attributes in network.edges(data=True):
        if name not in attributes:
            known = ", ".join(sorted(map(repr, attributes))) or "none"
            raise GraphError(f"edge ({u!r}, {v!r}) has no attribute {name!r}; its attributes: {known}")
        values.append(attributes[name])
    kinds = {type(value) for value in values}
    if not (kinds <= {str} or kinds <= {int}):
        names = ", ".join(sorted(kind.__name__ for kind in kinds))
        raise GraphError(f"edge attribute {name!r}: layers must be all names or all whole numbers, got {names}")
    return np.array(values, np.str_ if kinds == {str} else np.int64)


def _edge_column(network: networkx.Graph[Any], name: str, limits: tuple[float, float]) -> NDArray[np.float64]:
    values = np.empty(network.number_of_edges())
    for row, (u, v, attributes) in enumerate(network.edges(data=True)):
        where = f"edge ({u!r}, {v!r})"
        if name not in attributes:
            known = ", ".join(sorted(map(repr, attributes))) or "none"
            raise GraphError(f"{where} has no attribute {name!r}; its attributes: {known}")
        value = attributes[name]
        is_number = isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
        try:
            values[row] = float(value) if is_number else math.nan
        except OverflowError:
            values[row] = math.inf
        if not (limits[0] <= values[row] <= limits[1] and math.isfinite(values[row])):
            raise GraphError(f"{where}: attribute {name}: {range_fault(value, limits)}")
    return values


def _people_columns(network: networkx.Graph[Any]) -> tuple[dict[str, NDArray[Any]], list[str]]:
    """Return node attributes that can be columns, and the names of those that cannot."""
    names = dict.fromkeys(name for _, attributes in network.nodes(data=True) for name in attributes)
    columns, ignored = {}, []
    for name in names:
        column = _people_column([attributes.get(name) for _, attributes in network.nodes(data=True)])
        if column is None or not isinstance(name, str):
            ignored.append(repr(name))
        else:
            columns[name] = column
    return columns, ignored


def _people_column(values: list[Any]) -> NDArray[Any] | None:
    # Where somebody lacks the attribute: NaN among numbers, an empty text among texts.
    kinds = {type(value) for value in values if value is not None}
    complete = None not in values if kinds <= {bool, int, float, str} else False
    if kinds == {bool} and complete:
        return np.array(values, np.bool_)
    if kinds == {int} and complete and all(-(2**63) <= value < 2**63 for value in values):
        return np.array(values, np.int64)
    try:
        if kinds and kinds <= {int, float, bool}:
            return np.array([math.nan if value is None else value for value in values], np.float64)
    except OverflowError:
        return None
    if kinds and kinds <= {str, int, float, bool}:
        return np.array(["" if value is None else str(value) for value in values])
    return None


def _is_hashable(value: Any) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return isinstance(value, Hashable)
