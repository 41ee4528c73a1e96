"""What every seeding strategy offers: its parameters, what people cost, who may be chosen, and `choose`."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, SerializerFunctionWrapHandler, model_serializer, model_validator

from ..errors import ScenarioError
from ..graph.columns import PeopleColumn, values_of
from ..graph.csr import MAX_PEOPLE, Graph
from ..kernels.rng import by_lot, derive_key
from ..spec import MAX_MONEY, Money, MoneyOrColumn, Spec, nearest, refuse, show
from .certificate import Certificate
from .people import Labels, Names, find_people
from .pool import Pool
from .spread import Spread

_CONTROL = 1
"""Number of the stream, under a strategy's key, that says who is held out."""

_SILENT = ("cost_per_person", "cost_per_contact", "budget", "among", "segments", "except_segments", "already")
"""Keys that stand in a case only where they say something."""


@dataclass(frozen=True)
class SeedChoice:
    """The people who start, best first, and what to tell the user about them.

    nodes : int32 (k,)   distinct
    notes : tuple of str
    costs : float64 (k,)   money for each if she takes part; None where nobody costs anything
    n_already : int        so many of them, the first, start whoever else is chosen
    certificate : how good the choice is at least, where that is known
    """

    nodes: NDArray[np.int32]
    notes: tuple[str, ...] = ()
    costs: NDArray[np.float64] | None = None
    n_already: int = 0
    certificate: Certificate | None = None


