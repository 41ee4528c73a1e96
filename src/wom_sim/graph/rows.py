"""From two columns of labels to numbered people: by first appearance, with what is odd about the labels said."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ..errors import GraphError

if TYPE_CHECKING:
    from .layers import TieLayers

BLANKS = " \t\u00a0\u3000"
"""What is trimmed off labels; other white space at their ends is a control character, and refused."""

Ranges = Mapping[str, tuple[float, float]]
"""Names of the numeric columns asked for, each with the range allowed, bounds included."""


@dataclass(frozen=True)
class Rows:
    """The rows of a file of edges, people numbered in order of first appearance.

    Attributes
    ----------
    src, dst : int32 (rows,)
    labels : pyarrow large_string (n_people,)
    columns : mapping of name to float64 (rows,)
    notes : tuple of str     what is odd about the labels
    layers : TieLayers or None
    """

    src: NDArray[np.int32]
    dst: NDArray[np.int32]
    labels: pa.Array
    columns: dict[str, NDArray[np.float64]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    layers: TieLayers | None = None


class RowFaultError(Exception):
    """A label cannot be used; the reader knows how to say where.

    Attributes
    ----------
    row : int       of the data, from 0
    problem : str
    """

    def __init__(self, row: int, problem: str) -> None:
        super().__init__(problem)
        self.row = row
        self.problem = problem


def number_people(source: pa.ChunkedArray, target: pa.ChunkedArray) -> Rows:
    """Number people in reading order: first row's source, its target, second row's source, and so on.

    Parameters
    ----------
    source, target : text, whole numbers or dictionaries of these, without nulls; labels are trimmed

    Raises
    ------
    RowFaultError
        At an empty label or one with control characters.
    """
    if (whole := _small_whole_numbers(source, target)) is not None:
        src, dst, order = _renumber(*whole)
        return Rows(src, dst, pa.array(order).cast(pa.large_string()))
    with ThreadPoolExecutor(2) as pool:  # pyarrow releases the GIL: hashing the text is most of the work
        (source_codes, source_labels), (target_codes, target_labels) = pool.map(_encode, (source, target))
    both = pc.utf8_trim(pa.concat_arrays([source_labels, target_labels]), characters=BLANKS).dictionary_encode()
    joint = both.indices.to_numpy()
    source_codes, target_codes = joint[: len(source_labels)][source_codes], joint[len(source_labels) :][target_codes]
    src, dst, order = _renumber(source_codes, target_codes, len(both.dictionary))
    labels = both.dictionary.take(pa.array(order))
    _check_labels(labels, src, dst)
    return Rows(src, dst, labels, notes=odd_labels(labels))


def control_character(label: str) -> str:
    """Say that a label has a control character, escaped."""
    return f"label {label!a} has a control character"


def odd_labels(labels: pa.Array) -> tuple[str, ...]:
    """Return a note for each way in which labels of different people look alike."""
    notes = []
    padded = labels.filter(pc.starts_with(labels, "0"))
    padded = padded.filter(pc.match_substring_regex(padded, "^0+[0-9]+$"))
    plain = pc.replace_substring_regex(padded, "^0+([0-9])", r"\1")
    twins = pc.is_in(plain, value_set=labels)
    if n_twins := pc.sum(twins).as_py():
        at = pc.index(twins, value=True).as_py()
        n = "1 label differs" if n_twins == 1 else f"{n_twins:,} labels differ"
        notes.append(
            f"{n} from another only by leading zeros, such as {padded[at].as_py()!r} and {plain[at].as_py()!r}: "
            "labels are text, so these are different people"
        )
    if len(labels) and not pc.all(pc.string_is_ascii(labels)).as_py():
        composed = pc.utf8_normalize(labels, form="NFC").dictionary_encode()
        if n_twins := len(labels) - len(composed.dictionary):
            codes = composed.indices.to_numpy()
            second = int(np.flatnonzero(codes != np.arange(len(codes)))[0])
            first = int(np.flatnonzero(codes == codes[second])[0])
            n = "1 label differs" if n_twins == 1 else f"{n_twins:,} labels differ"
            notes.append(
                f"{n} from another only by Unicode form (NFC, NFD), such as {labels[first].as_py()!a} and "
                f"{labels[second].as_py()!a}: these are different people"
            )
    return tuple(notes)


def column_number(name: str, known: Sequence[str], *, where: str, hint: str = "") -> int:
    """Return which column is called `name`.

    Raises
    ------
    GraphError
        When none is, or two are; the message lists the columns there are.
    """
    if (n := list(known).count(name)) == 1:
        return list(known).index(name)
    if n > 1:
        raise GraphError(f"{where}: {n} columns are called {name!r}")
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    meant = f"; did you mean {near[0]!r}?" if near else ""
    raise GraphError(f"{where}: no column {name!r}; columns: {', '.join(map(repr, known))}{meant}{hint}")


def source_and_target(
    source: str | None, target: str | None, known: Sequence[str], *, where: str, hint: str = ""
) -> tuple[int, int]:
    """Return which columns hold the sources and the targets: the first two unless named.

    Raises
    ------
    GraphError
        When a named column is missing, both are the same, or there are fewer than two columns.
    """
    if len(known) < 2:
        raise GraphError(f"{where}: expected at least two columns, source and target, got {len(known)}")
    first = 0 if source is None else column_number(source, known, where=where, hint=hint)
    second = 1 if target is None else column_number(target, known, where=where, hint=hint)
    if first == second:
        raise GraphError(f"{where}: source and target are both column {known[first]!r}; name both")
    return first, second


def range_fault(value: object, limits: tuple[float, float]) -> str:
    """Say what a number must be, and what came."""
    low, high = limits
    if np.isfinite(low) and np.isfinite(high):
        wanted = f"a number in [{low:g}, {high:g}]"
    elif np.isfinite(low):
        wanted = f"a number of at least {low:g}"
    elif np.isfinite(high):
        wanted = f"a number of at most {high:g}"
    else:
        wanted = "a finite number"
    return f"must be {wanted}, got {value!r}"


def first_outside(values: NDArray[np.float64], limits: tuple[float, float]) -> int | None:
    """Return the position of the first value that is not finite or lies outside the range, or None."""
    inside = np.isfinite(values) & (values >= limits[0]) & (values <= limits[1])
    return None if inside.all() else int(np.argmin(inside))


def _small_whole_numbers(
    source: pa.ChunkedArray, target: pa.ChunkedArray
) -> tuple[NDArray[np.int64], NDArray[np.int64], int] | None:
    # Labels that are whole numbers not much larger than the number of rows serve as their own codes: no hashing.
    if not (pa.types.is_integer(source.type) and pa.types.is_integer(target.type)) or len(source) == 0:
        return None
    if pa.types.is_uint64(source.type) or pa.types.is_uint64(target.type):
        return None
    first, second = (column.cast(pa.int64()).to_numpy() for column in (source, target))
    largest = int(max(first.max(), second.max()))
    if min(first.min(), second.min()) < 0 or largest > 4 * len(first) + 2**20:
        return None
    return first, second, largest + 1


def _encode(column: pa.ChunkedArray) -> tuple[NDArray[np.int32], pa.Array]:
    """Return a code for each row, and the label of each code."""
    if column.num_chunks == 0:
        return np.zeros(0, np.int32), pa.array([], pa.large_string())
    keys = _as_keys(column)
    if keys is not None:
        column = keys
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    shared = column.chunk(0).dictionary
    if any(not chunk.dictionary.equals(shared) for chunk in column.chunks[1:]):
        column = column.unify_dictionaries()
        shared = column.chunk(0).dictionary
    codes = np.concatenate([chunk.indices.to_numpy() for chunk in column.chunks])
    if keys is not None:  # NumPy's byte strings end before the first of their closing NULs
        shared = pa.array(shared.to_numpy().view("S8"), pa.binary()).cast(pa.string())
    return codes.astype(np.int32, copy=False), shared.cast(pa.large_string())


def _as_keys(column: pa.ChunkedArray) -> pa.ChunkedArray | None:
    """Return text of at most 8 bytes a label, padded with NULs, as numbers, which hash twice as fast; else None."""
    if not pa.types.is_string(column.type) or (pc.max(pc.binary_length(column)).as_py() or 0) > 8:
        return None
    keys = []
    for chunk in column.chunks:
        _, offsets, content = chunk.buffers()
        first, last = (
            np.frombuffer(offsets, np.int32)[[chunk.offset, chunk.offset + len(chunk)]] if len(chunk) else (0, 0)
        )
        if last > first and not np.frombuffer(content, np.uint8)[first:last].all():
            return None  # a NUL of a label's own, to be refused elsewhere, must not be taken for padding
        padded = pc.ascii_rpad(chunk, width=8, padding="\0").buffers()[2]
        keys.append(np.frombuffer(padded, np.uint64, len(chunk)) if len(chunk) else np.zeros(0, np.uint64))
    return pa.chunked_array(keys, pa.uint64())


def _renumber(
    source_codes: NDArray[np.signedinteger[Any]], target_codes: NDArray[np.signedinteger[Any]], n_codes: int
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int64]]:
    """Return both columns renumbered by first appearance, and the codes that occur in that order."""
    n_places = 2 * len(source_codes)
    place = np.int32 if n_places < 2**31 - 1 else np.int64
    first: NDArray[np.signedinteger[Any]] = np.full(n_codes, n_places, place)
    # Written from the last row to the first, so that what stays is the first place of each code.
    first[target_codes[::-1]] = np.arange(n_places - 1, -1, -2, dtype=place)
    earlier = np.full(n_codes, n_places, place)
    earlier[source_codes[::-1]] = np.arange(n_places - 2, -1, -2, dtype=place)
    np.minimum(first, earlier, out=first)
    order = np.argsort(first, kind="stable")
    order = order[: int(np.count_nonzero(first < n_places))]
    rank = np.zeros(n_codes, np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    return rank[source_codes], rank[target_codes], order


def _check_labels(labels: pa.Array, src: NDArray[np.int32], dst: NDArray[np.int32]) -> None:
    bad = pc.or_(pc.equal(labels, ""), pc.match_substring_regex(labels, r"\p{Cc}"))
    person = pc.index(bad, value=True).as_py()
    if person < 0:
        return
    label = labels[person].as_py()
    row = int(np.argmax((src == person) | (dst == person)))
    raise RowFaultError(row, control_character(label) if label else "a label is empty")
