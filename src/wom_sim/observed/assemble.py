"""From three columns of names to forests: every parent found, every fault said with its row."""

from __future__ import annotations

import difflib
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ..errors import GraphError
from ..kernels.trees import NO_CYCLE, find_generations

_BLANKS = " \t\u00a0\u3000"
_EXACT_FLOATS = 2**53
_SHOWN = 4


class Source(NamedTuple):
    """What messages call the table and its columns."""

    where: str
    cascade: str = "cascade"
    node: str = "node"
    parent: str = "parent"
    time: str = "time"


class Forests(NamedTuple):
    """The members of all cascades, cascade by cascade, each by generation, each of these in the table's order.

    ids : (n_cascades,)            names of the cascades, ascending
    indptr : int64 (n_cascades + 1,)
    node : (n_members,)            names of the members
    parent : int32 (n_members,)    number of the parent among all members, -1 for a root
    generation : int32 (n_members,)
    rows : int64 (n_members,)      the table's row of each member
    """

    ids: NDArray[Any]
    indptr: NDArray[np.int64]
    node: NDArray[Any]
    parent: NDArray[np.int32]
    generation: NDArray[np.int32]
    rows: NDArray[np.int64]


def assemble(cascade: pa.Array, node: pa.Array, parent: pa.Array, source: Source) -> Forests:
    """Check the rows and put them in order.

    Parameters
    ----------
    cascade, node, parent : int64 or text (rows,), nodes and parents alike, see `as_names`

    Raises
    ------
    GraphError
        At the first row of the first of these faults: no rows; a cascade or node without a name; a node named -1; a
        node twice in a cascade; a parent that has no row in the cascade; a node that is its own parent; a cycle.
    """
    if len(node) == 0:
        raise GraphError(f"{source.where}: no rows: expected a row for each member of a cascade")
    rim = _Rim(cascade, node, parent, source)
    rim.refuse(pc.is_null(cascade), f"{source.cascade} is empty; name the cascade of each row")
    rim.refuse(pc.is_null(node), f"{source.node} is empty; name the member of each row")
    root_name = pa.scalar(-1, node.type) if pa.types.is_integer(node.type) else pa.scalar("-1", node.type)
    rim.refuse(pc.equal(node, root_name), f"{source.node} is -1, which stands for 'no parent'; rename it")
    is_root = pc.or_kleene(pc.is_null(parent), pc.equal(parent, root_name)).to_numpy(zero_copy_only=False)

    ids, codes = _sorted_codes(cascade)
    both = pa.concat_arrays([node, parent]).dictionary_encode()
    names = both.indices.fill_null(0).to_numpy().astype(np.int64)
    place = codes * len(both.dictionary)
    node_keys, parent_keys = place + names[: len(node)], place + names[len(node) :]
    by_key = np.argsort(node_keys, kind="stable")
    keys = node_keys[by_key]
    twice = np.flatnonzero(keys[1:] == keys[:-1]) + 1
    if len(twice):
        later = int(by_key[twice].min())
        first = int(np.flatnonzero(node_keys == node_keys[later])[0])
        raise rim.fault(
            later,
            f"node {rim.name(node, later)} has a row already, row {first + 1:,}; keep one row for each member "
            "(who got it again joined the first time)",
        )
    found = np.minimum(np.searchsorted(keys, parent_keys), len(keys) - 1)
    unknown = np.flatnonzero((keys[found] != parent_keys) & ~is_root)
    if len(unknown):
        more = f" ({len(unknown):,} rows have such parents)" if len(unknown) > 1 else ""
        raise rim.fault(
            int(unknown[0]),
            f"parent {rim.name(parent, int(unknown[0]))} has no row in this cascade; add it, or leave the parent "
            f"empty for a root{more}",
        )
    parent_row = np.where(is_root, -1, by_key[found]).astype(np.int32)
    own = np.flatnonzero(parent_row == np.arange(len(parent_row)))
    if len(own):
        row = int(own[0])
        raise rim.fault(row, f"node {rim.name(node, row)} is its own parent; leave the parent empty (or -1) for a root")
    generation = np.empty(len(parent_row), np.int32)
    if (row := int(find_generations(parent_row, generation))) != NO_CYCLE:
        raise rim.fault(
            row,
            f"node {rim.name(node, row)} is its own ancestor: {rim.ancestry(row, parent_row)}; one of them must "
            "be a root (parent empty or -1) or have another parent",
        )

    rows = np.argsort(codes * (int(generation.max()) + 1) + generation, kind="stable")
    number = np.empty(len(rows) + 1, np.int32)
    number[rows] = np.arange(len(rows), dtype=np.int32)
    number[-1] = -1  # where the parent row -1 of roots looks
    indptr = np.searchsorted(codes[rows], np.arange(len(ids) + 1)).astype(np.int64)
    names_of = node.to_numpy(zero_copy_only=False)[rows]
    return Forests(ids, indptr, names_of, number[parent_row[rows]], generation[rows], rows)


