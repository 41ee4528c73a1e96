"""Start with a person and all contacts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

import numpy as np
from pydantic import Field

from ..errors import ScenarioError
from ..graph.csr import MAX_PEOPLE, Graph
from ..spec import ASSUMPTION
from .base import CountedStrategy
from .people import absent_people
from .pool import Pool
from .random import shuffled_people
from .spread import Spread


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

    def pool(self, graph: Graph, key: np.uint64) -> tuple[Pool, tuple[str, ...]]:
        """Return who may be chosen; without number and budget as many as the circle has. See `CountedStrategy.pool`."""
        pool, notes = super().pool(graph, key)
        if self.n_seed_nodes is self.budget is None:
            middle = self._middle(graph, key)
            circle = np.append(contacts_of(graph, middle), middle)
            pool = replace(pool, wanted=int(pool.eligible[circle].sum()))
        return pool, notes

    def order(self, graph: Graph, pool: Pool, *, key: np.uint64, spread: Spread | None) -> Iterator[int]:
        """Order ring by ring, around the person in the middle first."""
        del pool, spread
        order = shuffled_people(graph.n_people, key)
        return ring_by_ring(graph, np.concatenate((np.array([self._middle(graph, key)], np.int32), order)))

    def _middle(self, graph: Graph, key: np.uint64) -> int:
        if self.around is None:
            return int(shuffled_people(graph.n_people, key)[0])
        (middle,) = graph.labels.find([self.around])
        if middle is None:
            raise ScenarioError(absent_people(graph, [self.around], key="seeding.around"))
        return int(middle)


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
