"""Edge lists as text: CSV, TSV and the whitespace-separated lists of SNAP; large ones without a loop over rows."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
from numpy.typing import NDArray

from ..errors import GraphError
from .layers import layers_of
from .raw import FileBytes
from .rows import (
    BLANKS,
    Ranges,
    RowFaultError,
    Rows,
    column_number,
    control_character,
    first_outside,
    number_people,
    range_fault,
    source_and_target,
)
from .text_layout import Layout, lay_out, reader_options

_BLOCK = 2**23
_NUMBER = re.compile(r"-?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")


def read_text(
    file: FileBytes,
    *,
    source: str | None,
    target: str | None,
    header: bool | None,
    separator: str | None,
    ranges: Ranges,
    layer: str | None = None,
) -> Rows:
    """Read rows of source, target and numeric columns from text.

    Labels are text, trimmed: ``01`` and ``1`` are two people. Blank lines are skipped. Without a header the columns are
    called ``1``, ``2`` and so on.

    Parameters
    ----------
    source, target : names of columns; default: the first two
    header, separator : see `text_layout.lay_out`
    ranges : the numeric columns to read, with the range each allows
    layer : the column that says in which layer a tie is

    Raises
    ------
    GraphError
        With the line where something is wrong: encoding, columns, labels, numbers.
    """
    layout = lay_out(file, header=header, separator=separator)
    wanted = [*ranges] if layer is None else [*ranges, layer]
    ends, others = _columns(layout, source, target, wanted)
    numeric, layered = others[: len(ranges)], others[len(ranges) :]
    limits = dict(zip(numeric, ranges.values(), strict=True))
    try:
        table = _whole_numbers(layout, ends)
        if table is None:
            table = parse(layout, dict.fromkeys(map(str, ends), pa.string()))
        if len(table) == 0:
            raise GraphError(f"{layout.shown}: no rows: the graph has no nodes")
        numbers = parse(layout, dict.fromkeys(map(str, numeric), pa.float64())) if numeric else table
        columns = {
            name: _numbers(numbers, number, limits[number]) for name, number in zip(ranges, numeric, strict=True)
        }
        rows = number_people(table.column(str(ends[0])), table.column(str(ends[1])))
        text = parse(layout, dict.fromkeys(map(str, layered), pa.string())) if layered else table
        layers = layers_of(text.column(str(layered[0])), where=layout.shown) if layered else None
    except (pa.ArrowInvalid, RowFaultError) as error:
        problem = next(_faults(layout, (*ends, *layered), limits), f"{layout.shown}: cannot be read: {error}")
        raise GraphError(problem) from None
    notes = (*layout.notes, *rows.notes)
    if layout.has_header and source is None and target is None:
        notes += _header_note(layout, ends, rows.labels)
    return Rows(rows.src, rows.dst, rows.labels, columns, notes, layers)


def _header_note(layout: Layout, ends: tuple[int, int], labels: pa.Array) -> tuple[str, ...]:
    """Refuse a first row that was taken for a header though both its names are people of the file; note one of them."""
    names = [layout.names[number] for number in ends]
    people = [name for name in names if pc.index(labels, pa.scalar(name, labels.type)).as_py() >= 0]
    if len(people) == 2:
        where = f"{layout.shown}:{layout.line - 1}"
        raise GraphError(f"{where}: no header: {names[0]!r} and {names[1]!r} are people too; write `header = false`")
    hint = "if the file has no header, write `header = false`"
    return tuple(f"column {name!r} bears the name of a person; {hint}" for name in people)


def _columns(
    layout: Layout, source: str | None, target: str | None, wanted: Sequence[str]
) -> tuple[tuple[int, int], list[int]]:
    where = f"{layout.shown}:{layout.line - layout.has_header}"
    hint = "" if layout.has_header else "; they are numbers, for the file has no header (`header = true` says it has)"
    ends = source_and_target(source, target, layout.names, where=where, hint=hint)
    for number, asked in zip(ends, (source, target), strict=True):
        if asked is None and not layout.names[number]:
            raise GraphError(f"{where}: column {number + 1} has no name (row numbers?); name `source` and `target`")
    return ends, [column_number(name, layout.names, where=where, hint=hint) for name in wanted]


def parse(layout: Layout, types: dict[str, pa.DataType]) -> pa.Table:
    """Return the columns whose numbers, as text, are the keys of `types`; raises pyarrow's ArrowInvalid."""
    names = [str(i) for i in range(len(layout.names))]
    if layout.start >= len(layout.content):
        return pa.table({name: pa.array([], type_) for name, type_ in types.items()})
    return pa.csv.read_csv(
        pa.BufferReader(memoryview(layout.content)[layout.start :]),
        read_options=pa.csv.ReadOptions(block_size=_BLOCK, column_names=names),
        parse_options=pa.csv.ParseOptions(
            delimiter=layout.separator,
            quote_char='"' if layout.quoted else False,
            invalid_row_handler=lambda row: "error" if row.text.strip() else "skip",
        ),
        convert_options=pa.csv.ConvertOptions(column_types=types, include_columns=list(types), null_values=[]),
    )


