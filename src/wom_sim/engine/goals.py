"""What a campaign's goal is to reach, for the rules that look at its path."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from ..kernels.campaign import codes
from ..kernels.campaign.tables import World
from ..models.campaign.compile import CampaignModel
from .campaign_memory import Scratch
from .streams import campaign_keys
from .tracking import Tracker, run_tracked

PILOT_REPLICAS = 100
"""Runs without the campaign whose mean the goal's path is drawn from, whatever number is run."""

HaltedBy = NDArray[np.uint8]


def once(compute: Callable[[HaltedBy], float]) -> Callable[[HaltedBy], float]:
    """Return a function that computes a value the first time it is asked for, in whatever thread."""
    lock, known = Lock(), dict[str, float]()

    def value(halt: HaltedBy) -> float:
        with lock:
            if "value" not in known:
                found = compute(halt)
                if halt[0]:  # what was not finished is worth nothing, and nobody will look at it
                    return found
                known["value"] = found
            return known["value"]

    return value


def goal_value(
    compiled: CampaignModel, world: World, tracker: Tracker | None, rng_seed: int, scratch: Scratch, *, at_once: int
) -> float:
    """Return what the goal's metric is to reach by the end of its time.

    That is its mean over `PILOT_REPLICAS` replicas without the campaign, or the goal's number, and the uplift on it.

    Parameters
    ----------
    world, tracker : the people without the campaign, and how their world changes
    scratch : with room for the steps of the goal's time
    at_once : replicas whose curves are in memory together
    """
    goal = compiled.setting.goal
    assert goal is not None  # checked with the scenario
    if goal.against != "no_campaign":
        return (1.0 + goal.uplift) * float(goal.against)
    columns = [codes.COUNTS.index(name) for name in codes.SUMS.get(goal.metric, (goal.metric,))]
    n_steps, total = goal_steps(compiled), 0
    for first in range(0, PILOT_REPLICAS, at_once):
        keys = campaign_keys(rng_seed, first, min(first + at_once, PILOT_REPLICAS))
        out, _ = run_tracked(tracker, world, keys, scratch)
        total += int(out.series[:, :n_steps, columns].sum(dtype=np.int64))
    return (1.0 + goal.uplift) * total / PILOT_REPLICAS


def goal_steps(compiled: CampaignModel) -> int:
    """Return how many steps the goal's time has; 0 without a goal."""
    goal = compiled.setting.goal
    return 0 if goal is None else round(goal.within / compiled.campaign.step)
