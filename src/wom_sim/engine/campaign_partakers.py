"""Who of those asked takes part in each replica of a campaign: starters and creators, by the kernel's own draws."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..kernels.campaign import draws
from ..kernels.campaign.tables import Keys, World
from ..kernels.rng import derive_key, set_uniforms_at

STARTERS = "starters"
"""How many of the starters take part."""
SEEDING_COST = "seeding_cost"
"""What those cost who take part; only where somebody costs anything."""


def uniforms_of(own: np.uint64, draw: int, people: NDArray[Any]) -> NDArray[np.float64]:
    """Return the uniform numbers of a draw in one replica, a person each: float64 (k,).

    Parameters
    ----------
    own : the replica's key
    """
    uniforms = np.empty(len(people))
    set_uniforms_at(derive_key(own, draw), people.astype(np.int64), uniforms)
    return uniforms


def takes_part_of(world: World, own: np.uint64) -> NDArray[np.bool_]:
    """Say of each starter whether she takes part in the replica of this key: bool (k,)."""
    return uniforms_of(own, draws.SEED_TAKES_PART, world.starters) < world.rules.seeds_take_part


def starters_who_take_part(world: World, keys: Keys, costs: NDArray[np.float64] | None = None) -> dict[str, Any]:
    """Return how many starters take part, int64 (R,), and what these cost, float64 (R,).

    Parameters
    ----------
    costs : float64 (k,)   money for each starter who takes part; None: the cost is left out
    """
    taking_part = np.zeros(len(keys.own), np.int64)
    cost = np.zeros(len(keys.own))
    for r, own in enumerate(keys.own):
        takes_part = takes_part_of(world, own)
        taking_part[r] = np.count_nonzero(takes_part)
        if costs is not None:
            cost[r] = costs[takes_part].sum()
    return {STARTERS: taking_part} | ({} if costs is None else {SEEDING_COST: cost})
