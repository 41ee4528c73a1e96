"""Who may be chosen to start, what each costs, and taking people from an order as far as number or budget reach."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

SAME_MONEY = 1e-9
"""Of the budget: 0.1 + 0.2 costs no more than 0.3."""

FREE = 1e-290
"""What somebody who costs nothing is taken to cost, so that there is a gain for the money."""


@dataclass(frozen=True)
class Pool:
    """The people a strategy chooses from.

    eligible : bool (n,)     may be chosen; nobody who is in `already`
    already : int32 (a,)     start in any case, whoever else is chosen
    wanted : int or None     how many to choose beyond them; None: as many as `budget` pays
    budget : float           money, where `wanted` is None
    costs : float64 (n,)     money for each; zeros where nobody costs anything
    """

    eligible: NDArray[np.bool_]
    already: NDArray[np.int32]
    wanted: int | None
    budget: float
    costs: NDArray[np.float64]

    @property
    def n_most(self) -> int:
        """The most people that can be chosen: `wanted`, or as many of the cheapest as the budget pays."""
        if self.wanted is not None:
            return self.wanted
        paid = np.cumsum(np.sort(self.costs[self.eligible]))
        return int(np.searchsorted(paid, self.budget * (1.0 + SAME_MONEY), side="right"))

    @property
    def wants_everybody(self) -> bool:
        """Whether as many are wanted as may be chosen, so that there is nothing to choose."""
        return self.wanted is not None and 0 < self.wanted == np.count_nonzero(self.eligible)

    @property
    def affordable(self) -> NDArray[np.bool_]:
        """Say whom the budget could pay if nobody else were chosen: bool (n,)."""
        return np.asarray(self.costs <= self.budget * (1.0 + SAME_MONEY))

    def best_connected(self, n_listeners: NDArray[np.int64]) -> NDArray[np.int32]:
        """Return everybody who may be chosen, those with most listeners first: int32 (e,)."""
        people = np.flatnonzero(self.eligible).astype(np.int32)
        return people[np.argsort(-n_listeners[people], kind="stable")]

    def take(self, order: Iterable[Any]) -> NDArray[np.int32]:
        """Return the first of an order who may be chosen, each whom the budget left can pay: int32 (k,).

        Parameters
        ----------
        order : distinct people, best first; who may not be chosen is passed over
        """
        may = (person for person in order if self.eligible[person])
        if self.wanted is not None:
            return np.fromiter(islice(may, self.wanted), np.int32)
        purse, taken = Purse(self), []
        for person in may:
            if purse.is_spent:
                break
            if purse.pays(person):
                taken.append(person)
        return np.array(taken, np.int32)


class Purse:
    """The money of a pool, as it is spent on one person after another."""

    def __init__(self, pool: Pool) -> None:
        self._costs, self._left, self._spare = pool.costs, pool.budget, pool.budget * SAME_MONEY
        self._cheapest = pool.costs[pool.eligible].min(initial=np.inf)

    @property
    def is_spent(self) -> bool:
        """Whether nobody can be paid any more."""
        return bool(self._cheapest > self._left + self._spare)

    def pays(self, person: int) -> bool:
        """Pay a person where enough is left; say whether it was."""
        if self._costs[person] > self._left + self._spare:
            return False
        self._left -= self._costs[person]
        return True