class _Rim:
    """The columns as they came, for messages."""

    def __init__(self, cascade: pa.Array, node: pa.Array, parent: pa.Array, source: Source) -> None:
        self.cascade, self.node, self.parent, self.source = cascade, node, parent, source

    def refuse(self, bad: pa.Array, problem: str) -> None:
        row = int(pc.index(bad, value=True).as_py())
        if row >= 0:
            raise GraphError(f"{self.source.where}: row {row + 1:,}: {problem}")

    def fault(self, row: int, problem: str) -> GraphError:
        where = f"{self.source.where}: row {row + 1:,}: cascade {self.name(self.cascade, row)}"
        return GraphError(f"{where}: {problem}")

    def name(self, column: pa.Array, row: int) -> str:
        return repr(column[row].as_py())

    def ancestry(self, row: int, parent_row: NDArray[np.int32]) -> str:
        shown, at = [self.name(self.node, row)], int(parent_row[row])
        while at != row and len(shown) < _SHOWN:
            shown.append(self.name(self.node, at))
            at = int(parent_row[at])
        return " from ".join([*shown, self.name(self.node, row) if at == row else "..."])


def _sorted_codes(column: pa.Array) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Return the different values, ascending, and for each row which of them it has."""
    coded = column.dictionary_encode()
    order = pc.array_sort_indices(coded.dictionary).to_numpy()
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return coded.dictionary.to_numpy(zero_copy_only=False)[order], rank[coded.indices.to_numpy()]


def as_names(cascade: Any, node: Any, parent: Any, source: Source) -> tuple[pa.Array, pa.Array, pa.Array]:
    """Return the columns as `assemble` takes them: whole numbers where all of a column are, nodes with parents."""
    cascade, node, parent = map(in_one_piece, (cascade, node, parent))
    cascades, nodes, parents = map(as_whole_numbers, (cascade, node, parent))
    if cascades is None:
        cascades = _as_text(cascade, source.cascade, source.where)
    if nodes is None or parents is None:
        nodes = _as_text(node, source.node, source.where)
        parents = _as_text(parent, source.parent, source.where)
    return cascades, nodes, parents


def in_one_piece(column: Any) -> pa.Array:
    """Return a column that may be chunked as one array."""
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def as_whole_numbers(column: Any) -> Any | None:
    """Return a column as int64, or None where that would change a value. Missing values stay missing."""
    if pa.types.is_floating(column.type):  # how pandas writes whole numbers among missing ones
        column = pc.if_else(pc.is_nan(column), None, column)
        if (pc.max(pc.abs(column)).as_py() or 0) > _EXACT_FLOATS:
            return None
    elif not (pa.types.is_integer(column.type) or pa.types.is_null(column.type)):
        return None
    try:
        return column.cast(pa.int64())
    except pa.ArrowInvalid:
        return None


def _as_text(column: pa.Array, name: str, where: str) -> pa.Array:
    try:
        text = pc.utf8_trim(column.cast(pa.large_string()), characters=_BLANKS)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowTypeError):
        raise GraphError(f"{where}: column {name}: must hold whole numbers or UTF-8 text, got {column.type}") from None
    return pc.if_else(pc.equal(text, ""), None, text)


def as_times(column: Any, source: Source) -> NDArray[np.float64]:
    """Return a column of numbers, or of text that is numbers, as float64.

    Raises
    ------
    GraphError
        At the first row whose value is missing or no finite number.
    """
    column = in_one_piece(column)
    if pa.types.is_boolean(column.type):  # which would pass for 0 and 1
        column = column.cast(pa.string())
    try:
        times: NDArray[np.float64] = column.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
        bad = np.flatnonzero(~np.isfinite(times))
        if not len(bad):
            return times
        row, hint = int(bad[0]), ""
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        row = next((i for i, value in enumerate(column) if not _is_finite(value)), 0)
        hint = "; turn dates into numbers, such as hours since the first"
    value = column[row].as_py()
    got = "nothing" if value is None else repr(str(value))
    raise GraphError(f"{source.where}: row {row + 1:,}: column {source.time}: must be a finite number, got {got}{hint}")


def _is_finite(value: pa.Scalar) -> bool:
    try:
        return bool(np.isfinite(value.cast(pa.float64()).as_py()))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, TypeError):
        return False


def column_fault(name: str, known: list[str], source: Source, argument: str) -> GraphError:
    """Say that a column is missing, and which one may have been meant."""
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    meant = f"; did you mean {near[0]!r}?" if near else f"; name it, as in {argument}={known[0]!r}"
    if len(known) == 1 and any(separator in known[0] for separator in ";\t|"):
        meant = "; columns must stand between commas (between tabs in a .tsv)"
    return GraphError(f"{source.where}: no column {name!r}; columns: {', '.join(map(repr, known))}{meant}")
