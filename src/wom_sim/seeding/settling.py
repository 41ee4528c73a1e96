"""Settling on people early: sets that they hit need not be followed to their ends.

Whom a few sets show to be chosen whatever more sets show is settled on. What anybody else adds to a choice that holds
them is counted on the sets that they do not hit, so that the others stop at the first of them: where a few people are
in most large sets, drawing costs half. No bound suffers: people settled on are part of the choice, and no choice hits
more than they and as many others as may be chosen on top.

Source: Guo, Wang, Wei & Chen (2020), "Influence maximization revisited: efficient reverse reachable set generation with
bound tightened", SIGMOD, section 4: sentinel sets. Who is settled on, and when, is ours.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..kernels import settling
from .covering import Choice
from .pool import Pool
from .reverse_sets import Sets


@dataclass(frozen=True)
class Settled:
    """People settled on, and which part of all sets each adds.

    nodes : int32 (b,)   parts : float64 (b,), not ascending
    """

    nodes: NDArray[np.int32]
    parts: NDArray[np.float64]

    def rest_of(self, pool: Pool) -> Pool:
        """Return whom to choose from beside them."""
        if not len(self.nodes):
            return pool
        assert pool.wanted is not None
        eligible = pool.eligible.copy()
        eligible[self.nodes] = False
        return replace(pool, eligible=eligible, wanted=pool.wanted - len(self.nodes))

    def with_others(self, others: Choice, n_sets: int) -> Choice:
        """Return the choice of them and others, chosen by so many sets: in the order of what each adds."""
        nodes = np.concatenate((self.nodes, others.nodes))
        gains = np.concatenate((np.rint(self.parts * n_sets).astype(np.int64), others.gains))
        order = np.argsort(-gains, kind="stable")
        return replace(others, nodes=nodes[order], gains=gains[order])

    def and_first(self, others: Choice, n_sets: int) -> Settled:
        """Return them and the first of others, chosen by so many sets."""
        return self._and(others, np.arange(min(1, len(others.nodes))), n_sets)

    def and_sure_ones(self, others: Choice, at_most: float, n_sets: int) -> Settled:
        """Return them and those of others, chosen by so many sets, who can be settled on with no larger loss."""
        if others.losses is None:
            return self
        return self._and(others, sure_ones(others.losses(), at_most), n_sets)

    def _and(self, others: Choice, places: NDArray[np.int64], n_sets: int) -> Settled:
        nodes = np.concatenate((self.nodes, others.nodes[places]))
        parts = np.concatenate((self.parts, others.gains[places] / n_sets))
        order = np.argsort(-parts, kind="stable")
        return Settled(nodes[order], parts[order])


NOBODY = Settled(np.zeros(0, np.int32), np.zeros(0))


def sure_ones(losses: NDArray[np.float64], at_most: float) -> NDArray[np.int64]:
    """Return who may be settled on so that no more is lost in all: places in the choice, ascending; int64 (b,)."""
    order = np.argsort(losses, kind="stable")
    return np.sort(order[: np.searchsorted(np.cumsum(losses[order]), at_most, side="right")])


def without_hit(sets: Sets, marks: NDArray[np.uint8]) -> Sets:
    """Return the sets, those that hold somebody marked (uint8 (n,)) emptied and counted as hit; memory is reused."""
    n_left, n_hit = settling.leave_hit(sets.members, sets.end, marks)
    return Sets(sets.members[:n_left], sets.end, sets.n_hit + int(n_hit))
