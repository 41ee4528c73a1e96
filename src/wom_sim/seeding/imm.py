"""IMM: as many reverse-reachable sets as make the choice good enough before it is made."""

from __future__ import annotations

import contextlib
import math
from dataclasses import replace
from typing import Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ..errors import ResourceError
from ..graph.csr import Graph
from ..spec import ASSUMPTION
from .base import CountedStrategy, SeedChoice
from .certificate import Certificate
from .covering import choose_by_sets
from .judging import (
    CHOOSES,
    ESTIMATES,
    JUDGES,
    anybody,
    bytes_of,
    drawer,
    greedy_part,
    judged,
    log_choices,
    marks,
    takes_part,
)
from .pool import Pool
from .reverse_sets import Drawer, Sets, joined
from .spread import Reverse, Spread, known


class Imm(CountedStrategy):
    """People who hit most of the sets of those who would have reached a random person; how many sets is settled before.

    First sets are drawn until they show how much the best choice reaches at least; the number of sets follows from
    that. Then new sets are drawn, so many, and people chosen by these, greedily: they reach at least 1 - 1/e - epsilon
    of the best possible (1/2 - epsilon with a budget). Other sets, which had no part in the choice, judge how good it
    turned out.

    Of a model in which reach is no reachability over independent ties, the choice is made for a stand-in, which a note
    names.

    Source: Tang, Shi & Xiao (2015), "Influence maximization in near-linear time: a martingale approach", SIGMOD,
    algorithms 1 to 3; new sets for the choice: Chen (2018), "An issue in the martingale analysis of the influence
    maximization algorithm IMM", section 3.
    """

    looks_at_model: ClassVar[bool] = True

    strategy: Literal["imm"] = "imm"
    epsilon: Annotated[float, Field(gt=0.0, lt=0.6)] = 0.5
    """How far below 1 - 1/e of the best possible the choice may be, in (0, 0.6); half takes four times as long."""
    confidence: Annotated[
        float | None, Field(ge=0.5, lt=1.0, json_schema_extra={**ASSUMPTION, "when_left_out": "1 - 1 / n"})
    ] = None
    """Chance that the choice is so good, in [0.5, 1); left out: 1 - 1 / n among n people, as published."""

    def choose(self, graph: Graph, *, key: np.uint64, spread: Spread | None = None) -> SeedChoice:
        """Choose by sets; see `Strategy.choose`.

        Raises
        ------
        ResourceError
            When the sets that are needed do not fit in memory.
        """
        pool, notes = self.pool(graph, key)
        if pool.n_most == 0:
            return self.chosen(pool, np.zeros(0, np.int32), notes)
        reverse = known(spread, self.strategy).reverse()
        if takes_part(reverse) == 0.0:
            nodes, all_same = anybody(pool)
            return self.chosen(pool, nodes, (*notes, all_same))
        failure = min(1.0 / graph.n_people, 0.5) if self.confidence is None else 1.0 - self.confidence
        search = _Search(pool, reverse, key, self.epsilon, failure)
        nodes, certificate = search.run()
        said = search.sentences(certificate)
        return replace(self.chosen(pool, nodes, (*notes, *reverse.notes, *said)), certificate=certificate)


class _Search:
    """The two phases of IMM; each may fail with half of the chance that all may."""

    def __init__(self, pool: Pool, reverse: Reverse, key: np.uint64, epsilon: float, failure: float) -> None:
        self.pool, self.reverse, self.key, self.epsilon, self.failure = pool, reverse, key, epsilon, failure
        self.n = reverse.world.n_people
        self.sure = math.log(2.0 / failure)
        self.choices = log_choices(pool)
        self.n_to_learn = 0

    def run(self) -> tuple[NDArray[np.int32], Certificate]:
        """Return the people chosen and their certificate."""
        n_sets = self._n_needed(self._least_best())
        sets = self._draw(drawer(self.reverse, self.key, CHOOSES), joined(()), n_sets)
        choice = choose_by_sets(sets, self.pool)
        certificate = judged(
            drawer(self.reverse, self.key, JUDGES),
            self.reverse,
            self.pool,
            sets,
            choice,
            each=self.failure / 2.0,
            confidence=1.0 - self.failure,
            goal=max(0.0, greedy_part(self.pool) - self.epsilon),
        )
        return choice.nodes, certificate

    def _least_best(self) -> float:
        """Return what the best choice reaches at least: algorithm 2, whose steps halve a guess until sets confirm it.

        Who starts already is reached too: of all choices that hold these, a greedy one is as good as the paper's.
        """
        error = math.sqrt(2.0) * self.epsilon
        halvings = max(math.log2(self.n), 2.0)
        all_sure = self.choices + self.sure + math.log(halvings)
        unit = (2.0 + 2.0 / 3.0 * error) * all_sure * self.n / error**2
        estimating, sets = drawer(self.reverse, self.key, ESTIMATES), joined(())
        for i in range(1, math.ceil(halvings)):
            guess = self.n / 2.0**i
            sets = self._draw(estimating, sets, math.ceil(unit / guess))
            self.n_to_learn = len(sets)
            reach = self.n * (sets.n_hit + choose_by_sets(sets, self.pool).n_hit) / len(sets)
            if reach >= (1.0 + error) * guess:
                return reach / (1.0 + error)
        return takes_part(self.reverse)

    def _n_needed(self, least_best: float) -> int:
        """Return how many sets choose well enough: theorem 1 and equation 6, with the part that greedy choice keeps."""
        part = greedy_part(self.pool)
        of_this = math.sqrt(self.sure + math.log(2.0))
        of_all = math.sqrt(part * (self.choices + self.sure + math.log(2.0)))
        return math.ceil(2.0 * self.n * ((part * of_this + of_all) / self.epsilon) ** 2 / least_best)

    def _draw(self, stream: Drawer, sets: Sets, n_sets: int) -> Sets:
        """Return so many sets of a stream, of which the first are given."""
        room = self.reverse.max_bytes
        if not len(sets) or bytes_of(n_sets, sets) <= room:
            with contextlib.suppress(ResourceError):
                return joined((sets, stream.draw(len(sets), n_sets, hits=marks(self.pool), max_bytes=room)))
        raise ResourceError(
            f"seeding.epsilon: at {self.epsilon:g} 'imm' needs {n_sets:,} reverse-reachable sets, which do not fit in "
            f"the {room / 2**20:,.0f} MiB they may take; raise epsilon, or take 'opim'",
            memory=True,
        )

    def sentences(self, certificate: Certificate) -> tuple[str, ...]:
        """Return what to say of the choice."""
        n_chose, n_judged = certificate.n_sets
        settled = (
            f", and {math.floor(100 * certificate.goal):d} % before anything was judged" if certificate.goal else ""
        )
        return (
            f"seeding: {certificate.sentence()}{settled}",
            f"seeding: {self.n_to_learn:,} sets settled how many choose, {n_chose:,}; {n_judged:,} judged",
        )
