"""From a compiled model to the process that runs it: one branch a kernel family."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..models.base import ChoiceModel, CompiledModel, DiffusionModel, LiveEdgeModel, Model, Setting
from .process import Process


def process_of(
    compiled: CompiledModel,
    model: Model,
    setting: Setting,
    *,
    seed_nodes: NDArray[np.int32],
    seed_costs: NDArray[np.float64] | None = None,
    rng_seed: int,
    max_steps: int,
    n_replicas: int = 1,
) -> Process:
    """Return the process of a compiled model.

    Parameters
    ----------
    seed_nodes : int32 (k,)   distinct people who start
    seed_costs : float64 (k,)   money for each who takes part, for models that know who does; None: nobody costs
    max_steps : steps after which a replica is stopped
    n_replicas : how many are wanted; a process may run few otherwise than many, with the same results
    """
    # Families are imported where they are used: a cascade need not wait for the campaign's.
    if isinstance(compiled, LiveEdgeModel):
        from .live_edge import LiveEdgeProcess

        return LiveEdgeProcess(
            compiled.arrays, seed_nodes, rng_seed=rng_seed, max_steps=max_steps, n_replicas=n_replicas
        )
    if isinstance(compiled, ChoiceModel):
        from .chosen_ties import ChosenTiesProcess

        return ChosenTiesProcess(compiled.arrays, seed_nodes, rng_seed=rng_seed, max_steps=max_steps)
    if isinstance(compiled, DiffusionModel):
        from .diffusion import DiffusionProcess

        facts = {
            "definitions": {name: list(said) for name, said in model.defined().items()},
            "rises": list(model.promised().rises),
            "start": None if setting.start is None else setting.start.isoformat(),
            "horizon": setting.horizon,
            "goes_on": model.may_go_on(),
        }
        if compiled.in_rounds is not None:
            from .rounds import RoundsProcess

            return RoundsProcess(
                compiled, seed_nodes, rng_seed=rng_seed, max_steps=max_steps, facts=facts, n_replicas=n_replicas
            )
        return DiffusionProcess(
            compiled, seed_nodes, rng_seed=rng_seed, max_steps=max_steps, facts=facts, n_replicas=n_replicas
        )
    from ..models.campaign.compile import CampaignModel
    from .campaign import CampaignProcess

    if isinstance(compiled, CampaignModel):
        return CampaignProcess(compiled, seed_nodes, rng_seed=rng_seed, seed_costs=seed_costs)
    raise TypeError(f"no kernel family runs a {type(compiled).__name__}")
