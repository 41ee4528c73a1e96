"""Choose person after person by simulating the model itself: for any model and any metric."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ..errors import ScenarioError
from ..graph.csr import MAX_PEOPLE, Graph
from ..spec import ASSUMPTION
from .base import CountedStrategy, SeedChoice
from .candidates import candidates_from, usual_number
from .pool import SAME_MONEY, Pool
from .racing import Interval, interval_of, most_drawn, race
from .spread import Spread, known

_LOOKED_AT = 12
"""Candidates who are looked at where not all are, and who are given more than the first replicas."""


class Greedy(CountedStrategy):
    """Person after person, each the candidate who adds most to the mean of a metric, by simulation of the model.

    Candidates race on the same luck: the better half, without those clearly behind, is given twice as many replicas, up
    to `n_replicas`. All are looked at for the first two people, and again each time four times as many are chosen;
    between, the twelve who added most when last looked at. What the last person adds is then measured in as many other
    replicas, which decided no race. With a budget it is what somebody adds for her cost that counts; the choice ends
    where the best adds nothing for sure in those other replicas, and the one person who adds most is taken instead
    where she brings more than all of them.

    There is no guarantee: the metric need not be submodular, and may fall with more people.

    Source: greedy choice by simulation: Kempe, Kleinberg & Tardos (2003), section 2; looking first at who added most:
    Leskovec et al. (2007), section 4; races: Karnin, Koren & Somekh (2013), Maron & Moore (1997).
    """

    looks_at_model: ClassVar[bool] = True
    simulates: ClassVar[bool] = True

    strategy: Literal["greedy"] = "greedy"
    objective: str = "reach"
    """The metric whose mean is made as large as can be, or one less another, as ``"positive - negative"``."""
    n_candidates: Annotated[
        int | None,
        Field(
            ge=1,
            le=MAX_PEOPLE,
            json_schema_extra={**ASSUMPTION, "when_left_out": "twice as many as are wanted, at least 20"},
        ),
    ] = None
    """How many people are looked at; left out: twice as many as are wanted, at least 20."""
    n_replicas: Annotated[int, Field(ge=2, le=1_000_000)] = 256
    """Replicas that decide between people who are close; four times as many tell half the difference."""

    def _problems(self) -> list[str]:
        problems = super()._problems()
        if self.n_candidates is not None and self.n_seed_nodes is not None and self.n_candidates < self.n_seed_nodes:
            problems.append(
                f"n_candidates: must be at least n_seed_nodes, {self.n_seed_nodes}, got {self.n_candidates}"
            )
        return problems

    def choose(self, graph: Graph, *, key: np.uint64, spread: Spread | None = None) -> SeedChoice:
        """Choose by simulation; see `Strategy.choose`.

        Raises
        ------
        ScenarioError
            When the model has no such metric, or it is undefined in all replicas.
        """
        pool, notes = self.pool(graph, key)
        if pool.n_most == 0:
            return self.chosen(pool, np.zeros(0, np.int32), notes)
        spread = known(spread, self.strategy)
        if pool.wants_everybody:
            return self.chosen(pool, pool.best_connected(graph.n_listeners), notes)
        n_candidates = usual_number(pool) if self.n_candidates is None else self.n_candidates
        candidates, says = candidates_from(graph, pool, spread, key, n_candidates)
        search = _Search(pool, spread, self.objective, self.n_replicas)
        nodes = search.with_budget(candidates) if pool.wanted is None else search.wanted(candidates, pool.wanted)
        spread.tell(search.n_simulations, search.n_simulations)
        said = (f"seeding: greedy chose among {says}", *search.sentences())
        return self.chosen(pool, nodes, (*notes, *said))


class _Gain(NamedTuple):
    """What somebody adds in replicas that had no part in the choice.

    values : float64 (n,), the objective with her    alone : it was undefined before her, so `adds` is all there is
    """

    adds: Interval
    values: NDArray[np.float64]
    alone: bool

    @property
    def none_for_sure(self) -> bool:
        return not self.alone and self.adds.high <= 0.0


def _gain(values: NDArray[np.float64], before: NDArray[np.float64]) -> _Gain:
    """Return what somebody adds, by the objective with her and before her in the same replicas."""
    alone = bool(np.isnan(before).all())
    return _Gain(interval_of(values if alone else values - before), values, alone)


def _at_all(n_chosen: int) -> bool:
    """Say whether all candidates are looked at once so many are chosen: 0, 1, 4, 16, 64, ..."""
    return n_chosen == 0 or (n_chosen.bit_count() == 1 and n_chosen.bit_length() % 2 == 1)


class _Search:
    """The choice person after person. Replicas 0 .. n - 1 choose, n .. 2 n - 1 judge.

    added : what each candidate added, or her gain for the money, when she was last looked at
    """

    def __init__(self, pool: Pool, spread: Spread, objective: str, n_replicas: int) -> None:
        self.pool, self.spread, self.objective, self.n = pool, spread, objective, n_replicas
        self.costs = pool.costs.copy()
        self.costs[pool.already] = 0.0
        self.chosen: list[int] = []
        self.gains: list[_Gain] = []
        self.added: dict[int, float] = {}
        self.n_simulations = self.n_planned = self.n_choices = self.n_close = 0
        self._mean_before = 0.0
        self.said: tuple[str, ...] = ()

    def wanted(self, candidates: NDArray[np.int32], wanted: int) -> NDArray[np.int32]:
        """Return so many people, best first: int32 (k,)."""
        left = candidates.tolist()
        self._plan(len(candidates), wanted, each=0)
        while len(self.chosen) < wanted:
            person = self._first(left)
            self.chosen.append(person)
            left.remove(person)
        self._judge_the_last()
        return np.array(self.chosen, np.int32)

    def _judge_the_last(self) -> None:
        """Measure what the last people add, back to one who adds something."""
        values = [self._judged(self.chosen)]
        for i in range(len(self.chosen) - 1, -1, -1):
            values.append(self._judged(self.chosen[:i]))
            self.gains.append(_gain(values[-2], values[-1]))
            if not self.gains[-1].none_for_sure:
                break
        nothing = [gain for gain in self.gains if gain.none_for_sure]
        if nothing:
            n, wanted, adds = len(nothing), len(self.chosen), nothing[0].adds
            several = f"the last {n:,} of {wanted:,} people add nothing, or less: the last {adds}"
            one = f"the last of {wanted:,} people adds nothing, or less: {adds}"
            self.said += (f"seeding: {several if n > 1 else one}",)
        self.gains = self.gains[:1]

    def with_budget(self, candidates: NDArray[np.int32]) -> NDArray[np.int32]:
        """Return people as far as the budget reaches, those who cost nothing first: int32 (k,)."""
        left, money = candidates.tolist(), self.pool.budget * (1.0 + SAME_MONEY)
        self._plan(len(candidates), min(len(candidates), self.pool.n_most), each=2 * self.n)
        before = self._judged([])
        while left := [person for person in left if self.costs[person] <= money]:
            free = [person for person in left if self.costs[person] == 0.0]
            person = self._first(free) if free else self._first(left, base=self._base(), price=self.costs)
            gain = _gain(self._judged([*self.chosen, person]), before)
            if not gain.none_for_sure:
                self.chosen.append(person)
                self.gains.append(gain)
                left.remove(person)
                money, before = money - self.costs[person], gain.values
            elif free:
                left = [other for other in left if self.costs[other] > 0.0]
            else:
                self.said += (f"seeding: what is left is kept, as the next person adds nothing, or less: {gain.adds}",)
                break
        if len(self.chosen) > 1:
            self._compare_with_one(candidates.tolist())
        return np.array(self.chosen, np.int32)

    def _compare_with_one(self, candidates: list[int]) -> None:
        """Take the one person who adds most instead of those chosen, where she brings more.

        Gain for money alone can spend a little on somebody cheap and then lack what the best one costs: Khuller, Moss
        & Naor (1999).
        """
        several, with_several, self.chosen = self.chosen, self.gains[-1].values, []
        person = self._first(candidates)
        gain = _gain(self._judged([person]), self._judged([]))
        more = interval_of(gain.values - with_several)
        self.chosen = several
        if more.mean > 0.0:
            self.chosen, self.gains = [person], [gain]
            self.said += (f"seeding: one person brings more than {len(several):,} with most gain for money: {more}",)

    def _first(
        self,
        candidates: list[int],
        *,
        base: NDArray[np.float64] | None = None,
        price: NDArray[np.float64] | None = None,
    ) -> int:
        """Return who brings most; with prices, who adds most to `base` for hers."""

        def draw(person: int, first: int, last: int) -> NDArray[np.float64]:
            values = self._values([*self.chosen, person], first, last)
            if base is not None:
                values = values - base[first:last]
            return values if price is None else values / price[person]

        looked_at = self._looked_at(candidates)
        verdict = race(looked_at, draw, self.n, n_kept=_LOOKED_AT)
        if verdict.best < 0:
            raise ScenarioError(
                f"seeding.objective: {self.objective} is undefined in all {self.n:,} replicas, whoever starts; "
                "choose another metric"
            )
        without = 0.0 if base is not None else self._mean_before
        self.added |= {person: mean - without for person, mean in verdict.first_means.items()}
        self._mean_before = verdict.first_means[verdict.best]
        self.n_choices += 1
        self.n_close += len(verdict.close) > 0
        return verdict.best

    def _looked_at(self, candidates: list[int]) -> list[int]:
        """Return those who race: all for the first, the second, the fifth, the seventeenth, ..., else the promising."""
        if _at_all(len(self.chosen)) or any(person not in self.added for person in candidates):
            return candidates
        promising = set(sorted(candidates, key=self.added.__getitem__, reverse=True)[:_LOOKED_AT])
        return [person for person in candidates if person in promising]

    def _plan(self, n_candidates: int, n_choices: int, *, each: int) -> None:
        """Foresee the simulations of so many choices, `each` of which takes some beside its race."""
        looked_at = [n_candidates - i if _at_all(i) else min(n_candidates - i, _LOOKED_AT) for i in range(n_choices)]
        self.n_planned = sum(most_drawn(n, self.n, _LOOKED_AT) + each for n in looked_at) + 2 * self.n

    def _base(self) -> NDArray[np.float64] | None:
        """Return the objective with those chosen so far, in the replicas that choose; None where it is undefined."""
        base = self._values(self.chosen, 0, self.n)
        return None if np.isnan(base).all() else base

    def _judged(self, chosen: list[int]) -> NDArray[np.float64]:
        """Return the objective in the replicas that choose nobody."""
        return self._values(chosen, self.n, 2 * self.n)

    def _values(self, chosen: list[int], first: int, last: int) -> NDArray[np.float64]:
        self.spread.tell(self.n_simulations, max(self.n_planned, self.n_simulations))
        self.n_simulations += last - first
        nodes = np.concatenate((self.pool.already, np.array(chosen, np.int32)))
        costs = self.costs[nodes] if self.costs.any() else None
        try:
            return self.spread.values(nodes, first, last, objective=self.objective, costs=costs)
        except ScenarioError:
            if len(nodes):
                raise
            return np.full(last - first, np.nan)  # a campaign without starters may lack what a metric is made of

    def sentences(self) -> tuple[str, ...]:
        """Return what to say of the choice."""
        said = [*self.said]
        if self.gains:
            last = self.gains[-1]
            so_much = "with the only person it is" if last.alone else "the last person adds"
            said.append(
                f"seeding: no guarantee, as {self.objective} need not be submodular; {so_much} {last.adds}, "
                f"in replicas that {'had no part in the choice' if self.pool.wanted is not None else 'decided no race'}"
            )
        if self.n_close:
            said.append(
                f"seeding: in {self.n_close:,} of {self.n_choices:,} choices others could not be told from the best; "
                "raise n_replicas to tell more"
            )
        return (*said, f"seeding: choosing took {self.n_simulations:,} simulations")
