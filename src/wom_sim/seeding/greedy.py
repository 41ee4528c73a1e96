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
from .racing import Interval, interval_of, race
from .spread import Spread, known


class Greedy(CountedStrategy):
    """Person after person, each the candidate who adds most to the mean of a metric, by simulation of the model.

    Candidates race on the same luck: those clearly behind the best are dropped, those left are given twice as many
    replicas, up to `n_replicas`. What somebody adds is then measured in as many other replicas, which decide no race;
    with a budget they decide where to end. With a budget it is what somebody adds for her cost that counts, the choice
    ends where the best adds nothing for sure, and the one person who adds most is taken instead where she brings more
    than all of them.

    There is no guarantee: the metric need not be submodular, and may fall with more people.

    Source: greedy choice by simulation: Kempe, Kleinberg & Tardos (2003), section 2; races: Maron & Moore (1997).
    """

    looks_at_model: ClassVar[bool] = True

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
        n_candidates = usual_number(pool) if self.n_candidates is None else self.n_candidates
        candidates, says = candidates_from(graph, pool, spread, key, n_candidates)
        search = _Search(pool, spread, self.objective, self.n_replicas)
        nodes = search.with_budget(candidates) if pool.wanted is None else search.wanted(candidates, pool.wanted)
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


class _Search:
    """The choice person after person. Replicas 0 .. n - 1 choose, n .. 2 n - 1 judge."""

    def __init__(self, pool: Pool, spread: Spread, objective: str, n_replicas: int) -> None:
        self.pool, self.spread, self.objective, self.n = pool, spread, objective, n_replicas
        self.costs = pool.costs.copy()
        self.costs[pool.already] = 0.0
        self.chosen: list[int] = []
        self.gains: list[_Gain] = []
        self.n_simulations = self.n_choices = self.n_close = 0
        self.said: tuple[str, ...] = ()
        self.before = self._values([], self.n, 2 * self.n)

    def wanted(self, candidates: NDArray[np.int32], wanted: int) -> NDArray[np.int32]:
        """Return so many people, best first: int32 (k,)."""
        left = candidates.tolist()
        while len(self.chosen) < wanted:
            person = self._first(left)
            self._take(person, self._gain(person))
            left.remove(person)
        nothing = [i for i, gain in enumerate(self.gains) if gain.none_for_sure]
        if nothing:
            example = f"person {nothing[-1] + 1} {self.gains[nothing[-1]].adds}"
            self.said += (f"seeding: {len(nothing):,} of {wanted:,} people add nothing, or less: {example}",)
        return np.array(self.chosen, np.int32)

    def with_budget(self, candidates: NDArray[np.int32]) -> NDArray[np.int32]:
        """Return people as far as the budget reaches, those who cost nothing first: int32 (k,)."""
        left, money = candidates.tolist(), self.pool.budget * (1.0 + SAME_MONEY)
        while left := [person for person in left if self.costs[person] <= money]:
            free = [person for person in left if self.costs[person] == 0.0]
            person = self._first(free) if free else self._first(left, base=self._base(), price=self.costs)
            gain = self._gain(person)
            if not gain.none_for_sure:
                self._take(person, gain)
                left.remove(person)
                money -= self.costs[person]
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
        gain = self._gain(person)
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

        verdict = race(candidates, draw, self.n)
        if verdict.best < 0:
            raise ScenarioError(
                f"seeding.objective: {self.objective} is undefined in all {self.n:,} replicas, whoever starts; "
                "choose another metric"
            )
        self.n_choices += 1
        self.n_close += verdict.n_close > 0
        return verdict.best

    def _base(self) -> NDArray[np.float64] | None:
        """Return the objective with those chosen so far, in the replicas that choose; None where it is undefined."""
        base = self._values(self.chosen, 0, self.n)
        return None if np.isnan(base).all() else base

    def _gain(self, person: int) -> _Gain:
        values = self._values([*self.chosen, person], self.n, 2 * self.n)
        before = self.gains[-1].values if self.chosen else self.before
        alone = bool(np.isnan(before).all())
        return _Gain(interval_of(values if alone else values - before), values, alone)

    def _take(self, person: int, gain: _Gain) -> None:
        self.chosen.append(person)
        self.gains.append(gain)

    def _values(self, chosen: list[int], first: int, last: int) -> NDArray[np.float64]:
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
