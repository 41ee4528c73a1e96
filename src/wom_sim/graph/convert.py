"""Networks held by NetworkX, SciPy or pandas, made ours; what is given is never altered."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from ..durations import UNITS
from ..errors import GraphError
from .adjacency import Adjacency, people_columns, read_adjacency
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

_REMEMBERED: WeakKeyDictionary[Any, tuple[Adjacency, dict[tuple[Any, ...], Graph]]] = WeakKeyDictionary()
"""What was read of NetworkX graphs that are in use still, and what was built of it, by attributes and their ranges."""


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
    _check_is_networkx(network)
    return _from_adjacency(
        network,
        read_adjacency(network),
        ranges=as_ranges(attributes),
        layer=layer,
        time=time,
        time_unit=time_unit,
        parallel_ties=parallel_ties,
        self_loops=self_loops,
    )


def remembered_networkx(network: networkx.Graph[Any], *, attributes: Iterable[str] | Ranges = ()) -> Graph:
    """Return `from_networkx` of a graph, the very `Graph` of the last call where the NetworkX graph holds the same.

    NetworkX keeps no count of changes, and attributes are changed behind its back: looking whether anything did reads
    all people, edges and attributes asked for. That takes a third to a half of the time of building, with attributes
    of edges nearly all of it, as their dictionaries lie all over the memory. What was built is forgotten with the
    graph; of a graph whose labels or attributes are no plain text or numbers nothing is remembered.

    Raises
    ------
    GraphError
        As `from_networkx`.
    """
    _check_is_networkx(network)
    ranges = as_ranges(attributes)
    kind: Any = type(network)
    if kind.__hash__ is not object.__hash__:  # two of such a class may count as one
        return from_networkx(network, attributes=ranges)
    key = tuple((name, *limits) for name, limits in ranges.items())
    adjacency, graphs = _REMEMBERED.pop(network, (None, {}))
    if adjacency is None or not adjacency.still_holds(network):
        adjacency, graphs = read_adjacency(network), {}
    if key not in graphs:
        graphs[key] = _from_adjacency(network, adjacency, ranges=ranges)
    if adjacency.is_plain():
        _REMEMBERED[network] = adjacency, graphs
    return graphs[key]


def _check_is_networkx(network: Any) -> None:
    import networkx as nx

    if not isinstance(network, nx.Graph):
        raise GraphError(f"expected a NetworkX graph, got {type(network).__name__}")


def _from_adjacency(
    network: networkx.Graph[Any],
    adjacency: Adjacency,
    *,
    ranges: Ranges,
    layer: str | None = None,
    time: str | None = None,
    time_unit: TimeUnit | None = None,
    parallel_ties: ParallelTies = "first",
    self_loops: SelfLoops = "drop",
) -> Graph:
    columns, ignored = people_columns(adjacency)
    notes = (f"node attributes that are no text or numbers are left out: {', '.join(ignored)}",) if ignored else ()
    unit = unit_of(time, time_unit)
    return assemble(
        adjacency.src,
        adjacency.dst,
        Labels(adjacency.people),
        directed=adjacency.directed,
        columns={name: adjacency.numbers(network, name, limits) for name, limits in ranges.items()},
        people_columns=columns,
        layers=None if layer is None else number_layers(_edge_layers(adjacency.read_values(network, layer), layer)),
        times=None if time is None else adjacency.numbers(network, time, UNBOUNDED),
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


def _edge_layers(values: list[Any], name: str) -> NDArray[Any]:
    kinds = set(map(type, values))
    if not (kinds <= {str} or kinds <= {int}):
        names = ", ".join(sorted(kind.__name__ for kind in kinds))
        raise GraphError(f"edge attribute {name!r}: layers must be all names or all whole numbers, got {names}")
    return np.array(values, np.str_ if kinds == {str} else np.int64)


def _is_hashable(value: Any) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return isinstance(value, Hashable)
