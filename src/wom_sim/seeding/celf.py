"""CELF: people who add most reach in worlds drawn once, looked at again only where that can matter."""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable
from typing import Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ..errors import ScenarioError
from ..graph.csr import Graph
from ..kernels.rng import LANES, derive_key
from .base import CountedStrategy, SeedChoice
from .pool import FREE, SAME_MONEY, Pool
from .spread import Spread, known
from .worlds import Worlds

WORLDS = 8
"""Number of the stream of worlds under a strategy's key."""

_PARTS, _LEAST_AT_ONCE = 256, 64
"""Everybody is tried at first, in so many parts, so that it can be said how far that is and an interrupt is heeded."""


class Celf(CountedStrategy):
    """Person after person, each the one who adds most to the mean reach in worlds in which each tie is live or not.

    What somebody adds only becomes less as others are chosen, so that people are looked at again only while what they
    added before is more than the best now (lazy greedy). With a budget the choice is made by gain and again by gain
    for the cost, and the better one is taken. For cascades in which ties are live by coins of their own; a run with
    `max_steps` is none of these.

    Source: Leskovec, Krause, Guestrin, Faloutsos, VanBriesen & Glance (2007), KDD, section 4; worlds drawn once: Chen,
    Wang & Yang (2009), NewGreedy.
    """

    looks_at_model: ClassVar[bool] = True
    simulates: ClassVar[bool] = True

    strategy: Literal["celf"] = "celf"
    n_worlds: Annotated[int, Field(ge=LANES, le=1_024_000, multiple_of=LANES)] = 1024
    """Worlds that choose, a multiple of 512."""

    def choose(self, graph: Graph, *, key: np.uint64, spread: Spread | None = None) -> SeedChoice:
        """Choose by gain in reach; see `Strategy.choose`.

        Raises
        ------
        ScenarioError
            When the model is no cascade by coins, or stops after some steps.
        """
        pool, notes = self.pool(graph, key)
        if pool.n_most == 0:
            return self.chosen(pool, np.zeros(0, np.int32), notes)
        told = known(spread, self.strategy)
        forward = told.forward()
        if forward is None:
            raise ScenarioError(
                "seeding.strategy: 'celf' needs a cascade in which each tie of a network is live by a coin of its own, "
                "without max_steps; take 'greedy'"
            )
        if pool.wants_everybody:
            return self.chosen(pool, pool.best_connected(graph.n_listeners), notes)
        worlds = Worlds(forward, derive_key(key, WORLDS), self.n_worlds)
        search = _Search(pool, worlds, lambda done, total: told.tell(done * self.n_worlds, total * self.n_worlds))
        if pool.wanted is not None:
            nodes, part = search.by_gain()[0], 1.0 - 1.0 / math.e
        else:
            nodes, part = search.with_budget(), 0.5 * (1.0 - 1.0 / math.e)
        sure = (
            f"seeding: at least {math.floor(100 * part):d} % of the best possible {forward.says} in the "
            f"{self.n_worlds:,} worlds that chose; how many these people reach in others is for a run to say"
        )
        tried = f"seeding: {search.n_tried:,} trials of a person, {len(search.people):,} of them at first"
        return self.chosen(pool, nodes, (*notes, sure, tried))


class _Search:
    """Lazy greedy choice. People stand in a heap by what they added when they were last looked at."""

    def __init__(self, pool: Pool, worlds: Worlds, tell: Callable[[int, int], None]) -> None:
        self.pool, self.worlds = pool, worlds
        self.people = np.flatnonzero(pool.eligible).astype(np.int32)
        worlds.choose(pool.already)
        self.n_tried = len(self.people)
        self.first_gains = np.zeros(self.n_tried, np.int64)
        at_once = max(_LEAST_AT_ONCE, -(-self.n_tried // _PARTS))
        for first in range(0, self.n_tried, at_once):
            tell(first, self.n_tried)
            self.first_gains[first : first + at_once] = worlds.gains(self.people[first : first + at_once])
        tell(self.n_tried, self.n_tried)

    def by_gain(self) -> tuple[NDArray[np.int32], int]:
        """Return people by gain alone, int32 (k,), and what they add, summed over worlds."""
        return self._choose(np.ones(len(self.pool.eligible)))

    def with_budget(self) -> NDArray[np.int32]:
        """Return people by gain, or by gain for the cost, whichever adds more: int32 (k,)."""
        by_gain, adds = self.by_gain()
        self.worlds.forget()
        self.worlds.choose(self.pool.already)
        for_money, adds_for_money = self._choose(np.maximum(self.pool.costs, FREE))
        return for_money if adds_for_money >= adds else by_gain

    def _choose(self, price: NDArray[np.float64]) -> tuple[NDArray[np.int32], int]:
        gains = zip(self.people.tolist(), self.first_gains.tolist(), strict=True)
        heap = [(-gain / price[person], person, gain, 0) for person, gain in gains]
        heapq.heapify(heap)
        wanted, money = self.pool.wanted, self.pool.budget * (1.0 + SAME_MONEY)
        chosen: list[int] = []
        total = 0
        while heap and len(chosen) != wanted:
            _, person, gain, when = heapq.heappop(heap)
            if wanted is None and (gain == 0 or self.pool.costs[person] > money):
                continue
            if when < len(chosen):
                gain = int(self.worlds.gains([person])[0])
                self.n_tried += 1
                heapq.heappush(heap, (-gain / price[person], person, gain, len(chosen)))
                continue
            total += self.worlds.choose([person])
            chosen.append(person)
            money -= self.pool.costs[person]
        return np.array(chosen, np.int32), total
