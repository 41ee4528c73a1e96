"""Who of those asked takes part in each replica of a campaign: starters and creators, by the kernel's own draws."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..kernels.campaign import draws
from ..kernels.campaign.tables import Keys, World
from ..kernels.rng import derive_key, set_uniforms_at
from ..models.campaign import Campaign


def starters_who_take_part(world: World, keys: Keys) -> NDArray[np.int64]:
    """Return how many starters take part: int64 (R,)."""
    people = world.starters.astype(np.int64)
    lots = np.empty(len(people))
    taking_part = np.zeros(len(keys.own), np.int64)
    for r, own in enumerate(keys.own):
        set_uniforms_at(derive_key(own, draws.SEED_TAKES_PART), people, lots)
        taking_part[r] = np.count_nonzero(lots < world.rules.seeds_take_part)
    return taking_part


def creator_posts(campaign: Campaign, world: World, keys: Keys) -> NDArray[np.int64]:
    """Return how many posts each line of creators made: int64 (R, creators)."""
    posts = np.zeros((len(keys.own), len(campaign.creators)), np.int64)
    n_accounts = len(world.takes_part)
    accounts = world.posts["account"]
    by_account = np.bincount(accounts[accounts >= 0], minlength=n_accounts)
    line = np.repeat(np.arange(len(campaign.creators)), [creator.n for creator in campaign.creators])
    lots = np.empty(n_accounts)
    for r, own in enumerate(keys.own):
        set_uniforms_at(derive_key(own, draws.TAKES_PART), np.arange(n_accounts), lots)
        made = np.where(lots < world.takes_part, by_account, 0)
        posts[r] = np.bincount(line, weights=made, minlength=posts.shape[1])
    return posts
