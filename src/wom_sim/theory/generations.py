"""How far a cascade has come by each step: message passing on random networks with given degrees."""

from __future__ import annotations

from typing import SupportsIndex

import numpy as np

from . import ranges
from .degrees import DegreeDistribution
from .ranges import Floats


def reached_by_step(
    degrees: DegreeDistribution, *, transmissibility: float, seed_share: float, n_steps: SupportsIndex
) -> Floats:
    """Return the share of people reached by steps 0, 1, ..., n_steps of an independent cascade: float64 (n_steps + 1,).

    With a share rho of all people as starters, drawn at random, the end of a random tie has been reached by step t
    without the one at its other end with chance q_t,

        q_0 = rho,    q_{t+1} = 1 - (1 - rho) g1(1 - T q_t),

    and a person with chance x_{t+1} = 1 - (1 - rho) g0(1 - T q_t). Exact as an undirected network that is random but
    for its degrees grows; starters who are not drawn at random, and short cycles, are outside of it.

    Parameters
    ----------
    transmissibility : float   T, chance that a tie passes it on, in [0, 1]
    seed_share : float   rho, in [0, 1]
    n_steps : int >= 0

    Raises
    ------
    ValueError
        When an argument is out of range.

    Source: Newman (2002), Physical Review E 66, 016128, with time: one application of g1 a step.
    """
    passed = ranges.prob("transmissibility", transmissibility)
    rho = ranges.prob("seed_share", seed_share)
    n = ranges.count("n_steps", n_steps)
    reached = np.full(n + 1, rho)
    along = rho
    for step in range(1, n + 1):
        reached[step] = 1.0 - (1.0 - rho) * degrees.g0(1.0 - passed * along)
        along = 1.0 - (1.0 - rho) * degrees.g1(1.0 - passed * along)
    return reached
