"""The network in memory: compressed sparse rows, read-only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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

    from .in_ties import InTies
    from .layers import Layer, TimeUnit

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
    indices : int32 (m,)       the listener v of each tie; ties are sorted by (u, v), then by layer, then by time
    directed : bool            False: each undirected edge is stored as two ties
    labels : Labels            what people are called outside
    tie_columns : mapping of name to float64 (m,)      attributes of ties
    people_columns : mapping of name to array (n,)     attributes of people
    tie_counts : int32 (m,) or None    how many parallel ties were merged into each, with ``parallel_ties="count"``
    complete : bool            everybody is tied to everybody and no tie is stored (m = 0)
    notes : tuple of str       what was dropped or merged while building, a line each
    tie_layers : uint8 (m,) or None     place in `layers` of each tie's layer; None: the network has no layers
    layers : tuple of Layer    name, strength and delay of each layer
    tie_times : float64 (m,) or None    when each tie is met, once, in days since the first contact; None: ties last
    time_origin : float        when the first contact was, in days of the count in which times were given
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
    tie_layers: NDArray[np.uint8] | None = None
    layers: tuple[Layer, ...] = ()
    tie_times: NDArray[np.float64] | None = None
    time_origin: float = 0.0

    def __post_init__(self) -> None:
        arrays: list[NDArray[Any] | None] = [self.indptr, self.indices]
        arrays += [*self.tie_columns.values(), *self.people_columns.values()]
        for array in (*arrays, self.tie_counts, self.tie_layers, self.tie_times):
            if array is not None:
                array.flags.writeable = False

    def __repr__(self) -> str:
        kind = "directed" if self.directed else "undirected"
        ties = f"{self.n_ties:,} {'ties' if self.tie_times is None else 'contacts'}"
        layers = f" in {len(self.layers)} layers" if self.tie_layers is not None else ""
        return f"<Graph of {self.n_people:,} people, {ties}{layers}, {kind}>"

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
    def n_listeners(self) -> NDArray[np.int64]:
        """Number of different people who listen to each, in whatever layers and however often: int64 (n,)."""
        if self.tie_layers is None and self.tie_times is None:
            return self.out_degree
        src = np.repeat(np.arange(self.n_people), self.out_degree)
        different = np.ones(len(src), np.bool_)  # ties are sorted by (u, v): a pair's stand side by side
        different[1:] = (src[1:] != src[:-1]) | (self.indices[1:] != self.indices[:-1])
        return np.bincount(src[different], minlength=self.n_people)

    @cached_property
    def in_degree(self) -> NDArray[np.int64]:
        """Number of people each person listens to: int64 (n,)."""
        if self.complete or not self.directed:
            return self.out_degree
        return np.bincount(self.indices, minlength=self.n_people)

    @cached_property
    def in_ties(self) -> InTies:
        """Whom each person listens to, sorted by listener."""
        from .in_ties import sort_in_ties

        return sort_in_ties(self)

    @cached_property
    def in_tie_numbers(self) -> NDArray[np.int64]:
        """Number of each tie of `in_ties` among `indices`, to read attributes of ties by: int64 (m,)."""
        from .in_ties import sort_numbers

        return sort_numbers(self)

    @cached_property
    def hash(self) -> str:
        """SHA-256 over numbering, ties, attributes and labels, as 64 hex digits."""
        from .hashing import hash_of

        return hash_of(self)

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

    def tie_strength(self) -> NDArray[np.float64] | None:
        """Return by what the chance or weight of each tie is multiplied: float64 (m,); None: by 1 everywhere."""
        return self._of_layers([layer.strength for layer in self.layers], 1.0)

    def tie_delay(self) -> NDArray[np.float64] | None:
        """Return the days that a telling takes beside the model's own delay: float64 (m,); None: 0 everywhere."""
        return self._of_layers([float(layer.delay) for layer in self.layers], 0.0)

    def _of_layers(self, values: list[float], neutral: float) -> NDArray[np.float64] | None:
        if self.tie_layers is None or all(value == neutral for value in values):
            return None
        return np.array(values)[self.tie_layers]

    def with_layers(self, layers: Iterable[Layer]) -> Graph:
        """Return the network with strengths and delays of layers; see `wom_sim.graph.layers.with_layers`."""
        from .layers import with_layers

        return with_layers(self, layers)

    @classmethod
    def from_edges(
        cls,
        src: ArrayLike,
        dst: ArrayLike,
        *,
        directed: bool = True,
        n_people: int | None = None,
        tie_columns: Mapping[str, ArrayLike] | None = None,
        layers: ArrayLike | None = None,
        times: ArrayLike | None = None,
        time_unit: TimeUnit = "d",
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
        layers : names or whole numbers (rows,), optional   in which layer each tie is: at most 255
        times : numbers (rows,), optional   when two people meet; each row is a contact, not a lasting tie
        time_unit : in what times count: "s", "min", "h", "d", "w" or "y"
        parallel_ties : how equal rows are merged: keep the "first" row's values, the "max", the "sum", "count" them
            (models then use 1 - (1 - p)^c and weight c), or raise an "error"
        self_loops : "drop" them (noted) or raise an "error"

        Rows are equal where people, layer and time are.

        Raises
        ------
        GraphError
            When the arrays differ in length, are no whole numbers, are negative or too large, or hold no people; when
            there are too many layers, or times are not finite.
        """
        from .assemble import assemble, person_numbers, whole_number
        from .layers import number_layers

        if not isinstance(directed, bool):
            raise GraphError(f"directed must be True or False, got {directed!r}")
        u, v = person_numbers(src, "src"), person_numbers(dst, "dst")
        if len(u) != len(v):
            raise GraphError(f"src and dst must be equally long, got {len(u):,} and {len(v):,}")
        largest = int(max(u.max(), v.max())) if len(u) else -1
        n = largest + 1 if n_people is None else whole_number("n_people", n_people)
        if largest >= n:
            raise GraphError(f"n_people is {n:,}, but person {largest:,} occurs")
        return assemble(
            u,
            v,
            Labels(n),
            directed=directed,
            columns=tie_columns or {},
            layers=None if layers is None else number_layers(layers),
            times=times,
            time_unit=time_unit,
            parallel_ties=parallel_ties,
            self_loops=self_loops,
        )

    @classmethod
    def from_networkx(
        cls,
        network: networkx.Graph[Any],
        *,
        attributes: Iterable[str] | Mapping[str, tuple[float, float]] = (),
        layer: str | None = None,
        time: str | None = None,
        time_unit: TimeUnit | None = None,
        parallel_ties: ParallelTies = "first",
        self_loops: SelfLoops = "drop",
    ) -> Graph:
        """Build a network from a NetworkX graph; see `wom_sim.graph.convert.from_networkx`."""
        from .convert import from_networkx

        return from_networkx(
            network,
            attributes=attributes,
            layer=layer,
            time=time,
            time_unit=time_unit,
            parallel_ties=parallel_ties,
            self_loops=self_loops,
        )

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
        attributes: Iterable[str] = (),
        layer: str | None = None,
        time: str | None = None,
        time_unit: TimeUnit | None = None,
        parallel_ties: ParallelTies = "first",
        self_loops: SelfLoops = "drop",
    ) -> Graph:
        """Build a network from a table with a row a tie; see `wom_sim.graph.convert.from_pandas`."""
        from .convert import from_pandas

        return from_pandas(
            table,
            source=source,
            target=target,
            directed=directed,
            attributes=attributes,
            layer=layer,
            time=time,
            time_unit=time_unit,
            parallel_ties=parallel_ties,
            self_loops=self_loops,
        )


def complete_graph(n_people: int) -> Graph:
    """Return complete mixing: everybody tied to everybody, nothing stored."""
    return Graph(np.zeros(1, np.int64), np.zeros(0, np.int32), directed=False, labels=Labels(n_people), complete=True)
