"""A list of people as a file: what they are called, their segment, whether they are customers, what else is known."""

from __future__ import annotations

import contextlib
import csv
import difflib
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pydantic import Field

from ..errors import GraphError
from .csr import MAX_PEOPLE
from .raw import FileBytes, read_file, suffix_of
from .rows import BLANKS, control_character, odd_labels
from .text import parse
from .text_layout import WHITESPACE, Layout, decoded, lay_out, reader_options

ID, SEGMENT, CUSTOMER, STANDS_FOR = "id", "segment", "customer", "stands_for"
LISTED = "listed"
"""The people column that says who is in the list."""

MAX_TEXT = 100
"""Characters of a text that is kept as an attribute: every person's takes as much memory as the longest."""

PeoplePath = Annotated[str, Field(min_length=1)]

_NUMBER = r"^-?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$"
_CUSTOMER = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False, "": False}


@dataclass(frozen=True, eq=False)
class PeopleList:
    """The rows of a list of people.

    layout : Layout
    ids : pyarrow large_string (rows,)   different from each other
    segments : pyarrow large_string (rows,), or None where there is no such column
    customers : bool (rows,) or None
    stands_for : float64 (rows,), above 0, or None
    attributes : mapping of name to float64 (NaN where empty) or text (rows,)
    notes : tuple of str
    """

    layout: Layout
    ids: pa.Array
    segments: pa.Array | None
    customers: NDArray[np.bool_] | None
    stands_for: NDArray[np.float64] | None
    attributes: Mapping[str, NDArray[Any]]
    notes: tuple[str, ...]

    @property
    def shown(self) -> str:
        """What messages call the file."""
        return self.layout.shown

    @property
    def header(self) -> str:
        """The place of the header, for messages."""
        return f"{self.shown}:{self.layout.line - 1}"

    def line(self, row: int) -> int:
        """Return the line of the file on which a row, counted from 0, begins; slow, for messages."""
        return _line(self.layout, row)

    def at(self, row: int) -> str:
        """Return the place of a row, for messages."""
        return f"{self.shown}:{self.line(row)}"


def open_people(people: str | None, folder: Path) -> FileBytes | None:
    """Read the file that `[network] people` names, relative to a folder; None where none is named.

    Raises
    ------
    GraphError
        When the file is no CSV or TSV or cannot be read.
    """
    if people is None:
        return None
    suffix, _ = suffix_of(people)
    if suffix not in (".csv", ".tsv"):
        raise GraphError(f"{people}: a list of people is a .csv or .tsv file, each also with .gz")
    return read_file(folder / people, shown=people)


def read_people(file: FileBytes, *, segments: Sequence[str] = ()) -> PeopleList:
    """Read a list of people: CSV or TSV with a header and a row a person.

    Columns: `id`; `segment`, which may be missing where the scenario has no segments; `customer`; `stands_for`; any
    other is an attribute, of numbers where everything in it is a number or empty, else of text.

    Parameters
    ----------
    segments : names that a segment may have; none: any

    Raises
    ------
    GraphError
        One line, naming the file and the line where it is known: a column is missing or has no name, a person stands
        twice, a segment is unknown, something is no number or too long.
    """
    layout = _laid_out(file)
    header, names = f"{file.shown}:{layout.line - 1}", layout.names
    _check_names(header, names, needed=(ID, SEGMENT) if segments else (ID,))
    try:
        table = parse(layout, {str(place): pa.large_string() for place in range(len(names))})
    except pa.ArrowInvalid as error:
        raise GraphError(_misfit(layout) or f"{file.shown}: cannot be read: {error}") from None
    if len(table) == 0:
        raise GraphError(f"{header}: there is nobody below the header; write a row a person")
    columns = {}
    for place, name in enumerate(names):
        column = pc.utf8_trim(table.column(str(place)).combine_chunks(), characters=BLANKS)
        if name:
            columns[name] = column
        elif not pc.all(pc.equal(column, "")).as_py():  # spreadsheets leave empty columns at the end
            raise GraphError(f"{header}: column {place + 1} has no name; name it, or remove it")
    ids = columns.pop(ID)
    _check_ids(layout, ids)
    named, customer, weight = (columns.pop(name, None) for name in (SEGMENT, CUSTOMER, STANDS_FOR))
    if named is not None:
        _check_segments(layout, named, segments)
    attributes = {name: _attribute(layout, name, column) for name, column in columns.items()}
    notes = [f"{file.shown}: {note}" for note in odd_labels(ids)]
    for name, values in attributes.items():
        if values.dtype.kind == "f" and (n_empty := int(np.isnan(values).sum())):
            notes.append(f"{file.shown}: column {name!r}: {n_empty:,} {_people(n_empty)} no number")
    return PeopleList(
        layout=layout,
        ids=ids,
        segments=named,
        customers=None if customer is None else _customers(layout, customer),
        stands_for=None if weight is None else _weights(layout, weight),
        attributes=attributes,
        notes=tuple(notes),
    )


