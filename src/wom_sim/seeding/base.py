"""What every seeding strategy offers: its parameters, what people cost, and `choose`."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, SerializerFunctionWrapHandler, model_serializer, model_validator

from ..errors import ScenarioError
from ..graph.columns import PeopleColumn, values_of
from ..graph.csr import MAX_PEOPLE, Graph
from ..spec import MAX_MONEY, Money, MoneyOrColumn, Spec, refuse

_SAME_MONEY = 1e-9
"""Of the budget: 0.1 + 0.2 costs no more than 0.3."""


@dataclass(frozen=True)
class SeedChoice:
    """The people who start, best first, and what to tell the user about them.

    nodes : int32 (k,)   distinct
    notes : tuple of str
    costs : float64 (k,)   money for each if she takes part; None where nobody costs anything
    """

    nodes: NDArray[np.int32]
    notes: tuple[str, ...] = ()
    costs: NDArray[np.float64] | None = None


class Strategy(Spec):
    """Base of all strategies."""

    strategy: str
    """Name of the strategy in scenario files."""
    cost_per_person: MoneyOrColumn = 0.0
    """Money for one who takes part, or the column of people with each one's; at least 0."""
    cost_per_contact: Money = 0.0
    """Money for each person who hears her, on top; at least 0."""

    @model_serializer(mode="wrap")
    def _write(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave out what has no value, and costs where there are none."""
        free = {key for key in ("cost_per_person", "cost_per_contact", "budget") if not getattr(self, key, None)}
        if getattr(self, "budget", None) is not None:
            free = (free | {"n_seed_nodes"}) - {"budget"}
        return {key: value for key, value in write(self).items() if key not in free}

    @property
    def costs_money(self) -> bool:
        """Whether anybody who starts may cost money."""
        return isinstance(self.cost_per_person, str) or self.cost_per_person > 0.0 or self.cost_per_contact > 0.0

    def costs(self, graph: Graph) -> NDArray[np.float64]:
        """Return the money for each person who takes part: float64 (n,); docs/business.md, 6.

        Raises
        ------
        ScenarioError
            When the column named is not there, or not a number for everybody.
        """
        each: NDArray[np.float64] | float = 0.0
        if not isinstance(self.cost_per_person, str):
            each = self.cost_per_person
        for key, column in self.people_columns().items():
            if key == "cost_per_person":
                each = values_of(graph, column, key=f"seeding.{key}")
        return np.asarray(each + self.cost_per_contact * graph.n_listeners, np.float64)

    def priced(self, choice: SeedChoice, graph: Graph) -> SeedChoice:
        """Return a choice with what each of its people costs, and say what all of them do.

        Raises
        ------
        ScenarioError
            As `costs`.
        """
        if not self.costs_money:
            return choice
        costs = self.costs(graph)[choice.nodes]
        said = f"seeding: the {len(costs):,} people who start cost {costs.sum():,.10g} if all take part"
        return replace(choice, notes=(*choice.notes, said) if len(costs) else choice.notes, costs=costs)

    def people_columns(self) -> dict[str, PeopleColumn]:
        """Return the columns of people this strategy reads, each under the key of `[seeding]` that names it."""
        if isinstance(self.cost_per_person, str):
            return {"cost_per_person": PeopleColumn(self.cost_per_person, low=0.0, high=MAX_MONEY)}
        return {}

    @abstractmethod
    def choose(self, graph: Graph, *, key: np.uint64) -> SeedChoice:
        """Choose the people who start; a pure function of the network and the key.

        Raises
        ------
        ScenarioError
            When the network has too few people, or not those named.
        """


class CountedStrategy(Strategy):
    """Base of strategies that choose a given number of people, or as many as a budget pays."""

    n_seed_nodes: int | None = Field(default=None, ge=0, le=MAX_PEOPLE)
    """How many people start; 0 is allowed and reaches nobody. Either this or `budget`."""
    budget: Money | None = None
    """Money for those who start, in place of `n_seed_nodes`.

    People are asked in the order of the strategy; who is too dear for what is left is passed over.
    """

    @model_validator(mode="after")
    def _check(self) -> CountedStrategy:
        refuse(self._problems())
        return self

    def _problems(self) -> list[str]:
        if self.budget is None:
            return [] if self.n_seed_nodes is not None else ["n_seed_nodes: is missing; or give a budget"]
        if self.n_seed_nodes is not None:
            return ["budget: not with n_seed_nodes, which says how many start; remove one of them"]
        if not self.costs_money:
            return ["budget: nobody costs anything; give cost_per_person or cost_per_contact, or n_seed_nodes instead"]
        return []

    def first_of(self, order: Iterable[Any], graph: Graph) -> SeedChoice:
        """Return the first people of an order: as many as asked for, or each whom the budget left can pay."""
        if self.budget is None:
            assert self.n_seed_nodes is not None
            wanted = checked_count(self.n_seed_nodes, graph)
            return SeedChoice(np.fromiter(islice(order, wanted), np.int32))
        return self._affordable(order, self.costs(graph), self.budget)

    def _affordable(self, order: Iterable[Any], costs: NDArray[np.float64], budget: float) -> SeedChoice:
        cheapest, left, taken = costs.min(initial=np.inf), budget, []
        spare = budget * _SAME_MONEY
        for person in order:
            if cheapest > left + spare:
                break
            if costs[person] <= left + spare:
                taken.append(person)
                left -= costs[person]
        paid = f"seeding.budget: {budget:,.10g} pays {len(taken):,} people; {max(0.0, left):,.10g} is left"
        return SeedChoice(np.array(taken, np.int32), (paid,))


def checked_count(n_seed_nodes: int, graph: Graph) -> int:
    """Return a number of people to start with, or raise ScenarioError when the network has fewer."""
    if n_seed_nodes > graph.n_people:
        raise ScenarioError(
            f"seeding.n_seed_nodes: must be at most the {graph.n_people:,} people of the network, got {n_seed_nodes:,}"
        )
    return n_seed_nodes