class Strategy(Spec):
    """Base of all strategies."""

    looks_at_model: ClassVar[bool] = False
    """Chooses by what spreads, not by the network alone."""
    simulates: ClassVar[bool] = False
    """Chooses by running the model itself, which may take long."""

    strategy: str
    """Name of the strategy in scenario files."""
    cost_per_person: MoneyOrColumn = 0.0
    """Money for one who takes part, or the column of people with each one's; at least 0."""
    cost_per_contact: Money = 0.0
    """Money for each person who hears her, on top; at least 0."""

    @model_serializer(mode="wrap")
    def _write(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave out what has no value, and costs where there are none."""
        free = {key for key in (*_SILENT, "control_fraction") if not getattr(self, key, None)}
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
        costs[: choice.n_already] = 0.0
        said = f"seeding: the {len(costs):,} people who start cost {costs.sum():,.10g} if all take part"
        return replace(choice, notes=(*choice.notes, said) if len(costs) else choice.notes, costs=costs)

    def people_columns(self) -> dict[str, PeopleColumn]:
        """Return the columns of people this strategy reads, each under the key of `[seeding]` that names it."""
        if isinstance(self.cost_per_person, str):
            return {"cost_per_person": PeopleColumn(self.cost_per_person, low=0.0, high=MAX_MONEY)}
        return {}

    @abstractmethod
    def choose(self, graph: Graph, *, key: np.uint64, spread: Spread | None = None) -> SeedChoice:
        """Choose the people who start; a pure function of the network, the key and the spread.

        Parameters
        ----------
        spread : what will spread, for strategies that look at the model; None: not known

        Raises
        ------
        ScenarioError
            When the network has too few people, or not those named.
        """


class CountedStrategy(Strategy):
    """Base of strategies that choose a given number of people, or as many as a budget pays."""

    n_seed_nodes: int | None = Field(default=None, ge=0, le=MAX_PEOPLE)
    """How many people start, beside those in `already`; 0 is allowed. Either this or `budget`."""
    budget: Money | None = None
    """Money for those who start, in place of `n_seed_nodes`.

    People are asked in the order of the strategy; who is too dear for what is left is passed over.
    """
    among: Labels = ()
    """Labels of the only people who may be chosen; left out: everybody."""
    segments: Names = ()
    """Names of the only segments from which people may be chosen; left out: all."""
    except_segments: Names = ()
    """Names of segments from which nobody is chosen."""
    already: Labels = ()
    """Labels of people who start in any case, at no cost, beside those who are chosen."""
    control_fraction: Annotated[float, Field(ge=0.0, lt=1.0)] = 0.0
    """Part of the people, drawn by lot, from whom nobody is chosen, to compare others with; in [0, 1)."""

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

    def choose(self, graph: Graph, *, key: np.uint64, spread: Spread | None = None) -> SeedChoice:
        """Choose the first of the strategy's order who may be chosen; see `Strategy.choose`."""
        pool, notes = self.pool(graph, key)
        return self.chosen(pool, pool.take(self.order(graph, pool, key=key, spread=spread)), notes)

    def order(self, graph: Graph, pool: Pool, *, key: np.uint64, spread: Spread | None) -> Iterable[Any]:
        """Return people, best first, each once; more than are needed, and who may not be chosen, are passed over.

        Parameters
        ----------
        pool : who may be chosen, how many, and who starts already
        """
        raise NotImplementedError

    def chosen(self, pool: Pool, nodes: NDArray[np.int32], notes: tuple[str, ...]) -> SeedChoice:
        """Return a choice of these people, after those who start already, and say what a budget paid."""
        if self.budget is not None:
            left = max(0.0, self.budget - pool.costs[nodes].sum())
            notes += (f"seeding.budget: {self.budget:,.10g} pays {len(nodes):,} people; {left:,.10g} is left",)
        if pool.wants_everybody:
            notes += ("seeding: everybody who may be chosen starts, whatever the strategy",)
        everybody = np.concatenate((pool.already, nodes)).astype(np.int32)
        return SeedChoice(everybody, notes, n_already=len(pool.already))

    def pool(self, graph: Graph, key: np.uint64) -> tuple[Pool, tuple[str, ...]]:
        """Return who may be chosen, and what to say of that.

        Raises
        ------
        ScenarioError
            When people or segments named are not there, or fewer may be chosen than are wanted.
        """
        already, notes = find_people(graph, self.already, key="seeding.already")
        eligible = np.ones(graph.n_people, np.bool_)
        if self.among:
            named, repeats = find_people(graph, self.among, key="seeding.among")
            eligible[:] = False
            eligible[named] = True
            notes += repeats
        if self.segments:
            eligible &= _in_segments(graph, self.segments, key="seeding.segments")
        if self.except_segments:
            eligible &= ~_in_segments(graph, self.except_segments, key="seeding.except_segments")
        if self.control_fraction > 0.0:
            held = by_lot(np.arange(graph.n_people, dtype=np.int32), derive_key(key, _CONTROL))
            held = held[: int(self.control_fraction * graph.n_people)]
            eligible[held] = False
            notes += (f"seeding.control_fraction: {len(held):,} people are held out; none of them was chosen",)
        eligible[already] = False
        if self.n_seed_nodes is not None:
            self._check_enough(graph, int(eligible.sum()), len(already))
        costs = self.costs(graph) if self.costs_money else np.zeros(graph.n_people)
        return Pool(eligible, already, self.n_seed_nodes, self.budget or 0.0, costs), notes

    def _check_enough(self, graph: Graph, n_eligible: int, n_already: int) -> None:
        wanted = self.n_seed_nodes
        assert wanted is not None
        if wanted > graph.n_people - n_already and n_eligible == graph.n_people - n_already:
            raise ScenarioError(
                f"seeding.n_seed_nodes: must be at most the {n_eligible:,} people of the network"
                f"{' who do not start already' if n_already else ''}, got {wanted:,}"
            )
        if wanted > n_eligible:
            raise ScenarioError(
                f"seeding.n_seed_nodes: must be at most the {n_eligible:,} people who may be chosen (of "
                f"{graph.n_people:,} in the network), got {wanted:,}"
            )


def _in_segments(graph: Graph, names: tuple[str, ...], *, key: str) -> NDArray[np.bool_]:
    """Say who is in one of the segments named: bool (n,)."""
    if "segment" not in graph.people_columns:
        raise ScenarioError(f"{key}: the network has no segments; give [[segments]], or remove it")
    segment = graph.people_columns["segment"]
    known = [str(name) for name in np.unique(segment)]
    for name in names:
        if name not in known:
            raise ScenarioError(f"{key}: nobody is in a segment {show(name)}; {nearest(name, known)}")
    return np.isin(segment, names)