def _people(n: int) -> str:
    return "person has" if n == 1 else "people have"


def _laid_out(file: FileBytes) -> Layout:
    if not decoded(file).strip():
        raise GraphError(f"{file.shown}: the file is empty; a list of people has a header with the column {ID!r}")
    layout = lay_out(file, header=True, separator=None)
    # One column of names with spaces is no table of words.
    return lay_out(file, header=True, separator=",") if _is_one_column(layout) else layout


def _is_one_column(layout: Layout) -> bool:
    return layout.separator == WHITESPACE and len(layout.names) == 1


def _check_names(header: str, names: Sequence[str], *, needed: Sequence[str]) -> None:
    shown = ", ".join(map(repr, names))
    for name in needed:
        if name not in names:
            near = [known for known in names if known.lower() == name]
            near += difflib.get_close_matches(name, names, n=1, cutoff=0.5)
            advice = f"rename {near[0]!r}" if near else "add it, or rename one"
            raise GraphError(f"{header}: needs a column {name!r}, has {shown}; {advice}")
    for name in filter(None, names):
        if (n := list(names).count(name)) > 1:
            raise GraphError(f"{header}: {n} columns are called {name!r}; rename or remove all but one")
    if LISTED in names:
        raise GraphError(f"{header}: the column {LISTED!r} is made by the program; rename it")


def _check_ids(layout: Layout, ids: pa.Array) -> None:
    _check_filled(layout, ID, ids)
    control = pc.index(pc.match_substring_regex(ids, r"\p{Cc}"), value=True).as_py()
    if control >= 0:
        raise GraphError(f"{layout.shown}:{_line(layout, control)}: {control_character(ids[control].as_py())}")
    codes = ids.dictionary_encode().indices.to_numpy()
    again = np.flatnonzero(codes[1:] <= np.maximum.accumulate(codes)[:-1])
    if len(again):
        row = int(again[0]) + 1
        first = int(np.argmax(codes == codes[row]))
        raise GraphError(
            f"{layout.shown}:{_line(layout, row)}: {ids[row].as_py()!r} stands in line {_line(layout, first)} already; "
            "keep one row a person"
        )


def _check_filled(layout: Layout, name: str, column: pa.Array) -> None:
    empty = pc.index(column, _text("")).as_py()
    if empty >= 0:
        raise GraphError(f"{layout.shown}:{_line(layout, empty)}: the column {name!r} is empty; fill it in")


def _check_segments(layout: Layout, named: pa.Array, segments: Sequence[str]) -> None:
    _check_filled(layout, SEGMENT, named)
    if not segments:
        return
    unknown = pc.invert(pc.is_in(named, value_set=pa.array(segments, pa.large_string())))
    row = pc.index(unknown, value=True).as_py()
    if row >= 0:
        known = ", ".join(map(repr, segments))
        where = f"{layout.shown}:{_line(layout, row)}"
        raise GraphError(f"{where}: there is no segment {named[row].as_py()!r}; [[segments]] has {known}")


