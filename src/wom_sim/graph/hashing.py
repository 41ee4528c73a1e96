"""A hash of a whole network: the same for the same people, ties and attributes, however they were read."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from .csr import Graph


def hash_of(graph: Graph) -> str:
    """Return the SHA-256 over numbering, ties, attributes and labels, as 64 hex digits."""
    digest = hashlib.sha256(b"wom_sim graph 1")
    digest.update(f"{graph.n_people} {graph.directed} {graph.complete}".encode())
    digest.update(np.ascontiguousarray(graph.indptr, "<i8").data)
    digest.update(np.ascontiguousarray(graph.indices, "<i4").data)
    if graph.tie_counts is not None:
        digest.update(b"counts")
        digest.update(np.ascontiguousarray(graph.tie_counts, "<i4").data)
    if graph.tie_layers is not None:
        digest.update(f"layers {json.dumps([layer.model_dump(mode='json') for layer in graph.layers])}".encode())
        digest.update(np.ascontiguousarray(graph.tie_layers).data)
    if graph.tie_times is not None:
        digest.update(b"times")
        digest.update(np.ascontiguousarray(graph.tie_times, "<f8").data)
    for name in sorted(graph.tie_columns):
        digest.update(f"tie column {name!r}".encode())
        digest.update(np.ascontiguousarray(graph.tie_columns[name], "<f8").data)
    for name in sorted(graph.people_columns):
        column = graph.people_columns[name]
        digest.update(f"people column {name!r} {column.dtype.kind}".encode())
        digest.update(json.dumps([str(value) for value in column.tolist()]).encode())
    graph.labels.add_to_hash(digest)
    return digest.hexdigest()
