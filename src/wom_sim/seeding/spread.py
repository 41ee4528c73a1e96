"""What strategies that look at the model may ask about it; the engine answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ..errors import ScenarioError
from ..kernels.live_edge import LiveTies
from ..kernels.reverse_arrivals import AnyReverse


@dataclass(frozen=True)
class Reverse:
    """What reverse-reachable sets are drawn from.

    world : ties by those who listen
    says : whose reach it is, in words, such as "reach of weighted_cascade"
    takes_part : uint64 (n,), a person asked takes part where 63 bits are below; None: everybody does
    max_depth : a person counts who is reached within so many steps, which have a length where telling takes time
    stands_in : name of the model whose reach it is, where that is not the one that spreads; "": it is
    notes : what to tell the user about it     threads : that may be used     max_bytes : memory that sets may take
    """

    world: AnyReverse
    says: str
    takes_part: NDArray[np.uint64] | None = None
    max_depth: int = 1 << 31
    notes: tuple[str, ...] = ()
    threads: int = 1
    max_bytes: int = 1 << 30
    stands_in: str = ""


@dataclass(frozen=True)
class Forward:
    """A cascade in which each tie is live by a coin of its own, and who is reached follows from the live ties.

    ties : not complete     says : whose reach it is, in words
    threads : that may be used     max_bytes : memory that worlds may take
    """

    ties: LiveTies
    says: str
    threads: int = 1
    max_bytes: int = 1 << 30


class Spread(Protocol):
    """How a model spreads over a network, as far as choosing goes."""

    def reverse(self) -> Reverse:
        """Return what reverse-reachable sets are drawn from."""

    def forward(self) -> Forward | None:
        """Return the cascade by coins that the model is; None where it is none, or stops after some steps."""

    def tell(self, done: int, total: int) -> None:
        """Tell the user how far a choice by simulation is: of so many simulations at most."""

    def values(
        self,
        seed_nodes: NDArray[np.int32],
        first: int,
        last: int,
        *,
        objective: str,
        costs: NDArray[np.float64] | None = None,
    ) -> NDArray[np.float64]:
        """Return a metric in replicas first .. last - 1 with these people starting: float64 (last - first,).

        Parameters
        ----------
        costs : float64 (k,), money for each of them if she takes part; None: nobody costs anything

        The same replicas have the same luck whoever starts, and none of the luck of the case's own replicas.

        Raises
        ------
        ScenarioError
            When the model has no such metric.
        """


def known(spread: Spread | None, strategy: str) -> Spread:
    """Return the spread, or raise ScenarioError where a strategy looks at the model and there is none."""
    if spread is None:
        raise ScenarioError(f"strategy {strategy!r} looks at what spreads: give a model too")
    return spread
