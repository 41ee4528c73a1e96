"""Networks in files: one function for Python, one section for scenarios, the reader chosen by the file's suffix."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from ..errors import GraphError
from ..spec import ASSUMPTION, ColumnName, Spec, refuse, repeated
from .assemble import assemble
from .convert import as_ranges, unit_of, with_time
from .csr import Graph, ParallelTies, SelfLoops
from .labels import Labels
from .layers import MAX_LAYERS, Layer, TimeUnit
from .markup import read_markup
from .parquet import read_parquet
from .people_file import PeoplePath
from .raw import FileBytes, read_file, suffix_of
from .rows import Ranges
from .text import read_text
from .text_layout import check_separator

TEXT = (".csv", ".tsv", ".txt")
TABLES = (*TEXT, ".parquet")
MARKUP = (".graphml", ".gexf", ".gml")
SUFFIXES = (*TABLES, *MARKUP)

_READING = 1
"""Version of the readers; a change of what they make of a file raises it, so that cached networks are not mistaken."""


def read_edges(
    path: str | os.PathLike[str],
    *,
    source: str | None = None,
    target: str | None = None,
    directed: bool | None = None,
    header: bool | None = None,
    separator: str | None = None,
    attributes: Iterable[str] | Ranges = (),
    layer: str | None = None,
    time: str | None = None,
    time_unit: TimeUnit | None = None,
    parallel_ties: ParallelTies = "first",
    self_loops: SelfLoops = "drop",
) -> Graph:
    """Read a network from a file; a row or edge u, v means that u influences v.

    The suffix says what the file is: .csv, .tsv, .txt (whitespace, ``#`` comments), .parquet, .graphml, .gexf or .gml,
    each also with .gz. People are called by their labels as text and numbered in order of first appearance.

    Parameters
    ----------
    path : file to read; ``-`` is standard input, read as .txt; neither ``~`` nor ``$VAR`` is expanded
    source, target : names of columns in tables; default: the first two. Without a header columns are called 1, 2, ...
    directed : False stores each row as two ties. None: what the file says in GraphML, GEXF and GML, else True
    header : does the first row of a text file name its columns? None: yes, except in .txt
    separator : of a text file, one character; a space stands for any run of spaces and tabs. None: found out
    attributes : names of numeric columns or edge attributes to keep, or a mapping of each to the (lowest, highest)
        value allowed; nothing else is kept
    layer : column or edge attribute that says in which layer a tie is, such as a platform
    time : column or edge attribute that says when two people meet; each row is then a contact, not a lasting tie
    time_unit : in what `time` counts: "s", "min", "h", "d", "w" or "y"; needed with it
    parallel_ties, self_loops : see `Graph.from_edges`

    Raises
    ------
    GraphError
        When the file cannot be read, is malformed, lacks a column, has no nodes, or has numbers out of range; the
        message starts with `path` and names the line where it is known.
    """
    if not isinstance(path, str | os.PathLike) or not isinstance(directed, bool | None):
        raise GraphError(f"path must be text, and directed True, False or None; got {path!r} and {directed!r}")
    _check_suffix(os.fspath(path))
    return _graph(
        read_file(path),
        source=source,
        target=target,
        directed=directed,
        header=header,
        separator=separator,
        ranges=as_ranges(attributes),
        layer=layer,
        time=time,
        time_unit=time_unit,
        parallel_ties=parallel_ties,
        self_loops=self_loops,
    )


def _one_character(separator: str) -> str:
    try:
        check_separator(separator, where="separator")
    except GraphError as error:
        raise ValueError(str(error).removeprefix("separator: separator ")) from None
    return separator


class FileNetwork(Spec):
    """A network in a file, as a scenario names it."""

    file: Annotated[str, Field(min_length=1)]
    """Path relative to the scenario; neither ``~`` nor ``$VAR`` is expanded."""
    source: ColumnName | None = None
    """Column of those who influence; the first unless named."""
    target: ColumnName | None = None
    """Column of those who are influenced; the second unless named."""
    directed: bool | None = Field(
        default=None, json_schema_extra={**ASSUMPTION, "when_left_out": "true, or as GraphML, GEXF and GML say"}
    )
    """false: each row is a tie both ways. Unset: as GraphML, GEXF and GML say, otherwise true."""
    header: bool | None = None
    """Does the first row of a text file name its columns? Unset: yes, except in .txt."""
    separator: Annotated[str, AfterValidator(_one_character)] | None = None
    """One character; a space stands for any run of spaces and tabs. Unset: found out from the first lines."""
    layer: ColumnName | None = None
    """Column that says in which layer a tie is, such as a platform; ties in different layers are ties of their own."""
    time: ColumnName | None = None
    """Column that says when two people meet: each row is then a contact that happens once, not a lasting tie."""
    time_unit: TimeUnit | None = None
    """In what `time` counts: "s" (Unix time), "min", "h", "d", "w" or "y"; needed with it."""
    layers: Annotated[
        tuple[Layer, ...],
        Field(max_length=MAX_LAYERS),
        BeforeValidator(lambda given: tuple(given) if isinstance(given, list) else given),
    ] = ()
    """Strength and delay of layers by name, `[[network.layers]]`; a layer left out has strength 1 and no delay."""
    parallel_ties: ParallelTies = "first"
    """How equal rows are merged: "first", "max", "sum", "count" or "error"."""
    self_loops: SelfLoops = "drop"
    """"drop" ties from a person to the same person, or "error"."""
    people: PeoplePath | None = None
    """Path of a list of all the network's people, CSV or TSV, relative to the scenario.

    Columns: `id`; `segment`, where there are [[segments]]; `customer` (true or false); any other is an attribute that
    keys may name. People who have no ties are added.
    """

    @model_validator(mode="after")
    def _check_layers_and_times(self) -> Self:
        problems = repeated([layer.name for layer in self.layers], section="layers")
        if self.layers and self.layer is None:
            problems.append('layers: only with `layer`, the column that says which a tie is in; write layer = "..."')
        try:
            unit_of(self.time, self.time_unit)
        except GraphError as error:
            problems.append(str(error))
        refuse(problems)
        return self

    def read(self, folder: Path) -> FileBytes:
        """Read the file once, to be handed to `fingerprint` and `build`.

        Raises
        ------
        GraphError
            When the file is of an unknown kind or cannot be read.
        """
        _check_suffix(self.file)
        return read_file("-" if self.file == "-" else folder / self.file, shown=self.file)

    def build(self, content: FileBytes | Path, *, columns: Mapping[str, tuple[float, float]]) -> Graph:
        """Make the network of what the file held.

        Parameters
        ----------
        content : what `read` returned, or the folder from which to read the file
        columns : tie columns to keep, each with the range its values must lie in

        Raises
        ------
        GraphError
            When the file cannot be read, is malformed or lacks a column.
        """
        return _graph(
            content if isinstance(content, FileBytes) else self.read(content),
            ranges=columns,
            **self.model_dump(exclude={"file", "people", "layers"}),
        )

    def fingerprint(self, content: FileBytes | Path, columns: Mapping[str, tuple[float, float]]) -> str:
        """Return a hash over the file's bytes, how they are read and the columns asked for, but not over its path.

        Parameters
        ----------
        content, columns : see `build`

        Returns
        -------
        str
            64 hex digits.

        Raises
        ------
        GraphError
            When the file cannot be read.
        """
        read = content if isinstance(content, FileBytes) else self.read(content)
        recipe = {
            "reading": _READING,
            "sha256": read.sha256,
            "suffix": read.suffix,
            "options": self._options(),
            "columns": {name: [float(low), float(high)] for name, (low, high) in columns.items()},
        }
        return hashlib.sha256(json.dumps(recipe, sort_keys=True).encode()).hexdigest()

    def _options(self) -> dict[str, Any]:
        options = self.model_dump(mode="json", exclude={"file", "people", "layers"})
        # Where there are none, networks are found that were kept before there could be any.
        return {key: value for key, value in options.items() if value or key not in ("layer", "time", "time_unit")}


def _graph(
    file: FileBytes,
    *,
    source: str | None,
    target: str | None,
    directed: bool | None,
    header: bool | None,
    separator: str | None,
    ranges: Ranges,
    layer: str | None,
    time: str | None,
    time_unit: TimeUnit | None,
    parallel_ties: ParallelTies,
    self_loops: SelfLoops,
) -> Graph:
    if file.suffix not in TEXT:
        _refuse_options(file, TEXT, header=header, separator=separator)
    if file.suffix in MARKUP:
        _refuse_options(file, TABLES, source=source, target=target)
        return read_markup(
            file,
            directed=directed,
            ranges=ranges,
            layer=layer,
            time=time,
            time_unit=time_unit,
            parallel_ties=parallel_ties,
            self_loops=self_loops,
        )
    numeric = with_time(ranges, time)
    if file.suffix == ".parquet":
        rows = read_parquet(file, source=source, target=target, ranges=numeric, layer=layer)
    else:
        rows = read_text(
            file, source=source, target=target, header=header, separator=separator, ranges=numeric, layer=layer
        )
    try:
        return assemble(
            rows.src,
            rows.dst,
            Labels(rows.labels),
            directed=directed is not False,
            columns={name: rows.columns[name] for name in ranges},
            layers=rows.layers,
            times=None if time is None else rows.columns[time],
            time_unit=unit_of(time, time_unit),
            parallel_ties=parallel_ties,
            self_loops=self_loops,
            notes=rows.notes,
        )
    except GraphError as error:
        raise GraphError(f"{file.shown}: {error}") from None


def _check_suffix(name: str) -> None:
    suffix, _ = suffix_of(name)
    # Those that can carry code are known, so that `read_file` can say why they are refused.
    if suffix not in SUFFIXES and suffix not in (".pkl", ".pickle", ".npy", ".npz"):
        got = f"suffix {suffix!r}" if suffix else "no suffix"
        raise GraphError(f"{name}: unknown kind of file ({got}); known: {', '.join(SUFFIXES)}, each also with .gz")


def _refuse_options(file: FileBytes, where: tuple[str, ...], **options: Any) -> None:
    for name, value in options.items():
        if value is not None:
            raise GraphError(f"{file.shown}: `{name}` is for {', '.join(where)} files")
