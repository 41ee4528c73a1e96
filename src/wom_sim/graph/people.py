"""A list of people beside a network's file: segments, customers and attributes of the people who are there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ..errors import GraphError
from .csr import Graph
from .labels import Labels
from .people_file import CUSTOMER, LISTED, SEGMENT, STANDS_FOR, PeopleList, read_people
from .raw import FileBytes


def with_people(graph: Graph, file: FileBytes, *, segments: Sequence[str] = ()) -> Graph:
    """Return the network with the columns of a list of people.

    Parameters
    ----------
    file : see `people_file.read_people`; `id` is the label of a person in the network. People of the list whom the
        network lacks are added, without ties
    segments : names that a segment may have; none: any

    Raises
    ------
    GraphError
        Naming the row where a column is missing, a person stands twice or for several, or a segment is unknown; and
        where somebody of the network is not in the list.
    """
    people = read_people(file, segments=segments)
    _check_weights(people)
    for name in people.attributes:
        if name in graph.people_columns:
            raise GraphError(f"{people.header}: the network has a column {name!r} of its own; rename this one")
    known = graph.labels.find(people.ids.to_pylist())
    new = [i for i, number in enumerate(known) if number is None]
    n = graph.n_people
    numbers = np.array([n if number is None else number for number in known], np.int64)
    numbers[new] = n + np.arange(len(new))
    row = np.full(n + len(new), -1)
    row[numbers] = np.arange(len(numbers))
    if (row < 0).any():
        missing = np.flatnonzero(row < 0)
        shown = ", ".join(repr(str(graph.labels[person])) for person in missing[:3])
        raise GraphError(f"{file.shown}: lacks {len(missing):,} people of the network, such as {shown}; add them")
    columns: dict[str, NDArray[Any]] = {name: values[row] for name, values in people.attributes.items()}
    if people.segments is not None:
        columns[SEGMENT] = np.array(people.segments.to_pylist(), np.str_)[row]
    if people.customers is not None:
        columns[CUSTOMER], columns[LISTED] = people.customers[row], np.ones(len(row), np.bool_)
    notes = graph.notes + people.notes
    if new:
        has = "person has" if len(new) == 1 else "people have"
        notes += (f"{file.shown}: {len(new):,} {has} no ties",)
        graph = _with_strangers(graph, people.ids.take(pa.array(new)).to_pylist())
    return replace(graph, people_columns={**graph.people_columns, **columns}, notes=notes)


def _check_weights(people: PeopleList) -> None:
    if people.stands_for is not None and (others := np.flatnonzero(people.stands_for != 1.0)).size:
        row = int(others[0])
        raise GraphError(
            f"{people.at(row)}: column {STANDS_FOR!r}: must be 1 in a network from a file, where a row is one person, "
            f"got {people.stands_for[row]:g}; use [network] generate, or remove the column"
        )


def _with_strangers(graph: Graph, labels: list[str]) -> Graph:
    if graph.people_columns:
        raise GraphError("people without ties cannot be added to a network whose people have attributes of their own")
    everybody = Labels(pa.array([str(label) for label in graph.labels.take(range(graph.n_people))] + labels))
    indptr = np.concatenate((graph.indptr, np.full(len(labels), graph.indptr[-1])))
    return replace(graph, indptr=indptr, labels=everybody)