def _numbers(table: pa.Table, number: int, limits: tuple[float, float]) -> NDArray[np.float64]:
    values: NDArray[np.float64] = table.column(str(number)).to_numpy()
    if (row := first_outside(values, limits)) is not None:
        raise RowFaultError(row, range_fault(values[row].item(), limits))
    return values


def _whole_numbers(layout: Layout, ends: tuple[int, int]) -> pa.Table | None:
    """Parse labels as int64, many times faster than text, or return None unless each is written as `str` writes it.

    Proof of the latter: a number takes at least as many bytes as its digits. If the digits, the other columns' text,
    the separators and the ends of lines make up the whole file, no room was left for leading zeros, signs or spaces.
    """
    if layout.quoted or not layout.content[layout.start : layout.start + 1].strip():
        return None
    others = [i for i in range(len(layout.names)) if i not in ends]
    types = dict.fromkeys(map(str, ends), pa.int64()) | dict.fromkeys(map(str, others), pa.string())
    try:
        table = parse(layout, types)
    except pa.ArrowInvalid:
        return None
    n_bytes = len(table) * len(others) + len(table)
    n_bytes += sum(layout.content.count(end, layout.start) for end in (b"\n", b"\r"))
    for number in ends:
        n_bytes += sum(_n_digits(chunk.to_numpy()) for chunk in table.column(str(number)).chunks if len(chunk))
    for number in others:
        n_bytes += pc.sum(pc.binary_length(table.column(str(number)))).as_py() or 0
    return table.select([str(number) for number in ends]) if n_bytes == len(layout.content) - layout.start else None


def _n_digits(numbers: NDArray[np.int64]) -> int:
    total, power, largest = len(numbers), 10, int(numbers.max())
    while power <= largest:
        total += int(np.count_nonzero(numbers >= power))
        power *= 10
    return total


def _faults(layout: Layout, named: tuple[int, ...], limits: dict[int, tuple[float, float]]) -> Iterator[str]:
    """Yield what is wrong, line by line; slow, and read only after the fast parser gave up."""
    body = io.BytesIO(memoryview(layout.content)[layout.start :])
    options = reader_options(layout.separator, quoted=layout.quoted)
    reader = csv.reader(io.TextIOWrapper(body, "utf-8", newline=""), **options)  # type: ignore[arg-type]
    n_columns = len(layout.names)
    while True:
        where = f"{layout.shown}:{layout.line + reader.line_num}"
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield f"{where}: {error}"
            return
        if len(fields) < 2 and not "".join(fields).strip():
            continue
        if len(fields) != n_columns:
            first = layout.line - layout.has_header
            yield f"{where}: expected {n_columns} columns as in line {first}, got {len(fields)}"
            continue
        for place, label in enumerate(fields[number].strip(BLANKS) for number in named):
            if not label:
                yield f"{where}: a {'label' if place < 2 else 'layer'} is empty"
            elif pc.match_substring_regex(label, r"\p{Cc}").as_py():
                yield f"{where}: {control_character(label)}"
        for number, allowed in limits.items():
            text = fields[number].strip(" \t")
            value = float(text) if _NUMBER.fullmatch(text) else np.nan
            if first_outside(np.array([value]), allowed) is not None:
                hint = "; use a decimal point" if _NUMBER.fullmatch(text.replace(",", ".", 1)) and "," in text else ""
                yield f"{where}: column {layout.names[number]}: {range_fault(text, allowed)}{hint}"
