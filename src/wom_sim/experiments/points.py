"""The cases of an experiment: which scenario, which keys changed to what, and the columns that say so in its table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol


class Point(NamedTuple):
    """One case of an experiment.

    base : which of the experiment's scenarios
    changes : dotted keys and their values, made before the scenario is checked; plain numbers, text, lists, tables
    shown : values of the design's `keys`, in their order: what its rows of the table begin with
    first : number of its first replica, as which the luck is counted; in the table all cases count from 0
    """

    base: int
    changes: Mapping[str, Any]
    shown: tuple[Any, ...]
    first: int = 0


class Design(Protocol):
    """All cases of an experiment, numbered from 0; a case is made when it is asked for, so that millions fit in memory.

    Two designs with equal `document()` are the same design.
    """

    @property
    def keys(self) -> tuple[str, ...]:
        """Columns that say which case a row of the table is of: dotted keys, or ``plan``."""

    def __len__(self) -> int: ...

    def __getitem__(self, case: int) -> Point: ...

    def document(self) -> dict[str, Any]:
        """Return everything that decides the cases, ready for JSON."""


@dataclass(frozen=True)
class ListedDesign:
    """A design of cases named one by one."""

    keys: tuple[str, ...]
    points: Sequence[Point]

    def __len__(self) -> int:
        """Return the number of cases."""
        return len(self.points)

    def __getitem__(self, case: int) -> Point:
        """Return one case."""
        return self.points[case]

    def document(self) -> dict[str, Any]:
        """Return everything that decides the cases."""
        listed = [[point.base, {str(k): plain(v) for k, v in point.changes.items()}] for point in self.points]
        return {"design": "listed", "keys": list(self.keys), "points": listed}


def plain(value: Any) -> Any:
    """Return a value of a scenario as JSON can hold it: dates and durations as text."""
    if isinstance(value, Mapping):
        return {str(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [plain(entry) for entry in value]
    return value if value is None or isinstance(value, bool | int | str) or type(value) is float else str(value)
