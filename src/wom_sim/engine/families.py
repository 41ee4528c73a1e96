"""From a compiled model to the process that runs it: one branch a kernel family."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..models.base import CompiledModel, LiveEdgeModel
from ..models.campaign.compile import CampaignModel
from .campaign import CampaignProcess
from .live_edge import LiveEdgeProcess
from .process import Process


def process_of(compiled: CompiledModel, *, seed_nodes: NDArray[np.int32], rng_seed: int, max_steps: int) -> Process:
    """Return the process of a compiled model.

    Parameters
    ----------
    seed_nodes : int32 (k,)   distinct people who start
    max_steps : steps after which a replica is stopped
    """
    if isinstance(compiled, CampaignModel):
        return CampaignProcess(compiled, seed_nodes, rng_seed=rng_seed)
    if isinstance(compiled, LiveEdgeModel):
        return LiveEdgeProcess(compiled.arrays, seed_nodes, rng_seed=rng_seed, max_steps=max_steps)
    raise TypeError(f"no kernel family runs a {type(compiled).__name__}")
