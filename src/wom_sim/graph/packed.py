"""A built network as three files that others can read, and back, number by number.

``ties.parquet`` has a row a tie in the order of the ties' numbers, ``people.parquet`` a row a person in the order of
theirs, ``network.json`` what is neither. Read back they give the same hash, which no list of ties alone would: people
are numbered by where they stood in the original file.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from ..errors import GraphError
from .csr import Graph
from .labels import Labels
from .layers import Layer

TIES, PEOPLE, NETWORK = FILES = ("ties.parquet", "people.parquet", "network.json")

_FORMAT = 1
_ATTRIBUTE = "attribute."
"""Stands before the names of columns that are the user's."""


def ties_hash(graph: Graph) -> str:
    """Return a SHA-256 over people's numbers, ties and their attributes, but neither labels nor columns of people."""
    return replace(graph, labels=Labels(graph.n_people), people_columns={}).hash


def pack_network(graph: Graph) -> dict[str, bytes]:
    """Return name and content of the files of a network; equal networks give equal bytes.

    Raises
    ------
    GraphError
        When a column of people holds neither numbers nor text.
    """
    ties: dict[str, Any] = {
        "source": np.repeat(np.arange(len(graph.indptr) - 1, dtype=np.int32), np.diff(graph.indptr)),
        "target": graph.indices,
        "count": graph.tie_counts,
        "layer": graph.tie_layers,
        "time": graph.tie_times,
        **{_ATTRIBUTE + name: column for name, column in graph.tie_columns.items()},
    }
    people: dict[str, Any] = {"number": np.arange(graph.n_people, dtype=np.int32)}
    if not graph.labels.are_numbers:
        people["label"] = graph.labels.as_arrow()
    for name, column in graph.people_columns.items():
        if column.dtype.kind not in "biufU":
            raise GraphError(f"people's column {name!r}: holds neither numbers nor text, and cannot be packed")
        people[_ATTRIBUTE + name] = column
    network = {
        "format": _FORMAT,
        "n_people": graph.n_people,
        "directed": graph.directed,
        "complete": graph.complete,
        "layers": [layer.model_dump(mode="json") for layer in graph.layers],
        "time_origin": graph.time_origin,
        "notes": list(graph.notes),
        "hash": graph.hash,
        "ties_hash": ties_hash(graph),
    }
    text = json.dumps(network, indent=2, ensure_ascii=False) + "\n"
    return {TIES: _table_bytes(ties), PEOPLE: _table_bytes(people), NETWORK: text.encode()}


def unpack_network(files: Mapping[str, bytes], *, shown: str) -> Graph:
    """Make the network of its files.

    Parameters
    ----------
    shown : the folder they come from, for messages

    Raises
    ------
    GraphError
        When a file is missing, damaged, or not of the same network as the others.
    """
    if missing := [name for name in FILES if name not in files]:
        raise GraphError(f"{shown}: lacks {', '.join(missing)}, which hold its network")
    try:
        graph, said = _read(files)
    except (ValueError, KeyError, TypeError, AttributeError, OSError, pa.ArrowException) as error:
        reason = (str(error) or type(error).__name__).splitlines()[0][:120]
        raise GraphError(f"{shown}: the files of its network are damaged: {reason}") from None
    if graph.hash != said:
        raise GraphError(f"{shown}: the files of its network are damaged: together they have another hash")
    return graph


def _read(files: Mapping[str, bytes]) -> tuple[Graph, str]:
    network = json.loads(files[NETWORK])
    if network["format"] != _FORMAT:
        raise ValueError("made by a newer wom_sim")
    ties, people = (_columns(files[name]) for name in (TIES, PEOPLE))
    n, source, target = int(network["n_people"]), ties.pop("source"), ties.pop("target")
    # Kernels trust these numbers: a wrong one would read beyond an array.
    if n < 1 or source.dtype != np.int32 or target.dtype != np.int32 or (np.diff(source) < 0).any():
        raise ValueError("ties are not in order, or not numbers of people")
    if len(source) and not (min(source.min(), target.min()) >= 0 and max(source.max(), target.max()) < n):
        raise ValueError("a tie leads to nobody")
    if any(len(column) != n for column in people.values()):
        raise ValueError(f"{PEOPLE} has not as many rows as there are people")
    n_layers = len(network["layers"])
    if "layer" in ties and int(ties["layer"].max(initial=0)) >= max(n_layers, 1):
        raise ValueError("a tie is in a layer that is not there")
    complete = network["complete"] is True
    indptr = np.zeros(1 if complete else n + 1, np.int64)
    if not complete:
        np.cumsum(np.bincount(source, minlength=n), out=indptr[1:])
    label = people.get("label")
    graph = Graph(
        indptr,
        target,
        network["directed"] is True,
        Labels(n) if label is None else Labels(pa.array(label.tolist(), pa.large_string())),
        _attributes(ties),
        _attributes(people),
        tie_counts=ties.get("count"),
        complete=complete,
        notes=tuple(map(str, network["notes"])),
        tie_layers=ties.get("layer"),
        layers=tuple(Layer.model_validate(layer) for layer in network["layers"]),
        tie_times=ties.get("time"),
        time_origin=float(network["time_origin"]),
    )
    return graph, str(network["hash"])


def _attributes(columns: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    return {name.removeprefix(_ATTRIBUTE): c for name, c in columns.items() if name.startswith(_ATTRIBUTE)}


def _columns(content: bytes) -> dict[str, NDArray[Any]]:
    table = pq.read_table(io.BytesIO(content))
    columns = {}
    for name, column in zip(table.column_names, table.columns, strict=True):
        if column.null_count:
            raise ValueError(f"column {name!r} has empty places")
        is_text = pa.types.is_large_string(column.type)
        columns[name] = (
            np.array(column.to_pylist(), np.str_) if is_text else np.array(column.to_numpy(zero_copy_only=False))
        )
    return columns


def _table_bytes(columns: Mapping[str, Any]) -> bytes:
    arrays = {name: _arrow(column) for name, column in columns.items() if column is not None}
    sink = io.BytesIO()
    pq.write_table(pa.table(arrays), sink, compression="zstd", row_group_size=1 << 20)
    return sink.getvalue()


def _arrow(column: Any) -> pa.Array:
    if isinstance(column, pa.Array):
        return column.cast(pa.large_string())
    if column.dtype.kind == "U":
        return pa.array(column.tolist(), pa.large_string())
    return pa.array(np.ascontiguousarray(column))
