"""The runs that stand beside a campaign on the same people and luck: without the campaign, without answers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..kernels.campaign import codes
from ..kernels.campaign.tables import World

NO_CAMPAIGN, NO_ANSWER = "no_campaign", "no_answer"


def in_arm(tables: World, *, arm: str, starters: NDArray[np.int32]) -> World:
    """Return a campaign's tables as they are run in an arm; "" is the run itself."""
    world = tables._replace(starters=starters)
    if arm == NO_CAMPAIGN:
        return without_campaign(world)
    return without_answers(world) if arm == NO_ANSWER else world


def without_answers(world: World) -> World:
    """Return the same campaign in which no claim is answered."""
    return world._replace(answers=world.answers[:0])


def without_campaign(world: World) -> World:
    """Return the same people without content and creators, starters left alone; rivals keep theirs, with its luck.

    First purchases of those who would start are no conversions there either (MODELS.md 18.9, 16).
    """
    rivals = world.items["brand"] > 0
    posts = world.posts[rivals[world.posts["item"]]]
    posts["item"] -= np.count_nonzero(~rivals)
    return world._replace(
        rules=world.rules._replace(start_as=codes.AS_ABSENT),
        takes_part=world.takes_part[:0],
        items=world.items[rivals],
        posts=posts,
        post_order=np.argsort(posts["time"], kind="stable"),
        engage_factor=world.engage_factor[rivals],
    )
