"""A list of people beside a network's file: who is in which segment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..errors import GraphError
from .csr import Graph
from .labels import Labels
from .raw import FileBytes
from .text import parse
from .text_layout import lay_out

_ID, _SEGMENT = "id", "segment"


def with_people(graph: Graph, file: FileBytes, *, segments: Sequence[str] = ()) -> Graph:
    """Return the network with the segments of a list of people.

    Parameters
    ----------
    file : CSV or TSV with a header: `id`, the label of a person in the network, and `segment`; other columns are noted
        and not used. People of the list whom the network lacks are added, without ties
    segments : names that a segment may have; none: any

    Raises
    ------
    GraphError
        Naming the row where a column is missing, a person stands twice or a segment is unknown; and where somebody of
        the network is not in the list.
    """
    layout = lay_out(file, header=True, separator=None)
    where = f"{file.shown}:{layout.line - 1}"
    for name in (_ID, _SEGMENT):
        if name not in layout.names:
            raise GraphError(f"{where}: needs a column {name!r}, has {', '.join(map(repr, layout.names))}")
    places = [layout.names.index(name) for name in (_ID, _SEGMENT)]
    try:
        table = parse(layout, {str(place): pa.string() for place in places})
    except pa.ArrowInvalid as error:
        raise GraphError(f"{file.shown}: cannot be read: {error}") from None
    ids, named = (pc.utf8_trim_whitespace(table.column(str(place)).combine_chunks()) for place in places)
    _check_rows(file.shown, layout.line, ids, named, segments)
    known = graph.labels.find(ids.to_pylist())
    new = [i for i, number in enumerate(known) if number is None]
    n = graph.n_people
    numbers = np.array([n if number is None else number for number in known], np.int64)
    numbers[new] = n + np.arange(len(new))
    listed = np.zeros(n + len(new), np.bool_)
    listed[numbers] = True
    if not listed.all():
        missing = np.flatnonzero(~listed)
        shown = ", ".join(repr(str(graph.labels[person])) for person in missing[:3])
        raise GraphError(f"{file.shown}: lacks {len(missing):,} people of the network, such as {shown}")
    column = np.empty(n + len(new), dtype=f"<U{max(1, pc.max(pc.utf8_length(named)).as_py())}")
    column[numbers] = named.to_pylist()
    notes = graph.notes
    unused = [name for name in layout.names if name not in (_ID, _SEGMENT)]
    if unused:
        notes += (f"{file.shown}: columns that are not used: {', '.join(map(repr, unused))}",)
    if new:
        has = "person has" if len(new) == 1 else "people have"
        notes += (f"{file.shown}: {len(new):,} {has} no ties",)
        graph = _with_strangers(graph, [ids[i].as_py() for i in new])
    return replace(graph, people_columns={**graph.people_columns, _SEGMENT: column}, notes=notes)


def _check_rows(shown: str, first: int, ids: pa.Array, named: pa.Array, segments: Sequence[str]) -> None:
    counts = pc.value_counts(ids)
    twice = counts.filter(pc.greater(counts.field("counts"), 1))
    if len(twice):
        person = twice[0]["values"].as_py()
        rows = [i for i, value in enumerate(ids.to_pylist()) if value == person]
        raise GraphError(f"{shown}:{first + rows[1]}: {person!r} stands in line {first + rows[0]} already")
    for name, column in ((_ID, ids), (_SEGMENT, named)):
        empty = pc.index(column, pa.scalar("")).as_py()
        if empty >= 0:
            raise GraphError(f"{shown}:{first + empty}: the column {name!r} is empty")
    if segments:
        unknown = pc.invert(pc.is_in(named, value_set=pa.array(segments)))
        row = pc.index(unknown, pa.scalar(value=True)).as_py()
        if row >= 0:
            known = ", ".join(map(repr, segments))
            raise GraphError(
                f"{shown}:{first + row}: there is no segment {named[row].as_py()!r}; [[segments]] has {known}"
            )


def _with_strangers(graph: Graph, labels: list[str]) -> Graph:
    if graph.people_columns:
        raise GraphError("people without ties cannot be added to a network whose people have attributes of their own")
    everybody = Labels(pa.array([str(label) for label in graph.labels.take(range(graph.n_people))] + labels))
    indptr = np.concatenate((graph.indptr, np.full(len(labels), graph.indptr[-1])))
    return Graph(
        indptr,
        graph.indices,
        directed=graph.directed,
        labels=everybody,
        tie_columns=graph.tie_columns,
        tie_counts=graph.tie_counts,
        notes=graph.notes,
    )
