"""Trees of who brought whom, through the campaign's kernel."""

import numpy as np

from wom_sim.engine.campaign_memory import new_scratch
from wom_sim.graph.csr import complete_graph
from wom_sim.kernels.campaign import run, trees
from wom_sim.models.base import Setting
from wom_sim.models.campaign import Campaign
from wom_sim.models.campaign.compile import compile_campaign


def measured(parents, *, repeat=False, after=False):
    """Return (pairs, distance) of a forest given by parents (-1 for none), joined in order of the people.

    repeat : let everybody join a second time, as a root     after : what is measured once more, when all is cleared
    """
    key = np.uint64(1)
    compiled = compile_campaign(Campaign(), complete_graph(len(parents)), Setting(key=lambda _: key, horizon=1.0))
    state = new_scratch(compiled.world, np.zeros(1, np.uint8), n_steps=1, most_told=1).state
    packed = run.pack_state(state)
    for v, parent in enumerate(parents):
        trees.join_tree(packed, v, parent)
        if repeat:
            trees.join_tree(packed, v, -1)
    found = np.zeros(2, np.int64)
    trees.measure_trees(packed, found)
    state.numbers[:] = 0
    assert not state.parent.any()
    assert not state.below.any()
    if after:
        found[:] = 0
        trees.measure_trees(packed, found)
    return tuple(found.tolist())
