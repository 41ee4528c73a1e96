"""Observed cascades from files: CSV, plain or gzip, and Parquet."""

from __future__ import annotations

import gzip
import os
import zlib
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from ..errors import GraphError
from .assemble import Source, as_whole_numbers, column_fault
from .cascades import Cascades, from_columns

MAX_BYTES = 2**31 - 2
"""Most bytes that text may hold once unpacked."""

_SEPARATORS = {".csv": ",", ".txt": ",", ".tsv": "\t"}
_PARQUET = (".parquet", ".pq")


def read_cascades(
    path: str | os.PathLike[str],
    *,
    cascade: str = "cascade",
    node: str = "node",
    parent: str = "parent",
    time: str | None = None,
) -> Cascades:
    """Read observed cascades from a table with a row for each member: of which cascade, who, and from whom.

    Rows may stand in any order. A parent is a node of the same cascade; a row without one (empty, NA, null or -1) is a
    root. A cascade may have several roots, when the same thing started more than once: its members are then a forest,
    depths count from each one's own root, and distances are taken within trees. `Cascades.measures` says how many
    trees there are, so that data which should have one root each can be checked.

    Parameters
    ----------
    path : ``.csv``, ``.tsv`` (both with a header row, plain or with ``.gz`` at the end) or ``.parquet``
    cascade, node, parent : names of the columns. Whole numbers or text; where all of a column (for nodes and parents:
        of both) are whole numbers they are read as such, so that 7, 7.0 and 007 are one; text is trimmed
    time : name of the column that says when, in numbers of any unit; default: times are not known

    All further columns are kept, under their names, in `Cascades.attributes`.

    Raises
    ------
    GraphError
        When the file cannot be read, is empty, or lacks a column; and with the row (the first below the header is
        row 1) where a name is missing, a node comes twice in a cascade, a parent has no row, is the node itself or
        descends from it, or a time is no finite number.
    """
    source = Source(os.fspath(path), cascade, node, parent, time or "time")
    suffix = Path(source.where.lower().removesuffix(".gz")).suffix
    asked = {"cascade": cascade, "node": node, "parent": parent} | ({} if time is None else {"time": time})
    twice = next((name for name in asked.values() if list(asked.values()).count(name) > 1), None)
    if twice is not None:
        both = " and ".join(argument for argument, name in asked.items() if name == twice)
        raise GraphError(f"{source.where}: {both} are both column {twice!r}; name each its own")
    if suffix in _PARQUET:
        table = _read_parquet(source)
        _check_columns(table, asked, source)
    elif suffix in _SEPARATORS:
        content = _read_bytes(source.where)
        table = _parse(content, source, suffix)
        _check_columns(table, asked, source)
        if as_it_stands := _not_numbers(table, source):
            table = _parse(content, source, suffix, as_text=as_it_stands)
    else:
        got = repr(suffix) if suffix else "a name without an ending"
        raise GraphError(f"{source.where}: expected a .csv, .csv.gz, .tsv or .parquet file, got {got}")
    columns = dict(zip(table.column_names, table.columns, strict=True))
    kept = {name: column for name, column in columns.items() if name not in asked.values()}
    times = None if time is None else columns[time]
    return from_columns(columns[cascade], columns[node], columns[parent], times, kept, source)


def _check_columns(table: pa.Table, asked: dict[str, str], source: Source) -> None:
    names = table.column_names
    if twice := [name for name in names if names.count(name) > 1]:
        raise GraphError(f"{source.where}: {names.count(twice[0])} columns are called {twice[0]!r}; rename them")
    for argument, name in asked.items():
        if name not in names:
            raise column_fault(name, names, source, argument)
    if len(table) == 0:
        raise GraphError(f"{source.where}: no rows: expected a row for each member of a cascade")


def _not_numbers(table: pa.Table, source: Source) -> list[str]:
    """Return the columns of names that must be read as they are spelled: the parser would make 1.50 of it 1.5."""
    names = [source.cascade] if as_whole_numbers(table.column(source.cascade)) is None else []
    ends = [source.node, source.parent]
    return names + (ends if any(as_whole_numbers(table.column(name)) is None for name in ends) else [])


def _read_parquet(source: Source) -> pa.Table:
    try:
        with Path(source.where).open("rb") as file:
            return pa.parquet.read_table(file)
    except pa.ArrowException as error:
        raise GraphError(f"{source.where}: not a Parquet file, or damaged: {_first_line(error)}") from None
    except OSError as error:
        raise GraphError(f"{source.where}: cannot be read: {error.strerror or _first_line(error)}") from None


def _read_bytes(where: str) -> bytes:
    try:
        with gzip.open(where) if where.lower().endswith(".gz") else Path(where).open("rb") as file:
            content: bytes = file.read(MAX_BYTES + 1)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise GraphError(f"{where}: not gzip, or damaged: {_first_line(error)}") from None
    except OSError as error:
        raise GraphError(f"{where}: cannot be read: {error.strerror or error}") from None
    if not content.strip():
        raise GraphError(f"{where}: the file is empty: expected a header and a row for each member of a cascade")
    if len(content) > MAX_BYTES:
        raise GraphError(f"{where}: more than {MAX_BYTES:,} bytes of text; save it as .parquet")
    return content


def _parse(content: bytes, source: Source, suffix: str, *, as_text: Sequence[str] = ()) -> pa.Table:
    try:
        return pa.csv.read_csv(
            pa.BufferReader(content),
            # One block: the type of a column is judged by all of its rows.
            read_options=pa.csv.ReadOptions(block_size=len(content) + 1),
            parse_options=pa.csv.ParseOptions(delimiter=_SEPARATORS[suffix], newlines_in_values=True),
            convert_options=pa.csv.ConvertOptions(
                column_types=dict.fromkeys(as_text, pa.large_string()), strings_can_be_null=True
            ),
        )
    except pa.ArrowInvalid as error:
        hint = "; save it as UTF-8" if "UTF8" in str(error) else ""
        raise GraphError(f"{source.where}: cannot be read as a table: {_first_line(error)}{hint}") from None


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
