"""OPIM-C: as many reverse-reachable sets as a certificate needs, and people who hit most of them."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ..errors import ResourceError
from ..graph.csr import Graph
from .base import CountedStrategy, SeedChoice
from .certificate import Certificate, lower_bound, upper_bound
from .covering import Choice, choose_by_sets
from .judging import (
    CHOOSES,
    GREEDY,
    JUDGES,
    anybody,
    bytes_of,
    drawer,
    greedy_part,
    judged,
    log_choices,
    marks,
    n_judges_of,
    takes_part,
)
from .pool import Pool
from .reverse_sets import Sets, joined
from .settling import NOBODY, Settled, without_hit
from .spread import Reverse, Spread, known

_LOOK, _FIRST_SETS = 64, 4096
"""Sets that show how large they are; sets that are drawn before a choice, fewer where they are large."""

_LUCK = 0.8
"""Of epsilon: by how much of reach the choice may rest on luck, at most. The sets that somebody adds are counted with
an error of the root of their number; a certificate alone comes so soon that people are chosen by these errors, and two
per cent of reach are lost on NetHEPT, against a half with so many sets."""

_SETTLED = 0.01
"""Of the luck that is let be: what settling on people early may be expected to lose."""

_ENOUGH_MEMBERS, _ENOUGH_OF_LARGE = 16_000_000, 4_000_000
"""Members of all sets after which luck is let be, the second where sets are large: there cascades of any size reach
nearly the same people, and choices are alike (.1 % of reach at most, on networks of 10^4 and 10^5 people)."""

_LARGE = 256
"""Members of large sets, on average."""

_FAR_TOO_MANY = 4
"""Times as many members as are enough, in the first round: whoever is in most sets of the first look is then settled
on, if others are chosen beside. Nearly all people reach nearly the same ones, and others make up for what is lost."""

_AT_A_LOSS = 8
"""Rounds to go on, four times as many sets, where too little was seen to hope for anything."""

_LITTLE = 1 << 29
"""Bytes of the sets that find candidates for others."""

_HEDGE = 1.05
"""Few sets flatter a choice: as many more are taken to be needed."""

_LEAP = 20
"""Rounds to go on by at most, 32 times as many sets: what so many show is better known than what is foreseen."""


class Opim(CountedStrategy):
    """People who hit most of the sets of those who would have reached a random person, with a certificate.

    The sets that choose, greedily, are added to until the choice is certain to reach 1 - 1/e - epsilon of the best
    possible, judged by other sets that had no part in it, and until the roots of the numbers of sets that each person
    adds sum to at most 0.8 epsilon of all that are hit, of which there are (5 / epsilon)^2 at least; or 16 million
    members are drawn, 4 million of large sets. Whom the first sets show to be chosen in any case is settled on, see
    `settling`. With a budget people are chosen by what they add for their cost, nobody is settled on, and the aim is
    1/2 - epsilon.

    Of a model in which reach is no reachability over independent ties, the choice is made for a stand-in, which a note
    names.

    Source: Tang, Tang, Xiao & Yuan (2018), "Online processing algorithms for influence maximization", SIGMOD, OPIM-C;
    sets: Borgs, Brautbar, Chayes & Lucier (2014); people settled on: after Guo, Wang, Wei & Chen (2020). The
    bounds of chances are exact (Clopper & Pearson 1934).
    """

    looks_at_model: ClassVar[bool] = True

    strategy: Literal["opim"] = "opim"
    epsilon: Annotated[float, Field(gt=0.0, lt=0.4)] = 0.03
    """How far below 1 - 1/e, 1/2 with a budget, the certificate may stay, and how little the choice rests on luck.

    In (0, 0.4); half as much takes four times as long. Papers take 0.1, with which one per cent of reach is lost on
    NetHEPT; the default loses a tenth of that, in less than a second.
    """
    confidence: Annotated[float, Field(ge=0.5, lt=1.0)] = 0.99
    """Chance that the certificate is right, in [0.5, 1)."""

    def choose(self, graph: Graph, *, key: np.uint64, spread: Spread | None = None) -> SeedChoice:
        """Choose by sets; see `Strategy.choose`."""
        pool, notes = self.pool(graph, key)
        if pool.n_most == 0:
            return self.chosen(pool, np.zeros(0, np.int32), notes)
        reverse = known(spread, self.strategy).reverse()
        if takes_part(reverse) == 0.0:
            nodes, all_same = anybody(pool)
            return self.chosen(pool, nodes, (*notes, all_same))
        search = _Search(pool, reverse, key, self.epsilon, 1.0 - self.confidence)
        nodes, certificate, said = search.run()
        sentence = f"seeding: {certificate.sentence()}"
        choice = self.chosen(pool, nodes, (*notes, *reverse.notes, *said, sentence))
        return replace(choice, certificate=certificate)


def people_by_sets(pool: Pool, reverse: Reverse, key: np.uint64) -> NDArray[np.int32]:
    """Return people chosen as by `Opim`, a little less carefully: int32 (k,), best first.

    In so little memory that the same are found on every machine.
    """
    if takes_part(reverse) == 0.0:
        return anybody(pool)[0]
    reverse = replace(reverse, max_bytes=_LITTLE)
    return _Search(pool, reverse, key, epsilon=0.05, failure=0.01).run()[0]


class _Search:
    """The rounds of OPIM-C: sets that choose are kept and added to, those that judge counted anew for each choice."""

    def __init__(self, pool: Pool, reverse: Reverse, key: np.uint64, epsilon: float, failure: float) -> None:
        self.pool, self.reverse, self.epsilon, self.failure = pool, reverse, epsilon, failure
        self.n = reverse.world.n_people
        self.choosing = drawer(reverse, key, CHOOSES)
        self.judging = drawer(reverse, key, JUDGES, beside=self.choosing)
        self.rounds = self._rounds()
        self.luck = _LUCK * epsilon
        self.each = failure / (3.0 * len(self.rounds))
        self.goal = greedy_part(pool) - epsilon

    def _rounds(self) -> list[int]:
        """Return the numbers of sets that choose: each 1.2 times the last, up to as many as suffice whatever is seen.

        Source: Tang, Tang, Xiao & Yuan (2018), section 6: theta_0 and theta_max. They are fixed before anything is
        seen, as the bounds ask.
        """
        k, n = self.pool.n_most, self.n
        choices = log_choices(self.pool)
        sure = math.log(6.0 / self.failure)
        one = GREEDY * math.sqrt(sure) + math.sqrt(GREEDY * (choices + sure))
        enough = 2.0 * n * one * one / (self.epsilon**2 * k * takes_part(self.reverse))
        first = max(2.0 * one * one, 1.0)
        n_rounds = max(1, math.ceil(4.0 * math.log2(enough / first)) + 1)
        return [math.ceil(first * 2.0 ** (i / 4)) for i in range(n_rounds)]

    def run(self) -> tuple[NDArray[np.int32], Certificate, tuple[str, ...]]:
        """Return the people chosen, their certificate, and what to say of the search."""
        sets = self._draw(joined(()), min(_LOOK, self.rounds[-1]), NOBODY)
        enough = _ENOUGH_OF_LARGE if _size(sets) > _LARGE else _ENOUGH_MEMBERS
        i, settled = self._first_round(sets, enough), NOBODY
        if self.rounds[i] * _size(sets) > _FAR_TOO_MANY * enough and _several(self.pool):
            settled = NOBODY.and_first(choose_by_sets(sets, self.pool), len(sets))
            sets = without_hit(sets, marks(self.pool, settled.nodes))
        while True:
            sets = self._draw(sets, self.rounds[i], settled)
            others = choose_by_sets(sets, settled.rest_of(self.pool), n_beside=len(settled.nodes))
            choice = settled.with_others(others, len(sets))
            certificate = self._judged(sets, choice)
            careful = choice.luck <= self.luck or len(sets.members) >= enough
            if (careful and certificate.ratio >= self.goal) or i == len(self.rounds) - 1:
                return choice.nodes, certificate, ()
            i, said = self._affordable(self._next_round(i, sets, choice, certificate, enough), sets)
            if said:
                return choice.nodes, certificate, said
            if len(sets.members) >= enough and _several(self.pool):
                settled = settled.and_first(others, len(sets))
            else:
                settled = settled.and_sure_ones(others, _SETTLED * self.luck * choice.n_hit, len(sets))
            sets = without_hit(sets, marks(self.pool, settled.nodes))

    def _draw(self, sets: Sets, n_sets: int, settled: Settled) -> Sets:
        """Return so many sets that choose, of which the first are given."""
        hits, most = marks(self.pool, settled.nodes), self.reverse.max_bytes
        try:
            more = self.choosing.draw(len(sets), n_sets, hits=hits, max_bytes=max(0, most - sets.members.nbytes))
        except ResourceError:
            raise ResourceError(
                f"seeding: reverse-reachable sets take more than the {most / 2**20:,.3g} MiB they may; free memory, or "
                "take 'degree_discount'",
                memory=True,
            ) from None
        return joined((sets, more))

    def _first_round(self, sets: Sets, enough: int) -> int:
        """Return the round after which people are first chosen, from the size of a few sets."""
        n_first = min(_FIRST_SETS, enough / max(_size(sets), 1.0))
        n_first = max(n_first, len(sets))
        return next((i for i, n_sets in enumerate(self.rounds) if n_sets >= n_first), len(self.rounds) - 1)

    def _judged(self, sets: Sets, choice: Choice) -> Certificate:
        """Return the certificate of a choice."""
        return judged(
            self.judging,
            self.reverse,
            self.pool,
            sets,
            choice,
            each=self.each,
            confidence=1.0 - self.failure,
            goal=self.goal,
        )

    def _affordable(self, i: int, sets: Sets) -> tuple[int, tuple[str, ...]]:
        """Return a round whose sets fit in memory, the one asked for or the last one before; else say so."""
        while self.rounds[i] > len(sets):
            if bytes_of(self.rounds[i], sets) <= self.reverse.max_bytes:
                return i, ()
            i -= 1
        allowed = f"{self.reverse.max_bytes / 2**20:,.0f} MiB that sets may take"
        return i, (f"seeding: stopped at {len(sets):,} sets: twice as many would not fit in the {allowed}",)

    def _next_round(self, i: int, sets: Sets, choice: Choice, certificate: Certificate, enough: int) -> int:
        """Return the first of the next rounds from which enough can be hoped for, if what was seen so far goes on.

        What the best possible choice may hit beyond this one falls as one over the root of the number of sets. Where
        few sets were hit, or none, little can be foreseen.
        """
        hit = certificate.estimate / self.n
        size = _size(sets)
        beyond = (sets.n_hit + choice.at_most) / len(sets) - hit
        for j in range(i + 1, min(i + _LEAP + 1, len(self.rounds))):
            n_sets, n_judges = self.rounds[j], n_judges_of(self.rounds[j])
            best = hit + beyond * math.sqrt(len(sets) / n_sets)
            low = lower_bound(int(hit * n_judges), n_judges, self.each)
            high = upper_bound(best * n_sets, n_sets, self.each)
            luck = choice.luck * math.sqrt(_HEDGE * len(sets) / n_sets)
            if low >= self.goal * high and (luck <= self.luck or n_sets * size >= enough):
                return j
        return min(i + _AT_A_LOSS, len(self.rounds) - 1)


def _size(sets: Sets) -> float:
    """Return how many people a set holds."""
    return len(sets.members) / len(sets)


def _several(pool: Pool) -> bool:
    """Say whether more than one person is asked for, by their number."""
    return pool.wanted is not None and pool.wanted > 1
