"""Start with people named one by one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BeforeValidator

from ..errors import ScenarioError
from ..graph.csr import Graph
from .base import SeedChoice, Strategy


class Nodes(Strategy):
    """The people named by their labels; ``107`` finds a file's ``"107"``. Repeats count once, with a note."""

    strategy: Literal["nodes"] = "nodes"
    nodes: Annotated[
        tuple[str | int, ...], BeforeValidator(lambda given: tuple(given) if isinstance(given, list) else given)
    ]
    """Labels of the people who start."""

    def choose(self, graph: Graph, *, key: np.uint64) -> SeedChoice:
        """Look the labels up; draws nothing. See `Strategy.choose`."""
        del key
        return find_people(graph, self.nodes, key="seeding.nodes")


def find_people(graph: Graph, labels: Iterable[Any], *, key: str) -> SeedChoice:
    """Turn labels into people's numbers, in the order given.

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
    return SeedChoice(np.array(distinct, np.int32), notes)


def absent_people(graph: Graph, absent: Sequence[Any], *, key: str) -> str:
    """Say which people the network does not have, and who is called alike."""
    shown = ", ".join(repr(label) for label in absent[:5]) + (
        f" and {len(absent) - 5:,} more" if len(absent) > 5 else ""
    )
    near = graph.labels.similar_to(absent[0])
    hint = f"; similar: {', '.join(map(repr, near))}" if near else ""
    return f"{key}: nobody is called {shown} in the network of {graph.n_people:,} people{hint}"
