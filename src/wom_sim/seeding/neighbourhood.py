"""Start with a person and all contacts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np
from pydantic import Field

from ..errors import ScenarioError
from ..graph.csr import MAX_PEOPLE, Graph
from ..spec import ASSUMPTION
from .base import CountedStrategy, SeedChoice
from .nodes import absent_people
from .random import shuffled_people


class Neighbourhood(CountedStrategy):
    """A person and all the people this person influences, the kind of start that complex contagion needs.

    With `n_seed_nodes` or `budget` the circle is filled up to that number, or as far as it pays: the person, the
    contacts in order of their numbers, then their contacts, ring by ring (and, if the component is exhausted, the next
    person drawn). Without them: the person and all contacts, however many.
    """

    strategy: Literal["neighbourhood"] = "neighbourhood"
    n_seed_nodes: int | None = Field(default=None, ge=0, le=MAX_PEOPLE)
    """How many people start in all; left out: one person and all contacts."""
    around: str | int | None = Field(default=None, json_schema_extra={**ASSUMPTION, "when_left_out": "drawn at random"})
    """Label of the person in the middle; left out: drawn at random, once a case."""

    def _problems(self) -> list[str]:
        return [] if self.n_seed_nodes is self.budget is None else super()._problems()

    def choose(self, graph: Graph, *, key: np.uint64) -> SeedChoice:
        """Choose ring by ring; see `Strategy.choose`."""
        order = shuffled_people(graph.n_people, key)
        if self.around is not None:
            (middle,) = graph.labels.find([self.around])
            if middle is None:
                raise ScenarioError(absent_people(graph, [self.around], key="seeding.around"))
            order = np.concatenate((np.array([middle], np.int32), order))
        if self.n_seed_nodes is self.budget is None:
            middle = int(order[0])
            return SeedChoice(np.concatenate(([middle], contacts_of(graph, middle))).astype(np.int32))
        return self.first_of(ring_by_ring(graph, order), graph)


def ring_by_ring(graph: Graph, order: np.ndarray) -> Iterator[int]:
    """Yield everybody once: the first of an order and the rings around her, then the next one left, and so on."""
    found: set[int] = set()
    for start in order:
        if len(found) == graph.n_people:
            return
        ring = [int(start)] if int(start) not in found else []
        found.update(ring)
        yield from ring
        while ring:
            outer: list[int] = []
            for person in ring:
                if len(found) == graph.n_people:
                    break
                for contact in map(int, contacts_of(graph, person)):
                    if contact not in found:
                        found.add(contact)
                        outer.append(contact)
                        yield contact
            ring = outer


def contacts_of(graph: Graph, person: int) -> np.ndarray:
    """Return the listeners of a person, in order of their numbers."""
    if graph.complete:
        return np.delete(np.arange(graph.n_people), person)
    return np.unique(graph.indices[graph.indptr[person] : graph.indptr[person + 1]])  # met in several layers, or often
