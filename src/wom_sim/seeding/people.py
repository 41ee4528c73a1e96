"""People by their labels: lists of them in scenario files, looked up in a network."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BeforeValidator

from ..errors import ScenarioError
from ..graph.csr import Graph

_as_tuple = BeforeValidator(lambda given: tuple(given) if isinstance(given, list) else given)

Labels = Annotated[tuple[str | int, ...], _as_tuple]
"""People by their labels; ``107`` finds a file's ``"107"``."""

Names = Annotated[tuple[str, ...], _as_tuple]


def find_people(graph: Graph, labels: Iterable[Any], *, key: str) -> tuple[NDArray[np.int32], tuple[str, ...]]:
    """Turn labels into people's numbers, int32 (k,), in the order given, and say how many repeats counted once.

    Parameters
    ----------
    key : where the labels stand, for the message

    Raises
    ------
    ScenarioError
        When some label is nobody's: names up to five of them and people with similar labels.
    """
    asked = list(labels)
    found = graph.labels.find(asked)
    absent = [label for label, person in zip(asked, found, strict=True) if person is None]
    if absent:
        raise ScenarioError(absent_people(graph, absent, key=key))
    distinct = list(dict.fromkeys(person for person in found if person is not None))
    repeats = len(found) - len(distinct)
    notes = (f"{key}: {repeats:,} repeated label{'' if repeats == 1 else 's'} counted once",) if repeats else ()
    return np.array(distinct, np.int32), notes


def absent_people(graph: Graph, absent: Sequence[Any], *, key: str) -> str:
    """Say which people the network does not have, and who is called alike."""
    shown = ", ".join(repr(label) for label in absent[:5]) + (
        f" and {len(absent) - 5:,} more" if len(absent) > 5 else ""
    )
    near = graph.labels.similar_to(absent[0])
    hint = f"; similar: {', '.join(map(repr, near))}" if near else ""
    return f"{key}: nobody is called {shown} in the network of {graph.n_people:,} people{hint}"
