"""Who of those asked takes part in each replica of a campaign: starters and creators, by the kernel's own draws."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..kernels.campaign import draws
from ..kernels.campaign.tables import Keys, World
from ..kernels.rng import derive_key, set_uniforms_at


def starters_who_take_part(world: World, keys: Keys) -> NDArray[np.int64]:
    """Return how many starters take part: int64 (R,)."""
    people = world.starters.astype(np.int64)
    lots = np.empty(len(people))
    taking_part = np.zeros(len(keys.own), np.int64)
    for r, own in enumerate(keys.own):
        set_uniforms_at(derive_key(own, draws.SEED_TAKES_PART), people, lots)
        taking_part[r] = np.count_nonzero(lots < world.rules.seeds_take_part)
    return taking_part
