"""What a NetworkX graph says, read in whole passes over its dictionaries, and whether it still says so."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, compress
from operator import is_, itemgetter, methodcaller
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..errors import GraphError
from .rows import range_fault

if TYPE_CHECKING:
    import networkx

_PLAIN = frozenset({bool, int, float, str, bytes, type(None)})
"""Types whose objects never change and lead nowhere."""

_values_of = methodcaller("values")


@dataclass(frozen=True, eq=False)
class Adjacency:
    """The objects that a NetworkX graph holds, in its own order, as a network is built from them.

    A row is an edge as ``network.edges()`` counts them: an undirected one comes with the end that is first in the
    graph, a multigraph's edges between the same two one after the other.

    Attributes
    ----------
    people : list (n,)            labels
    columns_of_people : tuple     how many attributes each node has (n,), and all their names and values in a row
    sources : list (n,)           whose neighbours come next
    n_neighbours : int64 (n,)
    neighbours : list             labels; an undirected edge is met from both ends
    keep : bytes                  1 for each neighbour that begins a row: from an undirected edge's first end
    n_parallel : int64 or None    rows between the two ends, for each neighbour kept; None: one
    src, dst : int32 (rows,)      numbers of people
    values : mapping of name to list (rows,)     edge attributes read so far
    """

    directed: bool
    multigraph: bool
    people: list[Any]
    columns_of_people: tuple[NDArray[np.int64], list[Any], list[Any]]
    sources: list[Any]
    n_neighbours: NDArray[np.int64]
    neighbours: list[Any]
    keep: bytes
    n_parallel: NDArray[np.int64] | None
    src: NDArray[np.int32]
    dst: NDArray[np.int32]
    values: dict[str, list[Any]] = field(default_factory=dict)

    def read_values(self, network: networkx.Graph[Any], name: str) -> list[Any]:
        """Return an edge attribute, one value a row.

        Raises
        ------
        GraphError
            When an edge lacks it; the message says which.
        """
        if name not in self.values:
            try:
                self.values[name] = list(map(itemgetter(name), self._attributes(network)))
            except KeyError:
                for row, attributes in enumerate(self._attributes(network)):
                    if name not in attributes:
                        known = ", ".join(sorted(map(repr, attributes))) or "none"
                        raise GraphError(
                            f"{self.edge(row)} has no attribute {name!r}; its attributes: {known}"
                        ) from None
                raise
        return self.values[name]

    def numbers(self, network: networkx.Graph[Any], name: str, limits: tuple[float, float]) -> NDArray[np.float64]:
        """Return an edge attribute as float64 (rows,), each a finite number within the limits, or raise GraphError."""
        values = self.read_values(network, name)
        try:
            if all(map(_is_number, set(map(type, values)))):
                column = np.fromiter(values, np.float64, len(values))
                if np.isfinite(column).all() and ((limits[0] <= column) & (column <= limits[1])).all():
                    return column
        except OverflowError:
            pass
        row = next(row for row, value in enumerate(values) if not _is_within(value, limits))
        raise GraphError(f"{self.edge(row)}: attribute {name}: {range_fault(values[row], limits)}")

    def edge(self, row: int) -> str:
        """Return how messages call the edge of a row."""
        return f"edge ({self.people[self.src[row]]!r}, {self.people[self.dst[row]]!r})"

    def still_holds(self, network: networkx.Graph[Any]) -> bool:
        """Return whether the graph holds the very objects that were read, at the same places.

        Objects are compared by identity: 1, 1.0 and True are equal to Python, but not the same to a network. Nothing is
        hashed and nothing left out, so that no change of people, edges or attributes read can go unseen.
        """
        if (self.directed, self.multigraph) != (network.is_directed(), network.is_multigraph()):
            return False
        names = list(network)
        n_attributes, attribute_names, attribute_values = _columns_of_people(network)
        if not (
            _same(names, self.people)
            and np.array_equal(n_attributes, self.columns_of_people[0])
            and _same(attribute_names, self.columns_of_people[1])
            and _same(attribute_values, self.columns_of_people[2])
        ):
            return False
        sources, listed = _sources(network)
        if not (_same(sources, self.sources) and np.array_equal(_lengths(listed, len(listed)), self.n_neighbours)):
            return False
        if not all(map(is_, chain.from_iterable(listed), self.neighbours)):
            return False
        if self.n_parallel is not None and not np.array_equal(
            _lengths(_kept(listed, self.keep), len(self.n_parallel)), self.n_parallel
        ):
            return False
        try:
            return all(
                all(map(is_, map(itemgetter(name), self._attributes(network)), values))
                for name, values in self.values.items()
            )
        except KeyError:
            return False

    def is_plain(self) -> bool:
        """Return whether what was read cannot change without being replaced, and does not lead back to the graph."""
        within = [part for label in self.people if type(label) is tuple for part in label]
        kinds = set(map(type, self.people)) - {tuple} | set(map(type, within))
        kinds |= set(map(type, self.columns_of_people[1]))
        for values in self.values.values():
            kinds |= set(map(type, values))
        return all(kind in _PLAIN or issubclass(kind, np.generic) for kind in kinds)

    def _attributes(self, network: networkx.Graph[Any]) -> Iterator[Any]:
        kept = _kept(_sources(network)[1], self.keep)
        return chain.from_iterable(map(_values_of, kept)) if self.multigraph else kept


def read_adjacency(network: networkx.Graph[Any]) -> Adjacency:
    """Read people, their attributes and the edges of a NetworkX graph; edge attributes come when asked for."""
    people = list(network)
    numbers = {label: number for number, label in enumerate(people)}
    sources, listed = _sources(network)
    n_neighbours = _lengths(listed, len(listed))
    neighbours = list(chain.from_iterable(listed))
    number_of = numbers.__getitem__
    src = np.repeat(np.fromiter(map(number_of, sources), np.int32, len(sources)), n_neighbours)
    dst = np.fromiter(map(number_of, neighbours), np.int32, len(neighbours))
    first = np.ones(len(src), np.bool_) if network.is_directed() else dst >= src
    keep = first.tobytes()
    src, dst = src[first], dst[first]
    n_parallel = None
    if network.is_multigraph():
        n_parallel = _lengths(_kept(listed, keep), len(src))
        src, dst = np.repeat(src, n_parallel), np.repeat(dst, n_parallel)
    return Adjacency(
        directed=network.is_directed(),
        multigraph=network.is_multigraph(),
        people=people,
        columns_of_people=_columns_of_people(network),
        sources=sources,
        n_neighbours=n_neighbours,
        neighbours=neighbours,
        keep=keep,
        n_parallel=n_parallel,
        src=src,
        dst=dst,
    )


def people_columns(adjacency: Adjacency) -> tuple[dict[str, NDArray[Any]], list[str]]:
    """Return node attributes that can be columns of people, and the names of those that cannot."""
    counts, names, values = adjacency.columns_of_people
    people = np.repeat(np.arange(len(counts)), counts).tolist()
    by_name: dict[Any, list[Any]] = {name: [None] * len(counts) for name in dict.fromkeys(names)}
    for person, name, value in zip(people, names, values, strict=True):
        by_name[name][person] = value
    columns, ignored = {}, []
    for name, given in by_name.items():
        column = _people_column(given)
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


def _columns_of_people(network: networkx.Graph[Any]) -> tuple[NDArray[np.int64], list[Any], list[Any]]:
    """Return node attributes in a row; of a value that can be in no column only the type, which is all that counts."""
    attributes = [given for _, given in network.nodes(data=True)]
    counts = _lengths(attributes, len(attributes))
    values = chain.from_iterable(map(_values_of, attributes))
    return (
        counts,
        list(chain.from_iterable(attributes)),
        [value if type(value) in _PLAIN else type(value) for value in values],
    )


def _sources(network: networkx.Graph[Any]) -> tuple[list[Any], list[Any]]:
    sources, listed = [], []
    for label, neighbours in network.adjacency():
        sources.append(label)
        listed.append(neighbours)
    return sources, listed


def _kept(listed: list[Any], keep: bytes) -> Iterator[Any]:
    """Return what the graph holds of each neighbour kept: an edge's attributes; a multigraph's parallel edges."""
    return compress(chain.from_iterable(map(_values_of, listed)), keep)


def _lengths(collections: Iterable[Any], n: int) -> NDArray[np.int64]:
    return np.fromiter(map(len, collections), np.int64, n)


def _same(now: list[Any], then: list[Any]) -> bool:
    return len(now) == len(then) and all(map(is_, now, then))


def _is_number(kind: type) -> bool:
    return issubclass(kind, int | float | np.integer | np.floating) and not issubclass(kind, bool)


def _is_within(value: Any, limits: tuple[float, float]) -> bool:
    try:
        number = float(value) if _is_number(type(value)) else math.nan
    except OverflowError:
        return False
    return math.isfinite(number) and limits[0] <= number <= limits[1]
