"""Start with a person and all contacts."""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import Field

from ..errors import ScenarioError
from ..graph.csr import MAX_PEOPLE, Graph
from ..spec import ASSUMPTION
from .base import SeedChoice, Strategy, checked_count
from .nodes import absent_people
from .random import shuffled_people


class Neighbourhood(Strategy):
    """A person and all the people this person influences, the kind of start that complex contagion needs.

    With `n_seed_nodes` the circle is filled up to that number: the person, the contacts in order of their numbers, then
    their contacts, ring by ring (and, if the component is exhausted, the next person drawn). Without it: the person
    and all contacts, however many.
    """

    strategy: Literal["neighbourhood"] = "neighbourhood"
    n_seed_nodes: int | None = Field(default=None, ge=0, le=MAX_PEOPLE)
    """How many people start in all; left out: one person and all contacts."""
    around: str | int | None = Field(default=None, json_schema_extra={**ASSUMPTION, "when_left_out": "drawn at random"})
    """Label of the person in the middle; left out: drawn at random, once a case."""

    def choose(self, graph: Graph, *, key: np.uint64) -> SeedChoice:
        """Choose ring by ring; see `Strategy.choose`."""
        wanted = graph.n_people if self.n_seed_nodes is None else checked_count(self.n_seed_nodes, graph)
        order = shuffled_people(graph.n_people, key)
        if self.around is not None:
            (middle,) = graph.labels.find([self.around])
            if middle is None:
                raise ScenarioError(absent_people(graph, [self.around], key="seeding.around"))
            order = np.concatenate((np.array([middle], np.int32), order))
        rings = 1 if self.n_seed_nodes is None else graph.n_people
        return SeedChoice(_grow(graph, order, wanted, rings))


def _grow(graph: Graph, order: np.ndarray, wanted: int, rings: int) -> np.ndarray:
    chosen: dict[int, None] = {}
    for start in order:
        if len(chosen) >= wanted or (chosen and rings == 1):
            break
        if int(start) in chosen:
            continue
        chosen[int(start)] = None
        ring = [int(start)]
        for _ in range(rings):
            if not ring or len(chosen) >= wanted:
                break
            outer: dict[int, None] = {}
            for person in ring:
                for contact in contacts_of(graph, person):
                    if int(contact) not in chosen:
                        chosen[int(contact)] = outer[int(contact)] = None
            ring = list(outer)
    return np.array(list(chosen)[:wanted], np.int32)


def contacts_of(graph: Graph, person: int) -> np.ndarray:
    """Return the listeners of a person, in order of their numbers."""
    if graph.complete:
        return np.delete(np.arange(graph.n_people), person)
    return graph.indices[graph.indptr[person] : graph.indptr[person + 1]]