def _customers(layout: Layout, column: pa.Array) -> NDArray[np.bool_]:
    lower = pc.utf8_lower(column)
    row = pc.index(pc.is_in(lower, value_set=pa.array(list(_CUSTOMER), pa.large_string())), value=False).as_py()
    if row >= 0:
        raise GraphError(
            f"{layout.shown}:{_line(layout, row)}: column {CUSTOMER!r}: must be true, false, yes, no, 1, 0 or empty "
            f"(false), got {column[row].as_py()!r}"
        )
    true = pa.array([text for text, value in _CUSTOMER.items() if value], pa.large_string())
    customers: NDArray[np.bool_] = pc.is_in(lower, value_set=true).to_numpy(zero_copy_only=False)
    return customers


def _weights(layout: Layout, column: pa.Array) -> NDArray[np.float64]:
    filled = pc.if_else(pc.equal(column, ""), _text("1"), column)
    written = pc.match_substring_regex(filled, _NUMBER)
    weights = pc.if_else(written, filled, _text("nan")).cast(pa.float64()).to_numpy(zero_copy_only=False)
    wrong = np.flatnonzero(~((weights > 0) & (weights <= MAX_PEOPLE)))
    if len(wrong):
        text = column[int(wrong[0])].as_py()
        raise GraphError(
            f"{layout.shown}:{_line(layout, int(wrong[0]))}: column {STANDS_FOR!r}: must be a number above 0, at most "
            f"{MAX_PEOPLE:,}, got {text!r}{_with_a_point(text)}"
        )
    return np.array(weights)


def _with_a_point(text: str) -> str:
    one = text.replace(",", ".", 1)
    return "; use a decimal point" if "," in text and pc.match_substring_regex(one, _NUMBER).as_py() else ""


def _attribute(layout: Layout, name: str, column: pa.Array) -> NDArray[Any]:
    empty = pc.equal(column, "")
    if not pc.all(empty).as_py() and pc.all(pc.or_(empty, pc.match_substring_regex(column, _NUMBER))).as_py():
        numbers = np.array(pc.if_else(empty, _text("nan"), column).cast(pa.float64()).to_numpy(zero_copy_only=False))
        if np.isinf(numbers).any():
            row = int(np.argmax(np.isinf(numbers)))
            where = f"{layout.shown}:{_line(layout, row)}: column {name!r}"
            raise GraphError(f"{where}: must be a finite number, got {column[row].as_py()!r}")
        return numbers
    lengths = pc.utf8_length(column).to_numpy()
    if lengths.max() > MAX_TEXT:
        row = int(np.argmax(lengths > MAX_TEXT))
        raise GraphError(
            f"{layout.shown}:{_line(layout, row)}: column {name!r}: must have at most {MAX_TEXT} characters, got "
            f"{lengths[row]:,}; shorten it, or remove the column"
        )
    return np.array(column.to_pylist(), np.str_)


def _text(value: str) -> pa.Scalar:
    return pa.scalar(value, pa.large_string())


def _line(layout: Layout, row: int) -> int:
    for i, (line, _) in enumerate(_rows(layout)):
        if i == row:
            return line
    return layout.line + row


def _misfit(layout: Layout) -> str | None:
    """Say which row has more or fewer columns than the header; None where none has."""
    for line, fields in _rows(layout):
        if len(fields) != len(layout.names):
            where = f"{layout.shown}:{line}"
            return f"{where}: expected {len(layout.names)} columns as in line {layout.line - 1}, got {len(fields)}"
    return None


def _rows(layout: Layout) -> Iterator[tuple[int, list[str]]]:
    """Yield the line and the fields of each row; slow, and read only to say where something is wrong."""
    body = io.TextIOWrapper(io.BytesIO(memoryview(layout.content)[layout.start :]), "utf-8", newline="")
    options = reader_options(layout.separator, quoted=layout.quoted)
    reader = csv.reader(body, **options)  # type: ignore[arg-type]
    line = layout.line
    with contextlib.suppress(csv.Error):  # a field of more than 128 kB: the lines after it are not needed
        for fields in reader:
            if len(fields) > 1 or (fields and (len(layout.names) == 1 or fields[0].strip())):
                yield line, fields
            line = layout.line + reader.line_num
