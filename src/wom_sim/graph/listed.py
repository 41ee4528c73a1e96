"""A list of people in a generated network: the rows are the first people, the others make up the fractions.

Listed people have the first numbers, 0 .. k - 1, and stand anywhere: who stands where is one random permutation.
Without it the first people of `scale_free` would be its hubs, and those of rings, grids and communities neighbours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ..errors import GraphError, ScenarioError
from ..spec import show
from .assemble import assemble
from .csr import Graph
from .labels import Labels
from .people_file import CUSTOMER, LISTED, SEGMENT, STANDS_FOR, PeopleList
from .segments import Segment, fill_segments, random_order, segment_column


@dataclass(frozen=True, eq=False)
class Everybody:
    """The people of a generated network, the listed ones first.

    labels : Labels
    columns : mapping of name to array (n,)
    assigned : int32 (n,) or None   each person's segment, a position among the scenario's
    place : int32 (n,)              where each person stands in the generator's network, a permutation
    notes : tuple of str
    """

    labels: Labels
    columns: dict[str, NDArray[Any]]
    assigned: NDArray[np.int32] | None
    place: NDArray[np.int32]
    notes: tuple[str, ...]

    def at_places(self) -> NDArray[np.int32] | None:
        """Return the segment of the person at each place: int32 (n,), or None."""
        if self.assigned is None:
            return None
        at = np.empty_like(self.assigned)
        at[self.place] = self.assigned
        return at


def place_people(
    people: PeopleList,
    n_people: int,
    segments: Sequence[Segment],
    *,
    unlisted: Mapping[str, float | str],
    segments_key: np.uint64,
    places_key: np.uint64,
) -> Everybody:
    """Make everybody of a generated network from a list of some of them.

    A row stands for `stands_for` people alike, called "id", "id#2", "id#3", ...: weights are summed from the top and
    each sum is rounded, so that the first r rows together are never more than half a person off. People beyond the list
    are called by their number, or, where that is somebody's id, by "+" and their number.

    Parameters
    ----------
    unlisted : values of attributes for people beyond the list; else they have NaN, or an empty text
    segments_key, places_key : uint64   for the segments of people beyond the list, and for who stands where

    Raises
    ------
    GraphError
        When the list has more people than the network, or segments although the scenario has none.
    ScenarioError
        When a value of `unlisted` does not fit a column.
    """
    if people.segments is not None and not segments:
        raise GraphError(
            f"{people.header}: has a column {SEGMENT!r}, but the scenario has no segments; add them with their "
            "fractions, [[segments]], or remove the column"
        )
    row = _rows_of_people(people, n_people)
    n_listed = len(row)
    notes = list(people.notes)
    if n_vanished := len(people.ids) - len(np.unique(row)):
        what = "row stands" if n_vanished == 1 else "rows stand"
        notes.append(f"{people.shown}: {n_vanished:,} {what} for less than one person and became nobody")
    labels, called = _labels(people, row, n_people)
    columns = _columns(people, row, n_people, unlisted)
    assigned = None
    if people.segments is not None:
        position = {segment.name: i for i, segment in enumerate(segments)}
        of_row = np.array([position[name] for name in people.segments.to_pylist()], np.int32)
        assigned = fill_segments(segments, of_row[row], n_people, segments_key)
        columns[SEGMENT] = segment_column(segments, assigned)
        notes += _too_many(people.shown, segments, np.bincount(of_row[row], minlength=len(segments)), n_people)
    columns[LISTED] = np.arange(n_people) < n_listed
    return Everybody(labels, columns, assigned, random_order(n_people, places_key), (*notes, *called))


def scatter(graph: Graph, everybody: Everybody, *, shown: str) -> Graph:
    """Return a generated network with everybody in their places, under their labels.

    Raises
    ------
    GraphError
        When the generator makes a column that the list has too.
    """
    place, n = everybody.place, graph.n_people
    for name in graph.people_columns:
        if name in everybody.columns:
            raise GraphError(f"{shown}: the network makes a column {name!r} of its own; rename this one")
    if graph.complete:
        return replace(graph, labels=everybody.labels)
    person = np.empty(n, np.int32)
    person[place] = np.arange(n, dtype=np.int32)
    src, dst = np.repeat(np.arange(n, dtype=np.int32), np.diff(graph.indptr)), graph.indices
    if not graph.directed:
        once = src < dst
        src, dst = src[once], dst[once]
    assert not graph.tie_columns, "no generator has any"
    moved = assemble(
        person[src],
        person[dst],
        everybody.labels,
        directed=graph.directed,
        people_columns={name: column[place] for name, column in graph.people_columns.items()},
        parallel_ties="error",
        self_loops="error",
    )
    return replace(moved, notes=graph.notes)


def _rows_of_people(people: PeopleList, n_people: int) -> NDArray[np.int64]:
    """Return the row of each listed person: int64 (k,)."""
    n_rows = len(people.ids)
    if people.stands_for is None:
        if n_rows > n_people:
            raise GraphError(
                f"{people.shown}: its {n_rows:,} people are more than n_people = {n_people}; raise network.n_people to "
                f"at least {n_rows}, or shorten the list"
            )
        return np.arange(n_rows)
    sums = np.floor(np.cumsum(people.stands_for) + 0.5)
    if sums[-1] > n_people:
        raise GraphError(
            f"{people.shown}: its {n_rows:,} rows stand for {sums[-1]:,.0f} people, more than n_people = {n_people}; "
            f"raise network.n_people to at least {sums[-1]:.0f}, or lower {STANDS_FOR!r}"
        )
    if sums[-1] == 0:
        raise GraphError(f"{people.shown}: its rows stand for nobody; raise {STANDS_FOR!r}")
    return np.repeat(np.arange(n_rows), np.diff(sums, prepend=0.0).astype(np.int64))


def _labels(people: PeopleList, row: NDArray[np.int64], n_people: int) -> tuple[Labels, tuple[str, ...]]:
    n_listed, text = len(row), pa.large_string()
    listed = people.ids.take(pa.array(row))
    copy = np.arange(n_listed) - np.searchsorted(row, row)  # rows stand in order: how many of this row came before
    if copy.any():
        copies = np.flatnonzero(copy)
        suffix = pa.array(copy[copies] + 1).cast(text)
        made = pc.binary_join_element_wise(listed.take(pa.array(copies)), suffix, pa.scalar("#", text))
        _check_copies(people, row[copies], made)
        labels = np.array(listed.to_pylist(), object)
        labels[copies] = made.to_pylist()
        listed = pa.array(labels, text)
    others = pa.array(np.arange(n_listed, n_people)).cast(text)
    prefix = ""
    while len(others) and pc.any(pc.is_in(listed, value_set=others)).as_py():
        prefix += "+"
        others = pc.binary_join_element_wise(pa.scalar("+", text), others, pa.scalar("", text))
    notes: tuple[str, ...] = ()
    if prefix:
        first = f"{prefix}{n_listed}"
        notes = (f"{people.shown}: people beyond the list are called {first!r} and so on, as ids are numbers too",)
    return Labels(pa.concat_arrays([listed, others])), notes


def _check_copies(people: PeopleList, row: NDArray[np.int64], made: pa.Array) -> None:
    taken = pc.index(pc.is_in(made, value_set=people.ids), value=True).as_py()
    if taken >= 0:
        label, first = made[taken].as_py(), int(row[taken])
        other = people.line(pc.index(people.ids, made[taken]).as_py())
        raise GraphError(
            f"{people.at(first)}: {people.ids[first].as_py()!r} stands for several people, one of whom would be called "
            f"{label!r}, as in line {other}; rename one"
        )


def _columns(
    people: PeopleList, row: NDArray[np.int64], n_people: int, unlisted: Mapping[str, float | str]
) -> dict[str, NDArray[Any]]:
    for name in unlisted:
        if name not in people.attributes:
            known = ", ".join(map(repr, people.attributes)) or "none"
            raise ScenarioError(f"network.unlisted.{name}: {people.shown} has no such attribute; attributes: {known}")
    columns: dict[str, NDArray[Any]] = {}
    for name, values in people.attributes.items():
        is_text = values.dtype.kind == "U"
        other = unlisted.get(name, "" if is_text else np.nan)
        if is_text != isinstance(other, str):
            kind = "text in quotes" if is_text else "a number"
            raise ScenarioError(
                f"network.unlisted.{name}: must be {kind} as in {people.shown}, got {show(unlisted[name])}"
            )
        columns[name] = np.concatenate((values[row], np.full(n_people - len(row), other)))
    if people.customers is not None:
        columns[CUSTOMER] = np.concatenate((people.customers[row], np.zeros(n_people - len(row), np.bool_)))
    return columns


def _too_many(shown: str, segments: Sequence[Segment], n_listed: NDArray[np.int64], n_people: int) -> list[str]:
    """Say which segments the list alone makes larger than their fraction, by a person or more."""
    return [
        f"{shown}: {n:,} people in {segment.name!r} are {n / n_people:.1%} of all, more than its fraction of "
        f"{segment.fraction:.1%}; the other segments are smaller for it"
        for segment, n in zip(segments, n_listed.tolist(), strict=True)
        if segment.fraction is not None and n >= segment.fraction * n_people + 1
    ]
