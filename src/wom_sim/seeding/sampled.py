"""What strategies share that look at a sample of people, since everybody would take too long."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from typing import Annotated, Any, ClassVar, NamedTuple

import numpy as np
from pydantic import Field

from ..graph.csr import MAX_PEOPLE, Graph
from ..kernels.rng import by_lot, derive_key
from ..spec import ASSUMPTION
from .base import CountedStrategy, SeedChoice
from .pool import Pool
from .spread import Spread

_SAMPLE = 6
"""Number of the stream, under a strategy's key, that draws who is looked at."""

_TIES = 100_000_000
_LEAST = 10


class Looked(NamedTuple):
    """An order of people, best first, and at how many of how many people was looked."""

    order: Iterable[Any]
    n: int
    of: int


class Sampled(CountedStrategy):
    """Base of strategies that look at people drawn by lot, and say at how many."""

    looks_at: ClassVar[str]
    """What is computed of the people drawn, in words."""

    n_samples: Annotated[
        int | None,
        Field(ge=1, le=MAX_PEOPLE, json_schema_extra={**ASSUMPTION, "when_left_out": "100 million ties looked at"}),
    ] = None
    """People looked at; all, where there are no more. Left out: as many as looking at 100 million ties allows, 10 at
    least."""

    def choose(self, graph: Graph, *, key: np.uint64, spread: Spread | None = None) -> SeedChoice:
        """Choose the first of the order who may be chosen, and note the sample; see `Strategy.choose`."""
        del spread
        pool, notes = self.pool(graph, key)
        looked = self.look(graph, pool, key)
        if looked.n < looked.of:
            notes += (f"seeding: {self.looks_at} {looked.n:,} of {looked.of:,} people, drawn by lot",)
        return self.chosen(pool, pool.take(looked.order), notes)

    def order(self, graph: Graph, pool: Pool, *, key: np.uint64, spread: Spread | None) -> Iterable[Any]:
        """Order by what is seen of the sample."""
        del spread
        return self.look(graph, pool, key).order

    @abstractmethod
    def look(self, graph: Graph, pool: Pool, key: np.uint64) -> Looked:
        """Return the order, from a sample drawn by the strategy's key."""

    def sample(self, people: np.ndarray, key: np.uint64) -> tuple[np.ndarray, tuple[int, int]]:
        """Draw from people, int32, those to look at, in order, and when to stop; see `add_betweenness`'s limit."""
        drawn = by_lot(people, derive_key(key, _SAMPLE))[: self.n_samples]
        return drawn, (_LEAST, _TIES) if self.n_samples is None else (len(drawn), 0)
