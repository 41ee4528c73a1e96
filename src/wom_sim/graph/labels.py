"""What people are called outside; below the graph everybody is a number from 0 to n - 1."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Hashable, Iterable, Sequence
from functools import cached_property
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc


class Labels:
    """The names of people, in order of their numbers.

    Parameters
    ----------
    values : int, pyarrow.Array or sequence
        An int n: people are called 0 .. n - 1. An Arrow string array: text, as read from a file. Any other sequence:
        Python objects, kept as they are.

    A lookup finds the label itself; failing that, the one whose text equals the text asked for, so that ``107`` finds
    a file's ``"107"``.
    """

    def __init__(self, values: int | pa.Array | Sequence[Hashable]) -> None:
        self._values = values

    def __len__(self) -> int:
        return self._values if isinstance(self._values, int) else len(self._values)

    def __getitem__(self, person: int) -> Any:
        if isinstance(self._values, int):
            return int(person)
        value = self._values[int(person)]
        return value.as_py() if isinstance(value, pa.Scalar) else value

    def take(self, people: Iterable[int]) -> list[Any]:
        """Return the labels of these people, in this order."""
        return [self[person] for person in people]

    def find(self, labels: Sequence[Any]) -> list[int | None]:
        """Return the number of the person called each label, None where nobody is."""
        if isinstance(self._values, int):
            return [self._own_number(label) for label in labels]
        if isinstance(self._values, pa.Array):
            texts = pa.array([str(label) for label in labels], self._values.type)
            found: list[int | None] = pc.index_in(texts, value_set=self._values).to_pylist()
            return found
        exact, by_text = self._lookup
        return [exact[x] if isinstance(x, Hashable) and x in exact else by_text.get(str(x)) for x in labels]

    def _own_number(self, label: Any) -> int | None:
        text = str(label)
        if (
            isinstance(label, bool)
            or not (text.isascii() and text.isdigit())
            or len(text) > 10
            or text != str(int(text))
        ):
            return None
        return int(text) if int(text) < len(self) else None

    def similar_to(self, label: Any, *, n: int = 3) -> list[str]:
        """Return up to `n` labels that look like `label`, for error messages; looks at the first 100,000 people."""
        known = [str(self[i]) for i in range(min(len(self), 100_000))]
        return difflib.get_close_matches(str(label), known, n=n, cutoff=0.6)

    def add_to_hash(self, digest: hashlib._Hash) -> None:
        """Feed the labels, in order, to a hash."""
        if isinstance(self._values, int):
            digest.update(b"index")
        elif isinstance(self._values, pa.Array):
            digest.update(b"text")
            for buffer in _canonical_buffers(self._values):
                digest.update(buffer)
        else:
            digest.update(b"text")
            for buffer in _canonical_buffers(pa.array([str(v) for v in self._values], pa.large_string())):
                digest.update(buffer)

    def as_arrow(self) -> pa.Array:
        """Return the labels as text."""
        if isinstance(self._values, pa.Array):
            return self._values
        return pa.array([str(label) for label in self.take(range(len(self)))], pa.large_string())

    @property
    def are_numbers(self) -> bool:
        """True when people have no other name than their number."""
        return isinstance(self._values, int)

    @cached_property
    def _lookup(self) -> tuple[dict[Any, int], dict[str, int]]:
        assert not isinstance(self._values, int)
        exact = {label: i for i, label in enumerate(self._values)}
        by_text: dict[str, int] = {}
        for i, label in enumerate(self._values):
            by_text.setdefault(str(label), i)
        return exact, by_text


def _canonical_buffers(text: pa.Array) -> list[memoryview]:
    # A copy without offset or null bitmap, so that equal labels hash equally however the array was sliced.
    compact = pa.concat_arrays([text.cast(pa.large_string())])
    if compact.offset:
        compact = compact.take(pa.array(range(len(compact))))
    return [memoryview(buffer) for buffer in compact.buffers()[1:] if buffer is not None]
