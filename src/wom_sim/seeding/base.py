"""What every seeding strategy offers: its parameters and `choose`."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ..errors import ScenarioError
from ..graph.csr import MAX_PEOPLE, Graph
from ..spec import Spec


@dataclass(frozen=True)
class SeedChoice:
    """The people who start, best first, and what to tell the user about them.

    nodes : int32 (k,)   distinct
    notes : tuple of str
    """

    nodes: NDArray[np.int32]
    notes: tuple[str, ...] = ()


class Strategy(Spec):
    """Base of all strategies."""

    strategy: str
    """Name of the strategy in scenario files."""

    @abstractmethod
    def choose(self, graph: Graph, *, key: np.uint64) -> SeedChoice:
        """Choose the people who start; a pure function of the network and the key.

        Raises
        ------
        ScenarioError
            When the network has too few people, or not those named.
        """


class CountedStrategy(Strategy):
    """Base of strategies that choose a given number of people."""

    n_seed_nodes: int = Field(ge=0, le=MAX_PEOPLE)
    """How many people start; 0 is allowed and reaches nobody."""

    def checked_count(self, graph: Graph) -> int:
        """Return `n_seed_nodes`, or raise ScenarioError when the network has fewer people."""
        return checked_count(self.n_seed_nodes, graph)


def checked_count(n_seed_nodes: int, graph: Graph) -> int:
    """Return a number of people to start with, or raise ScenarioError when the network has fewer."""
    if n_seed_nodes > graph.n_people:
        raise ScenarioError(
            f"seeding.n_seed_nodes: must be at most the {graph.n_people:,} people of the network, got {n_seed_nodes:,}"
        )
    return n_seed_nodes
