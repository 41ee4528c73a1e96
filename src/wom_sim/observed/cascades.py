"""Observed cascades: their members in order, and the measures by which cascades are compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import ArrayLike, NDArray

from ..errors import GraphError, ResultError
from ..kernels import trees
from .assemble import Source, as_names, as_times, assemble, in_one_piece

_STATISTICS: dict[str, Callable[..., Any]] = {"mean": np.mean, "median": np.median}


class Curve(NamedTuple):
    """How a cascade grew: at each different time, ascending, how many members there were by then."""

    time: NDArray[np.float64]
    n_members: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Cascades:
    """Many cascades, each a tree or a forest of who got it from whom.

    The members of cascade i are numbers ``indptr[i] .. indptr[i + 1] - 1``, parents before their children: generation
    by generation, each in the order of the table. Make one by `read_cascades` or `Cascades.from_arrays`, which check;
    arrays are read-only.

    Attributes
    ----------
    ids : (n_cascades,)               names of the cascades, ascending: int64, or text
    indptr : int64 (n_cascades + 1,)  where each cascade's members begin
    node : (n_members,)               names of the members: int64, or text
    parent : int32 (n_members,)       number of the member from whom each came, so that ``node[parent]`` is its name;
                                      -1 for a root
    generation : int32 (n_members,)   steps from the root
    time : float64 (n_members,)       when each joined, or None
    attributes : mapping of name to (n_members,)   further columns of the table

    >>> cascades = Cascades.from_arrays(cascade=[7, 7, 7], node=["ann", "bob", "cy"], parent=[None, "ann", "ann"])
    >>> cascades.measures()["structural_virality"].round(3).tolist()
    [1.333]
    """

    ids: NDArray[Any]
    indptr: NDArray[np.int64]
    node: NDArray[Any]
    parent: NDArray[np.int32]
    generation: NDArray[np.int32]
    time: NDArray[np.float64] | None = None
    attributes: Mapping[str, NDArray[Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        own = [self.ids, self.indptr, self.node, self.parent, self.generation, *self.attributes.values()]
        for array in own if self.time is None else [*own, self.time]:
            array.flags.writeable = False

    def __repr__(self) -> str:
        return f"Cascades({self.n_cascades:,} cascades, {self.n_members:,} members)"

    @classmethod
    def from_arrays(
        cls,
        *,
        cascade: ArrayLike,
        node: ArrayLike,
        parent: ArrayLike,
        time: ArrayLike | None = None,
        attributes: Mapping[str, ArrayLike] | None = None,
    ) -> Cascades:
        """Make cascades of columns in memory: lists, NumPy arrays or pandas columns of equal lengths.

        Parameters
        ----------
        cascade, node, parent : whole numbers or text (rows,), in any order; parent None, NaN, "" or -1: a root.
            Several roots in a cascade make a forest, see `read_cascades`
        time : numbers (rows,), of any unit
        attributes : further columns to keep, by name

        Raises
        ------
        GraphError
            As `read_cascades`, and when lengths differ; the first row is row 1.
        """
        source = Source("arrays")
        given: dict[str, Any] = {"cascade": cascade, "node": node, "parent": parent}
        given |= {} if time is None else {"time": time}
        columns = {name: _to_arrow(values, name) for name, values in given.items()}
        kept = {name: _to_arrow(values, name) for name, values in (attributes or {}).items()}
        n_rows = len(columns["node"])
        for name, column in (columns | kept).items():
            if len(column) != n_rows:
                raise GraphError(f"arrays: {name} has {len(column):,} values, but node has {n_rows:,}; give one a row")
        return from_columns(columns["cascade"], columns["node"], columns["parent"], columns.get("time"), kept, source)

    @property
    def n_cascades(self) -> int:
        """Number of cascades."""
        return len(self.ids)

    @property
    def n_members(self) -> int:
        """Number of members of all cascades together."""
        return len(self.node)

    @property
    def sizes(self) -> NDArray[np.int64]:
        """Members of each cascade, roots included: int64 (n_cascades,)."""
        return np.diff(self.indptr)

    def measures(self) -> dict[str, NDArray[Any]]:
        """Measure every cascade.

        Returns
        -------
        dict of name to (n_cascades,), in the order of `ids`; ``pandas.DataFrame(cascades.measures())`` makes a table
            cascade              its name
            size                 members, roots included
            n_trees              roots; 1 unless the cascade is a forest
            depth                largest number of steps from a root; 0 where there are only roots
            max_breadth          largest number of members at one depth
            structural_virality  mean distance over all pairs that share a tree: 2 - 2 / n where all came from the root
                                 directly, (n + 1) / 3 in a chain; NaN where there is no pair
            direct_children      members who came from a root directly
            broadcast_share      these among all members that are no roots; NaN where all are
            largest_tree_share   members of the largest tree among all; 1 unless the cascade is a forest
            duration             from the first root to the last member; only where times are known

        Source: Goel, Anderson, Hofman & Watts (2016), structural virality; Vosoughi, Roy & Aral (2018), depth, size and
        max-breadth.
        """
        n = self.n_members
        out = np.empty((self.n_cascades, trees.N_MEASURES), np.int64)
        scratch = trees.TreeScratch(np.zeros(n, np.int32), np.zeros(n, np.int32), np.zeros(n, np.int32))
        trees.measure_forests(self.indptr, np.arange(n, dtype=np.int32), self.parent, scratch, out)
        found = out.T.copy()
        table: dict[str, NDArray[Any]] = {
            "cascade": self.ids,
            "size": self.sizes,
            "n_trees": found[trees.N_TREES],
            "depth": found[trees.MAX_DEPTH],
            "max_breadth": found[trees.MAX_BREADTH],
            "structural_virality": _ratio(found[trees.DISTANCE], found[trees.N_PAIRS]),
            "direct_children": found[trees.N_DIRECT],
            "broadcast_share": _ratio(found[trees.N_DIRECT], self.sizes - found[trees.N_TREES]),
            "largest_tree_share": _ratio(found[trees.LARGEST_TREE], self.sizes),
        }
        if self.time is not None:
            of_roots = np.where(self.parent < 0, self.time, np.inf)
            starts = self.indptr[:-1]
            table["duration"] = np.maximum.reduceat(self.time, starts) - np.minimum.reduceat(of_roots, starts)
        return table

    def by(
        self, labels: ArrayLike | Mapping[Any, Any], *, statistic: Literal["mean", "median"] = "mean"
    ) -> dict[str, NDArray[Any]]:
        """Summarise the measures of cascades with the same label, such as true and false news.

        Parameters
        ----------
        labels : (n_cascades,), in the order of `ids`, or a mapping from the names of cascades to labels. Of a column
            ``label`` with one value a cascade: ``cascades.attributes["label"][cascades.indptr[:-1]]``
        statistic : of each measure, over the cascades where it is not NaN

        Returns
        -------
        dict of name to (n_labels,)
            label, ascending; n_cascades; then the columns of `measures`; NaN where no cascade has the measure

        Raises
        ------
        ResultError
            When labels do not fit the cascades or cannot be sorted, or the statistic is unknown.
        """
        if statistic not in _STATISTICS:
            raise ResultError(f"statistic must be 'mean' or 'median', got {statistic!r}")
        if isinstance(labels, Mapping):
            missing = [name for name in self.ids.tolist() if name not in labels]
            if missing:
                raise ResultError(f"labels: none for cascade {missing[0]!r} ({len(missing):,} of them have none)")
            labels = [labels[name] for name in self.ids.tolist()]
        given = np.asarray(labels)
        if given.shape != self.ids.shape:
            raise ResultError(f"labels: expected one for each of {self.n_cascades:,} cascades, got {given.shape}")
        try:
            groups, group = np.unique(given, return_inverse=True)
        except TypeError:
            raise ResultError("labels: must be all text or all numbers; give missing ones a name") from None
        table: dict[str, NDArray[Any]] = {"label": groups, "n_cascades": np.bincount(group, minlength=len(groups))}
        for name, values in self.measures().items():
            if name != "cascade":
                there = [values[(group == g) & ~np.isnan(values)] for g in range(len(groups))]
                table[name] = np.array([_STATISTICS[statistic](own) if len(own) else np.nan for own in there])
        return table

    def generations(self, i: int) -> NDArray[np.int64]:
        """Return the number of members in each generation of cascade number i, roots first: int64 (depth + 1,).

        Raises
        ------
        ResultError
            When there is no such cascade. See `number_of` for its number.
        """
        return np.bincount(self.generation[self._members(i)])

    def reproduction_numbers(self) -> NDArray[np.float64]:
        """Return how many a member of each generation brought on average: float64 (largest depth + 1,).

        Pooled over cascades: all members of generation g + 1 divided by all of generation g. The last is 0. A constant
        below 1 is what a branching process gives; a large first one followed by small ones is a broadcast.
        """
        sizes = np.bincount(self.generation)
        return np.append(sizes[1:], 0) / sizes

    def curve(self, i: int) -> Curve:
        """Return how cascade number i grew.

        Raises
        ------
        ResultError
            When there is no such cascade, or times are not known.
        """
        members = self._members(i)
        if self.time is None:
            raise ResultError("cascades: times are not known; name their column when reading, as in time='minutes'")
        times, newly = np.unique(self.time[members], return_counts=True)
        return Curve(times, np.cumsum(newly))

    def number_of(self, cascade: int | str) -> int:
        """Return the number i of the cascade with this name.

        Raises
        ------
        ResultError
            When none has it.
        """
        i = np.flatnonzero(self.ids == cascade)
        if not len(i):
            raise ResultError(f"no cascade {cascade!r}; names go from {self.ids[0]!r} to {self.ids[-1]!r}")
        return int(i[0])

    def members(self) -> dict[str, NDArray[Any]]:
        """Return a table with a row for each member; ``pandas.DataFrame(cascades.members())`` makes a data frame.

        Columns: cascade, node, parent (a name; -1 or "" for roots), generation, time where known, then attributes,
        those left out that have the name of one of these.
        """
        root: Any = -1 if self.node.dtype.kind == "i" else ""
        table: dict[str, NDArray[Any]] = {
            "cascade": np.repeat(self.ids, self.sizes),
            "node": self.node,
            "parent": np.where(self.parent < 0, root, self.node[self.parent]),
            "generation": self.generation,
        }
        if self.time is not None:
            table["time"] = self.time
        return table | {name: values for name, values in self.attributes.items() if name not in table}

    def _members(self, i: int) -> slice:
        if not 0 <= i < self.n_cascades:
            raise ResultError(f"no cascade number {i}: there are {self.n_cascades:,}, counted from 0")
        return slice(self.indptr[i], self.indptr[i + 1])


def from_columns(
    cascade: Any, node: Any, parent: Any, time: Any | None, attributes: Mapping[str, Any], source: Source
) -> Cascades:
    """Make cascades of pyarrow columns of equal lengths, of any type; raises GraphError, see `read_cascades`."""
    forests = assemble(*as_names(cascade, node, parent, source), source)
    times = None if time is None else as_times(time, source)[forests.rows]
    kept = {name: in_one_piece(a).to_numpy(zero_copy_only=False)[forests.rows] for name, a in attributes.items()}
    return Cascades(forests.ids, forests.indptr, forests.node, forests.parent, forests.generation, times, kept)


def _to_arrow(values: Any, name: str) -> Any:
    try:
        return pa.array(values, from_pandas=True)
    except (pa.ArrowException, TypeError, ValueError):
        kinds = "numbers" if name == "time" else "whole numbers or text, not both"
        raise GraphError(f"arrays: {name}: must be a sequence of {kinds}") from None


def _ratio(part: NDArray[np.int64], whole: NDArray[np.int64]) -> NDArray[np.float64]:
    ratio = np.full(len(part), np.nan)
    np.divide(part, whole, out=ratio, where=whole > 0)
    return ratio
